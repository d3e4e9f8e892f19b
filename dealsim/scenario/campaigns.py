"""`campaigns:`: what is stated of each deal of a list, and whether their dates go together.

Each deal after the first is read as a scenario of its own: the file, the values of `--set`, and
over them what the list says of that deal. The horizon is that of the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from dealsim.errors import Problem
from dealsim.scenario.language.node import Node, Place, Source, merge
from dealsim.scenario.language.overrides import Override, Stated, nested
from dealsim.scenario.model.campaigns import OWN_TERMS
from dealsim.scenario.model.scenario import Scenario
from dealsim.scenario.model.shape import scenario_shape
from dealsim.scenario.presets.defaults import default

KEY = "campaigns"


def with_list(stated: Stated) -> Stated:
    """What is stated with the overrides of the list laid over it, and of the first deal its date.

    A date that `--set` gives goes over that of the list; two different dates in files are a
    mistake.
    """
    tree, problems, others = stated.tree, list(stated.problems), list[Override]()
    for steps, node in stated.overrides:
        if steps[0] != KEY:
            others.append((steps, node))
        elif len(steps) == 1:
            tree = tree.put(KEY, node)
        else:
            tree, found = _changed(tree, steps, node)
            problems += found
    entries = _entries(tree)
    if not entries:
        return replace(stated, tree=tree, overrides=others, problems=problems)
    own, first = tree.get("starts"), entries[0].get("starts")
    if own is not None and first is not None and own.plain() != first.plain():
        message = f"the first deal starts on {first.plain()} here, and on {own.plain()} in starts:"
        problems.append(first.place.problem(message, "keep one of the two", f"{KEY}.0.starts"))
    elif first is not None:
        tree = tree.put("starts", first)
    return replace(stated, tree=tree, overrides=others, problems=problems)


def _changed(tree: Node, steps: tuple[str, ...], node: Node) -> tuple[Node, list[Problem]]:
    """The tree with one value of one deal of the list set."""
    entries, shape = _entries(tree), scenario_shape().at(steps[:2])
    place = int(steps[1]) if steps[1].isdecimal() else -1
    if not 0 <= place < len(entries):
        known = f"they are 0 to {len(entries) - 1}, in order" if entries else "there is no list"
        problem = Place(Source("set")).problem(
            f"there is no deal {steps[1]} in {KEY}", known, ".".join(steps)
        )
        return tree, [problem]
    entries[place] = merge(entries[place], nested(steps[2:], node), shape)
    listed = tree.entries[KEY]
    return tree.put(KEY, replace(listed, value=entries)), []


def _entries(tree: Node) -> list[Node]:
    """The deals of the list; none where there is none or it is not one of mappings."""
    listed = tree.get(KEY)
    items = list(listed.items or ()) if listed is not None else []
    return items if all(one.mapping is not None for one in items) else []


def further_deals(stated: Stated, first: Scenario) -> list[Stated]:
    """What is stated of each deal after the first, to be read as a scenario of its own."""
    shared = {k: v for k, v in stated.tree.entries.items() if k not in (KEY, "expect")}
    tree = stated.tree.with_entries(shared)
    found = []
    for number, entry in enumerate(_entries(stated.tree)[1:], start=2):
        overrides = [*stated.overrides, (("name",), default(f"deal {number}"))]
        for key, node in entry.entries.items():
            if key == "customers" and node.mapping is not None:
                overrides += [((key, name), own) for name, own in node.mapping.items()]
            else:
                overrides.append(((key,), node))
        day = _day(entry)
        if day is not None and day < first.horizon_end:
            length = default(f"{(first.horizon_end - day).days} days")
            overrides.append((("horizon",), length))
        found.append(replace(stated, tree=tree, overrides=overrides, problems=(), warnings=()))
    return found


def _day(entry: Node) -> date | None:
    value = entry.get("starts")
    text = value.plain() if value is not None else None
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Dates:
    """What is wrong with the dates of the deals, and what is doubtful."""

    errors: Sequence[Problem]
    warnings: Sequence[Problem]


def check_dates(stated: Stated, first: Scenario, further: Sequence[Scenario | None]) -> Dates:
    """Whether deals come in the order of their dates and within the horizon, and which of them
    share places; `further` are those that could be read."""
    errors = []
    entries = _entries(stated.tree)
    days = [first.starts if k == 0 else _day(one) for k, one in enumerate(entries)]
    for k, (entry, day) in enumerate(zip(entries, days, strict=True)):
        if k == 0 or day is None:
            continue
        before, path = days[k - 1], f"{KEY}.{k}.starts"
        place = (entry.get("starts") or entry).place
        if before is not None and day < before:
            message = f"deal {k + 1} starts on {day}, before deal {k} on {before}"
            errors.append(place.problem(message, "write deals in the order of their dates", path))
        elif day >= first.horizon_end:
            message = f"deal {k + 1} starts on {day}, when the horizon ends ({first.horizon_end})"
            hint = "lengthen horizon:, or leave the deal out"
            errors.append(place.problem(message, hint, path))
    shared = first.business.capacity_per_week is not None and not errors
    return Dates(errors, _shared_places(entries, [first, *further]) if shared else [])


def _shared_places(entries: Sequence[Node], deals: Sequence[Scenario | None]) -> list[Problem]:
    """Doubts about deals that start while vouchers of earlier ones are out."""
    found = []
    for k, now in enumerate(deals):
        out = [(one.promo_expiry, j) for j, one in enumerate(deals[:k]) if one is not None]
        last, before = max(out, default=(date.min, 0))
        if now is not None and now.starts < last:
            place = (entries[k].get("starts") or entries[k]).place
            message = (
                f"deal {k + 1} starts on {now.starts}, while vouchers of deal {before + 1} are out "
                f"until {last}: both crowds want the same places"
            )
            hint = f"it may be meant so; a start from {last} on keeps them apart"
            found.append(place.problem(message, hint, f"{KEY}.{k}.starts"))
    return found


def of_deal(
    number: int, problems: Sequence[Problem], known: Sequence[Problem], stated: Stated
) -> list[Problem]:
    """The problems that a further deal adds to those `known` of the first, said to be its own; the
    business, its staffing by day too, is the first's alone. What is about a value that nobody
    wrote stands at the deal's line."""
    said = {(one.message, one.line, one.column) for one in known}
    entry = _entries(stated.tree)[number - 1]
    place = (entry.get("starts") or entry).place
    return [
        replace(
            one if one.line else place.problem(one.message, one.hint, one.path),
            message=f"deal {number}: {one.message}",
            path=f"{KEY}.{number - 1}.{one.path}" if one.path else f"{KEY}.{number - 1}",
        )
        for one in problems
        if (one.message, one.line, one.column) not in said
        and not (one.path or "").startswith("business.")
    ]


def stated_of_deal(tree: Node | None, number: int) -> Node | None:
    """What the list of a complete tree says of its deal `number` (from 0)."""
    return None if tree is None else tree.get(KEY, number)


def own_terms(scenario: Scenario) -> dict[str, Node]:
    """The sections of a further deal as completed, for a file that reads back the same."""
    tree = scenario.tree
    assert tree is not None
    found = {key: tree.get(key) for key in OWN_TERMS}
    if not scenario.has_title:
        del found["name"]
    return {key: node for key, node in found.items() if node is not None}

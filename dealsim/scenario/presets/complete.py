"""From what the owner states to one complete tree: presets, `--set` and defaults.

Precedence: `--set` > the file > the file it extends > jurisdiction > kind > what all kinds share >
built-in defaults. Every node keeps the place it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from dealsim.errors import Problem
from dealsim.parts import PARTS
from dealsim.scenario.language.node import Node, Place, Source, merge
from dealsim.scenario.language.overrides import REPLACED, Stated, nested
from dealsim.scenario.language.suggest import did_you_mean
from dealsim.scenario.model.fields import Reading, describe
from dealsim.scenario.model.scenario import CROWD
from dealsim.scenario.model.shape import scenario_shape
from dealsim.scenario.model.trades import KINDS
from dealsim.scenario.presets.amounts import in_units
from dealsim.scenario.presets.audience import with_audience, with_credit
from dealsim.scenario.presets.crowd import fill_crowd
from dealsim.scenario.presets.defaults import (
    complete_options,
    default,
    defaults,
    fill_segments,
)
from dealsim.scenario.presets.derived import derive_amounts
from dealsim.scenario.presets.jurisdictions import Jurisdiction, jurisdictions
from dealsim.scenario.presets.kinds import kind_preset
from dealsim.scenario.presets.places import currency_of, locality_hint
from dealsim.text import LONGEST_PATH, visible
from dealsim.units import CURRENCIES, quoted

DEFAULT_KIND = "services"
"""Where none is stated."""

ReadFile = Callable[[str], Sequence[float]]


@dataclass(frozen=True)
class Completed:
    """A complete tree, and the presets and currency that completed it.

    `currency` is None where none can be told.
    """

    tree: Node
    currency: str | None
    kind: str
    jurisdiction: Jurisdiction | None
    problems: Sequence[Problem]
    warnings: Sequence[Problem]


def complete(stated: Stated, read_values: ReadFile) -> Completed:
    """Complete what is stated from the presets and defaults; `read_values` reads a data file."""
    shape = scenario_shape()
    problems: list[Problem] = []
    warnings: list[Problem] = []
    own, later = stated.tree, []
    for steps, node in stated.overrides:
        if steps[0] == "customers" and len(steps) > 1:
            later.append((steps, node))
        else:
            own = merge(own, nested(steps, node), shape, REPLACED)
    kind, jurisdiction = _kind(own, stated, warnings), _jurisdiction(own, problems)
    preset = _preset(kind, jurisdiction.code if jurisdiction is not None else None, _starts(own))
    if stated.factor != 1.0:
        preset = in_units(preset, shape, stated.factor, Reading(None, read_values))
    tree = merge(preset, own, shape, REPLACED)
    tree = with_credit(tree, kind_preset(kind))
    for steps, node in later:
        problem = _unknown_segment(tree, steps, node)
        if problem is not None:
            problems.append(problem)
        else:
            tree = merge(tree, nested(steps, node), shape)
    currency, tree = _currency(tree, stated, problems, warnings)
    reading = Reading(currency, read_values)
    tree = with_audience(_with_options(tree, kind, reading), reading)
    tree = _named(tree, stated.file)
    return Completed(tree, currency, kind, jurisdiction, problems, warnings)


def _with_options(tree: Node, kind: str, reading: Reading) -> Node:
    """The tree with the sections complete that have options: what these leave out, amounts that
    are derived, and no section without content."""
    shape = scenario_shape().fields
    entries = tree.entries
    for name in ("customers", *CROWD, "accounting", "alternatives", "expect"):
        node = entries.pop(name, None)
        if node is None or node.value is None:
            continue
        if name == "customers":
            filled = fill_segments(node, kind_preset(kind), shape[name])
            node = derive_amounts(filled, tree, reading)
        elif name in CROWD:
            node = fill_crowd(name, node, tree, shape[name], reading)
        entries[name] = complete_options(node, shape[name])
    return _tied(tree.with_entries(entries))


def _tied(tree: Node) -> Node:
    """The tree with those of a preset's correlations whose numbers are both the preset's: it
    knows nothing of how the owner's own go together."""
    node = tree.get("correlations")
    if node is None or node.items is None or node.origin != "kind":
        return tree
    held = [pair for pair in node.items if all(_is_of_kind(tree, path) for path in _paths(pair))]
    if held:
        return tree.put("correlations", replace(node, value=held))
    return tree.with_entries({k: v for k, v in tree.entries.items() if k != "correlations"})


def _paths(pair: Node) -> Sequence[str]:
    both = pair.entries["value"].items
    assert both is not None
    return [str(path.value) for path in both[:2]]


def _is_of_kind(tree: Node, path: str) -> bool:
    node = tree.get(*path.split("."))
    return node is not None and node.origin == "kind"


@lru_cache(maxsize=64)
def _preset(kind: str, jurisdiction: str | None, sold: date) -> Node:
    """What the defaults, a kind and a jurisdiction say together of what is sold on a day."""
    shape = scenario_shape()
    tree = merge(defaults(), kind_preset(kind).tree, shape)
    if jurisdiction is None:
        return tree
    return merge(tree, jurisdictions()[jurisdiction].tree(kind, sold), shape)


def _starts(own: Node) -> date:
    """The first day of the sale, by which the law is chosen; the default where it is not stated,
    or is no day (reported later)."""
    for node in (own.get("starts"), defaults().get("starts")):
        with suppress(ValueError):
            return date.fromisoformat(str(node.value if node is not None else ""))
    raise AssertionError("the default is a day")


def _kind(own: Node, stated: Stated, warnings: list[Problem]) -> str:
    """The stated kind; the default one where it is unknown (reported later), or not stated, which
    decides who buys and comes back and is said."""
    node = own.get("kind")
    if node is None:
        others = ", ".join(kind for kind in KINDS if kind not in ("restaurant", "none"))
        warnings.append(
            Problem(
                f"no kind of business is given: customers are taken as those of {DEFAULT_KIND}",
                f"add  kind: restaurant  (or {others}; none leaves every effect out)",
                "kind",
                str(stated.file),
            )
        )
    name = node.value if node is not None else None
    return name if isinstance(name, str) and name in KINDS else DEFAULT_KIND


def _jurisdiction(own: Node, problems: list[Problem]) -> Jurisdiction | None:
    stated = own.get("jurisdiction")
    if stated is None or not isinstance(stated.value, str):
        return None
    code = stated.value.strip()
    if code not in jurisdictions():
        message = f"unknown jurisdiction {quoted(code)}"
        problems.append(stated.place.problem(message, _near_jurisdictions(code), "jurisdiction"))
    return jurisdictions().get(code)


def _near_jurisdictions(code: str) -> str:
    """The codes that `code` may have meant: of that place, alike, of the same country, or all."""
    if (hint := locality_hint(code)) is not None:
        return hint
    codes, parts = list(jurisdictions()), set(code.upper().replace("_", "-").split("-"))
    country = code.upper().replace("_", "-").split("-")[0]
    near = [name for name in codes if parts >= set(name.split("-"))]
    near = near or [name for name in codes if name.split("-")[0] == country]
    near = near or [name for name in codes if parts & set(name.split("-"))]
    if len(near) == 1:
        return f'did you mean "{near[0]}"?'
    return f"{'near' if near else 'known'}: {', '.join(near or codes)}"


def _unknown_segment(tree: Node, steps: tuple[str, ...], stated: Node) -> Problem | None:
    segments = tree.get("customers")
    names = segments.entries if segments is not None else {}
    if steps[1] in names:
        return None
    place = Place(Source("set")) if stated.origin == "set" else stated.key or stated.place
    return place.problem(
        f"there is no segment {quoted(steps[1])} in customers",
        did_you_mean(steps[1], names) or f"the segments are: {', '.join(names) or 'none'}",
        ".".join(steps),
    )


def _currency(
    tree: Node, stated: Stated, problems: list[Problem], warnings: list[Problem]
) -> tuple[str | None, Node]:
    node = tree.get("currency")
    if node is None:
        warnings.append(
            Problem(
                "no currency is given: amounts are taken as US dollars",
                "add  currency: USD  (or another), or a jurisdiction:",
                "currency",
                str(stated.file),
            )
        )
        return "USD", tree.put("currency", default("USD"))
    code = node.value
    if code is None:
        return None, tree
    known = {*CURRENCIES, *(PARTS if node.origin == "default" else ())}
    if isinstance(code, str) and code.strip() in known:
        return code.strip(), tree
    text = node.text if node.text is not None else describe(node.plain())
    message, hint = f"unknown currency {quoted(text)}", None
    if (meant := currency_of(text)) is not None:
        hint = f'did you mean "{meant}"?'
    hint = hint or "write a code of ISO 4217 such as USD, CAD, GBP or EUR"
    problems.append(node.place.problem(message, hint, "currency"))
    return None, tree


def _named(tree: Node, file: Path) -> Node:
    """The tree with the file's name as its title, where none is given."""
    if tree.get("name") is not None:
        return tree
    return tree.put("name", default(visible(file.stem)[:LONGEST_PATH].strip() or "scenario"))

"""From a scenario file to one complete tree: extends, presets, `--set` and defaults.

Precedence: `--set` > the file > the file it extends > jurisdiction > kind > what all kinds share >
built-in defaults. Every node keeps the place it came from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dealsim.errors import Problem, ScenarioError
from dealsim.scenario.language.merge import merge
from dealsim.scenario.language.migrate import migrate
from dealsim.scenario.language.node import Node, Origin, Place, Source, from_plain
from dealsim.scenario.language.overrides import Override, Overrides, nested, read_overrides
from dealsim.scenario.language.suggest import did_you_mean
from dealsim.scenario.language.yamlfile import parse_yaml, read_text
from dealsim.scenario.model.fields import describe
from dealsim.scenario.model.scenario import KINDS
from dealsim.scenario.model.shape import ordered, scenario_shape
from dealsim.scenario.presets.derived import scaled
from dealsim.scenario.presets.kinds import (
    Jurisdiction,
    Kind,
    defaults,
    jurisdictions,
    kind_preset,
)
from dealsim.scenario.presets.segments import complete_options, fill_segments
from dealsim.units import CURRENCIES

MOST_EXTENDED = 20
"""Longest chain of files that extend one another."""

_REPLACED = frozenset({"customers"})


@dataclass
class Stated:
    """What the owner states: the file with those it extends, and the overrides.

    `problems` and `warnings` are what was found while reading them.
    """

    tree: Node
    overrides: Sequence[Override]
    file: Path | None
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Resolved:
    """A complete tree, and the presets and currency that completed it.

    `currency` is None where none can be told.
    """

    tree: Node
    currency: str | None
    jurisdiction: Jurisdiction | None
    problems: Sequence[Problem]
    warnings: Sequence[Problem]


def read_stated(path: Path, overrides: Overrides = ()) -> Stated:
    """Read a scenario file and the overrides; raises `ScenarioError` where it is no mapping."""
    found, problems = read_overrides(overrides)
    stated = Stated(Node({}, Place(Source("file", str(path)))), found, path, problems)
    stated.tree = _read_chain(path, stated)
    return stated


def _read_chain(path: Path, stated: Stated) -> Node:
    """The file laid over the one it extends, that over the one it extends, and so on."""
    trees = [_read_one(path, "file", stated)]
    seen = [path.resolve()]
    current = path
    while (target := trees[-1].get("extends")) is not None:
        if not isinstance(target.value, str) or not target.value.strip():
            problem = target.place.problem("extends takes the name of one file", None, "extends")
            raise ScenarioError([problem])
        current = current.parent / target.value.strip()
        if current.resolve() in seen:
            loop = " -> ".join(file.name for file in [*seen, current])
            message = f"extends goes round in a circle: {loop}"
            raise ScenarioError([target.place.problem(message, None, "extends")])
        if len(seen) >= MOST_EXTENDED:
            message = f"more than {MOST_EXTENDED} files extend one another"
            raise ScenarioError([target.place.problem(message, None, "extends")])
        if not current.is_file():
            message = f"extends: there is no file {current}"
            hint = "the name is relative to the file it stands in"
            raise ScenarioError([target.place.problem(message, hint, "extends")])
        seen.append(current.resolve())
        trees.append(_read_one(current, "extends", stated))
    tree = _without(trees[-1], "extends")
    for above in reversed(trees[:-1]):
        tree = merge(tree, _without(above, "extends"), scenario_shape(), _REPLACED)
    return tree


def _read_one(path: Path, origin: Origin, stated: Stated) -> Node:
    shown = str(path)
    source = Source(origin, shown, read_text(path, shown), path.absolute().parent)
    root = parse_yaml(source)
    if root.mapping is not None and not root.mapping:
        problem = Problem(
            "the file is empty", "dealsim new FILE writes one to start from", file=shown
        )
        raise ScenarioError([problem])
    if root.mapping is None:
        what = "a list" if root.items is not None else "a single value"
        message = f"a scenario is a mapping of keys, not {what}"
        raise ScenarioError([root.place.problem(message, "begin with  name: ...")])
    tree, warnings = migrate(root)
    stated.warnings += warnings
    return tree


def _without(tree: Node, key: str) -> Node:
    return tree.with_entries({k: node for k, node in tree.entries.items() if k != key})


def resolve(stated: Stated) -> Resolved:
    """Complete what is stated from the presets and defaults."""
    shape = scenario_shape()
    problems: list[Problem] = []
    warnings: list[Problem] = []
    own, later = stated.tree, []
    for steps, node in stated.overrides:
        if steps[0] == "customers" and len(steps) > 1:
            later.append((steps, node))
        else:
            own = merge(own, nested(steps, node), shape, _REPLACED)
    kind = _kind(own)
    jurisdiction = _jurisdiction(own, problems)
    preset = merge(defaults(), kind.tree, shape)
    if jurisdiction is not None:
        preset = merge(preset, jurisdiction.tree, shape)
    tree = merge(preset, own, shape, _REPLACED)
    for steps, node in later:
        problem = _unknown_segment(tree, steps)
        if problem is not None:
            problems.append(problem)
        else:
            tree = merge(tree, nested(steps, node), shape)
    currency, tree = _currency(tree, stated, problems, warnings)
    tree = complete_options(fill_segments(tree, kind), shape)
    tree = ordered(_named(scaled(tree, currency), stated.file), shape)
    return Resolved(tree, currency, jurisdiction, problems, warnings)


def _kind(own: Node) -> Kind:
    """The preset of the stated kind; of the default one where it is unknown (reported later)."""
    stated = own.get("kind")
    name = stated.value if stated is not None else None
    return kind_preset(name if isinstance(name, str) and name in KINDS else "services")


def _jurisdiction(own: Node, problems: list[Problem]) -> Jurisdiction | None:
    stated = own.get("jurisdiction")
    if stated is None or not isinstance(stated.value, str):
        return None
    code, known = stated.value.strip(), jurisdictions()
    if code not in known:
        message = f'unknown jurisdiction "{code}"'
        problems.append(stated.place.problem(message, _near_jurisdictions(code), "jurisdiction"))
    return known.get(code)


def _near_jurisdictions(code: str) -> str:
    """The codes that `code` may have meant: alike, of the same country, or all."""
    known, parts = jurisdictions(), set(code.upper().replace("_", "-").split("-"))
    country = code.upper().replace("_", "-").split("-")[0]
    near = [name for name in known if parts >= set(name.split("-"))]
    near = near or [name for name in known if name.split("-")[0] == country]
    near = near or [name for name in known if parts & set(name.split("-"))]
    if len(near) == 1:
        return f'did you mean "{near[0]}"?'
    return f"{'near' if near else 'known'}: {', '.join(near or known)}"


def _unknown_segment(tree: Node, steps: tuple[str, ...]) -> Problem | None:
    segments = tree.get("customers")
    names = segments.entries if segments is not None else {}
    if steps[1] in names:
        return None
    known = ", ".join(names) or "none"
    return Place(Source("set")).problem(
        f'there is no segment "{steps[1]}" in customers',
        did_you_mean(steps[1], names) or f"the segments are: {known}",
        ".".join(steps),
    )


def _currency(
    tree: Node, stated: Stated, problems: list[Problem], warnings: list[Problem]
) -> tuple[str | None, Node]:
    node = tree.get("currency")
    if node is None:
        file = str(stated.file) if stated.file is not None else None
        warnings.append(
            Problem(
                "no currency is given: amounts are taken as US dollars",
                "add  currency: USD  (or another), or a jurisdiction:",
                "currency",
                file,
            )
        )
        return "USD", tree.put("currency", from_plain("USD", Source("default")))
    code = node.value
    if code is None:
        return None, tree
    if isinstance(code, str) and code.strip() in CURRENCIES:
        return code.strip(), tree
    text = node.text if node.text is not None else describe(node.plain())
    message, hint = f'unknown currency "{text}"', None
    if text.upper() in CURRENCIES:
        hint = f'did you mean "{text.upper()}"?'
    hint = hint or "write a code of ISO 4217 such as USD, CAD, GBP or EUR"
    problems.append(node.place.problem(message, hint, "currency"))
    return None, tree


def _named(tree: Node, file: Path | None) -> Node:
    """The tree with the file's name as its title, where none is given."""
    if tree.get("name") is not None:
        return tree
    name = file.stem if file is not None and file.stem else "scenario"
    return tree.put("name", from_plain(name, Source("default")))

"""What the owner states: a tree, and `--set path=value`, values to be laid over it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from numbers import Integral, Real
from pathlib import Path
from typing import TypeAlias

from dealsim.errors import Problem, ScenarioError, UsageError
from dealsim.scenario.language.node import Node, Place, Shape, Source, dotted, from_plain
from dealsim.scenario.language.suggest import did_you_mean
from dealsim.scenario.language.yamlfile import parse_yaml
from dealsim.uncertain import Uncertain
from dealsim.units import Span, quoted

Overrides: TypeAlias = Mapping[str, object] | Sequence[str]
"""Either {path: value} or texts `path=value`. A text is read as YAML, as in a file."""

Override: TypeAlias = tuple[tuple[str, ...], Node]
"""The steps of a path, and what to put there."""

REPLACED = frozenset({"customers"})
"""What one file takes whole from another, though it is a mapping."""

_NOWHERE = Place(Source("set"))

_FIXED = ("dealsim", "extends")


@dataclass(frozen=True)
class Stated:
    """What the owner states: the file with those it extends, and the overrides.

    `problems` and `warnings` are what was found while reading them, `factor` what amounts of money
    in presets are multiplied by.
    """

    tree: Node
    overrides: Sequence[Override]
    file: Path
    problems: Sequence[Problem] = ()
    warnings: Sequence[Problem] = ()
    factor: float = 1.0

    @property
    def sections(self) -> frozenset[str]:
        """The sections that the file or an override states something about."""
        written = {key for key, node in self.tree.entries.items() if node.value is not None}
        return frozenset(written | {steps[0] for steps, _ in self.overrides})

    def without(self, sections: Collection[str]) -> Stated:
        """The same with nothing stated of some sections."""
        entries = {key: node for key, node in self.tree.entries.items() if key not in sections}
        kept = [one for one in self.overrides if one[0][0] not in sections]
        return replace(self, tree=self.tree.with_entries(entries), overrides=kept)

    def with_overrides(self, overrides: Overrides, shape: Shape) -> Stated:
        """The same with further overrides, which go over those there are."""
        found, problems = read_overrides(overrides, shape)
        whole = {steps[0] for steps, _ in found if len(steps) == 1} & REPLACED
        kept = [one for one in self.overrides if one[0][0] not in whole]
        return replace(
            self,
            overrides=(*kept, *found),
            problems=(*self.problems, *problems),
        )


def read_overrides(overrides: Overrides, whole: Shape) -> tuple[list[Override], list[Problem]]:
    """The overrides as trees, in order, and what is wrong with their paths or their YAML.

    Data files named in them are looked for in the current folder. Raises `UsageError` for a text
    without `=`.
    """
    found: list[Override] = []
    problems: list[Problem] = []
    for path, value in _pairs(overrides):
        steps = split_path(path)
        shape = _shape_at(steps, whole)
        if isinstance(shape, Problem):
            problems.append(shape)
            continue
        try:
            found.append((steps, _node(value, shape)))
        except ScenarioError as error:
            problems += [replace(problem, path=path) for problem in error.problems]
    return found, problems


def _pairs(overrides: Overrides) -> list[tuple[str, object]]:
    if isinstance(overrides, Mapping):
        return [(path.strip(), value) for path, value in overrides.items()]
    if isinstance(overrides, str):
        overrides = [overrides]
    pairs: list[tuple[str, object]] = []
    for text in overrides:
        path, equals, value = _split(text)
        if not equals or not path:
            raise UsageError(f"--set takes PATH=VALUE, such as deal.price=10, not {quoted(text)}")
        pairs.append((path, value))
    return pairs


def _split(text: str) -> tuple[str, str, str]:
    """Path, `=` and value; the path of an expectation may itself hold `>=`."""
    for end in (".at_least=", ".at_most="):
        if text.startswith("expect.") and end in text:
            path, _, value = text.partition(end)
            return path.strip() + end[:-1], "=", value
    path, equals, value = text.partition("=")
    return path.strip(), equals, value


def split_path(path: str) -> tuple[str, ...]:
    """The steps of a dotted path; the metric of `expect` may have dots of its own."""
    if path.startswith("expect."):
        metric = path.removeprefix("expect.")
        for end in ("at_least", "at_most"):
            if metric.endswith("." + end):
                return "expect", metric.removesuffix("." + end), end
        return "expect", metric
    return tuple(path.split("."))


def _shape_at(steps: tuple[str, ...], whole: Shape) -> Shape | Problem:
    """What may stand at a path, or why nothing may."""
    path, shape = dotted(steps), whole
    if steps[0] in _FIXED:
        return _NOWHERE.problem("this can only be written in a file", path=path)
    for index, step in enumerate(steps):
        if shape.is_value and not shape.numbered:
            value = dotted(steps[:index])
            hint = f'set it whole, such as "{value}={{low: 1, likely: 2, high: 4}}"'
            return _NOWHERE.problem(f"{value} is one value, with nothing below it", hint, path)
        inner = shape.child(step)
        if inner is None:
            paths = [dotted((*steps[:index], name)) for name in shape.fields]
            meant = _elsewhere(steps, whole) or did_you_mean(dotted(steps[: index + 1]), paths)
            return _NOWHERE.problem("a scenario has no such value", meant, path)
        shape = inner
    return shape


def _elsewhere(steps: tuple[str, ...], whole: Shape) -> str | None:
    """The hint for a path that ends like others: of `price`, `did you mean "deal.price"?`"""
    paths = [path.split(".") for path in _paths(whole)]
    paths = [path for path in paths if _ends_like(path, steps)]
    fewest = min(map(len, paths), default=0)
    shown = [
        f'"{dotted((*path[: -len(steps)], *_named(path[-len(steps) :], steps)))}"'
        for path in paths
        if len(path) == fewest
    ]
    return f"did you mean {' or '.join(shown)}?" if shown else None


def _ends_like(path: Sequence[str], steps: Sequence[str]) -> bool:
    """Whether the last steps of a path of the language are these."""
    end = path[-len(steps) :]
    return len(path) > len(steps) and _named(end, steps) == list(steps) and end[-1] != "NAME"


def _named(end: Sequence[str], steps: Sequence[str]) -> list[str]:
    """The steps of the language, with the owner's name where it has a NAME."""
    return [step if own == "NAME" else own for own, step in zip(end, steps, strict=True)]


def _paths(shape: Shape, above: str = "") -> Iterator[str]:
    """Every dotted path of the language, with NAME for what the owner names."""
    if shape.is_value:
        yield above
        return
    named = {"NAME": shape.item} if shape.item is not None else shape.fields
    for key, inner in named.items():
        yield from _paths(inner, f"{above}.{key}" if above else key)


def _node(value: object, shape: Shape) -> Node:
    source = Source("set", directory=Path.cwd())
    if not isinstance(value, str):
        return from_plain(_plain(value), source)
    if shape.is_text:
        return Node(value, Place(source), text=value)
    node = parse_yaml(replace(source, text=value))
    empty = node.mapping is not None and not node.mapping and not value.strip().startswith("{")
    return Node(None, Place(source)) if empty else node


def _plain(value: object) -> object:
    """Python values as a scenario file would hold them."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Uncertain) and value.is_constant:
        return value.mean()
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if isinstance(value, Span | Fraction):
        return str(value)
    if isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, Real) and not isinstance(value, bool):
        return float(value)
    if value is None or isinstance(value, bool | str):
        return value
    raise ScenarioError([Problem(f"a {type(value).__name__} is not a value of a scenario")])


def nested(steps: tuple[str, ...], node: Node) -> Node:
    """The tree that holds nothing but `node` at the end of a path."""
    for step in reversed(steps):
        place = node.place
        node = Node({step: replace(node, key=place)}, place)
    return node

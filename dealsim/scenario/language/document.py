"""What the owner states: a scenario file with those it extends, and the overrides over them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dealsim.errors import Problem, ScenarioError
from dealsim.files import FileRefused, identity
from dealsim.scenario.language.node import Node, Origin, Source
from dealsim.scenario.language.overrides import Override, Overrides, read_overrides
from dealsim.scenario.language.shape import Shape, merge
from dealsim.scenario.language.yamlfile import parse_yaml, read_text
from dealsim.text import shortened, shown_path

FORMAT = 1
"""The scenario format this version reads and writes."""

Migration = Callable[[Node], Node]

MIGRATIONS: Mapping[int, Migration] = {}
"""From each older format to the next one: {1: from_1_to_2, ...}. None so far."""

Identity = tuple[int, int]

MOST_EXTENDED = 20
"""Longest chain of files that extend one another."""

REPLACED = frozenset({"customers"})
"""What one file takes whole from another, though it is a mapping."""


@dataclass(frozen=True)
class Stated:
    """What the owner states: the file with those it extends, and the overrides.

    `problems` and `warnings` are what was found while reading them.
    """

    tree: Node
    overrides: Sequence[Override]
    file: Path
    problems: Sequence[Problem] = ()
    warnings: Sequence[Problem] = ()

    @property
    def sections(self) -> frozenset[str]:
        """The sections that the file or an override states something about."""
        written = {key for key, node in self.tree.entries.items() if node.value is not None}
        return frozenset(written | {steps[0] for steps, _ in self.overrides})

    def with_overrides(self, overrides: Overrides, shape: Shape) -> Stated:
        """The same with further overrides, which go over those there are."""
        found, problems = read_overrides(overrides, shape)
        return replace(
            self,
            overrides=(*self.overrides, *found),
            problems=(*self.problems, *problems),
        )


def read_stated(path: Path, overrides: Overrides, shape: Shape) -> Stated:
    """Read a scenario file and the overrides; raises `ScenarioError` where it is no mapping, and
    `UsageError` for an override without `=`."""
    found, problems = read_overrides(overrides, shape)
    tree, warnings = _read_chain(path, shape)
    return Stated(tree, found, path, problems, warnings)


def _read_chain(path: Path, shape: Shape) -> tuple[Node, list[Problem]]:
    """The file laid over the one it extends, that over the one it extends, and so on; and what is
    doubtful about their formats."""
    tree, warnings = _read_one(path, _text(path), "file")
    trees = [tree]
    seen = {_identity(path)[0]: path}
    current = path
    while (target := trees[-1].get("extends")) is not None:
        if not isinstance(target.value, str) or not target.value.strip():
            problem = target.place.problem("extends takes the name of one file", None, "extends")
            raise ScenarioError([problem])
        current = current.parent / target.value.strip()
        known, refused = _identity(current)
        if message := refused or _refusal(current, known, seen):
            hint = "the name is relative to the file it stands in" if refused else None
            raise ScenarioError([target.place.problem(message, hint, "extends")])
        seen[known] = current
        tree, found = _read_one(current, _extended_text(current, target, shape), "extends")
        trees.append(tree)
        warnings += found
    tree = _without(trees[-1], "extends")
    for above in reversed(trees[:-1]):
        tree = merge(tree, _without(above, "extends"), shape, REPLACED)
    return tree, warnings


def _identity(path: Path) -> tuple[Identity | None, str | None]:
    """What tells a file from every other, or why there is none to be extended."""
    try:
        return identity(path), None
    except FileRefused as error:
        if error.is_missing:
            return None, f"extends: there is no file {shown_path(path)}"
        return None, f"extends: {shown_path(path)} {error.reason}"


def _refusal(
    current: Path, known: Identity | None, seen: Mapping[Identity | None, Path]
) -> str | None:
    """Why a file that there is cannot be extended."""
    if known in seen:
        loop = " -> ".join(file.name for file in [*seen.values(), current])
        return f"extends goes round in a circle: {loop}"
    if len(seen) >= MOST_EXTENDED:
        return f"more than {MOST_EXTENDED} files extend one another"
    return None


def _text(path: Path) -> str:
    return read_text(path, str(path))


def _extended_text(path: Path, target: Node, shape: Shape) -> str:
    """The text of a file that another names; raises `ScenarioError`.

    Nothing of a file that is no scenario is repeated: it may be anyone's.
    """
    try:
        text = _text(path)
    except ScenarioError as error:
        found = (f"extends: {shown_path(path)} {one.message}" for one in error.problems)
        raise ScenarioError(target.place.problem(text, None, "extends") for text in found) from None
    if not looks_like_scenario(text, shape):
        message = f"extends: {shown_path(path)} is not a scenario"
        hint = f"a scenario has the line  dealsim: {FORMAT}"
        raise ScenarioError([target.place.problem(message, hint, "extends")])
    return text


_KEY = re.compile(r"""(?:^|[{,])\s*["']?([A-Za-z_]\w*)["']?\s*:(?=\s|$)""", re.MULTILINE)
_KEY_OF_BLOCK = re.compile(r"""^["']?([A-Za-z_]\w*)["']?\s*:(?=\s|$)""", re.MULTILINE)
_COMMENT = re.compile(r"^\s*(#.*)?$", re.MULTILINE)


def looks_like_scenario(text: str, shape: Shape) -> bool:
    """Whether a text says that it is a scenario, or has mostly the keys of one, or nothing yet."""
    if not _COMMENT.sub("", text).strip():
        return True
    found = (_KEY if text.lstrip().startswith("{") else _KEY_OF_BLOCK).findall(text)
    known = {"dealsim", "extends", *shape.fields, *shape.reserved}
    return "dealsim" in found or 2 * sum(key in known for key in found) > len(found)


def _read_one(path: Path, text: str, origin: Origin) -> tuple[Node, list[Problem]]:
    shown = str(path)
    source = Source(origin, shown, text, path.absolute().parent)
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
    return migrate(root)


def _without(tree: Node, key: str) -> Node:
    return tree.with_entries({k: node for k, node in tree.entries.items() if k != key})


def migrate(
    tree: Node, current: int = FORMAT, migrations: Mapping[int, Migration] = MIGRATIONS
) -> tuple[Node, list[Problem]]:
    """The tree in the current format, and a warning where its `dealsim:` line is missing.

    Raises `ScenarioError` where the format is newer than this version, or none at all.
    """
    stated = tree.get("dealsim")
    if stated is None:
        problem = Problem(
            "the format version is missing",
            f"add the line  dealsim: {current}",
            "dealsim",
            tree.place.source.name,
        )
        return tree, [problem]
    version = stated.value
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        message, hint = (
            f"{shortened(stated.text or 'nothing')} is not a format version",
            f"write {current}",
        )
        raise ScenarioError([stated.place.problem(message, hint, "dealsim")])
    if version > current:
        message = f"format {version} needs a newer dealsim (this one reads format {current})"
        hint = "update it:  pip install --upgrade dealsim"
        raise ScenarioError([stated.place.problem(message, hint, "dealsim")])
    for older in range(version, current):
        tree = migrations[older](tree)
    return tree, []

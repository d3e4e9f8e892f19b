"""A value as it stands in a file: what it says and exactly where.

Files, presets, `--set` values and built-in defaults all become trees of `Node`, so that one
merge serves them all and every message can point at the line that caused it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from dealsim.errors import Problem
from dealsim.text import visible

Origin = Literal["set", "file", "extends", "kind", "jurisdiction", "default"]
Scalar: TypeAlias = bool | int | float | str | None
Plain: TypeAlias = "Scalar | list[Plain] | dict[str, Plain]"
Step: TypeAlias = str | int

LONGEST_QUOTE = 200
"""Most characters of a line that a message shows."""


@dataclass(frozen=True, eq=False)
class Source:
    """Where a tree came from: a file, a preset, or the command line.

    `name` is what messages show (None for `--set` and built-in defaults, which have no lines),
    `directory` the folder from which the paths written in it are read.
    """

    origin: Origin
    name: str | None = None
    text: str = ""
    directory: Path | None = None

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        """Index in `text` at which each line begins; a line ends at LF, CR LF or CR."""
        text, starts = self.text, [0]
        for index, character in enumerate(text):
            if character == "\n" or (character == "\r" and text[index + 1 : index + 2] != "\n"):
                starts.append(index + 1)
        return tuple(starts)

    def position(self, index: int) -> tuple[int, int]:
        """Line and column, both from 1, of the character at `index`."""
        line = bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1

    def quote(self, line: int) -> str | None:
        """The text of a line (from 1) without its end; None where there is no such line.

        Every character that a terminal would not show as one column is replaced by one that is.
        """
        if self.name is None or not 1 <= line <= len(self._starts):
            return None
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        text = (
            self.text[self._starts[line - 1] : end]
            .rstrip("\r\n")[:LONGEST_QUOTE]
            .replace("\t", " ")
        )
        return "".join(letter if letter.isprintable() else "?" for letter in text)


@dataclass(frozen=True, eq=False)
class Place:
    """A position in a source; `index` counts characters from the start of its text."""

    source: Source
    index: int = 0

    def problem(self, message: str, hint: str | None = None, path: str | None = None) -> Problem:
        """A `Problem` at this place, with the line quoted.

        What the owner typed may be part of the message: characters that a terminal would obey
        are shown as escapes.
        """
        message, hint = visible(message), visible(hint) if hint is not None else None
        if self.source.name is None:
            return Problem(message, hint, path)
        line, column = self.source.position(self.index)
        # Of a very long line what is shown would end before the place.
        quote = self.source.quote(line) if column <= LONGEST_QUOTE else None
        return Problem(message, hint, path, self.source.name, line, column, quote)


@dataclass(frozen=True, eq=False)
class Node:
    """A scalar, a list or a mapping, where it stands, and where its key stands.

    `text` is a scalar as typed (`0.10`), which a number alone no longer tells.
    """

    value: Scalar | list[Node] | dict[str, Node]
    place: Place
    key: Place | None = None
    text: str | None = None

    @property
    def mapping(self) -> Mapping[str, Node] | None:
        """The entries, where this is a mapping."""
        return self.value if isinstance(self.value, dict) else None

    @property
    def items(self) -> Sequence[Node] | None:
        """The elements, where this is a list."""
        return self.value if isinstance(self.value, list) else None

    @property
    def origin(self) -> Origin:
        """Whose value this is."""
        return self.place.source.origin

    @property
    def entries(self) -> dict[str, Node]:
        """The entries of a mapping, to change at will; none where this is no mapping."""
        return dict(self.mapping or {})

    def with_entries(self, entries: dict[str, Node]) -> Node:
        """The same place with other entries."""
        return Node(entries, self.place, self.key)

    def put(self, key: str, node: Node) -> Node:
        """The mapping with one entry set."""
        return self.with_entries(self.entries | {key: node})

    def get(self, *steps: Step) -> Node | None:
        """The node at the end of a path of keys and list positions, if it exists."""
        node: Node | None = self
        for step in steps:
            if node is None:
                return None
            if node.mapping is not None:
                node = node.mapping.get(str(step))
            elif node.items is not None and str(step).isdecimal() and int(step) < len(node.items):
                node = node.items[int(step)]
            else:
                return None
        return node

    def nearest(self, *steps: Step) -> Node:
        """The node at a path, or the deepest one on the way that exists."""
        for length in range(len(steps), 0, -1):
            node = self.get(*steps[:length])
            if node is not None:
                return node
        return self

    def plain(self) -> Plain:
        """The value as numbers, texts, lists and dictionaries."""
        if self.mapping is not None:
            return {key: node.plain() for key, node in self.mapping.items()}
        if self.items is not None:
            return [node.plain() for node in self.items]
        assert self.value is None or isinstance(self.value, bool | int | float | str)
        return self.value


def dotted(steps: Sequence[Step]) -> str:
    """`customers.newcomers.redeem`."""
    return ".".join(str(step) for step in steps)


def from_plain(value: object, source: Source) -> Node:
    """A tree without positions from numbers, texts, lists and dictionaries."""
    place = Place(source)
    if isinstance(value, Mapping):
        entries = {str(key): from_plain(inner, source) for key, inner in value.items()}
        return Node({key: replace(node, key=place) for key, node in entries.items()}, place)
    if isinstance(value, list | tuple):
        return Node([from_plain(inner, source) for inner in value], place)
    if isinstance(value, bool | int | float | str) or value is None:
        return Node(value, place, text=str(value))
    return Node(str(value), place, text=str(value))

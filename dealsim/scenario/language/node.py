"""Trees: a value as it stands in a file, what it says and exactly where; and how one tree is laid
over another.

Files, presets, `--set` values and built-in defaults all become trees of `Node`, so that one
merge serves them all and every message can point at the line that caused it. A `Shape` says what
is a section, what maps names to sections, what is one value: mappings merge deeply, values and
lists replace, so that a user's `{mean: , sd: }` replaces a preset's value and never mixes with it.

Merging, `--set`, spelling hints, `explain`, the reference and the JSON Schema all ask one
description, which `model.shape` reads off the sections; the language itself holds none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from dealsim.errors import Problem
from dealsim.text import LONGEST_MESSAGE, shortened

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

    def start(self, line: int) -> int:
        """Index of the first character of a line (from 1)."""
        return self._starts[line - 1]

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
        message = shortened(message, LONGEST_MESSAGE)
        hint = None if hint is None else shortened(hint, LONGEST_MESSAGE)
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


@dataclass(frozen=True)
class Forms:
    """The alternative forms of a section.

    `of_key` says which forms each key belongs to (a key left out belongs to all), `telling` which
    keys tell the form that is meant.
    """

    of_key: Mapping[str, frozenset[str]]
    telling: frozenset[str]

    def chosen(self, keys: Iterable[str]) -> frozenset[str]:
        """The forms that the telling keys present allow; empty where there are none, or where
        they contradict each other."""
        allowed = [self.of_key[key] for key in keys if key in self.telling]
        return frozenset.intersection(*allowed) if allowed else frozenset()


@dataclass(frozen=True)
class Shape:
    """What may stand at a place: a section (`fields`), names mapped to a shape (`item`), or one
    value (neither, or `whole`).

    `model` holds a section and `reader` reads a value; the language looks into neither. A value
    with `element` is a list of sections, or the section of its `fields`; in a `numbered` list a
    path may name one of them by its place (from 0). `description` is what the key means, `words`
    what a report calls it, `required` that no preset and no default can know it.
    """

    model: type | None = None
    fields: Mapping[str, Shape] = field(default_factory=dict)
    item: Shape | None = None
    element: Shape | None = None
    whole: bool = False
    numbered: bool = False
    forms: Forms | None = None
    reader: object | None = None
    is_text: bool = False
    is_number: bool = False
    description: str = ""
    words: object | None = None
    required: bool = False

    @property
    def is_value(self) -> bool:
        """Whether one value stands here, which nothing is merged into."""
        return self.whole or (not self.fields and self.item is None)

    def child(self, step: Step) -> Shape | None:
        """The shape under a key; None where there is no such key."""
        if isinstance(step, int) or (self.numbered and step.isdecimal()):
            return self.element
        return self.item if self.item is not None else self.fields.get(str(step))

    def at(self, steps: Sequence[Step]) -> Shape:
        """The shape at a path; that of nothing where there is none."""
        shape: Shape | None = self
        for step in steps:
            shape = shape.child(step) if shape is not None else None
        return shape or Shape()

    def entries(self, node: Node) -> Iterator[tuple[str, Node, Shape | None]]:
        """Key, value and shape of the entries of a mapping, in the order of the language; keys
        that are none of its own come last, without a shape."""
        mapping = node.mapping or {}
        if self.item is not None:
            yield from ((key, inner, self.item) for key, inner in mapping.items())
            return
        yield from ((key, mapping[key], s) for key, s in self.fields.items() if key in mapping)
        yield from ((key, inner, None) for key, inner in mapping.items() if key not in self.fields)


def merge(low: Node, high: Node, shape: Shape, replaced: frozenset[str] = frozenset()) -> Node:
    """`high` laid over `low`; keys named in `replaced` are taken whole from `high`.

    A section of `high` without content (`deal:` and nothing below) changes nothing.
    """
    if shape.is_value:
        return high
    if high.value is None:
        return low
    if low.mapping is None or high.mapping is None:
        return high
    entries = dict(_kept(low.mapping, high.mapping, shape))
    for key, node in high.mapping.items():
        below, inner = entries.get(key), shape.child(key)
        if below is None or inner is None or (key in replaced and node.value is not None):
            entries[key] = node
        else:
            entries[key] = merge(below, node, inner)
    return high.with_entries(entries)


def _kept(low: Mapping[str, Node], high: Mapping[str, Node], shape: Shape) -> Mapping[str, Node]:
    """What of `low` stays under `high`: of a section with forms, what fits the form chosen."""
    chosen = shape.forms.chosen(high) if shape.forms is not None else frozenset[str]()
    if shape.forms is None or not chosen:
        return low
    of_key = shape.forms.of_key
    return {key: node for key, node in low.items() if of_key.get(key, chosen) & chosen}


def leaves(tree: Node, shape: Shape, path: str = "") -> Iterator[tuple[str, Node]]:
    """Every value of a tree with its dotted path; what is no key of the language is passed over."""
    if shape.is_value or tree.mapping is None:
        yield path, tree
        return
    for key, inner, child in shape.entries(tree):
        if child is not None:
            yield from leaves(inner, child, f"{path}.{key}" if path else key)


def to_plain(node: Node, shape: Shape, directory: Path | None) -> Plain:
    """The tree as plain data: texts as typed, data files relative to `directory`."""
    if node.mapping is not None and not shape.is_value:
        return {
            key: inner.plain() if child is None else to_plain(inner, child, directory)
            for key, inner, child in shape.entries(node)
        }
    if shape.numbered and node.items is not None and shape.element is not None:
        return [to_plain(item, shape.element, directory) for item in node.items]
    if shape.is_text and node.mapping is None and node.items is None:
        return node.text if node.value is not None else None
    if shape.is_number:
        return with_data_file(node, directory).plain()
    return node.plain()


def with_data_file(node: Node, directory: Path | None) -> Node:
    """A value whose data file, if it names one, is named relative to `directory`.

    A file name is relative to the file it is written in, which may be another than the
    scenario's own (`extends`).
    """
    if node.mapping is None:
        return node
    changed = {}
    for key, inner in node.mapping.items():
        home = inner.place.source.directory
        if key == "value":
            changed[key] = with_data_file(inner, directory)
        elif key == "values" and isinstance(inner.value, str) and home not in (None, directory):
            assert home is not None
            name = str(home / inner.value)
            changed[key] = replace(inner, value=name, text=name)
    return node.with_entries(node.entries | changed) if changed else node

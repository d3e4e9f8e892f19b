"""The shape of the language: what is a section, what maps names to sections, what is one value.

It decides how one tree is laid over another: mappings merge deeply, values and lists replace, so
that a user's `{mean: , sd: }` replaces a preset's value and never mixes with it.

Merging, `--set`, spelling hints, `explain`, the reference and the JSON Schema all ask one
description, which `model.shape` reads off the sections; the language itself holds none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dealsim.scenario.language.node import Node, Plain, Step


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
    with `element` is a list of sections, or the section of its `fields`. `description` is what
    the key means, `required` that no preset and no default can know it.
    """

    model: type | None = None
    fields: Mapping[str, Shape] = field(default_factory=dict)
    item: Shape | None = None
    element: Shape | None = None
    whole: bool = False
    forms: Forms | None = None
    reader: object | None = None
    is_text: bool = False
    is_number: bool = False
    description: str = ""
    required: bool = False
    reserved: tuple[str, ...] = ()

    @property
    def is_value(self) -> bool:
        """Whether one value stands here, which nothing is merged into."""
        return self.whole or (not self.fields and self.item is None)

    def child(self, step: Step) -> Shape | None:
        """The shape under a key; None where there is no such key."""
        if isinstance(step, int):
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

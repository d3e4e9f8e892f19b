"""From a tree of nodes to the plain values that the models read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from dealsim.scenario.language.node import Node, Plain
from dealsim.scenario.model.fields import Quantity, Reading, Text
from dealsim.scenario.model.shape import Shape
from dealsim.uncertain import read_values


def reading_of(currency: str | None, directory: Path | None) -> Reading:
    """How values are read: in a currency, data files looked for in a folder."""
    return Reading(currency, data_reader(directory))


def data_reader(directory: Path | None) -> Callable[[str], Sequence[float]]:
    """Reads a data file named relative to `directory` (None: the current folder)."""
    folder = directory if directory is not None else Path.cwd()

    def read(name: str) -> Sequence[float]:
        if not (folder / name).exists():
            where = "" if Path(name).is_absolute() else " in the folder of the scenario"
            raise ValueError(f'there is no file "{name}"{where}')
        return read_values(folder / name)

    return read


def to_plain(node: Node, shape: Shape, directory: Path | None) -> Plain:
    """The tree as plain data: texts as typed, data files relative to `directory`."""
    if node.mapping is not None and not shape.is_value:
        plain: dict[str, Plain] = {}
        for key, inner in node.mapping.items():
            child = shape.child(key)
            plain[key] = inner.plain() if child is None else to_plain(inner, child, directory)
        return plain
    if isinstance(shape.reader, Text) and node.mapping is None and node.items is None:
        return node.text if node.value is not None else None
    if isinstance(shape.reader, Quantity):
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
            name = str((home / inner.value).resolve())
            changed[key] = replace(inner, value=name, text=name)
    return node.with_entries(node.entries | changed) if changed else node

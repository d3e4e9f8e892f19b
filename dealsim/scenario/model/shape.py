"""The shape of the scenario language, read off the models.

What is a section, what maps names to sections, and what is one value: merging, `--set`,
spelling hints, `explain` and the schema all ask this one description.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from dealsim.scenario.language.node import Node
from dealsim.scenario.model.base import Section
from dealsim.scenario.model.fields import Reader
from dealsim.scenario.model.scenario import Scenario

RESERVED = ("service", "rating", "engagement", "audience", "campaigns")
"""Sections of the language that this version does not read yet."""


@dataclass(frozen=True)
class Shape:
    """What may stand at a place: a section (`model` and `fields`), names mapped to a shape
    (`item`), or one value (neither), with its `reader` where a single kind of value is taken."""

    model: type[Section] | None = None
    fields: Mapping[str, Shape] = field(default_factory=dict)
    item: Shape | None = None
    reader: Reader | None = None

    @property
    def is_value(self) -> bool:
        """Whether one value stands here, which nothing is merged into."""
        return self.model is None and self.item is None

    def child(self, name: str) -> Shape | None:
        """The shape under a key; None where there is no such key."""
        return self.item if self.item is not None else self.fields.get(name)


def ordered(node: Node, shape: Shape) -> Node:
    """The tree with the keys of every section in the order of its model."""
    if node.mapping is None or shape.is_value:
        return node
    known = [name for name in shape.fields if name in node.mapping]
    others = [name for name in node.mapping if name not in shape.fields]
    entries = {}
    for name in [*known, *others]:
        child = shape.child(name)
        entries[name] = node.mapping[name] if child is None else ordered(node.mapping[name], child)
    return node.with_entries(entries)


@cache
def scenario_shape() -> Shape:
    """The shape of a whole scenario."""
    return _section(Scenario)


def _section(model: type[Section]) -> Shape:
    fields = {}
    for name, info in model.model_fields.items():
        reader = next((entry for entry in info.metadata if isinstance(entry, Reader)), None)
        fields[name] = Shape(reader=reader) if reader else _of(info.annotation)
    return Shape(model, fields)


def _of(annotation: Any) -> Shape:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        reader = next((entry for entry in arguments[1:] if isinstance(entry, Reader)), None)
        return Shape(reader=reader) if reader else _of(arguments[0])
    if origin in (Union, types.UnionType):
        inner = [argument for argument in arguments if argument is not type(None)]
        return _of(inner[0]) if len(inner) == 1 else Shape()
    if origin is dict:
        return Shape(item=_of(arguments[1]))
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return _section(annotation)
    return Shape()

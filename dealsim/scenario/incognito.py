"""What is stated, told so that no amount of money can be read from it.

Amounts become parts of a whole, which `currency` names; names that may hold an amount, and sources
of the owner's own, go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from dealsim.scenario.language.node import Node, Origin
from dealsim.scenario.language.overrides import Stated
from dealsim.scenario.model.fields import Reading
from dealsim.scenario.model.shape import scenario_shape
from dealsim.scenario.presets.amounts import in_units
from dealsim.scenario.presets.defaults import default

NAME = "The deal"
LEFT_OUT = ("name", "expect")
"""Sections that a page does without: what it is called, and limits on results, in money."""
OWN: tuple[Origin, ...] = ("file", "extends", "set")
NAMED = ("customers", "markets", "alternatives")
"""Keys below which people give names."""
_AMOUNT = re.compile(r"[\d$\u00a3\u20ac\u00a5]")


def incognito(stated: Stated, currency: str, factor: float, reading: Reading) -> Stated:
    """The same with every amount times `factor`, in `currency`; `reading` is that of today's."""
    shape, told = scenario_shape(), stated.without(LEFT_OUT)
    tree = in_units(told.tree, shape, factor, reading)
    overrides = [
        (steps, in_units(node, shape.at(steps), factor, reading)) for steps, node in told.overrides
    ]
    names = _names(tree, [(steps, node) for steps, node in overrides])
    overrides = [
        (tuple(names.get(step, step) for step in steps), _told(node, steps[-1], names))
        for steps, node in overrides
        if steps != ("currency",)
    ]
    tree = _told(tree, "", names).put("name", default(NAME)).put("currency", default(currency))
    return replace(stated, tree=tree, overrides=overrides, factor=factor * stated.factor)


def _names(tree: Node, overrides: list[tuple[tuple[str, ...], Node]]) -> Mapping[str, str]:
    """Names that may hold an amount, and what stands for each."""
    found: dict[str, str] = {}

    def look(node: Node, key: str) -> None:
        for own, inner in (node.mapping or {}).items():
            if key in NAMED and _AMOUNT.search(own):
                found.setdefault(own, f"group {_letters(len(found))}")
            look(inner, own)
        for inner in node.items or ():
            look(inner, key)

    look(tree, "")
    for steps, node in overrides:
        look(node, steps[-1])
    return found


def _letters(number: int) -> str:
    """A, B, ... Z, BA, BB, ..."""
    first, last = divmod(number, 26)
    return (_letters(first) if first else "") + chr(ord("A") + last)


def _told(node: Node, key: str, names: Mapping[str, str]) -> Node:
    """A part of the tree below `key` with the new names, and without what an owner wrote freely."""
    if node.items is not None:
        return replace(node, value=[_told(one, key, names) for one in node.items])
    if node.mapping is not None:
        kept = {
            names.get(own, own) if key in NAMED else own: _told(inner, own, names)
            for own, inner in node.mapping.items()
            if not (own in ("source", "name") and inner.origin in OWN and key not in NAMED)
        }
        return node.with_entries(kept)
    if isinstance(node.value, str) and (set(node.value.split(".")) & names.keys()):
        text = ".".join(names.get(step, step) for step in node.value.split("."))
        return replace(node, value=text, text=text)
    return node

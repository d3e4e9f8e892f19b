"""Laying one tree over another: mappings merge deeply, values and lists replace.

The shape of the language decides what is a mapping of keys and what is one value, so that a
user's `{mean: , sd: }` replaces a preset's value and never mixes with it.
"""

from __future__ import annotations

from collections.abc import Mapping

from dealsim.scenario.language.node import Node
from dealsim.scenario.language.shape import Shape


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

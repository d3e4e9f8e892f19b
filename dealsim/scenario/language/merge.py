"""Laying one tree over another: mappings merge deeply, values and lists replace.

The shape of the language decides what is a mapping of keys and what is one value, so that a
user's `{mean: , sd: }` replaces a preset's value and never mixes with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dealsim.scenario.language.node import Node
from dealsim.scenario.model.customers import Returns
from dealsim.scenario.model.shape import Shape

_FORMS: Mapping[str, frozenset[str]] = {
    "visits_per_month": frozenset({"rate"}),
    "stay": frozenset({"rate"}),
    "visits": frozenset({"count"}),
    "after": frozenset({"count", "worth"}),
    "worth": frozenset({"worth"}),
    "spend": frozenset({"rate", "count"}),
    "cv": frozenset({"rate", "count"}),
}
"""The forms of `returns` that each of its fields belongs to."""

_TELLING = ("visits_per_month", "stay", "visits", "after", "worth")
"""The fields of `returns` that tell which form is meant."""


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
    return replace(high, value=entries)


def _kept(low: Mapping[str, Node], high: Mapping[str, Node], shape: Shape) -> Mapping[str, Node]:
    """What of `low` stays under `high`: of `returns`, only what fits the form `high` chooses."""
    if shape.model is not Returns:
        return low
    chosen = returns_forms(high)
    if not chosen:
        return low
    return {key: node for key, node in low.items() if _FORMS.get(key, chosen) & chosen}


def returns_forms(entries: Mapping[str, object]) -> frozenset[str]:
    """The forms of `returns` that the telling fields present allow; empty where there are none,
    or where they contradict each other."""
    told = [_FORMS[key] for key in _TELLING if key in entries]
    return frozenset.intersection(*told) if told else frozenset()

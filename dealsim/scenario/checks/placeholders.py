"""Placeholders for values that are missing or wrong, so that the others can still be checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dealsim.scenario.language.node import Node, Source, Step, from_plain, merge
from dealsim.scenario.language.overrides import Stated
from dealsim.scenario.model.shape import scenario_shape

_PLACEHOLDERS = {
    "deal": {"price": 10, "face_value": 20, "demand": 100},
    "platform": {"commission": "50%"},
    "business": {"usual_ticket": 50, "variable_cost": "40%"},
}
_SEGMENT = {"share": "50%"}


def without(stated: Stated, invalid: Sequence[tuple[Step, ...]]) -> Stated:
    """What is stated without the values at the `invalid` paths, over placeholders for what no
    preset knows."""
    tree = stated.tree
    for steps in invalid:
        tree = _cut(tree, steps)
    overrides = [(steps, node) for steps, node in stated.overrides if not _touched(steps, invalid)]
    base = from_plain(_PLACEHOLDERS, Source("default"))
    tree = merge(base, tree, scenario_shape())
    customers = tree.get("customers")
    if customers is not None and customers.mapping is not None:
        placeholder = from_plain(_SEGMENT, Source("default"))
        shape = scenario_shape().at(("customers", "a segment"))
        filled = {name: merge(placeholder, node, shape) for name, node in customers.mapping.items()}
        tree = tree.put("customers", customers.with_entries(filled))
    return replace(stated, tree=tree, overrides=overrides, problems=(), warnings=())


def _touched(steps: tuple[str, ...], invalid: Sequence[tuple[Step, ...]]) -> bool:
    """Whether an invalid path is an override's own, above it or below it."""
    return any(path[: len(steps)] == steps or steps[: len(path)] == path for path in invalid)


def _cut(node: Node, steps: tuple[Step, ...]) -> Node:
    if not steps or node.mapping is None:
        return node
    entries = dict(node.mapping)
    head = str(steps[0])
    if head in entries:
        below = entries[head]
        if len(steps) == 1 or below.mapping is None:
            del entries[head]
        else:
            entries[head] = _cut(below, steps[1:])
    return node.with_entries(entries)

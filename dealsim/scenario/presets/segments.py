"""Completing the segments of `customers` from the preset's segments of the same names."""

from __future__ import annotations

from dataclasses import replace

from dealsim.scenario.language.merge import merge, returns_forms
from dealsim.scenario.language.node import Node, Source, from_plain
from dealsim.scenario.model.customers import Overspend, Returns
from dealsim.scenario.model.shape import Shape, scenario_shape
from dealsim.scenario.presets.kinds import Kind

_DEFAULT = Source("default")
_SEGMENT = {"use": "100%", "would_have_come": 0}
_NO_OVERSPEND = {"chance": 0, "amount": 0, "cv": 0}


def fill_segments(tree: Node, kind: Kind) -> Node:
    """The tree with every segment complete.

    A field left out comes from the preset's segment of that name; else `redeem` from the kind,
    `use` 100 %, `would_have_come` 0, `cv` 1, no overspend and no returns.
    """
    customers = tree.get("customers")
    if customers is None or customers.mapping is None:
        return tree
    shape = scenario_shape().fields["customers"].item
    assert shape is not None
    presets = kind.tree.get("customers")
    known = presets.entries if presets is not None else {}
    filled = {}
    for name, segment in customers.mapping.items():
        filled[name] = _filled(segment, known.get(name), kind.redeem, shape)
    return tree.put("customers", customers.with_entries(filled))


def _filled(segment: Node, preset: Node | None, redeem: Node | None, shape: Shape) -> Node:
    if preset is not None:
        segment = replace(merge(preset, segment, shape), key=segment.key)
    if segment.mapping is None:
        return segment if segment.value is not None else segment.with_entries({})
    entries = dict(segment.mapping)
    if redeem is not None:
        entries.setdefault("redeem", redeem)
    for key, value in _SEGMENT.items():
        entries.setdefault(key, from_plain(value, _DEFAULT))
    return segment.with_entries(entries)


def complete_options(node: Node, shape: Shape) -> Node:
    """The tree with what `overspend` and `returns` leave out, wherever they stand.

    The word `none` switches either off; so does leaving `returns` out.
    """
    if node.mapping is None or shape.is_value:
        return node
    entries: dict[str, Node] = {}
    for key, inner in node.mapping.items():
        child = shape.child(key)
        if child is not None and child.model is Returns:
            inner = _returns(inner)
        elif child is not None and child.model is Overspend:
            inner = _overspend(inner)
        elif child is not None:
            inner = complete_options(inner, child)
        if inner.value is not None or child is None or child.is_value:
            entries[key] = inner
    return node.with_entries(entries)


def _is_none(node: Node) -> bool:
    return isinstance(node.value, str) and node.value.strip() == "none"


def _overspend(node: Node) -> Node:
    if _is_none(node):
        nil = from_plain(_NO_OVERSPEND, node.place.source)
        return replace(nil, place=node.place, key=node.key)
    if node.mapping is None:
        return node
    return node.with_entries({"cv": from_plain(1, _DEFAULT)} | dict(node.mapping))


def _returns(node: Node) -> Node:
    if _is_none(node):
        return replace(node, value=None)
    if node.mapping is None:
        return node
    forms = returns_forms(node.mapping)
    missing = {"cv": 1, "after": 0} if forms & {"count", "worth"} else {"cv": 1}
    entries = {name: from_plain(value, _DEFAULT) for name, value in missing.items()}
    return node.with_entries(entries | dict(node.mapping))

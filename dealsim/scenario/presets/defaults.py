"""What holds where neither the owner nor a preset says anything."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache

from dealsim.scenario.language.node import Node, Shape, Source, from_plain, merge
from dealsim.scenario.language.yamlfile import FORMAT
from dealsim.scenario.model.customers import Overspend, Returns, VoucherBill
from dealsim.scenario.presets.kinds import Kind

_DEFAULTS = {
    "dealsim": FORMAT,
    "kind": "services",
    "starts": "2025-01-01",
    "horizon": "36 months",
    "deal": {
        "cap": "none",
        "minimum": 0,
        "after_expiry": "paid_value",
        "paid_value_expires": "never",
    },
    "platform": {"name": "the platform", "fixed_fee": 0},
    "business": {
        "visits_per_week": "none",
        "capacity_per_week": "none",
        "serve_first": "first_come",
        "turned_away": "honoured",
    },
    "redemption": {"late": {"bill": "worth"}},
    "run": {"trials": 10_000, "seed": 1},
}
"""The absence of an option, and settings that no study could supply. Nothing here depends on
today's date."""

_SEGMENT = {"use": "100%", "would_have_come": 0}
_NO_OVERSPEND = {"chance": 0, "amount": 0, "cv": 0}


@lru_cache(maxsize=256)
def default(value: object) -> Node:
    """A value, or a text, as a default."""
    return from_plain(value, Source("default"))


@cache
def defaults() -> Node:
    """The values no preset states."""
    return from_plain(_DEFAULTS, Source("default"))


def fill_segments(customers: Node, kind: Kind, shape: Shape) -> Node:
    """The segments complete.

    A field left out comes from the preset's segment of that name; else `redeem` and `bill` from the
    kind, `use` 100 %, `would_have_come` 0, `cv` 1, and no returns.
    """
    if customers.mapping is None or shape.item is None:
        return customers
    preset = kind.tree.get("customers")
    presets = preset.entries if preset is not None else {}
    filled = {
        name: _filled(segment, presets.get(name), kind, shape.item)
        for name, segment in customers.mapping.items()
    }
    return customers.with_entries(filled)


def _filled(segment: Node, preset: Node | None, kind: Kind, shape: Shape) -> Node:
    if preset is not None:
        segment = replace(merge(preset, segment, shape), key=segment.key)
    if segment.mapping is None:
        return segment if segment.value is not None else segment.with_entries({})
    entries = dict(segment.mapping)
    if kind.redeem is not None:
        entries.setdefault("redeem", kind.redeem)
    if kind.bill is not None:
        own = entries.get("bill")
        entries["bill"] = kind.bill if own is None else merge(kind.bill, own, shape.fields["bill"])
    if _is_whole(entries.get("overspend")) and entries["bill"].origin == "kind":
        # what the owner says of spending leaves nothing for the preset to say
        del entries["bill"]
    for key, value in _SEGMENT.items():
        entries.setdefault(key, default(value))
    return segment.with_entries(entries)


def _is_whole(overspend: Node | None) -> bool:
    """Whether an overspend says both how often and how much."""
    if overspend is None or overspend.value is None:
        return False
    return _is_none(overspend) or {"chance", "amount"} <= overspend.entries.keys()


def complete_options(node: Node, shape: Shape) -> Node:
    """The tree with what `overspend` and `returns` leave out, wherever they stand.

    The word `none` switches either off, and `bill` too; so does leaving `returns` out.
    """
    if node.mapping is None or shape.is_value:
        return node
    entries: dict[str, Node] = {}
    for key, inner in node.mapping.items():
        child = shape.child(key)
        if child is not None and child.model is Returns:
            inner = _returns(inner, child)
        elif child is not None and child.model is Overspend:
            inner = _overspend(inner)
        elif child is not None and child.model is VoucherBill and _is_none(inner):
            inner = replace(inner, value=None)
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
    if node.mapping is None or "amount" not in node.mapping:
        return node
    return node.with_entries({"cv": default(1)} | dict(node.mapping))


def _returns(node: Node, shape: Shape) -> Node:
    if _is_none(node):
        return replace(node, value=None)
    if node.mapping is None or shape.forms is None:
        return node
    missing = {"cv": 1}
    if shape.forms.chosen(node.mapping) & {"count", "worth"}:
        missing["after"] = 0
    return node.with_entries(
        {key: default(value) for key, value in missing.items()} | dict(node.mapping)
    )

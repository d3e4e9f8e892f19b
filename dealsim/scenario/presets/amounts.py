"""Amounts of a tree in another unit of money: every one times a factor, what derives from them left
to be derived."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from dealsim.scenario.language.node import Node, Shape, from_plain, with_data_file
from dealsim.scenario.model.fields import Quantity, Reading
from dealsim.uncertain import MONEY, Uncertain, ValueProblems

COST = "cost_per_week"
"""The amount within a list of places."""


def in_units(node: Node, shape: Shape, factor: float, reading: Reading) -> Node:
    """The part of a tree that has this shape with every amount of money times `factor`; `reading`
    is that of the tree as it stands."""
    reader = shape.reader
    if isinstance(reader, Quantity) and reader.field.kind == "money":
        return _amount(node, reader, factor, reading)
    if node.items is not None:
        inner = [_entry(one, shape, factor, reading) for one in node.items]
        return replace(node, value=inner)
    if node.mapping is None or isinstance(reader, Quantity):
        return node
    changed = {
        key: inner if own is None else in_units(inner, own, factor, reading)
        for key, inner, own in shape.entries(node)
    }
    return node.with_entries({key: changed[key] for key in node.mapping})


def _entry(node: Node, shape: Shape, factor: float, reading: Reading) -> Node:
    """One of a list: a further deal, or places from a day on."""
    if shape.element is not None:
        return in_units(node, shape.element, factor, reading)
    cost = node.get(COST)
    if cost is None:
        return node
    value = _times(reading.parse(cost.plain(), MONEY).mean(), factor)
    return node.put(COST, from_plain(value, cost.place.source))


def _amount(node: Node, reader: Quantity, factor: float, reading: Reading) -> Node:
    entries = node.mapping or {}
    if "times" in entries:  # of an amount that is changed itself
        return node
    if "value" in entries:
        return node.with_entries(
            {**entries, "value": _amount(entries["value"], reader, factor, reading)}
        )
    try:
        value = reader.read(with_data_file(node, None).plain(), reading)
    except ValueProblems:
        return node  # reported where it is read
    if not isinstance(value, Uncertain):
        return node
    made = from_plain(_plain(value, factor), node.place.source)
    return replace(made, place=node.place, key=node.key)


def _plain(value: Uncertain, factor: float) -> object:
    """The value times a factor, as a scenario file would have it."""
    family, numbers = value.family, value.parameters
    if value.is_constant:
        return _times(value.mean(), factor)
    if family == "choices":
        chances = numbers.values()
        pairs = zip(value.values, chances, strict=True)
        return {"choices": {repr(_times(amount, factor)): chance for amount, chance in pairs}}
    if family == "data":
        return {"values": [_times(amount, factor) for amount in value.values]}
    return {"dist": family} | _scaled(value, numbers, factor)


def _scaled(value: Uncertain, numbers: Mapping[str, float], factor: float) -> dict[str, float]:
    """The numbers that a family is written with."""
    if value.family == "lognormal":
        mean, cv = value.mean(), math.sqrt(math.expm1(numbers["sigma"] ** 2))
        return {"mean": _times(mean, factor), "sd": _times(mean * cv, factor)}
    return {k: number if k == "cv" else _times(number, factor) for k, number in numbers.items()}


def _times(amount: float, factor: float) -> float:
    """The product without its last digits, which would differ with the unit it was in."""
    return float(f"{amount * factor:.12g}")

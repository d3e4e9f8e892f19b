"""Amounts that a preset derives from one of the owner's own.

A preset cannot know what a dollar buys: it says `{times: deal.face_value, value: 20% to 70%}`.
Every time a scenario is completed, when it is loaded and when it is changed in memory, that
becomes an amount from the face value of that moment (its mean, where it is uncertain: the share
that is spent and the face value are not drawn together).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from dealsim.scenario.language.node import Node, with_data_file
from dealsim.scenario.model.fields import Reading
from dealsim.uncertain import POSITIVE_MONEY, ValueProblems
from dealsim.units import exact_number, plain_number

_FACTOR = re.compile(r"(\S+)( to (\S+))?")


def derive_amounts(node: Node, root: Node, reading: Reading) -> Node:
    """A part of the tree `root` with every `{times: path, value: , source: }` of a preset as an
    amount."""
    entries = node.mapping
    if entries is None:
        return node
    if "times" in entries and node.origin == "kind":
        return _amount(node, entries, root, reading)
    changed = {key: derive_amounts(inner, root, reading) for key, inner in entries.items()}
    if all(changed[key] is inner for key, inner in entries.items()):
        return node
    return node.with_entries(changed)


def _amount(node: Node, entries: Mapping[str, Node], root: Node, reading: Reading) -> Node:
    path = str(entries["times"].value)
    unit = Fraction(_mean(root.get(*path.split(".")), reading))
    parts = _FACTOR.fullmatch(str(entries["value"].value))
    assert parts is not None, f"{path}: a preset's factor is a number or a range"
    amount = " to ".join(_times(part, unit) for part in (parts[1], parts[3]) if part)
    text = f"{amount} ({parts[0]} of {path})"
    value = replace(entries["value"], value=amount, text=text)
    kept = {key: inner for key, inner in entries.items() if key == "source"}
    return node.with_entries({"value": value} | kept)


def _mean(node: Node | None, reading: Reading) -> float:
    """The mean of the owner's amount; 1 where it is missing or wrong, which is reported there."""
    if node is None:
        return 1.0
    try:
        value = with_data_file(node, None).plain()
        return reading.parse(value, POSITIVE_MONEY).mean()
    except ValueProblems:
        return 1.0


def _times(factor: str, unit: Fraction) -> str:
    share = exact_number(factor.removesuffix("%")) / (100 if factor.endswith("%") else 1)
    return plain_number(float(f"{float(share * unit):.6g}"))

"""Inputs in an owner's words: what each is, and its values with their units.

The words stand with each key of the sections (`InWords`); here they are put together.
"""

from __future__ import annotations

import math
import re

from dealsim.scenario.language.node import Shape
from dealsim.scenario.language.overrides import split_path
from dealsim.scenario.model.fields import InWords, Quantity
from dealsim.scenario.model.shape import scenario_shape
from dealsim.units import DAYS_PER_MONTH, format_count, format_money, format_share

GROUPS = {
    "existing": "existing customers",
    "all": "customers",
    "referral_credit": "buyers on referral credit",
}
"""Names of segments that say less by themselves."""

LONG = 60.0
"""Days from which a time is told in months."""

SMALL = 10.0
"""Money below which cents are told."""


def in_words(path: str) -> str:
    """What the input at a path is: `how many newcomers come back at full price`; of a further
    campaign, which one. Its path where there are no words for it."""
    campaign, own = _campaign(path)
    words = _shape(own).words
    if not isinstance(words, InWords):
        return path
    return words.text.format(_group(own)) + (f" (deal {campaign + 1})" if campaign else "")


def value_in_words(path: str, value: float, currency: str) -> str:
    """A value of that input: `79 %`, `$12.50`, `97 days`, `1,200 vouchers`."""
    return _with_unit(*_value(path, value, currency, abs(value)))


def range_in_words(path: str, low: float, high: float, currency: str) -> str:
    """From one value to another, and of what: `25 % to 40 % of the bill`; one value where both
    read the same."""
    (first, unit), (last, _) = (_value(path, v, currency, abs(high)) for v in (low, high))
    words = _shape(_campaign(path)[1]).words
    part_of = words.part_of if isinstance(words, InWords) else ""
    said = _with_unit(first if first == last else f"{first} to {last}", unit)
    return f"{said} {part_of}".rstrip()


def _campaign(path: str) -> tuple[int, str]:
    """The number of the further campaign that an input belongs to, 0 for the first, and its own
    path."""
    found = re.fullmatch(r"campaigns\.(\d+)\.(.+)", path)
    return (int(found[1]), found[2]) if found else (0, path)


def _shape(path: str) -> Shape:
    return scenario_shape().at(split_path(path))


def _group(path: str) -> str:
    """The kind of customer that a path is about."""
    parts = path.split(".")
    if parts[:2] == ["audience", "markets"]:
        return parts[2]
    if parts[0] not in ("customers", "alternatives"):
        return "voucher holders"
    return GROUPS.get(parts[1], parts[1].replace("_", " "))


def _value(path: str, value: float, currency: str, size: float) -> tuple[str, str]:
    """A value and its unit, both written; `size` decides how finely."""
    if not math.isfinite(value):
        return "n/a", ""
    reader = _shape(_campaign(path)[1]).reader
    kind = reader.field.kind if isinstance(reader, Quantity) else ""
    if kind == "share":
        return format_share(value), ""
    if kind == "money":
        return format_money(value, currency, cents=size < SMALL), ""
    unit = reader.unit if isinstance(reader, Quantity) else ""
    if unit == "days" and size >= LONG:
        return _number(value / DAYS_PER_MONTH), "months"
    return _number(value), unit


def _number(value: float) -> str:
    return format_count(value) if abs(value) >= 10 else f"{float(f'{value:.2g}'):g}"


def _with_unit(number: str, unit: str) -> str:
    return f"{number} {unit}".rstrip()

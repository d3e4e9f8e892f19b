"""Reading `a to b`, the central 90 % interval."""

from __future__ import annotations

import re

from dealsim.uncertain.choose import from_interval
from dealsim.uncertain.distributions import Distribution
from dealsim.uncertain.field import Field
from dealsim.uncertain.problems import Collector, problem
from dealsim.uncertain.quantity import Amount, amount_value, check_limits, split_amount
from dealsim.units import quoted

_TO = re.compile(r"(?:^|\s)to(?:\s|$)", re.IGNORECASE)


def is_interval(text: str) -> bool:
    """Whether normalised text is meant as `a to b`."""
    return _TO.search(text) is not None


def read_interval(text: str, field: Field, currency: str | None) -> Distribution:
    """The distribution of `a to b`, normalised text; raises ValueProblems."""
    ends = [end.strip() for end in _TO.split(text)]
    if len(ends) != 2 or not all(ends):
        raise problem(
            f"{quoted(text)} is not a range",
            f"write its two ends, low to high, such as {field.range_example()}",
        )
    collector = Collector()
    amounts = [collector.attempt((), split_amount, end, field) for end in ends]
    collector.finish()
    first, second = (amount for amount in amounts if amount is not None)
    first = _with_unit_of(first, second, field, text)
    values: list[float] = []
    for amount in (first, second):
        value = collector.attempt((), _end, amount, field, currency)
        if value is not None:
            values.append(value)
    collector.finish()
    low, high = values
    if low > high:
        raise problem(
            f"{quoted(text)} has its low end above its high end",
            f"write the smaller number first: {ends[1]} to {ends[0]}",
        )
    return from_interval(low, high, field)


def _end(amount: Amount, field: Field, currency: str | None) -> float:
    value = amount_value(amount, field, currency)
    check_limits(value, field.closed(), quoted(amount.text))
    return value


def _with_unit_of(first: Amount, second: Amount, field: Field, text: str) -> Amount:
    """`first`, with the unit of time of `second` where it has none; refuses unequal marks."""
    if field.kind == "duration" and not first.mark and second.mark:
        return Amount(first.number, second.mark, f"{first.text} {second.mark}")
    if first.currencies and second.currencies and not first.currencies & second.currencies:
        raise problem(f"{quoted(text)} is in two currencies", "write both ends in the same one")
    if second.is_percent and not first.mark and first.number != 0:
        raise problem(
            f"{quoted(text)} has a percentage at one end only",
            f"write {first.text}% to {second.text} if both are percentages",
        )
    if first.is_percent and not second.mark and second.number not in (0, 1):
        raise problem(
            f"{quoted(text)} has a percentage at one end only",
            f"write {first.text} to {second.text}% if both are percentages",
        )
    return first

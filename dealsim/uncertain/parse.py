"""Reading a value of a scenario in any of its forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from dealsim.uncertain.distributions import Constant, Distribution
from dealsim.uncertain.field import Field
from dealsim.uncertain.forms import FormContext, explain_comma, read_form, step_of
from dealsim.uncertain.problems import Collector, problem, shown
from dealsim.uncertain.quantity import (
    Amount,
    amount_value,
    check_limits,
    check_whole,
    checked_text,
    range_ends,
    read_quantity,
    split_amount,
)
from dealsim.uncertain.value import Uncertain, fit_to, from_interval
from dealsim.units import did_you_mean, plain_number, quoted

LONGEST_WRITTEN = 500
"""Longest text kept of how a value was written."""


def parse(
    raw: object,
    field: Field,
    *,
    currency: str | None = None,
    read_values: Callable[[str], Sequence[float]] | None = None,
) -> Uncertain:
    """The value that `raw`, plain data as YAML gives it, means in `field`.

    `currency` (ISO 4217) refuses the signs of other currencies; None accepts any. `read_values`
    returns the numbers of a named data file, in the field's unit (shares of 1, days), or raises
    ValueError or OSError. Raises ValueProblems with everything found wrong.
    """
    context = FormContext(field, currency, read_values)
    if isinstance(raw, Mapping) and "value" in raw:
        return _read_wrapped(raw, context)
    if not isinstance(raw, Mapping):
        read = _read_again if isinstance(raw, str | int | float) else _read_scalar
        scalar, trimmed = read(raw, field, currency)
        return Uncertain(scalar, _written(raw)[:LONGEST_WRITTEN], None, trimmed)
    collector = Collector()
    source = collector.attempt(("source",), _source, raw)
    distribution = collector.attempt((), read_form, raw, context)
    if collector.problems or distribution is None:
        raise collector.error()
    rest = {key: part for key, part in raw.items() if key != "source"}
    return _value(distribution, rest, source, field)


def _read_scalar(raw: object, field: Field, currency: str | None) -> tuple[Distribution, bool]:
    """A number or a text, and whether it has to be trimmed."""
    text = checked_text(raw, field) if isinstance(raw, str) else ""
    ends = range_ends(text)
    if ends is not None:
        interval = _read_interval(text, ends, field, currency)
        return interval, fit_to(interval, field)
    number = read_quantity(raw, field, currency)
    check_whole(number, field)
    return Constant(number), False


_read_again = lru_cache(maxsize=4096, typed=True)(_read_scalar)
"""The same, kept: a scenario changed in memory is read anew with nearly every value as it was."""


def _read_interval(text: str, ends: list[str], field: Field, currency: str | None) -> Distribution:
    """The distribution of the range `text` with these ends; raises ValueProblems."""
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
    if second.is_percent and not first.mark and first.number > second.number / 100:
        # 20-40 %: read as it stands, 20 of 1 would lie above 40 %
        return Amount(first.number, "%", f"{first.text}%")
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


def _read_wrapped(raw: Mapping[object, object], context: FormContext) -> Uncertain:
    """`{value: , source: }`: the value in any form but this one."""
    explain_comma(raw)
    collector = Collector()
    for key in raw:
        if key not in ("value", "source"):
            close = did_you_mean(key, ("value", "source")) if isinstance(key, str) else None
            asked = f"; did you mean {quoted(close)}?" if close else ""
            collector.add(
                f"unknown key {shown(key)} beside value{asked}",
                "the form is {value: , source: }",
                step_of(key),
            )
    source = collector.attempt(("source",), _source, raw)
    inner = collector.attempt(("value",), _read_inner, raw["value"], context)
    if collector.problems or inner is None:
        raise collector.error()
    return Uncertain(inner.distribution, inner.written, source or inner.source, inner.trimmed)


def _read_inner(raw: object, context: FormContext) -> Uncertain:
    if isinstance(raw, Mapping) and "value" in raw:
        raise problem("a value inside a value", "write {value: , source: } once")
    return parse(raw, context.field, currency=context.currency, read_values=context.read_values)


def _source(raw: Mapping[object, object]) -> str | None:
    """The source beside a value, None where there is none."""
    if "source" not in raw:
        return None
    source = raw["source"]
    if not isinstance(source, str) or not source.strip():
        raise problem("the source must be a text", 'write {value: 21.7%, source: "Dholakia 2011"}')
    return source.strip()


def _value(distribution: Distribution, raw: object, source: str | None, field: Field) -> Uncertain:
    trimmed = fit_to(distribution, field)
    return Uncertain(distribution, _written(raw)[:LONGEST_WRITTEN], source, trimmed)


def _written(raw: object) -> str:
    """Plain data as YAML in one line."""
    if isinstance(raw, Mapping):
        return "{" + ", ".join(f"{key}: {_written(part)}" for key, part in raw.items()) + "}"
    if isinstance(raw, list | tuple):
        shown = ", ".join(_written(part) for part in raw[:20])
        return f"[{shown}{', ...' if len(raw) > 20 else ''}]"
    if isinstance(raw, float):
        return plain_number(raw)
    return str(raw)

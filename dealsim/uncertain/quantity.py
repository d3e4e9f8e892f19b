"""Reading one certain number with its unit: `45%`, `1/3`, `$10`, `CAD 10`, `6 weeks`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from numbers import Real

from dealsim.uncertain.field import Field
from dealsim.uncertain.problems import ValueProblems, problem
from dealsim.units import (
    LONGEST_TEXT,
    currencies_of,
    exact_number,
    finite_number,
    plain_number,
    quoted,
    span_of,
    span_unit,
)

_NUMERAL = re.compile(r"[0-9.,]+(?:[ '\u2019][0-9]{3})*(?:[eE][+-]?[0-9]+)?(?:/[0-9.,]+)?")
_RANGE_MARK = re.compile(r"[0-9%]\s*(?:-|\u2013|\u2014|\.\.+|\u2026|\band\b)\s*[^\s0-9]{0,3}[0-9]")
_TO = re.compile(r"(?:^|\s)to(?:\s|$)", re.IGNORECASE)
_DASH = "-\u2013\u2014"
_DASHED = re.compile(
    rf"([-+]?[^{_DASH}]*[0-9][^{_DASH}]*?)\s*[{_DASH}]\s*([-+]?[^{_DASH}]*[0-9][^{_DASH}]*)"
)
_EXPONENT = re.compile(r".*[0-9.][eE]")
PERCENT_WORDS = ("percent", "per cent", "pct", "pct.", "pc", "p.c.", "prozent", "pour cent")
HOURS = ("hour", "hours")
"""A unit of means and half-lives only: nothing is dated to the hour."""
SINGLE_HINT = "one certain number is expected here, such as {}"


@dataclass(frozen=True)
class Amount:
    """A number and the mark it carries: `%`, a currency's sign or code, a unit, or nothing."""

    number: Fraction
    mark: str
    text: str

    @property
    def is_percent(self) -> bool:
        """Whether it is written in per cent."""
        return self.mark == "%"

    @property
    def currencies(self) -> frozenset[str]:
        """The currencies its mark may stand for; empty where it is no money."""
        return currencies_of(self.mark) if self.mark else frozenset()


def normalised(text: str) -> str:
    """`text` with single spaces (of any kind) and the minus of typewriters."""
    return " ".join(text.replace("\N{MINUS SIGN}", "-").split())


def range_ends(text: str) -> list[str] | None:
    """The ends of a range, normalised text: of `400 to 1500`, `400-1500` or `400\u20131500`; None
    where it is none. With the word `to` there may be more or fewer than two."""
    if _TO.search(text):
        return [end.strip() for end in _TO.split(text)]
    dashed = _DASHED.fullmatch(text)
    # the dash of 1e-3 is a sign
    if dashed is None or _EXPONENT.fullmatch(dashed[1]):
        return None
    return [dashed[1].strip(), dashed[2].strip()]


@lru_cache(maxsize=4096)
def split_amount(text: str, field: Field) -> Amount:
    """The number and the mark in `text`, unconverted; raises ValueProblems."""
    parts = re.fullmatch(r"([^0-9.]*)([0-9.].*[0-9.]|[0-9.])([^0-9.]*)", text)
    if parts is None:
        raise not_a_value(text, field)
    before, digits, after = (part.strip() for part in parts.groups())
    sign = ""
    for candidate in ("-", "+"):
        if before.startswith(candidate) or before.endswith(candidate):
            before, sign = before.strip(candidate + " "), candidate
            break
    mark = before or after
    if before and (after or before == "%"):
        raise not_a_value(text, field)
    try:
        number = exact_number(sign + digits)
    except ValueError as error:
        if _NUMERAL.fullmatch(digits) and not _RANGE_MARK.search(text):
            raise problem(
                str(error), f"expected {field.name()}, such as {field.example()}"
            ) from None
        raise not_a_value(text, field) from None
    if mark.lower() in PERCENT_WORDS:
        raise problem(f"{quoted(text)} is not {field.name()}", f"write {sign}{digits}%")
    return Amount(number, mark, text)


def not_a_value(text: str, field: Field) -> ValueProblems:
    """The error for text that is no value at all."""
    hint = f"expected {field.name()}, such as {field.example()}"
    if re.fullmatch(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", text):
        return problem(f"{text} is a date, not {field.name()}", hint)
    if _RANGE_MARK.search(text):
        hint = f"write a range with the word to: {field.range_example()}"
    elif single := re.fullmatch(r"([0-9.,]*[0-9])\s*[A-Za-z][A-Za-z ]*", text):
        plain = field.kind in ("money", "count", "rate")
        hint = f"write the number alone: {single[1]}" if plain else hint
    return problem(f"{quoted(text)} is not {field.name()}", hint)


def amount_value(amount: Amount, field: Field, currency: str | None) -> float:
    """The amount in the field's own unit: shares of 1, durations in days. Limits not checked."""
    _refuse_other_kinds(amount, field, currency)
    if field.kind == "duration":
        in_hours = amount.mark.lower() in HOURS
        try:
            if in_hours:
                return span_of(amount.number / 24, "days", amount.text).days()
            return span_of(amount.number, amount.mark, amount.text).days()
        except ValueError as error:
            raise problem(str(error), f"expected a duration, such as {field.example()}") from None
    return float(amount.number / 100 if amount.is_percent else amount.number)


def _refuse_other_kinds(amount: Amount, field: Field, currency: str | None) -> None:
    """Raise where the mark belongs to another kind of value than the field's."""
    shown, mark = quoted(amount.text), amount.mark
    expected = f"expected {field.name()}, such as {field.example()}"
    if not mark:
        return
    if amount.is_percent:
        if field.kind in ("money", "count", "duration"):
            raise problem(f"{shown} is a percentage, not {field.name()}", expected)
    elif amount.currencies:
        if field.kind != "money":
            raise problem(f"{shown} is an amount of money, not {field.name()}", expected)
        if currency is not None and currency not in amount.currencies:
            raise problem(
                f"{shown} is not in the scenario's currency, {currency}",
                f"write {plain_number(float(amount.number))} or "
                f"{currency} {plain_number(float(amount.number))}, or change currency:",
            )
    elif span_unit(mark) is not None:
        if field.kind != "duration":
            raise problem(f"{shown} is a duration, not {field.name()}", expected)
    elif field.kind == "money" and re.fullmatch(r"[A-Za-z]{3}", mark):
        raise problem(f"{shown}: {quoted(mark)} is not a currency of ISO 4217", expected)
    elif field.kind != "duration":
        raise not_a_value(amount.text, field)


def read_quantity(raw: object, field: Field, currency: str | None) -> float:
    """The one certain number that `raw` says, within the limits of `field`, in the field's unit.

    Raises ValueProblems.
    """
    if isinstance(raw, str):
        text = checked_text(raw, field)
        if (ends := range_ends(text)) is not None and len(ends) == 2 and all(ends):
            hint = SINGLE_HINT.format(field.single_example())
            raise problem(f"{quoted(text)} is a range", hint)
        value = amount_value(split_amount(text, field), field, currency)
        check_limits(value, field, quoted(text))
        return value
    value = plain_value(raw, field)
    check_limits(value, field, plain_number(value))
    return value


def checked_text(raw: str, field: Field) -> str:
    """`raw` normalised; raises ValueProblems where it is empty or far too long."""
    if len(raw) > LONGEST_TEXT:
        raise problem(
            f"{quoted(raw)} is not {field.name()}: it has {len(raw):,} characters",
            f"expected {field.name()}, such as {field.example()}",
        )
    text = normalised(raw)
    if not text:
        raise problem("there is no value here", f"write {field.name()}, such as {field.example()}")
    return text


def plain_value(raw: object, field: Field) -> float:
    """The number of a raw value that is not text; raises ValueProblems for anything else."""
    expected = f"expected {field.name()}, such as {field.example()}"
    if isinstance(raw, bool):
        raise problem(f"{str(raw).lower()} (yes or no) is not {field.name()}", expected)
    if isinstance(raw, Real):
        try:
            value = finite_number(raw)
        except ValueError as error:
            raise problem(str(error), expected) from None
        if field.kind == "duration" and value != 0:
            number = plain_number(value)
            raise problem(
                f"{number} has no unit of time",
                f"write {number} days, {number} weeks or {number} months",
            )
        return value
    if raw is None:
        raise problem("there is no value here", f"write {field.name()}, such as {field.example()}")
    if isinstance(raw, datetime.date):
        raise problem(f"{raw} is a date, not {field.name()}", expected)
    if isinstance(raw, Mapping):
        raise problem(
            f"a mapping is not {field.name()}", SINGLE_HINT.format(field.single_example())
        )
    if isinstance(raw, list | tuple):
        raise problem(f"a list is not {field.name()}", expected)
    raise problem(f"a {type(raw).__name__} is not {field.name()}", expected)


def check_limits(value: float, field: Field, shown: str) -> None:
    """Raise ValueProblems where `value`, written as `shown`, is outside the field's limits."""
    if field.contains(value):
        return
    message = f"{shown} is outside the limits: {field.name()} here is {field.limits()}"
    hint = f"expected {field.name()}, such as {field.example()}"
    if field.kind == "share" and value > 1 and "%" not in shown:
        if value <= 100:
            number = plain_number(value)
            asked = f"{number}% or {plain_number(float(f'{value / 100:.12g}'))}?"
            message = f"{shown} is not a share between 0 and 1: is it meant as {asked}"
            hint = f"write {number}% for {number} per cent"
        else:
            message = f"{shown} is not a share: it is more than 100 %"
    elif field.kind == "money" and value == 0:
        message = f"{shown}: an amount above 0 is expected here"
        hint = "on a command line a shell takes the $1 out of $10: write 10, or '$10' in quotes"
    raise problem(message, hint)


def check_whole(value: float, field: Field) -> None:
    """Raise ValueProblems where the field takes whole numbers and `value` is not one."""
    if field.whole and value != int(value):
        raise problem(
            f"{plain_number(value)} is not a whole number",
            f"write {int(value)} or {int(value) + 1}",
        )

"""Values to try, as they are written: `platform.commission=30%:50%:5%`, `deal.cap=300,500,none`.

Values stay as a scenario would state them, with their per cent and money signs and units of time.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import overload

from dealsim.decisions.optimize import Range
from dealsim.errors import UsageError
from dealsim.scenario import is_length, number_field
from dealsim.units import Span, exact_number, parse_span, plain_number, quoted, span_unit

FARTHEST = 10**15
"""A range of more steps than this is refused where it is read; how many cells a sweep may have, it
says itself."""
EXAMPLE = "30%:50%:5%"

_AMOUNT = re.compile(
    r"(?P<sign>[^\d.+\-\N{MINUS SIGN}]*)"
    r"(?P<number>[+\-\N{MINUS SIGN}]?[\d.][\d.,/]*(?:[eE][+-]?\d+)?)"
    r"\s*(?P<unit>[^\d]*)"
)
_LAST_OF_THOUSANDS = re.compile(r"0\d\d")


@dataclass(frozen=True)
class Axis:
    """A number, or a word, of the scenario and the values it takes, as a scenario states them."""

    path: str
    values: Sequence[object]


@dataclass(frozen=True)
class WithUnit:
    """A number with what stands before and behind it: `$`, `%`, ` months`."""

    sign: str
    number: Fraction
    unit: str

    def with_number(self, number: Fraction) -> str:
        """Another number of the same unit, as a scenario states it."""
        unit = span_unit(self.unit)
        if unit is not None and number >= 0:
            return str(Span(float(number), unit))
        written = plain_number(float(number))
        gap = " " if self.sign[-1:].isalpha() else ""
        return f"{self.sign}{gap}{written}{self.unit}"

    def is_like(self, other: WithUnit) -> bool:
        """Whether both have the same unit; nothing has none."""
        if not other.number and not (other.sign or other.unit):
            return True
        unit = span_unit(self.unit)
        same = self.unit == other.unit if unit is None else unit == span_unit(other.unit)
        return same and self.sign == other.sign


class Steps(Sequence[str]):
    """Every step from a first to a last amount, made when asked for: there may be many."""

    def __init__(self, first: WithUnit, count: int, step: Fraction) -> None:
        self._first, self._count, self._step = first, count, step

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[k] for k in range(*place.indices(self._count))]
        if not -self._count <= place < self._count:
            raise IndexError(place)
        number = self._first.number + self._step * (place % self._count)
        return self._first.with_number(number)


def parse_axis(text: str) -> Axis:
    """The axis that `PATH=a:b:step` or `PATH=x,y,z` states.

    `b` is the last value where a whole number of steps leads to it. Raises UsageError with a
    sentence for any other text, and for a range that is empty or inverted.
    """
    path, wanted = _named(text, "PATH=30%:50%:5% or PATH=300,500,none")
    parts = [] if "{" in wanted or "[" in wanted else wanted.split(":")
    if len(parts) > 1:
        if len(parts) != 3:
            raise UsageError(
                f"{path}: {quoted(wanted)} is no range of values: write its ends and the step "
                f"between them, as {EXAMPLE}"
            )
        return Axis(path, _steps(path, wanted, *(_amount(path, part) for part in parts)))
    values = [part.strip() for part in _split(wanted)]
    if not all(values):
        raise UsageError(f"{path}: {quoted(wanted)} has an empty value")
    if any(_LAST_OF_THOUSANDS.fullmatch(value) for value in values[1:]):
        raise UsageError(
            f"{path}: commas part values in {quoted(wanted)}: write thousands without one (1200)"
        )
    return Axis(path, tuple(dict.fromkeys(values)))


def parse_over(text: str) -> Range:
    """The range that `PATH=a:b` or `PATH=a:b:step` states, in the unit of its number: shares of 1,
    money, days for a length of time. Raises UsageError with a sentence for any other text."""
    path, wanted = _named(text, "PATH=30%:50% or PATH=300:900:50")
    parts = wanted.split(":")
    if len(parts) not in (2, 3):
        raise UsageError(
            f"{path}: {quoted(wanted)} is no range: write its ends, as 30%:50%, and the step "
            f"between allowed values if there is one, as {EXAMPLE}"
        )
    low, high, *step = (_measured(path, part) for part in parts)
    if not low < high:
        raise UsageError(f"{path}: the range {wanted} is {_fault(low == high)}")
    return Range(path, low, high, *step)


def plain_value(value: object) -> object:
    """A value for tables that machines read: `30%` is 0.3, `$10` is 10, a word or a length of time
    stays as it is."""
    found = _AMOUNT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or found["unit"].strip() not in ("", "%"):
        return value
    try:
        number = exact_number(found["number"])
    except ValueError:
        return value
    number /= 100 if found["unit"] else 1
    return int(number) if number.denominator == 1 else float(number)


def _named(text: str, example: str) -> tuple[str, str]:
    path, equals, wanted = (part.strip() for part in text.partition("="))
    if not (path and equals and wanted):
        raise UsageError(f"{quoted(text)} does not say what to vary: write {example}")
    return path, wanted


def _amount(path: str, text: str) -> WithUnit:
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{path}: {quoted(text)} is not a number")
    try:
        number = exact_number(found["number"])
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from None
    return WithUnit(found["sign"].strip(), number, found["unit"].strip())


def _steps(path: str, wanted: str, first: WithUnit, last: WithUnit, step: WithUnit) -> Steps:
    named = next((one for one in (step, last, first) if one.sign or one.unit), step)
    if not all(named.is_like(one) for one in (first, last, step)):
        raise UsageError(
            f"{path}: {wanted} has ends and a step of different units: write all three alike, "
            f"as {EXAMPLE}"
        )
    if step.number <= 0:
        raise UsageError(f"{path}: a step is above 0, not {step.with_number(step.number)}")
    if first.number > last.number:
        raise UsageError(f"{path}: the range {wanted} is {_fault(False)}")
    count = math.floor((last.number - first.number) / step.number) + 1
    if count > FARTHEST:
        raise UsageError(f"{path}: {wanted} has more values than anybody could try")
    return Steps(WithUnit(named.sign, first.number, named.unit), count, step.number)


def _fault(is_empty: bool) -> str:
    return "empty" if is_empty else "the wrong way round: its lower end comes first"


def _split(text: str) -> list[str]:
    """Parts between commas that stand in no brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "{[(") - (character in "}])")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _measured(path: str, text: str) -> float:
    """A value in the unit of the number at a path."""
    field = number_field(path)
    if is_length(path) or (field is not None and field.kind == "duration"):
        try:
            return parse_span(text.strip()).days()
        except ValueError as error:
            raise UsageError(f"{path}: {error}") from None
    amount = _amount(path, text)
    number = float(amount.number)
    if amount.unit not in ("", "%"):
        raise UsageError(f"{path}: {quoted(text)} is not a number")
    is_share = field is not None and field.is_share
    if amount.unit and field is not None and not is_share:
        raise UsageError(f"{path}: {quoted(text)} is a percentage, not a number")
    if is_share and not amount.unit and number > 1:
        raise UsageError(f"{path}: {quoted(text)} is more than all: {number:g}% or {number / 100}?")
    return number / 100 if amount.unit else number

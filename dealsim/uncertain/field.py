"""What a place in a scenario takes: a share, money, a count, a duration, and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from dealsim.units import DAYS_PER_MONTH, plain_number

Kind = Literal["share", "money", "count", "number", "duration", "rate"]


@dataclass(frozen=True)
class Field:
    """What may be written in a place, with the field's own limits.

    `kind` says how a value is written: a share may be `45%`, money may carry a sign, a duration
    has a unit and is read in days; a count is a plain number; a number and a rate (something per
    unit of time) are plain numbers or percentages.
    `low` and `high` are inclusive limits, None for none; with `low_open` values are above `low`.
    With `whole` a value given as a certain number must be whole.
    With `clipped` draws beyond the limits are left to the engine, which clips them and warns;
    only the mean must be within. `examples` of a certain value and of a range stand in for those of
    its kind.
    """

    kind: Kind
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    whole: bool = False
    clipped: bool = False
    examples: tuple[str, str] | None = None

    @property
    def is_share(self) -> bool:
        """Whether values lie between 0 and 1, so that families on [0, 1] fit."""
        return self.low == 0 and self.high == 1

    @property
    def is_nonnegative(self) -> bool:
        """Whether values cannot be negative."""
        return self.low is not None and self.low >= 0

    def contains(self, value: float) -> bool:
        """Whether `value` is within the limits."""
        if self.low is not None and (value < self.low or (self.low_open and value == self.low)):
            return False
        return self.high is None or value <= self.high

    def closed(self) -> Field:
        """The same with its limits included, for the ends of a range, which are never drawn."""
        return replace(self, low_open=False)

    def name(self) -> str:
        """The kind as a noun: `an amount of money`."""
        return _NAMES[self.kind]

    def example(self) -> str:
        """How a value of the kind is written, certain or not."""
        return f"{self.single_example()} or {self.range_example()}"

    def single_example(self) -> str:
        """How one certain number of the kind is written."""
        return (self.examples or _EXAMPLES[self.kind])[0]

    def range_example(self) -> str:
        """How a range of the kind is written."""
        return (self.examples or _EXAMPLES[self.kind])[1]

    def limits(self) -> str:
        """The limits in words: `between 0 % and 100 %`, `0 or more`; empty where there are none."""
        low = None if self.low is None else self.show(self.low)
        high = None if self.high is None else self.show(self.high)
        if low is not None and high is not None:
            return f"above {low}, up to {high}" if self.low_open else f"between {low} and {high}"
        if low is not None:
            return f"more than {low}" if self.low_open else f"{low} or more"
        return f"at most {high}" if high is not None else ""

    def show(self, value: float) -> str:
        """`value` in the words of the field: shares in per cent, durations in their unit."""
        if self.kind == "share":
            return f"{float(f'{100 * value:.10g}'):g} %"
        if self.kind == "duration":
            for unit, days in (("months", DAYS_PER_MONTH), ("weeks", 7.0)):
                if value >= days and (count := round(value / days, 9)) == int(count):
                    return f"{count:g} {unit}"
            return f"{value:g} days"
        return plain_number(float(f"{value:.10g}"))


_NAMES: Mapping[Kind, str] = MappingProxyType(
    {
        "share": "a share",
        "money": "an amount of money",
        "count": "a number",
        "number": "a number",
        "duration": "a duration",
        "rate": "a number",
    }
)

_EXAMPLES: Mapping[Kind, tuple[str, str]] = MappingProxyType(
    {
        "share": ("45%, 0.45, 1/3", "40% to 60%"),
        "money": ("10, $10", "8 to 12"),
        "count": ("500", "300 to 900"),
        "number": ("0.5", "-1 to 2"),
        "duration": ("6 months", "8 to 16 weeks"),
        "rate": ("0.2", "0.1 to 0.4"),
    }
)

SHARE = Field("share", 0, 1)
"""A share or chance, 0 to 1."""

MONEY = Field("money", 0)
"""An amount of money that cannot be negative."""

POSITIVE_MONEY = Field("money", 0, low_open=True)
"""An amount of money above 0."""

COUNT = Field("count", 0)
"""A count of something; it may be fractional where it is a mean or uncertain."""

POSITIVE = Field("number", 0, low_open=True)
"""A plain number above 0."""

NONNEGATIVE = Field("number", 0)
"""A plain number that cannot be negative, such as a coefficient of variation."""

NUMBER = Field("number")
"""Any number."""

DURATION = Field("duration", 0, low_open=True)
"""A duration above 0, in days."""

DURATION0 = Field("duration", 0)
"""A duration, possibly 0, in days."""

STARS = Field("number", 1, 5, examples=("4, 3.5", "3.8 to 4.2"))
"""A rating in stars, 1 to 5."""

AT_LEAST_ONE = Field("count", 1, clipped=True)
"""A mean number of at least 1, such as the visits of a customer who comes back."""

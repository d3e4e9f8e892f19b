"""Reporting periods: months put together into quarters and fiscal years."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Literal

Every = Literal["month", "quarter", "year"]


def group_periods(
    month_ends: Sequence[date], every: Every = "month", fiscal_year_end: int = 12
) -> tuple[slice, ...]:
    """Consecutive months that make up one reporting period each.

    `month_ends` are the last days of consecutive months (the last one may end early: a horizon);
    `fiscal_year_end` is the month, 1 to 12, in which the fiscal year ends; quarters count from
    it. The first and last groups may be short.
    """
    if not 1 <= fiscal_year_end <= 12:
        raise ValueError("a fiscal year ends in a month from 1 to 12")
    length = {"month": 1, "quarter": 3, "year": 12}[every]
    # Months are numbered so that each reporting period ends where the number divides evenly.
    numbers = [day.year * 12 + day.month - fiscal_year_end for day in month_ends]
    keys = [-(-number // length) for number in numbers]
    cuts = [k for k in range(len(keys)) if k == 0 or keys[k] != keys[k - 1]] + [len(keys)]
    return tuple(slice(start, stop) for start, stop in pairwise(cuts))


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def first_period(cuts: Sequence[date], day: date | None) -> int | None:
    """The first of the periods that end at `cuts` (00:00) by whose end a day has come; None
    where none has, and for a day that never comes."""
    return next((k for k, cut in enumerate(cuts) if day and cut >= day), None)


@dataclass(frozen=True)
class ReportingPeriods:
    """What is shown of the finest periods of a forecast, which end at `cuts` (dates, 00:00):
    month ends, and the end of a register in the middle of a month.

    All that is shown is by whole months or longer: `every` and `fiscal_year_end` as for
    `group_periods`. Dates are last days.
    """

    cuts: tuple[date, ...]
    every: Every = "month"
    fiscal_year_end: int = 12

    @cached_property
    def ends(self) -> tuple[date, ...]:
        """Last days of the finest periods."""
        return tuple(cut - timedelta(days=1) for cut in self.cuts)

    def finest(self, every: Every) -> tuple[slice, ...]:
        """The finest periods that make up each longer one."""
        return group_periods(self.ends, every, self.fiscal_year_end)

    @cached_property
    def month_ends(self) -> tuple[date, ...]:
        """Last days of the months."""
        return tuple(self.ends[k] for k in lasts(self.finest("month")))

    def months(self, every: Every) -> tuple[slice, ...]:
        """The months that make up each longer period: `month_ends[months[k]]`."""
        return group_periods(self.month_ends, every, self.fiscal_year_end)


def lasts(groups: Sequence[slice]) -> list[int]:
    """The last period of each group."""
    return [group.stop - 1 for group in groups]

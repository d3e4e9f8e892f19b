"""Reporting periods: months put together into quarters and fiscal years."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
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

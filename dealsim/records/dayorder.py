"""Whether a register writes the day or the month first, where the register itself tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dealsim.records.cells import PARTS, parse_day

First = Literal["day", "month"]


@dataclass(frozen=True)
class DayOrder:
    """What comes first in dates that end with the year, and how that is known: `text` on `line`
    (from 1) could not be read the other way; None where it is the order of the rows that tells.
    `same` says that either way the days are the same.
    """

    first: First
    text: str | None = None
    line: int | None = None
    same: bool = False


def day_order(dates: Iterable[tuple[int, str]]) -> DayOrder | None:
    """What comes first, by the dates of all rows with their lines; None where both may.

    One of them is impossible where it makes a day that no calendar has, such as 25/04/2011 with
    the month first, or else where it makes the rows run backwards, as those of a register do not.
    """
    against: dict[First, tuple[int, str]] = {}
    backwards: set[First] = set()
    latest: dict[First, date] = {}
    same = True
    orders: tuple[First, First] = ("day", "month")
    for line, text in dates:
        found = {first: parse_day(text, first) for first in orders}
        same = same and found["day"] == found["month"]
        for first, day in found.items():
            if day is None:
                if PARTS.fullmatch(text):
                    against.setdefault(first, (line, text))
                continue
            if first in latest and day < latest[first]:
                backwards.add(first)
            latest[first] = day
    if same and not against:
        return DayOrder("day", same=True)
    for first, other in (orders, orders[::-1]):
        if other in against and first not in against:
            return DayOrder(first, against[other][1], against[other][0])
    for first, other in (orders, orders[::-1]):
        if not against and other in backwards and first not in backwards:
            return DayOrder(first)
    return None

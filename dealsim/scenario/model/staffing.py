"""Places a week that change on stated days: extra hours for a rush, and what they cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from dealsim.scenario.model.fields import CalendarDate, Quantity, Reading, describe
from dealsim.uncertain import COUNT, MONEY, Field, Uncertain
from dealsim.uncertain.problems import problem

FORM = "such as  - {from: 2011-03-01, visits: 120, cost_per_week: 400}"
KEYS = ("from", "visits", "cost_per_week")


@dataclass(frozen=True)
class Change:
    """From a day on: places a week, and what they cost a week beyond those there were first, in
    the scenario's currency."""

    day: dt.date
    visits: float
    cost_per_week: float


@dataclass(frozen=True)
class Staffed:
    """Places a week at first, and as they change for the deal, by day."""

    first: Uncertain
    changes: tuple[Change, ...]

    def mean(self) -> float:
        """The mean of the places there are without the deal: the first value."""
        return self.first.mean()


@dataclass(frozen=True)
class Places(Quantity):
    """Visits a week: a number, or a list of a first one and dated ones, each with its cost."""

    def read(self, raw: object, reading: Reading) -> Uncertain | Staffed | str | None:  # type: ignore[override]
        if not isinstance(raw, list):
            return super().read(raw, reading)
        if not raw:
            raise problem("there is no value in this list", f"write a first number, then {FORM}")
        whole = isinstance(raw[0], Mapping) and set(raw[0]) == {"visits"}
        first = super().read(raw[0]["visits"] if whole else raw[0], reading)
        if not isinstance(first, Uncertain):
            raise problem(
                "the first value is the places there are without the deal",
                "write their number first, such as 90",
            )
        changes = tuple(_change(entry, reading) for entry in raw[1:])
        for before, after in pairwise(changes):
            if after.day <= before.day:
                message = f"{after.day} stands after {before.day}"
                raise problem(message, "write dated values in the order of their days")
        return Staffed(first, changes) if changes else first


def _change(raw: object, reading: Reading) -> Change:
    if not isinstance(raw, Mapping) or not {"from", "visits"} <= set(raw):
        raise problem(f"{describe(raw)} is not a dated value", FORM)
    for key in raw:
        if key not in KEYS:
            raise problem(f'unknown key "{key}" in a dated value', f"it has {', '.join(KEYS)}")
    day = CalendarDate().read(raw["from"], reading)
    visits = _certain(raw["visits"], COUNT, reading)
    return Change(day, visits, _certain(raw.get("cost_per_week", 0), MONEY, reading))


def _certain(raw: object, field: Field, reading: Reading) -> float:
    value = reading.parse(raw, field)
    if not value.is_constant:
        raise problem(f"{describe(raw)} is a range", "a plan of yours is one certain number")
    return value.mean()

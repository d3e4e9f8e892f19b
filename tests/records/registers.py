"""Registers for the tests: made from counts, or cut out of a simulated future."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from dealsim.engine import Array
from dealsim.records import Actuals
from dealsim.scenario import Scenario

EVENTS = ("sold", "redeemed", "refunded", "cashed_out")


def register(scenario: Scenario, as_of: int, events: Mapping[str, Mapping[int, int]]) -> Actuals:
    """A register up to the end of day `as_of`, from vouchers by event and day from the start."""
    days = sorted({day for counts in events.values() for day in counts})
    return Actuals(
        as_of=scenario.starts + timedelta(days=as_of),
        days=tuple(scenario.starts + timedelta(days=day) for day in days),
        counts={
            event: np.array([events.get(event, {}).get(day, 0) for day in days], dtype=np.int64)
            for event in EVENTS
        },
        price=None,
        file="register.csv",
        rows=len(days),
        sha256="0" * 64,
    )


def from_steps(scenario: Scenario, cuts: Sequence[int], flows: Mapping[str, Array]) -> Actuals:
    """A register from vouchers of each step of a grid, put on the step's last day."""
    events: dict[str, dict[int, int]] = {event: {} for event in EVENTS}
    names = {
        "vouchers_sold": "sold",
        "vouchers_refunded": "refunded",
        "redeemed_in_time": "redeemed",
        "presented_late": "redeemed",
        "cashed_out": "cashed_out",
    }
    for name, event in names.items():
        for step, count in enumerate(flows.get(name, np.zeros(0))):
            if count:
                day = int(cuts[step + 1]) - 1
                events[event][day] = events[event].get(day, 0) + int(count)
    return register(scenario, int(cuts[len(flows["vouchers_sold"])]) - 1, events)


def date_of(scenario: Scenario, day: int) -> date:
    return scenario.starts + timedelta(days=day)

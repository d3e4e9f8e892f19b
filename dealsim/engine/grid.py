"""The time grid: cut days between which the model steps (docs/model.md, 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dealsim.scenario import Instalments, Scenario

REFUND_DAYS = 7
"""Refunds fall in the week after sale close (the platforms' seven-day promise, economics.md)."""
WEEKS_KEPT = 60
"""Days after the last promo expiry from which weekly cuts are dropped without capacity."""


@dataclass(frozen=True)
class Campaign:
    """The days of one campaign, all counted from the scenario's start (day 0).

    `lapse` is the day the paid value lapses by law or contract, `dormancy` the day on which
    unclaimed property falls due to the state; None for never.
    """

    name: str
    opens: int
    close: int
    expiry: int
    lapse: int | None
    payouts: tuple[int, ...]
    dormancy: int | None = None

    @property
    def refund_end(self) -> int:
        return self.close + REFUND_DAYS


@dataclass(frozen=True)
class Grid:
    """Cut days 0 = cuts[0] < ... < cuts[-1] = horizon; a step runs from one to the next.

    `known` is the day up to which a register says what happened, None without one; a cut.
    """

    starts: date
    campaigns: tuple[Campaign, ...]
    cuts: NDArray[np.int64]
    known: int | None = None

    @property
    def horizon(self) -> int:
        return int(self.cuts[-1])

    @property
    def steps(self) -> int:
        return len(self.cuts) - 1

    def date_of(self, day: int) -> date:
        return self.starts + timedelta(days=int(day))

    def step_of(self, day: int) -> int:
        """Index of the cut at which something of `day` counts: the first cut on or after it.

        What falls after the horizon counts at the horizon.
        """
        return min(int(np.searchsorted(self.cuts, day)), self.steps)

    @cached_property
    def month_ends(self) -> tuple[int, ...]:
        """Indices of the cuts that close a calendar month; the horizon closes a partial one, and
        the day up to which a register is known divides its month in two."""
        ends = {*_month_ends(self.starts, self.horizon), self.horizon}
        if self.known is not None:
            ends.add(self.known)
        return tuple(self.step_of(day) for day in sorted(ends))


def build_grid(scenario: Scenario, known: int | None = None) -> Grid:
    """The grid of a scenario: every 7th day, month ends and each campaign's own days.

    `known` is a day, from 1 to the horizon, that becomes a cut as well (`Grid.known`).
    """
    starts = scenario.starts
    horizon = (scenario.horizon_end - starts).days
    campaigns = (_campaign(scenario, starts, "deal"),)
    weeks_end = horizon
    if scenario.business.capacity_per_week is None:
        weeks_end = min(horizon, max(c.expiry for c in campaigns) + WEEKS_KEPT)
    days = {0, horizon, *range(7, weeks_end, 7), *([] if known is None else [known])}
    days.update(_month_ends(starts, horizon))
    for campaign in campaigns:
        own = [campaign.opens, campaign.close, campaign.refund_end, campaign.expiry]
        days.update(own, campaign.payouts, [] if campaign.lapse is None else [campaign.lapse])
        days.update([] if campaign.dormancy is None else [campaign.dormancy])
    days.update(_lag_days(scenario, sorted(days), campaigns))
    cuts = np.array(sorted(day for day in days if 0 <= day <= horizon), dtype=np.int64)
    return Grid(starts, campaigns, cuts, known)


def _campaign(scenario: Scenario, starts: date, name: str) -> Campaign:
    payout = scenario.platform.payout
    payouts: Sequence[date] = ()
    if isinstance(payout, Instalments):
        payouts = [part.after.after(scenario.sale_close) for part in payout.parts]
    lapse, dormancy = scenario.paid_value_lapse, scenario.dormancy

    def day(when: date) -> int:
        return (when - starts).days

    return Campaign(
        name,
        0,
        day(scenario.sale_close),
        day(scenario.promo_expiry),
        None if lapse is None else day(lapse),
        tuple(day(when) for when in payouts),
        None if dormancy is None else day(dormancy),
    )


def _lag_days(scenario: Scenario, days: list[int], campaigns: tuple[Campaign, ...]) -> list[int]:
    """Days on which what was redeemed by a cut is paid out, under pay-on-redemption."""
    payout = scenario.platform.payout
    if isinstance(payout, Instalments):
        return []
    first = min(c.close for c in campaigns)
    return [
        (payout.lag.after(scenario.starts + timedelta(days=day)) - scenario.starts).days
        for day in days
        if day > first
    ]


def _month_ends(starts: date, horizon: int) -> list[int]:
    """Days that are 00:00 of the first of a month, after the start, up to the horizon."""
    ends: list[int] = []
    year, month = starts.year, starts.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        day = (date(year, month, 1) - starts).days
        if day > horizon:
            return ends
        ends.append(day)

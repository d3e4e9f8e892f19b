"""The clock: the days between which the model steps, and those on which money moves (docs/model.md,
2).

Behaviour moves in steps between `cuts`. Money days (payouts, lags) record what is due on them and
are no cuts, so that moving a payout moves no customer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dealsim.scenario import Instalments, Scenario

REFUND_DAYS = 7
"""Refunds fall in the week after sale close (the platforms' promise; docs/model.md, 4)."""
WEEKS_KEPT = 60
"""Days after the last promo expiry from which weekly cuts are dropped without a capacity."""


@dataclass(frozen=True)
class Campaign:
    """The days of one campaign, all counted from the scenario's start (day 0).

    `lapse` is the day the paid value lapses by law or contract, `dormancy` the day on which
    unclaimed property falls due to the state, `new_limit` that from which another limit holds for
    cash-outs; None for never. `payouts` are (day, cumulative
    share due) in order; empty where the platform pays on redemption.
    """

    name: str
    opens: int
    close: int
    expiry: int
    lapse: int | None
    payouts: tuple[tuple[int, float], ...]
    dormancy: int | None = None
    new_limit: int | None = None

    @property
    def refund_end(self) -> int:
        return self.close + REFUND_DAYS

    def payments(self, horizon: int) -> dict[int, float]:
        """Day -> cumulative share of the remittance due on it: instalments and the true-up at the
        end of the refund days; what is later than the horizon counts on it (eq. 9.2, 9.3)."""
        due: dict[int, float] = {}
        for day, share in self.payouts:
            due[min(day, horizon)] = share
        trued = min(self.refund_end, horizon)
        before = [share for day, share in due.items() if day <= trued]
        if before:
            due[trued] = max(before)
        if due:
            # the shares sum to 1 (checked), the last payment makes it exact
            due[max(due)] = 1.0
        return dict(sorted(due.items()))


@dataclass(frozen=True)
class Step:
    """One step of behaviour, [t0, t1) in days; `money_days` are the days of (t0, t1] on which
    something is recorded, t1 the last of them. The as-of day divides the step's records where it
    lies inside it."""

    t0: int
    t1: int
    money_days: tuple[int, ...]
    as_of: int | None = None

    @property
    def days(self) -> int:
        return self.t1 - self.t0


@dataclass(frozen=True)
class Clock:
    """Cut days 0 = cuts[0] < ... < cuts[-1] = horizon; a step runs from one to the next.

    `record_days` are the cuts and the money days between them, for which cash is recorded.
    `as_of` is a day up to which records are told apart (what a register knows, or would); a record
    day, and no cut.
    `begin` is the day on which simulation begins: 0, or the day a register ends with.
    """

    starts: date
    campaigns: tuple[Campaign, ...]
    cuts: NDArray[np.int64]
    record_days: NDArray[np.int64]
    as_of: int | None = None
    begin: int = 0

    @property
    def horizon(self) -> int:
        return int(self.record_days[-1])

    def date_of(self, day: int) -> date:
        return self.starts + timedelta(days=int(day))

    def row_of(self, day: int) -> int:
        """Index of the record day on which something of `day` counts: the first on or after it;
        what falls after the horizon counts at the horizon."""
        return min(int(np.searchsorted(self.record_days, day)), len(self.record_days) - 1)

    @cached_property
    def month_ends(self) -> tuple[int, ...]:
        """Days that close a calendar month; the horizon closes a partial one, and the as-of day
        divides its month in two."""
        ends = {*month_ends(self.starts, self.horizon), self.horizon}
        if self.as_of is not None:
            ends.add(self.as_of)
        return tuple(sorted(ends))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps from `begin` to the horizon."""
        return tuple(self._steps(day for day in self.cuts if self.begin < day <= self.horizon))

    @cached_property
    def past(self) -> tuple[Step, ...]:
        """Steps up to `begin`, one for each record day: what is known is not drawn."""
        return tuple(self._steps((d for d in self.record_days if 0 < d <= self.begin), 0))

    def _steps(self, ends: Iterable[int], first: int | None = None) -> Iterator[Step]:
        first = self.begin if first is None else first
        for t0, t1 in pairwise([first, *(int(day) for day in ends)]):
            money = [int(day) for day in self.record_days if t0 < day <= t1]
            inside = self.as_of is not None and t0 < self.as_of < t1
            yield Step(t0, t1, tuple(money), self.as_of if inside else None)

    def with_cuts(self, cuts: NDArray[np.int64]) -> Clock:
        """The clock with other cuts in addition, up to its horizon: the union for paired worlds."""
        more = cuts[cuts <= self.horizon]
        return replace(
            self,
            cuts=np.union1d(self.cuts, more),
            record_days=np.union1d(self.record_days, more),
        )

    def days(self, name: str) -> NDArray[np.float64]:
        """A day of each campaign ("opens", "close", "refund_end", "expiry", "lapse", "dormancy",
        "new_limit"; infinite for never), (campaign, 1, 1)."""
        found = [getattr(campaign, name) for campaign in self.campaigns]
        return np.array([np.inf if v is None else float(v) for v in found]).reshape(-1, 1, 1)


def build_clock(
    scenarios: Sequence[Scenario], as_of: int | None = None, *, goes_on: bool = False
) -> Clock:
    """The clock of campaigns, the first of which begins on day 0 and states the horizon.

    `as_of` is a day from 1 to the horizon; with `goes_on` the simulation begins there.
    """
    first = scenarios[0]
    starts, horizon = first.starts, (first.horizon_end - first.starts).days
    campaigns = tuple(_campaign(one, starts, k) for k, one in enumerate(scenarios))
    begin = as_of if goes_on and as_of is not None else 0
    cuts = _cuts(first, campaigns, horizon) | {begin}
    days = cuts | ({as_of} if as_of is not None else set())
    for scenario, campaign in zip(scenarios, campaigns, strict=True):
        days |= set(campaign.payments(horizon))
        days |= _lags(scenario, campaign, cuts, starts, horizon)
    return Clock(starts, campaigns, _sorted(cuts, horizon), _sorted(days, horizon), as_of, begin)


def _cuts(first: Scenario, campaigns: Sequence[Campaign], horizon: int) -> set[int]:
    weeks_end = horizon
    if first.business.capacity_per_week is None:
        weeks_end = min(horizon, max(c.expiry for c in campaigns) + WEEKS_KEPT)
    cuts = {0, horizon, *range(7, weeks_end, 7), *month_ends(first.starts, horizon)}
    for one in campaigns:
        cuts |= {one.opens, one.close, one.refund_end, one.expiry}
        cuts |= set() if one.lapse is None else {one.lapse}
    return cuts


def _sorted(days: set[int], horizon: int) -> NDArray[np.int64]:
    return np.array(sorted(day for day in days if 0 <= day <= horizon), dtype=np.int64)


def _campaign(scenario: Scenario, starts: date, number: int) -> Campaign:
    def day(when: date | None) -> int | None:
        return None if when is None else (when - starts).days

    close, expiry = (when - starts for when in (scenario.sale_close, scenario.promo_expiry))
    limit = scenario.cash_out.changes if scenario.cash_out is not None else None
    return Campaign(
        "deal" if number == 0 else f"deal {number + 1}",
        (scenario.starts - starts).days,
        close.days,
        expiry.days,
        day(scenario.paid_value_lapse),
        _payouts(scenario, starts),
        day(scenario.dormancy),
        day(limit.day) if limit is not None else None,
    )


def _payouts(scenario: Scenario, starts: date) -> tuple[tuple[int, float], ...]:
    payout = scenario.platform.payout
    if not isinstance(payout, Instalments):
        return ()
    due, total = [], 0.0
    parts = [(part.after.after(scenario.sale_close), float(part.share)) for part in payout.parts]
    for when, share in sorted(parts):
        total += share
        due.append(((when - starts).days, total))
    return tuple(due)


def _lags(
    scenario: Scenario, campaign: Campaign, cuts: set[int], starts: date, horizon: int
) -> set[int]:
    """Days on which what was redeemed in a step is paid out, under pay-on-redemption."""
    payout = scenario.platform.payout
    if isinstance(payout, Instalments):
        return set()
    return {
        min((payout.lag.after(starts + timedelta(days=day)) - starts).days, horizon)
        for day in cuts
        if campaign.close < day <= horizon
    }


def month_ends(starts: date, horizon: int) -> list[int]:
    """Days that are 00:00 of the first of a month, after the start, up to the horizon."""
    ends: list[int] = []
    year, month = starts.year, starts.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        day = (date(year, month, 1) - starts).days
        if day > horizon:
            return ends
        ends.append(day)

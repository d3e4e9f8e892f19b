"""A register as the model sees it: vouchers by step of the grid, and by the bins of the update.

An event of a day lies between its midnights, so it belongs to the first cut after it. A voucher
redeemed on the day the promotion ends is in time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dealsim.engine import Array, Grid, Past
from dealsim.records.daily import DailyCounts, Days
from dealsim.scenario import Scenario

WEEK, MONTH = 7, 30
WEEKS, LATE_WEEKS = 60, 4
"""Redemptions are binned by the week at first, in time and late, then by 30 days."""
BATCHED = 1 / 3
"""Days with redemptions, as a share of those expected, below which they were entered in batches."""
ENOUGH = 30
"""Redemptions below which it cannot be told how they were entered."""


@dataclass(frozen=True)
class Observations:
    """What the update looks at: totals by `day`, and presentations by bins of time.

    `in_time` has one count for each pair of `in_time_edges` (days), `late` and `cashed` for each
    pair of `late_edges`. `early` were redeemed before sale close, when the model times nothing;
    `refunded_early` says that some were refunded before it.
    """

    day: int
    sold: int
    refunded: int
    held: int
    early: int
    refunded_early: bool
    in_time_edges: Array
    in_time: Days
    late_edges: Array
    late: Days
    cashed: Days


def past_of(by_day: DailyCounts, scenario: Scenario, grid: Grid) -> Past:
    """The steps of the grid up to `grid.known` as the register has them."""
    assert grid.known is not None
    steps = grid.step_of(grid.known)
    step = np.searchsorted(grid.cuts, by_day.days + 1) - 1
    names = [name for name in vars(by_day) if name != "days"]
    flows = {name: np.zeros(steps) for name in names}
    for name in names:
        np.add.at(flows[name], step, getattr(by_day, name))
    flows["lapsed"] = np.zeros(steps)
    past = Past(grid.known, flows)
    ends = _ends(scenario, grid)
    if ends is not None and ends <= grid.known:
        flows["lapsed"][grid.step_of(ends) - 1] = past.held
    return Past(grid.known, flows)


def observe(by_day: DailyCounts, past: Past, grid: Grid) -> Observations:
    """The register in the bins of the update."""
    campaign = grid.campaigns[0]
    entered = _entries(by_day)
    in_time_edges = _edges(campaign.close, min(past.day, campaign.expiry), WEEKS, entered)
    lapse = past.day if campaign.lapse is None else min(past.day, campaign.lapse)
    late_edges = _edges(campaign.expiry, lapse, LATE_WEEKS, entered)

    def binned(counts: Days, edges: Array) -> Days:
        bins = len(edges) - 1
        if bins < 1:
            return np.zeros(0, dtype=np.int64)
        place = np.clip(np.searchsorted(edges, by_day.days + 1) - 1, 0, bins - 1)
        return np.bincount(place, weights=counts, minlength=bins).astype(np.int64)

    before_close = by_day.days < campaign.close

    return Observations(
        past.day,
        int(past.total("vouchers_sold")),
        int(past.total("vouchers_refunded")),
        int(past.held + past.total("lapsed")),
        int(by_day.redeemed_in_time[before_close].sum()),
        bool(by_day.vouchers_refunded[before_close].any()),
        in_time_edges,
        binned(np.where(before_close, 0, by_day.redeemed_in_time), in_time_edges),
        late_edges,
        binned(by_day.presented_late, late_edges),
        binned(by_day.cashed_out, late_edges),
    )


def _entries(by_day: DailyCounts) -> Days | None:
    """The days after which redemptions were entered, where that is done now and then only.

    A register kept by the month says nothing of weeks. So many redemptions on days of their own
    would fill about span x (1 - e^(-redemptions / span)) days.
    """
    used = by_day.redeemed_in_time + by_day.presented_late + by_day.cashed_out
    days = by_day.days[used > 0]
    if used.sum() < ENOUGH:
        return None
    span = int(days[-1] - by_day.days[0]) + 1
    expected = -span * np.expm1(-used.sum() / span)
    return days + 1 if len(days) < BATCHED * expected else None


def _edges(start: int, end: int, weeks: int, entered: Days | None) -> Array:
    """Bin edges from start to end: the days of entry where there are such, else so many weeks,
    then every 30 days; none where end <= start."""
    if end <= start:
        return np.zeros(0)
    if entered is not None:
        inside = entered[(entered > start) & (entered < end)]
        return np.array([start, *inside, end], dtype=np.float64)
    weekly = np.arange(start, end, WEEK)[: weeks + 1]
    monthly = np.arange(weekly[-1] + MONTH, end, MONTH) if len(weekly) > weeks else weekly[:0]
    return np.array([*weekly, *monthly, end], dtype=np.float64)


def _ends(scenario: Scenario, grid: Grid) -> int | None:
    """The day vouchers lapse, None for never."""
    campaign = grid.campaigns[0]
    return campaign.expiry if scenario.deal.after_expiry == "nothing" else campaign.lapse

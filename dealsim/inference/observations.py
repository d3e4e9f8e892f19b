"""What the update looks at of a register: totals, and presentations by bins of time.

An event of a day lies between its midnights. A voucher redeemed on the day the promotion ends is
in time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealsim.records import DailyCounts
from dealsim.scenario import Scenario

WEEK, MONTH = 7, 30
WEEKS, LATE_WEEKS = 60, 4
"""Redemptions are binned by the week at first, in time and late, then by 30 days."""
BATCHED = 1 / 3
"""Days with redemptions, as a share of those expected, below which they were entered in batches."""
ENOUGH = 30
"""Redemptions below which it cannot be told how they were entered."""


Array = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Observations:
    """A register up to `day`, counted from the start: totals, and presentations by bins of time.

    `in_time` has one count for each pair of `in_time_edges` (days), `late` and `cashed` for each
    pair of `late_edges`. The sale closes on day `close`; `early` were redeemed before that, when
    the model times nothing, and `refunded_early` says that some were refunded before it.
    """

    day: int
    close: int
    sold: int
    refunded: int
    held: int
    early: int
    refunded_early: bool
    in_time_edges: Array
    in_time: Counts
    late_edges: Array
    late: Counts
    cashed: Counts

    @property
    def selling(self) -> bool:
        """Whether the sale is still on."""
        return self.day < self.close


def observe(counts: DailyCounts, scenario: Scenario) -> Observations:
    """The register in the bins of the update."""
    close, expiry = (
        (day - scenario.starts).days for day in (scenario.sale_close, scenario.promo_expiry)
    )
    lapse = scenario.paid_value_lapse
    late_end = counts.end if lapse is None else min(counts.end, (lapse - scenario.starts).days)
    entered = _entries(counts)
    in_time_edges = _edges(close, min(counts.end, expiry), WEEKS, entered)
    late_edges = _edges(expiry, late_end, LATE_WEEKS, entered)

    def binned(vouchers: Counts, edges: Array) -> Counts:
        bins = len(edges) - 1
        if bins < 1:
            return np.zeros(0, dtype=np.int64)
        place = np.clip(np.searchsorted(edges, counts.days + 1) - 1, 0, bins - 1)
        return np.bincount(place, weights=vouchers, minlength=bins).astype(np.int64)

    before_close = counts.days < close
    total = {name: int(vouchers.sum()) for name, vouchers in counts.flows.items()}
    return Observations(
        counts.end,
        close,
        total["vouchers_sold"],
        total["vouchers_refunded"],
        2 * total["vouchers_sold"] - sum(total.values()),
        int(counts.redeemed_in_time[before_close].sum()),
        bool(counts.vouchers_refunded[before_close].any()),
        in_time_edges,
        binned(np.where(before_close, 0, counts.redeemed_in_time), in_time_edges),
        late_edges,
        binned(counts.presented_late, late_edges),
        binned(counts.cashed_out, late_edges),
    )


def _entries(counts: DailyCounts) -> Counts | None:
    """The days after which redemptions were entered, where that is done now and then only.

    A register kept by the month says nothing of weeks. So many redemptions on days of their own
    would fill about span x (1 - e^(-redemptions / span)) days.
    """
    used = counts.redeemed_in_time + counts.presented_late + counts.cashed_out
    days = counts.days[used > 0]
    if used.sum() < ENOUGH:
        return None
    span = int(days[-1] - counts.days[0]) + 1
    expected = -span * np.expm1(-used.sum() / span)
    return days + 1 if len(days) < BATCHED * expected else None


def _edges(start: int, end: int, weeks: int, entered: Counts | None) -> Array:
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

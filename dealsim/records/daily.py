"""A register by day, days counted from the scenario's start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealsim.records.register import Actuals
from dealsim.scenario import Scenario

Days = NDArray[np.int64]


@dataclass(frozen=True)
class DailyCounts:
    """Vouchers of each of `days` by what became of them, (days,) each.

    The register knows what happened before the day `end`.
    """

    end: int
    days: Days
    vouchers_sold: Days
    vouchers_refunded: Days
    redeemed_in_time: Days
    presented_late: Days
    cashed_out: Days

    @property
    def flows(self) -> dict[str, Days]:
        """The vouchers of each day by their names."""
        return {name: v for name, v in vars(self).items() if name not in ("end", "days")}


def daily_counts(actuals: Actuals, scenario: Scenario) -> DailyCounts:
    """The register by day, redemptions divided by the day the promotion ends, which is in time."""
    days = np.array([(day - scenario.starts).days for day in actuals.days], dtype=np.int64)
    redeemed = actuals.counts["redeemed"]
    in_time = days <= (scenario.promo_expiry - scenario.starts).days
    return DailyCounts(
        (actuals.as_of - scenario.starts).days + 1,
        days,
        actuals.counts["sold"],
        actuals.counts["refunded"],
        np.where(in_time, redeemed, 0),
        np.where(in_time, 0, redeemed),
        actuals.counts["cashed_out"],
    )

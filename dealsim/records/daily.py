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
    """A register by day, days counted from the scenario's start: vouchers of each of `days`."""

    days: Days
    vouchers_sold: Days
    vouchers_refunded: Days
    redeemed_in_time: Days
    presented_late: Days
    cashed_out: Days


def register_end(actuals: Actuals, scenario: Scenario) -> int:
    """The day, from the scenario's start, before which the register knows everything."""
    return (actuals.as_of - scenario.starts).days + 1


def daily_counts(actuals: Actuals, scenario: Scenario) -> DailyCounts:
    """The register by day, redemptions told apart by the day the promotion ends."""
    days = np.array([(day - scenario.starts).days for day in actuals.days], dtype=np.int64)
    expiry = (scenario.promo_expiry - scenario.starts).days
    redeemed = actuals.counts["redeemed"]
    early = days <= expiry
    return DailyCounts(
        days,
        actuals.counts["sold"],
        actuals.counts["refunded"],
        np.where(early, redeemed, 0),
        np.where(early, 0, redeemed),
        actuals.counts["cashed_out"],
    )

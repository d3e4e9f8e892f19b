"""A made-up register beside made-up books: of the shape of `Liability.actuals`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from dealsim.books import Statement
from dealsim.books.actual_versus_forecast import (
    ActualVersusForecast,
    ChainLadderCheck,
    InputRevision,
    PresentedToDate,
    RegisterComparison,
    SummaryStatistics,
)
from dealsim.books.subledger import FloatArray, VoucherSubledger
from dealsim.inference import GoodnessOfFit

STARTS = date(2011, 3, 1)


@dataclass(frozen=True)
class MadeUpRegister:
    """What a test may ask of a register: the month (from 0) it ends with, and how far off it is."""

    month: int = 6
    factor: float = 0.8
    file: str = "/home/anna/till/vouchers.csv"
    ladder: bool = True


def comparison(
    told: MadeUpRegister,
    register: VoucherSubledger,
    monthly: Statement,
    ends: tuple[date, ...],
    unit: int,
) -> RegisterComparison:
    """A register whose customers come `factor` as often as those of the first future."""
    month = min(told.month, len(ends) - 1)
    presented = np.cumsum(register.exercised, axis=0) / unit
    happened = np.floor(told.factor * presented[:, 0])
    held, owed = register.held[month] / 1.0, np.full(presented.shape[1], 1.0)
    owed = owed * float(monthly.mean["closing"][month])
    vouchers = (
        ActualVersusForecast.of("redeemed_in_time", happened[month], presented[month]),
        ActualVersusForecast.of("held", float(np.floor(0.9 * held[0] / unit)), held / unit),
    )
    return RegisterComparison(
        as_of=ends[month],
        file=told.file,
        rows=321,
        sha256="ab" * 32,
        vouchers=vouchers,
        owed=(
            ActualVersusForecast.of("outstanding", 0.9 * held[0] // unit * unit, held),
            ActualVersusForecast.of("liability", float(owed[0]), owed),
        ),
        inputs=inputs(),
        used_before=SummaryStatistics(0.81, 0.06, 0.69, 0.82, 0.9),
        used_after=SummaryStatistics(0.73, 0.012, 0.72, 0.73, 0.76),
        taken_before=0.89,
        taken_stated=False,
        taken_after=0.75,
        catch_up=int(monthly.mean["breakage_reestimate"][month]),
        fit=GoodnessOfFit(21.5, 25, 0.6, 1.0, "in time 8: 17 vouchers where 9.6 fit best"),
        ladder=ChainLadderCheck(3, 270_012.4, 8123.6, 0.74) if told.ladder else None,
        course=_course(presented, happened, month, ends),
    )


def inputs() -> tuple[InputRevision, ...]:
    return (
        InputRevision(
            "customers.bargain_hunters.redeem",
            SummaryStatistics(0.79, 0.077, 0.65, 0.8, 0.9),
            SummaryStatistics(0.7, 0.03, 0.65, 0.7, 0.75),
        ),
        InputRevision(
            "redemption.half_life",
            SummaryStatistics(97.4, 67.7, 28.0, 79.8, 230.3),
            SummaryStatistics(60.7, 8.7, 49.0, 59.5, 77.4),
        ),
        InputRevision(
            "deal.odd",
            SummaryStatistics(2.0, 0.0, 2.0, 2.0, 2.0),
            SummaryStatistics(2.0, 0.0, 2.0, 2.0, 2.0),
        ),
    )


def _course(
    presented: FloatArray, happened: FloatArray, month: int, ends: tuple[date, ...]
) -> PresentedToDate:
    """Bands at month ends, from the day before the start; now known up to the register's end."""
    nothing = np.zeros((1, presented.shape[1]))
    earlier = np.percentile(np.concatenate([nothing, presented]), (5, 50, 95), axis=1)
    actual = np.concatenate([[0.0], happened])
    known = np.arange(len(actual)) <= month + 1
    rest = (earlier - earlier[:, [month + 1]]) * 0.5 + actual[month + 1]
    now = np.where(known, actual, np.sort(rest, axis=0))
    days = (STARTS - timedelta(days=1), *ends)
    return PresentedToDate(days, earlier, now, np.where(known, actual, np.nan))

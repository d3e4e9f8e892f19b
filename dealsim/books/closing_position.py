"""What the books say on the day they are closed on: owed, held, likely to be asked for, breakage.

With a register that is its last day, else the end of the first fiscal year, when the forecast
first meets a balance sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from dealsim.books.cohort_books import CohortBooks
from dealsim.books.periods import ReportingPeriods, lasts
from dealsim.books.rollforward import EARNED, sum_of
from dealsim.books.statement import printed_lines
from dealsim.books.subledger import FloatArray, VoucherSubledger
from dealsim.units import to_minor


@dataclass(frozen=True)
class ClosingPosition:
    """The books at the end of `day`, means over trials in whole minor units.

    `owed` is the liability as the roll-forward has it, `owed_bands` its 5, 50 and 95 % points;
    `held` the paid value of vouchers held, and `likely` what of that is expected to be asked for
    in the end, after the horizon too; `recognised` the breakage revenue to date, lapses included.
    Vouchers of campaigns whose platform pays on redemption are left out, unless all are.
    """

    day: date
    owed: int
    owed_bands: tuple[int, int, int]
    held: int
    likely: int
    recognised: int


def closing_position(
    cohorts: Sequence[CohortBooks], periods: ReportingPeriods, as_of: date | None
) -> ClosingPosition:
    """The position of all cohorts on the register's last day, `as_of`, or without one at the end
    of the first fiscal year."""
    period = lasts(periods.finest("year"))[0] if as_of is None else periods.ends.index(as_of)
    counted = [one for one in cohorts if not one.is_memorandum] or list(cohorts)
    lines = [printed_lines(one.roll)[0] for one in cohorts]
    owed = sum_of([one.roll.closing[period] for one in cohorts])
    held = [one.cohort.subledger.held[period] for one in counted]
    likely = [still_to_come(one.cohort.subledger, one.cohort.ultimate, period) for one in counted]
    low, middle, high = (int(to_minor(mark, 0)) for mark in np.percentile(owed, (5, 50, 95)))
    earned = sum(int(one[name][: period + 1].sum()) for one in lines for name in EARNED)
    return ClosingPosition(
        day=periods.ends[period],
        owed=sum(int(one["closing"][period]) for one in lines),
        owed_bands=(low, middle, high),
        # rounded one by one, as the ageing has them
        held=sum(int(to_minor(one.mean(), 0)) for one in held),
        likely=sum(int(to_minor(one.mean(), 0)) for one in likely),
        recognised=earned,
    )


def still_to_come(subledger: VoucherSubledger, ultimate: FloatArray, period: int) -> FloatArray:
    """Paid value of the vouchers held at the end of a period that is exercised later, (trial,).

    `ultimate` (trial,) is the paid value exercised in the end, `Cohort.ultimate`. Vouchers are
    alike whenever sold: those sold later, net of refunds, are used in the cohort's own share.
    """
    net = subledger.net_issued
    issued, later = net.sum(axis=0), np.maximum(net[period + 1 :].sum(axis=0), 0)
    share = np.divide(ultimate, issued, out=np.zeros_like(ultimate), where=issued > 0)
    exercised = subledger.exercised[: period + 1].sum(axis=0)
    return np.clip(ultimate - exercised - share * later, 0.0, subledger.held[period])

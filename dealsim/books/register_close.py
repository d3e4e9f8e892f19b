"""What a register adds to the books: its days, the earlier forecast, and how they compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from dealsim.books.actual_versus_forecast import (
    ActualVersusForecast,
    PresentedToDate,
    RegisterComparison,
    SummaryStatistics,
    input_revisions,
)
from dealsim.books.chain_ladder import chain_ladder_check
from dealsim.books.posting_dates import DailyFlows
from dealsim.books.subledger import FloatArray, IntArray
from dealsim.errors import Problem
from dealsim.inference import InputUpdate
from dealsim.records import Actuals, DailyCounts
from dealsim.simulation import Result

if TYPE_CHECKING:
    from dealsim.books.cohort_books import CohortBooks

COUNTS = (
    "vouchers_sold",
    "vouchers_refunded",
    "redeemed_in_time",
    "presented_late",
    "cashed_out",
    "lapsed",
)
"""Counts told of a register, those that lapsed by law among them; `held` comes after them."""

FATES = {
    "issued": "vouchers_sold",
    "refunded": "vouchers_refunded",
    "redeemed_in_time": "redeemed_in_time",
    "presented_late": "presented_late",
    "cashed_out": "cashed_out",
}
"""Lines of a register in money, and the counts they are the price of."""


@dataclass(frozen=True)
class RegisterClose:
    """A register, by day, with the forecast made without it and the inputs before and after.

    `earlier` ends a period with the register, `plain` knows nothing of it: the estimate before
    is `booked_share`, else that of `plain`, so that the months before do not depend on the day
    at which one looks back.
    """

    actuals: Actuals
    by_day: DailyCounts
    earlier: Result
    plain: Result
    booked_share: float | None
    update: InputUpdate
    warnings: tuple[Problem, ...]

    @property
    def over(self) -> date:
        """The day after the register's last, at whose beginning it ends."""
        return self.actuals.as_of + timedelta(days=1)

    def held_after(self, day: date) -> int | None:
        """Vouchers held at the end of a day; None where the register does not reach it."""
        if day > self.actuals.as_of:
            return None
        seen = self.by_day.days <= (day - self.earlier.scenario.starts).days
        counts = {name: int(getattr(self.by_day, name)[seen].sum()) for name in FATES.values()}
        sold = counts.pop("vouchers_sold")
        return sold - sum(counts.values())

    def period(self, cuts: Sequence[date]) -> int:
        """The period, of those that end at `cuts`, with which the register ends."""
        return cuts.index(self.over)

    def happened(self, price: int, lapsed: IntArray) -> DailyFlows:
        """The register in money at a price in minor units; `lapsed` by period."""
        starts = self.earlier.scenario.starts
        days = [starts + timedelta(days=int(day)) for day in self.by_day.days]
        lines = {name: price * getattr(self.by_day, count) for name, count in FATES.items()}
        return DailyFlows(days, lines, lapsed)


def compare(learned: RegisterClose, books: CohortBooks) -> RegisterComparison:
    """The register beside the forecast made without it, at the register's end."""
    before, at = books.before, books.seen
    assert before is not None and at is not None
    return RegisterComparison(
        as_of=learned.actuals.as_of,
        file=learned.actuals.file,
        rows=learned.actuals.rows,
        sha256=learned.actuals.sha256,
        vouchers=_vouchers(learned, books, at),
        owed=(
            _beside("outstanding", books.known.register.held[at], before.known.register.held[at]),
            _beside("liability", books.roll.closing[at], before.roll.closing[at]),
        ),
        inputs=input_revisions(learned.update.before, learned.update.after),
        used_before=SummaryStatistics.of(_used(before)),
        used_after=SummaryStatistics.of(_used(books)),
        taken_before=books.share_before(books.method),
        taken_stated=learned.booked_share is not None,
        taken_after=books.share(books.method),
        catch_up=_catch_up(books, at),
        fit=learned.update.fit,
        ladder=chain_ladder_check(
            learned.actuals,
            learned.by_day,
            learned.earlier.scenario.starts,
            int(books.known.price[0]),
        ),
        course=_course(learned, books.result),
    )


def _catch_up(books: CohortBooks, at: int) -> int:
    """Breakage from the change of estimate; other policies rest on none."""
    if books.method != "proportional":
        return 0
    return int(books.booked.mean["breakage_reestimate"][at])


def _vouchers(
    learned: RegisterClose, books: CohortBooks, at: int
) -> tuple[ActualVersusForecast, ...]:
    earlier, now = learned.earlier.timeline, books.result.timeline
    found = []
    for name in COUNTS:
        actual, forecast = (line[name][: at + 1].sum(axis=0) for line in (now, earlier))
        if actual.any() or forecast.any():
            found.append(_beside(name, actual, forecast))
    return (*found, _beside("held", now["held"][at], earlier["held"][at]))


def _beside(
    name: str, actual: FloatArray | IntArray, forecast: FloatArray | IntArray
) -> ActualVersusForecast:
    # what is known is the same in every trial
    return ActualVersusForecast.of(name, float(actual[0]), np.asarray(forecast, dtype=np.float64))


def _used(books: CohortBooks) -> FloatArray:
    """Share of what was issued net of refunds that is used in the end, by trial."""
    issued = books.known.register.net_issued[-1]
    sold = issued > 0
    used = np.asarray(books.known.ultimate[sold] / issued[sold], dtype=np.float64)
    return used if len(used) else np.ones(1)


def _course(learned: RegisterClose, now: Result) -> PresentedToDate:
    """Vouchers presented to date at every cut, before and after the register."""
    ends = tuple(day - timedelta(days=1) for day in now.cuts)
    earlier, after = (
        np.percentile(result.paths["served"], (5, 50, 95), axis=1)
        for result in (learned.earlier, now)
    )
    known = np.array([day <= learned.over for day in now.cuts])
    return PresentedToDate(ends, earlier, after, np.where(known, now.paths["served"][:, 0], np.nan))

"""A register beside the forecast made without it, at the register's end."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from dealsim.books.actual_versus_forecast import (
    ActualVersusForecast,
    PresentedToDate,
    RegisterComparison,
    SummaryStatistics,
    input_revisions,
)
from dealsim.books.chain_ladder import chain_ladder_check
from dealsim.books.cohort_books import CohortBooks
from dealsim.books.runs import RegisterForecasts
from dealsim.books.subledger import FloatArray, IntArray

COUNTS = (
    "vouchers_sold",
    "vouchers_refunded",
    "redeemed_in_time",
    "presented_late",
    "cashed_out",
    "lapsed",
)
"""Counts compared, those that lapsed by law among them; `held` comes after them."""


def compare(
    found: RegisterForecasts, books: CohortBooks, before: CohortBooks, *, share_stated: bool
) -> RegisterComparison:
    """The register beside the forecast made without it, whose books are `before`.

    `share_stated` says that the share that the books took so far was stated, not forecast.
    """
    at, actuals, update = books.last_actual, found.actuals, found.update
    assert at is not None
    outstanding, held = (one.cohort.subledger.held[at] for one in (books, before))
    return RegisterComparison(
        as_of=actuals.as_of,
        file=actuals.file,
        rows=actuals.rows,
        sha256=actuals.sha256,
        vouchers=_vouchers(found, at),
        owed=(
            _beside("outstanding", outstanding, held),
            _beside("liability", books.roll.closing[at], before.roll.closing[at]),
        ),
        inputs=input_revisions(update.prior, update.posterior),
        used_before=SummaryStatistics.of(_used(before)),
        used_after=SummaryStatistics.of(_used(books)),
        taken_before=books.share_before(books.method),
        taken_stated=share_stated,
        taken_after=books.share(books.method),
        catch_up=_catch_up(books, at),
        fit=update.fit,
        ladder=chain_ladder_check(
            found.counts, books.cohort.scenario.starts, int(books.cohort.price[0])
        ),
        course=_course(found),
    )


def _catch_up(books: CohortBooks, at: int) -> int:
    """Breakage from the change of estimate; other policies rest on none."""
    if books.method != "proportional":
        return 0
    return int(books.printed[0]["breakage_reestimate"][at])


def _vouchers(found: RegisterForecasts, at: int) -> tuple[ActualVersusForecast, ...]:
    prior, now = found.prior.cohorts[0], found.posterior.cohorts[0]
    compared = []
    for name in COUNTS:
        actual, forecast = (line[name][: at + 1].sum(axis=0) for line in (now, prior))
        if actual.any() or forecast.any():
            compared.append(_beside(name, actual, forecast))
    return (*compared, _beside("held", now["held"][at], prior["held"][at]))


def _beside(
    name: str, actual: FloatArray | IntArray, forecast: FloatArray | IntArray
) -> ActualVersusForecast:
    # what happened is the same in every trial
    return ActualVersusForecast.of(name, float(actual[0]), np.asarray(forecast, dtype=np.float64))


def _used(books: CohortBooks) -> FloatArray:
    """Share of what was issued net of refunds that is used in the end, by trial."""
    issued = books.cohort.subledger.net_issued.sum(axis=0)
    sold = issued > 0
    used = np.asarray(books.cohort.ultimate[sold] / issued[sold], dtype=np.float64)
    return used if len(used) else np.ones(1)


def _course(found: RegisterForecasts) -> PresentedToDate:
    """Vouchers presented to date at the end of every step, before and after the register."""
    now, over = found.posterior, found.actuals.as_of + timedelta(days=1)
    days = [day for day in now.path_days if day in now.step_ends]
    before, after = (
        result.paths["served"][[result.path_days.index(day) for day in days]]
        for result in (found.prior, now)
    )
    earlier, later = (np.percentile(served, (5, 50, 95), axis=1) for served in (before, after))
    actual = np.array([day <= over for day in days])
    return PresentedToDate(
        tuple(day - timedelta(days=1) for day in days),
        earlier,
        later,
        np.where(actual, after[:, 0], np.nan),
    )

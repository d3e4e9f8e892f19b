"""A register beside the forecast made without it, at the register's end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from dealsim.books.actual_versus_forecast import (
    ActualVersusForecast,
    ChainLadderCheck,
    InputRevision,
    PresentedToDate,
    RegisterComparison,
    SummaryStatistics,
    input_revisions,
)
from dealsim.books.chain_ladder import chain_ladder_check
from dealsim.books.cohort_books import CohortBooks
from dealsim.books.rollforward import sum_of
from dealsim.books.runs import RegisterForecasts
from dealsim.books.subledger import FloatArray, IntArray
from dealsim.results import Result

COUNTS = (
    "vouchers_sold",
    "vouchers_refunded",
    "redeemed_in_time",
    "presented_late",
    "cashed_out",
    "lapsed",
)
"""Counts compared, those that lapsed by law among them; `held` comes after them."""


@dataclass(frozen=True)
class KnownCohort:
    """One campaign with a register: its forecasts, its books and those made without the register.

    `stated` says that the share that the books took so far was stated, not forecast.
    """

    name: str
    found: RegisterForecasts
    books: CohortBooks
    before: CohortBooks
    stated: bool


def compare(known: Sequence[KnownCohort]) -> RegisterComparison:
    """The registers beside the forecasts made without them, all campaigns added up future by
    future; raises ValueError where there is none."""
    if not known:
        raise ValueError("there is no register to compare")
    at, first = known[0].books.last_actual, known[0].found.actuals
    assert at is not None
    outstanding, held = (
        sum_of([one.cohort.subledger.held[at] for one in books]) for books in _sides(known)
    )
    owed, forecast = (sum_of([one.roll.closing[at] for one in books]) for books in _sides(known))
    taken, before = _taken(known)
    fits = [one.found.update.fit for one in known]
    return RegisterComparison(
        as_of=first.as_of,
        file=first.file,
        rows=sum(one.found.actuals.rows for one in known),
        sha256=first.sha256,
        vouchers=_vouchers(known),
        owed=(_beside("outstanding", outstanding, held), _beside("liability", owed, forecast)),
        inputs=_inputs(known),
        used_before=SummaryStatistics.of(_used([one.before for one in known])),
        used_after=SummaryStatistics.of(_used([one.books for one in known])),
        taken_before=before,
        taken_stated=any(one.stated for one in known),
        taken_after=taken,
        catch_up=sum(_catch_up(one.books, at) for one in known),
        fit=max(fits, key=lambda fit: fit.factor),
        ladder=_ladder(known),
        course=_course(known),
        shares=tuple((one.name, *_shares(one)) for one in known),
    )


def _sides(known: Sequence[KnownCohort]) -> tuple[list[CohortBooks], list[CohortBooks]]:
    """The books with the registers, and those made without."""
    return [one.books for one in known], [one.before for one in known]


def _shares(one: KnownCohort) -> tuple[float, float]:
    """The shares used in the end that its books take after and before the register."""
    books = one.books
    return books.share(books.method), books.share_before(books.method)


def _taken(known: Sequence[KnownCohort]) -> tuple[float, float]:
    """The same of all campaigns, weighed by what was issued."""
    weights = [float(one.books.cohort.subledger.net_issued.sum()) for one in known]
    if len(known) == 1 or not any(weights):
        return _shares(known[0])
    after, before = np.average([_shares(one) for one in known], axis=0, weights=weights)
    return float(after), float(before)


def _inputs(known: Sequence[KnownCohort]) -> tuple[InputRevision, ...]:
    """The inputs of all campaigns by how far they moved; of several, each says whose it is."""
    found = [
        replace(moved, campaign=one.name if len(known) > 1 else "")
        for one in known
        for moved in input_revisions(one.found.update.prior, one.found.update.posterior)
    ]
    return tuple(sorted(found, key=lambda moved: -abs(moved.shift)))


def _ladder(known: Sequence[KnownCohort]) -> ChainLadderCheck | None:
    """The chain ladder of one register: months of several campaigns develop differently."""
    if len(known) > 1:
        return None
    cohort = known[0].books.cohort
    return chain_ladder_check(known[0].found.counts, cohort.scenario.starts, int(cohort.price[0]))


def _catch_up(books: CohortBooks, at: int) -> int:
    """Breakage from the change of estimate; other policies rest on none."""
    if books.method != "proportional":
        return 0
    return int(books.printed[0]["breakage_reestimate"][at])


def _vouchers(known: Sequence[KnownCohort]) -> tuple[ActualVersusForecast, ...]:
    results = [(one.found.prior, one.found.posterior) for one in known]
    over = known[0].found.actuals.as_of + timedelta(days=1)

    def to_date(name: str, side: int) -> FloatArray:
        return _added([_until(pair[side], name, over) for pair in results])

    compared = []
    for name in COUNTS:
        forecast, actual = to_date(name, 0), to_date(name, 1)
        if actual.any() or forecast.any():
            compared.append(_beside(name, actual, forecast))
    held = [
        _added([pair[side].cohorts[0]["held"][_row(pair[side], over)] for pair in results])
        for side in (0, 1)
    ]
    return (*compared, _beside("held", held[1], held[0]))


def _row(result: Result, over: date) -> int:
    return result.month_ends.index(over)


def _until(result: Result, name: str, over: date) -> FloatArray:
    """Vouchers of a count up to a day, by trial."""
    counts = result.cohorts[0][name][: _row(result, over) + 1]
    return np.asarray(counts.sum(axis=0), dtype=np.float64)


def _added(arrays: Sequence[FloatArray]) -> FloatArray:
    return np.asarray(np.sum(arrays, axis=0), dtype=np.float64)


def _beside(
    name: str, actual: FloatArray | IntArray, forecast: FloatArray | IntArray
) -> ActualVersusForecast:
    # what happened is the same in every trial
    return ActualVersusForecast.of(name, float(actual[0]), np.asarray(forecast, dtype=np.float64))


def _used(all_books: Sequence[CohortBooks]) -> FloatArray:
    """Share of what was issued net of refunds that is used in the end, by trial."""
    issued = sum_of([books.cohort.subledger.net_issued.sum(axis=0) for books in all_books])
    ultimate = _added([books.cohort.ultimate for books in all_books])
    sold = issued > 0
    used = np.asarray(ultimate[sold] / issued[sold], dtype=np.float64)
    return used if len(used) else np.ones(1)


def _course(known: Sequence[KnownCohort]) -> PresentedToDate:
    """Vouchers presented to date, before and after the registers: of one at the end of every step,
    of several at the ends of the periods that they share."""
    over = known[0].found.actuals.as_of + timedelta(days=1)
    first = min(one.books.cohort.scenario.starts for one in known)
    days = [first, *known[0].books.cohort.cuts]
    if len(known) == 1:
        now = known[0].found.posterior
        days = [day for day in now.path_days if day in now.step_ends]
    before, after = (
        _added([_served(result, days) for result in results])
        for results in (
            [one.found.prior for one in known],
            [one.found.posterior for one in known],
        )
    )
    earlier, later = (np.percentile(served, (5, 50, 95), axis=1) for served in (before, after))
    actual = np.array([day <= over for day in days])
    return PresentedToDate(
        tuple(day - timedelta(days=1) for day in days),
        earlier,
        later,
        np.where(actual, after[:, 0], np.nan),
    )


def _served(result: Result, days: Sequence[date]) -> FloatArray:
    """Vouchers presented by the given days, (day, trial); none before the sale."""
    rows = {day: k for k, day in enumerate(result.path_days)}
    served = result.paths["served"]
    nothing = np.zeros(served.shape[1])
    return np.stack([served[rows[day]] if day in rows else nothing for day in days])

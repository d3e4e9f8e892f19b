"""The books of all cohorts together: what is owed in all, and on what.

Cohorts are booked one by one, each with its own estimate and days, and then added up: what is
owed is the sum on every trial, the printed means are sums of printed means, so that the whole
ties to its cohorts and its journal to both.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from dealsim.books.actual_versus_forecast import RegisterComparison
from dealsim.books.ageing import IssueDates, ageing_by_period
from dealsim.books.breakage import METHODS, ultimate_share
from dealsim.books.chart import Chart
from dealsim.books.cohort_books import CohortBooks
from dealsim.books.issue_months import issue_shares
from dealsim.books.liability_forecast import EARNED, Fall, Liability
from dealsim.books.periods import ReportingPeriods, lasts
from dealsim.books.rollforward import regroup, sum_of, total
from dealsim.books.statement import Statement, statement
from dealsim.books.subledger import FloatArray, IntArray
from dealsim.books.triangle import development_factors, redemption_triangle
from dealsim.errors import Problem
from dealsim.units import to_minor


def consolidate(
    cohorts: Sequence[CohortBooks],
    periods: ReportingPeriods,
    chart: Chart,
    *,
    seed: int,
    warnings: tuple[Problem, ...] = (),
    actuals: RegisterComparison | None = None,
) -> Liability:
    """The liability on the vouchers of all cohorts, whose trials are the same futures.

    Terms that a cohort has of its own (expiry, constraint, assumptions) are shown of the first.
    Raises ValueError where there is no cohort, or their periods are not those of `periods`.
    """
    if any(books.cohort.cuts != periods.cuts for books in cohorts):
        raise ValueError("cohorts that are added up have the same periods")
    held = sum_of([books.cohort.subledger.held for books in cohorts])
    first = cohorts[0]
    last = lasts(periods.finest(periods.every))
    visits = [_by_month(books, periods) for books in cohorts]
    return Liability(
        scenario=first.cohort.scenario,
        trials=held.shape[1],
        seed=seed,
        period=periods.every,
        fiscal_year_end=periods.fiscal_year_end,
        month_ends=periods.month_ends,
        period_ends=tuple(periods.ends[k] for k in last),
        groups=periods.months(periods.every),
        years=periods.months("year"),
        chart=chart,
        policy=first.method,
        on_redemption=first.is_memorandum,
        expiry=first.cohort.scenario.promo_expiry,
        owed_at_expiry=_owed_at_expiry(cohorts),
        constraint=first.policies.constraint,
        outstanding=held[last],
        memo_held=sum(books.cohort.held[last].mean(axis=1) for books in cohorts),
        visits={name: sum_of([one[name] for one in visits]) for name in visits[0]},
        journal=tuple(one for books in cohorts for one in books.journal()),
        assumptions=first.policies.assumptions,
        warnings=warnings,
        actuals=actuals,
        **_estimates(cohorts),
        **_statements(cohorts, periods),
        **_policies(cohorts, last),
        **_by_issue(cohorts, periods),
    )


def _estimates(cohorts: Sequence[CohortBooks]) -> dict[str, Any]:
    """Shares used in the end: expected, constrained, and as the books take it.

    Of several cohorts each books its own; here is the share of them all.
    """
    first = cohorts[0]
    ultimate = np.sum([books.cohort.ultimate for books in cohorts], axis=0)
    each = [books.cohort.subledger.net_issued.sum(axis=0) for books in cohorts]
    issued, taken = sum_of(each), first.share(first.method)
    if len(cohorts) > 1 and issued.any():
        shares = [books.share(books.method) for books in cohorts]
        taken = float(np.average(shares, weights=[one.mean() for one in each]))
    best = ultimate_share(ultimate, issued)
    constrained = ultimate_share(ultimate, issued, first.policies.constraint)
    return {"best_estimate": best, "constrained": constrained, "ultimate_share": taken}


def _statements(cohorts: Sequence[CohortBooks], periods: ReportingPeriods) -> dict[str, Any]:
    """The roll-forward by month, reporting period and year, and the liability on every trial."""
    rolls = [books.roll for books in cohorts]

    def by(every: Any) -> Statement:
        groups = periods.finest(every)
        return statement(rolls, None if len(groups) == len(periods.cuts) else groups)

    monthly = by("month")
    return {
        "table": monthly if periods.every == "month" else by(periods.every),
        "monthly": monthly,
        "yearly": by("year"),
        "closing": regroup(total(rolls), periods.finest(periods.every)).closing,
        "falls": _falls(cohorts, periods),
    }


def _falls(cohorts: Sequence[CohortBooks], periods: ReportingPeriods) -> tuple[Fall, ...]:
    """What lapses and what goes to the state, each with its day."""
    found: list[Fall] = []
    for books in cohorts:
        scenario, lapsed = books.cohort.scenario, books.cohort.subledger.lapsed
        survives = scenario.deal.after_expiry != "nothing"
        lapse = scenario.paid_value_lapse if survives else scenario.promo_expiry
        for name, day in (("lapsed", lapse), ("escheated", scenario.dormancy)):
            if day is None or day > periods.ends[-1]:
                continue
            # what falls on the first day of a period is told with the end of the one before
            k = bisect_left(periods.ends, day - timedelta(days=1))
            off_held = lapsed[k] if name == "lapsed" else np.zeros_like(lapsed[k])
            found.append(Fall(min(day, periods.ends[k]), books.roll.lines[name][k], off_held))
    return tuple(sorted(found, key=lambda one: one.day))


def _policies(cohorts: Sequence[CohortBooks], last: Sequence[int]) -> dict[str, Any]:
    """Mean breakage revenue to date and liability by period under each policy."""
    revenues: dict[str, IntArray] = {}
    closings: dict[str, IntArray] = {}
    owed = [books for books in cohorts if not books.is_memorandum]
    for method in METHODS if owed else ():
        roll = total([books.roll_under(method) for books in owed])
        revenue = np.stack([roll.lines[name] for name in EARNED]).sum(axis=0)
        revenues[method] = to_minor(np.cumsum(revenue.mean(axis=1))[last], 0)
        closings[method] = to_minor(roll.closing.mean(axis=1)[last], 0)
    return {"policies": revenues, "policy_closings": closings}


def _by_issue(cohorts: Sequence[CohortBooks], periods: ReportingPeriods) -> dict[str, Any]:
    """Ageing and triangle: what is expected by month of issue."""
    months = periods.finest("month")
    cuts = [periods.cuts[k] for k in lasts(months)]
    shown = lasts(periods.months(periods.every))
    ageings, triangles, issues, parts = [], [], [], []
    for books in cohorts:
        subledger = books.cohort.subledger.regrouped(months)
        shares = issue_shares(subledger)
        held = to_minor(subledger.held.mean(axis=1), 0)
        dates = _issue_dates(books, periods)
        ageings.append(ageing_by_period(dates, cuts, held, shares, shown))
        triangles.append(redemption_triangle(subledger, shares))
        issued = subledger.net_issued.sum(axis=0).mean() * shares[-1]
        issues.append(to_minor(issued, 0))
        parts.append(shares[-1])
    issued_in = np.flatnonzero(np.sum(parts, axis=0))
    triangle: FloatArray = np.sum(triangles, axis=0)[issued_in]
    return {
        "ageing": {end: sum_of([one[end] for one in ageings]) for end in ageings[0]},
        "triangle": triangle,
        "triangle_months": tuple(periods.month_ends[k] for k in issued_in),
        "triangle_factors": development_factors(triangle),
        "issued": sum_of(issues)[issued_in],
    }


def _issue_dates(books: CohortBooks, periods: ReportingPeriods) -> list[IssueDates]:
    """The dates of the vouchers issued in each month, which age from its first day of sale."""
    scenario, policies = books.cohort.scenario, books.policies
    dormant = policies.dormant_on if scenario.deal.after_expiry != "nothing" else None
    firsts = [scenario.starts, *(end + timedelta(days=1) for end in periods.month_ends[:-1])]
    return [
        IssueDates(
            max(day, scenario.starts), scenario.promo_expiry, policies.legal_minimum, dormant
        )
        for day in firsts
    ]


def _owed_at_expiry(cohorts: Sequence[CohortBooks]) -> IntArray | None:
    """The sub-ledger when the promotions are over, each at its own end, (trial,)."""
    owed = [books.cohort.owed_at_expiry for books in cohorts]
    reached = [one for one in owed if one is not None]
    return sum_of(reached) if len(reached) == len(owed) else None


def _by_month(books: CohortBooks, periods: ReportingPeriods) -> dict[str, IntArray]:
    """Cash and tax of a cohort by month."""
    starts = [group.start for group in periods.finest("month")]
    return {name: np.add.reduceat(cash, starts) for name, cash in books.cohort.cash.items()}

"""The books of all cohorts together: what is owed in all, and on what.

Cohorts are booked one by one, each with its own estimate and days, and then added up: what is
owed is the sum on every trial, the printed means are sums of printed means, so that the whole
ties to its cohorts and its journal to both.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import numpy as np

from dealsim.books.actual_versus_forecast import RegisterComparison
from dealsim.books.ageing import IssueDates, ageing_by_period
from dealsim.books.breakage import METHODS, ultimate_share
from dealsim.books.chart import Chart
from dealsim.books.closing_position import closing_position
from dealsim.books.cohort_books import CohortBooks
from dealsim.books.issue_months import issue_shares
from dealsim.books.journal import Entry
from dealsim.books.liability_forecast import CampaignBooks, Fall, Liability
from dealsim.books.periods import ReportingPeriods, lasts
from dealsim.books.policies import Assumption
from dealsim.books.rollforward import EARNED, regroup, regroup_lines, sum_of, total
from dealsim.books.statement import Statement, printed_lines, statement
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
    names: Sequence[str] | None = None,
) -> Liability:
    """The liability on the vouchers of all cohorts, whose trials are the same futures.

    Terms that a cohort has of its own stand with its campaign, called by `names` (default: the
    scenarios' names). Raises ValueError where there is no cohort, or their periods are not those
    of `periods`.
    """
    if any(books.cohort.cuts != periods.cuts for books in cohorts):
        raise ValueError("cohorts that are added up have the same periods")
    held = sum_of([books.cohort.subledger.held for books in cohorts])
    last = lasts(periods.finest(periods.every))
    campaigns = _campaigns(cohorts, periods, names)
    visits = [_by_month(books, periods) for books in cohorts]
    return Liability(
        scenario=cohorts[0].cohort.scenario,
        trials=held.shape[1],
        seed=seed,
        period=periods.every,
        fiscal_year_end=periods.fiscal_year_end,
        month_ends=periods.month_ends,
        period_ends=tuple(periods.ends[k] for k in last),
        groups=periods.months(periods.every),
        years=periods.months("year"),
        chart=chart,
        policy=_one_of({one.policy for one in campaigns if not one.on_redemption} or {"none"}),
        on_redemption=all(one.on_redemption for one in campaigns),
        expiry=max(one.expiry for one in campaigns),
        owed_at_expiry=_owed_at_expiry(cohorts),
        position=closing_position(cohorts, periods, None if actuals is None else actuals.as_of),
        constraint=_one_of({one.constraint for one in campaigns}),
        outstanding=held[last],
        memo_held=sum(books.cohort.held[last].mean(axis=1) for books in cohorts),
        visits={name: sum_of([one[name] for one in visits]) for name in visits[0]},
        journal=_journal(cohorts, campaigns),
        assumptions=_assumptions(campaigns),
        campaigns=campaigns,
        warnings=warnings,
        actuals=actuals,
        **_estimates(cohorts),
        **_statements(cohorts, periods),
        **_policies(cohorts, last),
        **_by_issue(cohorts, periods),
    )


Value = TypeVar("Value")


def _one_of(values: Set[Value]) -> Value | None:
    """The value that all have; None where they differ."""
    return next(iter(values)) if len(values) == 1 else None


def _campaigns(
    cohorts: Sequence[CohortBooks], periods: ReportingPeriods, names: Sequence[str] | None
) -> tuple[CampaignBooks, ...]:
    """Each campaign's terms and estimates, and its mean roll-forward."""
    groups, found = periods.finest(periods.every), []
    for k, books in enumerate(cohorts):
        cohort, scenario = books.cohort, books.cohort.scenario
        issued = cohort.subledger.net_issued.sum(axis=0)
        held = cohort.subledger.held[lasts(groups)].mean(axis=1)
        found.append(
            CampaignBooks(
                name=scenario.name if names is None else names[k],
                scenario=scenario,
                policy=books.method,
                on_redemption=books.is_memorandum,
                expiry=scenario.promo_expiry,
                owed_at_expiry=cohort.owed_at_expiry,
                best_estimate=ultimate_share(cohort.ultimate, issued),
                constrained=books.constrained,
                constraint=books.policies.constraint,
                ultimate_share=books.share(books.method),
                assumptions=books.policies.assumptions,
                lines=regroup_lines(printed_lines(books.roll)[0], groups),
                outstanding=to_minor(held, 0),
            )
        )
    return tuple(found)


def _journal(
    cohorts: Sequence[CohortBooks], campaigns: Sequence[CampaignBooks]
) -> tuple[Entry, ...]:
    """The entries of all campaigns; of several, each says whose it is."""
    found: list[Entry] = []
    for books, campaign in zip(cohorts, campaigns, strict=True):
        entries = books.journal()
        if len(cohorts) > 1:
            entries = tuple(replace(e, memo=f"{e.memo}, {campaign.name}") for e in entries)
        found.extend(entries)
    return tuple(found)


def _assumptions(campaigns: Sequence[CampaignBooks]) -> tuple[Assumption, ...]:
    """The choices behind the books; where campaigns differ, each with its name."""
    if len(campaigns) == 1:
        return campaigns[0].assumptions
    shared = [
        one for one in campaigns[0].assumptions if all(one in c.assumptions for c in campaigns)
    ]
    own = [
        replace(one, name=f"{campaign.name}: {one.name}")
        for campaign in campaigns
        for one in campaign.assumptions
        if one not in shared
    ]
    return (*shared, *own)


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
    # of all together at the most cautious quantile: each campaign has its own
    quantile = max(books.policies.constraint for books in cohorts)
    constrained = ultimate_share(ultimate, issued, quantile)
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

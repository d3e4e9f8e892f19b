"""Views of a forecast for reviewers: ageing by period end, and the expected triangle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from dealsim.books.ageing import IssueDates, ageing_table
from dealsim.books.policies import AccountingPolicies
from dealsim.books.subledger import FloatArray, IntArray, VoucherSubledger
from dealsim.scenario import Scenario
from dealsim.units import to_minor

DAY = timedelta(days=1)


def ageing_by_period(
    scenario: Scenario,
    chosen: AccountingPolicies,
    cuts: Sequence[date],
    held: IntArray,
    shares: FloatArray,
    periods: Sequence[int],
) -> dict[date, IntArray]:
    """Mean outstanding paid value by age and state at the ends of periods, by their last day.

    `held` is the rounded mean register by month, `shares` those of the months of issue
    (`issue_shares`), `periods` the months shown. A month's vouchers age from its first day of
    sale; a period ends as its last day is over, at `cuts`.
    """
    survives = scenario.deal.after_expiry != "nothing"
    cohorts = [
        IssueDates(
            scenario.starts if k == 0 else cuts[k - 1],
            scenario.promo_expiry,
            chosen.legal_minimum,
            chosen.dormant_on if survives else None,
        )
        for k in range(len(cuts))
    ]
    found = {}
    for t in periods:
        issued = np.flatnonzero(shares[t])
        amounts = _split(int(held[t]), shares[t][issued])
        found[cuts[t] - DAY] = ageing_table([cohorts[k] for k in issued], amounts, cuts[t])
    return found


def triangle_of(register: VoucherSubledger, shares: FloatArray) -> FloatArray:
    """Mean paid value redeemed to date by month of issue and age in months.

    (issue months, ages), whole amounts, NaN after the horizon. The months of issue add up to
    the rounded mean of all redemptions to date.
    """
    months, to_date = np.flatnonzero(shares[-1]), to_minor(register.exercised.mean(axis=1), 0)
    out = np.full((len(months), len(to_date)), np.nan)
    for t, amount in enumerate(to_date):
        parts = _split(int(amount), shares[t][months])
        for row, month in enumerate(months):
            if t >= month:
                out[row, t - month] = parts[row]
    return out


def development_factors(triangle: FloatArray) -> FloatArray:
    """Volume-weighted development from each age to the next, (ages - 1,); 1 where none is."""
    both = ~np.isnan(triangle[:, 1:])
    before = np.where(both, triangle[:, :-1], 0.0).sum(axis=0)
    after = np.where(both, triangle[:, 1:], 0.0).sum(axis=0)
    return np.divide(after, before, out=np.ones(before.shape), where=before > 0)


def _split(amount: int, shares: FloatArray) -> IntArray:
    """A whole amount by shares that sum to 1, adding up exactly."""
    to_date = to_minor(amount * np.cumsum(shares), 0)
    if len(to_date):
        to_date[-1] = amount
    return np.diff(to_date, prepend=0).astype(np.int64)

"""Redemptions to date by month of issue and age, and their development."""

from __future__ import annotations

import numpy as np

from dealsim.books.issue_months import share_out
from dealsim.books.subledger import FloatArray, VoucherSubledger, mean_to_date
from dealsim.units import to_minor


def redemption_triangle(subledger: VoucherSubledger, shares: FloatArray) -> FloatArray:
    """Mean paid value redeemed to date by month of issue and age in months, (month, age).

    Whole amounts, nil for months that issued nothing, NaN after the horizon. `shares` are
    `issue_shares`; the months add up to the rounded mean of all redemptions to date.
    """
    to_date = to_minor(mean_to_date(subledger.exercised), 0)
    months = np.flatnonzero(shares[-1])
    ages = np.add.outer(np.arange(len(to_date)), np.arange(len(to_date)))
    out = np.where(ages < len(to_date), 0.0, np.nan)
    for t, amount in enumerate(to_date):
        parts = share_out(int(amount), shares[t][months])
        for month, part in zip(months, parts, strict=True):
            if t >= month:
                out[month, t - month] = part
    return out


def development_factors(triangle: FloatArray) -> FloatArray:
    """Volume-weighted development from each age to the next, (ages - 1,); 1 where none is."""
    both = ~np.isnan(triangle[:, 1:])
    before = np.where(both, triangle[:, :-1], 0.0).sum(axis=0)
    after = np.where(both, triangle[:, 1:], 0.0).sum(axis=0)
    return np.divide(after, before, out=np.ones(before.shape), where=before > 0)

"""Redemption triangles and the chain-ladder estimate of ultimate redemptions, with its error.

Origin is the month of issue, development the age in months, the value redemptions to date. Mack,
"Distribution-free calculation of the standard error of chain ladder reserve estimates", ASTIN
Bulletin 23 (1993). A voucher can be used once, so ultimates are bounded by what was issued,
which insurance claims are not. A cross-check beside the simulation, never its input: a triangle
has no tail beyond its oldest age, while a paid value that never dies has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from dealsim.books.subledger import FloatArray, IntArray

LastSigma = Literal["log-linear", "mack"]


@dataclass(frozen=True)
class ChainLadder:
    """The estimate from one triangle; arrays by origin unless said otherwise.

    `factors` and `sigma` are by age, one fewer than ages. `ultimates` are bounded by what was
    issued where that was given; standard errors are of the unbounded estimate.
    """

    factors: FloatArray
    sigma: FloatArray
    latest: FloatArray
    ultimates: FloatArray
    standard_errors: FloatArray
    total_standard_error: float


def build_triangle(origin: ArrayLike, age: ArrayLike, amount: ArrayLike, months: int) -> FloatArray:
    """Redemptions to date by month of issue and age, (months, months), NaN where still to come.

    One record each: `origin` and `age` in whole months from 0, `amount` redeemed. Month k of
    issue has been seen to age months - 1 - k. Raises ValueError for records outside that.
    """
    rows, columns = np.asarray(origin, dtype=np.intp), np.asarray(age, dtype=np.intp)
    if ((rows < 0) | (columns < 0) | (rows + columns >= months)).any():
        raise ValueError("a redemption lies before its issue, or after the last month observed")
    flows = np.zeros((months, months))
    np.add.at(flows, (rows, columns), np.asarray(amount, dtype=np.float64))
    seen = np.add.outer(np.arange(months), np.arange(months)) < months
    return np.where(seen, np.cumsum(flows, axis=1), np.nan)


def chain_ladder(
    triangle: ArrayLike, issued: ArrayLike | None = None, last_sigma: LastSigma = "log-linear"
) -> ChainLadder:
    """Factors, ultimates and Mack standard errors of a cumulative square triangle.

    `triangle` is (origin, age) with NaN below the diagonal, `issued` bounds the ultimates.
    The last sigma rests on one ratio: it is extrapolated by a `log-linear` fit to the others or
    by Mack's rule, min(s[-1]^2 / s[-2], s[-2], s[-1]) of the squares. An age without
    redemptions has factor 1. Raises ValueError for a triangle that is not square or falls.
    """
    known = np.asarray(triangle, dtype=np.float64)
    _check_triangle(known)
    factors = _factors(known)
    squares = _sigma_squares(known, factors, last_sigma)
    filled = _filled(known, factors)
    latest = np.array([known[i, len(known) - 1 - i] for i in range(len(known))])
    errors, total = _errors(filled, known, factors, squares)
    ultimates = filled[:, -1].copy()
    if issued is not None:
        ultimates = np.minimum(ultimates, np.asarray(issued, dtype=np.float64))
    return ChainLadder(factors, np.sqrt(squares), latest, ultimates, errors, total)


def _check_triangle(known: FloatArray) -> None:
    if known.ndim != 2 or known.shape[0] != known.shape[1] or not len(known):
        raise ValueError("a triangle has as many ages as origins, one or more")
    seen = np.add.outer(np.arange(len(known)), np.arange(len(known))) < len(known)
    if np.isnan(known[seen]).any() or (~np.isnan(known[~seen])).any():
        raise ValueError("a triangle has a number in every cell observed and NaN in all others")
    steps = np.diff(known, axis=1, prepend=0.0)
    if (steps[seen] < 0).any():
        raise ValueError("redemptions to date cannot fall")


def _factors(known: FloatArray) -> FloatArray:
    """Volume-weighted development factors, (ages - 1,)."""
    n = len(known)
    out = np.ones(n - 1)
    for j in range(n - 1):
        base = known[: n - 1 - j, j].sum()
        if base > 0:
            out[j] = known[: n - 1 - j, j + 1].sum() / base
    return out


def _sigma_squares(known: FloatArray, factors: FloatArray, last_sigma: LastSigma) -> FloatArray:
    """Mack's sigma squared by age; the last by the rule chosen."""
    n = len(known)
    out = np.zeros(n - 1)
    for j in range(n - 2):
        start, end = known[: n - 1 - j, j], known[: n - 1 - j, j + 1]
        used = start > 0
        if used.sum() > 1:
            misses = start[used] * (end[used] / start[used] - factors[j]) ** 2
            out[j] = misses.sum() / (used.sum() - 1)
    if n > 2:
        out[-1] = _last_square(out[:-1], last_sigma)
    return out


def _last_square(squares: FloatArray, last_sigma: LastSigma) -> float:
    """The last sigma squared from those before it; the least of them where a fit cannot be."""
    if last_sigma == "mack":
        if len(squares) < 2 or squares[-2] <= 0:
            return float(squares[-1])
        return float(min(squares[-1] ** 2 / squares[-2], squares[-2], squares[-1]))
    ages = np.flatnonzero(squares > 0)
    if len(ages) < 2:
        return float(squares.min())
    slope, level = np.polyfit(ages, 0.5 * np.log(squares[ages]), 1)
    return float(np.exp(2 * (level + slope * len(squares))))


def _filled(known: FloatArray, factors: FloatArray) -> FloatArray:
    """The triangle with its estimates in the cells to come."""
    out = known.copy()
    for j in range(len(known) - 1):
        out[:, j + 1] = np.where(np.isnan(known[:, j + 1]), out[:, j] * factors[j], known[:, j + 1])
    return out


def _errors(
    filled: FloatArray, known: FloatArray, factors: FloatArray, squares: FloatArray
) -> tuple[FloatArray, float]:
    """Standard error by origin, and of the total, whose origins share their factors."""
    n = len(known)
    relative = np.divide(squares, factors**2)
    bases = np.array([known[: n - 1 - j, j].sum() for j in range(n - 1)])
    shared = np.divide(relative, bases, out=np.zeros(n - 1), where=bases > 0)
    ultimates, variances, total = filled[:, -1], np.zeros(n), 0.0
    for i in range(n):
        ages = slice(n - 1 - i, n - 1)
        own = filled[i, ages]
        process = np.divide(relative[ages], own, out=np.zeros(i), where=own > 0)
        variances[i] = ultimates[i] ** 2 * (process + shared[ages]).sum()
        younger = ultimates[i + 1 :].sum()
        total += variances[i] + 2 * ultimates[i] * younger * shared[ages].sum()
    return np.sqrt(variances), float(np.sqrt(total))


def issue_months(issued: IntArray) -> IntArray:
    """Paid value issued by month, from what was issued to date, (month,): the bound of rows."""
    return np.diff(issued, prepend=0)

"""The chain-ladder estimate of ultimate redemptions from a triangle, with its error.

Origin is the month of issue, development the age in months, the value redemptions to date. Mack,
"Distribution-free calculation of the standard error of chain ladder reserve estimates", ASTIN
Bulletin 23 (1993). A voucher can be used once, so ultimates are bounded by what was issued,
which insurance claims are not. A cross-check beside the simulation, never its input: a triangle
has no tail beyond its oldest age, while a paid value that never dies has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import ArrayLike

from dealsim.books.actual_versus_forecast import ChainLadderCheck
from dealsim.books.subledger import FloatArray
from dealsim.books.triangle import development_factors
from dealsim.records import DailyCounts


@dataclass(frozen=True)
class ChainLadder:
    """The estimate from one triangle; arrays by origin unless said otherwise.

    `factors` are by age, one fewer than ages. `ultimates` are bounded by what was
    issued where that was given; standard errors are of the unbounded estimate.
    """

    factors: FloatArray
    ultimates: FloatArray
    standard_errors: FloatArray
    total_standard_error: float


def chain_ladder(triangle: ArrayLike, issued: ArrayLike | None = None) -> ChainLadder:
    """Factors, ultimates and Mack standard errors of a cumulative square triangle.

    `triangle` is (origin, age) with NaN below the diagonal, `issued` bounds the ultimates.
    The last sigma rests on one ratio: it is extrapolated by a log-linear fit to the others. An
    age without redemptions has factor 1. Raises ValueError for a triangle that is not square or
    falls.
    """
    observed = np.asarray(triangle, dtype=np.float64)
    _check_triangle(observed)
    factors = development_factors(observed)
    squares = _sigma_squares(observed, factors)
    filled = _filled(observed, factors)
    errors, total = _errors(filled, observed, factors, squares)
    ultimates = filled[:, -1].copy()
    if issued is not None:
        ultimates = np.minimum(ultimates, np.asarray(issued, dtype=np.float64))
    return ChainLadder(factors, ultimates, errors, total)


def _check_triangle(observed: FloatArray) -> None:
    if observed.ndim != 2 or observed.shape[0] != observed.shape[1] or not len(observed):
        raise ValueError("a triangle has as many ages as origins, one or more")
    past = np.add.outer(np.arange(len(observed)), np.arange(len(observed))) < len(observed)
    if np.isnan(observed[past]).any() or (~np.isnan(observed[~past])).any():
        raise ValueError("a triangle has a number in every cell observed and NaN in all others")
    steps = np.diff(observed, axis=1, prepend=0.0)
    if (steps[past] < 0).any():
        raise ValueError("redemptions to date cannot fall")


def _sigma_squares(observed: FloatArray, factors: FloatArray) -> FloatArray:
    """Mack's sigma squared by age; the last extrapolated."""
    n = len(observed)
    out = np.zeros(n - 1)
    for j in range(n - 2):
        start, end = observed[: n - 1 - j, j], observed[: n - 1 - j, j + 1]
        used = start > 0
        if used.sum() > 1:
            misses = start[used] * (end[used] / start[used] - factors[j]) ** 2
            out[j] = misses.sum() / (used.sum() - 1)
    if n > 2:
        out[-1] = _last_square(out[:-1])
    return out


def _last_square(squares: FloatArray) -> float:
    """The last sigma squared from those before it; the least of them where a fit cannot be."""
    ages = np.flatnonzero(squares > 0)
    if len(ages) < 2:
        return float(squares.min())
    slope, level = np.polyfit(ages, 0.5 * np.log(squares[ages]), 1)
    return float(np.exp(2 * (level + slope * len(squares))))


def _filled(observed: FloatArray, factors: FloatArray) -> FloatArray:
    """The triangle with its estimates in the cells to come."""
    out = observed.copy()
    for j in range(len(observed) - 1):
        out[:, j + 1] = np.where(
            np.isnan(observed[:, j + 1]), out[:, j] * factors[j], observed[:, j + 1]
        )
    return out


def _errors(
    filled: FloatArray, observed: FloatArray, factors: FloatArray, squares: FloatArray
) -> tuple[FloatArray, float]:
    """Standard error by origin, and of the total, whose origins share their factors."""
    n = len(observed)
    relative = np.divide(squares, factors**2)
    bases = np.array([observed[: n - 1 - j, j].sum() for j in range(n - 1)])
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


USED = ("redeemed_in_time", "presented_late", "cashed_out")


def chain_ladder_check(counts: DailyCounts, starts: date, price: int) -> ChainLadderCheck | None:
    """Ultimate use from the development of earlier months of issue, at a price in minor units.

    None where the register has fewer than two months of issue, which have nothing to tell each
    other, or fewer than three months, which leave the error unknown. Only whole months count: a
    month begun says nothing of its age.
    """
    months = [starts + timedelta(days=int(day)) for day in counts.days]
    first = _number(months[0])
    count = _number(starts + timedelta(days=counts.end)) - first
    if count < 3:
        return None
    index = np.array([_number(day) - first for day in months])
    whole = index < count

    def monthly(names: tuple[str, ...]) -> FloatArray:
        vouchers = sum(counts.flows[name] for name in names)
        found = np.bincount(index[whole], np.asarray(vouchers)[whole], minlength=count)
        return found.astype(np.float64)

    issued = monthly(("vouchers_sold",))
    if np.count_nonzero(issued) < 2:
        return None
    triangle, net = _shared_out(issued, monthly(("vouchers_refunded",)), monthly(USED))
    found = chain_ladder(triangle, net)
    total = float(found.ultimates.sum())
    return ChainLadderCheck(
        months=int(np.count_nonzero(issued)),
        ultimate=price * total,
        standard_error=price * found.total_standard_error,
        share=total / float(net.sum()) if net.sum() > 0 else 1.0,
    )


def _shared_out(
    issued: FloatArray, refunded: FloatArray, used: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Vouchers used to date by month of issue and age, (months, months), and net issues.

    The register does not say when a voucher used was issued: the months of issue share in
    proportion to what is still held of each.
    """
    months = len(issued)
    held, net = np.zeros(months), np.zeros(months)
    flows = np.full((months, months), np.nan)
    for t in range(months):
        held[t] += issued[t]
        net[t] += issued[t]
        for count, is_use in ((refunded[t], False), (used[t], True)):
            part = held * (min(count, held.sum()) / held.sum()) if held.sum() > 0 else 0.0 * held
            held = held - part
            if not is_use:
                net = net - part
                continue
            for k in range(t + 1):
                flows[k, t - k] = part[k]
    return np.cumsum(flows, axis=1), net


def _number(day: date) -> int:
    return 12 * day.year + day.month

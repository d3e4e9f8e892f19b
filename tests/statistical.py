"""Assertions about random samples, with stated error rates.

A correct program fails a check with at most the stated chance, whatever the seed. A program that is
wrong by at least `notice` passes with at most 0.1 %: a check that has too few draws for this raises
TooFewDraws instead of passing, because it would prove nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from math import ceil, isfinite, sqrt
from typing import Any

from scipy.special import bdtr, bdtrc, chdtrc

CELL = 25.0
"""Smallest expected count of a chi-square cell; smaller ones are pooled with their neighbours."""
RARE = 1e-5
"""Chance that a correct program fails a chi-square check."""
MISS = 3.09
"""Standard errors that leave 0.1 % on one side: the chance to miss a fault of size `notice`."""


class TooFewDraws(Exception):
    """The check could not have noticed the fault it is there for."""


def assert_mean(
    sample: Sequence[float],
    expected: float,
    sd: float,
    z: float = 5.0,
    notice: float | None = None,
    what: str = "mean",
) -> None:
    """The mean of independent draws with known standard deviation `sd` is `expected`.

    A correct program fails with chance 6e-7 at z = 5 (normal limit). `notice` is the absolute error
    that must not pass. With sd = 0 every draw must equal `expected` to 1e-9 of its size.
    """
    if sd == 0.0:
        wrong = [x for x in sample if abs(x - expected) > 1e-9 * max(1.0, abs(expected))]
        assert not wrong, f"{what}: {wrong[0]!r} where every draw must be {expected!r}"
        return
    error = sd / sqrt(len(sample))
    if notice is not None and notice < (z + MISS) * error:
        need = ceil(((z + MISS) * sd / notice) ** 2)
        raise TooFewDraws(f"{what}: {len(sample)} draws, but {need} are needed to notice {notice}")
    mean = sum(sample) / len(sample)
    off = (mean - expected) / error
    assert abs(off) <= z, f"{what}: {mean:.6g}, expected {expected:.6g}: off by {off:+.1f} se"


def assert_variance(
    sample: Sequence[float],
    expected: float,
    z: float = 5.0,
    notice: float | None = None,
    what: str = "variance",
) -> None:
    """The variance of independent draws is `expected`; `notice` is a relative error, as 0.2.

    The standard error comes from the sample's own fourth moment, so use it for sums of many small
    parts, where that is well determined. Chance to fail a correct program: about 6e-7 at z = 5.
    """
    n = len(sample)
    mean = sum(sample) / n
    squares = [(x - mean) ** 2 for x in sample]
    variance = sum(squares) / (n - 1)
    fourth = sum(square * square for square in squares) / n
    error = sqrt(max(fourth - variance**2, 0.0) / n)
    if expected == 0.0:
        assert variance <= 1e-12 * max(1.0, mean * mean), f"{what}: {variance:.6g}, expected 0"
        return
    if notice is not None and notice * expected < (z + MISS) * error:
        need = ceil(n * ((z + MISS) * error / (notice * expected)) ** 2)
        raise TooFewDraws(f"{what}: {n} draws, but {need} are needed to notice {notice:.0%}")
    off = (variance - expected) / error if error > 0.0 else float("inf")
    assert abs(off) <= z, f"{what}: {variance:.6g}, expected {expected:.6g}: off by {off:+.1f} se"


def assert_proportion(
    successes: int,
    draws: int,
    probability: float,
    rare: float = 1e-6,
    notice: float | None = None,
    what: str = "proportion",
) -> None:
    """The number of successes is binomial: exact tails, each of at most rare / 2.

    `notice` is the absolute error of the proportion that must not pass.
    """
    error = sqrt(probability * (1.0 - probability) / draws)
    if notice is not None and notice < (5.0 + MISS) * error:
        need = ceil(probability * (1.0 - probability) * ((5.0 + MISS) / notice) ** 2)
        raise TooFewDraws(f"{what}: {draws} draws, but {need} are needed to notice {notice}")
    below = float(bdtr(successes, draws, probability))
    above = float(bdtrc(successes - 1, draws, probability)) if successes > 0 else 1.0
    assert min(below, above) > rare / 2.0, (
        f"{what}: {successes} of {draws}, expected a share of {probability:.6g}"
    )


def assert_chi_square(
    observed: Mapping[Any, int],
    probabilities: Mapping[Any, float],
    threshold: float = RARE,
    what: str = "distribution",
) -> None:
    """Counts of outcomes follow `probabilities`, which sum to 1, in the order of their keys.

    An outcome of probability 0 fails at once. Cells under 25 expected are pooled with neighbours.
    """
    total = sum(probabilities.values())
    assert abs(total - 1.0) < 1e-9, f"{what}: the probabilities sum to {total!r}"
    for outcome, number in observed.items():
        possible = probabilities.get(outcome, 0.0) > 0.0
        assert possible or number == 0, f"{what}: impossible outcome {outcome!r}, {number} times"
    draws = sum(observed.values())
    keys = [key for key, probability in probabilities.items() if probability > 0.0]
    cells = _pool([(probabilities[key] * draws, float(observed.get(key, 0))) for key in keys])
    if len(keys) == 1:
        return
    if len(cells) < 2:
        raise TooFewDraws(f"{what}: {draws} draws leave a single cell of {CELL:g} expected")
    statistic = sum((seen - mean) ** 2 / mean for mean, seen in cells)
    _assert_not_rare(statistic, len(cells) - 1, threshold, what)


def assert_same_distribution(
    sample_a: Sequence[Hashable],
    sample_b: Sequence[Hashable],
    threshold: float = RARE,
    what: str = "distribution",
) -> None:
    """Two samples of outcomes (counts, tuples of counts, amounts) come from one distribution.

    Two-sample chi-square over the sorted outcomes, neighbours pooled until both samples expect 25
    in a cell; amounts that never repeat are thereby grouped.
    """
    a, b = Counter(sample_a), Counter(sample_b)
    outcomes: list[Any] = sorted({*a, *b})
    if len(outcomes) == 1:
        return
    share = len(sample_a) / (len(sample_a) + len(sample_b))
    smaller = min(share, 1.0 - share)
    cells = _pool([((a[x] + b[x]) * smaller, float(a[x])) for x in outcomes])
    if len(cells) < 2:
        raise TooFewDraws(f"{what}: too few draws for two cells of {CELL:g} expected")
    statistic = 0.0
    for expected_in_smaller, seen in cells:
        both = expected_in_smaller / smaller
        statistic += (seen - both * share) ** 2 / (both * share * (1.0 - share))
    _assert_not_rare(statistic, len(cells) - 1, threshold, what)


def _assert_not_rare(statistic: float, freedom: int, threshold: float, what: str) -> None:
    chance = float(chdtrc(freedom, statistic))
    assert isfinite(statistic) and chance >= threshold, (
        f"{what}: chi-square {statistic:.1f} on {freedom} degrees of freedom, chance {chance:.1e}"
    )


def _pool(cells: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Join neighbouring (expected, seen) cells until each expects CELL; the rest joins the last."""
    pooled: list[tuple[float, float]] = []
    expected = seen = 0.0
    for mean, number in cells:
        expected, seen = expected + mean, seen + number
        if expected >= CELL:
            pooled.append((expected, seen))
            expected = seen = 0.0
    if expected > 0.0:
        if pooled:
            last_expected, last_seen = pooled.pop()
            expected, seen = expected + last_expected, seen + last_seen
        pooled.append((expected, seen))
    return pooled

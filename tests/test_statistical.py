"""The statistical assertions accept what is right, refuse what is wrong, and know their limits."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from tests.statistical import (
    TooFewDraws,
    assert_chi_square,
    assert_mean,
    assert_proportion,
    assert_same_distribution,
    assert_variance,
)

DIE = dict.fromkeys(range(1, 7), 1 / 6)
LOADED = DIE | {1: 1 / 12, 6: 1 / 4}


def rolls(rng: Random, number: int, chances: dict[int, float]) -> list[int]:
    """Throws of a die."""
    return rng.choices(list(chances), list(chances.values()), k=number)


def test_mean(seed: int) -> None:
    sample = _gauss(seed, 2000, 2.0)
    assert_mean(sample, 0.0, 2.0, notice=0.5)
    with pytest.raises(AssertionError):
        assert_mean(sample, 0.5, 2.0)
    with pytest.raises(TooFewDraws, match="26180 are needed"):
        assert_mean(sample, 0.0, 2.0, notice=0.1)


def _gauss(seed: int, number: int, sd: float) -> list[float]:
    rng = Random(seed)
    return [rng.gauss(0.0, sd) for _ in range(number)]


def test_mean_without_spread() -> None:
    assert_mean([3.0, 3.0], 3.0, 0.0)
    with pytest.raises(AssertionError):
        assert_mean([3.0, 3.1], 3.0, 0.0)


def test_variance(seed: int) -> None:
    sample = _gauss(seed, 4000, 2.0)
    assert_variance(sample, 4.0, notice=0.25)
    with pytest.raises(AssertionError):
        assert_variance(sample, 5.5)
    with pytest.raises(TooFewDraws):
        assert_variance(sample, 4.0, notice=0.05)
    with pytest.raises(AssertionError):
        assert_variance(sample, 0.0)
    assert_variance([7.0] * 10, 0.0)


def test_proportion() -> None:
    assert_proportion(520, 1000, 0.5)
    assert_proportion(0, 10, 0.0)
    for wrong in (420, 580):
        with pytest.raises(AssertionError):
            assert_proportion(wrong, 1000, 0.5)
    with pytest.raises(TooFewDraws):
        assert_proportion(500, 1000, 0.5, notice=0.05)


def test_chi_square(seed: int) -> None:
    rng = Random(seed)
    assert_chi_square(Counter(rolls(rng, 3000, DIE)), DIE)
    with pytest.raises(AssertionError):
        assert_chi_square(Counter(rolls(rng, 3000, LOADED)), DIE)
    with pytest.raises(AssertionError, match="impossible outcome 7"):
        assert_chi_square({1: 500, 7: 1}, DIE | {7: 0.0})
    with pytest.raises(TooFewDraws):
        assert_chi_square(Counter(rolls(rng, 40, DIE)), DIE)
    with pytest.raises(AssertionError, match="sum to"):
        assert_chi_square({1: 500}, {1: 0.5})


def test_same_distribution(seed: int) -> None:
    rng = Random(seed)
    fair = rolls(rng, 3000, DIE)
    assert_same_distribution(fair, rolls(rng, 2000, DIE))
    with pytest.raises(AssertionError):
        assert_same_distribution(fair, rolls(rng, 2000, LOADED))
    with pytest.raises(TooFewDraws):
        assert_same_distribution(fair[:20], fair[20:40])
    assert_same_distribution([1, 1], [1])


def test_same_distribution_of_amounts(seed: int) -> None:
    """Amounts that never repeat are grouped; a wider spread with the same mean is found."""
    assert_same_distribution(_gauss(seed, 3000, 1.0), _gauss(seed + 1, 3000, 1.0))
    with pytest.raises(AssertionError):
        assert_same_distribution(_gauss(seed, 3000, 1.0), _gauss(seed + 1, 3000, 1.5))


@pytest.mark.parametrize("size", [300, 1000])
def test_stated_error_rates_hold(size: int, seed: int) -> None:
    """At a threshold of 5 %, 1,000 correct comparisons fail in 5 %: cells of 25 are enough."""
    rng = Random(seed)
    failures = 0
    for _ in range(1000):
        try:
            assert_chi_square(Counter(rolls(rng, size, LOADED)), LOADED, threshold=0.05)
        except AssertionError:
            failures += 1
    assert 20 <= failures <= 85

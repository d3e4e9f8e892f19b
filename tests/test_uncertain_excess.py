"""What gamma amounts exceed a limit by, against closed forms and numerical integration."""

from __future__ import annotations

from math import exp, lgamma, log

import numpy as np
import pytest
from scipy.integrate import quad

from dealsim.uncertain import excess


def found(mean: float, cv: float, limit: float) -> tuple[float, float, float]:
    result = excess(np.array(mean), np.array(cv), np.array(limit))
    return float(result.chance), float(result.mean), float(result.cv)


@pytest.mark.parametrize("limit", [0.0, 3.0, 40.0, 400.0])
def test_of_an_exponential_it_is_the_same_exponential(limit: float) -> None:
    assert found(25.0, 1.0, limit) == pytest.approx((exp(-limit / 25.0), 25.0, 1.0), rel=1e-6)


@pytest.mark.parametrize("cv", [0.1, 0.5, 0.9, 1.5, 3.0])
@pytest.mark.parametrize("limit", [5.0, 20.0, 45.0])
def test_it_has_the_moments_of_the_tail(cv: float, limit: float) -> None:
    mean, shape = 30.0, 1.0 / cv**2
    scale = mean / shape

    def part(power: int) -> float:
        def weighed(x: float) -> float:
            density = exp((shape - 1.0) * log(x / scale) - x / scale - lgamma(shape)) / scale
            return (x - limit) ** power * density

        return sum(quad(weighed, a, b, limit=200)[0] for a, b in ((limit, 100.0), (100.0, 5000.0)))

    chance, over, spread = found(mean, cv, limit)
    assert chance == pytest.approx(part(0), rel=1e-6)
    assert over == pytest.approx(part(1) / part(0), rel=1e-6)
    assert (1.0 + spread**2) * over**2 == pytest.approx(part(2) / part(0), rel=1e-6)


def test_fixed_amounts_exceed_or_do_not() -> None:
    assert found(30.0, 0.0, 20.0) == (1.0, 10.0, 0.0)
    assert found(20.0, 0.0, 20.0) == (0.0, 0.0, 0.0)
    assert found(0.0, 1.0, 20.0) == (0.0, 0.0, 0.0)
    assert found(0.0, 0.0, 0.0) == (0.0, 0.0, 0.0)


def test_what_hardly_ever_happens_never_does() -> None:
    assert found(1.0, 0.5, 1000.0) == (0.0, 0.0, 0.0)
    assert found(1.0, 0.01, 2.0) == (0.0, 0.0, 0.0)
    assert np.isfinite(found(1e12, 0.001, 1e-6)).all()

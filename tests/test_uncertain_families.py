"""The families against theory: densities integrated numerically, written here from their formulas.

Nothing here is compared with the program's own output: F(ppf(u)) = u, means and standard
deviations come from the density of each family.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from dealsim.uncertain import (
    COUNT,
    MONEY,
    NUMBER,
    SHARE,
    Field,
    from_values,
    parse,
)

PROPERTY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

Density = Callable[[float], float]
Case = tuple[str, object, Field, Density, float, float]

NORMAL = NormalDist()
CHANCES = (1e-6, 0.003, 0.05, 0.3, 0.5, 0.8, 0.95, 0.9999)


def beta_density(a: float, b: float, low: float = 0.0, high: float = 1.0) -> Density:
    log_norm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)

    def density(x: float) -> float:
        y = (x - low) / (high - low)
        return float(math.exp(log_norm) * y ** (a - 1) * (1 - y) ** (b - 1) / (high - low))

    return density


def normal_density(mean: float, sd: float) -> Density:
    return NormalDist(mean, sd).pdf


def lognormal_density(mean: float, sd: float) -> Density:
    """From the mean and sd of the variable: s^2 = log(1 + sd^2/mean^2), m = log(mean) - s^2/2."""
    variance = math.log(1 + sd**2 / mean**2)
    log = NormalDist(math.log(mean) - variance / 2, math.sqrt(variance))
    return lambda x: log.pdf(math.log(x)) / x if x > 0 else 0.0


def logit_normal_density(low: float, high: float) -> Density:
    """From its 5 % and 95 % quantiles."""

    def logit(p: float) -> float:
        return math.log(p / (1 - p))

    sd = (logit(high) - logit(low)) / (NORMAL.inv_cdf(0.95) - NORMAL.inv_cdf(0.05))
    odds = NormalDist((logit(low) + logit(high)) / 2, sd)
    return lambda x: odds.pdf(logit(x)) / (x * (1 - x)) if 0 < x < 1 else 0.0


def gamma_density(mean: float, cv: float) -> Density:
    shape, scale = cv**-2, mean * cv**2
    log_norm = -math.lgamma(shape) - shape * math.log(scale)
    return lambda x: math.exp(log_norm + (shape - 1) * math.log(x) - x / scale) if x > 0 else 0.0


def triangular_density(low: float, likely: float, high: float) -> Density:
    top = 2 / (high - low)
    return lambda x: (
        top * (x - low) / (likely - low) if x < likely else top * (high - x) / (high - likely)
    )


# A PERT is a beta of exponents 1 + 4 (likely - low)/(high - low) and 1 + 4 (high - likely)/(...).
CASES: list[Case] = [
    ("uniform", {"dist": "uniform", "low": 2, "high": 7}, COUNT, lambda x: 0.2, 2, 7),
    (
        "triangular",
        {"dist": "triangular", "low": 1, "likely": 2, "high": 5},
        COUNT,
        triangular_density(1, 2, 5),
        1,
        5,
    ),
    (
        "pert",
        {"low": 10, "likely": 20, "high": 50},
        MONEY,
        beta_density(1 + 4 * 10 / 40, 1 + 4 * 30 / 40, 10, 50),
        10,
        50,
    ),
    (
        "normal",
        {"dist": "normal", "mean": 3, "sd": 2},
        NUMBER,
        normal_density(3, 2),
        -17,
        23,
    ),
    (
        "lognormal",
        {"dist": "lognormal", "mean": 50, "sd": 20},
        MONEY,
        lognormal_density(50, 20),
        0,
        1000,
    ),
    ("beta", {"dist": "beta", "a": 2, "b": 8}, SHARE, beta_density(2, 8), 0, 1),
    # mean m and sd s: a = m (m (1 - m)/s^2 - 1), b = (1 - m) (m (1 - m)/s^2 - 1).
    ("beta", {"mean": "30%", "sd": "5%"}, SHARE, beta_density(24.9, 58.1), 0, 1),
    ("logit-normal", "40% to 90%", SHARE, logit_normal_density(0.4, 0.9), 0, 1),
    ("logit-normal", "0.1% to 20%", SHARE, logit_normal_density(0.001, 0.2), 0, 1),
    ("gamma", {"dist": "gamma", "mean": 40, "cv": 0.5}, MONEY, gamma_density(40, 0.5), 0, 800),
    ("gamma", {"dist": "gamma", "mean": 8, "cv": "80%"}, MONEY, gamma_density(8, 0.8), 0, 300),
]
IDS = [f"{family}-{i}" for i, (family, *_) in enumerate(CASES)]


def integrate(function: Density, low: float, high: float, inner: list[float]) -> float:
    """The integral from `low` to `high`, cut at the points `inner` between them."""
    points = [low, *(point for point in inner if low < point < high), high]
    return math.fsum(
        quad(function, a, b, epsabs=1e-13, epsrel=1e-12, limit=200)[0] for a, b in pairwise(points)
    )


@pytest.mark.parametrize(("family", "raw", "field", "density", "low", "high"), CASES, ids=IDS)
def test_quantiles_mean_and_spread_follow_the_density(
    family: str, raw: object, field: Field, density: Density, low: float, high: float
) -> None:
    value = parse(raw, field)
    assert value.family == family
    inner = [value.quantile(p) for p in CHANCES]
    for chance, x in zip(CHANCES, inner, strict=True):
        assert integrate(density, low, x, inner) == pytest.approx(chance, rel=1e-6, abs=1e-10)
    mean = integrate(lambda x: x * density(x), low, high, inner)
    assert value.mean() == pytest.approx(mean, rel=1e-9)


@pytest.mark.parametrize(("family", "raw", "field", "density", "low", "high"), CASES, ids=IDS)
def test_mean_and_sd_are_those_of_the_draws(
    family: str, raw: object, field: Field, density: Density, low: float, high: float
) -> None:
    """The mean of X = ppf(U) over an even grid of U; the midpoint rule errs by O(1/n) at most."""
    value = parse(raw, field)
    u = (np.arange(200_000) + 0.5) / 200_000
    assert np.mean(value.ppf(u)) == pytest.approx(value.mean(), rel=2e-5)
    if isinstance(raw, dict) and "sd" in raw:
        sd = float(str(raw["sd"]).rstrip("%")) / (100 if "%" in str(raw["sd"]) else 1)
        assert np.std(value.ppf(u)) == pytest.approx(sd, rel=2e-3)
    if isinstance(raw, dict) and "cv" in raw:
        assert np.std(value.ppf(u)) / value.mean() == pytest.approx(
            {"80%": 0.8}.get(raw["cv"], raw["cv"]), rel=2e-3
        )


def test_pert_mean_is_its_definition() -> None:
    assert parse({"low": 10, "likely": 20, "high": 50}, MONEY).mean() == (10 + 4 * 20 + 50) / 6


def test_lognormal_of_an_interval_by_hand() -> None:
    """300 to 900: the median is sqrt(300 x 900), sigma = log(3) / (2 x 1.644854)."""
    value = parse("300 to 900", COUNT)
    sigma = math.log(3) / (2 * 1.6448536269514722)
    assert value.family == "lognormal"
    assert value.quantile(0.5) == pytest.approx(math.sqrt(300 * 900), rel=1e-14)
    assert value.mean() == pytest.approx(math.sqrt(300 * 900) * math.exp(sigma**2 / 2), rel=1e-14)
    assert value.parameters["sigma"] == pytest.approx(sigma, rel=1e-14)


ENDS = st.tuples(st.floats(1e-4, 1 - 1e-4), st.floats(1e-4, 1 - 1e-4)).filter(
    lambda ends: ends[1] - ends[0] > 1e-6
)


@PROPERTY
@given(ENDS)
def test_share_interval_has_its_ends_at_5_and_95_percent(ends: tuple[float, float]) -> None:
    value = parse(f"{ends[0]!r} to {ends[1]!r}", SHARE)
    assert value.family == "logit-normal"
    assert value.quantile(0.05) == pytest.approx(ends[0], rel=1e-12)
    assert value.quantile(0.95) == pytest.approx(ends[1], rel=1e-12)


@PROPERTY
@given(ENDS, st.floats(1e-6, 1e6))
def test_positive_interval_has_its_ends_at_5_and_95_percent(
    ends: tuple[float, float], scale: float
) -> None:
    low, high = ends[0] * scale, ends[1] * scale
    value = parse(f"{low!r} to {high!r}", MONEY)
    assert value.family == "lognormal"
    assert value.quantile(0.05) == pytest.approx(low, rel=1e-12)
    assert value.quantile(0.95) == pytest.approx(high, rel=1e-12)


@PROPERTY
@given(ENDS, st.floats(-1e6, 1e6))
def test_free_interval_is_symmetric(ends: tuple[float, float], shift: float) -> None:
    low, high = ends[0] + shift, ends[1] + shift
    value = parse(f"{low!r} to {high!r}", NUMBER)
    if low == high:
        assert value.is_constant
        return
    assert value.family == "normal"
    assert value.mean() == pytest.approx((low + high) / 2, rel=1e-9, abs=1e-12)
    assert value.quantile(0.05) == pytest.approx(low, rel=1e-9, abs=1e-12)
    assert value.quantile(0.95) == pytest.approx(high, rel=1e-9, abs=1e-12)


@PROPERTY
@given(ENDS, st.integers(1, 40), st.integers(60, 99))
def test_percentiles_are_met(ends: tuple[float, float], p: int, q: int) -> None:
    for field, family in ((SHARE, "logit-normal"), (NUMBER, "normal")):
        value = parse({f"p{p}": ends[0], f"p{q}": ends[1]}, field)
        assert value.family == family
        assert value.quantile(p / 100) == pytest.approx(ends[0], rel=1e-9)
        assert value.quantile(q / 100) == pytest.approx(ends[1], rel=1e-9)


@PROPERTY
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.5))
def test_mean_and_sd_are_met(mean: float, part: float) -> None:
    """Moments of the fitted parameters by their textbook formulas."""
    sd = part * math.sqrt(mean * (1 - mean))
    share = parse({"mean": mean, "sd": sd}, SHARE)
    a, b = share.parameters["a"], share.parameters["b"]
    assert a / (a + b) == pytest.approx(mean, rel=1e-9)
    assert math.sqrt(a * b / (a + b + 1)) / (a + b) == pytest.approx(sd, rel=1e-9)
    money = parse({"mean": mean, "sd": sd}, MONEY)
    mu, sigma = money.parameters["mu"], money.parameters["sigma"]
    assert math.exp(mu + sigma**2 / 2) == pytest.approx(mean, rel=1e-9)
    assert mean * math.sqrt(math.expm1(sigma**2)) == pytest.approx(sd, rel=1e-9)


FAMILIES = st.one_of(
    st.just("40% to 90%"),
    st.just("0% to 15%"),
    st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)).map(
        lambda x: dict(zip(("low", "likely", "high"), sorted(x), strict=True))
    ),
    st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)).map(
        lambda x: {
            "dist": "triangular",
            **dict(zip(("low", "likely", "high"), sorted(x), strict=True)),
        }
    ),
    st.tuples(st.floats(0.1, 50), st.floats(0.1, 50)).map(
        lambda x: {"dist": "beta", "a": x[0], "b": x[1]}
    ),
    st.just({"dist": "normal", "mean": 0.5, "sd": 0.08}),
    st.just({"dist": "lognormal", "mean": 0.05, "sd": 0.01}),
    st.just({"dist": "gamma", "mean": 0.05, "cv": 0.3}),
    st.just({"choices": {0: "20%", 0.5: "30%", 1: "50%"}}),
    st.lists(st.floats(0, 1).filter(lambda x: x == 0 or x > 1e-99), min_size=1).map(
        lambda x: {"values": x}
    ),
).filter(lambda raw: not isinstance(raw, dict) or _readable(raw))


def _readable(raw: dict[str, object]) -> bool:
    """Leaves out magnitudes that are refused as too close to zero."""
    return all(not isinstance(x, float) or x == 0 or x > 1e-99 for x in raw.values())


@PROPERTY
@given(FAMILIES, st.lists(st.floats(1e-12, 1 - 1e-12), min_size=2, max_size=20))
def test_ppf_is_monotone_and_within_the_limits(raw: object, chances: list[float]) -> None:
    value = parse(raw, SHARE)
    draws = value.ppf(np.sort(chances))
    assert np.all(np.diff(draws) >= -1e-12)
    assert np.all((draws >= 0) & (draws <= 1))
    assert 0 <= value.mean() <= 1


@PROPERTY
@given(FAMILIES)
def test_ppf_keeps_the_shape_and_does_each_element_alone(raw: object) -> None:
    value = parse(raw, SHARE)
    u = np.linspace(0.01, 0.99, 6)
    draws = value.ppf(u.reshape(2, 3))
    assert draws.shape == (2, 3)
    assert draws.dtype == np.float64
    assert [value.quantile(p) for p in u.tolist()] == draws.ravel().tolist()


@pytest.mark.parametrize(
    ("low", "high"), [(0.4, 0.9), (1e-6, 1e-3), (0.001, 0.999), (1e-9, 1 - 1e-9)]
)
def test_logit_normal_mean_to_ten_digits(low: float, high: float) -> None:
    """Against adaptive quadrature over the normal variable, the log-odds cut at each sd."""
    value = parse(f"{low!r} to {high!r}", SHARE)
    mu, sigma = value.parameters["mu"], value.parameters["sigma"]

    def integrand(z: float) -> float:
        return NORMAL.pdf(z) / (1 + math.exp(-(mu + sigma * z)))

    mean = integrate(integrand, -10, 10, [float(z) for z in range(-9, 10)] + [-mu / sigma])
    assert value.mean() == pytest.approx(mean, rel=1e-10)


def test_logit_normal_mean_is_one_half_by_symmetry() -> None:
    assert parse("20% to 80%", SHARE).mean() == pytest.approx(0.5, abs=1e-15)


# --- listed values -------------------------------------------------------------------------


def test_choices_are_drawn_with_their_chances() -> None:
    value = parse({"choices": {900: "30%", 200: "70%"}}, COUNT)
    assert value.family == "choices"
    assert value.mean() == pytest.approx(0.7 * 200 + 0.3 * 900)
    assert value.ppf([1e-9, 0.69, 0.71, 1 - 1e-9]).tolist() == [200, 200, 900, 900]
    assert value.parameters == {"200": 0.7, "900": 0.3}
    assert value.values == (200, 900)


@PROPERTY
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_data_is_the_inverse_of_the_step_function(numbers: list[float]) -> None:
    """ppf(u) is the least value x with at least a share u of the values at or below x."""
    value = from_values(x if abs(x) > 1e-99 else 0.0 for x in numbers)
    values, n = value.values, len(numbers)
    assert value.mean() == pytest.approx(sum(values) / n, rel=1e-9, abs=1e-9)
    for k in range(1, n + 1):
        assert value.quantile((k - 0.5) / n) == values[k - 1]
        assert value.quantile(k / n - 1e-15) == values[k - 1]


def test_a_quantile_at_a_step_is_the_value_below_it() -> None:
    """0.07 of 100 values is the 7th, though 0.07 x 100 is above 7 in floating point."""
    value = from_values(range(1, 101))
    assert [value.quantile(k / 100) for k in range(1, 100)] == list(range(1, 100))

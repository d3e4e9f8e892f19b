"""The value itself: equality, source, description, tails."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from dealsim.uncertain import (
    AT_LEAST_ONE,
    COUNT,
    MONEY,
    SHARE,
    Uncertain,
    constant,
    from_values,
    parse,
)


def test_equality_is_of_the_distribution() -> None:
    assert parse("45%", SHARE) == parse(0.45, SHARE)
    assert hash(parse("45%", SHARE)) == hash(parse({"value": 0.45, "source": "x"}, SHARE))
    assert parse("45%", SHARE) != parse("46%", SHARE)
    assert parse("40% to 60%", SHARE) != parse("0.4", SHARE)
    assert parse({"values": [2, 1]}, COUNT) == from_values([1, 2])


def test_a_value_is_frozen() -> None:
    with pytest.raises(AttributeError):
        parse("45%", SHARE).source = "me"  # type: ignore[misc]


def test_constant() -> None:
    value = constant(3)
    assert (value.family, value.is_constant, value.mean(), value.written) == (
        "constant",
        True,
        3.0,
        "3",
    )
    assert value.ppf(np.array([[0.2], [0.9]])).tolist() == [[3.0], [3.0]]
    with pytest.raises(ValueError, match="NaN"):
        constant(math.nan)


@pytest.mark.parametrize(
    "raw",
    [
        "5 to 5",
        {"low": 5, "likely": 5, "high": 5},
        {"mean": 5, "sd": 0},
        {"p10": 5, "p90": 5},
        {"dist": "uniform", "low": 5, "high": 5},
        {"dist": "triangular", "low": 5, "likely": 5, "high": 5},
        {"dist": "normal", "mean": 5, "sd": 0},
        {"dist": "lognormal", "mean": 5, "sd": 0},
        {"dist": "gamma", "mean": 5, "cv": 0},
        {"choices": {5: "100%", 6: 0}},
        {"values": [5, 5]},
    ],
    ids=str,
)
def test_no_spread_is_certainty(raw: object) -> None:
    value = parse(raw, COUNT)
    assert value.is_constant
    assert value.mean() == 5
    assert value.ppf([0.1, 0.9]).tolist() == [5, 5]


def test_describe_is_ready_for_json() -> None:
    described = parse({"value": "300 to 900", "source": "two past deals"}, COUNT).describe()
    assert described["family"] == "lognormal"
    assert described["p5"] == pytest.approx(300)
    assert described["p95"] == pytest.approx(900)
    assert described["source"] == "two past deals"
    assert set(described) == {"family", "parameters", "mean", "p5", "p95", "source"}


def test_trimmed_tails_stay_within_the_limits() -> None:
    """A normal 6 sd inside the limits leaves them with chance 1e-9: drawn at the edge."""
    value = parse({"dist": "normal", "mean": 6.1, "sd": 1}, MONEY)
    assert value.trimmed
    assert float(value.ppf(1e-300)) >= 0
    assert value.quantile(0.001) == pytest.approx(6.1 + NormalDist().inv_cdf(0.001))


def test_draws_below_one_visit_are_left_to_the_engine() -> None:
    value: Uncertain = parse("1.1 to 5", AT_LEAST_ONE)
    assert value.family == "lognormal"
    assert value.quantile(0.01) < 1
    assert not value.trimmed

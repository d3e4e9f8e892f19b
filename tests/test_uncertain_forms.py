"""How a value may be written, and which family each form means."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealsim.uncertain import (
    AT_LEAST_ONE,
    COUNT,
    DURATION,
    DURATION0,
    MONEY,
    NONNEGATIVE,
    NUMBER,
    POSITIVE,
    POSITIVE_MONEY,
    SHARE,
    Field,
    ValueProblems,
    parse,
)

PROPERTY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

EVERY_FIELD = [
    SHARE,
    MONEY,
    POSITIVE_MONEY,
    COUNT,
    POSITIVE,
    NONNEGATIVE,
    NUMBER,
    DURATION,
    DURATION0,
    AT_LEAST_ONE,
    Field("count", 0, whole=True),
    Field("rate", 0),
    Field("number", None, 0),
]
MONTH = 30.4375


@pytest.mark.parametrize(
    ("raw", "field", "number"),
    [
        (0.45, SHARE, 0.45),
        ("45%", SHARE, 0.45),
        ("45 %", SHARE, 0.45),
        ("21.7%", SHARE, 0.217),
        ("1/3", SHARE, 1 / 3),
        (1, SHARE, 1.0),
        (0, SHARE, 0.0),
        (Fraction(1, 4), SHARE, 0.25),
        (np.int64(1), SHARE, 1.0),
        (10, MONEY, 10.0),
        ("$10", MONEY, 10.0),
        ("CAD 10", MONEY, 10.0),
        ("cad 10", MONEY, 10.0),
        ("10 CAD", MONEY, 10.0),
        ("CA$10.50", MONEY, 10.5),
        ("1,000", MONEY, 1000.0),
        ("$1,000.50", MONEY, 1000.5),
        ("  12  ", MONEY, 12.0),
        ("1e3", COUNT, 1000.0),
        ("1,000", COUNT, 1000.0),
        (2.5, COUNT, 2.5),
        (3, AT_LEAST_ONE, 3.0),
        ("-15%", NUMBER, -0.15),
        ("\N{MINUS SIGN}0.15", NUMBER, -0.15),
        ("- 5", NUMBER, -5.0),
        ("8%", Field("rate", 0), 0.08),
        ("80%", NONNEGATIVE, 0.8),
        ("12 weeks", DURATION, 84.0),
        ("6 months", DURATION, 6 * MONTH),
        ("1 year", DURATION, 12 * MONTH),
        ("5 business days", DURATION, 7.0),
        ("1/2 month", DURATION, MONTH / 2),
        (0, DURATION0, 0.0),
        ("0", DURATION0, 0.0),
        ("0 days", DURATION0, 0.0),
    ],
)
def test_a_certain_number(raw: object, field: Field, number: float) -> None:
    value = parse(raw, field, currency="CAD")
    assert (value.family, value.mean()) == ("constant", number)


@pytest.mark.parametrize(
    ("sign", "currency"),
    [("\N{POUND SIGN}", "GBP"), ("\N{EURO SIGN}", "EUR"), ("$", "AUD"), ("\N{YEN SIGN}", "JPY")],
)
def test_a_sign_that_suits_the_currency(sign: str, currency: str) -> None:
    assert parse(f"{sign}10", MONEY, currency=currency).mean() == 10
    assert parse(f"10 {sign}", MONEY, currency=currency).mean() == 10
    assert parse(f"-{sign}10", Field("money"), currency=currency).mean() == -10
    assert parse(f"{sign}-10", Field("money"), currency=currency).mean() == -10


def test_without_a_currency_every_sign_is_taken() -> None:
    assert parse("\N{POUND SIGN}10", MONEY, currency=None).mean() == 10


@pytest.mark.parametrize(
    ("raw", "field", "family", "p5", "p95"),
    [
        ("40% to 90%", SHARE, "logit-normal", 0.4, 0.9),
        ("1/4 to 1/3", SHARE, "logit-normal", 0.25, 1 / 3),
        ("0% to 10%", SHARE, "uniform", 0.005, 0.095),
        ("0 to 10%", SHARE, "uniform", 0.005, 0.095),
        ("50% to 100%", SHARE, "uniform", 0.525, 0.975),
        ("50% to 1", SHARE, "uniform", 0.525, 0.975),
        ("300 to 900", COUNT, "lognormal", 300, 900),
        ("1,000 TO 2,000", COUNT, "lognormal", 1000, 2000),
        ("400-1500", COUNT, "lognormal", 400, 1500),
        ("400\N{EN DASH}1500", COUNT, "lognormal", 400, 1500),
        ("400 \N{EM DASH} 1,500", COUNT, "lognormal", 400, 1500),
        ("0 to 100", COUNT, "uniform", 5, 95),
        ("$5-8", MONEY, "lognormal", 5, 8),
        ("CAD 5 - CAD 8", MONEY, "lognormal", 5, 8),
        ("20-40%", SHARE, "logit-normal", 0.2, 0.4),
        ("20% - 40%", SHARE, "logit-normal", 0.2, 0.4),
        ("1/4-1/3", SHARE, "logit-normal", 0.25, 1 / 3),
        ("1 to 5%", SHARE, "logit-normal", 0.01, 0.05),
        ("-5-5", NUMBER, "normal", -5, 5),
        ("-5 - -2", NUMBER, "normal", -5, -2),
        ("8-16 weeks", DURATION, "lognormal", 56, 112),
        ("$5 to $8", MONEY, "lognormal", 5, 8),
        ("$5 to 8", MONEY, "lognormal", 5, 8),
        ("5 to $8", MONEY, "lognormal", 5, 8),
        ("CAD 5 to $8", MONEY, "lognormal", 5, 8),
        ("0 to 10", POSITIVE_MONEY, "uniform", 0.5, 9.5),
        ("1 to 5", AT_LEAST_ONE, "uniform", 1.2, 4.8),
        ("2 to 5", AT_LEAST_ONE, "lognormal", 2, 5),
        ("-5 to 5", NUMBER, "normal", -5, 5),
        ("-0.3 to -0.1", NUMBER, "normal", -0.3, -0.1),
        ("0 to 5", NUMBER, "normal", 0, 5),
        ("5% to 9%", NONNEGATIVE, "lognormal", 0.05, 0.09),
        ("8 to 16 weeks", DURATION, "lognormal", 56, 112),
        ("8 weeks to 4 months", DURATION, "lognormal", 56, 4 * MONTH),
        ("0 to 20 days", DURATION, "uniform", 1, 19),
        ({"p5": "8 weeks", "p95": "16 weeks"}, DURATION, "lognormal", 56, 112),
        ({"p5": "10%", "p95": "40%"}, SHARE, "logit-normal", 0.1, 0.4),
        ({"p2.5": -1.959963984540054, "p50": 0}, NUMBER, "normal", -1.6448536, 1.6448536),
        ({"dist": "uniform", "low": "$10", "high": 20}, MONEY, "uniform", 10.5, 19.5),
    ],
)
def test_a_range(raw: object, field: Field, family: str, p5: float, p95: float) -> None:
    value = parse(raw, field, currency="CAD")
    assert value.family == family
    assert value.quantile(0.05) == pytest.approx(p5, rel=1e-7)
    assert value.quantile(0.95) == pytest.approx(p95, rel=1e-7)


@pytest.mark.parametrize(
    ("raw", "field", "family", "mean"),
    [
        ({"low": "2 weeks", "likely": "3 weeks", "high": "10 weeks"}, DURATION, "pert", 28.0),
        ({"low": 0, "likely": 2, "high": 10}, POSITIVE_MONEY, "pert", 3.0),
        ({"low": 3, "likely": 3, "high": 9}, COUNT, "pert", 4.0),
        ({"dist": "pert", "low": 0, "likely": 2, "high": 10}, COUNT, "pert", 3.0),
        ({"dist": "triangular", "low": 0, "likely": 2, "high": 10}, COUNT, "triangular", 4.0),
        ({"dist": "triangular", "low": 0, "likely": 0, "high": 9}, COUNT, "triangular", 3.0),
        ({"dist": "triangular", "low": 0, "likely": 9, "high": 9}, COUNT, "triangular", 6.0),
        ({"mean": "$50", "sd": 20}, MONEY, "lognormal", 50.0),
        ({"mean": "30%", "sd": "5%"}, SHARE, "beta", 0.3),
        ({"mean": -1, "sd": 2}, NUMBER, "normal", -1.0),
        ({"mean": "8 weeks", "sd": "2 weeks"}, DURATION, "lognormal", 56.0),
        ({"dist": "normal", "mean": 50, "sd": 5}, MONEY, "normal", 50.0),
        ({"dist": "lognormal", "mean": 50, "sd": 5}, NUMBER, "lognormal", 50.0),
        ({"dist": "beta", "a": 1, "b": 3}, SHARE, "beta", 0.25),
        ({"dist": "gamma", "mean": 50, "cv": 0.4}, MONEY, "gamma", 50.0),
        ({"choices": {"200": "70%", 900: 0.3}}, COUNT, "choices", 410.0),
        ({"choices": {"1 week": "1/2", "3 weeks": "1/2"}}, DURATION, "choices", 14.0),
        ({"choices": {1: "1/3", 2: "1/3", 3: "1/3"}}, COUNT, "choices", 2.0),
        ({"values": [1, 2, 6]}, COUNT, "data", 3.0),
    ],
)
def test_a_mapping(raw: object, field: Field, family: str, mean: float) -> None:
    value = parse(raw, field, currency="CAD")
    assert value.family == family
    assert value.mean() == pytest.approx(mean, rel=1e-12)


@pytest.mark.parametrize(
    "raw",
    [
        {"value": "21.7%", "source": "Dholakia 2011"},
        {"source": " Dholakia 2011 ", "value": {"low": "10%", "likely": "20%", "high": "40%"}},
        {"low": "10%", "likely": "20%", "high": "40%", "source": "Dholakia 2011"},
        {"value": {"mean": "20%", "sd": "4%", "source": "Dholakia 2011"}},
        {"choices": {0.1: 1}, "source": "Dholakia 2011"},
        {"dist": "beta", "a": 2, "b": 3, "source": "Dholakia 2011"},
    ],
    ids=str,
)
def test_a_value_carries_its_source(raw: object) -> None:
    assert parse(raw, SHARE).source == "Dholakia 2011"


def test_a_value_needs_no_source() -> None:
    assert parse({"value": "20%"}, SHARE).source is None
    assert parse("20%", SHARE).source is None


def test_a_data_file_is_read_by_the_caller() -> None:
    asked: list[str] = []

    def read_values(name: str) -> list[float]:
        asked.append(name)
        return [420.0, 300.0]

    value = parse({"values": "past.csv"}, COUNT, read_values=read_values)
    assert asked == ["past.csv"]
    assert value.values == (300.0, 420.0)


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        ("  300   to 900", "  300   to 900"),
        (0.45, "0.45"),
        (10.0, "10"),
        ({"value": "45%", "source": "x"}, "45%"),
        ({"low": 1, "likely": 2.5, "high": "4", "source": "x"}, "{low: 1, likely: 2.5, high: 4}"),
        ({"choices": {2: "70%", 9: 0.3}}, "{choices: {2: 70%, 9: 0.3}}"),
        ({"values": [1] * 30}, "{values: [" + "1, " * 20 + "...]}"),
    ],
)
def test_written_is_what_the_user_wrote(raw: object, written: str) -> None:
    assert parse(raw, Field("number", 0)).written == written


def test_whole_numbers_may_be_uncertain_ones() -> None:
    whole = Field("count", 0, whole=True)
    assert parse(3, whole).mean() == 3
    assert parse("300 to 900", whole).family == "lognormal"
    with pytest.raises(ValueProblems, match=r"2\.5 is not a whole number"):
        parse(2.5, whole)


def test_certain_values_need_no_scipy() -> None:
    """`check` starts fast: neither constants nor the fitting of ranges imports scipy."""
    script = (
        "import sys\n"
        "from dealsim.uncertain import COUNT, MONEY, SHARE, parse\n"
        "parse('45%', SHARE), parse('$10', MONEY), parse('300 to 900', COUNT)\n"
        "parse('40% to 90%', SHARE), parse({'mean': '30%', 'sd': '5%'}, SHARE).mean()\n"
        "assert not [name for name in sys.modules if name.startswith('scipy')]\n"
        "parse({'dist': 'normal', 'mean': 50, 'sd': 5}, MONEY).describe()\n"
        "assert 'scipy.special' in sys.modules and 'scipy.stats' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


# --- whatever is written, it is either read or explained ------------------------------------

WORDS = st.sampled_from(
    (
        *("low", "likely", "high", "mean", "sd", "p10", "p90", "dist", "a", "b", "cv", "000"),
        *("value", "source", "values", "choices", "uniform", "normal", "gamma", "beta"),
    )
)
TEXTS = st.one_of(
    st.text(max_size=30),
    st.text("0123456789.,/%$- to+eECAD", max_size=15),
    st.builds(lambda a, b: f"{a} to {b}", st.floats(), st.floats()),
    st.builds(lambda a, b: f"{a}% to {b}%", st.integers(-5, 120), st.integers(-5, 120)),
    st.builds(lambda a, b: f"{a} to {b} weeks", st.integers(0, 99), st.integers(0, 99)),
    WORDS,
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), TEXTS)
RAW = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(WORDS, SCALARS), inner, max_size=4),
    ),
    max_leaves=6,
)


def _ascending(count: int) -> st.SearchStrategy[list[object]]:
    """Numbers of like size, mostly ascending, as numbers, percentages or with a unit."""
    scale = st.sampled_from([1e-99, 1e-6, 0.1, 1.0, 100.0, 1e9])
    parts = st.lists(
        st.one_of(st.floats(0, 1), st.sampled_from([0, 1])), min_size=count, max_size=count
    )
    write = st.sampled_from(["{}", "{}%", "${}", "{} weeks"])
    rows = st.tuples(scale, parts, write, st.sampled_from([1, 1, 1, 1, 1, 1, -1]))
    return rows.map(lambda row: [row[2].format(row[0] * x) for x in sorted(row[1])[:: row[3]]])


def _form(keys: str, **fixed: str) -> st.SearchStrategy[dict[str, object]]:
    names = keys.split()
    return _ascending(len(names)).map(lambda x: fixed | dict(zip(names, x, strict=True)))


FORMS = st.one_of(
    _ascending(1).map(lambda x: x[0]),
    _ascending(2).map(lambda x: f"{x[0]} to {x[1]}"),
    _form("low likely high"),
    _form("sd mean"),
    _form("p10 p90"),
    _form("p49.99 p50"),
    _form("low high", dist="uniform"),
    _form("low likely high", dist="triangular"),
    _form("sd mean", dist="normal"),
    _form("sd mean", dist="lognormal"),
    _form("cv mean", dist="gamma"),
    _form("a b", dist="beta"),
    st.tuples(_ascending(3), st.floats(0, 1)).map(
        lambda x: {"choices": {x[0][0]: x[1], x[0][2]: 1 - x[1]}}
    ),
    st.lists(st.floats(0, 1000), max_size=5).map(lambda x: {"values": x}),
)


@settings(PROPERTY, max_examples=600)
@given(st.one_of(RAW, FORMS), st.sampled_from(EVERY_FIELD))
def test_anything_is_read_or_explained(raw: object, field: Field) -> None:
    """No other exception; no endless message; a value read keeps to its field."""
    try:
        value = parse(raw, field, currency="CAD")
    except ValueProblems as error:
        assert error.problems
        for _, message, hint in error.problems:
            assert 0 < len(message) < 400
            assert message.isprintable()
            assert hint is None or len(hint) < 300
        return
    described = value.describe()
    json.dumps(described, allow_nan=False)
    draws = value.ppf(np.array([1e-12, 1e-4, 0.3, 0.5, 0.7, 1 - 1e-4, 1 - 1e-12]))
    assert np.all(np.isfinite(draws))
    assert np.all(np.diff(draws) >= -1e-9 * np.abs(draws).max())
    if not field.clipped:
        assert all(field.contains(draw) for draw in draws.tolist())
    assert field.contains(value.mean())

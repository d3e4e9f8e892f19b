"""Money, shares, numbers and words."""

from __future__ import annotations

import math
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealsim.units import (
    CURRENCIES,
    currencies_of,
    did_you_mean,
    exact_number,
    finite_number,
    format_count,
    format_money,
    format_share,
    minor_digits,
    plain_number,
    quoted,
    to_minor,
)

PROPERTY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

DATES = st.dates(date(1990, 1, 1), date(2100, 1, 1))


# --- numbers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", Fraction(5)),
        ("-5", Fraction(-5)),
        ("\N{MINUS SIGN}5", Fraction(-5)),
        ("+.5", Fraction(1, 2)),
        ("5.", Fraction(5)),
        ("0.1", Fraction(1, 10)),
        ("1e3", Fraction(1000)),
        ("2.5E-1", Fraction(1, 4)),
        ("1/3", Fraction(1, 3)),
        (" 1 / 4 ", Fraction(1, 4)),
        ("1,000", Fraction(1000)),
        ("12,345,678.25", Fraction(1234567825, 100)),
    ],
)
def test_exact_number_reads(text: str, number: Fraction) -> None:
    assert exact_number(text) == number


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", '"" is not a number'),
        ("five", '"five" is not a number'),
        ("1_000", '"1_000" is not a number'),
        ("\N{ARABIC-INDIC DIGIT FIVE}", "is not a number"),
        ("1/0", '"1/0" divides by zero'),
        ("1/2/3", '"1/2/3" is not a number'),
        ("12,34", "can be read in more than one way: write decimals with a point"),
        ("0,500", "can be read in more than one way"),
        ("1.000,50", "can be read in more than one way"),
        ("1e16", '"1e16" is too large: numbers up to 1e+15 are understood'),
        ("1e400", '"1e400" is too large'),
        ("1e999999999", '"1e999999999" has an absurd exponent'),
        ("1e-200", '"1e-200" is too close to zero: write 0'),
        ("nan", '"nan" is not a number'),
        ("9" * 300, f'"{"9" * 60}..." is too long for a number (300 characters)'),
    ],
)
def test_exact_number_refuses(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        exact_number(text)
    assert message in str(caught.value)


@PROPERTY
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12))
def test_exact_number_is_exact(number: Decimal) -> None:
    """Every decimal is read as the rational number it is."""
    if number == 0 or abs(number) >= Decimal("1e-100"):
        assert exact_number(f"{number:f}"[:200]) == Fraction(f"{number:f}"[:200])


@PROPERTY
@given(st.integers(0, 10**14))
def test_exact_number_reads_the_thousands_that_python_writes(number: int) -> None:
    assert exact_number(f"{number:,}") == number


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (math.nan, "NaN is not a number"),
        (math.inf, "infinity (or a number too large to hold) is not a usable number"),
        (-math.inf, "infinity"),
        (10**5000, "a whole number of 16,610 bits is too large"),
        (1e16, "1e+16 is too large"),
        (1e-200, "1e-200 is too close to zero: write 0"),
    ],
    ids=["nan", "inf", "-inf", "huge", "large", "tiny"],
)
def test_finite_number_refuses(raw: float, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        finite_number(raw)
    assert message in str(caught.value)


def test_finite_number_takes_any_real() -> None:
    assert finite_number(Fraction(1, 4)) == 0.25
    assert finite_number(np.int64(3)) == 3.0


@PROPERTY
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_plain_number_reads_back(number: float) -> None:
    assert float(plain_number(number)) == number


# --- words ---------------------------------------------------------------------------------


def test_quoted_cuts_and_escapes() -> None:
    assert quoted("abc") == '"abc"'
    assert quoted("x" * 61) == '"' + "x" * 60 + '..."'
    assert quoted("a\x1b[31m\n") == '"a\\x1b[31m\\n"'


def test_did_you_mean() -> None:
    assert did_you_mean("prise", ["price", "cap"]) == "price"
    assert did_you_mean("Price", ["price", "cap"]) == "price"
    assert did_you_mean("zzz", ["price", "cap"]) is None
    assert did_you_mean("x" * 1_000_000, ["price"]) is None


# --- money ---------------------------------------------------------------------------------


def test_currencies_have_the_minor_units_of_iso_4217() -> None:
    """ISO 4217 list one: the currencies without, and with three, decimal digits."""
    by_digits = {digits: {c for c in CURRENCIES if minor_digits(c) == digits} for digits in (0, 3)}
    without = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
    assert " ".join(sorted(by_digits[0])) == without
    assert " ".join(sorted(by_digits[3])) == "BHD IQD JOD KWD LYD OMR TND"
    assert {c.minor_digits for c in CURRENCIES.values()} == {0, 2, 3}
    assert all(len(code) == 3 and code.isupper() for code in CURRENCIES)
    assert all(c.name and c.sign and c.code == code for code, c in CURRENCIES.items())
    assert minor_digits("???") == 2


@pytest.mark.parametrize(
    ("sign", "codes"),
    [
        ("CAD", {"CAD"}),
        ("cad", {"CAD"}),
        ("C$", {"CAD"}),
        ("\N{EURO SIGN}", {"EUR"}),
        ("\N{YEN SIGN}", {"JPY", "CNY"}),
        ("CHF", {"CHF"}),
        ("?", set()),
    ],
)
def test_currencies_of_a_sign(sign: str, codes: set[str]) -> None:
    assert currencies_of(sign) == codes


def test_many_currencies_share_the_dollar_sign() -> None:
    assert {"USD", "CAD", "AUD"} < currencies_of("$")
    assert "GBP" not in currencies_of("$")


@pytest.mark.parametrize(
    ("amount", "digits", "minor"),
    [
        (1.005, 2, 101),  # held as 1.00499999999999989...
        (1.004, 2, 100),
        (2.5, 0, 3),
        (-2.5, 0, -2),
        (-2.51, 0, -3),
        (0.0005, 3, 1),
        (0.0, 2, 0),
        (1e15, 2, 10**17),
    ],
)
def test_to_minor_rounds_half_up(amount: float, digits: int, minor: int) -> None:
    assert to_minor(amount, digits) == minor


@PROPERTY
@given(st.integers(-(10**9), 10**9), st.sampled_from([0, 2, 3]))
def test_to_minor_agrees_with_decimal_arithmetic(thousandths: int, digits: int) -> None:
    exact = Decimal(thousandths) / 1000
    expected = (exact * 10**digits + Decimal("0.5")).to_integral_value(ROUND_FLOOR)
    assert to_minor(thousandths / 1000, digits) == int(expected)


def test_to_minor_keeps_the_shape() -> None:
    minor = to_minor(np.full((2, 3), 1.25), 2)
    assert minor.shape == (2, 3)
    assert minor.dtype == np.int64
    assert np.all(minor == 125)


@pytest.mark.parametrize("amount", [math.nan, math.inf, -math.inf, 1e18])
def test_to_minor_refuses_what_no_int64_holds(amount: float) -> None:
    with pytest.raises(ValueError, match="not finite, or too large"):
        to_minor(np.array([1.0, amount]), 2)


@pytest.mark.parametrize(
    ("amount", "currency", "cents", "text"),
    [
        (1200, "USD", False, "$1,200"),
        (-1200.4, "CAD", False, "-$1,200"),
        (1200.5, "GBP", True, "\N{POUND SIGN}1,200.50"),
        (0.005, "USD", True, "$0.01"),
        (-0.3, "USD", False, "$0"),
        (1200.5, "CHF", False, "CHF 1,201"),
        (-1200, "CHF", True, "-CHF 1,200.00"),
        (1200.4, "JPY", True, "\N{YEN SIGN}1,200"),
        (1.2345, "KWD", True, "KWD 1.235"),
        (5, "???", False, "???5"),
        (math.nan, "USD", False, "n/a"),
    ],
)
def test_format_money(amount: float, currency: str, cents: bool, text: str) -> None:
    assert format_money(amount, currency, cents) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.38, "38 %"),
        (0.385, "39 %"),
        (0, "0 %"),
        (1, "100 %"),
        (0.5, "50 %"),
        (0.025, "2.5 %"),
        (0.05, "5 %"),
        (0.0995, "10 %"),
        (0.995, "99.5 %"),
        (0.9996, ">99.9 %"),
        (0.0004, "<0.1 %"),
        (-0.025, "-2.5 %"),
        (1.5, "150 %"),
        (math.nan, "n/a"),
    ],
)
def test_format_share(share: float, text: str) -> None:
    assert format_share(share) == text


@PROPERTY
@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_format_share_never_calls_the_uncertain_certain(share: float) -> None:
    assert format_share(share) not in ("0 %", "100 %")


def test_format_count() -> None:
    assert [format_count(x) for x in (1234.5, -0.2, math.nan)] == ["1,235", "0", "n/a"]

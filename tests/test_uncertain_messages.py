"""The catalogue of messages about numbers, texts and ranges."""

from __future__ import annotations

import datetime
import math

import pytest

from dealsim.uncertain import (
    AT_LEAST_ONE,
    COUNT,
    DURATION,
    MONEY,
    NUMBER,
    POSITIVE_MONEY,
    SHARE,
    Field,
    ValueProblem,
    ValueProblems,
    parse,
)

SHARE_HINT = "expected a share, such as 45%, 0.45, 1/3 or 40% to 60%"
MONEY_HINT = "expected an amount of money, such as 10, $10 or 8 to 12"
COUNT_HINT = "expected a number, such as 500 or 300 to 900"
TIME_HINT = "expected a duration, such as 6 months or 8 to 16 weeks"


def found(raw: object, field: Field, currency: str | None = "CAD") -> list[ValueProblem]:
    """What is wrong with `raw`; it must not be readable."""
    with pytest.raises(ValueProblems) as caught:
        parse(raw, field, currency=currency)
    assert str(caught.value) == "; ".join(p.message for p in caught.value.problems)
    return caught.value.problems


SCALARS: list[tuple[object, Field, str, str]] = [
    # not a number at all
    ("abc", SHARE, '"abc" is not a share', SHARE_HINT),
    ("about 5", MONEY, '"about 5" is not an amount of money', MONEY_HINT),
    (
        "300 vouchers",
        COUNT,
        '"300 vouchers" is not a number',
        "write the number alone: 300",
    ),
    ("never", DURATION, '"never" is not a duration', TIME_HINT),
    ("nan", NUMBER, '"nan" is not a number', "expected a number, such as 0.5 or -1 to 2"),
    ("%5", SHARE, '"%5" is not a share', SHARE_HINT),
    ("$5$", MONEY, '"$5$" is not an amount of money', MONEY_HINT),
    ("", SHARE, "there is no value here", "write a share, such as 45%, 0.45, 1/3 or 40% to 60%"),
    (
        " \t",
        MONEY,
        "there is no value here",
        "write an amount of money, such as 10, $10 or 8 to 12",
    ),
    (None, COUNT, "there is no value here", "write a number, such as 500 or 300 to 900"),
    (True, SHARE, "true (yes or no) is not a share", SHARE_HINT),
    (False, MONEY, "false (yes or no) is not an amount of money", MONEY_HINT),
    ([1, 2], SHARE, "a list is not a share", SHARE_HINT),
    (b"5", MONEY, "a bytes is not an amount of money", MONEY_HINT),
    (datetime.date(2011, 3, 1), SHARE, "2011-03-01 is a date, not a share", SHARE_HINT),
    ("2011-03-01", COUNT, "2011-03-01 is a date, not a number", COUNT_HINT),
    ("\x1b[31m5", COUNT, '"\\x1b[31m5" is not a number', COUNT_HINT),
    (
        "x" * 1_000_000,
        SHARE,
        f'"{"x" * 60}..." is not a share: it has 1,000,000 characters',
        SHARE_HINT,
    ),
    # numbers that cannot be used
    (math.nan, SHARE, "NaN is not a number", SHARE_HINT),
    (
        math.inf,
        MONEY,
        "infinity (or a number too large to hold) is not a usable number",
        MONEY_HINT,
    ),
    ("1e400", COUNT, '"1e400" is too large: numbers up to 1e+15 are understood', COUNT_HINT),
    ("1e-400", COUNT, '"1e-400" is too close to zero: write 0', COUNT_HINT),
    ("1e99999", COUNT, '"1e99999" has an absurd exponent', COUNT_HINT),
    (10**400, COUNT, "a whole number of 1,329 bits is too large", COUNT_HINT),
    ("1/0", SHARE, '"1/0" divides by zero', SHARE_HINT),
    (
        "12,34",
        MONEY,
        '"12,34" can be read in more than one way: write decimals with a point (12.5) '
        "and thousands without a mark (1200)",
        MONEY_HINT,
    ),
    # another kind of value
    ("$10", SHARE, '"$10" is an amount of money, not a share', SHARE_HINT),
    ("6 months", SHARE, '"6 months" is a duration, not a share', SHARE_HINT),
    ("45%", MONEY, '"45%" is a percentage, not an amount of money', MONEY_HINT),
    ("45%", COUNT, '"45%" is a percentage, not a number', COUNT_HINT),
    ("45%", DURATION, '"45%" is a percentage, not a duration', TIME_HINT),
    ("$45", DURATION, '"$45" is an amount of money, not a duration', TIME_HINT),
    # limits
    (
        50,
        SHARE,
        "50 is not a share between 0 and 1: is it meant as 50% or 0.5?",
        "write 50% for 50 per cent",
    ),
    (
        "2.5",
        SHARE,
        '"2.5" is not a share between 0 and 1: is it meant as 2.5% or 0.025?',
        "write 2.5% for 2.5 per cent",
    ),
    (150, SHARE, "150 is not a share: it is more than 100 %", SHARE_HINT),
    (
        "150%",
        SHARE,
        '"150%" is outside the limits: a share here is between 0 % and 100 %',
        SHARE_HINT,
    ),
    (
        "-5%",
        SHARE,
        '"-5%" is outside the limits: a share here is between 0 % and 100 %',
        SHARE_HINT,
    ),
    (
        -5,
        MONEY,
        "-5 is outside the limits: an amount of money here is 0 or more",
        MONEY_HINT,
    ),
    (
        0,
        POSITIVE_MONEY,
        "0: an amount above 0 is expected here",
        "on a command line a shell takes the $1 out of $10: write 10, or '$10' in quotes",
    ),
    (0.5, AT_LEAST_ONE, "0.5 is outside the limits: a number here is 1 or more", COUNT_HINT),
    (
        "0 days",
        DURATION,
        '"0 days" is outside the limits: a duration here is more than 0 days',
        TIME_HINT,
    ),
    (
        11,
        Field("count", 0, 10),
        "11 is outside the limits: a number here is between 0 and 10",
        COUNT_HINT,
    ),
    (
        1,
        Field("number", None, 0),
        "1 is outside the limits: a number here is at most 0",
        "expected a number, such as 0.5 or -1 to 2",
    ),
    (
        "3 years",
        Field("duration", 0, 24 * 30.4375, low_open=True),
        '"3 years" is outside the limits: a duration here is above 0 days, up to 24 months',
        TIME_HINT,
    ),
    (2.5, Field("count", 0, whole=True), "2.5 is not a whole number", "write 2 or 3"),
    # currencies
    (
        "\N{POUND SIGN}10",
        MONEY,
        '"\N{POUND SIGN}10" is not in the scenario\'s currency, CAD',
        "write 10 or CAD 10, or change currency:",
    ),
    (
        "US$10",
        MONEY,
        '"US$10" is not in the scenario\'s currency, CAD',
        "write 10 or CAD 10, or change currency:",
    ),
    ("ABC 10", MONEY, '"ABC 10": "ABC" is not a currency of ISO 4217', MONEY_HINT),
    # durations
    (12, DURATION, "12 has no unit of time", "write 12 days, 12 weeks or 12 months"),
    ("12", DURATION, '"12" has no unit: say days, weeks, months or years', TIME_HINT),
    (
        "12 wekes",
        DURATION,
        '"12 wekes": unknown unit "wekes" (days, business days, weeks, months or years); '
        "did you mean weeks?",
        TIME_HINT,
    ),
    ("-2 weeks", DURATION, '"-2 weeks": a duration cannot be negative', TIME_HINT),
    ("500 years", DURATION, '"500 years" is longer than 200 years', TIME_HINT),
    # ranges
    (
        "900-300",
        COUNT,
        '"900-300" has its low end above its high end',
        "write the smaller number first: 300 to 900",
    ),
    (
        "between 4 and 8",
        COUNT,
        '"between 4 and 8" is not a number',
        "write a range with the word to: 300 to 900",
    ),
    ("50 percent", SHARE, '"50 percent" is not a share', "write 50%"),
    ("45-50 per cent", SHARE, '"50 per cent" is not a share', "write 50%"),
    *(
        (
            thousands,
            MONEY,
            f'"{thousands}" can be read in more than one way: write decimals with a point (12.5) '
            "and thousands without a mark (1200)",
            MONEY_HINT,
        )
        for thousands in ("1 500", "1'500", "1.500.000")
    ),
    ("5..8", MONEY, '"5..8" is not an amount of money', "write a range with the word to: 8 to 12"),
    (
        "900 to 300",
        COUNT,
        '"900 to 300" has its low end above its high end',
        "write the smaller number first: 300 to 900",
    ),
    (
        "1 to 2 to 3",
        COUNT,
        '"1 to 2 to 3" is not a range',
        "write its two ends, low to high, such as 300 to 900",
    ),
    ("to 5", COUNT, '"to 5" is not a range', "write its two ends, low to high, such as 300 to 900"),
    (
        "0.01 to 5%",
        SHARE,
        '"0.01 to 5%" has a percentage at one end only',
        "write 0.01% to 5% if both are percentages",
    ),
    (
        "1% to 5",
        SHARE,
        '"1% to 5" has a percentage at one end only',
        "write 1% to 5% if both are percentages",
    ),
    (
        "0 to 0",
        POSITIVE_MONEY,
        "0 is not more than 0",
        "expected an amount of money, more than 0",
    ),
    (
        "0.001 to 1000000",
        MONEY,
        "this lognormal is so wide that its mean lies above its own 95 % quantile: "
        "the rarest draws would decide every result",
        "narrow it, or write {dist: uniform, low: , high: }",
    ),
]


@pytest.mark.parametrize(("raw", "field", "message", "hint"), SCALARS, ids=range(len(SCALARS)))
def test_message_about_a_number_or_text(raw: object, field: Field, message: str, hint: str) -> None:
    assert found(raw, field) == [((), message, hint)]


def test_two_currencies_in_a_range() -> None:
    assert found("$5 to \N{EURO SIGN}8", MONEY, None) == [
        ((), '"$5 to \N{EURO SIGN}8" is in two currencies', "write both ends in the same one")
    ]


def test_both_ends_of_a_range_are_checked() -> None:
    assert [message for _, message, _ in found("x to y", SHARE)] == [
        '"x" is not a share',
        '"y" is not a share',
    ]
    assert len(found("-1% to 150%", SHARE)) == 2
    assert len(found("8 to 16", DURATION)) == 2

"""Durations, and the calendar that they are counted on."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealsim.scenario.model.yearend import parse_span_from
from dealsim.units import (
    DAYS_PER_MONTH,
    DAYS_PER_UNIT,
    Span,
    SpanUnit,
    parse_span,
)

PROPERTY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

DATES = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("raw", "span"),
    [
        ("6 months", Span(6, "months")),
        ("1 month", Span(1, "months")),
        ("5 Business  Days", Span(5, "business days")),
        ("1.5 years", Span(1.5, "years")),
        ("1/2 year", Span(0.5, "years")),
        ("3weeks", Span(3, "weeks")),
        ("1,000 days", Span(1000, "days")),
        (0, Span(0, "days")),
        ("0", Span(0, "days")),
    ],
)
def test_parse_span_reads(raw: object, span: Span) -> None:
    assert parse_span(raw) == span


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (6, '"6" has no unit: say days, weeks, months or years'),
        ("6.5", '"6.5" has no unit'),
        ("soon", '"soon" is not a duration, such as 6 months'),
        ("", '"" is not a duration'),
        ("6 motnhs", 'unknown unit "motnhs" (days, business days, weeks, months or years); '),
        ("6 motnhs", "did you mean months?"),
        ("6 hours", 'unknown unit "hours"'),
        ("-6 days", "a duration cannot be negative"),
        ("6,5 days", "can be read in more than one way"),
        ("300 years", '"300 years" is longer than 200 years'),
        ("1e300 days", "is too large"),
        ("x" * 1000 + "9 days", "is not a duration"),
        (None, "is not a duration"),
        (True, "is not a duration"),
        ([6], "is not a duration"),
        (math.nan, "NaN is not a number"),
    ],
)
def test_parse_span_refuses(raw: object, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_span(raw)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 300


SPANS = st.builds(
    Span, st.integers(0, 1600).map(lambda n: n / 8), st.sampled_from(list(DAYS_PER_UNIT))
)


@PROPERTY
@given(SPANS)
def test_a_span_reads_back_as_written(span: Span) -> None:
    assert parse_span(str(span)) == span


@pytest.mark.parametrize(
    ("count", "unit", "days"),
    [
        (6, "months", 6 * DAYS_PER_MONTH),
        (1, "years", 365.25),
        (5, "business days", 7.0),
        (12, "weeks", 84.0),
        (2.5, "days", 2.5),
    ],
)
def test_days_of_a_span(count: float, unit: SpanUnit, days: float) -> None:
    assert Span(count, unit).days() == days


@pytest.mark.parametrize(
    ("span", "start", "end"),
    [
        (Span(1, "months"), date(2011, 1, 31), date(2011, 2, 28)),
        (Span(1, "months"), date(2012, 1, 31), date(2012, 2, 29)),
        (Span(12, "months"), date(2011, 3, 1), date(2012, 3, 1)),
        (Span(1, "years"), date(2012, 2, 29), date(2013, 2, 28)),
        (Span(1.5, "years"), date(2011, 3, 1), date(2012, 9, 1)),
        (Span(0.5, "months"), date(2011, 3, 1), date(2011, 3, 16)),  # 15.2 days
        (Span(2.5, "days"), date(2011, 3, 1), date(2011, 3, 4)),
        (Span(0.5, "weeks"), date(2011, 3, 1), date(2011, 3, 5)),  # 3.5 days
        (Span(5, "business days"), date(2011, 3, 4), date(2011, 3, 11)),  # Friday to Friday
        (Span(1, "business days"), date(2011, 3, 5), date(2011, 3, 7)),  # Saturday to Monday
        (Span(0, "business days"), date(2011, 3, 5), date(2011, 3, 5)),
        (Span(0, "months"), date(2011, 3, 5), date(2011, 3, 5)),
    ],
)
def test_after(span: Span, start: date, end: date) -> None:
    assert span.after(start) == end


@PROPERTY
@given(DATES, st.integers(1, 400))
def test_business_days_agree_with_numpy(start: date, count: int) -> None:
    expected = np.busday_offset(np.datetime64(start), count, roll="backward")
    assert np.datetime64(Span(count, "business days").after(start)) == expected


@PROPERTY
@given(DATES, st.integers(1, 400))
def test_months_agree_with_counting_them(start: date, count: int) -> None:
    """The same day of the month `count` months on, or the last day before the month after it."""
    end = Span(count, "months").after(start)
    assert (end.year - start.year) * 12 + end.month - start.month == count
    last_of_month = (end + timedelta(days=1)).month != end.month
    assert end.day == start.day or (end.day < start.day and last_of_month)


def test_after_the_end_of_the_calendar_is_an_error() -> None:
    for unit in DAYS_PER_UNIT:
        with pytest.raises(ValueError, match="is beyond the year 9999"):
            Span(100_000_000, unit).after(date(9999, 12, 1))  # type: ignore[arg-type]


@pytest.mark.parametrize(("count", "unit"), [(-1, "days"), (math.nan, "days"), (1, "hours")])
def test_a_span_cannot_be(count: float, unit: SpanUnit) -> None:
    with pytest.raises(ValueError, match=r"duration cannot be|unknown unit of time"):
        Span(count, unit)


@pytest.mark.parametrize(
    "text",
    [
        "3 years from year end",
        "3 years  from the end of the year",
        "3 years after year-end",
        "36 months from the year's end",
    ],
)
def test_spans_from_the_end_of_the_year(text: str) -> None:
    span = parse_span_from(text)
    for day in (date(2025, 1, 1), date(2025, 12, 31)):
        assert span.after(day) == date(2028, 12, 31)
    assert parse_span_from(str(span)) == span
    assert parse_span_from("30 months from year end").after(date(2025, 5, 5)) == date(2028, 6, 30)
    assert parse_span_from("6 months") == parse_span("6 months")


@pytest.mark.parametrize("text", ["from year end", "3 from year end", "3 years from the end", "x"])
def test_no_spans_from_the_end_of_the_year(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration|unit"):
        parse_span_from(text)

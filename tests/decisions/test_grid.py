"""Values to try, as they are written on the command line."""

from __future__ import annotations

import pytest

from dealsim import UsageError
from dealsim.decisions import Range, parse_axis, parse_over
from dealsim.decisions.grid import plain_value


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("platform.commission=30%:50%:10%", ["30%", "40%", "50%"]),
        ("platform.commission=0:10%:5%", ["0%", "5%", "10%"]),
        ("platform.commission=0.1:0.4:0.1", ["0.1", "0.2", "0.3", "0.4"]),
        ("deal.price=$8:$9:$0.5", ["$8", "$8.5", "$9"]),
        ("deal.price=CAD 8:CAD 9:CAD 1", ["CAD 8", "CAD 9"]),
        ("deal.cap=100:380:100", ["100", "200", "300"]),
        ("deal.cap=5:5:1", ["5"]),
        ("deal.promo_expires=1 month:7 months:3 months", ["1 month", "4 months", "7 months"]),
        ("deal.cap = 300, 500 ,none", ["300", "500", "none"]),
        ("business.serve_first=first_come,ordinary_trade", ["first_come", "ordinary_trade"]),
        ("deal.demand=300 to 900,{low: 1, likely: 2, high: 3}",
         ["300 to 900", "{low: 1, likely: 2, high: 3}"]),
        ("deal.demand={low: 1, likely: 2, high: 3}", ["{low: 1, likely: 2, high: 3}"]),
        ("deal.cap=3,3,4", ["3", "4"]),
    ],
)  # fmt: skip
def test_values(text: str, values: list[str]) -> None:
    axis = parse_axis(text)
    assert axis.path == text.partition("=")[0].strip()
    assert list(axis.values) == values


def test_many_values_are_not_made_to_be_counted() -> None:
    values = parse_axis("deal.cap=1:1000000000:1").values
    assert len(values) == 10**9
    assert (values[0], values[-1]) == ("1", "1000000000")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("deal.price", "does not say what to vary"),
        ("deal.price=", "does not say what to vary"),
        ("=3", "does not say what to vary"),
        ("deal.price=8:12", "its ends and the step"),
        ("deal.price=8:12:1:2", "its ends and the step"),
        ("deal.price=12:8:1", "wrong way round"),
        ("deal.price=8:12:0", "a step is above 0"),
        ("deal.price=8:12:-1", "a step is above 0"),
        ("deal.price=8:12:x", '"x" is not a number'),
        ("deal.price=8:1.2.3:1", "is not a number"),
        ("platform.commission=30%:50%:5", "different units"),
        ("platform.commission=0.3:0.5:5%", "different units"),
        ("deal.promo_expires=1 month:7 weeks:1 month", "different units"),
        ("deal.cap=1,,2", "empty value"),
        ("deal.cap=500,1,000", "thousands"),
        ("deal.cap=0:1e20:1", "too large|more values"),
    ],
)
def test_what_cannot_be_read(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        parse_axis(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("platform.commission=30%:50%", Range("platform.commission", 0.3, 0.5)),
        ("platform.commission=0.3:0.5:0.05", Range("platform.commission", 0.3, 0.5, 0.05)),
        ("deal.cap=100:900:50", Range("deal.cap", 100, 900, 50)),
        ("deal.price=$8:$12:$1", Range("deal.price", 8, 12, 1)),
        ("deal.promo_expires=60 days:26 weeks", Range("deal.promo_expires", 60, 182)),
    ],
)
def test_ranges(text: str, wanted: Range) -> None:
    assert parse_over(text) == wanted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("deal.cap", "does not say what to vary"),
        ("deal.cap=300", "is no range"),
        ("deal.cap=300,400", "is no range"),
        ("deal.cap=300:300", "is empty"),
        ("deal.cap=400:300", "wrong way round"),
        ("deal.cap=30%:40%", "is a percentage"),
        ("deal.cap=x:y", "is not a number"),
        ("platform.commission=30:50", "30% or 0.3"),
        ("deal.promo_expires=3:9", "no unit"),
    ],
)
def test_ranges_that_cannot_be_read(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        parse_over(text)


@pytest.mark.parametrize(
    ("value", "plain"),
    [("30%", 0.3), ("$10", 10), ("1,200", 1200), ("1/4", 0.25), ("none", "none"), (12.5, 12.5),
     ("6 months", "6 months"), ("300 to 900", "300 to 900"), ("2025-01-01", "2025-01-01")],
)  # fmt: skip
def test_values_for_machines(value: object, plain: object) -> None:
    assert plain_value(value) == plain

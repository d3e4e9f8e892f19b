"""Ageing buckets, and the chain ladder against a published triangle."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from dealsim.books import BUCKETS, STATES
from dealsim.books.ageing import IssueDates, ageing_table, bucket_of, state_of
from dealsim.books.chain_ladder import chain_ladder

# `ukmotor` of the chainladder package (casact/chainladder-python, MPL-2.0): a UK motor account,
# with the figures documented there for MackChainladder.
UKMOTOR = (
    (3511, 6726, 8992, 10704, 11763, 12350, 12690),
    (4001, 7703, 9981, 11161, 12117, 12746),
    (4355, 8287, 10233, 11755, 12993),
    (4295, 7750, 9773, 11093),
    (4150, 7897, 10217),
    (5102, 9650),
    (6283,),
)


def ukmotor() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([[*row, *[np.nan] * (7 - len(row))] for row in UKMOTOR], dtype=np.float64)


def test_t19_factors_ultimates_and_errors() -> None:
    found = chain_ladder(ukmotor())
    factors = [1.889234, 1.282381, 1.147105, 1.096758, 1.050921, 1.027530]
    assert found.factors == pytest.approx(factors, abs=5e-7)
    ultimates = [12690, 13096.902, 14030.537, 13137.860, 13880.404, 16812.151, 20679.919]
    assert found.ultimates == pytest.approx(ultimates, abs=5e-4)
    errors = [0, 27.247, 36.524, 144.534, 427.634, 693.166, 901.408]
    assert found.standard_errors == pytest.approx(errors, abs=5e-4)
    assert found.total_standard_error == pytest.approx(1424.5315, abs=5e-5)


def test_ultimates_are_bounded_by_what_was_issued() -> None:
    issued = np.full(7, 14_000.0)
    assert chain_ladder(ukmotor(), issued).ultimates.max() == 14_000


@pytest.mark.parametrize("rows", [[[1.0]], [[0.0, 0.0], [0.0, np.nan]]])
def test_a_triangle_of_next_to_nothing_has_no_development(rows: list[list[float]]) -> None:
    found = chain_ladder(rows)
    assert (found.factors == 1).all()
    assert found.total_standard_error == 0


@pytest.mark.parametrize(
    "rows",
    [
        [[1.0, 2.0]],
        [[1.0, np.nan], [1.0, np.nan]],
        [[1.0, 2.0], [1.0, 2.0]],
        [[2.0, 1.0], [1.0, np.nan]],
    ],
)
def test_a_triangle_that_cannot_be_is_refused(rows: list[list[float]]) -> None:
    with pytest.raises(ValueError):
        chain_ladder(rows)


@pytest.mark.parametrize(
    ("issued", "bucket"),
    [
        (date(2012, 3, 31), "0-3"),
        (date(2012, 1, 1), "0-3"),
        (date(2011, 12, 31), "3-6"),
        (date(2011, 3, 31), "12-24"),
        (date(2007, 4, 1), "36-60"),
        (date(2007, 3, 31), ">60"),
        (date(1999, 1, 1), ">60"),
    ],
)
def test_buckets_begin_at_whole_months(issued: date, bucket: str) -> None:
    assert BUCKETS[bucket_of(issued, date(2012, 3, 31))] == bucket


def test_states_follow_the_dates_of_the_deal() -> None:
    cohort = IssueDates(date(2011, 3, 1), date(2011, 9, 1), date(2016, 3, 1), date(2014, 3, 1))
    days = [date(2011, 8, 31), date(2011, 9, 1), date(2014, 3, 1), date(2016, 3, 1)]
    expected = ["live", "paid_value_only", "past_dormancy", "past_dormancy"]
    assert [STATES[state_of(cohort, day)] for day in days] == expected
    never = IssueDates(date(2011, 3, 1), None)
    assert STATES[state_of(never, date(2040, 1, 1))] == "live"
    legal = IssueDates(date(2011, 3, 1), date(2011, 9, 1), date(2016, 3, 1))
    assert STATES[state_of(legal, date(2016, 3, 1))] == "past_legal_minimum"


def test_ageing_adds_up_to_what_is_held() -> None:
    cohorts = [
        IssueDates(date(2011, 3, 1), date(2011, 9, 1)),
        IssueDates(date(2011, 12, 15), date(2012, 6, 15)),
    ]
    held = np.array([[500, 700], [300, 100]])
    found = ageing_table(cohorts, held, date(2011, 12, 31))
    assert found.shape == (7, 4, 2)
    assert (found.sum(axis=(0, 1)) == held.sum(axis=0)).all()
    assert found[BUCKETS.index("6-12"), STATES.index("paid_value_only")].tolist() == [500, 700]
    assert found[BUCKETS.index("0-3"), STATES.index("live")].tolist() == [300, 100]
    with pytest.raises(ValueError, match="are outstanding on"):
        ageing_table(cohorts, held, date(2011, 6, 30))
    with pytest.raises(ValueError, match="one amount"):
        ageing_table(cohorts, held[:1], date(2011, 12, 31))

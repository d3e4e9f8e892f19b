"""A campaign with a capacity, followed week by week, against what can be worked out by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import exp, sqrt
from random import Random
from typing import Literal

import pytest

from tests.reference import closed_form
from tests.reference.case import Case, CountReturns, OnRedemption, Segment
from tests.reference.cases import AFTER_EXPIRY
from tests.reference.per_customer import Run, follow, follow_many
from tests.statistical import (
    assert_chi_square,
    assert_mean,
    assert_proportion,
    assert_same_distribution,
)

AT_ONCE = Case(
    segments=(Segment("all", share=1.0, redeem=1.0, half_life=0.01),),
    price=10.0,
    face_value=20.0,
    demand=6.0,
    horizon_days=14.0,
    sale_window_days=7.0,
    usual_ticket=1.0,
    visits_per_week=8.0,
    capacity_per_week=10.0,
)
"""Six holders come in the only week after sale close, and about eight others, to ten places."""


def holders_of(run: Run) -> tuple[int, int]:
    """(holders turned away, baseline visits displaced): the margin of a usual ticket is 1."""
    return int(run.metrics["turned_away"]), round(run.metrics["displaced_margin"])


@pytest.mark.parametrize("serve_first", ["first_come", "ordinary_trade", "vouchers"])
def test_who_is_turned_away_in_one_week(
    serve_first: Literal["first_come", "ordinary_trade", "vouchers"], seed: int
) -> None:
    """The joint distribution of holders turned away and trade displaced (6.4-6.7)."""
    case = replace(AT_ONCE, serve_first=serve_first)
    expected = closed_form.turned_away_in_one_step(case, 8.0, 10, 6)
    observed = Counter(holders_of(run) for run in follow_many(case, 2500, seed))
    assert_chi_square(observed, _normalised(expected))


def _normalised(probabilities: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """Without the tail beyond the counts tried, below 1e-9."""
    total = sum(probabilities.values())
    assert abs(total - 1.0) < 1e-9
    return {outcome: chance / total for outcome, chance in probabilities.items()}


def test_holders_who_would_have_come_take_their_own_place(seed: int) -> None:
    """With K = 6 certain, B' = max(0, B - 6), and a place may even be freed (6.1, 6.2, 6.7)."""
    segment = replace(AT_ONCE.segments[0], would_have_come=1.0)
    case = replace(AT_ONCE, segments=(segment,), serve_first="vouchers")
    expected: dict[int, float] = {}
    for visits in range(60):
        away = max(0, max(0, visits - 6) + 6 - 10)
        displaced = min(away, max(0, visits - 6)) - max(0, visits - 10)
        chance = closed_form.poisson(8.0, visits)
        expected[displaced] = expected.get(displaced, 0.0) + chance
    assert expected == {0: pytest.approx(1.0)}
    runs = follow_many(case, 200, seed)
    assert {run.metrics["displaced_margin"] for run in runs} == {0.0}
    assert {run.metrics["cannibalised_margin"] for run in runs} == {6.0}


def test_ample_capacity_changes_nothing(seed: int) -> None:
    """Nobody is turned away: the same counts and money as without a capacity."""
    free = replace(AFTER_EXPIRY, horizon_days=200.0)
    ample = replace(free, capacity_per_week=10_000.0, visits_per_week=3.0)
    without = follow_many(free, 350, seed)
    with_places = follow_many(ample, 350, seed + 1)
    for name in ("redeemed_in_time", "presented_late", "vouchers_refunded", "new_regulars"):
        a, b = ([run.metrics[name] for run in runs] for runs in (without, with_places))
        assert_same_distribution(a, b, what=name)
    for name in ("till_receipts", "returning_revenue", "incremental_profit"):
        a, b = ([run.metrics[name] for run in runs] for runs in (without, with_places))
        assert_same_distribution(a, b, what=name)
    assert {run.metrics["turned_away"] for run in with_places} == {0}
    assert {run.metrics["displaced_margin"] for run in with_places} == {0.0}


@pytest.mark.parametrize("turned_away", ["honoured", "late"])
@pytest.mark.parametrize("after_expiry", ["paid_value", "nothing"])
def test_nobody_is_ever_served(
    turned_away: Literal["honoured", "late"],
    after_expiry: Literal["paid_value", "nothing"],
    seed: int,
) -> None:
    """No places at all: holders wait for ever, unless the late rule lets them lapse (6)."""
    segment = replace(AT_ONCE.segments[0], late_share=1.0, late_half_life=20.0, redeem=0.5)
    case = replace(
        AT_ONCE,
        segments=(replace(segment, would_have_come=1.0),),
        capacity_per_week=0.0,
        demand=20.0,
        expiry_days=60.0,
        horizon_days=2000.0,
        turned_away=turned_away,
        after_expiry=after_expiry,
    )
    run = follow(case, Random(seed))
    attempted = run.metrics["cannibalised_margin"]  # 1 for each first attempt, never twice
    lapsed = 0.0
    if after_expiry == "nothing":
        lapsed = 20.0 if turned_away == "late" else 20.0 - attempted
    assert run.metrics["lapsed"] == lapsed
    assert run.metrics["still_held"] == 20.0 - lapsed
    assert run.metrics["redeemed_in_time"] == run.metrics["presented_late"] == 0
    assert run.metrics["turned_away"] > attempted > 0
    assert (attempted == 20.0) == (after_expiry == "paid_value")


def test_waiting_holders_are_reserved_for(seed: int) -> None:
    """Those waiting at the horizon are served for certain, and are no first attempts (9.7)."""
    segment = replace(AT_ONCE.segments[0], would_have_come=1.0, use=1.0)
    case = replace(
        AT_ONCE,
        segments=(segment,),
        capacity_per_week=0.0,
        variable_cost=0.4,
        cost_per_visit=1.0,
        payout=OnRedemption(lag=3.0),
        commission=0.5,
    )
    run = follow(case, Random(seed))
    assert run.metrics["tail_reserve"] == pytest.approx(6 * (0.4 * 20.0 + 1.0 - 5.0))


def test_the_queue_is_served_in_turn(seed: int) -> None:
    """Seven places a week and nobody else: no more than that are served, then all (6.3, 6.4)."""
    case = replace(
        AT_ONCE, demand=30.0, capacity_per_week=7.0, visits_per_week=0.0, horizon_days=140.0
    )
    run = follow(case, Random(seed))
    flows = run.by_month["redeemed_in_time"]
    assert sum(flows) == run.metrics["redeemed_in_time"] == 30
    assert flows[0] <= 7 * (31 - 7) / 7
    # thirty come in the first week and seven are served; the rest retry every full week
    assert run.metrics["turned_away"] >= 23 + 16 + 9


def test_returning_within_the_step_needs_no_place(seed: int) -> None:
    """Who is served and comes back in the same step is outside the check (6.5)."""
    returns = CountReturns(chance=1.0, visits=1.0, after=1e-9, spend=10.0, cv=0.0)
    segment = replace(AT_ONCE.segments[0], returns=returns)
    case = replace(AT_ONCE, segments=(segment,), visits_per_week=0.0, demand=10.0)
    assert follow(case, Random(seed)).metrics["returning_revenue"] == 100.0


def test_lost_visits_of_returning_customers(seed: int) -> None:
    """Places for half of the demand: each regular visit is served or lost, never put off (6.6).

    Vouchers come first and are all served in the step from day 7 to 14. What falls in it needs no
    place; later visits share 200 places a week with Poisson(400) others, so half of them are lost.
    """
    returns = CountReturns(chance=1.0, visits=4.0, after=30.0, spend=1.0, cv=0.0)
    segment = replace(AT_ONCE.segments[0], returns=returns)
    case = replace(
        AT_ONCE,
        segments=(segment,),
        demand=7.0,
        visits_per_week=400.0,
        capacity_per_week=200.0,
        horizon_days=28.0,
        serve_first="vouchers",
    )
    runs = follow_many(case, 250, seed)
    assert {run.metrics["turned_away"] for run in runs} == {0}
    at_once, later = 1.0 - exp(-3.5 / 30.0), exp(-3.5 / 30.0) - exp(-17.5 / 30.0)
    served = at_once + later * 200.0 / (400.0 + 7.0)
    variance = 7.0 * (served * (1.0 - served) + 3.0 * served)
    sample = [run.metrics["returning_revenue"] for run in runs]
    assert_mean(sample, 28.0 * served, sqrt(variance), notice=2.0)


def test_retries_in_a_short_step(seed: int) -> None:
    """A step of three days, the end of January: each waiting holder tries with chance 3/7 (6.3)."""
    case = replace(AT_ONCE, demand=100.0, capacity_per_week=0.0, horizon_days=31.0)
    runs = follow_many(case, 40, seed)
    retries = sum(int(run.metrics["turned_away"]) - 300 for run in runs)  # three full weeks before
    assert_proportion(retries, 100 * len(runs), 3.0 / 7.0, notice=0.07)

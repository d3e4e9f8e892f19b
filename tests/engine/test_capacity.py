"""Too few places, against what can be worked out by hand (docs/model.md, section 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import exp, factorial, sqrt

import numpy as np
import pytest

import dealsim
from dealsim.engine import build_clock
from tests.conftest import MakeScenario
from tests.engine.bridge import case_of
from tests.engine.library import PLAIN, run, sampled
from tests.reference import closed_form
from tests.statistical import assert_chi_square, assert_mean, assert_proportion

AT_ONCE: Mapping[str, object] = {
    "deal.demand": 6,
    "deal.sale_window": "7 days",
    "horizon": "14 days",
    "redemption.half_life": "0.01 days",
    "business.usual_ticket": 1,
    "business.variable_cost": 0,
    "business.visits_per_week": 8,
    "business.capacity_per_week": 10,
}
"""Six holders come in the one week after sale close, and about eight others, to ten places."""


@pytest.mark.parametrize("serve_first", ["first_come", "ordinary_trade", "vouchers"])
def test_who_is_turned_away_in_one_week(
    serve_first: str, scenario: MakeScenario, seed: int
) -> None:
    """The joint distribution of holders turned away and trade displaced (6.4-6.7)."""
    made = scenario(PLAIN, {**AT_ONCE, "business.serve_first": serve_first})
    metrics = dealsim.simulate(made, trials=10_000, seed=seed, workers=1).metrics
    away, displaced = (metrics[name].astype(int) for name in ("turned_away", "displaced_margin"))
    expected = closed_form.turned_away_in_one_step(case_of(made), 8.0, 10, 6)
    scale = sum(expected.values())
    assert abs(scale - 1.0) < 1e-9
    chances = {outcome: chance / scale for outcome, chance in expected.items()}
    assert_chi_square(Counter(zip(away.tolist(), displaced.tolist(), strict=True)), chances)
    # the margin of a visit is 1: both counts of one's own customers, in their difference (6.8)
    own, without = metrics["own_turned_away"], metrics["own_turned_away_without_deal"]
    assert (own - without == displaced).all()
    # 8 visits on average a week to 10 places, in two weeks
    beyond: dict[int, float] = {}
    for visits in range(80):
        over = max(0, visits - 10)
        beyond[over] = beyond.get(over, 0.0) + exp(-8.0) * 8.0**visits / factorial(visits)
    mean = sum(k * chance for k, chance in beyond.items())
    sd = sqrt(sum((k - mean) ** 2 * chance for k, chance in beyond.items()))
    assert_mean(without.tolist(), 2 * mean, sd * sqrt(2), notice=0.15)


def test_holders_take_the_places_they_would_have_taken(scenario: MakeScenario, seed: int) -> None:
    """With K = 6 certain, B' = max(0, B - 6): trade of eight leaves its places to them (6.2)."""
    overrides = {**AT_ONCE, "customers.all.would_have_come": 1}
    made = scenario(PLAIN, {**overrides, "business.serve_first": "vouchers"})
    metrics = dealsim.simulate(made, trials=5000, seed=seed, workers=1).metrics
    assert (metrics["displaced_margin"] == 0).all()
    assert (metrics["cannibalised_margin"] == 6).all()


@pytest.mark.parametrize("turned_away", ["honoured", "late"])
@pytest.mark.parametrize("after_expiry", ["paid_value", "nothing"])
def test_nobody_is_ever_served(
    turned_away: str, after_expiry: str, scenario: MakeScenario, seed: int
) -> None:
    """No places at all: holders wait for ever, unless the late rule lets them lapse."""
    overrides: dict[str, object] = {
        "deal.demand": 20,
        "deal.promo_expires": "60 days",
        "horizon": "700 days",
        "business.capacity_per_week": 0,
        "business.turned_away": turned_away,
        "deal.after_expiry": after_expiry,
        "customers.all.redeem": "50%",
        "customers.all.would_have_come": 1,
        "redemption.late": "{share: 100%, half_life: 20 days}",
    }
    made = scenario(PLAIN, {**AT_ONCE, **overrides})
    metrics = dealsim.simulate(made, trials=200, seed=seed, workers=1).metrics
    attempted = metrics["cannibalised_margin"]  # 1 for each first attempt, never twice
    lapsed = np.zeros_like(attempted)
    if after_expiry == "nothing":
        lapsed = np.full_like(attempted, 20) if turned_away == "late" else 20 - attempted
    assert (metrics["lapsed"] == lapsed).all()
    assert (metrics["still_held"] == 20 - lapsed).all()
    assert (metrics["redeemed_in_time"] + metrics["presented_late"] == 0).all()
    assert (metrics["turned_away"] > attempted).all()
    if after_expiry == "paid_value":
        assert (attempted == 20).all()
    if after_expiry == "paid_value" and turned_away == "honoured":
        # all wait, in time or late, and will be served; replacing no visit again (9.7, 9.8)
        assert (metrics["tail_reserve"] == 0).all()


def test_waiting_holders_are_reserved_for(scenario: MakeScenario, seed: int) -> None:
    """Those waiting are served for certain, are paid for, and replace no second visit (9.7)."""
    overrides: dict[str, object] = {
        "business.capacity_per_week": 0,
        "customers.all.would_have_come": 1,
        "business.variable_cost": "40%",
        "business.cost_per_visit": 1,
        "platform.payout": "{on_redemption: {lag: 3 days}}",
    }
    made = scenario(PLAIN, {**AT_ONCE, **overrides})
    metrics = dealsim.simulate(made, trials=50, seed=seed, workers=1).metrics
    assert metrics["tail_reserve"] == pytest.approx([6 * (0.4 * 20 + 1 - 5)] * 50)


@pytest.mark.parametrize("per_week", [0.5, 1, 3.7, 7, 10, 11.9])
def test_weeks_add_up_to_whole_places(per_week: float, scenario: MakeScenario, seed: int) -> None:
    """Crowds for every place: by day t floor(places t/7) are taken, whatever the steps (6.4)."""
    overrides: dict[str, object] = {
        "deal.demand": 5000,
        "horizon": "90 days",
        "deal.promo_expires": "30 days",
        "business.capacity_per_week": per_week,
        "business.visits_per_week": 0,
        "deal.sale_window": "1 day",
    }
    made = scenario(PLAIN, {**AT_ONCE, **overrides})
    clock = build_clock((made,))
    paths, _ = run(made, sampled(made, seed))
    served = paths.counts["redeemed_in_time"][0]
    first = int(per_week * 1 // 7)  # places of day 0, when nobody holds a voucher yet
    for cut, day in enumerate(clock.record_days[1:], start=1):
        places = int(per_week * day // 7) - first
        assert (served[cut] == places).all(), f"day {day}"


def test_the_queue_is_served_in_turn(scenario: MakeScenario, seed: int) -> None:
    """Seven places a week and nobody else: thirty wait their turn, and all are served (6.3)."""
    overrides: dict[str, object] = {
        "deal.demand": 30,
        "business.capacity_per_week": 7,
        "business.visits_per_week": 0,
        "horizon": "140 days",
    }
    made = scenario(PLAIN, {**AT_ONCE, **overrides})
    metrics = dealsim.simulate(made, trials=500, seed=seed, workers=1).metrics
    assert (metrics["redeemed_in_time"] == 30).all()
    # thirty come in the first week and seven are served; the rest retry every full week
    assert (metrics["turned_away"] >= 23 + 16 + 9).all()


def test_retries_in_a_short_step(scenario: MakeScenario, seed: int) -> None:
    """A step of three days, the end of January: each waiting holder tries with chance 3/7 (6.3)."""
    overrides: dict[str, object] = {"deal.demand": 100, "business.capacity_per_week": 0}
    made = scenario(PLAIN, {**AT_ONCE, **overrides, "horizon": "31 days"})
    away = dealsim.simulate(made, trials=1000, seed=seed, workers=1).metrics["turned_away"]
    retries = int((away - 300).sum())  # three full weeks before
    assert_proportion(retries, 100 * 1000, 3.0 / 7.0, notice=0.02)


def test_lost_visits_of_returning_customers(scenario: MakeScenario, seed: int) -> None:
    """Places for half of the demand: each regular visit is served or lost, never put off (6.6).

    Vouchers come first... in that they outnumber nobody: all seven find a place among 200 in the
    step from day 7 to 14, where what falls in it needs none. Later visits share 200 places a week
    with Poisson(400) others, so half of them are lost.
    """
    overrides: dict[str, object] = {
        "deal.demand": 7,
        "business.visits_per_week": 400,
        "business.capacity_per_week": 200,
        "horizon": "28 days",
        "business.serve_first": "vouchers",
        "customers.all.returns": "{chance: 100%, visits: 4, after: 30 days, spend: 1, cv: 0}",
    }
    made = scenario(PLAIN, {**AT_ONCE, **overrides})
    metrics = dealsim.simulate(made, trials=5000, seed=seed, workers=1).metrics
    at_once, later = 1.0 - exp(-3.5 / 30.0), exp(-3.5 / 30.0) - exp(-17.5 / 30.0)
    served = at_once + later * 200.0 / (400.0 + 7.0)
    variance = 7.0 * (served * (1.0 - served) + 3.0 * served)
    sample = metrics["returning_revenue"].tolist()
    # the share of those served varies a little with those who come: 1 in 400 of the mean at most
    assert_mean(sample, 28.0 * served, sqrt(variance), notice=0.5)

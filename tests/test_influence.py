"""What the doubt about the profit comes from: shares known in closed form, and noise not named."""

from __future__ import annotations

import math

import numpy as np
import pytest

import dealsim
from dealsim.engine import Array
from dealsim.results.influence import (
    FALSE_ALARM,
    GROUPS,
    IN_A_GROUP,
    LOOKED_AT,
    MATTERS,
    NAMED,
    by_accident,
    idle_inputs,
    influences,
    inputs_by_origin,
    rank_correlation,
)
from tests.conftest import MakeScenario
from tests.engine.library import PLAIN
from tests.scenario_texts import SHORT
from tests.statistical import assert_mean, assert_proportion


def drawn_at(seed: int, trials: int, names: str = "abcdefghij") -> dict[str, Array]:
    """Independent inputs, even on [0, 1]."""
    rng = np.random.default_rng(seed)
    return {name: rng.random(trials) for name in names}


# --- noise ---------------------------------------------------------------------------------


@pytest.mark.parametrize("trials", [60, 300])
def test_noise_is_named_no_more_often_than_stated(trials: int, seed: int) -> None:
    """Ten inputs that have nothing to do with a profit with long tails, 1,000 times over.

    At a rate of 1 % at most, more than 32 times has a chance below 1 in a million.
    """
    rng = np.random.default_rng(seed)
    named = 0
    for _ in range(1_000):
        profit = rng.standard_t(3, trials) * rng.lognormal(0.0, 1.0, trials)
        drawn = {f"input {k}": rng.random(trials) for k in range(10)}
        named += bool(influences(drawn, profit))
    assert FALSE_ALARM == 0.01
    assert named <= 32


def test_the_chance_of_an_accident_is_one(seed: int) -> None:
    """Below 5 % in one of 20 cases, of 4,000 (Kruskal and Wallis: chi-square in the limit, on
    the safe side with few in a group, so the share is compared within 1 %)."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(12), IN_A_GROUP)
    found = [by_accident(rng.lognormal(size=len(groups)), groups) for _ in range(4_000)]
    assert_proportion(sum(p < 0.05 for p in found), len(found), 0.048, notice=0.035)


def test_too_few_trials_name_nothing() -> None:
    drawn = drawn_at(1, 2 * IN_A_GROUP - 1)
    assert influences(drawn, drawn["a"]) == ()
    drawn = drawn_at(1, 2 * IN_A_GROUP)
    assert [one.path for one in influences(drawn, drawn["a"])] == ["a"]


def test_what_does_not_vary_names_nothing() -> None:
    drawn = drawn_at(1, 1000)
    assert influences(drawn, np.zeros(1000)) == ()
    assert influences({"a": np.ones(1000)}, drawn["a"]) == ()
    assert influences({}, drawn["a"]) == ()


# --- what matters --------------------------------------------------------------------------


def test_shares_of_a_sum(seed: int) -> None:
    """3 a + 2 b + c + d / 5: variances 9, 4, 1 and 0.04 in 14.04ths, d below what is named.

    Groups of 500 lose 1/400 of an even input; a share has an error of about 1 %.
    """
    drawn = drawn_at(seed, 10_000)
    profit = 3 * drawn["a"] + 2 * drawn["b"] - drawn["c"] + drawn["d"] / 5
    found = influences(drawn, profit)
    assert [one.path for one in found] == ["a", "b", "c"]
    for one, variance in zip(found, (9, 4, 1), strict=True):
        assert one.share == pytest.approx(variance / 14.04, abs=0.04)
    assert found[0].rank_correlation > 0 > found[2].rank_correlation
    assert MATTERS > 0.04 / 14.04


def test_a_bend_is_seen(seed: int) -> None:
    """(a - 1/2)^2 has no rank correlation with a, which explains all of it."""
    drawn = drawn_at(seed, 5_000)
    (found,) = influences(drawn, (drawn["a"] - 0.5) ** 2)
    assert found.path == "a" and found.share > 0.95
    assert abs(found.rank_correlation) < 0.1


def test_a_shadow_is_not_named(seed: int) -> None:
    """b follows a and does nothing itself: once a is known, b says nothing more."""
    drawn = drawn_at(seed, 10_000, "acd")
    drawn["b"] = drawn["a"] + 0.3 * drawn.pop("c")
    profit = drawn["a"] + 0.3 * drawn["d"]
    assert [one.path for one in influences(drawn, profit)] == ["a", "d"]


def test_two_values_are_two_groups(seed: int) -> None:
    rng = np.random.default_rng(seed)
    drawn = drawn_at(seed, 1_000, "bcd") | {"a": np.where(rng.random(1_000) < 0.3, 200.0, 900.0)}
    (found,) = influences(drawn, drawn["a"] + rng.normal(size=1_000))
    assert found.path == "a" and found.share > 0.99


def test_the_first_trials_only() -> None:
    drawn = drawn_at(1, LOOKED_AT + GROUPS)
    profit = drawn["a"].copy()
    profit[LOOKED_AT:] = 1e9
    assert [one.path for one in influences(drawn, profit)] == ["a"]


def test_a_known_input_leads_whatever_the_seed(scenario: MakeScenario, seed: int) -> None:
    """Of a deal whose cost is in doubt, and its refunds a little: the cost, with any seed."""
    doubt = {"business.variable_cost": "20% to 70%", "deal.refunds": "1% to 3%"}
    made = scenario(PLAIN, {**doubt, "discount_rate": "5% to 15%"})
    for own in range(5):
        summary = dealsim.simulate(made, trials=300, seed=seed + own, workers=1).summary()
        (found,) = summary["inputs"]["influential"]
        assert found["path"] == "business.variable_cost"
        assert found["variance_share"] > 0.5


# --- what cannot matter --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "values"),
    [("discount_rate", ("1%", "40%")), ("business.visits_per_week", ("5", "50"))],
)
def test_idle_inputs_move_no_profit(
    path: str, values: tuple[str, str], scenario: MakeScenario, seed: int
) -> None:
    """Left out by construction, rightly: with quite another value every profit is the same."""
    profits = []
    for value in values:
        made = scenario(PLAIN, {"customers.all.would_have_come": "30%", path: value})
        assert path in idle_inputs(made)
        result = dealsim.simulate(made, trials=200, seed=seed, workers=1)
        profits.append(result.metrics["incremental_profit"])
    assert np.array_equal(profits[0], profits[1])


def test_trade_is_not_idle_where_places_are_few(scenario: MakeScenario) -> None:
    places = {"business.visits_per_week": 50, "business.capacity_per_week": 60}
    assert "business.visits_per_week" not in idle_inputs(scenario(PLAIN, places))


def test_whose_the_inputs_are(scenario: MakeScenario) -> None:
    """Six are stated in SHORT. Two defaults matter less than the demand, one not at all."""
    made = scenario(SHORT)
    defaults = [path for path in made.numbers() if made.provenance[path].is_default]
    first, second, idle = [path for path in defaults if path.startswith("customers.")][:3]
    drawn = dict(
        zip(("deal.demand", first, second, idle), drawn_at(3, 2_000).values(), strict=False)
    )
    profit = 3 * drawn["deal.demand"] + 2 * drawn[first] + drawn[second]
    found = inputs_by_origin(made, drawn, influences(drawn, profit))
    assert (found["total"], found["defaults"]) == (len(made.numbers()), len(defaults))
    assert len(defaults) == len(made.numbers()) - 6
    assert [one["path"] for one in found["influential"]] == ["deal.demand", first, second]
    assert [one["default"] for one in found["influential"]] == [False, True, True]
    assert found["most_influential"]["label"] == "how great the demand is"
    assert found["most_influential"]["range"] == "200 to 500 vouchers"
    assert found["most_influential_default"]["path"] == first
    nothing = inputs_by_origin(made, drawn, ())
    assert nothing["influential"] == []
    assert nothing["most_influential"] is nothing["most_influential_default"] is None


def test_no_more_than_three_are_named(scenario: MakeScenario) -> None:
    made = scenario(SHORT)
    named = list(made.numbers())[:10]
    drawn = dict(zip(named, drawn_at(3, 2_000).values(), strict=True))
    profit = sum(list(drawn.values())[:6], np.zeros(2_000))
    found = influences(drawn, profit)
    assert len(found) == 6
    assert len(inputs_by_origin(made, drawn, found)["influential"]) == NAMED == 3


# --- rank correlation ----------------------------------------------------------------------


def test_rank_correlation_by_hand() -> None:
    """Ties share the mean of their places: 1, 2.5, 2.5, 4 against 1, 2, 3, 4 is 4.5 / sqrt(22.5).

    Deviations -1.5, 0, 0, 1.5 and -1.5, -0.5, 0.5, 1.5: products 4.5, squares 4.5 and 5.
    """
    tied, plain = np.array([7.0, 8.0, 8.0, 90.0]), np.array([-1.0, 0.0, 10.0, 11.0])
    assert rank_correlation(tied, plain) == pytest.approx(4.5 / math.sqrt(22.5))
    assert rank_correlation(plain, -tied) == pytest.approx(-4.5 / math.sqrt(22.5))
    assert rank_correlation(plain, np.exp(plain)) == pytest.approx(1.0)
    assert rank_correlation(tied, tied) == pytest.approx(1.0)


def test_what_does_not_vary_has_no_rank() -> None:
    varied = np.array([1.0, 2.0, 3.0])
    assert rank_correlation(np.full(3, 5.0), varied) == 0.0
    assert rank_correlation(varied, np.full(3, 5.0)) == 0.0
    assert rank_correlation(varied[:1], varied[:1]) == 0.0


def test_ranks_of_the_first_trials_only() -> None:
    """What comes after them, turned round, changes nothing."""
    rising = np.arange(LOOKED_AT, dtype=float)
    turned = np.concatenate([rising, np.full(1000, -1.0)])
    assert rank_correlation(turned, np.arange(LOOKED_AT + 1000.0)) == pytest.approx(1.0)


def test_a_share_is_free_of_what_noise_explains(seed: int) -> None:
    """An input of eight values explains just half; split at random, eight groups of 25 differ by
    another 7 / 199 of the noise, which would make it 52 %."""
    rng, x = np.random.default_rng(seed), np.repeat(np.arange(8.0), 25)
    scale = 1.0 / x.std()
    shares = [influences({"x": x}, x * scale + rng.normal(0, 1, 200))[0].share for _ in range(900)]
    assert_mean(shares, 0.5, sd=0.06, notice=0.017)

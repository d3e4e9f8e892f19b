"""Break-evens: published ones and those known in closed form; none, many, and errors."""

from __future__ import annotations

import math

import pytest

import dealsim
from dealsim import UsageError
from dealsim.decisions import breakeven, parse_target
from dealsim.scenario import Scenario
from tests.conftest import MakeScenario

VOUCHER = """
dealsim: 1
name: one kind of customer, nothing uncertain
currency: USD
kind: none
starts: 2025-01-01
horizon: 12 months
deal: {price: 10, face_value: 20, demand: 100, promo_expires: 6 months, after_expiry: nothing}
platform: {commission: 50%}
business: {usual_ticket: 20, variable_cost: 75%}
customers:
  all:
    share: 100%
    redeem: 100%
    returns: {chance: 100%, visits: 1, after: 0 days, spend: 20, cv: 0}
"""

DOUBTFUL = {
    "deal.demand": "60 to 140",
    "customers.all.redeem": "60% to 95%",
    "customers.all.returns.chance": "20% to 60%",
}


@pytest.mark.parametrize(("cost", "spend"), [(0.75, 40.0), (0.50, 10.0), (0.65, 8 / 0.35)])
def test_stivings_full_price_sales(cost: float, spend: float, scenario: MakeScenario) -> None:
    """What each customer must spend at full price for a $20 voucher of which $5 is left: 2.0, 0.5
    and 1.143 times its value (markstiving.com 2012-05-26)."""
    made = scenario(VOUCHER, {"business.variable_cost": cost})
    found = breakeven(made, "customers.all.returns.spend", trials=10)
    assert found.status == "found"
    # a line's total is whole cents: it crosses nil within half a cent of 100 customers
    assert found.solutions[0].value == pytest.approx(spend, abs=0.005 / 100 / (1 - cost) + 1e-9)
    assert found.solutions[0].holds == "from"


def test_minethatdatas_share_that_returns(scenario: MakeScenario) -> None:
    """-3 on the deal and 13 more of who returns: 3/13 must (blog.minethatdata.com 2010-10)."""
    changes = {
        "deal.demand": 100_000,
        "business.variable_cost": 0.4,
        "customers.all.returns": {"chance": 0.5, "worth": 13, "after": "0 days"},
    }
    found = breakeven(scenario(VOUCHER, changes), "customers.all.returns.chance", trials=400)
    (solution,) = found.solutions
    assert solution.se is not None
    # five standard errors of the share of 400 x 100,000 customers who return
    assert solution.value == pytest.approx(3 / 13, abs=5 * solution.se)
    assert solution.se < 5 * math.sqrt(3 / 13 * 10 / 13 / 4e7)


def test_commission_in_closed_form(scenario: MakeScenario, seed: int) -> None:
    """Per voucher sold: 10 (1 - c) and, of those redeemed, a cost of 15 and a return worth 5."""
    made = scenario(VOUCHER, {"customers.all.redeem": 0.7, "customers.all.returns.chance": 0.5})
    found = breakeven(made, "platform.commission", trials=2_000, seed=seed)
    (solution,) = found.solutions
    assert solution.se is not None and solution.holds == "up to"
    exact = 1 - 0.7 * (15 - 0.5 * 5) / 10
    assert solution.value == pytest.approx(exact, abs=5 * solution.se)
    assert solution.se < 0.002


def test_a_cap_is_a_whole_number(scenario: MakeScenario) -> None:
    """Each voucher loses 5, each of the first 40 would be made up for by a fee of -200."""
    made = scenario(VOUCHER, {"deal.demand": 400, "customers.all.returns.chance": 0})
    found = breakeven(made, "deal.cap", target="incremental_profit >= -1005", trials=10)
    (solution,) = found.solutions
    assert (solution.value, solution.holds) == (100, "up to")


def test_none_says_how_near_it_comes(scenario: MakeScenario) -> None:
    made = scenario(VOUCHER, {"customers.all.returns.chance": 0})
    found = breakeven(made, "deal.demand", target="incremental_profit >= 1", trials=10)
    assert found.status == "none" and not found.always
    assert found.nearest == (found.searched[0], -10 * found.searched[0])


def test_always_is_told_from_never(scenario: MakeScenario) -> None:
    found = breakeven(scenario(VOUCHER), "deal.demand", target="incremental_profit <= 1", trials=10)
    assert found.status == "none" and found.always


def test_luck_alone_is_searched_by_simulation(scenario: MakeScenario, seed: int) -> None:
    """All four come with chance r^4: even odds at 0.5^(1/4)."""
    made = scenario(VOUCHER, {"deal.demand": 4})
    target = "P(redeemed_in_time > 3) <= 50%"
    found = breakeven(made, "customers.all.redeem", target=target, trials=4_000, seed=seed)
    (solution,) = found.solutions
    assert solution.se is not None and solution.holds == "up to"
    assert solution.value == pytest.approx(0.5**0.25, abs=5 * solution.se)


def test_many_are_all_told(scenario: MakeScenario) -> None:
    """Each voucher earns 2, a fee costs 100, and a crowd takes the places of one's own customers
    (hardly ever of 50 vouchers): it pays from 50 on, and no more where they are many."""
    crowded = {
        "platform.fixed_fee": 100,
        "business.variable_cost": 0.15,
        "customers.all.returns.chance": 0,
        "business.visits_per_week": 90,
        "business.capacity_per_week": 180,
    }
    found = breakeven(scenario(VOUCHER, crowded), "deal.demand", search=(1, 9000), trials=200)
    assert found.status == "many"
    first, last = found.solutions
    assert 50 <= first.value <= 51
    assert (first.holds, last.holds) == ("from", "up to")
    assert 1_000 < last.value < 2_000


def test_a_chance_of_loss_is_where_it_is_stated(scenario: MakeScenario, seed: int) -> None:
    """At the value found the simulated chance of a loss is the target's, within both errors."""
    made = scenario(VOUCHER, DOUBTFUL | {"business.variable_cost": "40% to 60%"})
    found = breakeven(made, "platform.commission", target="P(loss) <= 30%", seed=seed, trials=4_000)
    (solution,) = found.solutions
    there = made.with_({"platform.commission": solution.value})
    risk = dealsim.simulate(there, trials=4_000, seed=seed + 1).summary()["risk"]
    error = math.hypot(risk["probability_of_loss_se"], risk["probability_of_loss_se"])
    assert risk["probability_of_loss"] == pytest.approx(0.30, abs=5 * error)


@pytest.fixture
def made(scenario: MakeScenario) -> Scenario:
    return scenario(VOUCHER, DOUBTFUL)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("deal.prise", "did you mean deal.price"),
        ("deal.after_expiry", "is no number"),
        ("customers.none.share", "no such customers, but all"),
        ("name", "is no number"),
    ],
)
def test_a_path_that_is_no_number(path: str, words: str, made: Scenario) -> None:
    with pytest.raises(UsageError, match=words):
        breakeven(made, path, trials=10)


@pytest.mark.parametrize("search", [(0.5, 0.5), (0.6, 0.2), (0.0, math.inf), (math.nan, 1.0)])
def test_an_empty_range(search: tuple[float, float], made: Scenario) -> None:
    with pytest.raises(UsageError, match="a range goes from a lower to a higher number"):
        breakeven(made, "platform.commission", search=search, trials=10)


def test_a_range_without_a_valid_scenario(made: Scenario) -> None:
    with pytest.raises(UsageError, match=r"no values of deal\.price in that range"):
        breakeven(made, "deal.price", search=(-9.0, -1.0), trials=10)


@pytest.mark.parametrize("text", ["profit", "P(loss)", "P(loss) <= x", "npv >> 3", ""])
def test_a_target_that_cannot_be_read(text: str) -> None:
    with pytest.raises(UsageError):
        parse_target(text)


def test_a_metric_alone_is_wanted_to_be_nil_or_more() -> None:
    assert parse_target("npv").written == "npv >= 0"


def test_a_metric_that_some_futures_have_not(scenario: MakeScenario) -> None:
    """Days until the money is back: some futures never get it back, which warns of nothing."""
    made = scenario(VOUCHER, {**DOUBTFUL, "customers.all.returns.spend": 60})
    found = breakeven(made, "platform.commission", target="payback_days <= 60", trials=500)
    assert found.status in ("found", "many", "none")

"""Sign, do not sign, or sign only if: the rule at its borders, and conditions that hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import dealsim
from dealsim.engine import Array
from dealsim.results import Result
from dealsim.results.advice import ACCEPTABLE, BARGAINED, ENOUGH, WITHIN_REACH, advice
from dealsim.results.influence import influences
from tests.conftest import MakeResult, MakeScenario
from tests.engine.library import PLAIN

COST = "business.variable_cost"


def of(lost: int, kept: int, loss: float = 10.0, gain: float = 10.0) -> list[float]:
    """Profits of which so many are losses, and so many gains."""
    return [-loss] * lost + [gain] * kept


def refunded(futures: MakeResult, profits: Sequence[float] | Array) -> Result:
    """Futures with these profits, in which no commission is taken."""
    back = [1.0] * len(profits)
    return futures(incremental_profit=profits, vouchers_refunded=back)


def advised(result: Result) -> dict[str, Any]:
    profit = result.metrics["incremental_profit"]
    return advice(result, influences(result.inputs, profit))


@pytest.mark.parametrize(
    ("profits", "decision", "text"),
    [
        (of(20, 80), "sign", "Sign."),
        (of(0, 100), "sign", "Sign."),
        # a loss in a fifth of the futures is still sound, but not in more; its worst twentieth
        (of(21, 79), "sign_only_if", "in one future of twenty it costs you $10 or more."),
        (
            of(40, 60, 7.0, 30.0),
            "sign_only_if",
            "Sign only if you can bear to lose by it: it earns",
        ),
        # earns, but no more often than not; on average nothing; a seldom but great loss
        (of(51, 49, 1.0, 99.0), "do_not_sign", "Do not sign this as it is."),
        (of(50, 50), "do_not_sign", "Do not sign this as it is."),
        (of(5, 95, 1000.0), "do_not_sign", "Do not sign this as it is."),
        (of(100, 0), "do_not_sign", "Do not sign this as it is."),
        (of(0, 100, gain=0.0), "do_not_sign", "Do not sign this as it is."),
        (of(0, ENOUGH - 1), None, "No advice on fewer than 100 simulated futures (--trials)."),
    ],
)
def test_the_rule(
    profits: Sequence[float], decision: str | None, text: str, futures: MakeResult
) -> None:
    assert (ACCEPTABLE, ENOUGH) == (0.2, 100)
    found = advised(refunded(futures, profits))
    assert found["decision"] == decision
    assert text in found["text"]
    assert found["conditions"] == []


def test_a_gain_within_the_error_of_simulation_is_none(futures: MakeResult) -> None:
    """A mean of 2 with a standard error of 98 / 10: nothing says that it earns."""
    found = advised(refunded(futures, of(49, 51, 100.0)))
    assert found["decision"] == "do_not_sign"


def test_nothing_sold_is_nothing_to_sign(futures: MakeResult) -> None:
    found = advised(futures(incremental_profit=[0.0] * 200, vouchers_sold=[0.0] * 200))
    assert (found["decision"], found["conditions"]) == (None, [])
    assert found["text"].startswith("There is nothing to sign")


# --- the commission ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profit", "commission"),
    [
        # ten vouchers of 10: a point is worth 1, and to earn nothing is not enough
        (-9.5, 0.40),
        (-10.0, 0.39),
        (-24.5, 0.25),
        (-25.0, None),
        (-60.0, None),
    ],
)
def test_the_commission_that_would_do(
    profit: float, commission: float | None, futures: MakeResult
) -> None:
    found = advised(futures(incremental_profit=[profit] * 200, vouchers_sold=[10.0] * 200))
    assert BARGAINED == 0.5
    if commission is None:
        assert found["decision"] == "do_not_sign"
        return
    (condition,) = found["conditions"]
    assert (condition["path"], condition["relation"]) == ("platform.commission", "<=")
    assert condition["value"] == pytest.approx(commission)
    written = f"Sign only if the site takes {100 * commission:.0f} % or less (now 50 %)."
    assert (found["decision"], found["text"]) == ("sign_only_if", written)


ON_REDEMPTION = {
    "platform.payout": "{on_redemption: {lag: 14 days, late: paid}}",
    "horizon": "600 days",
}
TWICE = {"campaigns": "[{}, {starts: 2025-09-01}]", "platform.card_fee": "2%"}


@pytest.mark.parametrize("terms", [{"deal.after_expiry": "paid_value"}, ON_REDEMPTION, TWICE])
def test_it_does_in_the_engine(terms: dict[str, str], scenario: MakeScenario, seed: int) -> None:
    """The same futures, simulated at that commission: sound, and a point more is not; of one deal
    and of a series on the same terms."""
    doubt = {COST: "25% to 35%", "customers.all.would_have_come": "1% to 5%"}
    over = {**doubt, **terms}
    offer = scenario(PLAIN, {"business.usual_ticket": 26, **over})
    result = dealsim.simulate(offer, trials=2_000, seed=seed, workers=1)
    found = [one for one in advised(result)["conditions"] if one["path"] == "platform.commission"]
    assert found, "the deal is one that a lower commission makes sound"
    value = found[0]["value"]
    for commission, sound in ((value, True), (value + 0.01, False)):
        counter = offer.with_({"platform.commission": commission})
        again = dealsim.simulate(counter, trials=2_000, seed=seed, workers=1)
        profit = again.metrics["incremental_profit"]
        assert (profit.mean() > 0 and np.mean(profit < 0) <= ACCEPTABLE) == sound


def test_several_deals_on_several_terms_have_no_commission(scenario: MakeScenario) -> None:
    """What the site passed on tells what was paid only where it keeps the same of each."""
    doubt = {COST: "25% to 35%", "customers.all.would_have_come": "1% to 5%"}
    other = {"campaigns": "[{}, {starts: 2025-09-01, platform: {commission: 45%}}]"}
    for terms, asked in ((TWICE, True), (TWICE | other, False)):
        offer = scenario(PLAIN, {"business.usual_ticket": 26, **doubt, **terms})
        found = advised(dealsim.simulate(offer, trials=500, workers=1))["conditions"]
        assert ("platform.commission" in {one["path"] for one in found}) == asked


# --- inputs --------------------------------------------------------------------------------


def with_inputs(result: Result, **inputs: np.ndarray[Any, Any]) -> Result:
    return replace(result, inputs={name.replace("__", "."): v for name, v in inputs.items()})


def test_the_limit_of_an_input(futures: MakeResult) -> None:
    """Loses above a cost of 40.1 %, which is evenly 20 to 60 %. A value is judged by the tenth of
    the futures about it, 2 % to either side: a fifth of those lose at 38.9 %. Of the values tried,
    1 % apart, that is 38 % (37.995 %, the middle one), rounded down."""
    cost = np.linspace(0.2, 0.6, 4_001)
    made = with_inputs(refunded(futures, 0.401 - cost), business__variable_cost=cost)
    found = advised(made)
    (condition,) = found["conditions"]
    assert (condition["path"], condition["relation"]) == (COST, "<=")
    assert condition["value"] == pytest.approx(0.37)
    assert found["text"] == (
        "Sign only if you first find out what one more visit costs you, and it is 37 % of the "
        "bill or less."
    )


def test_a_limit_from_below(futures: MakeResult) -> None:
    """The mirror image, and of customers: what an owner can only expect."""
    share = np.linspace(0.2, 0.6, 4_001)
    profit = share - 0.399
    made = with_inputs(refunded(futures, profit), customers__newcomers__share=share)
    found = advised(made)
    (condition,) = found["conditions"]
    assert (condition["relation"], condition["value"]) == (">=", pytest.approx(0.43))
    assert found["text"] == (
        "Sign only if you have reason to expect this: how many of the buyers are newcomers, 43 % "
        "or more."
    )


def test_at_the_limit_itself_the_deal_is_sound(futures: MakeResult) -> None:
    """A cost of c loses with chance (c - 0.3) / 0.2, a fifth at 34 %: whoever finds out that it is
    34 % may sign. Of all futures with a cost up to 39 % no more than a fifth lose either, but at
    39 % nearly half do."""
    rng = np.random.default_rng(2)
    cost = np.linspace(0.2, 0.6, 20_001)
    profit = 0.4 - cost + rng.uniform(-0.1, 0.1, cost.size)
    made = with_inputs(refunded(futures, profit), business__variable_cost=cost)
    (condition,) = advised(made)["conditions"]
    assert np.mean(profit[cost <= 0.39] < 0) <= ACCEPTABLE
    assert 0.32 <= condition["value"] <= 0.34


def test_a_hope_about_the_demand_is_not_found_out(futures: MakeResult) -> None:
    """Nobody knows beforehand how many will want it, though it stands under `deal`."""
    demand = np.linspace(100.0, 500.0, 4_001)
    made = with_inputs(refunded(futures, demand - 299.0), deal__demand=demand)
    text = advised(made)["text"]
    assert text.startswith("Sign only if you have reason to expect this: how great the demand is,")


def test_what_can_be_found_out_comes_first(futures: MakeResult) -> None:
    """The customers explain more, but the cost would do as well, and can be known beforehand."""
    rng = np.random.default_rng(1)
    share, cost = rng.random(4_000), rng.random(4_000)
    profit = 1.2 * share - cost + 0.05
    made = with_inputs(
        refunded(futures, profit),
        customers__newcomers__share=share,
        business__variable_cost=cost,
    )
    (condition,) = advised(made)["conditions"]
    assert condition["path"] == COST
    within = made.inputs[COST] <= condition["value"]
    assert profit[within].mean() > 0 and np.mean(profit[within] < 0) <= ACCEPTABLE


def test_a_condition_that_hardly_ever_holds_is_none(futures: MakeResult) -> None:
    """Below a cost of 30 % of 20 to 100 % it earns: in an eighth of the futures."""
    cost = np.linspace(0.2, 1.0, 4_001)
    made = with_inputs(refunded(futures, 0.3 - cost), business__variable_cost=cost)
    assert WITHIN_REACH == 0.2
    assert advised(made)["decision"] == "do_not_sign"

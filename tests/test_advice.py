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


@pytest.mark.parametrize("payout", [None, "{on_redemption: {lag: 14 days, late: paid}}"])
def test_it_does_in_the_engine(payout: str | None, scenario: MakeScenario, seed: int) -> None:
    """The same futures, simulated at that commission: sound, and a point more is not."""
    doubt = {COST: "25% to 35%", "customers.all.would_have_come": "1% to 5%"}
    terms = {"platform.payout": payout} if payout else {}
    paid = "horizon" if payout else "deal.after_expiry"
    over = {**doubt, **terms, paid: "600 days" if payout else "paid_value"}
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


# --- inputs --------------------------------------------------------------------------------


def with_inputs(result: Result, **inputs: np.ndarray[Any, Any]) -> Result:
    return replace(result, inputs={name.replace("__", "."): v for name, v in inputs.items()})


def test_the_limit_of_an_input(futures: MakeResult) -> None:
    """Loses above a cost of 40 %, which is evenly 20 to 60 %. Up to T, (T - 40) / (T - 20) of the
    futures lose: a fifth at 45 %. Of the limits tried, 2 % apart, 44 % is the widest."""
    cost = np.linspace(0.2, 0.6, 4_001)
    made = with_inputs(refunded(futures, 0.401 - cost), business__variable_cost=cost)
    found = advised(made)
    (condition,) = found["conditions"]
    assert (condition["path"], condition["relation"]) == (COST, "<=")
    assert condition["value"] == pytest.approx(0.44)
    assert found["text"] == (
        "Sign only if you are sure of this: what one more visit costs you, 44 % of the bill or "
        "less."
    )


def test_a_limit_from_below(futures: MakeResult) -> None:
    """The mirror image, and of customers: what an owner can only expect."""
    share = np.linspace(0.2, 0.6, 4_001)
    profit = share - 0.399
    made = with_inputs(refunded(futures, profit), customers__newcomers__share=share)
    found = advised(made)
    (condition,) = found["conditions"]
    assert (condition["relation"], condition["value"]) == (">=", pytest.approx(0.36))
    assert found["text"] == (
        "Sign only if you have reason to expect this: how many of the buyers are newcomers, 36 % "
        "or more."
    )


def test_what_can_be_found_out_comes_first(futures: MakeResult) -> None:
    """The customers explain more, but the cost would do as well, and can be known beforehand."""
    rng = np.random.default_rng(1)
    share, cost = rng.random(4_000), rng.random(4_000)
    profit = 1.2 * share - cost - 0.05
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
    """Below a cost of 30 % of 20 to 100 % it earns: an eighth of the futures, or with a fifth of
    losses among them less than a fifth."""
    cost = np.linspace(0.2, 1.0, 4_001)
    made = with_inputs(refunded(futures, 0.3 - cost), business__variable_cost=cost)
    assert WITHIN_REACH == 0.2
    assert advised(made)["decision"] == "do_not_sign"

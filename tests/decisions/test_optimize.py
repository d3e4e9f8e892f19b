"""Optimising against optima known in closed form, and what is refused."""

from __future__ import annotations

import math

import pytest

from dealsim import UsageError
from dealsim.decisions import Range, optimize
from tests.conftest import MakeScenario
from tests.decisions.test_breakeven import DOUBTFUL, VOUCHER

CROWDED = {
    "platform.fixed_fee": 100,
    "business.variable_cost": 0.15,
    "customers.all.returns.chance": 0,
    "business.visits_per_week": 90,
    "business.capacity_per_week": 180,
    "deal.demand": 6_000,
}
"""Each voucher earns 2 until the crowd takes the places of one's own customers."""


def test_the_best_is_inside_where_a_crowd_costs(scenario: MakeScenario) -> None:
    """Between too few to pay the fee and so many that they displace; better than its neighbours."""
    found = optimize(scenario(VOUCHER, CROWDED), [Range("deal.cap", 50, 6_000, 50)], trials=400)
    assert found.best is not None and not found.at_ends
    assert 500 < found.best.values["deal.cap"] < 2_500
    assert found.best.mean > 2 * 400 - 100


def test_a_corner_is_called_one(scenario: MakeScenario) -> None:
    """Less commission is always better: the least allowed, said to be an end."""
    made = scenario(VOUCHER, DOUBTFUL)
    found = optimize(made, [Range("platform.commission", 0.30, 0.50)], trials=200)
    assert found.best is not None
    assert found.best.values["platform.commission"] == pytest.approx(0.30)
    assert found.at_ends == ("platform.commission",)


def test_a_limit_binds_where_it_must(scenario: MakeScenario, seed: int) -> None:
    """Half a price of 19 at most does not pay for 15: as dear and as few as may be, within a limit
    on how many are sold."""
    made = scenario(VOUCHER, {"deal.demand": 1_000, "customers.all.returns.chance": 0})
    found = optimize(
        made,
        [Range("deal.price", 14, 19, 1), Range("deal.cap", 100, 1_000, 100)],
        limit="vouchers_sold <= 500",
        trials=200,
        seed=seed,
    )
    assert found.best is not None
    # a voucher keeps half its price and costs 15: none pays below 20, so as few as may be
    assert dict(found.best.values) == {"deal.price": 19, "deal.cap": 100}
    assert found.best.mean == pytest.approx(100 * (9.5 - 15))


def test_a_limit_that_nothing_meets(scenario: MakeScenario) -> None:
    made = scenario(VOUCHER, {"customers.all.returns.chance": 0})
    found = optimize(
        made, [Range("platform.commission", 0.30, 0.50)], limit="P(loss) <= 10%", trials=200
    )
    assert found.best is None and found.frontier
    assert found.document()["best"] is None


def test_the_frontier_trades_profit_for_risk(scenario: MakeScenario) -> None:
    changes = DOUBTFUL | {"business.variable_cost": "40% to 60%", "platform.fixed_fee": 100}
    found = optimize(scenario(VOUCHER, changes), [Range("deal.price", 8, 16)], trials=1_000)
    chances = [one.probability_of_loss for one in found.frontier]
    means = [one.mean for one in found.frontier]
    assert chances == sorted(chances) and means == sorted(means)


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ([], "one to 4 ranges"),
        ([Range("deal.price", 9, 9)], "from a lower to a higher"),
        ([Range("deal.price", 1, math.inf)], "from a lower to a higher"),
        ([Range("deal.price", 8, 10, 5)], "within the range"),
        ([Range("deal.prise", 8, 10)], "did you mean deal"),
        ([Range("deal.price", 8, 9), Range("deal.price", 9, 10)], "one range only"),
        ([Range("deal.price", -40, -30)], "no terms within those ranges"),
    ],
)
def test_what_is_refused(over: list[Range], words: str, scenario: MakeScenario) -> None:
    with pytest.raises(UsageError, match=words):
        optimize(scenario(VOUCHER), over, trials=10)

"""Frontiers of two terms: a closed form, break-evens row by row, and where there is none."""

from __future__ import annotations

import pytest

import dealsim
from dealsim import UsageError
from dealsim.decisions import breakeven, frontier
from dealsim.scenario import Scenario
from tests.conftest import MakeScenario
from tests.decisions.test_breakeven import DOUBTFUL, VOUCHER

TERMS = ("platform.commission", "deal.price")


@pytest.fixture
def certain(scenario: MakeScenario) -> Scenario:
    """Per voucher sold: p (1 - c), and of the 70 % redeemed a cost of 15 and half a return of 5."""
    return scenario(VOUCHER, {"customers.all.redeem": 0.7, "customers.all.returns.chance": 0.5})


def test_the_hyperbola_of_price_and_commission(certain: Scenario, seed: int) -> None:
    """p (1 - c) = 0.7 (15 - 2.5), and no price up to the face value will do from c = 56.25 %."""
    found = frontier(certain, TERMS, trials=2_000, seed=seed)
    assert [point.first for point in found.points] == pytest.approx(
        [0.25 + 0.0625 * k for k in range(9)]
    )
    for point in found.points:
        exact = 8.75 / (1 - point.first)
        if exact > 20.5:
            assert (point.status, point.second, point.holds) == ("never", None, None)
        elif exact < 19.5:
            assert point.second is not None and point.se is not None
            assert point.holds == "from"
            assert point.second == pytest.approx(exact, abs=5 * point.se + 0.001)
            assert point.se < 0.03


def test_each_point_is_the_break_even_of_its_row(scenario: MakeScenario, seed: int) -> None:
    made = scenario(VOUCHER, DOUBTFUL | {"business.variable_cost": "40% to 60%"})
    target = "P(loss) <= 30%"
    found = frontier(
        made, ("customers.all.redeem", "platform.commission"), target=target,
        search=[(0.6, 0.9), None], trials=4_000, seed=seed,
    )  # fmt: skip
    for point in found.points[::4]:
        held = made.with_({"customers.all.redeem": point.first})
        (alone,) = breakeven(
            held, "platform.commission", target=target, trials=4_000, seed=seed
        ).solutions
        assert point.second is not None and point.se is not None and alone.se is not None
        # the same futures: closer than either error
        assert point.second == pytest.approx(alone.value, abs=2 * max(point.se, alone.se))


def test_the_target_just_holds_at_a_point(scenario: MakeScenario, seed: int) -> None:
    """On other futures: the statistic there is the bound, within the error of simulation."""
    made = scenario(VOUCHER, DOUBTFUL | {"business.variable_cost": "40% to 60%"})
    found = frontier(made, TERMS, trials=4_000, seed=seed)
    point = next(one for one in found.points if one.second is not None)
    there = made.with_({TERMS[0]: point.first, TERMS[1]: point.second})
    profit = dealsim.simulate(there, trials=4_000, seed=seed + 1).metrics["incremental_profit"]
    error = profit.std(ddof=1) / 4_000**0.5
    assert profit.mean() == pytest.approx(0, abs=5 * 2**0.5 * error)


def test_a_better_first_term_asks_less_of_the_second(certain: Scenario) -> None:
    found = frontier(certain, TERMS, trials=500)
    seconds = [point.second for point in found.points if point.second is not None]
    assert seconds == sorted(seconds) and len(set(seconds)) == len(seconds) > 3


def test_everywhere_and_nowhere(certain: Scenario) -> None:
    always = frontier(certain, TERMS, target="incremental_profit >= -100000", trials=50)
    never = frontier(certain, TERMS, target="incremental_profit >= 100000", trials=50)
    assert {point.status for point in always.points} == {"always"}
    assert {point.status for point in never.points} == {"never"}


def test_what_is_no_frontier(certain: Scenario) -> None:
    with pytest.raises(UsageError, match=r"both are deal\.price"):
        frontier(certain, ("deal.price", "deal.price"), trials=5)
    with pytest.raises(UsageError, match="from a lower to a higher number"):
        frontier(certain, TERMS, search=[(0.5, 0.5), None], trials=5)
    with pytest.raises(UsageError, match="is no number"):
        frontier(certain, ("deal.price", "name"), trials=5)

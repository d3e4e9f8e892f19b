"""Extra hours: dated places a week, what they spare and what they cost (6.9, 6.10)."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dealsim
from dealsim.engine.staffing import Staffing
from tests.conftest import MakeScenario
from tests.engine.library import MIXED, expected, run, sampled

CROWDED: dict[str, Any] = {
    "business.visits_per_week": 8,
    "business.capacity_per_week": 9,
    "deal.demand": 60,
}


def planned(*changes: str) -> dict[str, Any]:
    """CROWDED with dated places."""
    return {**CROWDED, "business.capacity_per_week": f"[9, {', '.join(changes)}]"}


def test_cost_is_that_of_the_days_it_holds(scenario: MakeScenario, seed: int) -> None:
    """40 days at $150 a week; fewer places than at first cost nothing."""
    plan = planned(
        "{from: 2025-01-20, visits: 30, cost_per_week: 150}",
        "{from: 2025-03-01, visits: 5, cost_per_week: 99}",
        "{from: 2025-04-01, visits: 9}",
    )
    made = scenario(MIXED, plan)
    found = run(made, sampled(made, seed))[1].metrics["extra_capacity"]
    assert (found == 857.14).all()
    assert expected(made)["extra_capacity"] == pytest.approx(40 * 150 / 7)


def test_places_that_are_no_more_cost_nothing(scenario: MakeScenario) -> None:
    """A cost is that of places above the first (6.10)."""
    for visits, paid in ((9, False), (8, False), (10, True)):
        plan = planned(f"{{from: 2025-01-20, visits: {visits}, cost_per_week: 150}}")
        assert bool(expected(scenario(MIXED, plan))["extra_capacity"]) == paid


def test_a_plan_without_a_change_changes_nothing(scenario: MakeScenario, seed: int) -> None:
    """As many places as before, at no cost: every trial is the same."""
    plain, same = (
        scenario(MIXED, CROWDED),
        scenario(MIXED, planned("{from: 2025-02-03, visits: 9}")),
    )
    ours, theirs = (run(one, sampled(one, seed))[1].metrics for one in (plain, same))
    assert "extra_capacity" not in ours and not theirs["extra_capacity"].any()
    for name, values in ours.items():
        np.testing.assert_array_equal(values, theirs[name], err_msg=name)


def test_the_world_without_the_deal_keeps_its_places(scenario: MakeScenario, seed: int) -> None:
    """Extra places spare the owner's customers, and change nothing of what would have been."""
    made = scenario(MIXED, CROWDED)
    more = scenario(MIXED, planned("{from: 2025-01-02, visits: 900, cost_per_week: 10}"))
    ours, theirs = (run(one, sampled(one, seed))[1].metrics for one in (made, more))
    np.testing.assert_array_equal(
        ours["own_turned_away_without_deal"], theirs["own_turned_away_without_deal"]
    )
    # nobody comes before the sale closes, and the place of a day is a place of its step
    assert theirs["turned_away"].max() == 0
    assert (theirs["displaced_margin"] <= 0).all() and (theirs["own_turned_away"] <= 3).all()
    assert theirs["displaced_margin"].mean() < ours["displaced_margin"].mean()


def test_places_add_up_to_whole_ones() -> None:
    """9 a week for 20 days, 30 for 41, then 9 again, however the days are cut."""
    plan, first = Staffing(((20, 30.0, 1.0), (61, 9.0, 0.0))), np.full((1, 1, 1), 9.0)
    for cuts in ([0, 100], [0, 3, 19, 22, 60, 65, 100], range(101)):
        days = list(cuts)
        total = sum(plan.places(first, a, b) for a, b in pairwise(days))
        assert total == (9 * 20 + 30 * 41 + 9 * 39) // 7


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ("[]", "there is no value in this list"),
        ("[9, 12]", "12 is not a dated value"),
        ("[9, {visits: 12}]", "a mapping is not a dated value"),
        ("[9, {from: 2025-02-01, visits: 10 to 12}]", "10 to 12 is a range"),
        ("[9, {from: 2025-02-01, visits: 12, price: 3}]", 'unknown key "price"'),
        ("[9, {from: 2025-02-01, visits: 12}, {from: 2025-01-20, visits: 12}]", "stands after"),
        ("[9, {from: 2024-02-01, visits: 12}]", "is not after the start"),
        ("[none, {from: 2025-02-01, visits: 12}]", "the first value is the places there are"),
    ],
)
def test_what_is_no_plan(places: str, said: str, tmp_path: Path) -> None:
    """One message each, at the line of the key."""
    text = MIXED.replace(
        "cost_per_visit: 1.5}",
        f"cost_per_visit: 1.5, visits_per_week: 8,\n  capacity_per_week: {places}}}",
    )
    file = tmp_path / "staffed.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(dealsim.ScenarioError) as caught:
        dealsim.load(file)
    assert [said in problem.message for problem in caught.value.problems] == [True]
    assert caught.value.problems[0].line == text.split("capacity_per_week")[0].count("\n") + 1

"""Results with the sections on a crowd and without them, on the same futures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import dealsim
from dealsim.simulation.without import LOOKED_AT
from tests.conftest import MakeScenario
from tests.engine.library import MIXED
from tests.engine.test_crowd import RATING, SERVICE
from tests.statistical import assert_mean

PROFIT = "incremental_profit"
PLACES: dict[str, Any] = {
    "business.visits_per_week": 5,
    "business.capacity_per_week": SERVICE["business.capacity_per_week"],
}
CROWDED: dict[str, Any] = {**PLACES, **SERVICE, **RATING}


def test_sections_that_do_nothing_change_nothing(scenario: MakeScenario) -> None:
    """What the sections leave alone is drawn alike: no future differs by a cent."""
    quiet = {
        "service.failures": "{base: 0%, per_overload: 0, from_load: 70%}",
        "service.posts": "{negative: 60%, positive: 0%, review_share: 50%}",
        "service.complain": "0%",
        "business.serve_first": "ordinary_trade",
        "business.capacity_per_week": 1000,
    }
    found = dealsim.simulate(scenario(MIXED, {**CROWDED, **quiet}), trials=700, seed=4)
    np.testing.assert_array_equal(found.without_crowd[PROFIT], found.metrics[PROFIT])


def test_they_are_as_the_file_without_the_sections(scenario: MakeScenario, seed: int) -> None:
    made, plain = scenario(MIXED, CROWDED), scenario(MIXED, PLACES)
    without = dealsim.simulate(made, expected=True)
    alone = dealsim.simulate(plain, expected=True)
    assert without.without_crowd[PROFIT][0] == alone.metrics[PROFIT][0]
    sampled = dealsim.simulate(made, trials=3000, seed=seed).without_crowd[PROFIT]
    apart = dealsim.simulate(plain, trials=3000, seed=seed + 1).metrics[PROFIT]
    sd = float(np.hypot(apart.std(), apart.std()))
    assert_mean(sampled.tolist(), float(apart.mean()), sd, notice=sd / 4, what=PROFIT)


def test_the_summary_and_the_verdict_tell_both(scenario: MakeScenario) -> None:
    made = scenario(MIXED, CROWDED)
    found = dealsim.simulate(made, trials=600, seed=2)
    told = found.summary()["without_crowd"]
    assert told["trials"] == 600
    changed = found.metrics[PROFIT] - found.without_crowd[PROFIT]
    assert told["changed"]["mean"] == changed.mean()
    assert told["probability_of_loss"] == np.mean(found.without_crowd[PROFIT] < 0)
    (said,) = (s for s in found.summary()["verdict_sentences"] if s.startswith("Without"))
    assert "service and rating" in said
    few = dealsim.simulate(made, trials=LOOKED_AT + 20, seed=2, workers=2)
    assert few.summary()["without_crowd"]["trials"] == LOOKED_AT
    np.testing.assert_array_equal(few.without_crowd[PROFIT][:600], found.without_crowd[PROFIT])
    expected = dealsim.simulate(made, expected=True).summary()
    assert "Without service and rating" in expected["verdict"]


def test_a_file_without_them_says_nothing_of_it(scenario: MakeScenario) -> None:
    found = dealsim.simulate(scenario(MIXED, PLACES), trials=50)
    assert not found.without_crowd and "without_crowd" not in found.summary()


def test_correlations_of_a_section_leave_the_other_inputs(scenario: MakeScenario) -> None:
    """An input tied to one of a section's is the same number without the section."""
    terms = {
        **CROWDED,
        "service.listen": "40% to 90%",
        "customers.hunters.redeem": "60% to 90%",
        "correlations": [["customers.hunters.redeem", "service.listen", 0.8]],
        "service.failures": "{base: 0%, per_overload: 0, from_load: 70%}",
        "service.posts": "{negative: 0%, positive: 0%, review_share: 50%}",
        "business.capacity_per_week": 1000,
        "engagement": "{posts_per_week: 1, wage: 0, followers: 0%}",
    }
    found = dealsim.simulate(scenario(MIXED, terms), trials=300, seed=4)
    np.testing.assert_array_equal(found.without_crowd[PROFIT], found.metrics[PROFIT])


@pytest.mark.parametrize("keep", [(), ("timeline",)])
def test_it_is_left_out_where_it_is_not_kept(keep: tuple[str, ...], scenario: MakeScenario) -> None:
    found = dealsim.simulate(scenario(MIXED, CROWDED), trials=50, keep=keep)
    assert not found.without_crowd

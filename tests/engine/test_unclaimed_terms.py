"""Cash-outs and unclaimed property in doubt, as the law dates them, and where they are shown."""

from __future__ import annotations

from collections import Counter
from math import exp2, sqrt

import numpy as np
import pytest

import dealsim
from dealsim.engine import Array, MeanDraws, Streams, draw
from dealsim.results import Measured
from dealsim.streams import CHUNK
from tests.conftest import MakeScenario
from tests.engine.library import MIXED, PLAIN, UNCLAIMED, expected, run, sampled
from tests.engine.test_unclaimed import (
    ALL_CASH,
    STATE,
    TRIALS,
    UNUSED,
    Make,
    Overrides,
    check,
    simulate,
)
from tests.reference import closed_form
from tests.statistical import assert_chi_square, assert_mean, assert_variance

__all__ = ["simulate"]


def test_the_share_who_ask_is_drawn_once_per_trial(simulate: Make) -> None:
    """Beta-binomial counts, variance 43.6; 8.0 where the share is known (3.5)."""
    beta = {"accounting.cash_out.share": "{dist: beta, a: 8, b: 2}"}
    sample = simulate({**ALL_CASH, **beta}, TRIALS).metrics["cashed_out"]
    mean, variance = closed_form.binomial_uncertain(50, *closed_form.beta_moments(8.0, 2.0))
    assert_mean(sample.tolist(), mean, sqrt(variance), notice=0.6)
    assert_variance(sample.tolist(), variance, notice=0.25)
    pmf = dict(enumerate(closed_form.beta_binomial(50, 8.0, 2.0)))
    assert_chi_square(Counter(sample.astype(int).tolist()), pmf)
    known = simulate({**ALL_CASH, "accounting.cash_out.share": "80%"}, 5000)
    assert_variance(known.metrics["cashed_out"].tolist(), 8.0, notice=0.2)


@pytest.mark.parametrize("path", ["accounting.cash_out.below", "deal.price"])
def test_whether_a_price_is_small_is_decided_in_each_trial(path: str, simulate: Make) -> None:
    result = simulate({**ALL_CASH, path: "{choices: {8: 50%, 10: 20%, 12: 30%}}"})
    drawn = {"accounting.cash_out.below": 10.01, "deal.price": 10.0} | dict(result.inputs)
    small = drawn["deal.price"] < drawn["accounting.cash_out.below"]
    assert 0 < np.mean(small) < 1
    assert (result.metrics["cashed_out"] == np.where(small, 50, 0)).all()
    cash = np.where(small, 50 * drawn["deal.price"], 0)
    np.testing.assert_allclose(result.metrics["cash_outs"], cash)


def test_the_state_s_share_is_drawn_once_per_trial(simulate: Make) -> None:
    result = simulate({**STATE, "accounting.escheat.share": "40% to 80%"})
    share = result.inputs["accounting.escheat.share"]
    assert share.std() > 0.05
    np.testing.assert_allclose(result.metrics["escheat_paid"], 500 * share, atol=0.0051)


DOUBT: Overrides = {
    "deal.price": "8 to 12",
    "redemption.late.share": "5% to 60%",
    "redemption.late.half_life": "50 to 200 days",
}
LINEAR = (
    "presented_late",
    "cashed_out",
    "lapsed",
    "still_held",
    "cash_outs",
    "escheat_paid",
    "tail_reserve",
    "incremental_profit",
    "npv",
    "liability_at_horizon",
)


@pytest.mark.parametrize("name", sorted(UNCLAIMED))
def test_expected_is_the_mean_given_the_inputs(
    name: str, scenario: MakeScenario, seed: int
) -> None:
    """Differences between a trial and its expectation are centred, within 5 standard errors."""
    terms = {**UNCLAIMED[name], **DOUBT, "deal.demand": "200 to 400"}
    if "accounting.cash_out" in terms:
        terms["accounting.cash_out"] = "{below: 9 to 14, share: 20% to 90%}"
    made = scenario(MIXED, terms)
    values = draw(made, Streams(seed), 0)
    found = run(made, sampled(made, seed), values=values)[1]
    means = run(made, MeanDraws(CHUNK), values=values)[1]
    for metric in LINEAR:
        gaps = gap(found, means, metric)
        error = gaps.std(ddof=1) / sqrt(len(gaps))
        assert abs(gaps.mean()) <= 5.0 * error + 1e-9, metric


def gap(found: Measured, means: Measured, metric: str) -> Array:
    return found.metrics[metric] - means.metrics[metric]


# --- what is shown -------------------------------------------------------------------------


def test_lines_stand_in_the_waterfall_where_they_can_move(simulate: Make) -> None:
    def names(overrides: Overrides) -> list[str]:
        return [line["name"] for line in simulate(overrides, 5).summary()["waterfall"]]

    bars = names({})
    assert "cash_outs" not in bars and "escheat_paid" not in bars
    both = names({**ALL_CASH, **STATE})
    assert both == [*bars[:-1], "cash_outs", "escheat_paid", "tail_reserve"]


@pytest.mark.parametrize(
    ("terms", "warned"),
    [
        ("{cash_out: {below: 11, share: 40%}}", False),
        ("{cash_out: {below: 11}}", True),
        ("{cash_out: {below: 10, share: 40%}}", True),
        ("{escheat: {after: 5 years, share: 100%}}", False),
        ("{escheat: {after: 5 years}}", True),
        ("{framework: IFRS15}", True),
    ],
)
def test_a_section_that_changes_nothing_is_told(
    terms: str, warned: bool, scenario: MakeScenario
) -> None:
    made = scenario(PLAIN + f"accounting: {terms}\n")
    told = [problem.path for problem in made.warnings]
    assert ("accounting" in told) == warned


def test_the_law_of_a_place_applies_by_itself(scenario: MakeScenario) -> None:
    """New York: all of the price paid after five years, which is reserved for (9.12); of the face
    value where the voucher buys merchandise only."""
    made = scenario(PLAIN, {"jurisdiction": "US-NY", "customers.all.redeem": "80%"})
    assert expected(made)["tail_reserve"] == pytest.approx(10 * 10)
    face = {"accounting.escheat.basis": "face"}
    assert expected(made.with_(face))["tail_reserve"] == pytest.approx(10 * 20)
    assert list(made.numbers())[-1] == "accounting.escheat.share"


@pytest.mark.parametrize(
    ("limit", "allowed"),
    [
        ("below: 10", False),
        ("below: 10.01", True),
        ("up_to: 10", True),
        ("up_to: 9.99", False),
        ("below: 5, changes: {day: 2025-05-04, up_to: 10}", True),
        ("below: 11, changes: {day: 2025-05-04, below: 10}", False),
        ("below: 11, changes: {day: 2025-12-24, below: 10}", True),
        ("below: 10, changes: {day: 2025-12-24, below: 11}", False),
    ],
)
def test_a_limit_is_strict_or_not_and_of_its_day(limit: str, allowed: bool, simulate: Make) -> None:
    """Price 10; requests of ALL_CASH come within an hour of 4 May, the day of expiry."""
    result = simulate({**ALL_CASH, "accounting.cash_out": f"{{{limit}, share: 100%}}"})
    check(result, cashed_out=50 if allowed else 0, still_held=0 if allowed else 50)


@pytest.mark.parametrize("rises", [True, False])
def test_who_asks_before_the_limit_rises_is_refused(
    rises: bool, scenario: MakeScenario, seed: int
) -> None:
    """28 % ask, after a delay of half-life 90 days: on either side of a change after 60 days, and
    of the horizon after 127 (the means of expected mode are exact)."""
    first, then = ("below: 10", "below: 15") if rises else ("up_to: 10", "below: 10")
    limit = f"{{{first}, share: 40%, changes: {{day: 2025-07-03, {then}}}}}"
    made = scenario(PLAIN, {**UNUSED, "accounting.cash_out": limit})
    result = dealsim.simulate(made, expected=True)
    change, end = (1 - exp2(-t / 90) for t in (60, 127))
    asked = 0.28 * ((end - change) if rises else change)
    np.testing.assert_allclose(result.metrics["cashed_out"], 50 * asked)
    np.testing.assert_allclose(result.metrics["presented_late"], 50 * 0.3 * end)
    held = result.metrics["still_held"]
    np.testing.assert_allclose(held, 50 * (1 - asked - 0.3 * end))

"""MeanDraws mode: given the inputs, it is the mean over chance where no kink binds (section 1)."""

from __future__ import annotations

import numpy as np
import pytest

import dealsim
from dealsim.engine import Array, MeanDraws, Streams, draw
from dealsim.results import Measured
from dealsim.scenario import Scenario
from dealsim.streams import CHUNK
from tests.conftest import MakeScenario
from tests.engine.bridge import case_of
from tests.engine.library import MIXED, VARIANTS, expected, run, sampled
from tests.reference import closed_form, closed_form_money, closed_form_visits
from tests.reference.case import Case

UNCERTAIN: dict[str, object] = {
    "deal.demand": "{choices: {200: 40%, 300: 60%}}",
    "deal.refunds": "2% to 15%",
    "deal.price": "8 to 12",
    "platform.commission": "40% to 60%",
    "business.variable_cost": "30% to 50%",
    "redemption.half_life": "20 to 100 days",
    "redemption.rush.share": "10% to 50%",
    "redemption.late.share": "5% to 60%",
    "redemption.late.half_life": "50 to 200 days",
    "customers.hunters.share": "30% to 60%",
    "customers.hunters.redeem": "60% to 90%",
    "customers.hunters.overspend.chance": "10% to 40%",
    "customers.hunters.returns.visits_per_month": "0.4 to 1",
    "customers.newcomers.returns.visits": "2 to 4",
    "customers.newcomers.returns.chance": "10% to 40%",
    "customers.existing.would_have_come": "40% to 90%",
    "customers.existing.returns.worth": "80 to 160",
}
"""Doubt about MIXED, no kink within its reach."""

LINEAR = (
    "redeemed_in_time",
    "presented_late",
    "lapsed",
    "vouchers_refunded",
    "still_held",
    "new_regulars",
    "remittance",
    "till_receipts",
    "voucher_visit_cost",
    "cannibalised_margin",
    "returning_revenue",
    "returning_margin",
    "tail_reserve",
    "campaign_profit",
    "incremental_profit",
    "npv",
    "outstanding_value",
)


def uncertain(scenario: MakeScenario, name: str) -> Scenario:
    """A variant of MIXED with UNCERTAIN inputs."""
    return scenario(MIXED, {**VARIANTS[name], **UNCERTAIN})


def drawn(scenario: Scenario, seed: int) -> dict[str, Array]:
    """The inputs of the first chunk."""
    return draw(scenario, Streams(seed), 0)


def given_inputs(scenario: Scenario, values: dict[str, Array]) -> Measured:
    """The mean over chance of each of CHUNK trials, given its inputs."""
    return run(scenario, MeanDraws(CHUNK), values=values)[1]


def assert_centred(gaps: Array, what: str) -> None:
    """Differences have mean 0, within 5 of their own standard errors (chance 6e-7)."""
    error = gaps.std(ddof=1) / np.sqrt(len(gaps))
    assert abs(gaps.mean()) <= 5.0 * error + 1e-9, f"{what}: off by {gaps.mean() / error:+.1f} se"


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_expected_given_inputs_is_the_closed_form(
    name: str, scenario: MakeScenario, seed: int
) -> None:
    """Many trials at once, each at its own inputs: the conditional means, to rounding error."""
    made = uncertain(scenario, name)
    values = drawn(made, seed)
    metrics = given_inputs(made, values).metrics
    for trial in range(0, CHUNK, 1000):
        own = {path: float(x[trial]) for path, x in values.items() if x.size > 1}
        case = case_of(made, own)
        for metric, mean in conditional_means(case).items():
            found = float(metrics[metric][trial])
            assert found == pytest.approx(mean, rel=1e-9, abs=1e-9), f"{metric}, trial {trial}"


def conditional_means(case: Case) -> dict[str, float]:
    """Means of what does not wait for a returning customer's days."""
    day = case.horizon_days
    names = {"refunded": "vouchers_refunded"} | {fate: fate for fate in closed_form.FATES[1:]}
    return {
        **{names[fate]: closed_form.count(case, fate, day)[0] for fate in closed_form.FATES},
        "vouchers_sold": case.sold,
        "remittance": closed_form_money.remittance(case),
        "till_receipts": closed_form_visits.till_receipts(case)[0],
        "voucher_visit_cost": closed_form_visits.voucher_visit_cost(case)[0],
        "cannibalised_margin": closed_form_visits.cannibalised_margin(case)[0],
        "new_regulars": closed_form_visits.new_regulars(case)[0],
        "tail_reserve": closed_form_money.tail_reserve(case)[0],
        "outstanding_value": closed_form.outstanding_value(case, day)[0],
    }


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_chance_is_centred_on_expected(name: str, scenario: MakeScenario, seed: int) -> None:
    """Trial by trial at the same inputs: what chance adds has mean 0, in every line and month."""
    made = uncertain(scenario, name)
    values = drawn(made, seed)
    means = given_inputs(made, values)
    chance = run(made, sampled(made, seed), values=values)[1]
    for metric in LINEAR:
        assert_centred(chance.metrics[metric] - means.metrics[metric], metric)
    for series, months in chance.timeline.items():
        for place, month in enumerate(months):
            assert_centred(month - means.timeline[series][place], f"{series}, month {place}")


def test_simulate_expected_puts_inputs_at_their_means(scenario: MakeScenario) -> None:
    """One trial, everything at its mean, whatever the seed; no inputs were drawn."""
    made = uncertain(scenario, "paid value for ever")
    numbers = made.numbers()
    at_means = {path: x.mean() for path, x in numbers.items() if not x.is_constant}
    result = dealsim.simulate(made, expected=True, seed=1)
    again = dealsim.simulate(made, expected=True, seed=2)
    assert result.mode == "expected" and result.trials == 1 and not result.inputs
    for metric, mean in conditional_means(case_of(made, at_means)).items():
        assert result.metrics[metric] == pytest.approx([mean], rel=1e-9, abs=1e-9), metric
    for metric, found in result.metrics.items():
        np.testing.assert_array_equal(found, again.metrics[metric])
    assert set(result.summary()["metrics"]["incremental_profit"]) == {"mean"}
    assert result.summary()["risk"] is None


CROWDED: dict[str, object] = {
    "business.visits_per_week": 20,
    "business.capacity_per_week": 30,
    "customers.existing.would_have_come": "90%",
}


@pytest.mark.parametrize("serve_first", ["first_come", "ordinary_trade", "vouchers"])
def test_expected_with_places(serve_first: str, scenario: MakeScenario) -> None:
    """Real numbers of holders and visits pass the capacity, and every identity holds.

    Where places are ample nobody is turned away and nothing differs from no capacity at all.
    """
    terms = {"business.serve_first": serve_first, "deal.demand": 400}
    crowded = expected(scenario(MIXED, {**terms, **CROWDED}))
    if serve_first != "vouchers":
        assert crowded["turned_away"] > 0
    assert crowded["displaced_margin"] >= 0 if serve_first == "ordinary_trade" else True
    ample = {**CROWDED, "business.capacity_per_week": 100_000}
    free = {"customers.existing.would_have_come": "90%"}
    with_places = expected(scenario(MIXED, {**terms, **ample}))
    without = expected(scenario(MIXED, {**terms, **free}))
    for metric in set(LINEAR) - {"returning_revenue", "returning_margin"}:
        if metric not in ("incremental_profit", "npv"):
            assert with_places[metric] == pytest.approx(without[metric], rel=1e-9, abs=1e-9)
    assert with_places["turned_away"] == with_places["displaced_margin"] == 0

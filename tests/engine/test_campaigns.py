"""Several campaigns of one business over one horizon: each its own terms, dates and cohort; what
they owe, cash and places add up."""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot, sqrt

import numpy as np
import pytest

import dealsim
from dealsim import UsageError
from dealsim.engine import ENDED, History
from dealsim.scenario import Scenario
from dealsim.simulation import Conditioning
from tests.conftest import MakeScenario
from tests.engine.library import MIXED
from tests.statistical import assert_same_distribution

KEEP = ("timeline", "paths", "cohorts")
SECOND: Mapping[str, object] = {
    "starts": "2025-03-04",
    "horizon": "188 days",  # ends with the first, on 8 September
    "deal.price": 12,
    "deal.face_value": 30,
    "deal.demand": 25,
    "deal.minimum": 0,
    "deal.promo_expires": "60 days",
    "deal.paid_value_expires": "100 days",
    "platform.commission": "40%",
    "platform.fixed_fee": 80,
    "platform.payout": "[{after: 8 days, share: 100%}]",
    "customers.hunters.redeem": "90%",
}
COUNTS = ("vouchers_sold", "vouchers_refunded", "redeemed_in_time", "presented_late", "lapsed")
LINES = ("remittance", "fixed_fee", "till_receipts", "voucher_visit_cost", "cannibalised_margin")


def both(scenario: MakeScenario, terms: Mapping[str, object] | None = None) -> list[Scenario]:
    return [scenario(MIXED, {**(terms or {}), **own}) for own in ({}, SECOND)]


def test_expected_campaigns_add_up(scenario: MakeScenario) -> None:
    """Without a capacity, counts and money of vouchers are those of each deal alone."""
    first, second = both(scenario)
    assert first.horizon_end == second.horizon_end
    together = dealsim.simulate(first, expected=True, campaigns=[second], keep=KEEP)
    alone = [dealsim.simulate(one, expected=True) for one in (first, second)]
    for metric in (*COUNTS, *LINES, "tail_reserve", "campaign_profit", "outstanding_value"):
        wanted = sum(one.metrics[metric][0] for one in alone)
        assert together.metrics[metric][0] == pytest.approx(wanted, rel=1e-9), metric
    for metric in ("returning_margin", "incremental_profit"):  # by the steps, to second order
        wanted = sum(one.metrics[metric][0] for one in alone)
        assert together.metrics[metric][0] == pytest.approx(wanted, rel=2e-3), metric


def test_each_cohort_is_its_own(scenario: MakeScenario, seed: int) -> None:
    """Joint counts and money of each campaign's cohort, against a run of that deal alone."""
    first, second = both(scenario)
    together = dealsim.simulate(first, campaigns=[second], trials=10_000, seed=seed, keep=KEEP)
    for cohort, one in zip(together.cohorts, (first, second), strict=True):
        alone = dealsim.simulate(one, trials=10_000, seed=seed + 1)
        found = [cohort[name].sum(axis=0) for name in ("redeemed_in_time", "presented_late")]
        other = [alone.metrics[name] for name in ("redeemed_in_time", "presented_late")]
        rows = [list(zip(*(v.tolist() for v in pair), strict=True)) for pair in (found, other)]
        assert_same_distribution(rows[0], rows[1])
        for line in LINES:
            a, b = cohort[line].sum(axis=0), alone.metrics[line]
            error = hypot(a.std(), b.std()) / sqrt(len(a))
            assert abs(a.mean() - b.mean()) <= 5 * error + 1e-9, line


def test_cohorts_and_whole_agree(scenario: MakeScenario, seed: int) -> None:
    """Flows of the cohorts add up to the timeline and the metrics, to the cent and voucher."""
    first, second = both(scenario)
    found = dealsim.simulate(first, campaigns=[second], trials=500, seed=seed, keep=KEEP)
    for name in COUNTS:
        parts = np.sum([cohort[name] for cohort in found.cohorts], axis=0)
        np.testing.assert_array_equal(parts.sum(axis=0), found.metrics[name])
    for line in LINES:
        parts = sum(cohort[line].sum(axis=0) for cohort in found.cohorts)
        np.testing.assert_allclose(parts, found.metrics[line], atol=1e-9)
    held = sum(cohort["held"] for cohort in found.cohorts)
    np.testing.assert_array_equal(held, found.timeline["held"])


def test_nothing_of_a_campaign_before_it_opens(scenario: MakeScenario, seed: int) -> None:
    first, second = both(scenario)
    found = dealsim.simulate(first, campaigns=[second], trials=200, seed=seed, keep=KEEP)
    before = found.month_ends.index(next(d for d in found.month_ends if d >= second.starts)) - 1
    for name, flows in found.cohorts[1].items():
        if name != "liability_at_expiry":  # one figure, not one a month
            assert not flows[:before].any(), name
    assert found.cohorts[1]["fixed_fee"].sum(axis=0) == pytest.approx(80)
    assert (found.cohorts[1]["vouchers_sold"].sum(axis=0) == 25).all()


def test_the_first_deal_does_not_notice_the_second(scenario: MakeScenario, seed: int) -> None:
    """Without a capacity its customers are the same; draws are keyed by campaign."""
    first, second = both(scenario)
    late = scenario(MIXED, {**SECOND, "deal.promo_expires": "63 days", "starts": "2025-03-05"})
    one, other = (
        dealsim.simulate(first, campaigns=[c], trials=300, seed=seed, keep=KEEP).cohorts[0]
        for c in (second, scenario(MIXED, {**SECOND, "deal.demand": 40}))
    )
    assert late.starts != second.starts
    for name, flows in one.items():
        np.testing.assert_array_equal(flows, other[name], err_msg=name)


def test_places_are_shared(scenario: MakeScenario, seed: int) -> None:
    """Two crowds at once find fewer places than each by itself."""
    places: Mapping[str, object] = {
        "business.capacity_per_week": 9,
        "business.visits_per_week": 6,
    }
    first, second = both(scenario, places)
    together = dealsim.simulate(first, campaigns=[second], trials=2_000, seed=seed)
    alone = [dealsim.simulate(one, trials=2_000, seed=seed) for one in (first, second)]
    for metric in ("turned_away", "displaced_margin"):
        apart = sum(one.metrics[metric].mean() for one in alone)
        assert together.metrics[metric].mean() > 1.02 * apart


def test_what_both_state_alike_is_one_doubt(scenario: MakeScenario, seed: int) -> None:
    """A shared uncertain number is the same in both; a campaign's own is drawn for it alone."""
    doubt: Mapping[str, object] = {"customers.newcomers.redeem": "60% to 90%"}
    first = scenario(MIXED, {**doubt, "deal.demand": "30 to 90", "deal.minimum": 0})
    second = scenario(MIXED, {**SECOND, **doubt, "deal.demand": "20 to 40"})
    found = dealsim.simulate(first, campaigns=[second], trials=2_000, seed=seed, keep=KEEP)
    assert set(found.inputs) == {
        "customers.newcomers.redeem",
        "deal.demand",
        "campaigns.1.deal.demand",
    }
    a, b = found.inputs["deal.demand"], found.inputs["campaigns.1.deal.demand"]
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.12
    rounded = np.floor(b + 0.5)
    np.testing.assert_array_equal(found.cohorts[1]["vouchers_sold"].sum(axis=0), rounded)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"starts": "2024-12-01"}, "first to start"),
        ({"starts": "2026-03-01"}, "within the horizon"),
        ({"currency": "EUR"}, "same segments of customers and currency"),
    ],
)
def test_campaigns_that_do_not_fit(
    change: Mapping[str, object], message: str, scenario: MakeScenario
) -> None:
    first = scenario(MIXED)
    with pytest.raises(UsageError, match=message):
        dealsim.simulate(first, campaigns=[scenario(MIXED, {**SECOND, **change})], trials=10)


def test_a_register_is_of_one_campaign(scenario: MakeScenario) -> None:
    first, second = both(scenario)
    nothing = {name: np.zeros(1) for name in ("vouchers_sold", *ENDED)}
    given = Conditioning(20, History(20, np.array([0]), nothing))
    with pytest.raises(UsageError, match="one campaign"):
        dealsim.simulate(first, campaigns=[second], given=given, trials=10)
    with pytest.raises(UsageError, match="expected"):
        dealsim.simulate(first, given=given, expected=True)

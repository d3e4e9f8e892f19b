"""Moving money or looking elsewhere moves no customer: payouts, horizon and the as-of date leave
every draw as it was (docs/model.md, 2)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

import dealsim
from dealsim import Result
from dealsim.scenario import Scenario
from dealsim.simulation import Conditioning
from tests.conftest import MakeScenario
from tests.engine.library import AS_ALWAYS, MIXED

CUSTOMERS = (
    "vouchers_sold",
    "vouchers_refunded",
    "redeemed_in_time",
    "presented_late",
    "lapsed",
    "turned_away",
    "new_regulars",
    "till_receipts",
    "voucher_visit_cost",
    "cannibalised_margin",
    "displaced_margin",
    "returning_margin",
)
PLACES = {"business.capacity_per_week": 12, "business.visits_per_week": "8 to 12"}
PAYOUTS: dict[str, Mapping[str, object]] = {
    "later": {"platform.payout": "[{after: 9 days, share: 1/2}, {after: 100 days, share: 1/2}]"},
    "amid the refund days": {"platform.payout": "[{after: 1 days, share: 100%}]"},
    "on redemption": {"platform.payout": "{on_redemption: {lag: 10 days}}"},
    "on redemption, business days": {"platform.payout": "{on_redemption: {lag: 3 business days}}"},
}


def run(scenario: Scenario, seed: int, as_of: int | None = None) -> Result:
    given = None if as_of is None else Conditioning(as_of)
    keep = ("timeline", "paths", "cohorts")
    return dealsim.simulate(scenario, trials=400, seed=seed, workers=1, given=given, keep=keep)


def same_customers(a: Result, b: Result) -> None:
    for name in CUSTOMERS:
        np.testing.assert_array_equal(a.metrics[name], b.metrics[name], err_msg=name)


@pytest.mark.parametrize("places", [{}, PLACES], ids=["no limit", "places"])
@pytest.mark.parametrize("payout", sorted(PAYOUTS))
def test_payouts_move_no_customer(
    payout: str, places: Mapping[str, object], scenario: MakeScenario, seed: int
) -> None:
    base = run(scenario(MIXED, places), seed)
    moved = run(scenario(MIXED, {**places, **PAYOUTS[payout]}), seed)
    same_customers(base, moved)
    for name in ("redeemed_in_time", "presented_late", "held"):
        np.testing.assert_array_equal(base.timeline[name], moved.timeline[name])
    if "redemption" not in payout:
        np.testing.assert_array_equal(base.metrics["remittance"], moved.metrics["remittance"])


def test_a_day_later_is_paid_as_much(scenario: MakeScenario, seed: int) -> None:
    """Remittance by day: the instalments differ by refunds in between, their sum does not."""
    early, late = (
        run(scenario(MIXED, {"platform.payout": f"[{{after: {day} days, share: 100%}}]"}), seed)
        for day in (3, 4)
    )
    same_customers(early, late)
    np.testing.assert_array_equal(early.metrics["remittance"], late.metrics["remittance"])
    np.testing.assert_array_equal(early.metrics["till_receipts"], late.metrics["till_receipts"])


@pytest.mark.parametrize("places", [{}, PLACES], ids=["no limit", "places"])
@pytest.mark.parametrize("horizon", [250, 253, 300, 420])
def test_horizon_moves_no_customer(
    horizon: int, places: Mapping[str, object], scenario: MakeScenario, seed: int
) -> None:
    """What happens in the whole months both have is the same to the last customer."""
    short = run(scenario(MIXED, places), seed)
    long = run(scenario(MIXED, {**places, "horizon": f"{horizon} days"}), seed)
    whole = len(short.month_ends) - 1
    assert short.month_ends[:whole] == long.month_ends[:whole]
    for name in ("redeemed_in_time", "presented_late", "turned_away", "held", "cash"):
        np.testing.assert_array_equal(short.timeline[name][:whole], long.timeline[name][:whole])


@pytest.mark.parametrize("places", [{}, PLACES], ids=["no limit", "places"])
@pytest.mark.parametrize("as_of", [1, 2, 5, 33, 45, 130, 199, 250])
def test_as_of_date_moves_no_customer(
    as_of: int, places: Mapping[str, object], scenario: MakeScenario, seed: int
) -> None:
    """It only tells apart what is recorded before it and after; parts add up to the whole."""
    made = scenario(MIXED, places)
    base, told = run(made, seed), run(made, seed, as_of)
    for metric, values in base.metrics.items():
        np.testing.assert_array_equal(told.metrics[metric], values, err_msg=metric)
    cut = told.month_ends.index(made.starts + np.timedelta64(as_of, "D").item())
    for name, values in told.cohorts[0].items():
        if name != "held":
            total = base.cohorts[0][name].sum(axis=0)
            np.testing.assert_allclose(values.sum(axis=0), total, rtol=0, atol=1e-6, err_msg=name)
    held = told.cohorts[0]["held"]
    assert (held[cut] >= 0).all() and (held >= 0).all()
    gone = ("vouchers_refunded", "redeemed_in_time", "presented_late", "lapsed", "cashed_out")
    flows = {
        name: told.cohorts[0][name][: cut + 1].sum(axis=0) for name in ("vouchers_sold", *gone)
    }
    left = flows["vouchers_sold"] - sum(flows[name] for name in gone)
    np.testing.assert_array_equal(held[cut], left)


def test_parts_of_a_step_follow_the_curves(scenario: MakeScenario, seed: int) -> None:
    """Counts by an as-of day inside a step have the mean of a run that has it as a cut."""
    made = scenario(AS_ALWAYS)
    day = 61  # amid a week
    told = dealsim.simulate(
        made, trials=20_000, seed=seed, given=Conditioning(day), keep=("timeline",)
    )
    cut = told.month_ends.index(made.starts + np.timedelta64(day, "D").item())
    found = told.timeline["redeemed_in_time"][: cut + 1].sum(axis=0)
    early = scenario(AS_ALWAYS, {"horizon": f"{day} days"})
    other = dealsim.simulate(early, trials=20_000, seed=seed + 1).metrics["redeemed_in_time"]
    error = np.hypot(found.std(), other.std()) / np.sqrt(len(found))
    assert abs(found.mean() - other.mean()) <= 5 * error
    assert abs(found.var() / other.var() - 1) < 0.08


def test_another_seed_is_other_luck(scenario: MakeScenario, seed: int) -> None:
    made = scenario(MIXED)
    a, b = run(made, seed), run(made, seed + 1)
    assert (a.metrics["redeemed_in_time"] != b.metrics["redeemed_in_time"]).mean() > 0.5

"""Scenarios in which nothing is left to chance: every trial must be what can be written down.

All comparisons are exact, of every trial, of the sampled mode.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

import dealsim
from dealsim import Result
from tests.conftest import MakeScenario
from tests.engine.library import PLAIN

TRIALS = 200
FATES = ("vouchers_refunded", "redeemed_in_time", "presented_late", "lapsed", "still_held")


@pytest.fixture
def simulate(scenario: MakeScenario, seed: int) -> MakeSimulation:
    """Runs PLAIN with overrides."""
    return MakeSimulation(scenario, seed)


class MakeSimulation:
    """`simulate({"deal.demand": 3})`: PLAIN, 50 vouchers of $20 sold at $10, with overrides."""

    def __init__(self, scenario: MakeScenario, seed: int) -> None:
        self._scenario, self._seed = scenario, seed

    def __call__(self, overrides: Mapping[str, object], text: str = PLAIN) -> Result:
        made = self._scenario(text, overrides)
        return dealsim.simulate(made, trials=TRIALS, seed=self._seed, workers=1)


def check(result: Result, **metrics: float) -> None:
    """Every trial has exactly these metrics."""
    for name, value in metrics.items():
        sample = result.metrics[name]
        assert sample.shape == (TRIALS,)
        assert (sample == value).all(), f"{name}: {sample[sample != value][0]!r}, not {value!r}"


def check_fates(result: Result, **numbers: float) -> None:
    """Every trial has these fates, and none of the others."""
    check(result, **{fate: numbers.get(fate, 0.0) for fate in FATES})


def test_everybody_redeems(simulate: MakeSimulation) -> None:
    """50 x $5 received, 50 x 45 % of $20 served."""
    result = simulate({"platform.fixed_fee": 12.34})
    check_fates(result, redeemed_in_time=50)
    check(result, vouchers_sold=50, remittance=250, voucher_visit_cost=450, till_receipts=0)
    check(result, fixed_fee=12.34, campaign_profit=-212.34, incremental_profit=-212.34)
    check(result, tail_reserve=0, outstanding_value=0, liability_at_expiry=0)


def test_nobody_redeems(simulate: MakeSimulation) -> None:
    """All is received, nothing served; what was paid is owed for ever."""
    result = simulate({"customers.all.redeem": 0})
    check_fates(result, still_held=50)
    check(result, incremental_profit=250, voucher_visit_cost=0, outstanding_value=500)
    check(result, liability_at_expiry=500, liability_at_horizon=500, lowest_cash=0)
    check(result, payback_days=0)


def test_nobody_buys(simulate: MakeSimulation) -> None:
    """No demand: nothing but the fee, which is due as the deal tipped at a minimum of nil."""
    result = simulate({"deal.demand": 0, "platform.fixed_fee": 99})
    check_fates(result)
    check(result, vouchers_sold=0, remittance=0, new_regulars=0, incremental_profit=-99)
    assert np.isnan(result.metrics["cost_per_new_regular"]).all()
    assert np.isnan(result.metrics["payback_days"]).all()


@pytest.mark.parametrize(("demand", "sold"), [(49.4, 0), (49.5, 50), (50, 50), (50.49, 50)])
def test_minimum(demand: float, sold: int, simulate: MakeSimulation) -> None:
    """Demand is rounded half up and then compared; a deal that does not tip costs nothing (4.1)."""
    result = simulate(
        {"deal.demand": demand, "deal.minimum": 50, "platform.fixed_fee": 20, "deal.refunds": 0}
    )
    fee = 20 if sold else 0
    check(result, vouchers_sold=sold, fixed_fee=fee, remittance=5 * sold)
    check(result, campaign_profit=5 * sold - 9 * sold - fee)


@pytest.mark.parametrize(("demand", "cap", "sold"), [(500, 30, 30), (30, 30, 30), (29, 30, 29)])
def test_cap(demand: float, cap: float, sold: int, simulate: MakeSimulation) -> None:
    """No more than the cap is sold."""
    check(simulate({"deal.demand": demand, "deal.cap": cap}), vouchers_sold=sold)


def test_one_voucher_sold_and_held(simulate: MakeSimulation) -> None:
    """One voucher has exactly one fate, of every kind in some trial."""
    result = simulate(
        {
            "deal.demand": 1,
            "deal.refunds": "20%",
            "customers.all.redeem": "30%",
            "redemption.late": "{share: 50%, half_life: 10 days}",
            "deal.paid_value_expires": "180 days",
        }
    )
    fates = np.array([result.metrics[fate] for fate in FATES])
    assert set(np.unique(fates)) == {0.0, 1.0}
    assert (fates.sum(axis=0) == 1).all()
    # in 200 trials the rarest, a refund with chance 0.2, is missing once in 1e19
    assert set(np.flatnonzero(fates.sum(axis=1))) == {0, 1, 2, 3}
    served = result.metrics["redeemed_in_time"] + result.metrics["presented_late"]
    kept = 1.0 - result.metrics["vouchers_refunded"]
    assert (result.metrics["remittance"] == 5.0 * kept).all()
    late = result.metrics["presented_late"]
    cost = 9.0 * (served - late) + 4.5 * late
    assert (result.metrics["voucher_visit_cost"] == cost).all()


def test_all_refunded(simulate: MakeSimulation) -> None:
    """Nobody comes, nobody pays, nothing is owed once the refund days are over."""
    result = simulate({"deal.refunds": 1, "customers.all.would_have_come": 1})
    check_fates(result, vouchers_refunded=50)
    check(result, remittance=0, incremental_profit=0, cannibalised_margin=0, outstanding_value=0)


def test_everybody_spends_the_same(simulate: MakeSimulation) -> None:
    """Without spread every bill is 20 + 7.25, every regular visit 30."""
    result = simulate(
        {
            "customers.all.overspend": "{chance: 100%, amount: 7.25, cv: 0}",
            "customers.all.returns": "{chance: 100%, visits: 1, after: 0 days, spend: 30, cv: 0}",
            "business.cost_per_visit": 1,
        }
    )
    check(result, till_receipts=362.5, voucher_visit_cost=663.13)  # 50 x (27.25 x 0.45 + 1)
    check(result, returning_revenue=1500, returning_margin=50 * (30 * 0.55 - 1), new_regulars=50)


def test_use_of_half(simulate: MakeSimulation) -> None:
    """Half of the voucher is used, the rest forfeited; no till, half the cost (7.1)."""
    result = simulate({"customers.all.use": "50%"})
    check(result, voucher_visit_cost=225, till_receipts=0)


def test_everybody_would_have_come(simulate: MakeSimulation) -> None:
    """Each costs the margin of a usual ticket: 60 x 55 %; under `none` they spend no more."""
    result = simulate({"customers.all.would_have_come": 1})
    check(result, cannibalised_margin=1650, till_receipts=0)


FIXED_TERMS: dict[str, object] = {
    "deal.refunds": 0,
    "discount_rate": 0,
    "platform.card_fee": 0,
    "business.cost_per_visit": 0,
    "redemption": "{half_life: 30 days, rush: {share: 0, last: 0}, late: {share: 0}}",
    "customers.all.redeem": 1,
    "customers.all.bill": "{ticket_ratio: 100%, cv: 0}",
}


@pytest.mark.parametrize(("ticket", "over"), [(60, 40), (30, 10), (20, 0), (15, 0)])
def test_a_fixed_bill_beyond_the_face_value_is_paid(
    ticket: float, over: float, simulate: MakeSimulation
) -> None:
    """The usual ticket less the face value of 20, where it is more; else it is used up (7.6)."""
    text = PLAIN.replace("kind: none", "kind: activity")
    result = simulate({**FIXED_TERMS, "business.usual_ticket": ticket}, text)
    check(result, till_receipts=50 * over)
    cost = 0.45 * 50 * max(ticket, 20)
    check(result, voucher_visit_cost=cost)


def test_an_exponential_bill(simulate: MakeSimulation) -> None:
    """A cv of 1 is memoryless: with chance e^(-20/60) the excess is 60 on average (7.7)."""
    text = PLAIN.replace("kind: none", "kind: activity")
    bill = {"customers.all.bill": "{ticket_ratio: 100%, cv: 1}", "business.usual_ticket": 60}
    result = simulate({**FIXED_TERMS, **bill}, text)
    chance = np.exp(-1 / 3)
    spread = 60 * np.sqrt(chance * (2 - chance) * 50 / TRIALS)
    assert abs(result.metrics["till_receipts"].mean() - 50 * 60 * chance) <= 5 * spread


def test_a_stated_overspend_takes_the_place_of_the_bill(simulate: MakeSimulation) -> None:
    text = PLAIN.replace("kind: none", "kind: activity")
    fixed = {key: value for key, value in FIXED_TERMS.items() if "bill" not in key}
    fixed |= {"customers.all.overspend": "{chance: 100%, amount: 7, cv: 0}"}
    check(simulate(fixed, text), till_receipts=50 * 7)


def test_late_at_what_survives(simulate: MakeSimulation) -> None:
    """All come late: the till deducts the price, or the face value, or nobody is served (5.4)."""
    late: dict[str, object] = {
        "customers.all.redeem": 0,
        "redemption.late": "{share: 100%, half_life: 0.01 days}",
    }
    worth = simulate(late)
    check_fates(worth, presented_late=50)
    check(worth, till_receipts=0, voucher_visit_cost=225)
    whole = simulate(late | {"redemption.late.bill": "face_value"})
    check(whole, till_receipts=500, voucher_visit_cost=450)
    face = simulate(late | {"deal.after_expiry": "face_value"})
    check_fates(face, presented_late=50)
    check(face, till_receipts=0, voucher_visit_cost=450)
    nothing = simulate(late | {"deal.after_expiry": "nothing"})
    check_fates(nothing, lapsed=50)
    check(nothing, incremental_profit=250, liability_at_expiry=0)


def test_lapse_ends_what_survives(simulate: MakeSimulation) -> None:
    """On the day of the lapse itself nothing is held any more (2.2); a day before, all of it."""
    idle: dict[str, object] = {"customers.all.redeem": 0, "deal.paid_value_expires": "150 days"}
    check_fates(simulate(idle | {"horizon": "152 days"}), still_held=50)
    check_fates(simulate(idle | {"horizon": "153 days"}), lapsed=50)
    check_fates(simulate(idle | {"deal.paid_value_expires": "120 days"}), lapsed=50)


def test_horizon_on_the_day_of_expiry(simulate: MakeSimulation) -> None:
    """What expires on day 123 is gone at a balance at day 123."""
    gone: dict[str, object] = {"customers.all.redeem": 0, "deal.after_expiry": "nothing"}
    check_fates(simulate(gone | {"horizon": "122 days"}), still_held=50)
    check_fates(simulate(gone | {"horizon": "123 days"}), lapsed=50)
    assert np.isnan(simulate({"horizon": "122 days"}).metrics["liability_at_expiry"]).all()


def test_horizon_before_anybody_can_come(simulate: MakeSimulation) -> None:
    """All come in the last day before expiry: the reserve holds their whole cost (9.7, 9.8)."""
    early: dict[str, object] = {
        "horizon": "60 days",
        "redemption.rush": "{share: 100%, last: 1 day}",
        "customers.all.would_have_come": 1,
        "business.cost_per_visit": 2,
    }
    result = simulate(early)
    check_fates(result, still_held=50)
    check(result, tail_reserve=50 * (9 + 2 + 60 * 0.55 - 2), incremental_profit=250 - 2100)
    check(result, outstanding_value=500)
    paid = simulate(early | {"platform.payout": "{on_redemption: {lag: 0 days}}"})
    check(paid, remittance=0, tail_reserve=2100 - 250, incremental_profit=-1850)
    check(paid, liability_at_horizon=0, outstanding_value=500)


def test_one_month(simulate: MakeSimulation) -> None:
    """A horizon of one month has one month end."""
    result = simulate({"horizon": "1 month", "deal.promo_expires": "20 days"})
    assert [end.isoformat() for end in result.month_ends] == ["2025-02-01"]
    assert result.timeline["cash"].shape == (1, TRIALS)
    assert (result.timeline["cash"][0] == -200).all()
    assert (result.timeline["redeemed_in_time"][0] == 50).all()
    check(result, npv=-200, incremental_profit=-200)


def test_segments_of_no_share(simulate: MakeSimulation) -> None:
    """Nobody falls into a segment without a share, wherever it stands in the order."""
    text = PLAIN.replace("all: {share: 100%}", NIL)
    check_fates(simulate({}, text), redeemed_in_time=50)


NIL = """a: {share: 0%, redeem: 0%}
  all: {share: 100%}
  b: {share: 0%, redeem: 0%}
  z: {share: rest, redeem: 0%}"""


def test_half_cents_are_rounded_up(simulate: MakeSimulation) -> None:
    """3 vouchers of $0.67 less half: 1.005 is 1.01, and a cost of 0.005 is 0.01."""
    result = simulate(
        {
            "deal.demand": 3,
            "deal.price": 0.67,
            "deal.face_value": 1,
            "business.variable_cost": 0,
            "business.cost_per_visit": "1/600",
        }
    )
    check(result, remittance=1.01, voucher_visit_cost=0.01, incremental_profit=1.0)


def test_no_deal_at_all_earns_exactly_nothing(simulate: MakeSimulation) -> None:
    """Price = face value = usual ticket, no fees, everybody would have come (11.3)."""
    nothing: dict[str, object] = {
        "deal.price": 37.25,
        "deal.face_value": 37.25,
        "business.usual_ticket": 37.25,
        "platform.commission": 0,
        "customers.all.would_have_come": 1,
        "business.cost_per_visit": 1.6,
        "business.variable_cost": "40%",
    }
    for horizon in ("250 days", "60 days"):
        result = simulate(nothing | {"horizon": horizon})
        check(result, incremental_profit=0)

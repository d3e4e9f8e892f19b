"""The counter-offer: worths and crossings in closed form, what is offered and what is not."""

from __future__ import annotations

import pytest

from dealsim import UsageError
from dealsim.decisions import CounterOffer, Term, breakeven, counter_offer
from dealsim.decisions.terms import bargained, own_levers
from dealsim.scenario import Scenario
from tests.conftest import MakeScenario
from tests.decisions.test_breakeven import DOUBTFUL, VOUCHER

SEGMENTS = (
    VOUCHER[: VOUCHER.index("customers:")]
    + """
customers:
  hunters: {share: 30%, redeem: 100%}
  newcomers:
    share: 20%
    redeem: 100%
    returns: {chance: 100%, visits: 4, after: 0 days, spend: 20, cv: 0}
  known: {share: rest, redeem: 100%, would_have_come: 0}
"""
)


def show(path: str, value: float) -> str:
    return f"{value:g}"


def term(offer: CounterOffer, path: str) -> Term:
    return next(one for one in (*offer.terms, *offer.own_levers) if one.step.path == path)


def paths(scenario: Scenario) -> list[str | None]:
    return [step.path for step in bargained(scenario, show)]


def test_a_point_of_commission_is_worth_what_is_paid(scenario: MakeScenario) -> None:
    """10 x 1 % of every voucher sold, in every future."""
    offer = counter_offer(scenario(VOUCHER, DOUBTFUL), trials=500)
    commission = term(offer, "platform.commission")
    assert commission.worth == pytest.approx(0.10 * 97, rel=0.05)
    assert 0 < commission.worth_se < 0.2
    assert commission.worth == max(commission.worth, 0.0)


def test_the_share_of_newcomers_in_closed_form(scenario: MakeScenario, seed: int) -> None:
    """Each of 100 vouchers loses 10; a newcomer returns four times for 5: a half must be new."""
    made = scenario(SEGMENTS, {"deal.demand": 100})
    offer = counter_offer(made, trials=2_000, seed=seed)
    newcomers = term(offer, "customers.newcomers.share")
    assert newcomers.step.label == "share of newcomers" and newcomers.step.direction == 1
    # visits of 100 x share binomial: 20 x 100 a point, each with four visits or so
    assert newcomers.worth == pytest.approx(0.01 * 100 * 20, abs=5 * newcomers.worth_se)
    assert newcomers.breakeven is not None and newcomers.breakeven.holds == "from"
    exact = breakeven(made, "customers.newcomers.share", trials=2_000, seed=seed).solutions[0]
    assert newcomers.breakeven.value == pytest.approx(0.5, abs=5 * exact.se)  # type: ignore[operator]


def test_newcomers_need_a_rest_to_take_from(scenario: MakeScenario) -> None:
    stated = scenario(SEGMENTS, {"customers.known.share": 0.5})
    assert "customers.newcomers.share" in paths(scenario(SEGMENTS))
    assert "customers.newcomers.share" not in paths(stated)
    assert "customers.all.share" not in paths(scenario(VOUCHER))


def test_always_and_never_are_told_apart(scenario: MakeScenario) -> None:
    """A voucher that costs nothing to serve pays at any commission below all of it; one that
    brings in less than it costs pays at none."""
    good = counter_offer(scenario(VOUCHER, {"business.variable_cost": 0.0}), trials=50)
    bad = counter_offer(
        scenario(VOUCHER, {"business.variable_cost": 1.0, "platform.card_fee": 0.0}), trials=50
    )
    held = term(good, "platform.commission")
    assert held.breakeven is not None and held.breakeven.holds == "always"
    assert (held.breakeven.value, held.status) == (None, "within reach")
    lost = term(bad, "platform.commission")
    assert (lost.breakeven, lost.for_limit, lost.status) == (None, None, "out of reach")


def test_nothing_is_asked_against_one_s_interest(scenario: MakeScenario) -> None:
    """Where the deal does not do today, its crossings lie where one would bargain to."""
    made = scenario(VOUCHER, DOUBTFUL | {"customers.all.returns.chance": 0})
    offer = counter_offer(made, trials=500)
    now = {"platform.commission": 0.5, "deal.price": 10.0, "deal.face_value": 20.0}
    for path, value in now.items():
        one = term(offer, path)
        for crossing in (one.breakeven, one.for_limit):
            if crossing is not None and crossing.value is not None:
                assert (crossing.value - value) * one.step.direction > 0, path


def test_a_minimum_is_for_a_fee(scenario: MakeScenario) -> None:
    assert "deal.minimum" not in paths(scenario(VOUCHER))
    assert "deal.minimum" in paths(scenario(VOUCHER, {"platform.fixed_fee": 100}))


@pytest.mark.parametrize(
    ("place", "now", "offered"),
    [
        ("US-federal", "face_value", ["the price paid"]),
        ("US-federal", "paid_value", []),
        (None, "paid_value", []),
        ("UK", "paid_value", ["nothing"]),
        ("UK", "nothing", []),
    ],
)
def test_what_is_left_after_expiry_is_as_the_law_allows(
    place: str | None, now: str, offered: list[str], scenario: MakeScenario
) -> None:
    changes: dict[str, object] = {"deal.after_expiry": now}
    if place is not None:
        changes |= {"jurisdiction": place}
    steps = bargained(scenario(VOUCHER, changes), show)
    assert [one.step for one in steps if one.label == "worth once expired"] == offered


def test_own_levers_stand_apart(scenario: MakeScenario) -> None:
    made = scenario(SEGMENTS, {"customers.known.would_have_come": 0.9})
    labels = [step.label for step in own_levers(made, show)]
    assert "sold to customers you have" in labels and "what a visit costs you" in labels
    free = scenario(SEGMENTS, {"business.variable_cost": 0.0})
    assert "what a visit costs you" not in [step.label for step in own_levers(free, show)]


@pytest.mark.parametrize("limit", [0.0, 1.0, -0.2, 20.0])
def test_a_limit_is_a_chance(limit: float, scenario: MakeScenario) -> None:
    with pytest.raises(UsageError, match="between 0 % and 100 %"):
        counter_offer(scenario(VOUCHER), limit=limit, trials=5)

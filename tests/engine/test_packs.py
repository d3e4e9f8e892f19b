"""Packs: against holders followed one by one, closed forms, and cases that can be written down."""

from __future__ import annotations

from math import hypot, sqrt
from random import Random
from statistics import fmean, stdev
from typing import Any

import numpy as np
import pytest

import dealsim
from dealsim.engine import MeanDraws
from dealsim.units import to_minor
from tests.conftest import MakeScenario
from tests.engine.bridge import case_of
from tests.engine.library import CASH, MIXED, PLAIN, TAXED, expected, run, sampled
from tests.reference import closed_form_packs
from tests.reference.per_customer_packs import follow_crowded, follow_pack
from tests.statistical import TooFewDraws, assert_mean, assert_same_distribution, assert_variance

PACK: dict[str, Any] = {"deal.uses": 5, "deal.use_rest": "60%", "deal.between": "12 days"}
PACKS: dict[str, dict[str, Any]] = {
    "paid value for ever": PACK,
    "nothing survives": {**PACK, "deal.after_expiry": "nothing"},
    "face value lapses, cash for small rests": {
        **PACK,
        "deal.after_expiry": "face_value",
        "deal.paid_value_expires": "215 days",
        "accounting.cash_out": "{below: 6.5, share: 60%}",
    },
    "cash to come": {**PACK, **CASH, "deal.uses": 3, "deal.between": "40 days"},
}
COUNTED = (
    ("redeemed_in_time", "new_regulars"),
    ("redeemed_in_time", "presented_late"),
    ("presented_late", "still_held"),
    ("cashed_out", "lapsed"),
)
MONEY = (
    "till_receipts",
    "voucher_visit_cost",
    "cannibalised_margin",
    "returning_margin",
    "cash_outs",
    "tail_reserve",
    "outstanding_value",
)


@pytest.mark.parametrize("name", sorted(PACKS))
def test_against_holders_followed(name: str, scenario: MakeScenario, seed: int) -> None:
    """Joint counts and money lines have the same distributions (5.11 to 5.14)."""
    made = scenario(MIXED, PACKS[name])
    rng, case = Random(seed), case_of(made)
    followed = [follow_pack(case, rng) for _ in range(1500)]
    found = run(made, sampled(made, seed))[1].metrics
    for names in COUNTED:
        ours = list(zip(*(found[one].astype(int).tolist() for one in names), strict=True))
        theirs = [tuple(int(one[key]) for key in names) for one in followed]
        try:
            assert_same_distribution(ours, theirs, what=" and ".join(names))
        except TooFewDraws:
            assert {*ours} == {*theirs}, names
    for line in MONEY:
        assert_alike(found[line].tolist(), [one[line] for one in followed], line)
        squares = [(x - fmean(found[line])) ** 2 for x in found[line].tolist()]
        middle = fmean(one[line] for one in followed)
        assert_alike(squares, [(one[line] - middle) ** 2 for one in followed], f"{line}, squared")


def assert_alike(ours: list[float], theirs: list[float], what: str) -> None:
    """Means within 5 standard errors of their difference, and a cent."""
    error = hypot(stdev(ours) / sqrt(len(ours)), stdev(theirs) / sqrt(len(theirs)))
    gap = fmean(ours) - fmean(theirs)
    assert abs(gap) <= 5.0 * error + 0.01, f"{what}: {gap:+.4g} with an error of {error:.2g}"


@pytest.mark.parametrize("name", sorted(PACKS))
def test_moments(name: str, scenario: MakeScenario, seed: int) -> None:
    """Mean and variance of the uses, from the engine and from the followed holders (5.11, 5.13)."""
    made = scenario(MIXED, PACKS[name])
    case = case_of(made)
    found = run(made, sampled(made, seed))[1].metrics
    fates = ["redeemed_in_time"] + ["presented_late"] * ("cash" not in name and "no" not in name)
    for fate in fates:
        mean, variance = closed_form_packs.moments(case, fate)
        sample = found[fate].tolist()
        # steps take those who begin as beginning at their middle: 0.3 % of the uses at most
        assert abs(fmean(sample) - mean) <= 0.003 * mean + 5 * sqrt(variance / len(sample))
        assert_variance(sample, variance, notice=0.25, what=fate)


def test_followed_holders_have_the_moments(scenario: MakeScenario, seed: int) -> None:
    """The two references agree."""
    case, rng = case_of(scenario(MIXED, PACK)), Random(seed)
    followed = [follow_pack(case, rng) for _ in range(1500)]
    for fate in ("redeemed_in_time", "presented_late"):
        mean, variance = closed_form_packs.moments(case, fate)
        assert_mean([one[fate] for one in followed], mean, sqrt(variance), notice=2.5, what=fate)


def test_all_and_none_of_the_rest(scenario: MakeScenario, seed: int) -> None:
    """use_rest 0 makes one use of a pack, use_rest 1 without delay all of them (5.12)."""
    for rest, each in ((0, 1), (1, 6)):
        terms = {"deal.uses": 6, "deal.use_rest": rest, "deal.between": "0 days"}
        made = scenario(PLAIN, {**terms, "deal.price": 10.03, "deal.face_value": 30})
        result = dealsim.simulate(made, trials=200, seed=seed, workers=1)
        assert (result.metrics["redeemed_in_time"] == 50 * each).all()
        assert (result.metrics["still_held"] == 50 * (6 - each)).all()
        assert (result.metrics["voucher_visit_cost"] == 50 * each * 30 / 6 * 0.45).all()
        owed = 50 * (6 - each) * 10.03 / 6
        owed = float(to_minor(np.array([owed]), 2)[0]) / 100
        assert (result.metrics["liability_at_horizon"] == owed).all()


def test_no_time_for_the_rest(scenario: MakeScenario) -> None:
    """With a century from one use to the next a pack is used once before it expires."""
    terms = {"deal.uses": 6, "deal.use_rest": 1, "deal.between": "1200 months"}
    assert 50 < expected(scenario(PLAIN, terms))["redeemed_in_time"] < 50 * (1 + 120 / 36525)


def test_a_pack_of_one_is_a_voucher(scenario: MakeScenario, seed: int) -> None:
    """`uses: 1` is as no uses at all, and has the same fingerprint."""
    plain, stated = scenario(MIXED), scenario(MIXED, {"deal.uses": 1})
    assert plain.sha256 == stated.sha256
    ours, theirs = (
        dealsim.simulate(one, trials=500, seed=seed, workers=1).metrics for one in (plain, stated)
    )
    for name, values in ours.items():
        np.testing.assert_array_equal(values, theirs[name], err_msg=name)


def test_what_the_horizon_leaves_open(scenario: MakeScenario) -> None:
    """Cost to the horizon and the reserve for what comes later are the same wherever it lies."""
    terms = {
        **PACK,
        "customers": "{all: {share: 100%, redeem: 80%, overspend: {chance: 0, amount: 0}}}",
    }
    costs = []
    for horizon in ("45 days", "80 days", "122 days", "900 days"):
        found = expected(scenario(MIXED, {**terms, "horizon": horizon}))
        costs.append(
            found["voucher_visit_cost"]
            - found["till_receipts"]
            + found["tail_reserve"]
            + found["cannibalised_margin"]
        )
    # the weeks of the reserve begin at the horizon
    assert costs[:-1] == pytest.approx([costs[-1]] * 3, rel=2e-3)


def test_enough_places_are_no_limit(scenario: MakeScenario) -> None:
    """A capacity that always suffices changes no use."""
    free = {**PACK, "business.visits_per_week": 4}
    without = expected(scenario(MIXED, free))
    ample = expected(scenario(MIXED, {**free, "business.capacity_per_week": 1000}))
    for name in ("redeemed_in_time", "voucher_visit_cost", "turned_away"):
        assert ample[name] == pytest.approx(without[name], rel=1e-9)


@pytest.mark.parametrize("rule", ["honoured", "late"])
def test_too_few_places(rule: str, scenario: MakeScenario, seed: int) -> None:
    """Uses that find no place wait; none is lost or made twice (11.1 holds in every step)."""
    places = {"business.visits_per_week": 8, "business.capacity_per_week": 12}
    terms = {**PACK, **places, "business.turned_away": rule, "deal.demand": 60}
    made = scenario(MIXED, terms)
    found = run(made, sampled(made, seed))[1].metrics
    assert found["turned_away"].mean() > 20
    unlimited = expected(scenario(MIXED, {**PACK, "deal.demand": 60}))["redeemed_in_time"]
    assert 0.3 * unlimited < found["redeemed_in_time"].mean() < unlimited * 1.01


CROWDED: dict[str, Any] = {
    **PACK,
    "deal.refunds": 0,
    "deal.demand": 20,
    "deal.minimum": 0,
    "deal.promo_expires": "70 days",
    "horizon": "130 days",
    "deal.between": "20 days",
    "business.visits_per_week": 5,
    "business.capacity_per_week": 9,
    "customers.hunters.returns": "none",
    "customers.newcomers.returns": "none",
    "customers.existing.returns": "none",
}


@pytest.mark.parametrize("first", ["first_come", "ordinary_trade", "vouchers"])
def test_too_few_places_against_holders_followed(
    first: str, scenario: MakeScenario, seed: int
) -> None:
    """Who is turned away, use by use, and what it costs (section 6)."""
    made = scenario(MIXED, {**CROWDED, "business.serve_first": first})
    rng, case = Random(seed), case_of(made)
    followed = [follow_crowded(case, rng) for _ in range(800)]
    found = run(made, sampled(made, seed))[1].metrics
    assert found["turned_away"].mean() > 1
    for line in ("redeemed_in_time", "presented_late", "turned_away", "own_turned_away"):
        # those who begin in a step are taken to begin at its middle: half a use of some fifty
        assert_alike(found[line].tolist(), [one[line] for one in followed], line)
    for line in ("voucher_visit_cost", "cannibalised_margin", "displaced_margin"):
        assert_alike(found[line].tolist(), [one[line] for one in followed], line)


def test_campaigns_with_packs_of_their_own(scenario: MakeScenario) -> None:
    """A deal of one use, a pack of 3 and one of 5 add up, each a cohort of its own."""
    later = {"starts": "2025-02-04", "horizon": "216 days"}
    first = scenario(MIXED)
    others = [
        scenario(MIXED, {**PACK, **later, "deal.uses": 3}),
        scenario(MIXED, {**PACK, **later, "deal.between": "5 days"}),
    ]
    together = dealsim.simulate(first, expected=True, campaigns=others)
    alone = [dealsim.simulate(one, expected=True) for one in (first, *others)]
    for metric in ("vouchers_sold", "redeemed_in_time", "presented_late", "still_held"):
        wanted = sum(one.metrics[metric][0] for one in alone)
        assert together.metrics[metric][0] == pytest.approx(wanted, rel=2e-3), metric
    for metric in ("remittance", "outstanding_value", "voucher_visit_cost", "tail_reserve"):
        wanted = sum(one.metrics[metric][0] for one in alone)
        assert together.metrics[metric][0] == pytest.approx(wanted, rel=2e-3), metric


@pytest.mark.parametrize("name", sorted(TAXED))
def test_tax_in_prices(name: str, scenario: MakeScenario, seed: int) -> None:
    """Tax by use and by pack adds up (9.14 to 9.17 are checked around every chunk)."""
    made = scenario(MIXED, {**TAXED[name], **PACK})
    run(made, sampled(made, seed))
    run(made, MeanDraws())


def test_cost_does_not_depend_on_packs_sold(scenario: MakeScenario) -> None:
    """Ten thousand times as many packs are as many times the uses (expected mode is linear)."""
    few = expected(scenario(MIXED, {**PACK, "deal.cap": "none", "deal.demand": 50}))
    many = expected(scenario(MIXED, {**PACK, "deal.cap": "none", "deal.demand": 500_000}))
    assert many["redeemed_in_time"] == pytest.approx(10_000 * few["redeemed_in_time"])

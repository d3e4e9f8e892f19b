"""The right kind of randomness: inputs are drawn once per trial, customers one by one.

A share that is uncertain once per trial makes counts vary more than binomially (docs/model.md,
3.5): 50 vouchers redeemed with chance Beta(8, 2) have variance 43.6, and 8.0 if every customer had
a Beta share of his own. One test for every kind of input. Chi-square tests fail a correct program
with chance 1e-5, moments with 6e-7.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import comb, sqrt

import numpy as np
import pytest

import dealsim
from dealsim import Result
from dealsim.engine import Array
from tests.conftest import MakeScenario
from tests.engine.bridge import case_of
from tests.engine.library import PLAIN
from tests.reference import closed_form, closed_form_visits
from tests.reference.case import Case
from tests.statistical import assert_chi_square, assert_mean, assert_variance

TRIALS = 10_000
BETA = "{dist: beta, a: 8, b: 2}"
Overrides = Mapping[str, object]

UNIT: Overrides = {"business.variable_cost": 0, "deal.face_value": 10}
"""Costs and margins that count customers: no cost, and amounts of 1 where a test says so."""

TWO = PLAIN.replace("all: {share: 100%}", "a: {share: 50%}\n  b: {share: rest, redeem: 0%}")


@dataclass(frozen=True)
class Counted:
    """An uncertain share, what makes a metric count the customers it decides on, and the metric."""

    path: str
    metric: str
    rest: Overrides = field(default_factory=dict)
    text: str = PLAIN


SHARES = {
    "redeem": Counted("customers.all.redeem", "redeemed_in_time"),
    "share": Counted("customers.a.share", "redeemed_in_time", text=TWO),
    "would have come": Counted(
        "customers.all.would_have_come", "cannibalised_margin", {**UNIT, "business.usual_ticket": 1}
    ),
    "refunds": Counted("deal.refunds", "vouchers_refunded"),
    "rush": Counted(
        "redemption.rush.share",
        "still_held",
        {"horizon": "60 days", "redemption.rush.last": "1 day", "redemption.half_life": "0.1 days"},
    ),
    "late": Counted(
        "redemption.late.share",
        "presented_late",
        {"customers.all.redeem": 0, "redemption.late.half_life": "0.1 days"},
    ),
    "late, of a segment": Counted(
        "customers.all.redemption.late.share",
        "presented_late",
        {"customers.all.redeem": 0, "redemption.late.half_life": "0.1 days"},
    ),
    "overspend": Counted(
        "customers.all.overspend.chance",
        "till_receipts",
        {"customers.all.overspend.amount": 1, "customers.all.overspend.cv": 0},
    ),
    "returns, worth": Counted(
        "customers.all.returns.chance", "returning_margin", {"customers.all.returns.worth": 1}
    ),
    "returns, count": Counted(
        "customers.all.returns.chance", "new_regulars", {"customers.all.returns.visits": 3}
    ),
    "returns, rate": Counted(
        "customers.all.returns.chance",
        "new_regulars",
        {
            # vM/(1 + vM) > 1 - 1e-6, so that hardly a trial's pi is clipped at 1 (8.1)
            "customers.all.returns.visits_per_month": 1e6,
            "customers.all.returns.stay": "31 days",
            "customers.all.returns.cv": 0,
        },
    ),
}


@pytest.mark.parametrize("name", sorted(SHARES))
def test_a_share_is_drawn_once_per_trial(name: str, scenario: MakeScenario, seed: int) -> None:
    """Beta-binomial counts: the whole distribution, and variance 43.6 rather than 8.0 (3.5)."""
    counted = SHARES[name]
    text = counted.text if counted.text == TWO else PLAIN
    made = scenario(text, {**counted.rest, counted.path: BETA})
    result = dealsim.simulate(made, trials=TRIALS, seed=seed, workers=1)
    sample = result.metrics[counted.metric]
    assert (sample == np.floor(sample)).all()
    check_beta_binomial(sample)
    known = scenario(text, {**counted.rest, counted.path: 0.8})
    sample = dealsim.simulate(known, trials=5000, seed=seed, workers=1).metrics[counted.metric]
    assert_variance(sample.tolist(), 50 * 0.8 * 0.2, notice=0.2, what=name)


def check_beta_binomial(sample: Array) -> None:
    """50 customers, Beta(8, 2)."""
    mean, variance = closed_form.binomial_uncertain(50, *closed_form.beta_moments(8.0, 2.0))
    assert variance == pytest.approx(43.636, abs=0.001)
    assert_mean(sample.tolist(), mean, sqrt(variance), notice=0.6)
    assert_variance(sample.tolist(), variance, notice=0.25)
    pmf = dict(enumerate(closed_form.beta_binomial(50, 8.0, 2.0)))
    assert_chi_square(Counter(sample.astype(int).tolist()), pmf)


TIMES: dict[str, tuple[Overrides, str]] = {
    "redemption.half_life": ({"horizon": "60 days"}, "redeemed_in_time"),
    "customers.all.redemption.half_life": ({"horizon": "60 days"}, "redeemed_in_time"),
    "redemption.rush.last": (
        {"horizon": "63 days", "redemption.rush.share": "90%"},
        "redeemed_in_time",
    ),
    "redemption.late.half_life": (
        {"customers.all.redeem": "20%", "redemption.late.share": "90%", "horizon": "153 days"},
        "presented_late",
    ),
}
"""Times in days, what makes them matter, and the count in which they show."""


@pytest.mark.parametrize("path", sorted(TIMES))
def test_a_time_is_drawn_once_per_trial(path: str, scenario: MakeScenario, seed: int) -> None:
    """A time of 10 or 100 days: the count is a mixture of two binomials (5.2, 5.5)."""
    overrides, metric = TIMES[path]
    made = scenario(PLAIN, {**overrides, path: {"choices": {"10 days": "70%", "100 days": "30%"}}})
    result = dealsim.simulate(made, trials=TRIALS, seed=seed, workers=1)
    chances = []
    for days, weight in ((10.0, 0.7), (100.0, 0.3)):
        case = case_of(made, {path: days})
        chances.append((weight, closed_form.voucher_fates(case, case.horizon_days)[metric]))
    assert abs(chances[0][1] - chances[1][1]) > 0.1
    sample = result.metrics[metric].astype(int).tolist()
    assert_chi_square(Counter(sample), mixture(50, chances))


def mixture(n: int, chances: list[tuple[float, float]]) -> dict[int, float]:
    """Binomial counts with one of several chances, each with its weight."""
    return {
        x: sum(weight * comb(n, x) * p**x * (1.0 - p) ** (n - x) for weight, p in chances)
        for x in range(n + 1)
    }


EXTENT: dict[str, tuple[Overrides, str]] = {
    "rate": (
        {"customers.all.returns": "{chance: 50%, visits_per_month: 2, stay: 50 days, cv: 0}"},
        "customers.all.returns.stay",
    ),
    "count": (
        {"customers.all.returns": "{chance: 50%, visits: 2, after: 50 days, cv: 0}"},
        "customers.all.returns.after",
    ),
    "worth": (
        {"customers.all.returns": "{chance: 50%, worth: 60, after: 50 days}"},
        "customers.all.returns.after",
    ),
}


@pytest.mark.parametrize("form", sorted(EXTENT))
def test_how_long_it_takes_to_come_back(form: str, scenario: MakeScenario, seed: int) -> None:
    """A mean time of 30 or 300 days: variance within and between trials (8.4-8.6)."""
    overrides, path = EXTENT[form]
    choices = {"choices": {"30 days": "50%", "300 days": "50%"}}
    made = scenario(PLAIN, {**overrides, path: choices, "redemption.half_life": "0.01 days"})
    result = dealsim.simulate(made, trials=TRIALS, seed=seed, workers=1)
    parts = []
    for days in (30.0, 300.0):
        # everybody comes in the step from day 3 to day 7, and joins at its middle
        returns = case_of(made, {path: days}).segments[0].returns
        visits = closed_form_visits.visits_by(returns, 250.0 - 5.0)
        parts.append(closed_form_visits.campaign(case_of(made, {path: days}), visits))
    unit = 60.0 if form == "worth" else 60.0 * 0.55
    mean, variance = total([(0.5, part) for part in parts])
    sample = (result.metrics["returning_margin"] / unit).tolist()
    assert_mean(sample, mean, sqrt(variance), notice=0.1 * sqrt(variance))
    # in the step in which a regular leaves (8.3) spreads a little less than a Poisson process
    assert_variance(sample, variance, notice=0.2)
    within = sum(0.5 * part[1] for part in parts)
    assert variance > 1.5 * within, "the doubt must show beside the chance"


def total(parts: list[tuple[float, tuple[float, float]]]) -> tuple[float, float]:
    """Mean and variance of a mixture of amounts with given (mean, variance)."""
    mean = sum(weight * m for weight, (m, _) in parts)
    second = sum(weight * (v + m * m) for weight, (m, v) in parts)
    return mean, second - mean * mean


def simulate(made: MakeScenario, seed: int, overrides: Overrides, text: str = PLAIN) -> Result:
    """TRIALS of PLAIN with overrides."""
    return dealsim.simulate(made(text, overrides), trials=TRIALS, seed=seed, workers=1)


def test_visits_of_the_count_form(scenario: MakeScenario, seed: int) -> None:
    """1 + Poisson(n - 1) visits with one n for all: Var = N (E[n] - 1) + N^2 Var(n) (8.5)."""
    returns = "{chance: 100%, visits: {dist: uniform, low: 1, high: 5}, spend: 1, cv: 0}"
    result = simulate(scenario, seed, {"customers.all.returns": returns})
    variance = 50 * (3.0 - 1.0) + 50**2 * 16.0 / 12.0
    sample = result.metrics["returning_revenue"].tolist()
    assert_mean(sample, 150.0, sqrt(variance), notice=6.0)
    assert_variance(sample, variance, notice=0.15)


def test_visits_of_the_rate_form(scenario: MakeScenario, seed: int) -> None:
    """Two to ten visits a month, the same for all regulars of a trial (8.1-8.4)."""
    path = "customers.all.returns.visits_per_month"
    returns = "{chance: 60%, visits_per_month: 1, stay: 200 days, spend: 1, cv: 0}"
    overrides = {"customers.all.returns": returns, "redemption.half_life": "0.01 days"}
    made = scenario(PLAIN, {**overrides, path: "{dist: uniform, low: 2, high: 10}"})
    result = dealsim.simulate(made, trials=TRIALS, seed=seed, workers=1)
    parts = []
    for place in range(200):  # the integral over the uniform rate
        case = case_of(made, {path: 2.0 + 8.0 * (place + 0.5) / 200})
        visits = closed_form_visits.visits_by(case.segments[0].returns, 250.0 - 5.0)
        parts.append((1 / 200, closed_form_visits.campaign(case, visits)))
    mean, variance = total(parts)
    sample = result.metrics["returning_revenue"].tolist()
    assert_mean(sample, mean, sqrt(variance), notice=0.1 * sqrt(variance))
    assert_variance(sample, variance, notice=0.15)
    assert variance > 1.5 * sum(weight * part[1] for weight, part in parts)


AMOUNTS: dict[str, tuple[str, Overrides, float]] = {
    "deal.price": ("remittance", {}, 25),
    "platform.fixed_fee": ("fixed_fee", {}, 1),
    "business.cost_per_visit": ("voucher_visit_cost", {"business.variable_cost": 0}, 50),
    "business.usual_ticket": (
        "cannibalised_margin",
        {"customers.all.would_have_come": 1, "business.variable_cost": 0},
        50,
    ),
    "deal.face_value": ("voucher_visit_cost", {"business.variable_cost": "50%"}, 25),
    "customers.all.overspend.amount": (
        "till_receipts",
        {"customers.all.overspend": "{chance: 100%, amount: 1, cv: 0}"},
        50,
    ),
    "customers.all.returns.spend": (
        "returning_revenue",
        {"customers.all.returns": "{chance: 100%, visits: 1, spend: 1, cv: 0}"},
        50,
    ),
    "customers.all.returns.worth": (
        "returning_margin",
        {"customers.all.returns": "{chance: 100%, worth: 1}"},
        50,
    ),
}
"""Amounts, the line in which each shows, and how often it is in it where nothing is chance."""


@pytest.mark.parametrize("path", sorted(AMOUNTS))
def test_an_amount_is_drawn_once_per_trial(path: str, scenario: MakeScenario, seed: int) -> None:
    """Every customer of a trial meets the same amount: the line is a multiple of it, to the cent.

    Amounts of their own would leave the mean right and 50 times less variance.
    """
    metric, overrides, times = AMOUNTS[path]
    result = simulate(scenario, seed, {**overrides, path: "{dist: uniform, low: 5, high: 10}"})
    drawn = result.inputs[path]
    assert np.unique(drawn).size == TRIALS
    assert np.abs(result.metrics[metric] - times * drawn).max() <= 0.005 + 1e-9


@pytest.mark.parametrize("path", ["platform.commission", "platform.card_fee"])
def test_a_fee_is_drawn_once_per_trial(path: str, scenario: MakeScenario, seed: int) -> None:
    """Both are shares of the price, and add up (9.1)."""
    known = {"platform.commission": "25%", "platform.card_fee": "25%"}
    result = simulate(scenario, seed, {**known, path: "10% to 40%"})
    wanted = 500 * (1.0 - 0.25 - result.inputs[path])
    assert np.abs(result.metrics["remittance"] - wanted).max() <= 0.005 + 1e-9


def test_cost_and_use_are_drawn_once_per_trial(scenario: MakeScenario, seed: int) -> None:
    """The cost of 50 equal bills of use x 20 (7.1, 7.3)."""
    overrides = {"business.variable_cost": "20% to 60%", "customers.all.use": "50% to 90%"}
    result = simulate(scenario, seed, overrides)
    bills = 50 * 20 * result.inputs["customers.all.use"]
    wanted = bills * result.inputs["business.variable_cost"]
    assert np.abs(result.metrics["voucher_visit_cost"] - wanted).max() <= 0.005 + 1e-9


def test_spread_of_bills_is_drawn_once_per_trial(scenario: MakeScenario, seed: int) -> None:
    """A cv of 0 or 2: a mixture of a fixed sum and a widely spread one (7.1)."""
    over = "{chance: 100%, amount: 10, cv: {choices: {0: 50%, 2: 50%}}}"
    result = simulate(scenario, seed, {"customers.all.overspend": over})
    till, cv = result.metrics["till_receipts"], result.inputs["customers.all.overspend.cv"]
    assert (till[cv == 0] == 500).all() and (till[cv == 2] != 500).all()
    assert_mean(till[cv == 2].tolist(), 500.0, 20 * sqrt(50), notice=18.0)
    assert_variance(till[cv == 2].tolist(), 50 * 20.0**2, notice=0.3)


def test_demand_is_drawn_once_per_trial(scenario: MakeScenario, seed: int) -> None:
    """200 or 900 wanted, at most 600 sold, at least 150; 30 % redeem (4.1)."""
    demand = {"choices": {200: "60%", 900: "30%", 100: "10%"}}
    overrides: Overrides = {"deal.demand": demand, "deal.cap": 600, "deal.minimum": 150}
    made = scenario(PLAIN, {**overrides, "customers.all.redeem": "30%"})
    result = dealsim.simulate(made, trials=TRIALS, seed=seed, workers=1)
    case: Case = case_of(made, {"deal.demand": 200})
    sales = closed_form.sales_of_choices(case, {200: 0.6, 900: 0.3, 100: 0.1})
    assert sales == pytest.approx({200: 0.6, 600: 0.3, 0: 0.1})
    sold = result.metrics["vouchers_sold"].astype(int).tolist()
    assert_chi_square(Counter(sold), dict(sorted(sales.items())))
    mean = sum(n * chance for n, chance in sales.items())
    spread = sum(n * n * chance for n, chance in sales.items()) - mean**2
    redeemed = closed_form.count_of_uncertain_sales(0.3, mean, spread)
    sample = result.metrics["redeemed_in_time"].tolist()
    assert_mean(sample, redeemed[0], sqrt(redeemed[1]), notice=6.0)
    assert_variance(sample, redeemed[1], notice=0.1)


@pytest.mark.parametrize("path", ["deal.cap", "deal.minimum"])
def test_terms_are_drawn_once_per_trial(path: str, scenario: MakeScenario, seed: int) -> None:
    """A cap is rounded down to whole vouchers; a minimum is compared as it is (4.1)."""
    result = simulate(scenario, seed, {path: "{dist: uniform, low: 20, high: 80}"})
    drawn, sold = result.inputs[path], result.metrics["vouchers_sold"]
    wanted = np.minimum(50, np.floor(drawn)) if path == "deal.cap" else 50.0 * (drawn <= 50)
    assert (sold == wanted).all()


def test_visits_and_places_are_drawn_once_per_trial(scenario: MakeScenario, seed: int) -> None:
    """Six holders in the one week after sale close, ordinary trade of 4 or 12, 8 or 11 places."""
    overrides: Overrides = {
        "deal.demand": 6,
        "deal.sale_window": "7 days",
        "horizon": "14 days",
        "redemption.half_life": "0.01 days",
        "business.visits_per_week": {"choices": {4: "50%", 12: "50%"}},
        "business.capacity_per_week": {"choices": {8: "50%", 11: "50%"}},
    }
    made = scenario(PLAIN, overrides)
    result = dealsim.simulate(made, trials=TRIALS, seed=seed, workers=1)
    chances: dict[int, float] = {}
    for visits in (4.0, 12.0):
        for places in (8, 11):
            inputs = {"business.visits_per_week": visits, "business.capacity_per_week": places}
            case = case_of(made, inputs)
            joint = closed_form.turned_away_in_one_step(case, visits, places, 6)
            for (away, _), chance in joint.items():
                chances[away] = chances.get(away, 0.0) + chance / 4
    scale = sum(chances.values())
    chances = {away: chance / scale for away, chance in sorted(chances.items())}
    assert_chi_square(Counter(result.metrics["turned_away"].astype(int).tolist()), chances)


def test_discount_rate_is_drawn_once_per_trial(scenario: MakeScenario, seed: int) -> None:
    """All cash on two known days: -450 on day 7 and 250 on day 87 (14.4)."""
    overrides: Overrides = {
        "discount_rate": "5% to 15%",
        "redemption.half_life": "0.01 days",
        "platform.payout": "[{after: 84 days, share: 100%}]",
    }
    result = simulate(scenario, seed, overrides)
    growth = 1.0 + result.inputs["discount_rate"]
    wanted = -450 * growth ** (-7 / 365) + 250 * growth ** (-87 / 365)
    assert np.abs(result.metrics["npv"] - wanted).max() < 1e-9

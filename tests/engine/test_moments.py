"""The engine against the closed forms: means and variances of large cases, months and lines.

In expected mode the means agree to rounding error, which notices anything; only what returning
customers bring may differ, by the second order of the step (docs/model.md, 8.4). Sampled means and
variances must lie within 5 of their known standard errors: a correct program fails one comparison
with chance 6e-7, whatever the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
import pytest

import dealsim
from dealsim.engine import Array, Clock, build_clock
from dealsim.scenario import Scenario
from tests.conftest import MakeScenario
from tests.engine.bridge import case_of
from tests.engine.library import AS_ALWAYS, MIXED, PLAIN, VARIANTS, expected, run, sampled
from tests.reference import closed_form, closed_form_money, closed_form_visits
from tests.reference.case import Case, OnRedemption
from tests.statistical import assert_mean, assert_variance

TRIALS = 10_000
FATES = {
    "refunded": "vouchers_refunded",
    "redeemed_in_time": "redeemed_in_time",
    "presented_late": "presented_late",
    "lapsed": "lapsed",
    "still_held": "still_held",
}
RETURNING = ("returning_revenue", "returning_margin", "incremental_profit")
Moments = tuple[float, float]

CASES: dict[str, tuple[str, Mapping[str, object]]] = {
    **{name: (MIXED, overrides) for name, overrides in VARIANTS.items()},
    "spend as always": (AS_ALWAYS, {}),
}

RETURNS = {
    "rate": "{chance: 60%, visits_per_month: 2, stay: 120 days, spend: 30, cv: 0.5}",
    "rate, all become regulars": "{chance: 49%, visits_per_month: 0.49, stay: 60 days, cv: 0}",
    "count": "{chance: 80%, visits: 4, after: 200 days, spend: 30, cv: 0.5}",
    "count, at once": "{chance: 50%, visits: 1, after: 0 days, spend: 30, cv: 2}",
    "worth": "{chance: 50%, worth: 120, after: 100 days}",
    "worth, at once": "{chance: 50%, worth: 120}",
}


@dataclass(frozen=True)
class Simulated:
    """A case, the metrics of a run, and those of expected mode."""

    case: Case
    metrics: Mapping[str, Array]
    expected: Mapping[str, float]


def simulated(scenario: Scenario, seed: int, trials: int = TRIALS) -> Simulated:
    """Both modes of a scenario."""
    metrics = dealsim.simulate(scenario, trials=trials, seed=seed, workers=1).metrics
    return Simulated(case_of(scenario), metrics, expected(scenario))


def by_the_day(scenario: Scenario, seed: int) -> Simulated:
    """The same for one chunk of trials, with steps of a day."""
    clock = refined(scenario, 7)
    metrics = run(scenario, sampled(scenario, seed), clock=clock)[1].metrics
    return Simulated(case_of(scenario), metrics, expected(scenario, clock=clock))


def moments_of_lines(case: Case) -> dict[str, Moments]:
    """Mean and variance of the money lines, new regulars and profit at the horizon."""
    paid = closed_form_money.remittance(case) / (case.remittance_per_voucher * case.sold)
    mean, variance = closed_form.binomial(case.sold, paid)
    rem = case.remittance_per_voucher
    return {
        "remittance": (rem * mean, rem**2 * variance),
        "fixed_fee": (case.fixed_fee, 0.0),
        "till_receipts": closed_form_visits.till_receipts(case),
        "voucher_visit_cost": closed_form_visits.voucher_visit_cost(case),
        "cannibalised_margin": closed_form_visits.cannibalised_margin(case),
        "returning_revenue": closed_form_visits.returning(case, "revenue"),
        "returning_margin": closed_form_visits.returning(case, "margin"),
        "new_regulars": closed_form_visits.new_regulars(case),
        "tail_reserve": closed_form_money.tail_reserve(case),
        "incremental_profit": closed_form_money.incremental_profit(case),
        "outstanding_value": closed_form.outstanding_value(case, case.horizon_days),
    }


def check_line(found: Simulated, line: str, moments: Moments) -> None:
    """A line's mean and variance; the error of the step is shown to be small beside the noise."""
    sample, (mean, variance) = found.metrics[line], moments
    if variance < 1e-12 * max(1.0, mean * mean):
        assert np.abs(sample - mean).max() <= 0.005 + 1e-9, line  # rounded to the cent
        return
    sd = sqrt(variance)
    step = abs(found.expected[line] - mean) * sqrt(len(sample)) / sd
    assert step < 0.5, f"{line}: the step's own error is {step:.2g} standard errors"
    assert_mean(sample.tolist(), mean, sd, notice=0.1 * sd, what=line)
    assert_variance(sample.tolist(), variance, what=line)


@pytest.mark.parametrize("name", sorted(CASES))
def test_lines_and_fates(name: str, scenario: MakeScenario, seed: int) -> None:
    """Means and variances of fates and money at the horizon (5.7, 6.1, 7.5, 8.4-8.8, 9.1-9.8)."""
    found = simulated(scenario(*CASES[name]), seed)
    case = found.case
    for line, moments in moments_of_lines(case).items():
        check_line(found, line, moments)
    for fate, metric in FATES.items():
        check_line(found, metric, closed_form.count(case, fate, case.horizon_days))


@pytest.mark.parametrize("name", sorted(CASES))
def test_months(name: str, scenario: MakeScenario, seed: int) -> None:
    """Flows to date and stocks at every month end, also before sale close (4.2, 5.7, 10.1)."""
    made = scenario(*CASES[name])
    case, result = case_of(made), dealsim.simulate(made, trials=TRIALS, seed=seed, workers=1)
    timeline = result.timeline
    for place, end in enumerate(result.month_ends):
        day = float((end - case.starts).days)
        stocks = {"held": closed_form.held(case, day)}
        stocks["outstanding_value"] = closed_form.outstanding_value(case, day)
        nothing = isinstance(case.payout, OnRedemption)
        stocks["liability"] = (0.0, 0.0) if nothing else stocks["outstanding_value"]
        for series, (mean, variance) in stocks.items():
            check_month(timeline[series][place], mean, variance, f"{series} on day {day}")
        for fate in ("redeemed_in_time", "presented_late"):
            to_date = timeline[fate][: place + 1].sum(axis=0)
            check_month(to_date, *closed_form.count(case, fate, day), f"{fate} by day {day}")


def check_month(sample: Array, mean: float, variance: float, what: str) -> None:
    """A stock or a sum of flows; `notice` is a tenth of its standard deviation."""
    sd = sqrt(max(0.0, variance))
    if sd < 1e-9:
        assert np.abs(sample - mean).max() < 1e-6, what
        return
    assert_mean(sample.tolist(), mean, sd, notice=0.1 * sd, what=what)
    # the fourth moment of a count of mean below 1 is not well determined
    if mean > 1.0 and variance > 1.0:
        assert_variance(sample.tolist(), variance, what=what)


@pytest.mark.parametrize("name", sorted(CASES))
def test_expected_mode_is_the_closed_form(name: str, scenario: MakeScenario) -> None:
    """Each mean to rounding error, where nothing waits for a returning customer (section 1)."""
    made = scenario(*CASES[name])
    case, found = case_of(made), expected(made)
    wanted = {line: moments[0] for line, moments in moments_of_lines(case).items()}
    wanted |= {
        metric: closed_form.count(case, fate, case.horizon_days)[0]
        for fate, metric in FATES.items()
    }
    wanted["campaign_profit"] = closed_form_money.lines(case)["campaign_profit"]
    for metric, mean in wanted.items():
        if metric not in RETURNING:
            assert found[metric] == pytest.approx(mean, rel=1e-9, abs=1e-9), metric


def refined(scenario: Scenario, parts: int) -> Clock:
    """The scenario's clock with its weekly steps cut in `parts`, everywhere up to the horizon."""
    clock = build_clock((scenario,))
    days = range(0, clock.horizon, 7 // parts)
    return clock.with_cuts(np.array(days, dtype=np.int64))


@pytest.mark.parametrize("form", sorted(RETURNS))
def test_returning_mean_is_right_to_second_order(form: str, scenario: MakeScenario) -> None:
    """Daily steps bring the mean to the integral over the exact days of the visits (8.4-8.6).

    Who is served in a step joins at its middle, an error of the order (T/h)^2/24 for a step T and
    a shortest time h of 40 days here: 1.3e-3 a week and 49 times less a day.
    """
    made = scenario(
        PLAIN,
        {
            "customers.all.redeem": "70%",
            "customers.all.returns": RETURNS[form],
            "redemption.half_life": "40 days",
            "redemption.late.share": "100%",
            "redemption.late.half_life": "40 days",
        },
    )
    case = case_of(made)
    for line in ("revenue", "margin"):
        exact = closed_form_visits.returning(case, line)[0]
        weekly = expected(made, clock=refined(made, 1))[f"returning_{line}"]
        daily = expected(made, clock=refined(made, 7))[f"returning_{line}"]
        assert weekly == pytest.approx(exact, rel=1.3e-3), line
        assert daily == pytest.approx(exact, rel=1.3e-3 / 49), line
    assert expected(made)["new_regulars"] == pytest.approx(
        closed_form_visits.new_regulars(case)[0], rel=1e-12
    )


@pytest.mark.parametrize("form", sorted(RETURNS))
@pytest.mark.parametrize("late", [False, True])
def test_each_form_of_coming_back(form: str, late: bool, scenario: MakeScenario, seed: int) -> None:
    """A case in which the spread of the form is most of the variance (8.1-8.8)."""
    overrides = {"customers.all.returns": RETURNS[form], "redemption.half_life": "20 days"}
    if late:
        overrides |= {"customers.all.redeem": "0%", "redemption.late.share": "100%"}
        overrides |= {"redemption.late.half_life": "60 days", "deal.promo_expires": "30 days"}
    found = by_the_day(scenario(PLAIN, overrides), seed)
    lines = moments_of_lines(found.case)
    for line in (*RETURNING, "new_regulars"):
        check_line_loosely(found, line, lines[line])


def check_line_loosely(found: Simulated, line: str, moments: Moments) -> None:
    """As `check_line`, with 5,000 draws: a quarter of a standard deviation is noticed."""
    sample, (mean, variance) = found.metrics[line], moments
    sd = sqrt(variance)
    if sd < 1e-9:
        assert np.abs(sample - mean).max() <= 0.005 + 1e-9, line
        return
    step = abs(found.expected[line] - mean) * sqrt(len(sample)) / sd
    assert step < 0.5, f"{line}: the step's own error is {step:.2g} standard errors"
    assert_mean(sample.tolist(), mean, sd, notice=0.25 * sd, what=line)
    assert_variance(sample.tolist(), variance, notice=0.4, what=line)


BILLS: dict[str, Callable[[float], dict[str, object]]] = {
    "in time": lambda cv: {},
    "late at the paid value": lambda cv: {"redemption.late.bill": "worth"},
    "late, bill of the face value": lambda cv: {"redemption.late.bill": "face_value"},
    "late at the face value": lambda cv: {"deal.after_expiry": "face_value"},
}


@pytest.mark.parametrize("cv", [0.0, 0.5, 1.5])
@pytest.mark.parametrize("when", sorted(BILLS))
def test_bills(when: str, cv: float, scenario: MakeScenario, seed: int) -> None:
    """Bills that exceed their base and bills that do not (7.1-7.5)."""
    overrides: dict[str, object] = {
        "customers.all.use": "70%",
        "customers.all.overspend": {"chance": "80%", "amount": 15, "cv": cv},
        "business.cost_per_visit": 2,
    }
    if when != "in time":
        overrides |= {"customers.all.redeem": "20%", "redemption.late.share": "90%"}
        overrides |= {"redemption.late.half_life": "5 days"}
    found = simulated(scenario(PLAIN, overrides | BILLS[when](cv)), seed, 5000)
    lines = moments_of_lines(found.case)
    for line in ("till_receipts", "voucher_visit_cost", "incremental_profit"):
        check_line_loosely(found, line, lines[line])

"""Cash-outs and unclaimed property: exact cases, closed forms, and what the horizon leaves open.

Equations 5.8, 5.9 and 9.10 to 9.12 of docs/model.md. Chi-square tests fail a correct program with
chance 1e-5, moments with 6e-7; everything else is exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from math import comb, exp2, sqrt

import numpy as np
import pytest

import dealsim
from dealsim import Result
from dealsim.engine import MeanDraws, build_clock, run_chunk
from dealsim.engine.mechanisms import mechanisms
from dealsim.engine.recorder import Recorder
from dealsim.engine.state import Flows, State
from dealsim.engine.tail import vouchers_to_come
from tests.conftest import MakeScenario
from tests.engine.library import MIXED, PLAIN, context_of, expected, run, sampled
from tests.reference import closed_form
from tests.statistical import assert_chi_square, assert_mean, assert_variance

TRIALS = 10_000
EXPIRY = 123
"""Day of promo expiry of PLAIN: 3 + 120."""

Overrides = Mapping[str, object]
Make = Callable[..., Result]

UNUSED: Overrides = {
    "customers.all.redeem": 0,
    "redemption.late": "{share: 30%, half_life: 90 days}",
    "accounting.cash_out": "{below: 10.5, share: 40%}",
}
"""Nobody comes in time; 30 % ever would late, and 28 % ever ask for the cash."""

ALL_CASH: Overrides = {
    "customers.all.redeem": 0,
    "redemption.late": "{share: 0%, half_life: 0.01 days}",
    "accounting.cash_out": "{below: 10.01, share: 100%}",
}


@pytest.fixture
def simulate(scenario: MakeScenario, seed: int) -> Make:
    """PLAIN with overrides, 200 trials."""

    def made(overrides: Overrides, trials: int = 200, text: str = PLAIN) -> Result:
        return dealsim.simulate(scenario(text, overrides), trials=trials, seed=seed, workers=1)

    return made


def check(result: Result, **values: float) -> None:
    """Metrics that every trial must have."""
    for name, value in values.items():
        assert (result.metrics[name] == value).all(), name


# --- who takes cash ------------------------------------------------------------------------


def test_everybody_takes_cash(simulate: Make) -> None:
    """All 50 get their 10 back; the platform keeps its half, so the deal costs 250."""
    result = simulate(ALL_CASH)
    check(result, cashed_out=50, cash_outs=500, still_held=0, presented_late=0)
    check(result, incremental_profit=-250, tail_reserve=0, liability_at_horizon=0)
    ends = [str(day) for day in result.month_ends]
    flows = result.timeline["cash"][ends.index("2025-06-01")]
    assert (flows == -500).all(), "cash is paid when it is asked for"


@pytest.mark.parametrize(
    "never",
    [
        {"accounting.cash_out.below": 10},
        {"accounting.cash_out.below": 0},
        {"accounting.cash_out.share": "0%"},
        {"deal.after_expiry": "nothing"},
        {"platform.payout": "{on_redemption: {lag: 14 days}}"},
        {"horizon": "123 days"},
        {"redemption.late.share": "100%"},
    ],
    ids=lambda never: "=".join(map(str, next(iter(never.items())))),
)
def test_nobody_takes_cash(never: Overrides, simulate: Make) -> None:
    check(simulate({**ALL_CASH, **never}), cashed_out=0, cash_outs=0)


def test_the_lapse_ends_it(simulate: Make) -> None:
    """What survives lapses with the promotion: there is no time to ask."""
    check(simulate({**ALL_CASH, "deal.paid_value_expires": "120 days"}), cashed_out=0, lapsed=50)


@pytest.mark.parametrize(
    ("overrides", "count", "as_of", "over", "before"),
    [
        ({}, "cashed_out", EXPIRY + 1, 126, 50),
        (
            {"accounting.cash_out.below": 10, "deal.paid_value_expires": "200 days"},
            "lapsed",
            202,
            203,
            0,
        ),
    ],
)
def test_what_falls_before_an_as_of_day_in_a_step(
    overrides: Overrides,
    count: str,
    as_of: int,
    over: int,
    before: int,
    scenario: MakeScenario,
    seed: int,
) -> None:
    """All take cash within a day of expiry, so before the as-of day of that step; or all lapse on
    the last day of theirs, so after it. Money alone is divided by time (section 2)."""
    made = scenario(PLAIN, {**ALL_CASH, **overrides})
    clock, draws = build_clock((made,), as_of), sampled(made, seed)
    assert [(one.as_of, one.t1) for one in clock.steps if one.as_of] == [(as_of, over)]
    records = run_chunk(context_of(made, draws, clock), draws, (as_of, clock.horizon))
    first, second = records.counts[count][0]
    assert (first == before).all() and (second == 50 - before).all()


def chances(day: int) -> tuple[float, float]:
    """A voucher of UNUSED is presented late, or taken in cash, by a day (5.7, 5.8)."""
    by_now = 1.0 - exp2(-(day - EXPIRY) / 90.0)
    return 0.3 * by_now, 0.7 * 0.4 * by_now


def test_late_and_cash_are_multinomial(simulate: Make) -> None:
    """Both counts and their sum are binomial, so that they covary as multinomial counts do."""
    result = simulate(UNUSED, TRIALS)
    late, cash = result.metrics["presented_late"], result.metrics["cashed_out"]
    one, other = chances(250)
    for sample, p in ((late, one), (cash, other), (late + cash, one + other)):
        mean, variance = closed_form.binomial(50, p)
        assert_mean(sample.tolist(), mean, sqrt(variance), notice=0.3)
        assert_variance(sample.tolist(), variance, notice=0.25)
        pmf = {k: comb(50, k) * p**k * (1 - p) ** (50 - k) for k in range(51)}
        assert_chi_square(Counter(sample.astype(int).tolist()), pmf)
    assert (result.metrics["cash_outs"] == 10 * cash).all()


def test_late_draws_do_not_move(scenario: MakeScenario, simulate: Make) -> None:
    """A share of nil, or a price that is not small, changes no figure of any kind."""
    late = {"redemption.late": "{share: 40%, half_life: 60 days}"}
    plain = simulate(late, text=MIXED)
    for terms in ("{below: 20, share: 0%}", "{below: 10, share: 60%}"):
        stated = simulate({**late, "accounting.cash_out": terms}, text=MIXED)
        for name, values in plain.metrics.items():
            np.testing.assert_array_equal(stated.metrics[name], values)
        assert stated.summary()["waterfall"] == plain.summary()["waterfall"]


def test_who_was_turned_away_never_takes_cash(scenario: MakeScenario) -> None:
    """100 who were turned away in time, 100 who never tried; 30 % of either ever come late (5.8).

    Each day, of those turned away 100 (1 - 0.3 L) are left: those who came late alone. Of those who
    never tried 28 % more take cash, 100 (1 - 0.58 L). What the horizon leaves open of the former
    is 100 x 0.3 (1 - L) to come and 70 of whom nothing is heard, again without cash (9.7).
    """
    made = scenario(PLAIN, {**UNUSED, "deal.demand": 200})
    clock, draws = build_clock((made,)), MeanDraws()
    context = context_of(made, draws, clock)
    recorder = Recorder(context, clock.month_ends)
    redeem, unclaimed, hold = (mechanisms(context)[n] for n in ("redeem", "unclaimed", "hold"))
    state = State.empty(context)
    state.holding, state.holding_again = state.holding + 100.0, state.holding_again + 100.0
    for step in clock.steps:
        recorder.begin(step, draws)
        flows = Flows.begin(context, step)
        for mechanism in (redeem, unclaimed, hold):
            mechanism.step(state, flows, draws, recorder)
        by_now = 1.0 - exp2(-max(0, step.t1 - EXPIRY) / 90.0)
        assert state.holding_again == pytest.approx(100.0 * (1.0 - 0.3 * by_now))
        assert state.holding == pytest.approx(100.0 * (1.0 - 0.58 * by_now))
    assert by_now > 0.6
    tail = vouchers_to_come(context, replace(state, holding=state.holding * 0.0))
    assert tail.again_late == pytest.approx(30.0 * (1.0 - by_now))
    assert tail.never == pytest.approx(70.0)
    assert not tail.cash.any() and not tail.first_late.any()


# --- what the state gets -------------------------------------------------------------------

STATE: Overrides = {
    "customers.all.redeem": 0,
    "redemption.late": "{share: 0%, half_life: 30 days}",
    "accounting.escheat": "{after: 200 days, share: 60%, basis: paid}",
}
"""Day of dormancy: 203. All 50 are held."""


@pytest.mark.parametrize(
    ("basis", "share", "each", "owed"),
    [("paid", "60%", 6, 4), ("face", "60%", 12, 0), ("face", "30%", 6, 4), ("paid", "100%", 10, 0)],
)
def test_all_is_handed_over(
    basis: str, share: str, each: float, owed: float, simulate: Make
) -> None:
    """A share of 10 or of 20 for each of 50; the merchant then owes what is left of the 10."""
    terms = f"{{after: 200 days, share: {share}, basis: {basis}}}"
    result = simulate({**STATE, "accounting.escheat": terms})
    check(result, escheat_paid=50 * each, incremental_profit=250 - 50 * each, still_held=50)
    check(result, liability_at_horizon=50 * owed, liability_at_expiry=500, outstanding_value=500)
    check(result, tail_reserve=0)


@pytest.mark.parametrize(
    "never",
    [
        {"deal.paid_value_expires": "199 days"},
        {"deal.after_expiry": "nothing"},
        {"platform.payout": "{on_redemption: {lag: 14 days}}"},
        {"accounting.escheat.share": "0%"},
        {"accounting.escheat.after": "never"},
    ],
    ids=lambda never: next(iter(never.values())),
)
def test_nothing_is_handed_over(never: Overrides, simulate: Make) -> None:
    """Where it never falls due no figure moves, the days of the steps included."""
    result = simulate({**STATE, **never})
    check(result, escheat_paid=0)
    terms = {name: value for name, value in STATE.items() if "escheat" not in name}
    terms |= {name: value for name, value in never.items() if "escheat" not in name}
    without = simulate(terms)
    assert result.path_days == without.path_days
    for name, values in without.metrics.items():
        np.testing.assert_array_equal(result.metrics[name], values)


def test_on_the_day_of_the_lapse_the_state_comes_first(simulate: Make) -> None:
    result = simulate({**STATE, "deal.paid_value_expires": "200 days"})
    check(result, escheat_paid=300, lapsed=50, still_held=0, tail_reserve=0)


@pytest.mark.parametrize("after", [150, 200, 203])
def test_the_day_of_dormancy_moves_no_customer(after: int, scenario: MakeScenario) -> None:
    """It is no step: what is due is told at the end of the step that holds it (2.2, 9.11)."""
    state = {**STATE, "accounting.escheat.after": f"{after} days"}
    made, plain = scenario(PLAIN, state), scenario(PLAIN)
    clock = build_clock((made,))
    assert clock.campaigns[0].dormancy == after + 3
    assert clock.cuts.tolist() == build_clock((plain,)).cuts.tolist()
    extra = set(made.numbers()) - set(plain.numbers())
    assert extra == {"accounting.escheat.share"}


def test_who_comes_after_all_is_claimed_back(scenario: MakeScenario, seed: int) -> None:
    """After dormancy the state has 6 for each voucher still held, before it nothing (9.11)."""
    made = scenario(PLAIN, {**STATE, **UNUSED, "deal.refunds": "5%", "horizon": "400 days"})
    clock = build_clock((made,))
    paths, _ = run(made, sampled(made, seed))
    held = paths.counts["vouchers_sold"][0].copy()
    for fate in ("vouchers_refunded", "presented_late", "cashed_out"):
        held -= paths.counts[fate][0]
    due = np.where((clock.record_days >= 203)[:, np.newaxis], 600 * held, 0)
    np.testing.assert_array_equal(paths.lines["escheat_paid"][0], due)
    assert (np.diff(due, axis=0) < 0).any(), "somebody came after dormancy"


# --- what the horizon leaves open ----------------------------------------------------------

OPEN: Overrides = {
    "customers.all.redeem": "70%",
    "customers.all.would_have_come": "20%",
    "deal.refunds": "6%",
    "redemption.late": "{share: 30%, half_life: 90 days, bill: face_value}",
    "accounting.cash_out": "{below: 11, share: 40%}",
}
LAPSES = ("never", "300 days")
STATES = ("{after: 3 days, share: 40%}", "{after: 200 days, share: 60%, basis: face}")


@pytest.mark.parametrize("horizon", [5, 60, 122, 123, 180, 203, 240, 303, 310])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("lapse", LAPSES)
def test_a_longer_horizon_has_the_same_profit(
    horizon: int, state: str, lapse: str, scenario: MakeScenario
) -> None:
    """Without returning customers, what is reserved is what comes in the end (9.7, 9.12)."""
    terms = {**OPEN, "accounting.escheat": state, "deal.paid_value_expires": lapse}
    short = expected(scenario(PLAIN, {**terms, "horizon": f"{horizon} days"}))
    long = expected(scenario(PLAIN, {**terms, "horizon": "20 years"}))
    assert short["incremental_profit"] == pytest.approx(long["incremental_profit"], abs=1e-6)
    assert long["tail_reserve"] == pytest.approx(0.0, abs=1e-3)
    assert long["cash_outs"] > 10 and long["escheat_paid"] > 10


def test_what_is_still_to_come_counts_as_exercised(scenario: MakeScenario) -> None:
    """The books expect cash-outs after the horizon like presentations."""

    def exercised(horizon: str) -> float:
        found = run(scenario(PLAIN, {**OPEN, "horizon": horizon}), MeanDraws())[1]
        m, names = found.metrics, ("redeemed_in_time", "presented_late", "cashed_out")
        return float(sum(m[name][0] for name in names) + found.cohorts[0]["to_come"].sum())

    assert exercised("60 days") == pytest.approx(exercised("20 years"), abs=1e-6)
    assert exercised("200 days") == pytest.approx(exercised("20 years"), abs=1e-6)

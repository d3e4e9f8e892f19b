"""Payments, true-up and cash, to the cent and by hand (docs/model.md, sections 9 and 14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor

import numpy as np
import pytest

import dealsim
from dealsim.engine import Clock, MeanDraws, Minor, build_clock
from dealsim.scenario import Scenario
from dealsim.units import parse_span
from tests.conftest import MakeScenario
from tests.engine.bridge import case_of
from tests.engine.library import MIXED, PLAIN, VARIANTS, run, sampled
from tests.reference import closed_form_money

THIRDS = """[{after: 5 business days, share: 1/3}, {after: 30 business days, share: 1/3},
             {after: 60 business days, share: 1/3}]"""
HALF_NOW = "[{after: 1 days, share: 1/2}, {after: 30 days, share: 1/2}]"


def flows(scenario: Scenario, line: str, seed: int) -> tuple[Clock, Minor]:
    """A line's amount in cents at each cut, (cut, trial)."""
    clock = build_clock((scenario,))
    paths, _ = run(scenario, sampled(scenario, seed))
    return clock, np.diff(paths.lines[line][0], axis=0, prepend=0)


def by_date(clock: Clock, cents: Minor) -> dict[date, float]:
    """The days on which something flows, with the amounts of one trial in currency units."""
    return {
        clock.date_of(int(day)): int(amount) / 100
        for day, amount in zip(clock.record_days, cents, strict=True)
        if amount
    }


@pytest.mark.parametrize(
    ("sold", "instalments"),
    [
        (1900, [3166.67, 3166.67, 3166.66]),
        (4200, [7000.0, 7000.0, 7000.0]),
        (1, [1.67, 1.67, 1.66]),
    ],
)
def test_thirds(sold: int, instalments: list[float], scenario: MakeScenario, seed: int) -> None:
    """A contract of 2011: thirds 5, 30 and 60 business days after the sale (9.2).

    The sale of 2 June 2011, a Thursday, closes on Friday 3 June; weekends are skipped.
    """
    days = [date(2011, 6, 10), date(2011, 7, 15), date(2011, 8, 26)]
    made = scenario(
        PLAIN,
        {
            "starts": "2011-06-02",
            "deal.sale_window": "1 day",
            "deal.demand": sold,
            "platform.payout": THIRDS,
        },
    )
    clock, cents = flows(made, "remittance", seed)
    assert (cents == cents[:, :1]).all()
    assert by_date(clock, cents[:, 0]) == dict(zip(days, instalments, strict=True))
    assert sum(instalments) == pytest.approx(5.0 * sold)


def half_up(amount: Fraction) -> int:
    """Halves are rounded up."""
    return floor(amount + Fraction(1, 2))


def test_true_up_recovers_what_was_refunded(scenario: MakeScenario, seed: int) -> None:
    """In every trial: half of what is sold and not refunded on day 4, the rest of it later (9.2,
    9.3). The refund days end on day 10, where half of rem is recovered for each refund since.

    Refunds are told at the end of their step, on day 7: those by day 4 follow from the payment.
    """
    made = scenario(
        PLAIN,
        {"deal.price": 9.99, "deal.refunds": "30%", "platform.payout": HALF_NOW},
    )
    clock = build_clock((made,))
    paths, _ = run(made, sampled(made, seed))
    paid, refunds = paths.lines["remittance"][0], paths.counts["vouchers_refunded"][0]
    at = {day: int(np.flatnonzero(clock.record_days == day)[0]) for day in (4, 7, 10, 33)}
    rem = Fraction(999, 100) / 2 * 100  # cents
    checked = 0
    for trial in range(0, paid.shape[1], 50):
        by_7, by_10 = (Fraction(int(refunds[at[day], trial])) for day in (7, 10))
        first = int(paid[at[4], trial])
        (by_4,) = (n for n in range(int(by_7) + 1) if half_up(rem / 2 * (50 - n)) == first)
        due = rem / 2 * (50 - by_10)
        trued = first + half_up(due - rem / 2 * (50 - by_4))
        last = half_up(rem * (50 - by_10))
        assert [int(paid[at[day], trial]) for day in (4, 10, 33)] == [first, trued, last]
        assert paid[-1, trial] == last and paid[at[4] - 1, trial] == 0
        checked += by_7 > by_4 > 0
    assert checked > 20, "hardly a trial had refunds on both sides of the payment"


@pytest.mark.parametrize("name", ["paid value for ever", "horizon before expiry"])
def test_every_payment(name: str, scenario: MakeScenario, seed: int) -> None:
    """Each instalment and the true-up of each trial, given its refunds, as the closed form has it.

    What is due after the horizon counts at the horizon.
    """
    made = scenario(MIXED, VARIANTS[name])
    case, clock = case_of(made), build_clock((made,))
    paths, _ = run(made, sampled(made, seed))
    paid, refunds = paths.lines["remittance"][0], paths.counts["vouchers_refunded"][0]
    first = clock.campaigns[0].payouts[0][0]
    assert first in (4, 8)
    for trial in range(0, paid.shape[1], 100):
        found = by_date(clock, np.diff(paid[:, trial], prepend=0))
        by = {int(day): int(refunds[clock.row_of(int(day)), trial]) for day in clock.cuts}
        # refunds are told at the end of their step: one number by the payday inside it fits
        before, after = (3, 7) if first == 4 else (7, 10)
        fits = []
        for early in range(by[before], by[after] + 1):
            payments = closed_form_money.payments_to_the_cent(
                case,
                lambda day, early=early, by=by: early if day == first else by.get(int(day), by[10]),  # type: ignore[misc]
            )
            wanted: dict[date, float] = {}
            for day, amount in payments:
                when = clock.date_of(min(int(day), clock.horizon))
                wanted[when] = round(wanted.get(when, 0.0) + amount, 2)
            wanted = {when: amount for when, amount in wanted.items() if amount}
            fits.append(found == pytest.approx(wanted, abs=1e-9))
        assert any(fits)


@pytest.mark.parametrize("horizon", [4, 7, 9, 10, 11, 30])
def test_refunds_after_the_horizon(horizon: int, scenario: MakeScenario, seed: int) -> None:
    """Who will be refunded is settled at sale close: the platform never pays for these (4.4, 9.2).

    What is due after the horizon counts at the horizon, so with a horizon within the refund days
    remittance is rem x vouchers never refunded, as with a long one.
    """
    terms: dict[str, object] = {"deal.refunds": "30%", "platform.payout": HALF_NOW}
    short = scenario(PLAIN, terms | {"horizon": f"{horizon} days"})
    long = scenario(PLAIN, terms)
    a, b = (run(made, sampled(made, seed))[1].metrics["remittance"] for made in (short, long))
    assert (a == b).all()  # who is refunded has a stream of its own
    expected = run(short, MeanDraws())[1].metrics["remittance"]
    assert expected == pytest.approx([50 * 0.7 * 5.0])


def test_refunds_are_known_by_each_payday_within_a_step(scenario: MakeScenario) -> None:
    """20 of 50 are refunded evenly from day 3 to 10; paydays 4, 5 and 6 fall in one step (9.2).

    In expected mode a payday d pays its share of 5 x (50 - 20 (d - 3) / 7) less what was due
    before; on day 10 three quarters of 5 x 30 are trued up, and the last pays the rest.
    """
    days = {4: 0.25, 5: 0.5, 6: 0.75, 10: 0.75, 33: 1.0}
    parts = ", ".join(f"{{after: {n} days, share: 1/4}}" for n in (1, 2, 3, 30))
    made = scenario(PLAIN, {"deal.refunds": "40%", "platform.payout": f"[{parts}]"})
    clock = build_clock((made,))
    paths, _ = run(made, MeanDraws())
    due = {
        day: share * 500.0 * (50.0 - 20.0 * min(day - 3, 7) / 7.0) for day, share in days.items()
    }
    for row, day in enumerate(clock.record_days.tolist()):
        to_date = [due[when] for when in due if when <= day]
        expected = to_date[-1] if to_date else 0.0
        assert paths.lines["remittance"][0, row, 0] == pytest.approx(expected), f"day {day}"


def test_expected_instalments_are_not_rounded(scenario: MakeScenario) -> None:
    """In expected mode nothing but demand is rounded (section 1)."""
    made = scenario(PLAIN, {"deal.price": 0.01, "deal.refunds": "1/7", "deal.demand": 1})
    found = run(made, MeanDraws())[1].metrics["remittance"]
    assert found == pytest.approx([0.005 * 6 / 7], rel=1e-12)


@pytest.mark.parametrize("late", ["unpaid", "paid"])
@pytest.mark.parametrize("lag", ["0 days", "14 days", "10 days", "5 business days", "1 month"])
@pytest.mark.parametrize("horizon", ["250 days", "80 days"])
def test_paid_a_lag_after_redemption(
    lag: str, late: str, horizon: str, scenario: MakeScenario, seed: int
) -> None:
    """What is redeemed in a step is paid its end + lag; at the horizon
    the rest, and nothing for late ones unless the platform says so (9.4)."""
    overrides: dict[str, object] = {
        "horizon": horizon,
        "deal.promo_expires": "60 days",
        "platform.payout": f"{{on_redemption: {{lag: {lag}, late: {late}}}}}",
        "customers.all.redeem": "60%",
        "redemption.late": "{share: 80%, half_life: 30 days}",
    }
    made = scenario(PLAIN, overrides)
    clock = build_clock((made,))
    paths, _ = run(made, sampled(made, seed))
    served = paths.counts["redeemed_in_time"][0]
    if late == "paid":
        served = served + paths.counts["presented_late"][0]
    payday = {
        clock.row_of(int(day)): parse_span(lag).after(clock.date_of(int(day))) for day in clock.cuts
    }
    for cut, day in enumerate(clock.record_days):
        now = clock.date_of(int(day))
        due = max((i for i, when in payday.items() if when <= now), default=0)
        due = len(clock.record_days) - 1 if day == clock.horizon else due
        assert (paths.lines["remittance"][0][cut] == 500 * served[due]).all(), now


ONCE: Mapping[str, object] = {
    "discount_rate": "10%",
    "platform.fixed_fee": 40,
    "redemption.half_life": "0.01 days",
}
"""Day 0: the fee of 40. Days 3 to 7: all 50 come, which costs 450."""


@dataclass(frozen=True)
class ByHand:
    """Cumulative cash on some days, and what follows from it."""

    payout: str
    worth: float
    cash: Mapping[int, float]
    payback: float
    lowest: float


LATE = "[{after: 84 days, share: 100%}]"
BY_HAND = {
    "never": ByHand(LATE, 3, {0: -40, 3: -40, 7: -340, 87: -90}, float("nan"), -340),
    "with the payment": ByHand(LATE, 9, {0: -40, 7: -40, 87: 210, 250: 210}, 87, -40),
    "after a first false dawn": ByHand(
        "[{after: 0 days, share: 1/2}, {after: 84 days, share: 1/2}]",
        5,
        {0: -40, 3: 85, 7: -115, 31: -115, 87: 10},
        87,
        -115,
    ),
    "beyond the horizon": ByHand(
        "[{after: 12 months, share: 100%}]", 9, {0: -40, 7: -40, 243: -40, 250: 210}, 250, -40
    ),
    "to the cent": ByHand(LATE, 5.8, {0: -40, 7: -200, 87: 50}, 87, -200),
    "back to exactly nothing": ByHand(LATE, 4.8, {0: -40, 7: -250, 87: 0}, 87, -250),
}


@pytest.mark.parametrize("expected", [False, True])
@pytest.mark.parametrize("name", sorted(BY_HAND))
def test_cash_by_hand(name: str, expected: bool, scenario: MakeScenario, seed: int) -> None:
    """Cumulative cash, payback_days, lowest_cash and npv (14.4, 14.5)."""
    hand = BY_HAND[name]
    returns = f"{{chance: 100%, worth: {hand.worth}}}"
    overrides = {**ONCE, "platform.payout": hand.payout, "customers.all.returns": returns}
    made = scenario(PLAIN, overrides)
    result = dealsim.simulate(made, trials=50, seed=seed, workers=1, expected=expected)
    days = [(cut - made.starts).days for cut in result.path_days]
    cash = result.paths["cumulative_cash"]
    for day, amount in hand.cash.items():
        assert cash[days.index(day)] == pytest.approx(amount, abs=1e-9), f"day {day}"
    metrics = result.metrics
    np.testing.assert_array_equal(metrics["payback_days"], hand.payback)
    assert metrics["lowest_cash"] == pytest.approx(hand.lowest)
    flows = np.diff([hand.cash[day] for day in hand.cash], prepend=0)
    npv = sum(flow * 1.1 ** (-day / 365) for day, flow in zip(hand.cash, flows, strict=True))
    assert metrics["npv"] == pytest.approx(npv, rel=1e-12)


def test_cash_never_below_nothing(scenario: MakeScenario, seed: int) -> None:
    """Nobody comes: paid back on day 0, lowest cash 0."""
    made = scenario(PLAIN, {"customers.all.redeem": 0, "horizon": "60 days"})
    metrics = dealsim.simulate(made, trials=50, seed=seed, workers=1).metrics
    assert (metrics["payback_days"] == 0).all()
    assert (metrics["lowest_cash"] == 0).all() and not np.signbit(metrics["lowest_cash"]).any()


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_cash_metrics_of_any_trial(name: str, scenario: MakeScenario, seed: int) -> None:
    """npv, payback_days and lowest_cash of a trial from its own cash, cut by cut."""
    made = scenario(MIXED, VARIANTS[name])
    result = dealsim.simulate(made, trials=40, seed=seed, workers=1)
    days = [(cut - made.starts).days for cut in result.path_days]
    for trial in range(result.trials):
        cash = result.paths["cumulative_cash"][:, trial].tolist()
        m = {metric: float(values[trial]) for metric, values in result.metrics.items()}
        npv, before, payback = 0.0, 0.0, 0.0
        for place, (day, total) in enumerate(zip(days, cash, strict=True)):
            npv += (total - before) * 1.08 ** (-day / 365)
            before = total
            if total < 0:
                payback = days[place + 1] if place + 1 < len(days) else float("nan")
        npv -= m["tail_reserve"] * 1.08 ** (-days[-1] / 365)
        assert m["npv"] == pytest.approx(npv, abs=1e-6)
        np.testing.assert_equal(m["payback_days"], payback)
        assert m["lowest_cash"] == min(0.0, *cash)
        assert cash[0] == -50.0, "the fixed fee falls on day 0"
        assert cash[-1] == pytest.approx(m["incremental_profit"] + m["tail_reserve"], abs=1e-9)


def test_payback_of_nothing_in_expected_mode(scenario: MakeScenario) -> None:
    """The no-deal case is paid for in advance and ends at nothing: never below it (11.3, 14.5).

    What binary fractions leave of nothing is not a debt.
    """
    made = scenario(
        PLAIN,
        {
            "deal.price": 20,
            "business.usual_ticket": 20,
            "platform.commission": 0,
            "customers.all.would_have_come": 1,
            "deal.demand": 333,
        },
    )
    metrics = dealsim.simulate(made, expected=True).metrics
    assert metrics["incremental_profit"] == pytest.approx([0.0], abs=1e-9)
    assert metrics["lowest_cash"] == pytest.approx([0.0], abs=1e-9)
    assert metrics["payback_days"] == [0.0]

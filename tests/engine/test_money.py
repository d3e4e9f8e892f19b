"""Payments, true-up and cash, to the cent and by hand (docs/model.md, sections 9 and 14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from math import floor

import numpy as np
import pytest

import dealsim
from dealsim.engine import Expected, Grid, build_grid
from dealsim.scenario import Scenario
from tests.conftest import MakeScenario
from tests.engine.library import MIXED, PLAIN, VARIANTS, run, sampled
from tests.reference import closed_form_money
from tests.engine.bridge import case_of

THIRDS = "[{after: 5 business days, share: 1/3}, {after: 30 business days, share: 1/3}, {after: 60 business days, share: 1/3}]"
HALF_NOW = "[{after: 1 days, share: 1/2}, {after: 30 days, share: 1/2}]"


def flows(scenario: Scenario, line: str, seed: int) -> tuple[Grid, np.ndarray]:  # type: ignore[type-arg]
    """A line's amount in cents at each cut, (cut, trial)."""
    grid = build_grid(scenario)
    paths, _ = run(scenario, sampled(scenario, seed))
    return grid, np.diff(paths.lines[line][0], axis=0, prepend=0)


def by_date(grid: Grid, cents: np.ndarray) -> dict[date, float]:  # type: ignore[type-arg]
    """The days on which something flows, with the amounts of one trial in currency units."""
    return {
        grid.date_of(int(day)): int(amount) / 100
        for day, amount in zip(grid.cuts, cents, strict=True)
        if amount
    }


@pytest.mark.parametrize(
    ("sold", "instalments"),
    [(1900, [3166.67, 3166.67, 3166.66]), (4200, [7000.0, 7000.0, 7000.0]), (1, [1.67, 1.67, 1.66])],
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
    grid, cents = flows(made, "remittance", seed)
    assert (cents == cents[:, :1]).all()
    assert by_date(grid, cents[:, 0]) == dict(zip(days, instalments, strict=True))
    assert sum(instalments) == pytest.approx(5.0 * sold)


def half_up(amount: Fraction) -> int:
    """Halves are rounded up."""
    return floor(amount + Fraction(1, 2))


def test_true_up_recovers_what_was_refunded(scenario: MakeScenario, seed: int) -> None:
    """In every trial: half of what is sold and not refunded on day 4, the rest of it later (9.2,
    9.3). The refund days end on day 10, where half of rem is recovered for each refund since."""
    made = scenario(
        PLAIN,
        {"deal.price": 9.99, "deal.refunds": "30%", "platform.payout": HALF_NOW},
    )
    grid = build_grid(made)
    paths, _ = run(made, sampled(made, seed))
    paid, refunds = paths.lines["remittance"][0], paths.counts["vouchers_refunded"][0]
    at = {day: int(np.flatnonzero(grid.cuts == day)[0]) for day in (4, 10, 33)}
    rem = Fraction(999, 100) / 2 * 100  # cents
    checked = 0
    for trial in range(0, paid.shape[1], 50):
        by_4, by_10 = (Fraction(int(refunds[at[day], trial])) for day in (4, 10))
        first = half_up(rem / 2 * (50 - by_4))
        due = rem / 2 * (50 - by_10)
        trued = first + half_up(due - rem / 2 * (50 - by_4))
        last = half_up(rem * (50 - by_10))
        assert [int(paid[at[day], trial]) for day in (4, 10, 33)] == [first, trued, last]
        assert paid[-1, trial] == last and paid[at[4] - 1, trial] == 0
        checked += by_10 > by_4 > 0
    assert checked > 20, "hardly a trial had refunds on both sides of the payment"


@pytest.mark.parametrize("name", ["paid value for ever", "horizon before expiry"])
def test_every_payment(name: str, scenario: MakeScenario, seed: int) -> None:
    """Each instalment and the true-up of each trial, given its refunds, as the closed form has it.

    What is due after the horizon counts at the horizon.
    """
    made = scenario(MIXED, VARIANTS[name])
    case, grid = case_of(made), build_grid(made)
    paths, _ = run(made, sampled(made, seed))
    paid, refunds = paths.lines["remittance"][0], paths.counts["vouchers_refunded"][0]
    for trial in range(0, paid.shape[1], 100):
        payments = closed_form_money.payments_to_the_cent(
            case, lambda day, trial=trial: int(refunds[grid.step_of(int(day)), trial])  # type: ignore[misc]
        )
        wanted: dict[date, float] = {}
        for day, amount in payments:
            when = grid.date_of(min(int(day), grid.horizon))
            wanted[when] = round(wanted.get(when, 0.0) + amount, 2)
        wanted = {when: amount for when, amount in wanted.items() if amount}
        found = by_date(grid, np.diff(paid[:, trial], prepend=0))
        assert found == pytest.approx(wanted, abs=1e-9)


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
    expected = run(short, Expected())[1].metrics["remittance"]
    assert expected == pytest.approx([50 * 0.7 * 5.0])


def test_expected_instalments_are_not_rounded(scenario: MakeScenario) -> None:
    """In expected mode nothing but demand is rounded (section 1)."""
    made = scenario(PLAIN, {"deal.price": 0.01, "deal.refunds": "1/7", "deal.demand": 1})
    found = run(made, Expected())[1].metrics["remittance"]
    assert found == pytest.approx([0.005 * 6 / 7], rel=1e-12)


def paid_on_redemption(
    scenario: MakeScenario, lag: int, seed: int, overrides: Mapping[str, object] = PLAIN_NONE
) -> tuple[Grid, np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """The grid, what is redeemed and what is paid by each cut, in vouchers, (cut, trial)."""
    payout = f"{{on_redemption: {{lag: {lag} days}}}}"
    made = scenario(PLAIN, {"platform.payout": payout, **overrides})
    grid = build_grid(made)
    paths, _ = run(made, sampled(made, seed))
    return grid, paths.counts["redeemed_in_time"][0], paths.lines["remittance"][0] / 500

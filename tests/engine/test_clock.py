"""The days between which the model steps, against the calendar (docs/model.md, section 2)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealsim import load
from dealsim.engine import Clock, build_clock
from dealsim.engine.clock import Campaign
from tests.conftest import MakeScenario
from tests.engine.bridge import case_of
from tests.engine.library import PLAIN
from tests.reference.per_customer_books import cut_days, month_end_days


def cuts(clock: Clock) -> list[int]:
    """The cut days as plain numbers."""
    return [int(day) for day in clock.cuts]


def money_days(clock: Clock) -> set[int]:
    """Days on which money is recorded between the cuts."""
    return {int(day) for day in clock.record_days} - set(cuts(clock))


def test_cuts_by_hand(scenario: MakeScenario) -> None:
    """From 10 January 2025: weeks, month ends, the deal's own days, and the horizon."""
    made = scenario(
        PLAIN,
        {
            "starts": "2025-01-10",
            "horizon": "60 days",
            "deal.sale_window": "4 days",
            "deal.promo_expires": "40 days",
            "deal.paid_value_expires": "50 days",
            "platform.payout": "[{after: 2 days, share: 50%}, {after: 1 month, share: 50%}]",
        },
    )
    clock = build_clock((made,))
    weeks = [7, 14, 21, 28, 35, 42, 49, 56]
    month_ends = [22, 50]  # 1 February, 1 March
    own = [4, 11, 44, 54]  # close, refunds, expiry, lapse
    assert cuts(clock) == sorted({0, 60, *weeks, *month_ends, *own})
    assert money_days(clock) == {6}  # payouts 16 January and, a cut anyway, 14 February
    assert clock.month_ends == (22, 50, 60)
    assert clock.horizon == 60 and len(clock.steps) == len(clock.cuts) - 1
    assert clock.date_of(50) == date(2025, 3, 1)
    (deal,) = clock.campaigns
    assert (deal.opens, deal.close, deal.refund_end, deal.expiry, deal.lapse) == (0, 4, 11, 44, 54)
    assert deal.payouts == ((6, 0.5), (35, 1.0))


def test_weeks_end_sixty_days_after_expiry(scenario: MakeScenario) -> None:
    """Expiry on day 33: weeks up to day 91, then month ends alone; with a capacity, all weeks."""
    overrides: dict[str, object] = {"horizon": "200 days", "deal.promo_expires": "30 days"}
    clock = build_clock((scenario(PLAIN, overrides),))
    months = [31, 59, 90, 120, 151, 181]
    assert cuts(clock) == sorted({0, *range(7, 92, 7), *months, 3, 10, 33, 200})
    overrides |= {"business.capacity_per_week": 5, "business.visits_per_week": 5}
    clock = build_clock((scenario(PLAIN, overrides),))
    assert cuts(clock) == sorted({0, *range(7, 200, 7), *months, 3, 10, 33, 200})


@pytest.mark.parametrize(
    ("starts", "horizon", "ends"),
    [
        ("2024-02-01", "2 months", ["2024-03-01", "2024-04-01"]),
        ("2024-02-29", "2 months", ["2024-03-01", "2024-04-01", "2024-04-29"]),
        ("2023-02-28", "1 month", ["2023-03-01", "2023-03-28"]),
        ("2025-01-31", "1 month", ["2025-02-01", "2025-02-28"]),
        ("2024-01-31", "1 month", ["2024-02-01", "2024-02-29"]),
        ("2025-12-31", "31 days", ["2026-01-01", "2026-01-31"]),
        ("2025-12-01", "31 days", ["2026-01-01"]),
    ],
)
def test_month_ends(starts: str, horizon: str, ends: list[str], scenario: MakeScenario) -> None:
    """00:00 of the next first; the horizon closes a partial month; leap years; clamping (2.2)."""
    made = scenario(PLAIN, {"starts": starts, "horizon": horizon, "deal.promo_expires": "10 days"})
    clock = build_clock((made,))
    found = [clock.date_of(day).isoformat() for day in clock.month_ends]
    assert found == ends


def test_lengths_of_time_follow_the_calendar(scenario: MakeScenario) -> None:
    """Sale close on 31 January: a month on is 28 February, five business days on 7 February."""
    made = scenario(
        PLAIN,
        {
            "starts": "2025-01-30",
            "deal.sale_window": "1 day",
            "deal.promo_expires": "1 month",
            "deal.paid_value_expires": "13 months",
            "horizon": "3 years",
            "platform.payout": [
                {"after": "5 business days", "share": "1/2"},
                {"after": "6 months", "share": "1/2"},
            ],
        },
    )
    clock = build_clock((made,))
    (deal,) = clock.campaigns
    assert clock.date_of(deal.close) == date(2025, 1, 31)
    assert clock.date_of(deal.expiry) == date(2025, 2, 28)
    assert deal.lapse is not None and clock.date_of(deal.lapse) == date(2026, 2, 28)
    assert [clock.date_of(day) for day, _ in deal.payouts] == [date(2025, 2, 7), date(2025, 7, 31)]
    assert clock.date_of(clock.horizon) == date(2028, 1, 30)


@pytest.mark.parametrize("window", range(1, 8))
@pytest.mark.parametrize("count", [1, 5, 30, 60])
def test_business_days(window: int, count: int, scenario: MakeScenario) -> None:
    """Counted day by day, Saturdays and Sundays skipped, from whatever day the sale closes."""
    payout = f"[{{after: {count} business days, share: 100%}}]"
    made = scenario(PLAIN, {"deal.sale_window": f"{window} days", "platform.payout": payout})
    day, left = made.sale_close, count
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    assert build_clock((made,)).campaigns[0].payouts == (((day - made.starts).days, 1.0),)


def test_dates_instead_of_lengths(scenario: MakeScenario) -> None:
    """`promo_expires` and `paid_value_expires` may be dates."""
    made = scenario(
        PLAIN, {"deal.promo_expires": "2025-06-30", "deal.paid_value_expires": "2025-12-24"}
    )
    (deal,) = build_clock((made,)).campaigns
    assert (deal.expiry, deal.lapse) == (31 + 28 + 31 + 30 + 31 + 29, 365 - 8)


def test_redemptions_are_paid_a_lag_later(scenario: MakeScenario) -> None:
    """With payment on redemption, t1 + lag of each cut after sale close is a money day (2.3)."""
    made = scenario(
        PLAIN,
        {
            "horizon": "50 days",
            "deal.promo_expires": "30 days",
            "platform.payout": "{on_redemption: {lag: 10 days}}",
        },
    )
    plain = {0, 3, 10, 33, 31, 50, *range(7, 50, 7)}
    lagged = {min(day + 10, 50) for day in plain if day > 3}
    clock = build_clock((made,))
    assert cuts(clock) == sorted(plain)
    assert money_days(clock) == lagged - plain


@pytest.mark.parametrize(
    ("payouts", "horizon", "due"),
    [
        # refund days end on day 10: what was due by then is trued up on it
        (((4, 0.5), (30, 1.0)), 250, {4: 0.5, 10: 0.5, 30: 1.0}),
        (((30, 1.0),), 250, {30: 1.0}),
        (((4, 1.0),), 250, {4: 1.0, 10: 1.0}),
        # a payout on that very day is the true-up
        (((4, 0.25), (10, 0.75), (30, 1.0)), 250, {4: 0.25, 10: 0.75, 30: 1.0}),
        (((10, 0.75), (30, 1.0)), 250, {10: 0.75, 30: 1.0}),
        # what is due later than the horizon counts on it, the true-up too
        (((4, 0.25), (30, 0.75), (60, 1.0)), 20, {4: 0.25, 10: 0.25, 20: 1.0}),
        (((4, 0.5), (30, 1.0)), 8, {4: 0.5, 8: 1.0}),
        (((4, 0.5), (8, 1.0)), 10, {4: 0.5, 8: 1.0, 10: 1.0}),
        ((), 250, {}),
    ],
)
def test_payments(
    payouts: tuple[tuple[int, float], ...], horizon: int, due: dict[int, float]
) -> None:
    """Instalments and the true-up at the end of the refund days, 3 + 7 (9.2, 9.3)."""
    campaign = Campaign("deal", 0, 3, 123, None, payouts)
    assert list(campaign.payments(horizon).items()) == sorted(due.items())


def test_the_last_payment_is_exact(scenario: MakeScenario) -> None:
    """Ten times a tenth is a hair below 1 in floats; what is due in the end is all of it."""
    assert sum([0.1] * 10) < 1.0
    parts = ", ".join(f"{{after: {day} days, share: 10%}}" for day in range(20, 30))
    clock = build_clock((scenario(PLAIN, {"platform.payout": f"[{parts}]"}),))
    due = clock.campaigns[0].payments(clock.horizon)
    assert len(due) == 10 and due[3 + 29] == 1.0


def test_what_moves_in_a_step(scenario: MakeScenario) -> None:
    """Money days of (t0, t1]; the as-of day divides the one step inside which it lies."""
    made = scenario(
        PLAIN,
        {"horizon": "21 days", "platform.payout": "[{after: 1 day, share: 1}]"},
    )
    clock = build_clock((made,), as_of=12)
    found = [(step.t0, step.t1, step.money_days, step.as_of) for step in clock.steps]
    assert found == [
        (0, 3, (3,), None),
        (3, 7, (4, 7), None),
        (7, 10, (10,), None),
        (10, 14, (12, 14), 12),
        (14, 21, (21,), None),
    ]
    on_a_cut = build_clock((made,), as_of=14)
    assert [step.as_of for step in on_a_cut.steps] == [None] * 5


def test_steps_of_days(scenario: MakeScenario) -> None:
    """What happens on a cut day belongs to the step that ends there; later than all: the last."""
    clock = build_clock((scenario(PLAIN, {"horizon": "28 days"}),))
    assert cuts(clock) == [0, 3, 7, 10, 14, 21, 28]
    assert [clock.row_of(day) for day in (0, 1, 3, 4, 7, 22, 28, 29, 1000)] == [
        *(0, 1, 1, 2, 2, 6, 6, 6, 6),
    ]


@settings(
    max_examples=60,
    deadline=None,
    # the file is written anew for each example
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    starts=st.dates(date(1999, 1, 1), date(2101, 1, 1)),
    horizon=st.integers(40, 900),
    window=st.integers(1, 20),
    expiry=st.integers(1, 500),
    lapse=st.none() | st.integers(0, 500),
    payout=st.integers(0, 400),
    capacity=st.booleans(),
)
def test_cuts_of_any_scenario(
    starts: date,
    horizon: int,
    window: int,
    expiry: int,
    lapse: int | None,
    payout: int,
    capacity: bool,
    tmp_path: Path,
) -> None:
    """The cuts and month ends of any scenario are those of the blind reading of (2.2)."""
    overrides: dict[str, object] = {
        "starts": starts,
        "horizon": f"{horizon} days",
        "deal.sale_window": f"{window} days",
        "deal.promo_expires": f"{expiry} days",
        "platform.payout": f"[{{after: {payout} days, share: 100%}}]",
    }
    if lapse is not None:
        overrides["deal.paid_value_expires"] = f"{expiry + lapse} days"
    if capacity:
        overrides |= {"business.capacity_per_week": 9, "business.visits_per_week": 9}
    file = tmp_path / "scenario.yaml"
    file.write_text(PLAIN, encoding="utf-8")
    made = load(file, overrides)
    clock, case = build_clock((made,)), case_of(made)
    assert tuple(map(float, cuts(clock))) == cut_days(case)
    assert [float(day) for day in clock.month_ends] == month_end_days(case)
    firsts = [clock.date_of(day) for day in clock.month_ends[:-1]]
    for first, following in pairwise(firsts):
        assert first.day == following.day == 1
        assert (following - first).days == calendar.monthrange(first.year, first.month)[1]

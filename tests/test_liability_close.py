"""Month after month: closes that start from one another, and registers that surprise."""

from __future__ import annotations

import io
from pathlib import Path

from dealsim.books import balances, liability
from dealsim.output.books.summary_table import print_liability
from tests.conftest import MakeScenario
from tests.records.registers import register
from tests.test_liability_actuals import EVENTS, EXPIRY, TEXT, cut


def test_a_close_starts_from_the_share_of_the_one_before(scenario: MakeScenario) -> None:
    """With the share that it took, the month before closes at what it was booked at."""
    made, days = scenario(TEXT), (91, 121, 152)  # the ends of May, June and July
    booked, share = 0, None
    for month, day in enumerate(days, 2):
        found = liability(
            made, trials=300, booked_share=share, actuals=register(made, day, cut(day))
        )
        if share is not None:
            assert abs(found.monthly.mean["closing"][month - 1] - booked) <= 1
        booked = int(found.monthly.mean["closing"][month])
        assert found.actuals is not None
        # as the terminal prints it
        share = float(f"{100 * found.actuals.taken_after:.6f}") / 100


def test_refunds_after_the_last_payout_are_owed_to_the_platform(scenario: MakeScenario) -> None:
    """Card fees stay those of what was paid for, and the receivable ends at nil."""
    made = scenario(TEXT)
    events = {"sold": {0: 400}, "redeemed": {40: 100}, "refunded": {215: 60}}
    found = liability(made, trials=200, actuals=register(made, 305, events))
    ledger = balances(found.journal)
    assert ledger["card_fees"] == round(0.025 * 400_000)
    assert ledger["platform_receivable"] == 0
    assert ledger["platform_clawback"] == -60 * 500


def test_refunds_before_and_after_the_last_payout_of_one_month(scenario: MakeScenario) -> None:
    """Sale closes on 4 March, all is paid on 3 May: 390 vouchers at 10, half kept, 2.5 % card fee.

    10 refunded on 2 May were never paid for; 20 refunded on 3 May were, and are owed back at 5.00.
    """
    made = scenario(TEXT, {"platform.payout": [{"after": "60 days", "share": 1}]})
    events = {"sold": {0: 400}, "redeemed": {40: 100}, "refunded": {62: 10, 63: 20}}
    found = liability(made, trials=200, actuals=register(made, 200, events))
    refunds = [one for one in found.journal if one.event == "refunded"]
    assert [(one.day.day, balances([one])) for one in refunds] == [
        (2, {"platform_receivable": -5_000, "deferred_commission": -5_000}
            | {"voucher_liability": 10_000}),
        (3, {"deferred_commission": -10_000, "voucher_liability": 20_000}
            | {"platform_clawback": -10_000}),
    ]  # fmt: skip
    ledger = balances(found.journal)
    assert ledger["platform_receivable"] == 0
    assert ledger["card_fees"] == 9_750
    payout = balances(one for one in found.journal if one.event == "payout")
    assert payout == {"cash": 185_250, "platform_receivable": -195_000, "card_fees": 9_750}


def test_the_last_day_of_the_promotion_is_of_it(scenario: MakeScenario) -> None:
    made = scenario(TEXT)
    expiry = (made.promo_expiry - made.starts).days
    assert expiry == EXPIRY
    events = {"sold": {0: 400}, "redeemed": {40: 100, expiry: 50}}
    found = liability(made, trials=200, actuals=register(made, 200, events))
    assert found.owed_at_expiry is not None
    assert set(found.owed_at_expiry) == {250 * 1000}
    assert found.actuals is not None
    assert {one.name: one.actual for one in found.actuals.vouchers}["redeemed_in_time"] == 150


def test_what_nobody_forecast_is_warned_of(scenario: MakeScenario) -> None:
    made = scenario(TEXT)
    far = liability(made, trials=2_000, actuals=register(made, 30, {"sold": {0: 50_000}}))
    assert any("far from what was forecast" in one.message for one in far.warnings)
    near = liability(
        made, trials=2_000, actuals=register(made, 30, {"sold": {0: 400}, "redeemed": {20: 40}})
    )
    assert not any("vouchers sold" in one.message for one in near.warnings)


def test_a_share_that_changes_nothing_is_said_so(scenario: MakeScenario) -> None:
    made = scenario(TEXT, {"accounting.breakage": "none"})
    found = liability(
        made, trials=200, booked_share=0.9, actuals=register(made, 60, cut(60, EVENTS))
    )
    assert any("changes nothing" in one.message for one in found.warnings)
    assert found.actuals is not None and found.actuals.catch_up == 0


def test_many_years_fit_a_terminal(scenario: MakeScenario) -> None:
    made = scenario(TEXT, {"horizon": "12 years"})
    for actuals in (None, register(made, 900, cut(365))):
        found = liability(made, trials=200, actuals=actuals)
        stream = io.StringIO()
        print_liability(found, Path("out"), ("liability.json",), stream)
        lines = stream.getvalue().splitlines()
        assert max(map(len, lines)) <= 80
        assert any("of 13 fiscal years" in line or "of 12 fiscal years" in line for line in lines)
        assert any(line.startswith("closing") and line.count("$") == 4 for line in lines)

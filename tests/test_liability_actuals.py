"""The books that go on from a register: what happened is booked as it happened, and all ties."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from dealsim.books import Liability, balances, liability
from dealsim.books.chain_ladder import chain_ladder
from dealsim.records import Actuals
from dealsim.scenario import Scenario
from tests.conftest import MakeScenario
from tests.records.registers import register

TEXT = """
dealsim: 1
name: a register of 400
currency: CAD
kind: none
starts: 2011-03-01
horizon: 30 months
deal: {price: 10, face_value: 20, demand: 200 to 700, refunds: 0% to 6%, sale_window: 3 days,
       promo_expires: 6 months, after_expiry: paid_value, paid_value_expires: never}
platform: {commission: 50%, card_fee: 2.5%}
business: {usual_ticket: 60, variable_cost: 40%}
redemption:
  half_life: 5 to 20 weeks
  late: {share: 0% to 20%, half_life: 9 months}
customers:
  hunters: {share: 70%, redeem: 60% to 90%, overspend: {chance: 30%, amount: 10}}
  others: {share: rest, redeem: 80%}
accounting: {breakage: proportional, constraint: 90%}
"""
EXPIRY, LAST = 187, 365
"""Days from the start: the promotion ends on 4 September 2011; a register of a year."""

SOLD = {0: 150, 1: 150, 2: 100}
EVENTS: Mapping[str, Mapping[int, int]] = {
    "sold": SOLD,
    "refunded": {4: 6, 8: 2},
    "redeemed": {1: 2}
    | {3 + 7 * k: max(2, round(40 * 0.85**k)) for k in range(26)}
    | {EXPIRY + 20 * k: 2 for k in range(1, 8)},
}


def cut(day: int, events: Mapping[str, Mapping[int, int]] = EVENTS) -> dict[str, dict[int, int]]:
    """The events up to a day."""
    return {name: {d: n for d, n in days.items() if d <= day} for name, days in events.items()}


def books(made: Scenario, day: int, **options: Any) -> Liability:
    return liability(made, trials=400, actuals=register(made, day, cut(day)), **options)


def journal_lines(found: Liability, upto: date) -> dict[str, int]:
    """Balances of the journal at the end of a day."""
    return balances(one for one in found.journal if one.day <= upto)


AS_OF = (2, 5, 30, 100, EXPIRY, 200, LAST)
"""While the sale is on, refunds pending, month ends and not, the last day of the promotion ..."""


@pytest.mark.parametrize("day", AS_OF)
@pytest.mark.parametrize("method", ["none", "proportional", "remote"])
def test_the_past_is_the_register_and_everything_ties(
    day: int, method: str, scenario: MakeScenario
) -> None:
    made = scenario(TEXT, {"accounting.breakage": method, "accounting.remote_after": "8 months"})
    found = books(made, day)
    as_of, price = made.starts + timedelta(days=day), 1000
    events = cut(day)
    assert found.actuals is not None
    told = {one.name: one.actual for one in found.actuals.vouchers}
    assert told["vouchers_sold"] == sum(events["sold"].values())
    held = told["vouchers_sold"] - sum(
        sum(events[name].values()) for name in ("refunded", "redeemed")
    )
    assert told["held"] == held
    owed = {one.name: one.actual for one in found.actuals.owed}
    assert owed["outstanding"] == price * held
    ledger = journal_lines(found, as_of)
    assert -ledger["voucher_liability"] - ledger.get("recognised_breakage", 0) == owed["liability"]
    # months that are over are certain, the same in every future, and what is booked
    for k, end in enumerate(found.month_ends):
        lines = {name: values[k] for name, values in found.monthly.mean.items()}
        assert lines["closing"] == lines["opening"] + lines["issued"] - sum(
            value for name, value in lines.items() if name not in ("opening", "issued", "closing")
        )
        booked = journal_lines(found, end)
        assert (
            -booked["voucher_liability"] - booked.get("recognised_breakage", 0)
            == (lines["closing"])
        )
        if end <= as_of:
            assert found.monthly.bands[5]["closing"][k] == found.monthly.bands[95]["closing"][k]
            for event, line in (("sold", "issued"), ("refunded", "refunded")):
                first = end.replace(day=1)
                count = sum(
                    n
                    for d, n in events[event].items()
                    if first <= made.starts + timedelta(days=d) <= end
                )
                assert lines[line] == price * count, (end, line)
    assert (found.closing >= 0).all()
    assert (found.closing <= found.outstanding).all()


@pytest.mark.parametrize("base", ["paid_plus_cash", "face_plus_cash", "merchant_receipts"])
def test_tax_at_redemption_is_the_tills_until_the_forecast(
    base: str, scenario: MakeScenario
) -> None:
    tax = {"rate": "13%", "point": "redemption", "base": base}
    found = books(scenario(TEXT, {"accounting.sales_tax": tax}), 100)
    taxed = [
        one.day
        for one in found.journal
        if any(posting.account == "sales_tax" for posting in one.postings)
    ]
    assert min(taxed) == date(2011, 6, 30)
    assert found.actuals is not None and min(taxed) > found.actuals.as_of


@pytest.mark.parametrize("day", [30, 200])
def test_entries_are_of_the_days_of_the_register(day: int, scenario: MakeScenario) -> None:
    made = scenario(TEXT)
    found = books(made, day)
    as_of = made.starts + timedelta(days=day)
    for event, name in (("sale", "sold"), ("refunded", "refunded")):
        entries = {e.day: e for e in found.journal if e.event == event and e.day <= as_of}
        assert {(d - made.starts).days for d in entries} == set(cut(day)[name])
        for when, entry in entries.items():
            paid = sum(abs(p.amount) for p in entry.postings if p.account == "voucher_liability")
            assert paid == 1000 * EVENTS[name][(when - made.starts).days]
    used = [e for e in found.journal if e.event in ("redeemed_in_time", "presented_late")]
    days = {(e.day - made.starts).days for e in used if e.day <= as_of}
    assert days == set(cut(day)["redeemed"])
    for one in found.journal:
        if one.day <= as_of:
            accounts = {posting.account for posting in one.postings}
            assert not accounts & {"overspend_sales", "cost_of_goods"}, "the till is not known"


def test_merchant_cash_is_the_same_under_every_policy(scenario: MakeScenario) -> None:
    made = [
        scenario(
            TEXT, {"accounting.breakage": b, "accounting.revenue": r, "accounting.commission": c}
        )
        for b in ("none", "proportional", "remote")
        for r in ("gross", "net")
        for c in ("defer", "expense_at_sale")
        if (r, c) != ("net", "expense_at_sale")
    ]
    cash = {balances(books(one, 200).journal)["cash"] for one in made}
    assert len(cash) == 1


def test_catch_up_is_the_change_of_estimate_on_what_is_redeemed(scenario: MakeScenario) -> None:
    """B R / U at the new estimate less that at the old (KPMG's pattern), rounded half up."""
    made = scenario(TEXT)
    found = books(made, 200)
    assert found.actuals is not None
    before, after = found.actuals.taken_before, found.actuals.taken_after
    issued, redeemed = 392_000, 1000 * sum(cut(200)["redeemed"].values())

    def to_date(share: float) -> float:
        used = max(share * issued, redeemed)
        return (issued - used) * redeemed / used

    earlier = liability(made, trials=400)
    assert before == earlier.ultimate_share
    assert after == found.ultimate_share != before
    assert abs(found.actuals.catch_up - (to_date(after) - to_date(before))) <= 1
    stated = books(made, 200, booked_share=0.9).actuals
    assert stated is not None and stated.taken_before == 0.9
    assert abs(stated.catch_up - (to_date(after) - to_date(0.9))) <= 1


def test_no_foresight(scenario: MakeScenario) -> None:
    """Months before the register's end are booked at the estimate made without it, and what is
    known later does not change them."""
    made = scenario(TEXT)
    early, late = books(made, 100), books(made, LAST)
    for k, end in enumerate(early.month_ends):
        if end < made.starts + timedelta(days=100 - 31):
            for name in early.monthly.mean:
                assert early.monthly.mean[name][k] == late.monthly.mean[name][k], (end, name)


def test_longer_periods_add_up(scenario: MakeScenario) -> None:
    """A register that ends within a month divides it for no reader."""
    made = scenario(TEXT)
    months, quarters = books(made, 100), books(made, 100, period="quarter", fiscal_year_end=3)
    assert len(set(months.month_ends)) == len(months.month_ends) == 30
    assert [end.month for end in quarters.period_ends[:5]] == [3, 6, 9, 12, 3]
    assert (quarters.table.mean["closing"][0] == months.table.mean["closing"][0]).all()
    for name in ("issued", "redeemed_in_time", "breakage"):
        assert quarters.table.mean[name].sum() == months.table.mean[name].sum()


def test_what_is_known_of_the_end_leaves_no_doubt(scenario: MakeScenario) -> None:
    """All redeemed: nothing is owed, now or later, and no breakage stays."""
    made = scenario(TEXT)
    events = {"sold": {0: 10}, "redeemed": {5: 4, 60: 6}}
    found = liability(made, trials=200, actuals=register(made, 90, events))
    assert not found.closing[3:].any()
    assert found.actuals is not None and found.actuals.used_after.p5 == 1.0
    assert found.policies["proportional"][-1] == 0


def test_paid_on_redemption_keeps_a_memorandum(scenario: MakeScenario) -> None:
    payout = {"on_redemption": {"lag": "14 days", "late": "unpaid"}}
    made = scenario(TEXT, {"platform.payout": payout})
    found = books(made, 100)
    assert not found.closing.any()
    assert found.memo_held[2] > 0
    ledger = balances(found.journal)
    assert "voucher_liability" not in ledger or ledger["voucher_liability"] == 0


def test_nothing_survives(scenario: MakeScenario) -> None:
    """The promotion over and nothing left of it: what was held has lapsed on that day."""
    own = {"deal.after_expiry": "nothing", "deal.paid_value_expires": None}
    made = scenario(TEXT, {k: v for k, v in own.items() if v is not None})
    events = cut(EXPIRY)
    found = liability(made, trials=200, actuals=register(made, 250, events))
    held = 392 - sum(events["redeemed"].values())
    whole = sum(
        int(found.monthly.mean[name].sum())
        for name in ("lapsed", "breakage", "breakage_reestimate")
    )
    assert whole == 1000 * held
    assert not found.closing[7:].any()
    assert found.actuals is not None
    assert {o.name: o.actual for o in found.actuals.vouchers}["held"] == 0


def test_lapse_while_the_register_runs(scenario: MakeScenario) -> None:
    """The paid value lapses before the register ends, under each policy, with tax at issue."""
    for method in ("none", "proportional", "remote"):
        made = scenario(
            TEXT,
            {
                "deal.paid_value_expires": "9 months",
                "accounting.breakage": method,
                "accounting.remote_after": "7 months",
                "accounting.sales_tax": {"rate": "13%", "point": "issue"},
            },
        )
        found = liability(made, trials=200, actuals=register(made, 330, cut(EXPIRY + 60)))
        assert not found.closing[10:].any(), method
        for k, end in enumerate(found.month_ends):
            booked = journal_lines(found, end)
            owed = -booked["voucher_liability"] - booked.get("recognised_breakage", 0)
            assert owed == found.monthly.mean["closing"][k], (method, end)


@pytest.mark.parametrize("method", ["none", "proportional", "remote"])
def test_cash_outs_and_unclaimed_property_of_a_register(
    method: str, scenario: MakeScenario
) -> None:
    """What was taken in cash is booked on its day; what is dormant goes to the state, and comes
    back for those who come after all; the ledger ties at every month end."""
    own = {
        "breakage": method,
        "remote_after": "8 months",
        "cash_out": {"below": 15, "share": "0% to 50%"},
        "escheat": {"after": "9 months", "share": "60%", "basis": "paid"},
    }
    made = scenario(TEXT, {"accounting": own})
    events = cut(LAST) | {"cashed_out": {200: 3, 260: 2, 300: 1}}
    found = liability(made, trials=200, actuals=register(made, LAST, events))
    entries = {e.day: e for e in found.journal if e.event == "cashed_out"}
    for day, count in events["cashed_out"].items():
        posted = {p.account: p.amount for p in entries[made.starts + timedelta(days=day)].postings}
        assert posted["cash"] == -1000 * count
    assert found.monthly.mean["cashed_out"][: found.month_ends.index(date(2011, 12, 31))].any()
    assert found.monthly.mean["escheated"].any()
    for k, end in enumerate(found.month_ends):
        booked = journal_lines(found, end)
        owed = -booked["voucher_liability"] - booked.get("recognised_breakage", 0)
        assert owed == found.monthly.mean["closing"][k], (method, end)


def test_what_nobody_should_hold_lapses_all_the_same(scenario: MakeScenario) -> None:
    """All redeem, says the scenario; half are held after expiry, says the register."""
    own = {"redeem": "100%", "share": "100%"}
    made = scenario(
        TEXT,
        {"customers": {"all": own}, "deal.refunds": "0%", "deal.paid_value_expires": "9 months"},
    )
    events = {"sold": {0: 100}, "redeemed": {40: 30, 90: 20}}
    found = liability(made, trials=200, actuals=register(made, 200, events))
    assert not found.closing[-1].any()
    assert not found.memo_held[-1]


def test_price_from_the_amounts(scenario: MakeScenario) -> None:
    """Where the scenario is unsure of the price, the register's amounts say it."""
    made = scenario(TEXT, {"deal.price": "8 to 12"})
    plain = register(made, 100, cut(100))
    known = Actuals(**{**vars(plain), "price": 1100})
    found = liability(made, trials=200, actuals=known)
    assert found.monthly.mean["issued"].sum() == 1100 * 400


def test_inputs_told_with_how_far_they_moved(scenario: MakeScenario) -> None:
    found = books(scenario(TEXT), 200)
    assert found.actuals is not None
    moved = {one.path: one for one in found.actuals.inputs}
    assert set(moved) == {
        "customers.hunters.redeem",
        "deal.refunds",
        "redemption.half_life",
        "redemption.late.share",
    }
    half_life = moved["redemption.half_life"]
    assert half_life.after.sd < half_life.before.sd
    assert half_life.doubt_left == half_life.after.sd / half_life.before.sd
    assert abs(found.actuals.inputs[0].shift) >= abs(found.actuals.inputs[-1].shift)


def test_chain_ladder_beside(scenario: MakeScenario) -> None:
    """Two months of issue have something to tell each other, one has not."""
    assert books(scenario(TEXT), 200).actuals.ladder is None  # type: ignore[union-attr]
    made = scenario(TEXT, {"deal.sale_window": "3 months"})
    events = {
        "sold": {0: 100, 40: 200, 70: 100},
        "redeemed": {20: 10, 45: 30, 75: 40, 100: 40, 130: 20},
    }
    found = liability(made, trials=200, actuals=register(made, 152, events)).actuals
    assert found is not None and found.ladder is not None
    assert found.ladder.months == 3
    assert 140_000 <= found.ladder.ultimate <= 400_000
    assert found.ladder.standard_error > 0
    # by hand: each month's use is shared out over what is still held of the months of issue
    held, rows = np.zeros(5), np.full((5, 5), np.nan)
    for t, (sold, used) in enumerate(zip((100, 200, 100, 0, 0), (10, 30, 40, 40, 20), strict=True)):
        held[t] += sold
        part = used * held / held.sum()
        held = held - part
        for k in range(t + 1):
            rows[k, t - k] = part[k]
    by_hand = chain_ladder(np.cumsum(rows, axis=1), [100, 200, 100, 0, 0])
    assert found.ladder.ultimate == pytest.approx(1000 * by_hand.ultimates.sum())
    assert found.ladder.standard_error == pytest.approx(1000 * by_hand.total_standard_error)


def test_warnings_of_the_register_are_told(scenario: MakeScenario) -> None:
    made = scenario(TEXT, {"business.capacity_per_week": 900, "business.visits_per_week": 50})
    told = [one.message for one in books(made, 60).warnings]
    assert "the register is read as if nobody had been turned away" in told
    strange = {"sold": {0: 400}, "redeemed": {3 + k: 1 for k in range(20)}}
    found = liability(scenario(TEXT), trials=200, actuals=register(scenario(TEXT), 300, strange))
    assert any("unlike anything" in one.message for one in found.warnings)
    assert found.actuals is not None and found.actuals.fit.factor > 1


def test_results_are_the_same_whatever_the_workers(scenario: MakeScenario) -> None:
    made = scenario(TEXT)
    one, four = (
        liability(made, trials=6_000, workers=n, actuals=register(made, 100, cut(100)))
        for n in (1, 4)
    )
    assert (one.closing == four.closing).all()
    assert one.journal == four.journal
    assert one.actuals is not None and four.actuals is not None
    assert one.actuals.inputs == four.actuals.inputs


def test_an_odd_day_is_named_and_leaves_the_rest_at_full_weight(scenario: MakeScenario) -> None:
    made = scenario(TEXT)
    events = cut(LAST)
    plain = liability(made, trials=200, actuals=register(made, LAST, events)).actuals
    events["redeemed"][EXPIRY + 65] = 40
    found = liability(made, trials=200, actuals=register(made, LAST, events))
    assert any(
        "no value of the scenario's inputs explains" in one.message for one in found.warnings
    )
    assert not any("unlike anything" in one.message for one in found.warnings)
    assert plain is not None and found.actuals is not None
    assert found.actuals.fit.factor == plain.fit.factor == 1.0
    assert any("presented late" in one for one in found.actuals.fit.odd)
    assert not any("presented late" in one for one in plain.fit.odd)
    before, after = (
        next(one for one in known.inputs if one.path == "redemption.half_life").after
        for known in (plain, found.actuals)
    )
    assert after.sd == pytest.approx(before.sd, rel=0.3)

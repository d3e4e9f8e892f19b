"""Entries of single events, tax and payout, against published cases, to the cent."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from dealsim.books import Entry, balances
from dealsim.books import entries as events
from dealsim.books.entries import PresentationPolicy
from dealsim.books.journal import Posting, entry
from dealsim.books.tax import TaxRule, tax_at_issue, tax_at_redemption, tax_base, tax_on

DAY = date(2011, 3, 4)
GROSS = PresentationPolicy()


def amounts(one: Entry) -> dict[str, int]:
    return {posting.account: posting.amount for posting in one.postings}


def test_t7_the_codifications_own_voucher() -> None:
    """100 for a meal of 200, the site keeps 30: revenue 100, cost 30; never 200, never 70."""
    sold = events.sale(GROSS, DAY, 10_000, 3_000)
    assert amounts(sold) == {
        "platform_receivable": 7_000,
        "deferred_commission": 3_000,
        "voucher_liability": -10_000,
    }
    meal = events.redemption(GROSS, DAY, paid=10_000, commission=3_000)
    assert amounts(meal) == {
        "voucher_liability": 10_000,
        "platform_commission": 3_000,
        "voucher_sales": -10_000,
        "deferred_commission": -3_000,
    }


def test_net_revenue_leaves_the_liability_at_the_price_paid() -> None:
    net = PresentationPolicy(revenue="net")
    sold = events.sale(net, DAY, 10_000, 3_000)
    meal = events.redemption(net, DAY, paid=10_000, commission=3_000)
    assert amounts(sold)["voucher_liability"] == -10_000
    assert balances([sold, meal]) == {
        "platform_receivable": 7_000,
        "deferred_commission": 0,
        "voucher_liability": 0,
        "voucher_sales": -7_000,
    }
    with pytest.raises(ValueError, match="net revenue"):
        PresentationPolicy(revenue="net", commission="expense_at_sale")


def test_commission_expensed_at_sale_is_never_deferred() -> None:
    books = PresentationPolicy(commission="expense_at_sale")
    entries = [
        events.sale(books, DAY, 10_000, 3_000),
        events.refund(books, DAY, 1_000, 300),
        events.redemption(books, DAY, paid=9_000, commission=2_700),
    ]
    assert balances(entries)["platform_commission"] == 2_700
    assert "deferred_commission" not in balances(entries)


def test_t11_quebec_course_after_expiry() -> None:
    """100 paid for a course of 300, after expiry: 200 in cash, 300 revenue, no discount."""
    late = events.redemption(GROSS, DAY, paid=10_000, cash=20_000, late=True)
    assert amounts(late) == {
        "cash": 20_000,
        "voucher_liability": 10_000,
        "overspend_sales": -20_000,
        "voucher_sales": -10_000,
    }


def test_t11b_the_same_before_expiry() -> None:
    """Revenue 100; with the face value shown, list 300 less a discount of 200."""
    used = events.redemption(GROSS, DAY, paid=10_000)
    assert amounts(used) == {"voucher_liability": 10_000, "voucher_sales": -10_000}
    shown = PresentationPolicy(face_value=True)
    used = events.redemption(shown, DAY, paid=10_000, promotional=20_000)
    assert amounts(used)["voucher_sales"] == -30_000
    assert amounts(used)["promotional_discount"] == 20_000
    assert amounts(used)["voucher_liability"] == 10_000


def test_t15_ontario_tax_on_face_or_on_paid() -> None:
    """13 %: paid 138, regular 200, extra cash 27: 29.51 on 227, or 21.45 on 165."""
    visit = {"paid": 13_800, "worth": 20_000, "cash": 2_700}
    assert tax_at_redemption(TaxRule(0.13, base="face_plus_cash"), **visit) == 2_951
    assert tax_at_redemption(TaxRule(0.13), **visit) == 2_145
    assert tax_base("face_plus_cash", **visit) == 22_700
    assert tax_base("paid_plus_cash", **visit) == 16_500
    assert tax_base("merchant_receipts", received=6_900, **visit) == 9_600
    assert tax_base("cash_only", **visit) == 2_700


def test_t16_california_bat() -> None:
    """A $100 bat for $50: the base is 50.00."""
    assert tax_base("paid_plus_cash", paid=5_000, worth=10_000, cash=0) == 5_000


def test_tax_is_rounded_half_up_and_may_be_contained() -> None:
    assert tax_on(np.array([50, 150, -50]), TaxRule(0.05)).tolist() == [3, 8, -2]
    assert tax_on(11_500, TaxRule(0.15, inclusive=True)) == 1_500


def test_single_purpose_vouchers_are_taxed_on_issue() -> None:
    """The liability is net of the tax, and only cash on top is taxed at redemption."""
    rule = TaxRule(0.2, point="issue")
    tax = int(tax_at_issue(12_000, rule))
    assert tax == 2_000
    sold = amounts(events.sale(GROSS, DAY, 12_000, 3_000, issue_tax=tax))
    assert sold["voucher_liability"] == -10_000
    assert sold["sales_tax"] == -2_000
    assert tax_at_redemption(rule, paid=12_000, worth=24_000, cash=1_000) == 200
    assert tax_at_issue(12_000, TaxRule(0.2)) == 0


def test_payout_less_the_card_fee_settles_the_receivable() -> None:
    entries = [
        events.sale(GROSS, DAY, 10_000, 5_000),
        events.refund(GROSS, DAY, 400, 200),
        events.payout(DAY, 4_800, card_fee=250),
    ]
    found = balances(entries)
    assert found["cash"] == 4_550
    assert found["platform_receivable"] == 0
    assert found["deferred_commission"] == 4_800


def test_the_platform_may_keep_its_fee() -> None:
    entries = [
        events.sale(GROSS, DAY, 10_000, 5_000),
        events.refund(GROSS, DAY, 400, 200, returned=0),
    ]
    found = balances(entries)
    assert found["voucher_liability"] == -9_600
    assert found["platform_receivable"] == 5_000 - 400
    assert found["platform_commission"] == 200
    assert found["deferred_commission"] == 4_800


def test_remote_redemption_reverses_breakage_revenue() -> None:
    """Never a negative liability: what had been taken to breakage is debited to it."""
    late = events.redemption(GROSS, DAY, paid=2_000, late=True, derecognised=2_000)
    assert amounts(late) == {"breakage_revenue": 2_000, "voucher_sales": -2_000}


def test_lapse_escheat_and_cash_out() -> None:
    lapse = events.derecognition(GROSS, DAY, 5_000, recognised=1_250, commission=1_875)
    assert amounts(lapse) == {
        "voucher_liability": 5_000,
        "platform_commission": 1_875,
        "recognised_breakage": -1_250,
        "breakage_revenue": -3_750,
        "deferred_commission": -1_875,
    }
    # T9's last line.
    state = events.escheat(GROSS, DAY, 240_000)
    assert amounts(state) == {"voucher_liability": 240_000, "unclaimed_property": -240_000}
    assert amounts(events.escheat_remitted(DAY, 600)) == {"unclaimed_property": 600, "cash": -600}
    face = events.escheat_remitted(DAY, 600, beyond=300)
    assert amounts(face) == {"unclaimed_property": 600, "unclaimed_excess": 300, "cash": -900}
    assert "paid back" in events.escheat_remitted(DAY, -60, beyond=-30).memo
    remote = events.cash_out(GROSS, DAY, 400, 100, issue_tax=80, derecognised=200)
    assert amounts(remote) == {
        "voucher_liability": 200,
        "breakage_revenue": 200,
        "sales_tax": 80,
        "platform_commission": 100,
        "deferred_commission": -100,
        "cash": -480,
    }
    small = events.cash_out(GROSS, DAY, 400, 200)
    assert amounts(small)["cash"] == -400


def test_face_value_presentation_comes_and_goes() -> None:
    shown = PresentationPolicy(face_value=True)
    entries = [
        events.sale(shown, DAY, 10_000, 5_000, promotional=10_000),
        events.refund(shown, DAY, 1_000, 500, promotional=1_000),
        events.redemption(shown, DAY, paid=5_000, promotional=5_000),
        events.promotion_expires(shown, DAY, 4_000),
    ]
    found = balances(entries)
    assert found["voucher_promotion"] == found["deferred_promotion"] == 0
    assert found["voucher_liability"] == -4_000
    assert found["voucher_sales"] + found["promotional_discount"] == -5_000
    assert not events.promotion_expires(GROSS, DAY, 4_000).postings


def test_an_entry_is_balanced_or_it_is_not() -> None:
    with pytest.raises(ValueError, match="differ by 1"):
        entry(DAY, "sale", "off by one", debit=[("cash", 2)], credit=[("voucher_sales", 1)])
    with pytest.raises(ValueError, match="no account"):
        Entry(DAY, "sale", "unknown", (Posting("purse", 1), Posting("cash", -1)))
    with pytest.raises(ValueError, match="whole number"):
        Entry(DAY, "sale", "a float", (Posting("cash", 0.5), Posting("cash", -0.5)))  # type: ignore[arg-type]
    nothing = entry(DAY, "sale", "nothing", debit=[("cash", 0)])
    assert nothing.postings == ()
    turned = entry(DAY, "sale", "turned", debit=[("cash", -5)], credit=[("voucher_sales", -5)])
    assert amounts(turned) == {"voucher_sales": 5, "cash": -5}
    assert turned.debits == 5

"""Cases that the two references are compared on: together they use every rule of sections 4-9."""

from __future__ import annotations

from dataclasses import replace

from tests.reference.case import (
    Bill,
    Case,
    CountReturns,
    Instalment,
    OnRedemption,
    Overspend,
    RateReturns,
    SalesTax,
    Segment,
    WorthReturns,
)

HUNTERS = Segment(
    "bargain_hunters",
    share=0.55,
    redeem=0.75,
    use=0.9,
    overspend=Overspend(0.15, 8.0, 0.8),
    returns=RateReturns(chance=0.1, visits_per_month=0.5, stay=180.0, spend=30.0, cv=0.6),
    half_life=50.0,
    rush_share=0.3,
    rush_last=14.0,
    late_share=0.4,
    late_half_life=90.0,
)
NEWCOMERS = Segment(
    "newcomers",
    share=0.25,
    redeem=0.85,
    overspend=Overspend(0.36, 18.0),
    returns=CountReturns(chance=0.25, visits=3.0, after=90.0, spend=55.0),
    half_life=90.0,
    rush_share=0.5,
    rush_last=500.0,
    late_share=0.5,
    late_half_life=60.0,
    late_bill="face_value",
)
EXISTING = Segment(
    "existing",
    share=0.20,
    redeem=0.7,
    use=0.8,
    would_have_come=0.6,
    overspend=Overspend(0.65, 40.0, 0.0),
    returns=WorthReturns(chance=0.1, worth=120.0, after=60.0),
    half_life=30.0,
    late_share=0.6,
    late_half_life=120.0,
)
AFTER_EXPIRY = Case(
    segments=(HUNTERS, NEWCOMERS, EXISTING),
    price=10.0,
    face_value=20.0,
    demand=39.5,
    horizon_days=250.0,
    cap=1000.0,
    minimum=40.0,
    sale_window_days=3.0,
    expiry_days=120.0,
    refund_share=0.08,
    commission=0.5,
    card_fee=0.025,
    fixed_fee=50.0,
    payout=(Instalment(5.0, 1 / 3), Instalment(42.0, 1 / 3), Instalment(84.0, 1 / 3)),
    usual_ticket=60.0,
    variable_cost=0.45,
    cost_per_visit=1.5,
    discount_rate=0.08,
)
"""Paid value survives for ever; the horizon comes after expiry. 39.5 wanted make 40 sold."""

BEFORE_EXPIRY = replace(
    AFTER_EXPIRY, horizon_days=80.0, payout=(Instalment(1.0, 0.5), Instalment(90.0, 0.5))
)
"""The horizon comes before expiry and before the last instalment."""

FACE_VALUE_LAPSES_LATER = replace(
    AFTER_EXPIRY,
    after_expiry="face_value",
    paid_lapse_days=300.0,
    payout=(Instalment(2.0, 1.0),),
)
"""The face value survives, and lapses after the horizon; all is paid before the refunds end."""

LAPSED = replace(AFTER_EXPIRY, paid_lapse_days=180.0, payout=OnRedemption(lag=14.0))
"""The paid value lapses before the horizon; paid on redemption, not for late ones."""

NOTHING_SURVIVES = replace(AFTER_EXPIRY, after_expiry="nothing", payout=OnRedemption(lag=14.0))
"""Vouchers lapse at promo expiry."""

OPEN_ON_REDEMPTION = replace(BEFORE_EXPIRY, payout=OnRedemption(lag=30.0, late=True))
"""Paid on redemption, late ones too; most of it is still to come at the horizon."""

AROUND_THE_TICKET = replace(
    AFTER_EXPIRY,
    segments=(
        replace(HUNTERS, overspend=Bill(12.0, 0.7)),
        replace(NEWCOMERS, overspend=Bill(25.0, 1.0)),
        replace(EXISTING, overspend=Bill(60.0, 0.5)),
    ),
)
"""What is spent beyond the voucher comes from a bill around the usual ticket."""

TAXED_AT_ISSUE = replace(
    BEFORE_EXPIRY, horizon_days=7.0, tax=SalesTax(0.2, at_issue=True, on_fee=0.2, input_credit=0.6)
)
"""A single-purpose voucher; the horizon comes while refunds are still to come."""

TAXED_ON_FACE = replace(
    AFTER_EXPIRY,
    after_expiry="nothing",
    tax=SalesTax(0.1, base="face_plus_cash", on_lapse=True),
)
"""Tax on the stated value, of vouchers never used too."""

TAXED_AS_PAID_FOR = replace(
    OPEN_ON_REDEMPTION, tax=SalesTax(0.2, at_issue=True, on_fee=0.1, input_credit=0.5)
)
"""Paid on redemption, and taxed then."""

TAXED_BEFORE_THE_LAPSE = replace(
    FACE_VALUE_LAPSES_LATER, tax=SalesTax(0.19, base="merchant_receipts", on_lapse=True)
)
"""Vouchers will lapse, and bear tax, after the horizon."""

CASES = {
    "around_the_ticket": AROUND_THE_TICKET,
    "after_expiry": AFTER_EXPIRY,
    "before_expiry": BEFORE_EXPIRY,
    "face_value_lapses_later": FACE_VALUE_LAPSES_LATER,
    "lapsed": LAPSED,
    "nothing_survives": NOTHING_SURVIVES,
    "open_on_redemption": OPEN_ON_REDEMPTION,
    "taxed_at_issue": TAXED_AT_ISSUE,
    "taxed_on_face": TAXED_ON_FACE,
    "taxed_as_paid_for": TAXED_AS_PAID_FOR,
    "taxed_before_the_lapse": TAXED_BEFORE_THE_LAPSE,
}

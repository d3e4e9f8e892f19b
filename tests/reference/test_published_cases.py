"""Cases published elsewhere, against the closed forms alone: the formulas mean what they say."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Literal

import pytest

from tests.reference import closed_form_money as money
from tests.reference import closed_form_visits as visits
from tests.reference.case import (
    Case,
    CountReturns,
    Instalment,
    OnRedemption,
    Overspend,
    Segment,
)
from tests.reference.per_customer import follow

PLAIN = Segment("all", share=1.0, redeem=1.0)
THIRDS = (Instalment(7.0, 1 / 3), Instalment(42.0, 1 / 3), Instalment(84.0, 1 / 3))


def test_o2p_casual_restaurant() -> None:
    """1,225 sold at $10 for $20, 68 % redeemed, cost = ticket / 3.30: $1,076.52.

    http://www.o2p.org/2010/07/groupon-case-study/
    """
    case = Case(
        (replace(PLAIN, redeem=0.68),),
        price=10.0,
        face_value=20.0,
        demand=1225.0,
        horizon_days=400.0,
        variable_cost=1.0 / 3.3,
    )
    assert money.lines(case)["campaign_profit"] == pytest.approx(1076.52, abs=0.005)


def test_daily_deal_insider() -> None:
    """500 sold, 78 % redeem a $50 voucher and spend $64, 20 % of them return: 6,250; 5,460; 4,992.

    https://dailydealinsider.wordpress.com/2011/12/30/do-daily-deals-work-part-2/
    """
    segment = Segment(
        "all",
        share=1.0,
        redeem=0.78,
        overspend=Overspend(1.0, 14.0),
        returns=CountReturns(chance=0.2, visits=1.0, after=0.0, spend=64.0),
    )
    case = Case((segment,), price=25.0, face_value=50.0, demand=500.0, horizon_days=400.0)
    lines = money.lines(case)
    assert lines["remittance"] == pytest.approx(6250.0)
    assert lines["till_receipts"] == pytest.approx(5460.0)
    assert lines["returning_revenue"] == pytest.approx(4992.0)
    assert lines["new_regulars"] == pytest.approx(78.0)


def test_cupcakes() -> None:
    """$4 of cupcakes for $2, cost 1.50, half to the site, 1,000 customers: it costs $500.

    https://iterativepath.wordpress.com/2010/09/20/an-alternative-look-at-groupon-marginal-costs/
    """
    case = Case(
        (PLAIN,),
        price=2.0,
        face_value=4.0,
        demand=1000.0,
        horizon_days=400.0,
        variable_cost=0.375,
    )
    assert money.lines(case)["campaign_profit"] == pytest.approx(-500.0)


@pytest.mark.parametrize("after_expiry", ["paid_value", "face_value", "nothing"])
def test_no_deal_at_all_earns_nothing(
    after_expiry: Literal["paid_value", "face_value", "nothing"],
) -> None:
    """Price = face value = usual ticket, no fees, everyone would have come: 0 (11.3)."""
    case = Case(
        (replace(PLAIN, would_have_come=1.0),),
        price=20.0,
        face_value=20.0,
        demand=75.0,
        horizon_days=400.0,
        commission=0.0,
        usual_ticket=20.0,
        variable_cost=0.45,
        cost_per_visit=1.5,
        after_expiry=after_expiry,
    )
    assert money.incremental_profit(case)[0] == pytest.approx(0.0, abs=1e-9)
    assert follow(case, Random(1)).metrics["incremental_profit"] == 0.0
    early = replace(case, horizon_days=60.0)
    assert follow(early, Random(1)).metrics["incremental_profit"] == pytest.approx(0.0, abs=0.01)


def test_late_course_in_quebec() -> None:
    """$100 paid for a $300 course, used after expiry: the customer pays $200 more (7.1, 7.2).

    http://www.opc.gouv.qc.ca/en/consumer/good-service/course-training-daycare/courses/declined-gift-card/
    """
    segment = replace(PLAIN, late_bill="face_value")
    case = Case((segment,), price=100.0, face_value=300.0, demand=1.0, horizon_days=400.0)
    assert visits.till_of_visit(case, segment, late=True).mean == 200.0
    assert visits.till_of_visit(case, segment, late=False).mean == 0.0
    credit = replace(case, segments=(PLAIN,), variable_cost=0.5)
    assert visits.cost_of_visit(credit, PLAIN, late=True).mean == 50.0  # $100 of goods, not $300


def test_payment_in_thirds() -> None:
    """9,500 pays 3,166.67, 3,166.67 and 3,166.66; a contract's 21,000 three times 7,000 (9.2).

    https://xueqiu.com/9255413612/20486039
    """
    case = Case(
        (PLAIN,),
        price=20.0,
        face_value=40.0,
        demand=1000.0,
        horizon_days=400.0,
        commission=0.5,
        card_fee=0.025,
        payout=THIRDS,
    )
    paid = [amount for _, amount in money.payments_to_the_cent(case, lambda day: 0)]
    assert paid == [3166.67, 3166.67, 3166.66]
    assert [amount for _, amount in follow(case, Random(1)).payments] == pytest.approx(paid)
    contract = replace(case, price=21.0, commission=0.0, card_fee=0.0)
    thirds = money.payments_to_the_cent(contract, lambda day: 0)
    assert [amount for _, amount in thirds] == [7000.0, 7000.0, 7000.0]


def test_true_up() -> None:
    """All paid on day 2, when 3 of 100 were refunded; 5 more by the seventh day (9.3)."""
    case = Case(
        (PLAIN,),
        price=10.0,
        face_value=20.0,
        demand=100.0,
        horizon_days=400.0,
        payout=(Instalment(2.0, 1.0),),
    )
    paid = money.payments_to_the_cent(case, lambda day: 3 if day < 6.0 else 8)
    assert paid == [(5.0, 485.0), (10.0, -25.0)]


def test_paid_on_redemption_owes_nothing() -> None:
    """1,000 at $20, half to the site, 450 redeemed: 4,500 received, nothing owed (section 10)."""
    case = Case(
        (replace(PLAIN, redeem=0.45),),
        price=20.0,
        face_value=40.0,
        demand=1000.0,
        horizon_days=400.0,
        payout=OnRedemption(lag=14.0),
    )
    assert money.lines(case)["remittance"] == pytest.approx(4500.0)
    metrics = follow(case, Random(1)).metrics
    assert metrics["liability_at_horizon"] == 0.0
    assert metrics["outstanding_value"] == 20.0 * metrics["still_held"] > 0.0

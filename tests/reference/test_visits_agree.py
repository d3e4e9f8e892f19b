"""One segment, one mechanism, everyone refundless: moments of visits and of coming back.

In the mixed cases one mechanism hides behind another's spread; here each has a case in which its
own spread is most of the variance.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import pytest

from tests.reference import closed_form_money, closed_form_visits
from tests.reference.case import (
    Case,
    CountReturns,
    Overspend,
    RateReturns,
    Returns,
    Segment,
    WorthReturns,
)
from tests.reference.per_customer import follow_many
from tests.statistical import assert_mean, assert_variance

ALL = Segment("all", share=1.0, redeem=1.0, half_life=20.0)
CASE = Case(
    (ALL,),
    price=10.0,
    face_value=20.0,
    demand=20.0,
    horizon_days=250.0,
    usual_ticket=60.0,
    variable_cost=0.3,
    cost_per_visit=2.0,
)
RUNS = 1000

RETURNS: dict[str, Returns] = {
    "rate": RateReturns(chance=0.6, visits_per_month=2.0, stay=120.0, spend=30.0, cv=0.5),
    "rate_clipped": RateReturns(chance=0.9, visits_per_month=0.5, stay=60.0, spend=30.0, cv=0.0),
    "count": CountReturns(chance=0.8, visits=4.0, after=200.0, spend=30.0, cv=0.5),
    "count_at_once": CountReturns(chance=0.5, visits=2.5, after=0.0, spend=30.0, cv=2.0),
    "worth": WorthReturns(chance=0.5, worth=120.0, after=100.0),
}


@pytest.mark.parametrize("form", sorted(RETURNS))
def test_each_form_of_coming_back(form: str, seed: int) -> None:
    """Mean and variance of revenue, margin and new regulars (8.1-8.8)."""
    case = replace(CASE, segments=(replace(ALL, returns=RETURNS[form]),))
    runs = follow_many(case, RUNS, seed)
    expected = {
        "returning_revenue": closed_form_visits.returning(case, "revenue"),
        "returning_margin": closed_form_visits.returning(case, "margin"),
        "new_regulars": closed_form_visits.new_regulars(case),
        "incremental_profit": closed_form_money.incremental_profit(case),
    }
    for line, (mean, variance) in expected.items():
        sample = [run.metrics[line] for run in runs]
        notice = 0.3 * sqrt(variance) if variance > 0.0 else None
        assert_mean(sample, mean, sqrt(variance), notice=notice, what=f"{form} {line}")
        assert_variance(sample, variance, what=f"{form} {line}")


def test_returns_after_late_visits(seed: int) -> None:
    """Everyone comes late; the days of the visits decide what returns by the horizon (5.5, 8.4)."""
    segment = replace(ALL, redeem=0.0, late_share=1.0, returns=RETURNS["rate"])
    case = replace(CASE, segments=(segment,), expiry_days=60.0)
    mean, variance = closed_form_visits.returning(case, "revenue")
    sample = [run.metrics["returning_revenue"] for run in follow_many(case, RUNS, seed)]
    assert_mean(sample, mean, sqrt(variance), notice=0.3 * sqrt(variance))
    assert_variance(sample, variance)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("cv", [0.0, 0.5, 1.5])
def test_bills(late: bool, cv: float, seed: int) -> None:
    """Bills that exceed their base, in time, or late and counted from the face value (7.1-7.5)."""
    segment = replace(
        ALL,
        redeem=0.0 if late else 1.0,
        use=0.7,
        overspend=Overspend(0.8, 15.0, cv),
        late_share=1.0,
        late_half_life=5.0,
        late_bill="face_value",
    )
    case = replace(CASE, segments=(segment,), expiry_days=60.0)
    runs = follow_many(case, RUNS, seed)
    expected = {
        "till_receipts": closed_form_visits.till_receipts(case),
        "voucher_visit_cost": closed_form_visits.voucher_visit_cost(case),
    }
    for line, (mean, variance) in expected.items():
        sample = [run.metrics[line] for run in runs]
        assert_mean(sample, mean, sqrt(variance), notice=0.3 * sqrt(variance), what=line)
        assert_variance(sample, variance, what=line)

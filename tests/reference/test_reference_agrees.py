"""The two readings of docs/model.md agree: closed forms against customers followed one by one.

Each comparison fails a correct pair with chance 6e-7 (means, variances) or 1e-5 (whole
distributions), whatever the seed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import sqrt
from random import Random
from statistics import stdev

import pytest

from tests.reference import closed_form, closed_form_money, closed_form_visits
from tests.reference.case import REFUND_DAYS, Case, OnRedemption, Segment
from tests.reference.cases import AFTER_EXPIRY, CASES, HUNTERS
from tests.reference.per_customer import Run, follow, follow_many
from tests.statistical import assert_chi_square, assert_mean, assert_variance

RUNS = 1400
COUNTS = {
    "refunded": "vouchers_refunded",
    "redeemed_in_time": "redeemed_in_time",
    "presented_late": "presented_late",
    "lapsed": "lapsed",
    "still_held": "still_held",
}


@dataclass(frozen=True)
class Followed:
    """A case and its runs."""

    case: Case
    runs: list[Run]

    def metric(self, name: str) -> list[float]:
        """One value per run."""
        return [run.metrics[name] for run in self.runs]


@pytest.fixture(scope="module", params=sorted(CASES))
def followed(request: pytest.FixtureRequest, seed: int) -> Iterator[Followed]:
    """Each of CASES, followed RUNS times."""
    case = CASES[request.param]
    yield Followed(case, follow_many(case, RUNS, seed))


def sd(moments: tuple[float, float]) -> float:
    """Standard deviation from (mean, variance)."""
    return sqrt(max(0.0, moments[1]))


def test_counts_of_vouchers(followed: Followed) -> None:
    """Means and variances of every fate at the horizon (5.7)."""
    for fate, metric in COUNTS.items():
        expected = closed_form.count(followed.case, fate, followed.case.horizon_days)
        sample = followed.metric(metric)
        assert_mean(sample, expected[0], sd(expected), notice=0.7, what=metric)
        if expected[0] > 1.0:
            assert_variance(sample, expected[1], notice=0.5, what=metric)


def test_counts_of_a_segment(followed: Followed) -> None:
    """Means of every fate and of new regulars, by segment (4.3, 5.7, 8.8)."""
    for segment in followed.case.segments:
        for fate in ("refunded", "redeemed_in_time", "presented_late", "lapsed"):
            mean, variance = closed_form.count(
                followed.case, fate, followed.case.horizon_days, segment
            )
            sample = [run.by_segment[segment.name][fate] for run in followed.runs]
            assert_mean(sample, mean, sqrt(variance), notice=0.7, what=f"{segment.name} {fate}")


def test_months(followed: Followed) -> None:
    """Flows and stocks at every month end (5.7)."""
    case = followed.case
    for place, end in enumerate(followed.runs[0].month_ends):
        day = float((end - case.starts).days)
        expected = closed_form.held(case, day)
        sample = [run.by_month["held"][place] for run in followed.runs]
        assert_mean(sample, expected[0], sd(expected), notice=0.8, what=f"held on day {day}")
        for fate in ("refunded", "redeemed_in_time", "presented_late", "lapsed"):
            to_date = closed_form.count(case, fate, day)
            sums = [sum(run.by_month[fate][: place + 1]) for run in followed.runs]
            assert_mean(sums, to_date[0], sd(to_date), notice=0.8, what=f"{fate} by day {day}")


def test_money_lines(followed: Followed) -> None:
    """Means and variances of the money lines and of profit (6.1, 7.5, 8.4-8.8, 9.6-9.8)."""
    case = followed.case
    expected = {
        "till_receipts": closed_form_visits.till_receipts(case),
        "voucher_visit_cost": closed_form_visits.voucher_visit_cost(case),
        "cannibalised_margin": closed_form_visits.cannibalised_margin(case),
        "returning_revenue": closed_form_visits.returning(case, "revenue"),
        "returning_margin": closed_form_visits.returning(case, "margin"),
        "new_regulars": closed_form_visits.new_regulars(case),
        "tail_reserve": closed_form_money.tail_reserve(case),
        "incremental_profit": closed_form_money.incremental_profit(case),
        "outstanding_value": closed_form.outstanding_value(case, case.horizon_days),
    }
    for line, moments in expected.items():
        sample = followed.metric(line)
        notice = 0.26 * sd(moments) if moments[1] > 0.0 else None
        assert_mean(sample, moments[0], sd(moments), notice=notice, what=line)
        assert_variance(sample, moments[1], what=line)
    tax = closed_form_visits.sales_tax(case)
    taxed = followed.metric("sales_tax")
    assert_mean(taxed, tax, stdev(taxed), what="sales_tax")
    assert_variance(followed.metric("incremental_profit"), expected["incremental_profit"][1])


def test_remittance(followed: Followed) -> None:
    """The mean of what the platform pays (9.1-9.4)."""
    case = followed.case
    chance = closed_form_money.remittance(case) / (case.remittance_per_voucher * case.sold)
    mean, variance = closed_form.binomial(case.sold, chance)
    rem = case.remittance_per_voucher
    assert_mean(followed.metric("remittance"), rem * mean, rem * sqrt(variance), notice=4.0)


def test_instalments(followed: Followed) -> None:
    """Each instalment, and the true-up, in the mean and to the cent (9.2, 9.3)."""
    case = followed.case
    if isinstance(case.payout, OnRedemption):
        return
    for place, (day, mean, variance) in enumerate(closed_form_money.payments(case)):
        paid = [run.payments[place] for run in followed.runs]
        assert {when for when, _ in paid} == {min(day, case.horizon_days)}
        amounts = [amount for _, amount in paid]
        if variance > 0.0:
            assert_mean(amounts, mean, sqrt(variance), notice=5.0, what=f"payment {place}")
        else:
            assert amounts == pytest.approx([mean] * len(amounts), abs=0.01)
    if case.horizon_days < case.sale_window_days + REFUND_DAYS:
        return  # refunds still to come are taken off, and no metric counts them
    for run in followed.runs:
        kept = run.metrics["vouchers_sold"] - run.metrics["vouchers_refunded"]
        total = sum(amount for _, amount in run.payments)
        assert total == pytest.approx(case.remittance_per_voucher * kept, abs=0.00501)


def test_identities(followed: Followed) -> None:
    """What holds in every run (9.5, 9.6, 9.9, 11.1)."""
    for run in followed.runs:
        m = run.metrics
        assert m["vouchers_sold"] == followed.case.sold == sum(m[name] for name in COUNTS.values())
        assert run.by_month["held"][-1] == m["still_held"] >= 0
        assert sum(run.by_month["redeemed_in_time"]) == m["redeemed_in_time"]
        cash = m["incremental_profit"] + m["tail_reserve"]
        assert run.cash[-1] == pytest.approx(cash, abs=0.06)
        assert m["lowest_cash"] <= min(0.0, run.cash[-1]) + 0.01


@pytest.mark.parametrize("name", sorted(CASES))
def test_closed_forms_agree_with_themselves(name: str) -> None:
    """Two ways to the tail reserve, and to profit (9.6-9.8)."""
    case = CASES[name]
    reserve = closed_form_money.tail_reserve(case)[0]
    assert reserve == pytest.approx(closed_form_money.tail_reserve_by_dates(case), abs=1e-9)
    profit = closed_form_money.incremental_profit(case)[0]
    assert profit == pytest.approx(closed_form_money.lines(case)["incremental_profit"], abs=1e-9)


def test_six_vouchers_in_every_way(seed: int) -> None:
    """The whole joint distribution of a small case: six vouchers, four fates, 84 outcomes."""
    case = replace(AFTER_EXPIRY, demand=6.0, minimum=0.0, refund_share=0.3)
    probabilities = closed_form.joint_fate_probabilities(case, case.horizon_days)
    assert len(probabilities) == 84
    runs = follow_many(case, 4000, seed)
    metrics = [COUNTS[fate] for fate in closed_form.FATES]
    observed = Counter(tuple(int(run.metrics[name]) for name in metrics) for run in runs)
    assert_chi_square(observed, probabilities)


def test_uncertain_share_is_beta_binomial(seed: int) -> None:
    """A redemption rate drawn once per run: 50 vouchers, Beta(8, 2), variance 43.6 (3.5)."""
    rng = Random(seed)
    segment = Segment("all", share=1.0, redeem=0.0)
    case = Case((segment,), price=10.0, face_value=20.0, demand=50.0, horizon_days=190.0)
    redeemed = []
    for _ in range(1600):
        drawn = replace(segment, redeem=rng.betavariate(8.0, 2.0))
        run = follow(replace(case, segments=(drawn,)), rng)
        redeemed.append(int(run.metrics["redeemed_in_time"]))
    mean, variance = closed_form.binomial_uncertain(50, *closed_form.beta_moments(8.0, 2.0))
    assert variance == pytest.approx(43.636, abs=0.001)
    assert_mean(redeemed, mean, sqrt(variance), notice=1.6)
    assert_variance(redeemed, variance, notice=0.4)
    pmf = dict(enumerate(closed_form.beta_binomial(50, 8.0, 2.0)))
    assert_chi_square(Counter(redeemed), pmf)


def test_first_attempts_by_week(seed: int) -> None:
    """Steps of the hazard (5.3) give the distribution of continuous redemption times (5.2)."""
    case = replace(AFTER_EXPIRY, segments=(replace(HUNTERS, share=1.0),), demand=2000.0, cap=None)
    segment, month_days = case.segments[0], [31.0, 59.0, 90.0, 120.0, 123.0]
    left, chances, start = 1.0 - case.refund_share, {}, 0.0
    for day in month_days:
        hazard = closed_form.attempt_chance(case, segment, start, day - case.sale_window_days)
        chances[day], left = left * hazard, left * (1.0 - hazard)
        start = day - case.sale_window_days
    observed = dict.fromkeys(chances, 0)
    for run in follow_many(case, 20, seed):
        flows = run.by_month["redeemed_in_time"]
        for place, day in enumerate(month_days[:-1]):
            observed[day] += flows[place]
        observed[123.0] += flows[4]
    never = {0.0: 1.0 - sum(chances.values())}
    assert_chi_square(observed | {0.0: 40000 - sum(observed.values())}, chances | never)


def test_refund_days_are_even(seed: int) -> None:
    """Refunds fall evenly on the seven days after close (4.4)."""
    case = replace(AFTER_EXPIRY, demand=4000.0, refund_share=0.5, sale_window_days=28.0)
    run = follow(case, Random(seed))  # day 31, the first month end, is 3 days after close
    first = run.by_month["refunded"][0]
    refunded = int(run.metrics["vouchers_refunded"])
    share = (31.0 - 28.0) / REFUND_DAYS
    assert_chi_square({0: first, 1: refunded - first}, {0: share, 1: 1.0 - share})

"""Two campaigns' cohorts, made by hand, each booked by itself and then added up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from dealsim.books import LINES, CohortBooks, Liability, balances, consolidate
from dealsim.books.chart import chart_of_accounts
from dealsim.books.cohort import Cohort
from dealsim.books.periods import Every, ReportingPeriods
from dealsim.books.policies import accounting_policies
from dealsim.books.rollforward import SUBTRACTED
from dealsim.books.subledger import VoucherSubledger
from tests.conftest import MakeScenario
from tests.engine.library import PLAIN

CUTS = tuple(date(2011, month, 1) for month in range(4, 10))
FIRST, SECOND = 0, 2
"""Months in which the cohorts are issued."""


def books(
    make: MakeScenario, month: int, sold: list[int], price: int, used: list[float]
) -> CohortBooks:
    """A cohort of which shares of what is held are redeemed in the months from its issue on."""
    starts = date(2011, 3 + month, 1)
    scenario = make(
        PLAIN,
        {
            "starts": starts,
            "deal.price": price // 100,
            "deal.promo_expires": "2 months",
            "accounting": {"breakage": "proportional", "constraint": "50%"},
        },
    )
    flows = {name: np.zeros((len(CUTS), len(sold)), dtype=np.int64) for name in ("sold", "used")}
    flows["sold"][month] = sold
    held = np.array(sold)
    for k, share in enumerate(used):
        flows["used"][month + k] = np.floor(share * held)
        held = held - flows["used"][month + k]
    subledger = VoucherSubledger.of(price * flows["sold"], redeemed_in_time=price * flows["used"])
    payouts = np.zeros(len(CUTS), dtype=np.int64)
    payouts[month + 1] = int(0.5 * price * np.mean(sold))
    nothing = np.zeros(len(CUTS), dtype=np.int64)
    cohort = Cohort(
        scenario=scenario,
        cuts=CUTS,
        subledger=subledger,
        held=subledger.held / price,
        ultimate=subledger.exercised.sum(axis=0) * 1.05,
        price=np.full(len(sold), price),
        issue_tax=0.0,
        commission=0.5,
        fee_tax=0.0,
        tax_in_cash=None,
        cash={"payouts": payouts, "cash_in_time": 7 * (flows["used"].sum(axis=1))},
        escheat_paid=nothing,
        owed_at_expiry=subledger.held[month + 1],
    )
    return CohortBooks(cohort, accounting_policies(scenario))


@pytest.fixture
def both(scenario: MakeScenario) -> tuple[CohortBooks, CohortBooks]:
    return (
        books(scenario, FIRST, [101, 250, 397], 1_000, [0.3, 0.4, 0.1]),
        books(scenario, SECOND, [53, 60, 71], 2_500, [0.25, 0.25, 0.5]),
    )


def together(*cohorts: CohortBooks, every: Every = "month") -> Liability:
    periods = ReportingPeriods(cohorts[0].cohort.cuts, every)
    return consolidate(cohorts, periods, chart_of_accounts({}), seed=1)


@pytest.mark.parametrize("every", ["month", "quarter"])
def test_the_whole_is_the_sum_of_its_cohorts(
    both: tuple[CohortBooks, CohortBooks], every: Every
) -> None:
    whole, parts = together(*both, every=every), [together(one, every=every) for one in both]
    for name in LINES:
        np.testing.assert_array_equal(
            whole.table.mean[name], sum(p.table.mean[name] for p in parts)
        )
    np.testing.assert_array_equal(whole.closing, sum(part.closing for part in parts))
    np.testing.assert_array_equal(whole.outstanding, sum(part.outstanding for part in parts))
    for end, cells in whole.ageing.items():
        np.testing.assert_array_equal(cells, sum(part.ageing[end] for part in parts))
    for method, revenue in whole.policies.items():
        taken = sum(part.policies[method] for part in parts)
        assert np.abs(revenue - taken).max() <= 1  # rounded once or twice
    assert balances(whole.journal) == {
        key: sum(balances(part.journal).get(key, 0) for part in parts)
        for key in balances(whole.journal)
    }


def test_what_is_added_up_ties_like_one_cohort(both: tuple[CohortBooks, CohortBooks]) -> None:
    found = together(*both)
    mean = found.monthly.mean
    change = mean["issued"] - sum(mean[name] for name in SUBTRACTED)
    np.testing.assert_array_equal(mean["opening"] + change, mean["closing"])
    np.testing.assert_array_equal(mean["opening"][1:], mean["closing"][:-1])
    ledger = balances(found.journal)
    assert -ledger["voucher_liability"] - ledger["recognised_breakage"] == mean["closing"][-1]
    for end, held in zip(found.month_ends, found.outstanding.mean(axis=1), strict=True):
        assert abs(found.ageing[end].sum() - held) <= 1


def test_bands_are_of_each_futures_sum(both: tuple[CohortBooks, CohortBooks]) -> None:
    """Futures in which one cohort is large and the other small have a narrow sum."""
    first, second = both
    turned = first.cohort.subledger.regrouped([slice(k, k + 1) for k in range(len(CUTS))])
    turned = VoucherSubledger(**{name: flow[:, ::-1] for name, flow in vars(turned).items()})
    mirror = CohortBooks(replace(first.cohort, subledger=turned), first.policies)
    apart, whole = together(first), together(first, mirror)
    spread = [
        one.monthly.bands[95]["issued"][0] - one.monthly.bands[5]["issued"][0]
        for one in (apart, whole)
    ]
    assert spread[1] < 0.1 * spread[0]
    assert second.cohort.subledger.issued[SECOND].min() > 0


def test_months_of_issue_are_those_of_all_cohorts(both: tuple[CohortBooks, CohortBooks]) -> None:
    found = together(*both)
    assert found.triangle_months == (found.month_ends[FIRST], found.month_ends[SECOND])
    used = [one.cohort.subledger.exercised.mean(axis=1).cumsum() for one in both]
    assert found.triangle[0] == pytest.approx(used[0], abs=0.5)
    assert found.triangle[1][: len(CUTS) - SECOND] == pytest.approx(used[1][SECOND:], abs=0.5)
    assert np.isnan(found.triangle[1][len(CUTS) - SECOND :]).all()


def test_each_cohort_keeps_its_own_estimate(both: tuple[CohortBooks, CohortBooks]) -> None:
    shares = [one.share("proportional") for one in both]
    assert shares[0] != shares[1]
    assert min(shares) < together(*both).ultimate_share < max(shares)
    assert together(both[1]).ultimate_share == shares[1]


def test_cohorts_that_cannot_be_added_up(both: tuple[CohortBooks, CohortBooks]) -> None:
    other = CohortBooks(replace(both[1].cohort, cuts=CUTS[1:]), both[1].policies)
    with pytest.raises(ValueError, match="same periods"):
        together(both[0], other)
    with pytest.raises(ValueError, match="no cohort"):
        consolidate([], ReportingPeriods(CUTS), chart_of_accounts({}), seed=1)

"""The engine against customers followed one by one: whole distributions, with and without places.

Joint counts and amounts are compared by two-sample chi-square (a correct program fails one with
chance 1e-5), means of the money lines in standard errors of both samples (5: chance 6e-7).
The reference follows the visits of each regular in continuous time; the engine's steps (8.3) give
the same mean and a variance that differs by less than these samples can tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import hypot, sqrt
from statistics import fmean, stdev
from typing import Any

import numpy as np
import pytest

from dealsim.engine import Array, build_clock
from dealsim.results import Measured
from dealsim.scenario import Scenario
from tests.conftest import MakeScenario
from tests.engine.bridge import case_of
from tests.engine.library import AS_ALWAYS, MIXED, TAXED, UNCLAIMED, VARIANTS, run, sampled
from tests.reference.case import Case
from tests.reference.per_customer import Run, follow_many
from tests.reference.per_customer_books import cut_days
from tests.statistical import TooFewDraws, assert_same_distribution

JOINT = (
    ("redeemed_in_time", "turned_away"),
    ("presented_late", "lapsed"),
    ("vouchers_refunded", "still_held"),
    ("redeemed_in_time", "new_regulars"),
    ("presented_late", "cashed_out"),
    ("own_turned_away", "own_turned_away_without_deal"),
)
MONEY = (
    "remittance",
    "till_receipts",
    "voucher_visit_cost",
    "cannibalised_margin",
    "displaced_margin",
    "returning_revenue",
    "returning_margin",
    "cash_outs",
    "escheat_paid",
    "tail_reserve",
    "campaign_profit",
    "incremental_profit",
    "npv",
    "lowest_cash",
    "liability_at_horizon",
    "outstanding_value",
    "likely_claims",
)
MONTHS = ("redeemed_in_time", "presented_late", "turned_away", "held")
CHUNKS = 2

SHORT: dict[str, Any] = {
    "deal.demand": 25,
    "deal.minimum": 0,
    "deal.promo_expires": "70 days",
    "horizon": "130 days",
    "redemption.late.half_life": "30 days",
    "business.visits_per_week": 5,
    "business.capacity_per_week": 5.5,
    "business.usual_ticket": 25,
}
"""Too few places: ordinary trade alone often fills them, and 25 holders come on top."""

CROWDED: dict[str, dict[str, Any]] = {
    "first come": {},
    "ordinary trade first": {"business.serve_first": "ordinary_trade"},
    "vouchers first": {"business.serve_first": "vouchers"},
    "late rule": {"business.turned_away": "late"},
    "late rule, trade first": {
        "business.turned_away": "late",
        "business.serve_first": "ordinary_trade",
    },
    "late rule, nothing survives": {
        "business.turned_away": "late",
        "deal.after_expiry": "nothing",
        "platform.payout": "{on_redemption: {lag: 14 days}}",
    },
    "honoured, what survives lapses": {
        "deal.paid_value_expires": "100 days",
        "business.serve_first": "ordinary_trade",
        "platform.payout": "{on_redemption: {lag: 7 days, late: paid}}",
    },
    "open at the horizon": {
        "horizon": "50 days",
        "business.serve_first": "ordinary_trade",
        "platform.payout": "{on_redemption: {lag: 14 days, late: paid}}",
    },
    "horizon amid the late ones": {"horizon": "85 days", "business.turned_away": "late"},
}


def rows(source: Mapping[str, Array], names: Sequence[str]) -> list[tuple[int, ...]]:
    """Joint counts, one tuple a trial."""
    return list(zip(*(source[name].astype(int).tolist() for name in names), strict=True))


def simulate(scenario: Scenario, case: Case, seed: int) -> Measured:
    """10,000 trials on the reference's own cut days: with a capacity the step matters."""
    clock = build_clock((scenario,))
    assert tuple(map(float, clock.cuts)) == cut_days(case)
    parts = [
        run(scenario, sampled(scenario, seed, chunk), clock=clock)[1] for chunk in range(CHUNKS)
    ]

    def joined(found: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
        return {name: np.concatenate([part[name] for part in found], axis=-1) for name in found[0]}

    return Measured(joined([p.metrics for p in parts]), joined([p.timeline for p in parts]))


def check_same(scenario: Scenario, runs_wanted: int, seed: int) -> list[Run]:
    """Counts, months and money of both come from the same distributions."""
    case = case_of(scenario)
    found, runs = simulate(scenario, case, seed), follow_many(case, runs_wanted, seed)
    for names in JOINT:
        if not set(names) <= set(found.metrics):  # of scenarios with a capacity only
            continue
        followed = [tuple(int(run.metrics[name]) for name in names) for run in runs]
        same_where_possible(rows(found.metrics, names), followed, " and ".join(names))
    for series in MONTHS:
        for place, end in enumerate(runs[0].month_ends):
            ours = found.timeline[series][place].astype(int).tolist()
            theirs = [run.by_month[series][place] for run in runs]
            same_where_possible(ours, theirs, f"{series} at {end}")
    taxed = [line for line in ("sales_tax",) if line in found.metrics]
    for line in (*MONEY, *taxed):
        ours = found.metrics[line].tolist()
        amounts = [run.metrics[line] for run in runs]
        assert_same_mean(ours, amounts, line)
        # whole units: amounts may be rounded to the cent at other places
        same_where_possible([round(x) for x in ours], [round(x) for x in amounts], line)
    return runs


def same_where_possible(ours: Sequence[Any], theirs: Sequence[Any], what: str) -> None:
    """As assert_same_distribution; outcomes that hardly vary leave their means to be compared."""
    try:
        assert_same_distribution(ours, theirs, what=what)
    except TooFewDraws:
        unusual = max(set(theirs), key=theirs.count)
        assert_same_mean(
            [float(x != unusual) for x in ours], [float(x != unusual) for x in theirs], what
        )


def assert_same_mean(ours: Sequence[float], theirs: Sequence[float], what: str) -> None:
    """Means within 5 standard errors of their difference, from the samples' own spread."""
    error = hypot(stdev(ours) / sqrt(len(ours)), stdev(theirs) / sqrt(len(theirs)))
    gap = fmean(ours) - fmean(theirs)
    # amounts are rounded to the cent at other places, so that as much may part them
    assert abs(gap) <= 5.0 * error + 0.01, (
        f"{what}: {gap:+.4g} with a standard error of {error:.2g}"
    )


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_enough_places(name: str, scenario: MakeScenario, seed: int) -> None:
    """Without a capacity: every fate, timing, form of coming back and way of being paid."""
    check_same(scenario(MIXED, VARIANTS[name]), 1200, seed)


@pytest.mark.parametrize("name", sorted(UNCLAIMED))
def test_what_is_never_presented(name: str, scenario: MakeScenario, seed: int) -> None:
    """Cash-outs and unclaimed property: who takes cash, what the state gets and gives back."""
    check_same(scenario(MIXED, UNCLAIMED[name]), 1200, seed)


@pytest.mark.parametrize("name", sorted(TAXED))
def test_tax_in_prices(name: str, scenario: MakeScenario, seed: int) -> None:
    """Tax due at issue, with each visit and with a lapse, and that on the platform's fee."""
    check_same(scenario(MIXED, TAXED[name]), 800, seed)


def test_tax_in_prices_where_places_are_few(scenario: MakeScenario, seed: int) -> None:
    """Those who are displaced would have paid tax too, and those who wait lapse with theirs."""
    terms = {**SHORT, **TAXED["on the face value, lapsed too"], "business.turned_away": "late"}
    check_same(scenario(MIXED, terms), 800, seed)


def test_spend_as_always(scenario: MakeScenario, seed: int) -> None:
    """400 vouchers, with bills around the usual ticket (7.6)."""
    check_same(scenario(AS_ALWAYS), 250, seed)


UNCLAIMED_CROWDED: dict[str, Any] = {
    "accounting.cash_out": "{below: 11, share: 60%}",
    "accounting.escheat": "{after: 84 days, share: 40%, basis: face}",
    "deal.paid_value_expires": "105 days",
}
"""Cash and the state, where some wait to be served."""


@pytest.mark.parametrize("rule", ["honoured", "late"])
def test_too_few_places_and_unclaimed(rule: str, scenario: MakeScenario, seed: int) -> None:
    """Who was turned away never takes cash, and is no more claimed back after a lapse."""
    terms = {**SHORT, **UNCLAIMED_CROWDED, "business.turned_away": rule}
    check_same(scenario(MIXED, terms), 800, seed)


@pytest.mark.parametrize("name", sorted(CROWDED))
def test_too_few_places(name: str, scenario: MakeScenario, seed: int) -> None:
    """With a capacity: who is turned away, who waits, and what is lost (section 6)."""
    runs = check_same(scenario(MIXED, {**SHORT, **CROWDED[name]}), 800, seed)
    assert fmean(run.metrics["turned_away"] for run in runs) > 0.4

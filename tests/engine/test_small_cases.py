"""The whole joint distribution of a small case: six vouchers, four fates, 84 outcomes.

Chi-square against the multinomial chances of (5.7), cells under 25 expected pooled; a correct
program fails one test with chance 1e-5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

import dealsim
from dealsim import Result
from tests.conftest import MakeScenario
from tests.engine.bridge import case_of
from tests.engine.library import MIXED, PLAIN, VARIANTS
from tests.reference import closed_form
from tests.reference.case import Case
from tests.statistical import assert_chi_square

FATES = ("vouchers_refunded", "redeemed_in_time", "presented_late", "lapsed", "still_held")
"""Metrics in the order of closed_form.FATES."""

SIX: Mapping[str, object] = {"deal.demand": 6, "deal.minimum": 0, "deal.refunds": "30%"}


def outcomes(result: Result) -> Counter[tuple[int, ...]]:
    """How often each vector of counts came up."""
    columns = [result.metrics[name].astype(int).tolist() for name in FATES]
    return Counter(zip(*columns, strict=True))


def check(case: Case, result: Result) -> dict[tuple[int, ...], float]:
    """The joint distribution at the horizon is multinomial."""
    probabilities = closed_form.joint_fate_probabilities(case, case.horizon_days)
    assert_chi_square(outcomes(result), probabilities)
    return probabilities


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_six_vouchers(name: str, scenario: MakeScenario, seed: int) -> None:
    """Every outcome of six vouchers, in scenarios in which different fates are possible."""
    made = scenario(MIXED, {**VARIANTS[name], **SIX})
    result = dealsim.simulate(made, trials=20_000, seed=seed, workers=1)
    found = check(case_of(made), result)
    # C(6 + 3, 3) ways with four fates; with the horizon before expiry only three are possible,
    # with five, C(6 + 4, 4)
    ways = {"paid value for ever": 84, "face value, lapses after the horizon": 84}
    ways |= {"lapsed, paid on redemption": 84, "nothing survives": 28}
    assert len(found) == ways.get(name, 28)


@pytest.mark.parametrize("horizon", ["120 days", "125 days", "173 days", "183 days", "190 days"])
def test_six_vouchers_whenever_one_looks(horizon: str, scenario: MakeScenario, seed: int) -> None:
    """At expiry, after it, and on either side of the lapse of what survives (5.7)."""
    overrides = {"deal.paid_value_expires": "180 days", "horizon": horizon}
    made = scenario(MIXED, {**overrides, **SIX})
    check(case_of(made), dealsim.simulate(made, trials=20_000, seed=seed, workers=1))


def test_two_segments_apart(scenario: MakeScenario, seed: int) -> None:
    """Segments of certain and of no redemption: the split itself is multinomial (4.3)."""
    text = PLAIN.replace("all: {share: 100%}", SEGMENTS)
    made = scenario(text, {"deal.demand": 6, "redemption.late.half_life": "1 day"})
    check(case_of(made), dealsim.simulate(made, trials=20_000, seed=seed, workers=1))


SEGMENTS = """a: {share: 1/2, redeem: 100%}
  b: {share: 1/3, redeem: 0%, redemption: {late: {share: 100%}}}
  c: {share: rest, redeem: 0%}"""


def test_one_voucher_day_by_day(scenario: MakeScenario, seed: int) -> None:
    """When one voucher is first presented: the steps give the continuous curve (5.2, 5.3)."""
    made = scenario(
        PLAIN,
        {
            "deal.demand": 1,
            "customers.all.redeem": "80%",
            "redemption.half_life": "30 days",
            "redemption.rush": "{share: 40%, last: 25 days}",
            "redemption.late": "{share: 70%, half_life: 40 days}",
        },
    )
    result = dealsim.simulate(made, trials=20_000, seed=seed, workers=1)
    case = case_of(made)
    segment = case.segments[0]
    chances: dict[str, float] = {}
    observed: dict[str, int] = {}
    before = {"redeemed_in_time": 0.0, "presented_late": 0.0}
    for place, end in enumerate(result.month_ends):
        now = closed_form.fate_probabilities(case, segment, float((end - case.starts).days))
        for fate in before:
            key = f"{place:02d} {fate}"
            chances[key] = now[fate] - before[fate]
            observed[key] = int(result.timeline[fate][place].sum())
            before[fate] = now[fate]
    chances["never"] = 1.0 - sum(chances.values())
    observed["never"] = result.trials - sum(observed.values())
    assert_chi_square(observed, chances)

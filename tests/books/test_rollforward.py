"""The roll-forward's identities, on random registers under every policy; means that tie."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given

from dealsim.books import LINES
from dealsim.books.breakage import BreakagePolicy, recognise
from dealsim.books.periods import group_periods
from dealsim.books.rollforward import SUBTRACTED, RollForward, regroup, roll_forward, total
from dealsim.books.statement import mean_lines, statement
from dealsim.books.subledger import IntArray, VoucherSubledger
from dealsim.units import Span
from tests.books.cohorts import PROPERTY, founding_case, from_totals, policies, registers


def assert_closes(lines: dict[str, IntArray]) -> None:
    """The first identity, and each period opening where the last one closed."""
    change = lines["issued"] - sum(lines[name] for name in SUBTRACTED)
    np.testing.assert_array_equal(lines["opening"] + change, lines["closing"])
    np.testing.assert_array_equal(lines["opening"][1:], lines["closing"][:-1])
    assert not lines["opening"][0].any()


@PROPERTY
@given(registers(), policies())
def test_identities_hold_exactly(register: VoucherSubledger, policy: BreakagePolicy) -> None:
    roll = roll_forward(register, policy)
    assert tuple(roll.lines) == LINES
    assert_closes(dict(roll.lines))
    ledger = roll.closing + roll.on_held + roll.escheated_on_held
    np.testing.assert_array_equal(ledger, register.held)
    assert (roll.closing >= 0).all()
    assert (roll.closing <= np.cumsum(register.net_issued, axis=0)).all()


@PROPERTY
@given(registers(), policies())
def test_the_parts_add_up_to_what_was_issued(
    register: VoucherSubledger, policy: BreakagePolicy
) -> None:
    found = recognise(register, policy)
    ended = found.breakage + found.reestimate + found.lapsed + found.escheated
    parts = np.cumsum(ended + register.exercised, axis=0) + found.liability
    np.testing.assert_array_equal(parts, np.cumsum(register.net_issued, axis=0))


@PROPERTY
@given(registers(lapses=False))
def test_nothing_is_owed_once_all_that_will_come_has_come(register: VoucherSubledger) -> None:
    """R = U leaves no liability, and no breakage where everything was redeemed."""
    used = register.exercised.sum(axis=0)
    sold = np.maximum(register.net_issued.sum(axis=0), 1)
    share = np.broadcast_to(used / sold, register.issued.shape)
    found = recognise(register, BreakagePolicy("proportional", share))
    assert not found.liability[-1, used > 0].any()
    everything = VoucherSubledger.of(register.issued, redeemed_in_time=register.issued)
    assert not recognise(everything, BreakagePolicy("proportional", 0.5)).on_held.any()


@PROPERTY
@given(registers(lapses=False))
def test_the_liability_is_the_pool_times_what_is_to_come(register: VoucherSubledger) -> None:
    """With e = 0, L = I (1 - R / U), to half a cent."""
    found = recognise(register, BreakagePolicy("proportional", 0.7))
    used, issued = (np.cumsum(one, axis=0) for one in (register.exercised, register.net_issued))
    ultimate = np.maximum(used, 0.7 * issued)
    done = np.divide(used, ultimate, out=np.zeros(ultimate.shape), where=ultimate > 0)
    expected = issued * (1 - done)
    assert np.abs(found.liability - expected).max() <= 0.5 + 1e-6


@PROPERTY
@given(registers(), policies())
def test_mean_lines_tie_to_the_cent(register: VoucherSubledger, policy: BreakagePolicy) -> None:
    roll = roll_forward(register, policy)
    lines = mean_lines(roll)
    assert_closes(lines)
    np.testing.assert_array_equal(lines["closing"], np.floor(roll.closing.mean(axis=1) + 0.5))
    for name in SUBTRACTED:
        to_date = roll.lines[name].mean(axis=1).cumsum()
        assert np.abs(lines[name].cumsum() - to_date).max() <= len(SUBTRACTED)
        assert not lines[name][~roll.lines[name].any(axis=1)].any()


@PROPERTY
@given(registers(), policies())
def test_longer_periods_tie_to_their_months(
    register: VoucherSubledger, policy: BreakagePolicy
) -> None:
    roll = roll_forward(register, policy)
    groups = (slice(0, 1), slice(1, 4), slice(4, 6))
    longer = regroup(roll, groups)
    assert_closes(dict(longer.lines))
    np.testing.assert_array_equal(longer.closing[-1], roll.closing[-1])
    np.testing.assert_array_equal(longer.released.sum(axis=0), roll.released.sum(axis=0))
    shown = statement([roll], groups)
    assert_closes(dict(shown.mean))
    months = statement([roll])
    for name in SUBTRACTED:
        assert shown.mean[name].sum() == months.mean[name].sum()
    assert shown.released.sum() == months.released.sum()


def test_one_trial_is_its_own_mean_and_band() -> None:
    _, roll = founding_case()
    shown = statement([roll])
    for name in LINES:
        np.testing.assert_array_equal(shown.mean[name], roll.lines[name][:, 0])
        for percent in (5, 50, 95):
            np.testing.assert_array_equal(shown.bands[percent][name], roll.lines[name][:, 0])


def test_the_bands_are_of_the_longer_period() -> None:
    """Two trials whose months differ and whose quarters agree have no quarterly spread."""
    issued = np.array([[300, 100], [300, 300], [300, 300]])
    roll = roll_forward(from_totals(issued), BreakagePolicy("none"))
    quarter = statement([roll], [slice(0, 3)])
    assert quarter.bands[5]["issued"] == quarter.bands[95]["issued"] == 300
    assert statement([roll]).bands[5]["issued"][0] == 110


def test_cohorts_add_up() -> None:
    _, roll = founding_case()
    both = total([roll, roll])
    np.testing.assert_array_equal(both.closing, 2 * roll.closing)
    assert_closes(dict(both.lines))
    with pytest.raises(ValueError, match="no cohort"):
        total([])


def month_ends(count: int) -> list[date]:
    first = date(2011, 3, 1)
    starts = [Span(k + 1, "months").after(first) for k in range(count)]
    return [Span(0, "days").after(date.fromordinal(day.toordinal() - 1)) for day in starts]


def test_quarters_and_fiscal_years() -> None:
    ends = month_ends(14)
    assert ends[0] == date(2011, 3, 31)
    assert len(group_periods(ends)) == 14
    quarters = group_periods(ends, "quarter")
    assert [group.stop - 1 for group in quarters] == [0, 3, 6, 9, 12, 13]
    years = group_periods(ends, "year", fiscal_year_end=6)
    assert [(group.start, group.stop) for group in years] == [(0, 4), (4, 14)]
    with pytest.raises(ValueError, match="1 to 12"):
        group_periods(ends, "year", fiscal_year_end=13)


def test_a_roll_forward_of_many_trials_is_quick_enough_to_print() -> None:
    """Sixty months of 2,000 trials: shapes hold and the means tie."""
    generator = np.random.default_rng(7)
    flows = generator.integers(0, 500, (60, 2_000)) * 1_000
    issued = np.broadcast_to(flows.sum(axis=0) * 2, flows.shape)
    register = from_totals(issued, redeemed_in_time=flows.cumsum(axis=0))
    shown = statement([roll_forward(register, BreakagePolicy("proportional", 0.6))])
    assert_closes(dict(shown.mean))
    assert isinstance(roll_forward(register, BreakagePolicy("none")), RollForward)

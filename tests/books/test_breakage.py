"""Breakage policies against published worked examples, to the cent (docs/accounting.md)."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealsim.books.breakage import (
    BreakagePolicy,
    RecognisedBreakage,
    escheatable_share,
    recognise,
    ultimate_share,
)
from dealsim.books.subledger import VoucherSubledger
from tests.books.cohorts import PROPERTY, from_totals


def recognised(issued: int, exercised: list[int], policy: BreakagePolicy) -> RecognisedBreakage:
    """One trial, everything issued in the first period, amounts in cents."""
    return recognise(from_totals([issued] * len(exercised), redeemed_in_time=exercised), policy)


def revenue(found: RecognisedBreakage) -> list[int]:
    """Breakage of each period, in cents."""
    return (found.breakage + found.reestimate)[:, 0].tolist()


def test_t1_journal_of_accountancy() -> None:
    """$1,000 sold, 10 % never comes, $540 redeemed: $60 breakage, $400 owed."""
    found = recognised(100_000, [54_000], BreakagePolicy("proportional", 0.9))
    assert revenue(found) == [6_000]
    assert found.liability.tolist() == [[40_000]]


def test_t3_deloitte_each_redemption_adds_its_quarter() -> None:
    """1,000 issued, 800 expected: a redemption of 80 brings breakage of 20."""
    found = recognised(100_000, [0, 8_000], BreakagePolicy("proportional", 0.8))
    assert revenue(found) == [0, 2_000]


def test_t4_the_denominator_is_what_will_be_redeemed() -> None:
    """10 x $100, 10 % breakage: 44.44 at 400, not 40; all 100 at 900, nothing stranded."""
    found = recognised(100_000, [40_000, 90_000], BreakagePolicy("proportional", 0.9))
    assert revenue(found) == [4_444, 5_556]
    assert found.liability[:, 0].tolist() == [100_000 - 40_000 - 4_444, 0]


def test_t5a_kpmg_change_of_estimate() -> None:
    """9,000 for 10,000 points, 4,500 of 9,700, then 4,000 more of 9,900: 4,175.26, 3,552.01."""
    policy = BreakagePolicy("proportional", np.array([0.97, 0.99]))
    found = recognised(900_000, [405_000, 765_000], policy)
    total = (found.breakage + found.reestimate)[:, 0]
    assert (total + np.array([405_000, 360_000])).tolist() == [417_526, 355_201]


def test_t8_change_of_estimate_in_the_third_period() -> None:
    """1,000 x $20: breakage and liability by period, and its split."""
    policy = BreakagePolicy("proportional", np.array([0.8, 0.8, 0.76, 0.76]))
    found = recognised(2_000_000, [900_000, 1_300_000, 1_400_000, 1_440_000], policy)
    assert revenue(found) == [225_000, 100_000, 117_105, 12_632]
    assert found.liability[:, 0].tolist() == [875_000, 375_000, 157_895, 105_263]
    pattern = found.breakage[:, 0]
    # 10.00 of every 40.00 redeemed at the old estimate, 12.63 at the new one.
    assert pattern.tolist() == [225_000, 100_000, 25_000, 12_632]
    assert found.reestimate[:, 0].tolist() == [0, 0, 92_105, 0]


def test_t9_what_goes_to_the_state_is_never_revenue() -> None:
    """60 % escheatable: breakage 900 then 700, liability 10,100 then 2,400, handed over."""
    policy = BreakagePolicy("proportional", 0.8, escheatable=0.6)
    found = recognised(2_000_000, [900_000, 1_600_000], policy)
    assert revenue(found) == [90_000, 70_000]
    assert found.liability[:, 0].tolist() == [1_010_000, 240_000]
    later = BreakagePolicy("proportional", 0.8, escheatable=0.6, escheat_from=2)
    found = recognised(2_000_000, [900_000, 1_600_000, 1_600_000], later)
    assert found.escheated[:, 0].tolist() == [0, 0, 240_000]
    assert found.liability[:, 0].tolist() == [1_010_000, 240_000, 0]


@PROPERTY
@given(
    st.integers(1, 10**9), st.integers(0, 1000), st.integers(0, 1000), st.sampled_from([0, 3, 5])
)
def test_proportional_agrees_with_exact_fractions(
    issued: int, exercised: int, to_come: int, escheat: int
) -> None:
    """(1 - e)(I - U) R / U in exact arithmetic, rounded half up."""
    redeemed = issued * exercised // 1000
    policy = BreakagePolicy("proportional", to_come / 1000, escheatable=escheat / 5)
    found = recognised(issued, [redeemed], policy)
    ultimate = max(Fraction(redeemed), Fraction(to_come * issued, 1000))
    kept = Fraction(5 - escheat, 5) * (issued - ultimate)
    exact = kept * redeemed / ultimate if ultimate else Fraction(0)
    # Floating point may tip an exact half either way in amounts of millions.
    assert found.on_held[0, 0] in {
        floor(exact + Fraction(1, 2) + d * Fraction(1, 10**6)) for d in (-1, 0, 1)
    }
    assert abs(found.on_held[0, 0] - exact) <= Fraction(1, 2) + Fraction(1, 10**6)


def test_none_waits_for_ever() -> None:
    found = recognised(100_000, [40_000, 40_000], BreakagePolicy("none", 0.5))
    assert revenue(found) == [0, 0]
    assert found.liability[:, 0].tolist() == [60_000, 60_000]


def test_remote_takes_all_at_its_period_and_gives_back_to_late_customers() -> None:
    found = recognised(100_000, [40_000, 40_000, 45_000], BreakagePolicy("remote", remote_from=1))
    assert revenue(found) == [0, 60_000, -5_000]
    assert found.breakage[:, 0].tolist() == [0, 60_000, 0]
    assert found.liability[:, 0].tolist() == [60_000, 0, 0]


def test_lapse_books_only_what_was_still_a_liability() -> None:
    """Everything left lapses: 25.00 of it had been recognised, the rest is recognised now."""
    lapsed = [0, 50_000]
    register = from_totals([100_000] * 2, redeemed_in_time=[50_000] * 2, lapsed=lapsed)
    found = recognise(register, BreakagePolicy("proportional", 0.8))
    assert found.breakage[:, 0].tolist() == [12_500, 0]
    assert found.lapsed[:, 0].tolist() == [0, 37_500]
    assert found.liability[:, 0].tolist() == [37_500, 0]


def test_more_redemptions_than_expected_give_breakage_back() -> None:
    found = recognised(100_000, [80_000, 95_000, 100_000], BreakagePolicy("proportional", 0.9))
    assert revenue(found)[0] == 8_889
    assert found.liability[:, 0].tolist() == [11_111, 0, 0]
    assert sum(revenue(found)) == 0


def test_ultimate_share_is_a_mean_or_the_constraint() -> None:
    issued, ultimate = np.array([100, 100, 0, 200]), np.array([60, 80, 0, 200])
    assert ultimate_share(ultimate, issued) == pytest.approx(0.8)
    assert ultimate_share(ultimate, issued, 0.5) == pytest.approx(0.8)
    assert ultimate_share(ultimate, issued, 1.0) == 1.0
    assert ultimate_share(np.zeros(2), np.zeros(2)) == 1.0


def test_escheatable_share_is_capped_at_the_books() -> None:
    assert escheatable_share(0.5, basis=10, paid=10) == 0.5
    assert escheatable_share(1.0, basis=6, paid=10) == pytest.approx(0.6)
    assert escheatable_share(1.0, basis=20, paid=10) == 1.0
    assert escheatable_share(0.6, basis=20, paid=10) == 1.0
    assert escheatable_share(0.4, basis=20, paid=10) == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"redeemed_in_time": [20, -10]}, "not negative"),
        ({"redeemed_in_time": [200, 0]}, "more vouchers"),
        ({"redeemed_in_time": [1.5, 2.5]}, "whole minor units"),
    ],
)
def test_a_register_that_cannot_be_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        VoucherSubledger.of([100, 0], **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "make",
    [
        lambda: BreakagePolicy("proportional", 1.2),
        lambda: BreakagePolicy("proportional", 0.5, escheatable=-0.1),
        lambda: BreakagePolicy("usual"),  # type: ignore[arg-type]
    ],
)
def test_a_policy_that_cannot_be_is_refused(make: object) -> None:
    with pytest.raises(ValueError):
        make()  # type: ignore[operator]

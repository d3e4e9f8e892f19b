"""Whole journals: they tie to the roll-forward, and cash is the same under every policy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealsim.books import Entry, balances
from dealsim.books.breakage import BreakagePolicy
from dealsim.books.chart import ACCOUNTS
from dealsim.books.cohort_flows import CohortFlows
from dealsim.books.entries import PresentationPolicy
from dealsim.books.posting import post
from dealsim.books.rollforward import RollForward, roll_forward
from dealsim.books.statement import statement
from dealsim.books.subledger import VoucherSubledger
from tests.books.cohorts import (
    MONTH_ENDS,
    PERIODS,
    PROPERTY,
    cash_of,
    flows_of,
    founding_case,
    from_totals,
    policies,
    registers,
)

BOOKINGS = (
    PresentationPolicy(),
    PresentationPolicy(revenue="net"),
    PresentationPolicy(commission="expense_at_sale"),
    PresentationPolicy(face_value=True),
)
SHOWN: dict[str, Any] = {"promotional": 1.0, "promotion_ends": 4}


@PROPERTY
@given(registers(), policies(), st.sampled_from(BOOKINGS))
def test_the_ledger_ties_to_roll_forward_and_register(
    register: VoucherSubledger, policy: BreakagePolicy, books: PresentationPolicy
) -> None:
    roll = roll_forward(register, policy)
    found = balances(post(flows_of(roll, policy, register, **SHOWN), books))
    closing = int(roll.closing[-1, 0])
    liability = found.get("voucher_liability", 0) + found.get("recognised_breakage", 0)
    assert -liability == closing
    if policy.method != "remote":
        contra = int(roll.on_held[-1, 0])
        outside = int(roll.escheated_on_held[-1, 0])
        assert found.get("recognised_breakage", 0) == contra
        assert -found.get("voucher_liability", 0) == int(register.held[-1, 0]) - outside
    assert sum(found.values()) == 0
    if books.commission == "defer":
        deferred = found.get("deferred_commission", 0)
        assert abs(deferred - 0.5 * closing) <= (1 if closing else 0)
    assert found.get("voucher_promotion", 0) == 0
    assert found.get("platform_receivable", 0) == 0


@PROPERTY
@given(registers(lapses=False), policies())
def test_the_promotional_value_shown_is_that_of_the_vouchers(
    register: VoucherSubledger, policy: BreakagePolicy
) -> None:
    """As much as the price in the books, whatever becomes of the vouchers, until it ends."""
    policy = replace(policy, method="proportional")
    flows = flows_of(
        roll_forward(register, policy), policy, register, promotion_survives=True, **SHOWN
    )
    entries = post(flows, PresentationPolicy(face_value=True))
    for t, day in enumerate(MONTH_ENDS):
        found = balances(one for one in entries if one.day <= day)
        shown = found.get("voucher_promotion", 0)
        assert shown == (found.get("voucher_liability", 0) if t < SHOWN["promotion_ends"] else 0)
        assert found.get("deferred_promotion", 0) == -shown


@PROPERTY
@given(registers(), policies(), st.sampled_from(BOOKINGS))
def test_cash_is_the_same_under_every_policy(
    register: VoucherSubledger, policy: BreakagePolicy, books: PresentationPolicy
) -> None:
    def cash(rule: BreakagePolicy, style: PresentationPolicy) -> list[tuple[object, int]]:
        flows = flows_of(roll_forward(register, rule), rule, register, **SHOWN)
        moved = [(one.day, balances([one]).get("cash", 0)) for one in post(flows, style)]
        return [(day, amount) for day, amount in moved if amount]

    assert cash(policy, books) == cash(BreakagePolicy("none"), PresentationPolicy())


@PROPERTY
@given(registers(), policies())
def test_profit_to_date_does_not_depend_on_presentation(
    register: VoucherSubledger, policy: BreakagePolicy
) -> None:
    """Gross, net and face value show the same profit, period by period."""
    flows = flows_of(roll_forward(register, policy), policy, register, **SHOWN)
    results = []
    for books in (
        PresentationPolicy(),
        PresentationPolicy(revenue="net"),
        PresentationPolicy(face_value=True),
    ):
        results.append([(one.day, profit(one)) for one in post(flows, books) if profit(one)])
    assert results[0] == results[1] == results[2]


def profit(one: Entry) -> int:
    """What an entry adds to profit: revenue less expenses."""
    return -sum(posting.amount for posting in one.postings if in_profit(posting.account))


def in_profit(key: str) -> bool:
    """Whether an account is one of the income statement."""
    return ACCOUNTS[key].kind in ("revenue", "expense")


@PROPERTY
@given(registers(), policies())
def test_the_printed_mean_can_be_booked_too(
    register: VoucherSubledger, policy: BreakagePolicy
) -> None:
    shown = statement([roll_forward(register, policy)])
    remote = policy.method == "remote"
    flows = CohortFlows(MONTH_ENDS, shown.mean, shown.released, commission=0.5, remote=remote)
    found = balances(post(flows, PresentationPolicy()))
    liability = found.get("voucher_liability", 0) + found.get("recognised_breakage", 0)
    assert -liability == int(shown.mean["closing"][-1])


def test_the_founding_case_in_entries() -> None:
    register, roll = founding_case()
    entries = post(
        flows_of(roll, BreakagePolicy("proportional", 0.8), register), PresentationPolicy()
    )
    found = balances(entries)
    breakage = 200_000 * 720_000 // 800_000
    assert found["breakage_revenue"] == -breakage
    assert found["voucher_sales"] == -720_000
    assert found["voucher_liability"] == -280_000
    assert found["recognised_breakage"] == breakage
    assert found["deferred_commission"] == (280_000 - breakage) // 2
    assert [one.event for one in entries[:3]] == ["sale", "redeemed_in_time", "presented_late"]
    assert all(one.postings for one in entries)


def journal_of(issued: int, redeemed: list[int], policy: BreakagePolicy) -> tuple[Entry, ...]:
    """The journal of vouchers all sold in the first month, commission 50 %."""
    months = len(redeemed)
    roll = roll_forward(from_totals([issued] * months, redeemed_in_time=redeemed), policy)
    lines = {name: values[:, 0] for name, values in roll.lines.items()}
    remote = policy.method == "remote"
    flows = CohortFlows(MONTH_ENDS[:months], lines, roll.released[:, 0], 0.5, remote=remote)
    return post(flows, PresentationPolicy())


def test_t8_in_entries() -> None:
    """Breakage of each period, its last estimate apart, and the commission that goes with it."""
    policy = BreakagePolicy("proportional", np.array([0.8, 0.8, 0.76, 0.76]))
    entries = journal_of(2_000_000, [900_000, 1_300_000, 1_400_000, 1_440_000], policy)
    found = [
        (one.event, -balances([one])["breakage_revenue"])
        for one in entries
        if one.event.startswith("breakage")
    ]
    assert found == [
        ("breakage", 225_000),
        ("breakage", 100_000),
        ("breakage", 25_000),
        ("breakage_reestimate", 92_105),
        ("breakage", 12_632),
    ]
    closing = balances(entries)
    assert closing["voucher_liability"] + closing["recognised_breakage"] == -105_263
    assert closing["deferred_commission"] == 52_632


def test_t9_in_entries() -> None:
    """What is escheatable is handed over and never revenue."""
    policy = BreakagePolicy("proportional", 0.8, escheatable=0.6, escheat_from=2)
    entries = journal_of(2_000_000, [900_000, 1_600_000, 1_600_000], policy)
    handed = next(one for one in entries if one.event == "escheated")
    assert balances([handed])["voucher_liability"] == 240_000
    assert balances([handed])["unclaimed_property"] == -240_000
    closing = balances(entries)
    assert closing["breakage_revenue"] == -160_000
    assert closing["deferred_commission"] == 0
    assert closing["voucher_liability"] + closing["recognised_breakage"] == 0


def test_late_customers_bring_unclaimed_property_back() -> None:
    policy = BreakagePolicy("none", escheatable=1.0, escheat_from=1)
    entries = journal_of(10_000, [0, 0, 1_000], policy)
    assert [one.event for one in entries] == ["sale", "escheated", "escheated", "redeemed_in_time"]
    closing = balances(entries)
    assert closing["unclaimed_property"] == -9_000
    assert closing["voucher_sales"] == -1_000
    assert closing["voucher_liability"] == 0


def test_remote_breakage_is_reversed_as_customers_come() -> None:
    entries = journal_of(10_000, [4_000, 4_000, 4_500], BreakagePolicy("remote", remote_from=1))
    events = [one.event for one in entries]
    assert events == ["sale", "redeemed_in_time", "breakage", "redeemed_in_time"]
    assert [(p.account, p.amount) for p in entries[-1].postings] == [
        ("breakage_revenue", 500),
        ("voucher_sales", -500),
    ]
    assert balances(entries)["voucher_liability"] == 0


@pytest.mark.parametrize(
    ("late", "cashed", "reversed_"),
    [
        # half of 500 and of 600: all of it late
        (300, 0, (0, 250, 0)),
        (300, 100, (0, 300, 0)),
        # half of 300: 50 late, the rest in time, none for cash
        (50, 50, (100, 50, 0)),
        # half of 900: 50 late, 200 in time, the rest for cash
        (50, 650, (200, 50, 200)),
    ],
)
def test_remote_breakage_is_reversed_for_late_customers_first(
    late: int, cashed: int, reversed_: tuple[int, int, int]
) -> None:
    """Half is unclaimed property, so that the breakage of 3,000 falls by half of what comes after.

    What was thought remote is what comes late; only what is left of it is reversed for those in
    time, 200 here, and last for cash. Each entry takes the rest from the liability.
    """
    register = from_totals(
        [10_000] * 3,
        redeemed_in_time=[4_000, 4_000, 4_200],
        presented_late=[0, 0, late],
        cashed_out=[0, 0, cashed],
    )
    policy = BreakagePolicy("remote", escheatable=0.5, remote_from=1)
    roll = roll_forward(register, policy)
    lines = {name: values[:, 0] for name, values in roll.lines.items()}
    assert lines["breakage_reestimate"].tolist() == [0, 0, -(200 + late + cashed) // 2]
    flows = CohortFlows(MONTH_ENDS[:3], lines, roll.released[:, 0], remote=True)
    events = ("redeemed_in_time", "presented_late", "cashed_out")
    used = dict.fromkeys(events, (0, 0))
    for one in post(flows, PresentationPolicy()):
        if one.day == MONTH_ENDS[2]:
            sides = {posting.account: posting.amount for posting in one.postings}
            used[one.event] = sides.get("breakage_revenue", 0), sides.get("voucher_liability", 0)
    expected = zip(reversed_, (200, late, cashed), strict=True)
    assert used == dict(zip(events, [(back, paid - back) for back, paid in expected], strict=True))


def test_what_was_taken_as_remote_lapses_without_an_entry() -> None:
    """6,000 of 10,000 is remote and left the liability for good; its lapse books nothing again.

    With half of it unclaimed property, 3,000 is still a liability and becomes revenue then.
    """
    register = from_totals([10_000] * 3, redeemed_in_time=[4_000] * 3, lapsed=[0, 0, 6_000])
    for share, booked in ((0.0, []), (0.5, [("voucher_liability", 3_000)])):
        policy = BreakagePolicy("remote", escheatable=share, remote_from=1)
        roll = roll_forward(register, policy)
        lines = {name: values[:, 0] for name, values in roll.lines.items()}
        flows = CohortFlows(MONTH_ENDS[:3], lines, roll.released[:, 0], remote=True)
        entries = post(flows, PresentationPolicy())
        lapse = [one for one in entries if one.event == "lapsed"]
        found = [(p.account, p.amount) for one in lapse for p in one.postings if p.amount > 0]
        assert found == booked
        closing = balances(entries)
        assert closing["breakage_revenue"] == -6_000
        assert closing["voucher_liability"] == closing.get("recognised_breakage", 0) == 0


def test_t22_paid_on_redemption_there_is_no_liability() -> None:
    """450 of 1,000 x $20 redeemed: receivable 4,500, revenue 9,000, commission 4,500."""
    register = from_totals([2_000_000] * PERIODS, redeemed_in_time=[0, *[900_000] * (PERIODS - 1)])
    roll = roll_forward(register, BreakagePolicy("none"))
    lines = {name: values[:, 0] for name, values in roll.lines.items()}
    flows = CohortFlows(MONTH_ENDS, lines, roll.released[:, 0], commission=0.5)
    entries = post(flows, PresentationPolicy(on_redemption=True))
    assert balances(entries) == {
        "platform_receivable": 450_000,
        "voucher_sales": -900_000,
        "platform_commission": 450_000,
    }
    assert [(one.event, one.noted, one.postings) for one in entries[:1]] == [
        ("sale", 2_000_000, ())
    ]
    assert not any(
        posting.account.startswith("voucher_l") for one in entries for posting in one.postings
    )
    assert register.held[-1, 0] // 2_000 == 550
    net = balances(post(flows, PresentationPolicy(revenue="net", on_redemption=True)))
    assert net == {"platform_receivable": 450_000, "voucher_sales": -450_000}


def test_paid_on_redemption_late_customers_may_bring_nothing() -> None:
    register = from_totals([100_000] * PERIODS, presented_late=[0] * 5 + [10_000])
    roll = roll_forward(register, BreakagePolicy("none"))
    cash = {"cash_late": np.array([0] * 5 + [2_500])}
    flows = flows_of(roll, BreakagePolicy("none"), register, cash=cash)
    style = PresentationPolicy(on_redemption=True)
    assert balances(post(flows, style)) == {"cash": 2_500, "overspend_sales": -2_500}
    paid = flows_of(roll, BreakagePolicy("none"), register, cash=cash, late_paid=True)
    assert balances(post(paid, style))["platform_receivable"] == 5_000


def test_paid_on_redemption_there_is_no_breakage() -> None:
    register, roll = founding_case()
    with pytest.raises(ValueError, match="no liability"):
        post(
            flows_of(roll, BreakagePolicy("proportional"), register),
            PresentationPolicy(on_redemption=True),
        )


def test_tax_is_carried_through_the_books() -> None:
    register, roll = founding_case()
    tax = {"cash_in_time": np.full(6, 2_000), "tax_in_time": np.full(6, 1_300)}
    added = balances(
        post(
            flows_of(roll, BreakagePolicy("proportional"), register, cash=tax), PresentationPolicy()
        )
    )
    assert added["sales_tax"] == -6 * 1_300
    assert added["cash"] == 6 * 3_300
    inside = flows_of(roll, BreakagePolicy("proportional"), register, cash=tax, tax_in_cash=0.1)
    contained = balances(post(inside, PresentationPolicy()))
    assert contained["sales_tax"] == -6 * 1_300
    assert contained["cash"] == 6 * 2_000
    sales = contained["voucher_sales"] + contained["overspend_sales"]
    assert sales == -(700_000 + 20_000 + 6 * 2_000 - 6 * 1_300)


def test_contained_tax_is_in_the_cash_at_its_rate_and_else_in_the_vouchers() -> None:
    """A tenth of 1,000 of cash, and the other 300 of 400 in vouchers of 3,000; late, a tenth of 7
    is 1 in whole units, and 9 of 10 are in the vouchers."""
    register = from_totals([10_000] * 2, redeemed_in_time=[3_000] * 2, presented_late=[0, 300])
    policy = BreakagePolicy("none")
    cash = {
        "cash_in_time": np.array([1_000, 0]),
        "tax_in_time": np.array([400, 0]),
        "cash_late": np.array([0, 7]),
        "tax_late": np.array([0, 10]),
    }
    roll = roll_forward(register, policy)
    lines = {name: values[:, 0] for name, values in roll.lines.items()}
    flows = CohortFlows(MONTH_ENDS[:2], lines, roll.released[:, 0], cash=cash, tax_in_cash=0.1)
    sale, in_time, late = post(flows, PresentationPolicy())
    assert sale.event == "sale"
    assert balances([in_time]) == {
        "cash": 1_000,
        "voucher_liability": 3_000,
        "voucher_sales": -2_700,
        "overspend_sales": -900,
        "sales_tax": -400,
    }
    assert balances([late]) == {
        "cash": 7,
        "voucher_liability": 300,
        "voucher_sales": -291,
        "overspend_sales": -6,
        "sales_tax": -10,
    }


def test_tax_on_issue_leaves_with_refunds() -> None:
    """Lines are net of the tax; 20 % of what stays sold is owed to the state."""
    register, roll = founding_case()
    flows = flows_of(roll, BreakagePolicy("proportional"), register, cash={}, issue_tax=0.2)
    found = balances(post(flows, PresentationPolicy()))
    assert found["sales_tax"] == -200_000
    assert found["platform_receivable"] == 600_000
    assert found["voucher_liability"] + found["recognised_breakage"] == -int(roll.closing[-1, 0])


def test_tax_on_issue_is_handed_back_with_the_price() -> None:
    """20 % on 103 and then on 207 to date is 20.6 and 41.4: 21 is handed back, and then 20."""
    register = from_totals([10_000] * 3, cashed_out=[0, 103, 207])
    roll = roll_forward(register, BreakagePolicy("none"))
    lines = {name: values[:, 0] for name, values in roll.lines.items()}
    flows = CohortFlows(MONTH_ENDS[:3], lines, roll.released[:, 0], issue_tax=0.2)
    _, first, second = post(flows, PresentationPolicy())
    assert balances([first]) == {"voucher_liability": 103, "sales_tax": 21, "cash": -124}
    assert balances([second]) == {"voucher_liability": 104, "sales_tax": 20, "cash": -124}


def test_flows_that_do_not_fit_are_refused() -> None:
    register, roll = founding_case()
    with pytest.raises(ValueError, match="unknown amounts: tips"):
        flows_of(roll, BreakagePolicy("none"), register, cash={"tips": np.zeros(6, dtype=np.int64)})
    short = {name: values[:5] for name, values in cash_of(register, 0.5).items()}
    with pytest.raises(ValueError, match="one amount for each day"):
        flows_of(roll, BreakagePolicy("none"), register, cash=short)
    assert isinstance(roll, RollForward)

"""Refunds of vouchers for which the platform had paid all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dealsim.books import balances
from dealsim.books.breakage import BreakagePolicy
from dealsim.books.entries import PresentationPolicy
from dealsim.books.posting import post
from dealsim.books.rollforward import roll_forward
from dealsim.books.subledger import VoucherSubledger
from tests.books.cohorts import PROPERTY, flows_of, policies, registers
from tests.books.test_posting import BOOKINGS, SHOWN


@PROPERTY
@given(registers(), policies(), st.sampled_from(BOOKINGS), st.floats(0, 1))
def test_refunds_that_are_clawed_back_change_only_whose_money_it_is(
    register: VoucherSubledger, policy: BreakagePolicy, books: PresentationPolicy, share: float
) -> None:
    """What the platform takes back is owed to it instead of taken off what it owes."""
    roll = roll_forward(register, policy)
    flows = flows_of(roll, policy, register, **SHOWN)
    back = np.floor(share * flows.lines["refunded"]).astype(np.int64)
    one, other = (balances(post(each, books)) for each in (flows, replace(flows, clawed_back=back)))
    owed = other.pop("platform_clawback", 0)
    other["platform_receivable"] = other.get("platform_receivable", 0) + owed
    one.setdefault("platform_receivable", 0)
    assert one == other
    assert abs(owed + 0.5 * back.sum()) <= len(back)

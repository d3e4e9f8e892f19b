"""How old the outstanding vouchers are, and what right is left in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from dealsim.books.issue_months import share_out
from dealsim.books.subledger import FloatArray, IntArray
from dealsim.units import Span

BOUNDS = (0, 3, 6, 12, 24, 36, 60)
"""Ages at which buckets begin, in calendar months since issue; the last has no end."""

BUCKETS = ("0-3", "3-6", "6-12", "12-24", "24-36", "36-60", ">60")
"""Buckets of age in months: from the first number on, before the second."""

STATES = ("live", "paid_value_only", "past_legal_minimum", "past_dormancy")
"""What is left: the whole promotion; the price paid; that, but the law lets it lapse by now; or
it should have gone to the state as unclaimed property."""


@dataclass(frozen=True)
class IssueDates:
    """The dates of vouchers issued together; None for a day that never comes.

    `legal_minimum` is the first day on which the law lets the paid value lapse, `dormant` the
    day from which it is unclaimed property.
    """

    issued: date
    promo_expires: date | None
    legal_minimum: date | None = None
    dormant: date | None = None


def bucket_of(issued: date, as_of: date) -> int:
    """Index into `BUCKETS` of vouchers issued on a day: whole calendar months decide."""
    return max(
        k
        for k, months in enumerate(BOUNDS)
        if Span(months, "months").after(issued) <= as_of or months == 0
    )


def state_of(issue: IssueDates, as_of: date) -> int:
    """Index into `STATES` on a day. A live promotion outweighs all, dormancy the legal minimum.

    A day named is the first on which the change holds: on its expiry day a promotion is over.
    """
    if issue.promo_expires is None or as_of < issue.promo_expires:
        return STATES.index("live")
    if issue.dormant is not None and issue.dormant <= as_of:
        return STATES.index("past_dormancy")
    if issue.legal_minimum is not None and issue.legal_minimum <= as_of:
        return STATES.index("past_legal_minimum")
    return STATES.index("paid_value_only")


def ageing_table(issues: Sequence[IssueDates], held: IntArray, as_of: date) -> IntArray:
    """Paid value outstanding by age and state, (bucket, state[, trial]), whole minor units.

    `held` is the outstanding paid value of each of `issues` on `as_of`, (issue,) or
    (issue, trial). The cells add up to it. Those issued after the day must hold nothing.
    """
    if len(issues) != len(held):
        raise ValueError("one amount, or one row of amounts, is needed for each month of issue")
    cells = np.zeros((len(BUCKETS), len(STATES), *held.shape[1:]), dtype=np.int64)
    for issue, amount in zip(issues, held, strict=True):
        if issue.issued > as_of and np.any(amount):
            raise ValueError(f"vouchers issued on {issue.issued} are outstanding on {as_of}")
        cells[bucket_of(issue.issued, as_of), state_of(issue, as_of)] += amount
    return cells


def ageing_by_period(
    issues: Sequence[IssueDates],
    cuts: Sequence[date],
    held: IntArray,
    shares: FloatArray,
    periods: Sequence[int],
) -> dict[date, IntArray]:
    """Mean outstanding paid value by age and state at the ends of periods, by their last day.

    `issues` are the months of issue, `held` the rounded mean sub-ledger by month, `shares` those
    of the months of issue (`issue_shares`), `periods` the months shown. A period ends as its
    last day is over, at `cuts`.
    """
    found = {}
    for t in periods:
        months = np.flatnonzero(shares[t]).tolist()
        amounts = share_out(int(held[t]), shares[t][months])
        found[cuts[t] - timedelta(days=1)] = ageing_table(
            [issues[k] for k in months], amounts, cuts[t]
        )
    return found

"""How old the outstanding vouchers are, and what right is left in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from dealsim.books.subledger import IntArray
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


def state_of(cohort: IssueDates, as_of: date) -> int:
    """Index into `STATES` on a day. A live promotion outweighs all, dormancy the legal minimum.

    A day named is the first on which the change holds: on its expiry day a promotion is over.
    """
    if cohort.promo_expires is None or as_of < cohort.promo_expires:
        return STATES.index("live")
    if cohort.dormant is not None and cohort.dormant <= as_of:
        return STATES.index("past_dormancy")
    if cohort.legal_minimum is not None and cohort.legal_minimum <= as_of:
        return STATES.index("past_legal_minimum")
    return STATES.index("paid_value_only")


def ageing_table(cohorts: Sequence[IssueDates], held: IntArray, as_of: date) -> IntArray:
    """Paid value outstanding by age and state, (bucket, state[, trial]), whole minor units.

    `held` is the register's outstanding paid value of each cohort on `as_of`, (cohort,) or
    (cohort, trial). The cells add up to it. Cohorts issued after the day must hold nothing.
    """
    if len(cohorts) != len(held):
        raise ValueError("one amount, or one row of amounts, is needed for each cohort")
    cells = np.zeros((len(BUCKETS), len(STATES), *held.shape[1:]), dtype=np.int64)
    for cohort, amount in zip(cohorts, held, strict=True):
        if cohort.issued > as_of and np.any(amount):
            raise ValueError(f"vouchers issued on {cohort.issued} are outstanding on {as_of}")
        cells[bucket_of(cohort.issued, as_of), state_of(cohort, as_of)] += amount
    return cells

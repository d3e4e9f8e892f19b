"""Entries of what happened, told apart from those that are forecast.

A register tells what became of vouchers: what was sold, refunded and used, and what follows from
it. So an entry is forecast when its day comes after the register's last; and on any day when it is
money that no register of vouchers tells, such as what the platform pays out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from dealsim.books.journal import Entry

PAID = frozenset({"payout", "holdback_released", "fixed_fee", "escheat_remitted"})
"""Events that a bank statement tells, not a register of vouchers."""


def mark_forecast(entries: Iterable[Entry], as_of: date | None) -> tuple[Entry, ...]:
    """Entries with those marked that are `forecast`; without a day they stay as they are."""
    if as_of is None:
        return tuple(entries)
    return tuple(
        replace(one, forecast=True) if one.day > as_of or one.event in PAID else one
        for one in entries
    )

"""Entries of what happened, told apart from those that are forecast.

A register tells what became of vouchers: what was sold, refunded and used, and what follows from
it. It says nothing of the till or the bank. So an entry is forecast when its day comes after the
register's last, and also before that when it is money the register does not tell: what the
platform pays out, and what customers paid on top of their vouchers, with its tax and cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from dealsim.accounting.journal import Entry, Posting

PAID = frozenset({"payout", "holdback_released", "fixed_fee", "escheat_remitted"})
"""Events that a bank statement tells, not a register of vouchers."""
USED = frozenset({"redeemed_in_time", "presented_late"})
TILL = ("cash", "overspend_sales", "cost_of_goods", "inventory")
"""Accounts of a visit beside its voucher; their sales tax is what they are out of balance by."""


def told_apart(entries: Iterable[Entry], as_of: date | None) -> tuple[Entry, ...]:
    """Entries with those marked that are `forecast`; without a day they stay as they are.

    A visit's entry up to `as_of` is parted in two, the voucher and the till.
    """
    if as_of is None:
        return tuple(entries)
    return tuple(part for one in entries for part in _parts(one, as_of))


def _parts(one: Entry, as_of: date) -> Iterator[Entry]:
    if one.day > as_of or one.event in PAID:
        yield replace(one, forecast=True)
    elif one.event in USED:
        till = _till(one)
        voucher = _without(one, till)
        if voucher:
            yield replace(one, postings=voucher)
        if till:
            memo = f"{one.memo}: paid on top, tax and cost" if voucher else one.memo
            yield replace(one, postings=till, memo=memo, forecast=True)
    else:
        yield one


def _till(one: Entry) -> tuple[Posting, ...]:
    """The postings of the till, balanced by the sales tax among them."""
    found = [posting for posting in one.postings if posting.account in TILL]
    tax = -sum(posting.amount for posting in found)
    if tax:
        found.append(Posting("sales_tax", tax))
    return tuple(sorted(found, key=lambda posting: posting.amount < 0))


def _without(one: Entry, till: tuple[Posting, ...]) -> tuple[Posting, ...]:
    """What is left of an entry, its order kept."""
    taken = {posting.account: posting.amount for posting in till}
    left = [(p.account, p.amount - taken.get(p.account, 0)) for p in one.postings]
    return tuple(Posting(account, amount) for account, amount in left if amount)

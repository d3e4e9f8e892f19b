"""Journal entries: dated, in whole minor units, and balanced from the moment they exist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from dealsim.books.chart import ACCOUNTS


@dataclass(frozen=True)
class Posting:
    """An amount on an account, by the account's key: debits positive, credits negative."""

    account: str
    amount: int


@dataclass(frozen=True)
class Entry:
    """One event in the books; debits equal credits or it cannot be made (ValueError).

    `event` is the kind of event (`sale`, `redeemed_in_time`), `memo` says it in words. An entry
    without postings is a memorandum: a fact to keep, with nothing to book, about vouchers of
    paid value `noted`. `forecast` says that it did not happen yet, or that no register told so.
    """

    day: date
    event: str
    memo: str
    postings: tuple[Posting, ...]
    noted: int = 0
    forecast: bool = False

    def __post_init__(self) -> None:
        for posting in self.postings:
            if posting.account not in ACCOUNTS:
                raise ValueError(f"there is no account {posting.account!r}")
            if type(posting.amount) is not int or posting.amount == 0:
                raise ValueError("a posting is a whole number of minor units other than 0")
        off = sum(posting.amount for posting in self.postings)
        if off:
            raise ValueError(f"{self.event} of {self.day}: debits and credits differ by {off}")

    @property
    def debits(self) -> int:
        """Sum of the debits, equal to that of the credits."""
        return sum(posting.amount for posting in self.postings if posting.amount > 0)


def entry(
    day: date,
    event: str,
    memo: str,
    *,
    debit: Iterable[tuple[str, int]] = (),
    credit: Iterable[tuple[str, int]] = (),
) -> Entry:
    """An entry from debits and credits by account key; zeros are left out.

    A negative amount goes to the other side. Amounts on one account are put together.
    """
    amounts: dict[str, int] = {}
    for account, amount in debit:
        amounts[account] = amounts.get(account, 0) + int(amount)
    for account, amount in credit:
        amounts[account] = amounts.get(account, 0) - int(amount)
    postings = [Posting(account, amount) for account, amount in amounts.items() if amount]
    # Debits first, as books are written; otherwise in the order given.
    postings.sort(key=lambda posting: posting.amount < 0)
    return Entry(day, event, memo, tuple(postings))


def balances(entries: Iterable[Entry]) -> dict[str, int]:
    """Balance of every account that was posted to: debits less credits, by key."""
    out: dict[str, int] = {}
    for one in entries:
        for posting in one.postings:
            out[posting.account] = out.get(posting.account, 0) + posting.amount
    return {key: out[key] for key in ACCOUNTS if key in out}


BANKED = frozenset({"payout", "fixed_fee", "escheat_remitted"})
"""Events that a bank statement tells, not a register of vouchers."""


def mark_forecast(entries: Iterable[Entry], as_of: date | None) -> tuple[Entry, ...]:
    """Entries with those marked that are `forecast`: all, where no register tells what happened.

    A register tells what became of vouchers and what follows from it. So an entry is forecast
    when its day comes after the register's last, `as_of`; and on any day when it is money that
    no register of vouchers tells, such as what the platform pays out.
    """
    return tuple(
        replace(one, forecast=as_of is None or one.day > as_of or one.event in BANKED)
        for one in entries
    )

"""The journal by month, and the trial balance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from dealsim.books import Entry, Liability, balances
from dealsim.output.books.amounts import long_day
from dealsim.output.books.journals import entries_of
from dealsim.output.books.page.cells import exact, shown
from dealsim.output.drawing.wording import day, month
from dealsim.output.html.blocks import Block, Chapter, Table
from dealsim.output.labels import label
from dealsim.units import format_count

LIABILITY = ("voucher_liability", "recognised_breakage")
"""Accounts that together hold the liability."""


def owed_by(entries: Iterable[Entry]) -> int:
    """What entries leave owing on vouchers, whole minor units."""
    amounts = balances(entries)
    return -sum(amounts.get(key, 0) for key in LIABILITY)


def debits(entries: Iterable[Entry], account: str | None = None) -> int:
    """Sum of the debits, of one account or of all, whole minor units."""
    return sum(max(amount, 0) for amount in _amounts(entries, account))


def credits(entries: Iterable[Entry], account: str | None = None) -> int:
    """Sum of the credits, of one account or of all, whole minor units, positive."""
    return sum(max(-amount, 0) for amount in _amounts(entries, account))


def _amounts(entries: Iterable[Entry], account: str | None) -> Iterable[int]:
    return (
        posting.amount
        for one in entries
        for posting in one.postings
        if account is None or posting.account == account
    )


def by_month(entries: Sequence[Entry]) -> dict[date, list[Entry]]:
    """Entries by the first day of their month, in order."""
    found: dict[date, list[Entry]] = {}
    for one in sorted(entries, key=lambda each: each.day):
        found.setdefault(one.day.replace(day=1), []).append(one)
    return found


def entries(found: Liability) -> Chapter:
    """Debits and credits of each month, what was booked, and each month's accounts folded away."""
    journal = entries_of(found)
    booked = [one for one in journal if one.postings]
    noted = len(journal) - len(booked)
    blocks = []
    if booked:
        blocks += [
            Block(table=_months(found, booked), open=True),
            Block(table=_kinds(found, booked), open=True),
            Block(table=_accounts_by_month(found, booked)),
        ]
    read = (
        f"{format_count(len(booked))} entries, debits equal to credits in each. They are written "
        "out in journal.csv and in the workbook."
    )
    if not booked:
        read = "There is nothing to book."
    if noted:
        read += f" {format_count(noted)} memoranda have nothing to book."
    if found.actuals is None:
        how = "All entries are forecast: the mean over all futures, dated at the end of a period."
    else:
        how = (
            f"Up to {long_day(found.actuals.as_of)} entries are of what happened, by the register; "
            "later ones, and payouts on any day, are forecast. Spending beyond vouchers before "
            "that day is in the till's books, not here."
        )
    return Chapter("entries", "Entries", read, blocks, how)


def _months(found: Liability, booked: Sequence[Entry]) -> Table:
    known = found.actuals is not None
    heads = ["month", "entries", "debits", "credits", *(["of them forecast"] * known)]
    rows = [_totals(found, month(first), each) for first, each in by_month(booked).items()]
    rows.append(_totals(found, "all", booked))
    return Table("Entries by month", heads, rows, totals=(len(rows) - 1,))


def _totals(found: Liability, name: str, entries: Sequence[Entry]) -> tuple[str, ...]:
    sides = (exact(found, debits(entries)), exact(found, credits(entries)))
    row = (name, format_count(len(entries)), *sides)
    if found.actuals is None:
        return row
    return (*row, exact(found, debits(one for one in entries if one.forecast)))


def _kinds(found: Liability, booked: Sequence[Entry]) -> Table:
    """What was booked: entries of a kind, with the accounts that they debit and credit."""
    rows = []
    for event in dict.fromkeys(one.event for one in booked):
        of_kind = [one for one in booked if one.event == event]
        codes = (_codes(found, of_kind, side) for side in (1, -1))
        amount = exact(found, debits(of_kind))
        rows.append((label(event), *codes, format_count(len(of_kind)), amount))
    heads = ("what happens", "debits", "credits", "entries", "amount")
    return Table("Entries by what happens", heads, rows, words=(1, 2))


def _codes(found: Liability, entries: Iterable[Entry], side: int) -> str:
    """Codes of the accounts that entries debit (1) or credit (-1), in the order of the chart."""
    keys = {p.account for one in entries for p in one.postings if p.amount * side > 0}
    return ", ".join(shown(found.chart[key].code) for key in _in_order(found, keys))


def _accounts_by_month(found: Liability, booked: Sequence[Entry]) -> Table:
    """Each account's debits and credits in each month; a month's add up to the same on both
    sides."""
    rows, totals = [], []
    for first, each in by_month(booked).items():
        for key in _in_order(found, balances(each)):
            name = account(found, key)
            sides = (exact(found, debits(each, key)), exact(found, credits(each, key)))
            rows.append((month(first), name, *sides))
        totals.append(len(rows))
        both = (exact(found, debits(each)), exact(found, credits(each)))
        rows.append((month(first), "all accounts", *both))
    heads = ("month", "account", "debits", "credits")
    return Table("Entries by month and account", heads, rows, words=(1,), totals=totals)


def _in_order(found: Liability, keys: Iterable[str]) -> list[str]:
    given = set(keys)
    return [key for key in found.chart.accounts if key in given]


def account(found: Liability, key: str) -> str:
    """An account as the user's chart has it: code and name."""
    one = found.chart[key]
    return shown(f"{one.code} {one.name}")


def trial_balance(found: Liability) -> Chapter:
    """Every account on the closing day and at the forecast's end."""
    when, known = found.position.day, found.actuals
    journal = entries_of(found)
    by_then = [one for one in journal if one.day <= when]
    due = [one for one in by_then if one.forecast and known is not None]
    happened = [one for one in by_then if known is None or not one.forecast]
    heads = ["account", f"debits to {day(when)}", "credits", "balance"]
    heads += ["due by then, by the contract"] * (known is not None)
    heads.append(f"balance {day(found.month_ends[-1])}")
    rows = [
        (account(found, key), *_sides(found, (happened, due, journal), key))
        for key in balances(journal)
    ]
    rows.append(("all accounts", *_sides(found, (happened, due, journal))))
    blocks = [Block(table=Table("Trial balance", heads, rows, totals=(len(rows) - 1,)), open=True)]
    read = "Balances are debits less credits, so what is owed and what is earned is negative. "
    if known is None:
        read += f"A forecast: as of {long_day(when)}, and at its end."
        return Chapter("trial-balance", "Balances of the accounts", read, blocks)
    read += f"As of {long_day(when)} by the register, and at the forecast's end."
    how = (
        "Due by then: payouts and fees that the platform's terms have by that day; only the bank "
        "statement tells what came."
    )
    return Chapter("trial-balance", "Balances of the accounts", read, blocks, how)


def _sides(
    found: Liability, parts: tuple[Sequence[Entry], ...], key: str | None = None
) -> tuple[str, ...]:
    """Debits, credits and balance of an account or of all, what is due, and the balance at last."""
    happened, due, journal = parts
    debited, credited = debits(happened, key), credits(happened, key)
    owing = sum(_amounts(due, key))
    last = sum(_amounts(journal, key))
    found_sides = [debited, credited, debited - credited]
    found_sides += [owing] * (found.actuals is not None)
    return tuple(exact(found, amount) for amount in (*found_sides, last))

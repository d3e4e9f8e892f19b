"""The trial balance, and how the ledger ties to the register and to the roll-forward.

With a register it is that of the register's day: what happened by then, and beside it what the
platform had to pay by then, which only the bank knows. Without one it is that of the forecast's
end.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from dealsim.books import Entry, balances
from dealsim.output.books.journals import entries_of
from dealsim.output.books.workbook.comparison import RegisterCells, excel_day
from dealsim.output.books.workbook.journal import ACTUAL, AHEAD, JournalCells
from dealsim.output.books.workbook.page import Page
from dealsim.output.books.workbook.rollforward import ClosingCells
from dealsim.output.drawing.wording import day
from dealsim.output.spreadsheet.sheet import Check, cell, cells

LIABILITY = ("voucher_liability", "recognised_breakage")
"""Accounts that together hold the liability."""

DEBITS, CREDITS, BALANCE = 2, 3, 4


def write_balances(
    page: Page, booked: JournalCells, closing: ClosingCells, register: RegisterCells | None
) -> tuple[Check, ...]:
    """Every account's debits, credits and balance, and the ties to register and roll-forward."""
    if register is None:
        return _at_the_end(page, booked, closing)
    return _as_of(page, booked, closing, register)


def _heads(page: Page, note: str, more: tuple[tuple[str, float], ...] = ()) -> int:
    """The sheet's head; returns the column of dealsim's accounts."""
    heads = [("code", 12.0), ("account", 40.0), ("debits", 16.0), ("credits", 16.0)]
    heads += [("balance", 16.0), *more, ("dealsim's account", 24.0)]
    page.head("Trial balance", (note,), heads, right_from=2, portrait=not more)
    key = len(heads) - 1
    page.text(page.row - 1, key, heads[key][0], "head_indented")
    return key


def _at_the_end(page: Page, booked: JournalCells, closing: ClosingCells) -> tuple[Check, ...]:
    note = "A forecast, at its end, from the journal. Balances: debits less credits."
    key = _heads(page, note)
    rows = _write_accounts(page, key, page.books.journal, booked, "")
    _write_totals(page, *rows, (DEBITS, CREDITS, BALANCE))
    if page.books.on_redemption:
        return ()
    return (_write_end_tie(page, booked, closing),)


def _as_of(
    page: Page, booked: JournalCells, closing: ClosingCells, register: RegisterCells
) -> tuple[Check, ...]:
    found = page.books.actuals
    assert found is not None
    when = found.as_of
    note = f"As of {day(when)}: what happened, by the register. Balances: debits less credits."
    more = (("due by then, by the contract", 20.0), ("balance with it", 16.0))
    key = _heads(page, note, more)
    actual = [one for one in entries_of(page.books) if not one.forecast]
    due = [one for one in entries_of(page.books) if one.forecast and one.day <= when]
    rows = _write_accounts(page, key, actual, booked, f',{booked.standings},"{ACTUAL}"', due)
    first, last = rows
    owing = balances(due)
    told = f',{booked.standings},"{AHEAD}",{booked.days},"<="&{excel_day(when)}'
    for row, (name, balance) in zip(
        range(first, last + 1), _accounts(actual, due).items(), strict=False
    ):
        amount = owing.get(name, 0)
        page.sum(row, BALANCE + 1, _net(page, booked, cell(row, key), told), amount)
        both = f"{cell(row, BALANCE)}+{cell(row, BALANCE + 1)}"
        page.sum(row, BALANCE + 2, both, balance + amount)
    _write_totals(page, first, last, (DEBITS, CREDITS, BALANCE, BALANCE + 1, BALANCE + 2))
    page.text(
        page.row,
        0,
        "Due by then: payouts and fees that the platform's terms have by that day; only the bank"
        " statement tells what came.",
        "note",
    )
    page.row += 2
    if page.books.on_redemption:
        return ()
    tied = _write_tie_as_of(page, booked, register, when, actual)
    page.row += 2
    return tied, _write_end_tie(page, booked, closing)


def _accounts(entries: Iterable[Entry], due: Iterable[Entry]) -> dict[str, int]:
    """Balances of `entries`, with accounts of `due` beside them, in the order of the chart."""
    found = balances(entries)
    return {key: found.get(key, 0) for key in balances([*entries, *due])}


def _net(page: Page, booked: JournalCells, key: str, told: str) -> str:
    """Debits less credits of an account, of entries as `told` selects them."""
    spans = (booked.debits, booked.credits)
    return "-".join(f"SUMIFS({span},{booked.keys},{key}{told})" for span in spans)


def _write_accounts(
    page: Page,
    key: int,
    entries: Iterable[Entry],
    booked: JournalCells,
    told: str,
    due: Iterable[Entry] = (),
) -> tuple[int, int]:
    """A row an account; returns the first and the last row."""
    first, entries = page.row, list(entries)
    for name, balance in _accounts(entries, due).items():
        account, row = page.books.chart[name], page.row
        page.text(row, 0, account.code)
        page.text(row, 1, account.name)
        page.text(row, key, name, "indented")
        debits = _debits(entries, name)
        for column, span, amount in (
            (DEBITS, booked.debits, debits),
            (CREDITS, booked.credits, debits - balance),
        ):
            page.sum(row, column, f"SUMIFS({span},{booked.keys},{cell(row, key)}{told})", amount)
        page.sum(row, BALANCE, f"{cell(row, DEBITS)}-{cell(row, CREDITS)}", balance)
        page.row += 1
    page.row = max(first + 1, page.row)
    return first, page.row - 1


def _debits(entries: Iterable[Entry], key: str) -> int:
    return sum(
        posting.amount
        for one in entries
        for posting in one.postings
        if posting.account == key and posting.amount > 0
    )


def _write_totals(page: Page, first: int, last: int, columns: tuple[int, ...]) -> None:
    """Debits equal credits, and balances come to nothing."""
    page.text(last + 1, 1, "total", "total_text")
    entries = [one for one in entries_of(page.books) if _counts(page, one)]
    debits = sum(one.debits for one in entries)
    for column in columns:
        added = f"SUM({cells((first, column), (last, column))})"
        amount = debits if column in (DEBITS, CREDITS) else 0
        page.sum(last + 1, column, added, amount, "total")
    page.row = last + 3


def _counts(page: Page, one: Entry) -> bool:
    """Whether an entry is in the debits and credits shown."""
    return page.books.actuals is None or not one.forecast


def _owed(entries: Iterable[Entry]) -> int:
    amounts = balances(entries)
    return -sum(amounts.get(key, 0) for key in LIABILITY)


def _write_tie_as_of(
    page: Page,
    booked: JournalCells,
    register: RegisterCells,
    when: date,
    actual: Iterable[Entry],
) -> Check:
    """What the entries of what happened leave owing, and what is owed beside the register."""
    told = f',{booked.standings},"{ACTUAL}"'
    words = f"voucher liability less recognised breakage, {day(when)}"
    other = "owed in the books on that day, of the sheet Register"
    claim = f"the journal's liability on {day(when)} is that owed in the books"
    return _write_tie(
        page, booked, told, (words, other, claim), _owed(actual), register.liability, register.owed
    )


def _write_end_tie(page: Page, booked: JournalCells, closing: ClosingCells) -> Check:
    """What all entries leave owing, and where the roll-forward closes."""
    words = "voucher liability less recognised breakage, at the forecast's end"
    other = "closing balance of the roll-forward"
    claim = "the journal's liability is the roll-forward's closing balance"
    owed = _owed(page.books.journal)
    return _write_tie(
        page, booked, "", (words, other, claim), owed, closing.cells[-1], closing.last
    )


def _write_tie(
    page: Page,
    booked: JournalCells,
    told: str,
    words: tuple[str, str, str],
    owed: int,
    place: str,
    amount: int,
) -> Check:
    ledger = "+".join(f"({_net(page, booked, _quoted(key), told)})" for key in LIABILITY)
    page.text(page.row, 1, words[0])
    page.sum(page.row, BALANCE, f"-({ledger})", owed, "bold_money")
    page.text(page.row + 1, 1, words[1])
    page.formula(page.row + 1, BALANCE, f"={place}", page.units(amount), "bold_money")
    off = f"{cell(page.row, BALANCE)}-{cell(page.row + 1, BALANCE)}"
    page.row += 2
    return page.check(page.row, words[2], off, owed == amount, BALANCE)


def _quoted(text: str) -> str:
    return f'"{text}"'

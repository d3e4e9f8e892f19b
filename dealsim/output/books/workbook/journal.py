"""The journal and the trial balance, debits against credits, and the ledger's tie to the books."""

from __future__ import annotations

from dataclasses import dataclass

from dealsim.books import Entry, balances
from dealsim.books.exports import FORECAST, decimal, memo_of, numbered
from dealsim.output.books.journals import entries_of
from dealsim.output.books.workbook.page import Check, Page, cell, cells
from dealsim.output.books.workbook.rollforward import ClosingCells
from dealsim.output.drawing.wording import day

DEBIT, CREDIT, RUNNING, MEMO, KEY = range(4, 9)
LIABILITY = ("voucher_liability", "recognised_breakage")
"""Accounts that together hold the liability."""


@dataclass(frozen=True)
class JournalCells:
    """Where the journal's columns stand, as formulas on other sheets name them."""

    days: str
    memos: str
    keys: str
    debits: str
    credits: str
    checks: tuple[Check, ...]


def write_journal(page: Page) -> JournalCells:
    """A row a posting, a running balance that is zero after each entry, and totals."""
    notes = _notes(page)
    heads = [("date", 12.0), ("entry", 7.0), ("code", 10.0), ("account", 34.0)]
    heads += [("debit", 14.0), ("credit", 14.0), ("running balance", 12.0)]
    heads += [("memo", 52.0), ("dealsim's account", 22.0)]
    page.head("Journal", notes, heads, right_from=DEBIT)
    for column in (MEMO, KEY):
        page.text(page.row - 1, column, heads[column][0], "head_indented")
    first, chart, running = page.row, page.books.chart, 0
    for number, one in numbered(entries_of(page.books)):
        if not one.postings:
            _write_memorandum(page, number, one, running)
        for posting in one.postings:
            account = chart[posting.account]
            running += posting.amount
            page.day(page.row, 0, one.day)
            page.number(page.row, 1, number, "whole")
            page.text(page.row, 2, account.code)
            page.text(page.row, 3, account.name)
            page.money(page.row, DEBIT if posting.amount > 0 else CREDIT, abs(posting.amount))
            _write_running(page, running)
            page.text(page.row, MEMO, memo_of(one), "indented")
            page.text(page.row, KEY, posting.account, "indented")
            page.row += 1
    last = max(first, page.row - 1)
    page.sheet.autofilter(first - 1, 0, last, KEY)
    check = _write_totals(page, first, last)
    days, memos, keys, debits, credits_ = (
        page.span(first, last, column) for column in (0, MEMO, KEY, DEBIT, CREDIT)
    )
    return JournalCells(days, memos, keys, debits, credits_, (check,))


def _notes(page: Page) -> tuple[str, ...]:
    nil = "The running balance is nil after every entry. Memoranda have no amount to book."
    found = page.books.actuals
    if found is None:
        return (f"Entries of the forecast, mean over all futures. {nil}",)
    return (
        f"Up to {day(found.as_of)} what happened, by the register. Entries whose memo begins with"
        f" \N{LEFT DOUBLE QUOTATION MARK}{FORECAST.strip()}\N{RIGHT DOUBLE QUOTATION MARK}"
        " are the forecast's mean.",
        f"Payouts are forecast on any day; what only the till knows of the past is left out. {nil}",
    )


def _write_memorandum(page: Page, number: int, one: Entry, running: int) -> None:
    page.day(page.row, 0, one.day)
    page.number(page.row, 1, number, "whole")
    page.text(page.row, 3, "Memorandum")
    _write_running(page, running)
    memo = f"{memo_of(one)}: {decimal(one.noted, page.book.digits)}"
    page.text(page.row, MEMO, memo, "indented")
    page.row += 1


def _write_running(page: Page, running: int) -> None:
    """The balance so far; above the first row stands a head, which counts as nothing."""
    row = page.row
    so_far = f"N({cell(row - 1, RUNNING)})+{cell(row, DEBIT)}-{cell(row, CREDIT)}"
    page.sum(row, RUNNING, so_far, running)


def _write_totals(page: Page, first: int, last: int) -> Check:
    total = sum(one.debits for one in page.books.journal)
    row = last + 1
    page.text(row, 3, "total", "total_text")
    for column in (DEBIT, CREDIT):
        added = f"SUM({cells((first, column), (last, column))})"
        page.sum(row, column, added, total, "total")
    page.row = row + 2
    off = f"{cell(row, DEBIT)}-{cell(row, CREDIT)}"
    return page.check(page.row, "debits equal credits in the journal", off, True, CREDIT)


def write_balances(page: Page, booked: JournalCells, closing: ClosingCells) -> tuple[Check, ...]:
    """Every account's debits, credits and balance, and the tie to the roll-forward."""
    notes = ("At the end of the forecast, from the journal. Balances: debits less credits.",)
    heads = [("code", 12.0), ("account", 40.0), ("debits", 16.0), ("credits", 16.0)]
    heads += [("balance", 16.0), ("dealsim's account", 24.0)]
    page.head("Trial balance", notes, heads, right_from=2, portrait=True)
    page.text(page.row - 1, 5, heads[5][0], "head_indented")
    first, amounts = page.row, balances(page.books.journal)
    for key, balance in amounts.items():
        account = page.books.chart[key]
        page.text(page.row, 0, account.code)
        page.text(page.row, 1, account.name)
        page.text(page.row, 5, key, "indented")
        debits = _debits(page, key)
        for column, span, amount in (
            (2, booked.debits, debits),
            (3, booked.credits, debits - balance),
        ):
            formula = f"SUMIF({booked.keys},{cell(page.row, 5)},{span})"
            page.sum(page.row, column, formula, amount)
        page.sum(page.row, 4, f"{cell(page.row, 2)}-{cell(page.row, 3)}", balance)
        page.row += 1
    last = max(first, page.row - 1)
    page.text(last + 1, 1, "total", "total_text")
    debits = sum(one.debits for one in page.books.journal)
    for column, amount in ((2, debits), (3, debits), (4, 0)):
        added = f"SUM({cells((first, column), (last, column))})"
        page.sum(last + 1, column, added, amount, "total")
    page.row = last + 3
    return () if page.books.on_redemption else (_write_tie(page, first, last, closing),)


def _debits(page: Page, key: str) -> int:
    return sum(
        posting.amount
        for one in page.books.journal
        for posting in one.postings
        if posting.account == key and posting.amount > 0
    )


def _write_tie(page: Page, first: int, last: int, closing: ClosingCells) -> Check:
    amounts = balances(page.books.journal)
    owed = -sum(amounts.get(key, 0) for key in LIABILITY)
    keys, found = cells((first, 5), (last, 5)), cells((first, 4), (last, 4))
    ledger = "+".join(f'SUMIF({keys},"{key}",{found})' for key in LIABILITY)
    page.text(page.row, 1, "voucher liability less recognised breakage")
    page.sum(page.row, 4, f"-({ledger})", owed, "bold_money")
    page.text(page.row + 1, 1, "closing balance of the roll-forward")
    page.formula(page.row + 1, 4, f"={closing.cells[-1]}", page.units(closing.last), "bold_money")
    off = f"{cell(page.row, 4)}-{cell(page.row + 1, 4)}"
    claim = "the journal's liability is the roll-forward's closing balance"
    return page.check(page.row + 2, claim, off, owed == closing.last, 4)

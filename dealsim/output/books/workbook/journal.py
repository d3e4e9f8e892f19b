"""The journal, debits against credits, and where its columns stand."""

from __future__ import annotations

from dataclasses import dataclass

from dealsim.books import Entry
from dealsim.books.exports import FORECAST, decimal, memo_of, numbered
from dealsim.output.books.journals import entries_of
from dealsim.output.books.workbook.page import Page
from dealsim.output.drawing.wording import day
from dealsim.output.spreadsheet.sheet import Check, cell, cells

DEBIT, CREDIT, RUNNING, MEMO, KEY, STANDING = range(4, 10)
ACTUAL, AHEAD = "actual", "forecast"
"""What an entry is, where a register tells what happened."""


@dataclass(frozen=True)
class JournalCells:
    """Where the journal's columns stand, as formulas on other sheets name them."""

    days: str
    memos: str
    keys: str
    debits: str
    credits: str
    standings: str
    checks: tuple[Check, ...]


def write_journal(page: Page) -> JournalCells:
    """A row a posting, a running balance that is zero after each entry, and totals.

    With a register a last column tells what happened from what is forecast.
    """
    notes = _notes(page)
    heads = [("date", 12.0), ("entry", 7.0), ("code", 10.0), ("account", 34.0)]
    heads += [("debit", 14.0), ("credit", 14.0), ("running balance", 12.0)]
    heads += [("memo", 52.0), ("dealsim's account", 22.0)]
    if page.books.actuals is not None:
        heads.append(("actual or forecast", 18.0))
    page.head("Journal", notes, heads, right_from=DEBIT)
    for column in range(MEMO, len(heads)):
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
            _write_standing(page, one)
            page.row += 1
    last = max(first, page.row - 1)
    page.sheet.autofilter(first - 1, 0, last, len(heads) - 1)
    check = _write_totals(page, first, last)
    days, memos, keys, debits, credits_, standings = (
        page.span(first, last, column) for column in (0, MEMO, KEY, DEBIT, CREDIT, STANDING)
    )
    return JournalCells(days, memos, keys, debits, credits_, standings, (check,))


def _write_standing(page: Page, one: Entry) -> None:
    if page.books.actuals is not None:
        page.text(page.row, STANDING, AHEAD if one.forecast else ACTUAL, "indented")


def _notes(page: Page) -> tuple[str, ...]:
    nil = "The running balance is nil after every entry. Memoranda have no amount to book."
    found = page.books.actuals
    if found is None:
        return (f"All entries are forecast, the mean over all futures. {nil}",)
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
    _write_standing(page, one)
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

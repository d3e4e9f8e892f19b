"""The journal as CSV, and what all formats share: text, decimals, numbers.

Text that a spreadsheet would run as a formula is written as text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from dealsim.books.chart import Chart
from dealsim.books.journal import Entry
from dealsim.text import plain_text

JOURNAL_HEADER = ("date", "entry", "account", "name", "debit", "credit", "memo")

FORECAST = "Forecast: "
"""Begins the memo of an entry that is forecast."""

Row = tuple[str, ...]


def decimal(amount: int, digits: int) -> str:
    """Whole minor units as a plain decimal: `-1234.50`; `digits` of the currency."""
    whole, part = divmod(abs(amount), 10**digits)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole}.{part:0{digits}d}" if digits else f"{sign}{whole}"


def numbered(entries: Iterable[Entry]) -> list[tuple[int, Entry]]:
    """Entries by day, numbered from 1: the numbers of every export of the same journal."""
    ordered = sorted(entries, key=lambda one: one.day)
    return list(enumerate(ordered, start=1))


def memo_of(one: Entry) -> str:
    """An entry's memo, which says whether it is forecast."""
    return f"{FORECAST if one.forecast else ''}{one.memo}"


def journal_csv(entries: Iterable[Entry], chart: Chart, digits: int) -> str:
    """`journal.csv`: one row a posting; a memorandum is a row without account and amount."""
    rows: list[Row] = [JOURNAL_HEADER]
    for number, one in numbered(entries):
        head = (one.day.isoformat(), str(number))
        if not one.postings:
            memo = plain_text(f"{memo_of(one)}: {decimal(one.noted, digits)}")
            rows.append((*head, "", "Memorandum", "", "", memo))
        for posting in one.postings:
            account = chart[posting.account]
            named = (plain_text(account.code), plain_text(account.name))
            both = sides(posting.amount, digits)
            rows.append((*head, *named, *both, plain_text(memo_of(one))))
    return written(rows)


def sides(posted: int, digits: int) -> tuple[str, str]:
    """Debit and credit columns of an amount posted: one has it, the other is empty."""
    amount = decimal(abs(posted), digits)
    return (amount, "") if posted > 0 else ("", amount)


def written(rows: Iterable[Row]) -> str:
    """Rows as the text of a CSV file."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()

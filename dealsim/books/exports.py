"""Journals as CSV: our own, and the import formats of QuickBooks Online and Xero.

QuickBooks Online (Intuit, "Import journal entries"): Journal No., Journal Date, Account Name,
Description, Debits, Credits; account numbers turned off, sub-accounts `Parent:Sub`, 1,000 rows a
file. Xero ("Import manual journals"): the same narration and date make one journal, dates
dd/mm/yyyy, one signed amount with debits positive, 300 lines a file. Neither takes memoranda,
nor entries that are forecast where a register tells what happened: they are there to be booked.
Text that a spreadsheet would run as a formula is written as text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Literal

from dealsim.books.chart import Chart
from dealsim.books.journal import Entry, Posting
from dealsim.text import plain_text

XERO_LINES = 300
"""Lines of a Xero import file, without its header."""

QUICKBOOKS_LINES = 1000
"""Rows of a QuickBooks Online import file, its header among them."""

XERO_HEADER = (
    "*Narration",
    "*Date",
    "Description",
    "*AccountCode",
    "*TaxRate",
    "*Amount",
    "TrackingName1",
    "TrackingOption1",
    "TrackingName2",
    "TrackingOption2",
)
QUICKBOOKS_HEADER = (
    "Journal No.",
    "Journal Date",
    "Account Name",
    "Description",
    "Debits",
    "Credits",
    "Name",
)
JOURNAL_HEADER = ("date", "entry", "account", "name", "debit", "credit", "memo")

DayFormat = Literal["mdy", "dmy", "ymd"]
_DAYS = {"mdy": "%m/%d/%Y", "dmy": "%d/%m/%Y", "ymd": "%Y-%m-%d"}

FORECAST = "Forecast: "
"""Begins the memo of an entry that is forecast, where a register tells what happened."""

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
            sides = _sides(posting, digits)
            rows.append((*head, *named, *sides, plain_text(memo_of(one))))
    return _written(rows)


def quickbooks_csv(
    entries: Iterable[Entry], chart: Chart, digits: int, days: DayFormat = "mdy"
) -> tuple[str, ...]:
    """QuickBooks Online import files, as few as the limit allows, no entry divided.

    `days` is the order of the parts of a date, as the company's settings have it. The platform
    is not named: its receivable is an other current asset, which needs no customer.
    """
    journals: list[list[Row]] = []
    for number, one in _happened(entries):
        head = (str(number), one.day.strftime(_DAYS[days]))
        journals.append(
            [
                (
                    *head,
                    plain_text(chart[posting.account].name),
                    plain_text(one.memo),
                    *_sides(posting, digits),
                    "",
                )
                for posting in one.postings
            ]
        )
    files = _split(journals, QUICKBOOKS_LINES - 1)
    return tuple(_written([QUICKBOOKS_HEADER, *rows]) for rows in files)


def xero_csv(entries: Iterable[Entry], chart: Chart, digits: int) -> tuple[str, ...]:
    """Xero manual journal files, as few as the limit allows, no entry divided.

    The entry's number is part of the narration, which would otherwise join two entries of one
    day and event into one journal.
    """
    journals: list[list[Row]] = []
    for number, one in _happened(entries):
        head = (plain_text(f"{one.memo} ({number})"), one.day.strftime(_DAYS["dmy"]))
        journals.append(
            [(*head, *_xero_line(posting, one, chart, digits)) for posting in one.postings]
        )
    files = _split(journals, XERO_LINES)
    return tuple(_written([XERO_HEADER, *rows]) for rows in files)


def file_names(name: str, count: int) -> tuple[str, ...]:
    """Names of a split export: `journal-xero.csv`, or `journal-xero-1.csv` and so on."""
    stem, dot, ending = name.rpartition(".")
    if count == 1:
        return (name,)
    return tuple(f"{stem}-{k}{dot}{ending}" for k in range(1, count + 1))


def _happened(entries: Iterable[Entry]) -> list[tuple[int, Entry]]:
    """What is there to be booked, with the numbers of the whole journal."""
    return [(number, one) for number, one in numbered(entries) if not one.forecast]


def _xero_line(posting: Posting, one: Entry, chart: Chart, digits: int) -> Row:
    account = chart[posting.account]
    return (
        plain_text(one.memo),
        plain_text(account.code),
        plain_text(chart.tax_code(posting.account)),
        decimal(posting.amount, digits),
        *[""] * 4,
    )


def _sides(posting: Posting, digits: int) -> tuple[str, str]:
    """Debit and credit columns: one has the amount, the other is empty."""
    amount = decimal(abs(posting.amount), digits)
    return (amount, "") if posting.amount > 0 else ("", amount)


def _split(journals: Sequence[list[Row]], limit: int) -> list[list[Row]]:
    """Lines of whole journals in files of at most `limit` lines; one file where there are none."""
    files: list[list[Row]] = [[]]
    for lines in journals:
        if len(lines) > limit:
            raise ValueError(f"an entry of {len(lines)} lines does not fit a file of {limit}")
        if len(files[-1]) + len(lines) > limit:
            files.append([])
        files[-1].extend(lines)
    return files


def _written(rows: Iterable[Row]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()

"""Journals to import into QuickBooks Online and Xero: what happened, by month or entry by entry.

QuickBooks Online (Intuit, "Import journal entries"): Journal No., Journal Date, Account Name,
Description, Debits, Credits; account numbers turned off, sub-accounts `Parent:Sub`, 1,000 rows a
file. Xero ("Import manual journals"): the same narration and date make one journal, one signed
amount with debits positive, 300 lines a file; it takes no bank account in a manual journal, so
that cash goes through a clearing account, against which the bank's lines are reconciled. Neither
takes memoranda.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal

from dealsim.books.chart import NO_TAX, Chart
from dealsim.books.exports import FORECAST, Row, decimal, memo_of, numbered, written
from dealsim.books.exports import sides as both_sides
from dealsim.books.journal import Entry
from dealsim.books.periods import month_end
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

DayFormat = Literal["mdy", "dmy", "ymd"]
DAY_FORMATS: tuple[DayFormat, ...] = ("mdy", "dmy", "ymd")
_DAYS = {"mdy": "%m/%d/%Y", "dmy": "%d/%m/%Y", "ymd": "%Y-%m-%d"}


@dataclass(frozen=True)
class ImportStyle:
    """How import files are written.

    `daily`: every entry by itself, not a summary a month. `forecast`: what is forecast as well, in
    journals of its own. `days` is the order of the parts of a date, as the company's settings have
    it (None: as each program's own template has it, QuickBooks Online mdy and Xero dmy).
    `tax_names` are Xero's full names of tax rates by account, over those of the chart; `no_tax`
    that of all other lines.
    """

    daily: bool = False
    forecast: bool = False
    days: DayFormat | None = None
    tax_names: tuple[tuple[str, str], ...] = ()
    no_tax: str = NO_TAX


MONTHLY = ImportStyle()
"""Summaries of what happened."""


@dataclass(frozen=True)
class ImportLine:
    """An amount on an account, by its key, debits positive, and what it is."""

    text: str
    account: str
    amount: int


@dataclass(frozen=True)
class ImportJournal:
    """One journal of an import file, balanced; `number` is the same whoever imports it."""

    number: str
    day: date
    narration: str
    lines: tuple[ImportLine, ...]


def import_journals(
    entries: Iterable[Entry], style: ImportStyle = MONTHLY, as_of: date | None = None
) -> tuple[ImportJournal, ...]:
    """The journals of an import: entries with something to book, and not forecast unless asked for.

    A summary is dated the last day of its month, what happened not after the register's last day
    `as_of`, and nothing after the last entry of all.
    """
    journal = numbered(entries)
    chosen = [
        (number, one)
        for number, one in journal
        if one.postings and (style.forecast or not one.forecast)
    ]
    if style.daily:
        return tuple(_single(number, one) for number, one in chosen)
    last = journal[-1][1].day if journal else date.max

    def month(one: Entry) -> tuple[date, bool]:
        end = min(month_end(one.day), last)
        known = not one.forecast and as_of is not None
        return (min(end, as_of) if known and as_of is not None else end), one.forecast

    by_month = sorted((one for _, one in chosen), key=month)
    made = (_summary(day, told, list(of)) for (day, told), of in groupby(by_month, key=month))
    return tuple(one for one in made if one.lines)


def _single(number: int, one: Entry) -> ImportJournal:
    memo = memo_of(one)
    lines = tuple(ImportLine(memo, posting.account, posting.amount) for posting in one.postings)
    # The entry's number tells two entries of one day and event apart, which Xero would join.
    return ImportJournal(str(number), one.day, f"{memo} ({number})", lines)


def _summary(day: date, forecast: bool, entries: Sequence[Entry]) -> ImportJournal:
    """All entries of a month: a line for each kind of event and account, nil ones left out."""
    amounts: dict[tuple[str, str], int] = {}
    for one in entries:
        for posting in one.postings:
            key = memo_of(one), posting.account
            amounts[key] = amounts.get(key, 0) + posting.amount
    lines = tuple(ImportLine(*key, amount) for key, amount in amounts.items() if amount)
    what = f"{FORECAST}vouchers" if forecast else "Vouchers"
    number = f"{'F' if forecast else 'V'}-{day.isoformat()}"
    return ImportJournal(number, day, f"{what}, month to {day.isoformat()}", lines)


def quickbooks_csv(
    journals: Iterable[ImportJournal], chart: Chart, digits: int, style: ImportStyle = MONTHLY
) -> tuple[str, ...]:
    """QuickBooks Online import files, as few as the limit allows, no journal divided.

    The platform is not named: its receivable is an other current asset, which needs no customer.
    """
    days = _DAYS[style.days or "mdy"]
    rows: list[list[Row]] = []
    for one in journals:
        head = (one.number, one.day.strftime(days))
        rows.append(
            [
                (
                    *head,
                    plain_text(chart[line.account].name),
                    plain_text(line.text),
                    *both_sides(line.amount, digits),
                    "",
                )
                for line in one.lines
            ]
        )
    return _files(QUICKBOOKS_HEADER, rows, QUICKBOOKS_LINES - 1)


def xero_csv(
    journals: Iterable[ImportJournal], chart: Chart, digits: int, style: ImportStyle = MONTHLY
) -> tuple[str, ...]:
    """Xero manual journal files, as few as the limit allows, no journal divided."""
    days, taxes = _DAYS[style.days or "dmy"], {**chart.tax_codes, **dict(style.tax_names)}
    rows: list[list[Row]] = []
    for one in journals:
        head = (plain_text(one.narration), one.day.strftime(days))
        rows.append(
            [
                (
                    *head,
                    plain_text(line.text),
                    plain_text(chart[line.account].code),
                    plain_text(taxes.get(line.account, style.no_tax)),
                    decimal(line.amount, digits),
                    *[""] * 4,
                )
                for line in _through_clearing(one.lines)
            ]
        )
    return _files(XERO_HEADER, rows, XERO_LINES)


def _through_clearing(lines: Iterable[ImportLine]) -> Iterator[ImportLine]:
    """Cash on the clearing account: Xero books its bank accounts from bank statements only."""
    for line in lines:
        account = "cash_clearing" if line.account == "cash" else line.account
        yield ImportLine(line.text, account, line.amount)


def file_names(name: str, count: int) -> tuple[str, ...]:
    """Names of a split export: `journal-xero.csv`, or `journal-xero-1.csv` and so on."""
    stem, dot, ending = name.rpartition(".")
    if count == 1:
        return (name,)
    return tuple(f"{stem}-{k}{dot}{ending}" for k in range(1, count + 1))


def _files(header: Row, journals: Sequence[list[Row]], limit: int) -> tuple[str, ...]:
    """Lines of whole journals in files of at most `limit` lines; none where there are none."""
    files: list[list[Row]] = []
    for lines in journals:
        if len(lines) > limit:
            raise ValueError(f"an entry of {len(lines)} lines does not fit a file of {limit}")
        if not files or len(files[-1]) + len(lines) > limit:
            files.append([])
        files[-1].extend(lines)
    return tuple(written([header, *rows]) for rows in files)

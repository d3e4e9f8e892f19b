"""The rows of a register, added up by day as they stream by.

None is kept: what is held is four counts a day, and of the day being read the rows of more than
one voucher, by which a row that comes twice is known.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from operator import itemgetter

from dealsim.records.campaigns import CampaignNames
from dealsim.records.cells import EVENTS, SOLD, date_message, parse_day, parse_event, parse_vouchers
from dealsim.records.dates import RegisterDates
from dealsim.records.dayorder import DayOrder
from dealsim.records.header import Columns
from dealsim.records.issues import IssueLog, Message, Refusal
from dealsim.records.transactions import RowIdentity, Transaction, TransactionReader

LEAVES_TOTALS = frozenset({"amount", "price", "currency", "campaign"})
"""Faults that leave the counts as they should be; after any other they say nothing."""


@dataclass
class RegisterDay:
    """The rows of one day: vouchers by event, and why there can be none, if so.

    `day` is None where the text is no date. The rows of a `plain` day need no look at each.
    """

    day: date | None
    line: int
    tally: list[int] = field(default_factory=lambda: [0] * len(EVENTS))
    refusal: Refusal | None = None
    plain: bool = False


class RegisterRows:
    """Adds up the rows below the header, which is on line `header`, into `days`."""

    def __init__(
        self,
        columns: Columns,
        header: int,
        reader: TransactionReader,
        dates: RegisterDates,
        issues: IssueLog,
        campaign: CampaignNames | None = None,
        order: DayOrder | None = None,
    ) -> None:
        self._campaign = campaign
        self._columns, self._header = columns, header
        self._first = order.first if order is not None else None
        self._others = [at for at, _ in columns.others]
        self._reader, self._dates, self._issues = reader, dates, issues
        self._key = itemgetter(*(at for at in columns.all() if at != columns.date))
        self._latest: RegisterDay | None = None
        self._repeats: dict[tuple[RowIdentity, tuple[str, ...]], int] = {}
        self.days: dict[date, RegisterDay] = {}
        self.rows = 0

    def count(self, text: Iterable[str]) -> None:
        """Add up a text; what is wrong with it is noted."""
        key, cache, repeats = self._key, self._reader.cache, self._repeats
        when, day, rows = self._columns.date, RegisterDay(None, 0), 0
        written: str | None = None
        for line, row in self._numbered(text):
            if row[when] != written:
                written = row[when]
                day = self._day(written.strip(), line)
            rows += 1
            transaction = cache.get(key(row))
            if transaction is None or not day.plain:
                transaction = self._look(row, line, day)
                if transaction is None:
                    continue
            event, vouchers, identity = transaction
            day.tally[event] += vouchers
            if identity is not None:
                # what is not read may still tell two rows apart: the code of a voucher
                whole = identity, tuple(row[at] for at in self._others)
                first = repeats.setdefault(whole, line)
                if first != line:
                    self._issues.add("repeat", line, None, _repeat_message, line, first)
        self.rows = rows

    def check_totals(self, text: Iterable[str]) -> None:
        """Note the first row after which more is used or refunded than was sold by that day.

        Says nothing where nothing was sold at all, nor where a row could not be counted, which
        may be the one that is missing.
        """
        nothing = not any(day.tally[SOLD] for day in self.days.values())
        if nothing or not self._issues.kinds <= LEAVES_TOTALS:
            return
        sold = used = 0
        for when, day in self.days.items():
            sold += day.tally[SOLD]
            before, used = used, used + sum(day.tally) - day.tally[SOLD]
            if used > sold:
                line, after = self._first_beyond(text, day, before, sold)
                self._issues.add("totals", line, None, _totals_message, after, sold, when)
                return

    def _first_beyond(
        self, text: Iterable[str], day: RegisterDay, used: int, sold: int
    ) -> tuple[int, int]:
        """The row of a day after which `used` is more than `sold`, and what it is then."""
        columns = self._columns
        for line, row in self._numbered(text):
            if parse_day(row[columns.date].strip(), self._first) != day.day:
                continue
            # Not through the reader, which would note the issues of a row a second time.
            event, vouchers = parse_event(row[columns.event]), parse_vouchers(row[columns.vouchers])
            if event != SOLD and vouchers is not None:
                used += vouchers
                if used > sold:
                    return line, used
        return day.line, used

    def dates(self, text: Iterable[str]) -> Iterator[tuple[int, str]]:
        """The text of the date of each row, with its line."""
        for line, row in self._numbered(text):
            yield line, row[self._columns.date].strip()

    def _numbered(self, text: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
        """The rows that are not blank, with the line (from 1) on which each begins."""
        lines = islice(text, self._header, None)
        reader = csv.reader(lines, delimiter=self._columns.mark, skipinitialspace=True, strict=True)
        width, header, end = self._columns.width, self._header, self._header
        try:
            for row in reader:
                line, end = end + 1, header + reader.line_num
                if len(row) != width or not row[0]:
                    squared = self._squared(row, line)
                    if squared is None:
                        continue
                    row = squared
                if self._campaign is not None and self._is_another(row, self._campaign):
                    continue
                yield line, row
        except csv.Error as error:
            self._issues.add("csv", end + 1, None, _csv_message, str(error))

    def _is_another(self, row: list[str], campaign: CampaignNames) -> bool:
        at = self._columns.campaign
        return at is not None and campaign.is_another(row[at])

    def _squared(self, row: list[str], line: int) -> list[str] | None:
        """A row with as many cells as there are columns; None where it is blank or cannot have.

        Spreadsheets add empty cells at the end of rows, and leave out those of optional columns.
        """
        width = self._columns.width
        filled = len(row)
        while filled and not row[filled - 1].strip():
            filled -= 1
        if not filled:
            return None
        if filled > width or len(row) < self._columns.needed:
            self._issues.add("cells", line, None, _cells_message, filled, len(row), width)
            return None
        return row[:width] + [""] * (width - len(row))

    def _day(self, text: str, line: int) -> RegisterDay:
        """The day that rows from `line` on are of."""
        day = parse_day(text, self._first)
        if day is None:
            return RegisterDay(None, line)
        refusal = self._dates.refusal(day)
        latest = self._latest
        if refusal is None and latest is not None and latest.day and day < latest.day:
            refusal = "order", _order_message(day, latest.day, latest.line)
        if refusal is not None:
            return RegisterDay(day, line, refusal=refusal)
        if day not in self.days:
            self.days[day] = self._latest = RegisterDay(day, line, plain=self._dates.is_plain(day))
            self._repeats.clear()
        return self.days[day]

    def _look(self, row: list[str], line: int, day: RegisterDay) -> Transaction | None:
        """What a row says; None where it cannot be counted. All its issues are noted."""
        transaction, when = self._transaction(row, line), self._columns.date
        if day.day is None:
            self._issues.add("date", line, when, date_message, row[when].strip())
            return None
        refusal = day.refusal
        if refusal is None and transaction is not None:
            refusal = self._dates.refuses(day.day, transaction.event)
        if refusal is not None:
            kind, message = refusal
            self._issues.add(kind, line, when, lambda: message)
            return None
        return transaction

    def _transaction(self, row: list[str], line: int) -> Transaction | None:
        key = self._key(row)
        return self._reader.cache.get(key) or self._reader.read(row, line, key)


def _repeat_message(line: int, first: int) -> Message:
    return Message(
        f"line {line} repeats line {first}", "take one out, or put their vouchers in one row"
    )


def _totals_message(used: int, sold: int, day: date) -> Message:
    message = f"after this row {used:,} vouchers are used or refunded"
    message += f" but only {sold:,} were sold by {day}"
    return Message(message, "correct the row, or add the sales that are missing")


def _order_message(day: date, latest: date, line: int) -> Message:
    how = "sort the rows by date; where days come a second time, an export may be pasted in twice"
    return Message(f"{day} comes after {latest}, which begins on line {line}", how)


def _cells_message(filled: int, found: int, width: int) -> Message:
    if filled > width:
        how = 'a number with a comma in it needs quotation marks: "1,000"'
        return Message(f"this row has {filled} cells, the header {width}", how)
    return Message(f"this row has {found} cells, the header {width}", "complete the row")


def _csv_message(error: str) -> Message:
    twice = 'a quotation mark inside quotation marks is written twice: ""'
    if "expected after" in error:
        return Message("text follows a closing quotation mark", twice)
    if "unexpected end" in error or "field larger" in error:
        return Message("a quotation mark in this row is not closed", "close it, or take it out")
    return Message(f"this row is not CSV: {error}", "save the register as CSV (UTF-8)")

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

from dealsim.records.cells import EVENTS, SOLD, day_of, event_of, tell_day, vouchers_of
from dealsim.records.dates import Calendar
from dealsim.records.header import Columns
from dealsim.records.issues import Faults, Told, Trouble
from dealsim.records.transactions import Contents, Said, Same

LEAVES_TOTALS = frozenset({"amount", "price", "currency", "campaign"})
"""Faults that leave the counts as they should be; after any other they say nothing."""


@dataclass
class Day:
    """The rows of one day: vouchers by event, and why there can be none, if so.

    `day` is None where the text is no date. The rows of a `plain` day need no look at each.
    """

    day: date | None
    line: int
    tally: list[int] = field(default_factory=lambda: [0] * len(EVENTS))
    trouble: Trouble | None = None
    plain: bool = False


class Rows:
    """Adds up the rows below the header, which is on line `header`, into `days`."""

    def __init__(
        self, columns: Columns, header: int, contents: Contents, calendar: Calendar, faults: Faults
    ) -> None:
        self._columns, self._header = columns, header
        self._contents, self._calendar, self._faults = contents, calendar, faults
        self._key = itemgetter(*(at for at in columns.all() if at != columns.date))
        self._latest: Day | None = None
        self._repeats: dict[Same, int] = {}
        self.days: dict[date, Day] = {}
        self.rows = 0

    def count(self, text: Iterable[str]) -> None:
        """Add up a text; what is wrong with it is noted."""
        key, known, repeats = self._key, self._contents.known, self._repeats
        when, day, rows = self._columns.date, Day(None, 0), 0
        written: str | None = None
        for line, row in self._numbered(text):
            if row[when] != written:
                written = row[when]
                day = self._day(written.strip(), line)
            rows += 1
            said = known.get(key(row))
            if said is None or not day.plain:
                said = self._look(row, line, day)
                if said is None:
                    continue
            event, vouchers, same = said
            day.tally[event] += vouchers
            if same is not None:
                if same in repeats:
                    self._faults.add("repeat", line, None, _tell_repeat, line, repeats[same])
                else:
                    repeats[same] = line
        self.rows = rows

    def check_totals(self, text: Iterable[str]) -> None:
        """Note the first row after which more is used or refunded than was sold by that day.

        Says nothing where nothing was sold at all, nor where a row could not be counted, which
        may be the one that is missing.
        """
        nothing = not any(day.tally[SOLD] for day in self.days.values())
        if nothing or not self._faults.kinds <= LEAVES_TOTALS:
            return
        sold = used = 0
        for when, day in self.days.items():
            sold += day.tally[SOLD]
            before, used = used, used + sum(day.tally) - day.tally[SOLD]
            if used > sold:
                line, after = self._first_beyond(text, day, before, sold)
                self._faults.add("totals", line, None, _tell_totals, after, sold, when)
                return

    def _first_beyond(self, text: Iterable[str], day: Day, used: int, sold: int) -> tuple[int, int]:
        """The row of a day after which `used` is more than `sold`, and what it is then."""
        columns = self._columns
        for line, row in self._numbered(text):
            if day_of(row[columns.date].strip()) != day.day:
                continue
            # Not through the contents, which would note the faults of a row a second time.
            event, vouchers = event_of(row[columns.event]), vouchers_of(row[columns.vouchers])
            if event != SOLD and vouchers is not None:
                used += vouchers
                if used > sold:
                    return line, used
        return day.line, used

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
                yield line, row
        except csv.Error as error:
            self._faults.add("csv", end + 1, None, _tell_csv, str(error))

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
            self._faults.add("cells", line, None, _tell_cells, filled, len(row), width)
            return None
        return row[:width] + [""] * (width - len(row))

    def _day(self, text: str, line: int) -> Day:
        """The day that rows from `line` on are of."""
        day = day_of(text)
        if day is None:
            return Day(None, line)
        trouble = self._calendar.trouble(day)
        latest = self._latest
        if trouble is None and latest is not None and latest.day and day < latest.day:
            trouble = "order", _tell_order(day, latest.day, latest.line)
        if trouble is not None:
            return Day(day, line, trouble=trouble)
        if day not in self.days:
            self.days[day] = self._latest = Day(day, line, plain=self._calendar.is_plain(day))
            self._repeats.clear()
        return self.days[day]

    def _look(self, row: list[str], line: int, day: Day) -> Said | None:
        """What a row says; None where it cannot be counted. All its faults are noted."""
        said, when = self._said(row, line), self._columns.date
        if day.day is None:
            self._faults.add("date", line, when, tell_day, row[when].strip())
            return None
        trouble = day.trouble
        if trouble is None and said is not None:
            trouble = self._calendar.refuses(day.day, said.event)
        if trouble is not None:
            kind, told = trouble
            self._faults.add(kind, line, when, lambda: told)
            return None
        return said

    def _said(self, row: list[str], line: int) -> Said | None:
        key = self._key(row)
        return self._contents.known.get(key) or self._contents.read(row, line, key)


def _tell_repeat(line: int, first: int) -> Told:
    return Told(
        f"line {line} repeats line {first}", "take one out, or put their vouchers in one row"
    )


def _tell_totals(used: int, sold: int, day: date) -> Told:
    message = f"after this row {used:,} vouchers are used or refunded"
    message += f" but only {sold:,} were sold by {day}"
    return Told(message, "correct the row, or add the sales that are missing")


def _tell_order(day: date, latest: date, line: int) -> Told:
    how = "sort the rows by date; where days come a second time, an export may be pasted in twice"
    return Told(f"{day} comes after {latest}, which begins on line {line}", how)


def _tell_cells(filled: int, found: int, width: int) -> Told:
    if filled > width:
        how = 'a number with a comma in it needs quotation marks: "1,000"'
        return Told(f"this row has {filled} cells, the header {width}", how)
    return Told(f"this row has {found} cells, the header {width}", "complete the row")


def _tell_csv(error: str) -> Told:
    twice = 'a quotation mark inside quotation marks is written twice: ""'
    if "expected after" in error:
        return Told("text follows a closing quotation mark", twice)
    if "unexpected end" in error or "field larger" in error:
        return Told("a quotation mark in this row is not closed", "close it, or take it out")
    return Told(f"this row is not CSV: {error}", "save the register as CSV (UTF-8)")

"""Sheets of a workbook: headings, cells of each kind, and how they print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO

from dealsim.output.spreadsheet.formats import Look, formats

PAPER_A4 = 9
CELL_TEXT = 32_767
"""Characters a cell holds."""
FIRST_YEAR, LAST_YEAR = 1900, 9999
"""Years a spreadsheet has dates for; others are written out."""
MADE = datetime(2000, 1, 1)
"""Stands for the moment of writing in the file's properties, which would else differ each time."""

TITLE_HEIGHT, LINE_HEIGHT = 21, 14
"""Points."""
MOST_LINES = 25
"""A row cannot be much higher."""


@dataclass(frozen=True)
class Check:
    """A cell that says "yes" while the figures agree: its claim, where it stands, what it says."""

    claim: str
    cell: str
    value: str


class Book:
    """A workbook being written: its formats, and the digits of its money."""

    def __init__(
        self, buffer: BytesIO, title: str, digits: int, own: Mapping[str, Look], run: str
    ) -> None:
        """`own` are formats that only this workbook has; `run` is what was simulated, for the foot
        of every page."""
        import xlsxwriter

        self.digits, self.run = digits, run
        self.workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
        self.workbook.set_properties({"title": title, "created": MADE, "author": "dealsim"})
        self.formats = formats(self.workbook, digits, own)

    def close(self) -> None:
        self.workbook.close()


class Sheet:
    """One sheet. Rows and columns are counted from 0; money is given in whole minor units."""

    def __init__(self, book: Book, name: str) -> None:
        self.book, self.name = book, name
        self.sheet = book.workbook.add_worksheet(name)
        self.row = 0

    def titles(self, title: str, lines: Sequence[str]) -> None:
        """The sheet's title and the lines beneath it; writing goes on below them at `row`."""
        self.text(0, 0, title, "title")
        for row, line in enumerate(lines, start=1):
            self.text(row, 0, line, "note")
        self.row = len(lines) + 2
        self.sheet.set_row(0, TITLE_HEIGHT)

    def heads(
        self, columns: Sequence[tuple[str, float]], right_from: int = 1, *, widen: bool = True
    ) -> None:
        """Column heads at `row`, which moves on; `columns` are names and widths, set if `widen`.

        Heads from column `right_from` on stand above numbers.
        """
        if any(len(name) > width for name, width in columns):
            self.sheet.set_row(self.row, 2 * LINE_HEIGHT)
        for column, (name, width) in enumerate(columns):
            if widen:
                self.sheet.set_column(column, column, width)
            self.text(self.row, column, name, "head_right" if column >= right_from else "head")
        self.row += 1

    def print_on(self, *, portrait: bool = False, pages_wide: int = 1) -> None:
        """How the sheet prints: A4, its columns on so many pages, numbered."""
        if portrait:
            self.sheet.set_portrait()
        else:
            self.sheet.set_landscape()
        self.sheet.set_paper(PAPER_A4)
        self.sheet.fit_to_pages(pages_wide, 0)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.hide_gridlines(2)
        self.sheet.set_footer(f"&L&8{self.name}, {self.book.run}&R&8page &P of &N")

    def text(self, row: int, column: int, text: str, form: str = "text") -> None:
        """Text, never a formula or a number whatever it looks like; line ends become spaces."""
        line = " ".join(text.split())[:CELL_TEXT]
        if line.startswith(("=", "+", "-", "@")):
            form = f"{form}_quoted"
        self.sheet.write_string(row, column, line, self.book.formats[form])

    def wrapped(self, texts: Sequence[str], widths: Sequence[float], first: int = 0) -> None:
        """A row of wrapped texts from column `first` on, as high as they need it: not every
        program works that out when opening."""
        for column, text in enumerate(texts, start=first):
            self.text(self.row, column, text, "wrap")
        self.sheet.set_row(self.row, height_of(texts, widths))

    def day(self, row: int, column: int, value: date, form: str = "day") -> None:
        if FIRST_YEAR < value.year <= LAST_YEAR:
            moment = datetime.combine(value, time())
            self.sheet.write_datetime(row, column, moment, self.book.formats[form])
        else:
            self.text(row, column, value.isoformat())

    def number(self, row: int, column: int, value: float, form: str) -> None:
        self.sheet.write_number(row, column, value, self.book.formats[form])

    def money(self, row: int, column: int, minor: float, form: str = "money") -> None:
        """An amount; zeros show as a dash."""
        self.number(row, column, self.units(minor), form)

    def formula(
        self, row: int, column: int, formula: str, value: float | str, form: str = "money"
    ) -> None:
        """A formula and the value it has."""
        self.sheet.write_formula(row, column, formula, self.book.formats[form], value)

    def sum(self, row: int, column: int, formula: str, minor: int, form: str = "money") -> None:
        """A formula of amounts, rounded to the minor unit so that no binary dust is left."""
        exact = f"=ROUND({formula},{self.book.digits})"
        self.formula(row, column, exact, self.units(minor), form)

    def check(self, row: int, claim: str, formula: str, holds: bool, column: int = 1) -> Check:
        """A line that says whether `formula`, of amounts, is zero; "yes" while it is."""
        self.text(row, 0, claim)
        test = f'=IF(ROUND({formula},{self.book.digits})=0,"yes","NO")'
        value = "yes" if holds else "NO"
        self.formula(row, column, test, value, "check")
        return Check(claim, self.at(row, column), value)

    def units(self, minor: float) -> float:
        """Whole minor units in units of the currency."""
        return float(minor) / 10**self.book.digits

    def at(self, row: int, column: int) -> str:
        """A cell as formulas on other sheets name it."""
        return f"'{self.name}'!{cell(row, column, fixed=True)}"

    def span(self, first: int, last: int, column: int) -> str:
        """The cells of a column as formulas on other sheets name them."""
        top, bottom = cell(first, column, fixed=True), cell(last, column, fixed=True)
        return f"'{self.name}'!{top}:{bottom}"


def height_of(texts: Sequence[str], widths: Sequence[float]) -> float:
    """The height of a row of wrapped texts in columns of these widths, points."""
    lines = max(-(-len(text) // (0.95 * width)) for text, width in zip(texts, widths, strict=True))
    return LINE_HEIGHT * max(1, min(lines, MOST_LINES))


def cell(row: int, column: int, fixed: bool = False) -> str:
    """`C7`, or `$C$7`."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed))


def cells(first: tuple[int, int], last: tuple[int, int]) -> str:
    """`C7:E9`."""
    return f"{cell(*first)}:{cell(*last)}"

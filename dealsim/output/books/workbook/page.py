"""A sheet of the workbook: headings, cells of each kind, and how it prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO

from dealsim.books import Liability
from dealsim.output.books.workbook.formats import formats
from dealsim.output.drawing.wording import day as day_text
from dealsim.units import minor_digits

PAPER_A4 = 9
CELL_TEXT = 32_767
"""Characters a cell holds."""
FIRST_YEAR, LAST_YEAR = 1900, 9999
"""Years a spreadsheet has dates for; others are written out."""
MADE = datetime(2000, 1, 1)
"""Stands for the moment of writing in the file's properties, which would else differ each time."""

TITLE_HEIGHT, LINE_HEIGHT = 21, 14
"""Points."""


@dataclass(frozen=True)
class Check:
    """A cell that says "yes" while the figures agree: its claim, where it stands, what it says."""

    claim: str
    cell: str
    value: str


class Workbook:
    """The workbook being written: its formats, and what its sheets are about."""

    def __init__(self, buffer: BytesIO, books: Liability) -> None:
        import xlsxwriter

        self.books = books
        self.digits = minor_digits(books.scenario.currency)
        self.workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
        self.workbook.set_properties(
            {"title": "Voucher liability", "created": MADE, "author": "dealsim"}
        )
        self.formats = formats(self.workbook, self.digits)

    def sheet(self, name: str) -> Page:
        """A new sheet, after those there are."""
        return Page(self, name)

    def close(self) -> None:
        self.workbook.close()


class Page:
    """One sheet. Rows and columns are counted from 0; money is given in whole minor units."""

    def __init__(self, book: Workbook, name: str) -> None:
        self.book, self.name = book, name
        self.sheet = book.workbook.add_worksheet(name)
        self.row = 0

    @property
    def books(self) -> Liability:
        return self.book.books

    def head(
        self,
        title: str,
        notes: Sequence[str],
        columns: Sequence[tuple[str, float]],
        *,
        right_from: int = 1,
        portrait: bool = False,
    ) -> None:
        """Title, scenario, notes and column heads, frozen; `columns` are names and widths.

        Heads from column `right_from` on stand above numbers. Writing goes on at `row`.
        """
        scenario, ends = self.books.scenario, self.books.month_ends
        facts = f"{day_text(self.books.starts)} to {day_text(ends[-1])}, {scenario.currency}"
        self.text(0, 0, title, "title")
        for row, line in enumerate((f"{self.books.name}: {facts}", *notes), start=1):
            self.text(row, 0, line, "note")
        self.row = len(notes) + 3
        self.sheet.set_row(0, TITLE_HEIGHT)
        if any(len(name) > width for name, width in columns):
            self.sheet.set_row(self.row, 2 * LINE_HEIGHT)
        for column, (name, width) in enumerate(columns):
            self.sheet.set_column(column, column, width)
            self.text(self.row, column, name, "head_right" if column >= right_from else "head")
        self.row += 1
        self.sheet.freeze_panes(self.row, 1)
        self.sheet.repeat_rows(self.row - 1)
        self._print(portrait)

    def _print(self, portrait: bool) -> None:
        if portrait:
            self.sheet.set_portrait()
        else:
            self.sheet.set_landscape()
        self.sheet.set_paper(PAPER_A4)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.hide_gridlines(2)
        run = f"sha256 {self.books.sha256[:12]}, seed {self.books.seed}"
        self.sheet.set_footer(f"&L&8{self.name}, {run}&R&8page &P of &N")

    def text(self, row: int, column: int, text: str, form: str = "text") -> None:
        """Text, never a formula or a number whatever it looks like; line ends become spaces."""
        line = " ".join(text.split())[:CELL_TEXT]
        if line.startswith(("=", "+", "-", "@")):
            form = f"{form}_quoted"
        self.sheet.write_string(row, column, line, self.book.formats[form])

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


def cell(row: int, column: int, fixed: bool = False) -> str:
    """`C7`, or `$C$7`."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed))


def cells(first: tuple[int, int], last: tuple[int, int]) -> str:
    """`C7:E9`."""
    return f"{cell(*first)}:{cell(*last)}"

"""A sheet of the books' workbook: its head, and how it prints."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from dealsim.books import Liability
from dealsim.output.books.workbook.formats import own_formats
from dealsim.output.drawing.wording import day as day_text
from dealsim.output.spreadsheet.sheet import Book, Sheet
from dealsim.units import minor_digits


class Workbook(Book):
    """The workbook of books being written."""

    def __init__(self, buffer: BytesIO, books: Liability) -> None:
        digits = minor_digits(books.scenario.currency)
        run = f"sha256 {books.sha256[:12]}, seed {books.seed}"
        super().__init__(buffer, "Voucher liability", digits, own_formats(digits), run)
        self.books = books

    def sheet(self, name: str) -> Page:
        """A new sheet, after those there are."""
        return Page(self, name)


class Page(Sheet):
    """One sheet of the books, of which `books` are."""

    def __init__(self, book: Workbook, name: str) -> None:
        super().__init__(book, name)
        self.books = book.books

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
        self.titles(title, (f"{self.books.name}: {facts}", *notes))
        self.heads(columns, right_from)
        self.sheet.freeze_panes(self.row, 1)
        self.sheet.repeat_rows(self.row - 1)
        self.print_on(portrait=portrait)

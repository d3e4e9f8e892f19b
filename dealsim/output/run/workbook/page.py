"""The workbook of a run being written, and its sheets."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from dealsim.output.drawing.wording import day
from dealsim.output.spreadsheet.formats import GREY, RULE, Look, money_format
from dealsim.output.spreadsheet.live import Live
from dealsim.output.spreadsheet.sheet import LINE_HEIGHT, Book, Sheet, cell, height_of
from dealsim.results import Result
from dealsim.text import shortened
from dealsim.units import format_count, minor_digits

YELLOW = "#FFF4C2"
"""Behind what may be changed."""
HEAD_LETTERS = 15
"""Letters of a head that fit a line."""
NAME_SHOWN = 110
"""Letters of a scenario's name that fit a line."""


class RunBook(Book):
    """The workbook of a result."""

    def __init__(self, buffer: BytesIO, result: Result) -> None:
        digits = minor_digits(result.scenario.currency)
        run = f"sha256 {result.scenario.sha256[:12]}, seed {result.seed}"
        super().__init__(buffer, "The deal in figures", digits, _own_formats(digits), run)
        self.result = result

    def page(self, name: str) -> RunPage:
        """A new sheet, after those there are."""
        return RunPage(self, name)


def _own_formats(digits: int) -> dict[str, Look]:
    money = money_format(digits)
    given: Look = {"bg_color": YELLOW, "border": 1, "border_color": RULE}
    left: Look = {"bold": True, "font_size": 12, "align": "left"}
    section: Look = {"bold": True, "font_size": 11, "bottom": 1, "bottom_color": RULE}
    return {
        "lead": {"bold": True, "font_size": 12, "text_wrap": True},
        "section": section,
        "section_indented": section | {"align": "left", "indent": 1},
        "note_indented": {"font_color": GREY, "align": "left", "indent": 1},
        "section_right": section | {"align": "right", "text_wrap": True},
        "wrap_indented": {"text_wrap": True, "indent": 1, "align": "left"},
        "note_wrap": {"font_color": GREY, "text_wrap": True},
        "key_money": left | {"num_format": money},
        "key_share": left | {"num_format": "0.0 %"},
        "key_text": left,
        "answer": {"bold": True, "num_format": "0.0 %", "align": "right"},
        "total_count": {"bold": True, "top": 1, "bottom": 6, "num_format": "#,##0.0"},
        "few": {"num_format": "0.00"},
        "given_money": given | {"num_format": money.split(";")[0]},
        "given_share": given | {"num_format": "0.0 %"},
        "given_few": given | {"num_format": "0.00"},
        "given_count": given | {"num_format": "#,##0.0"},
        "given_whole": given | {"num_format": "0"},
    }


class RunPage(Sheet):
    """One sheet of a run, of which `result` is."""

    def __init__(self, book: RunBook, name: str) -> None:
        super().__init__(book, name)
        self.result = book.result

    def head(self, title: str, notes: Sequence[str] = ()) -> None:
        """The sheet's title, what was simulated, and notes."""
        result = self.result
        scenario, end = result.scenario, result.path_days[-1]
        futures = f"{format_count(result.trials)} simulated futures"
        if result.mode == "expected":
            futures = "one path with every input at its mean"
        period = f"{day(scenario.starts)} to {day(end)}"
        facts = f"Amounts in {scenario.currency}; {period}; {futures}"
        self.titles(title, (shortened(scenario.name, NAME_SHOWN), facts, *notes))

    def section(self, title: str, heads: Sequence[str] = (), columns: int = 0) -> None:
        """A section's title, with heads above the columns of numbers beside it."""
        self.text(self.row, 0, title, "section")
        for column in range(1, max(columns, len(heads) + 1)):
            name = heads[column - 1] if column <= len(heads) else ""
            self.text(self.row, column, name, "section_right")
        if any(len(name) > HEAD_LETTERS for name in heads):
            self.sheet.set_row(self.row, 2 * LINE_HEIGHT + 3)
        self.row += 1

    def sentence(self, text: str, widths: Sequence[float], form: str = "wrap") -> None:
        """Text across columns of these widths."""
        last = len(widths) - 1
        if last:
            blank = self.book.formats[form]
            self.sheet.merge_range(self.row, 0, self.row, last, "", blank)
        self.text(self.row, 0, text, form)
        wide = sum(widths) * (0.8 if form == "lead" else 1.1)  # letters are narrower than digits
        higher = 1.2 if form == "lead" else 1.0
        self.sheet.set_row(self.row, higher * height_of((text,), (wide,)))
        self.row += 1

    def live(self, row: int, column: int, found: Live, form: str) -> Live:
        """A formula with its value; returns the cell, to reckon on with."""
        self.formula(row, column, f"={found.text}", found.value, form)
        return Live(cell(row, column), found.value)

    def put(self, row: int, column: int, value: float, form: str) -> Live:
        """A number; returns the cell."""
        self.number(row, column, value, form)
        return Live(cell(row, column), value)

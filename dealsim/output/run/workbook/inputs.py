"""Every number as it was understood, the owner's own first, and where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dealsim.output.run.workbook.page import RunPage
from dealsim.output.spreadsheet.sheet import LINE_HEIGHT, height_of
from dealsim.scenario import Row, explain, in_words, range_in_words, value_in_words

WIDTHS = (46.0, 27.0, 11.0, 11.0, 11.0, 13.0, 21.0, 50.0, 46.0)
HEADS = ("what it is", "value", "mean", "5 %", "95 %", "in", "from", "source", "called in files")
NUMBERS, UNIT = (2, 3, 4), 5
NOTES = (
    "Read your own numbers first: are they right? Then the defaults, in whose place you may put"
    " your own.",
    "5 % and 95 %: what is simulated lies between them in nine futures of ten.",
)
WORD = re.compile(r"[a-z]+(_[a-z]+)+")
"""A word of the scenario file, such as `paid_value`."""
LOOKS = {UNIT: "wrap_indented", 8: "note_wrap"}
FORMAL = ("dealsim", "campaigns", "run", "expect")
"""What says nothing of the deal."""
OWN, LAW, DEFAULT, DERIVED = "yours", "law", "default", "derived"
TITLES = {
    OWN: "Your own",
    LAW: "What the law says where you are",
    DEFAULT: "Not yours: dealsim's defaults",
    DERIVED: "What follows from them",
}


def write_inputs(page: RunPage) -> None:
    """A row for each value of the scenario."""
    page.head("What was simulated with", NOTES)
    head = page.row
    page.heads(tuple(zip(HEADS, WIDTHS, strict=True)), right_from=len(HEADS))
    for column in NUMBERS:
        page.text(head, column, HEADS[column], "head_right")
    page.text(head, UNIT, HEADS[UNIT], "head_indented")
    page.sheet.freeze_panes(page.row, 1)
    page.sheet.repeat_rows(head)
    for title, rows in _groups(page):
        page.section(title, columns=len(HEADS))
        before = None
        for row in rows:
            again = row.source is not None and row.source == before
            _write_row(page, row, "as above" if again else row.source or "")
            before = row.source
        page.row += 1
    page.print_on()


def _groups(page: RunPage) -> Iterator[tuple[str, Sequence[Row]]]:
    """Values by whose they are, in the order of the sections; none where nothing was loaded."""
    scenario = page.result.scenario
    rows = explain(scenario) if scenario.tree is not None else []
    told = [row for row in rows if row.path.split(".")[0] not in FORMAL]
    for whose, title in TITLES.items():
        chosen = [row for row in told if _whose(row) == whose]
        if chosen:
            yield title, chosen


def _whose(row: Row) -> str:
    if row.origin == "derived":
        return DERIVED
    if row.origin.startswith("jurisdiction"):
        return LAW
    return DEFAULT if row.is_default else OWN


def _write_row(page: RunPage, row: Row, source: str) -> None:
    currency = page.result.scenario.currency
    texts = {
        0: _what(row),
        1: _value(row, currency),
        UNIT: _unit(row),
        6: _origin(row),
        7: source,
        8: row.path,
    }
    for column, text in texts.items():
        page.text(page.row, column, text, LOOKS.get(column, "wrap"))
    spread = row.p5 != row.p95
    values = (row.mean, row.p5 if spread else None, row.p95 if spread else None)
    for column, value in zip(NUMBERS, values, strict=True):
        if value is not None:
            page.number(page.row, column, value, _form(row, value, currency))
    widths = [1.1 * WIDTHS[column] for column in texts]  # letters are narrower than digits
    page.sheet.set_row(page.row, max(LINE_HEIGHT, height_of(list(texts.values()), widths)))
    page.row += 1


def _what(row: Row) -> str:
    """The value in plain words; where there are none, its name with its section's."""
    words = in_words(row.path) if not row.path.startswith("correlations.") else row.path
    if words != row.path:
        return words
    if row.path.startswith("correlations."):
        return "what goes together"
    return row.path.replace("_", " ").replace(".", ": ")


def _value(row: Row, currency: str) -> str:
    written = row.written.replace("_", " ") if WORD.fullmatch(row.written) else row.written
    if row.mean is None:
        return f"{written} ({row.meaning})" if row.meaning else written
    if row.p5 is None or row.p95 is None:
        return f"{row.written}: {value_in_words(row.path, row.mean, currency)}"
    return range_in_words(row.path, row.p5, row.p95, currency)


def _unit(row: Row) -> str:
    """What is counted; shares say so themselves."""
    if row.mean is None:
        return ""
    return "" if row.unit == "share" else row.unit


def _form(row: Row, value: float, currency: str) -> str:
    if row.unit == "share":
        return "share"
    if row.unit == currency:
        return "money"
    size = abs(value)
    return "count" if size >= 100 else "mean_count" if size >= 10 else "few"


def _origin(row: Row) -> str:
    """The file without its folder; the presets by their names."""
    return row.origin.replace("\\", "/").rpartition("/")[2]

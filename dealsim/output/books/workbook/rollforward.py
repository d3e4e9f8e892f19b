"""The roll-forward with live formulas, and the bands around its closing balances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from dealsim.books import BANDS, FLOWS, LINES, Liability
from dealsim.output.books.workbook.ageing import AgeingCells
from dealsim.output.books.workbook.page import Page
from dealsim.output.drawing.wording import day
from dealsim.output.labels import label
from dealsim.output.spreadsheet.sheet import Check, cell, cells
from dealsim.units import to_minor

CLOSING = len(LINES)
REGISTER, RECOGNISED, STANDING = CLOSING + 1, CLOSING + 2, CLOSING + 3
STANDINGS = {"actual": "day_happened", "part actual": "day_partly", "forecast": "day"}
"""What a period is where a register tells what happened, and how its day looks."""
NOTES = (
    "Mean over all futures. Opening = the closing before; closing = opening + issued, less all"
    " columns from redeemed in time to breakage reestimate.",
    "Outstanding per register = price of the vouchers held; the last column is what of it is not"
    " in the liability: breakage recognised, and escheat, on vouchers still held.",
)
MEMORANDUM = (
    "The platform pays on redemption: there is no contract liability and every line is nil. What"
    " is outstanding per register is a memorandum, the paid value of vouchers held."
)

PARTLY_MEMORANDUM = (
    "So are the vouchers of campaigns whose platform pays on redemption: they are a memorandum."
)


@dataclass(frozen=True)
class ClosingCells:
    """Where the closing balances stand, (period,), and the last of them in minor units."""

    cells: tuple[str, ...]
    last: int
    checks: tuple[Check, ...]


def write_roll_forward(page: Page, aged: AgeingCells) -> ClosingCells:
    """A row a period, a total row, and the checks beneath."""
    notes = (MEMORANDUM,) if page.books.on_redemption else NOTES
    heads = [("period end", 12.0), *((label(line), 12.5) for line in LINES)]
    heads += [("outstanding per register", 13.0), ("of it not in the liability", 13.0)]
    if any(one.on_redemption for one in page.books.campaigns) and not page.books.on_redemption:
        notes = (*notes, PARTLY_MEMORANDUM)
    known = page.books.actuals
    if known is not None:
        notes = (*notes, f"Actual: what happened by {day(known.as_of)}, by the register.")
        heads.append(("actual or forecast", 13.0))
    page.head("Roll-forward of the voucher liability", notes, heads)
    first = page.row
    for period in range(len(page.books.period_ends)):
        _write_period(page, period, first, aged)
    last = page.row - 1
    checks = _write_totals(page, first, last)
    closings = tuple(page.at(row, CLOSING) for row in range(first, last + 1))
    return ClosingCells(closings, int(page.books.table.mean["closing"][-1]), checks)


def _write_period(page: Page, period: int, first: int, aged: AgeingCells) -> None:
    books, row = page.books, page.row
    lines = {name: int(values[period]) for name, values in books.table.mean.items()}
    standing = standing_of(books, period)
    page.day(row, 0, books.period_ends[period], STANDINGS.get(standing, "day"))
    if standing:
        page.text(row, STANDING, standing, "right")
    if row == first:
        page.money(row, 1, lines["opening"])
    else:
        page.formula(row, 1, f"={cell(row - 1, CLOSING)}", page.units(lines["opening"]))
    for column, name in enumerate(FLOWS, start=2):
        page.money(row, column, lines[name])
    page.sum(row, CLOSING, _closing(row), lines["closing"], "bold_money")
    held = int(books.ageing[books.period_ends[period]].sum())
    page.sum(row, REGISTER, f"SUMIF({aged.days},{cell(row, 0)},{aged.totals})", held)
    taken = f"{cell(row, REGISTER)}-{cell(row, CLOSING)}"
    page.sum(row, RECOGNISED, taken, held - lines["closing"])
    page.row += 1


def standing_of(books: Liability, period: int) -> str:
    """Whether a period is `actual`, `part actual` or `forecast`; nothing without a register."""
    if books.actuals is None:
        return ""
    as_of, end = books.actuals.as_of, books.period_ends[period]
    before = books.period_ends[period - 1] if period else books.starts - timedelta(days=1)
    return "actual" if end <= as_of else "part actual" if before < as_of else "forecast"


def _closing(row: int) -> str:
    taken_off = cells((row, 3), (row, CLOSING - 1))
    return f"{cell(row, 1)}+{cell(row, 2)}-SUM({taken_off})"


def _write_totals(page: Page, first: int, last: int) -> tuple[Check, ...]:
    mean, row = page.books.table.mean, page.row
    sums = {name: int(mean[name].sum()) for name in FLOWS}
    page.text(row, 0, "total", "total_text")
    opening = int(mean["opening"][0])
    page.formula(row, 1, f"={cell(first, 1)}", page.units(opening), "total")
    for column, name in enumerate(FLOWS, start=2):
        added = f"SUM({cells((first, column), (last, column))})"
        page.sum(row, column, added, sums[name], "total")
    closing = opening + sums["issued"] - sum(sums[name] for name in FLOWS[1:])
    page.sum(row, CLOSING, _closing(row), closing, "total")
    page.row += 2
    off = f"{cell(row, CLOSING)}-{cell(last, CLOSING)}"
    closes = page.check(
        page.row,
        "opening, plus issued, less all taken off, is the last closing balance",
        off,
        closing == int(mean["closing"][-1]),
        CLOSING,
    )
    page.row += 1
    return (closes,)


def write_bands(page: Page, closing: ClosingCells) -> None:
    """Mean and percentiles of the liability and of what is outstanding, by period end."""
    books = page.books
    stocks = ("liability", "outstanding")
    heads = [("period end", 12.0)]
    for stock in stocks:
        heads += [(f"{stock}, mean", 14.0), *((f"{stock}, p{p}", 14.0) for p in BANDS)]
    notes = (
        "p5, p50 and p95: that much or less in 5, 50 and 95 of a hundred futures. Percentiles of"
        " different columns are of different futures and need not add up.",
    )
    page.head("Liability and outstanding vouchers with their bands", notes, heads)
    held = _percentiles(books.outstanding)
    for period, end in enumerate(books.period_ends):
        page.day(page.row, 0, end)
        owed = int(books.table.mean["closing"][period])
        page.formula(page.row, 1, f"={closing.cells[period]}", page.units(owed))
        for k, percent in enumerate(BANDS):
            page.money(page.row, 2 + k, int(books.table.bands[percent]["closing"][period]))
            page.money(page.row, 6 + k, int(held[k][period]))
        page.money(page.row, 5, int(books.ageing[end].sum()))
        page.row += 1


def _percentiles(samples: np.ndarray) -> np.ndarray:
    """Percentiles of each period over futures, (band, period), whole minor units."""
    return to_minor(np.quantile(samples, np.array(BANDS) / 100, axis=1), 0)

"""Ageing: what is outstanding by age and by what is left of the right, at every period's end."""

from __future__ import annotations

from dataclasses import dataclass

from dealsim.books import BUCKETS, STATES
from dealsim.output.books.workbook.page import Page
from dealsim.output.labels import label
from dealsim.output.spreadsheet.sheet import Check, cell, cells

TOTAL = 2 + len(STATES)
NOTES = (
    "Price of the vouchers held by customers (what the voucher register shows), mean over all"
    " futures. Ages in months since issue.",
    "Rows without vouchers are left out, but for one where nothing is outstanding at all.",
)


@dataclass(frozen=True)
class AgeingCells:
    """Where the ageing stands: the days and totals of its rows, as other sheets name them."""

    days: str
    totals: str
    checks: tuple[Check, ...]


def write_ageing(page: Page) -> AgeingCells:
    """Rows by period end and age, columns by state, totals as formulas."""
    heads = [("period end", 12.0), ("age in months", 14.0)]
    heads += [(label(state), 20.0) for state in STATES] + [("outstanding", 16.0)]
    page.head("Ageing of outstanding vouchers", NOTES, heads, right_from=2)
    first = page.row
    for end in page.books.period_ends:
        found = page.books.ageing[end]
        held = [k for k in range(len(BUCKETS)) if found[k].any()]
        for bucket in held or [0]:
            page.day(page.row, 0, end)
            page.text(page.row, 1, BUCKETS[bucket] if held else "none")
            for state in range(len(STATES)):
                page.money(page.row, 2 + state, int(found[bucket, state]))
            parts = cells((page.row, 2), (page.row, TOTAL - 1))
            page.sum(page.row, TOTAL, f"SUM({parts})", int(found[bucket].sum()))
            page.row += 1
    last = page.row - 1
    page.sheet.autofilter(first - 1, 0, last, TOTAL)
    states = cells((first, 2), (last, TOTAL - 1))
    totals = f"{cell(first, TOTAL)}:{cell(last, TOTAL)}"
    claim = "the states add up to what is outstanding"
    formula = f"SUM({states})-SUM({totals})"
    check = page.check(last + 2, claim, formula, True, column=TOTAL)
    return AgeingCells(page.span(first, last, 0), page.span(first, last, TOTAL), (check,))

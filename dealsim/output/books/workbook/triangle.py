"""The redemption triangle: to date by month of issue and age, development factors as formulas."""

from __future__ import annotations

import numpy as np

from dealsim.books.subledger import FloatArray
from dealsim.output.books.workbook.page import Page
from dealsim.output.drawing.wording import month
from dealsim.output.spreadsheet.sheet import cell, cells

NOTES = (
    "Paid value redeemed to date (late and cash-outs included), mean over all futures, by month of"
    " issue (across) and age in months (down). Blank: after the horizon.",
    "Factor: development from this age to the next, volume-weighted over the months that reach it;"
    " to the end: to the last age shown. Nothing is said of what comes after it.",
)


def write_triangle(page: Page) -> None:
    """Ages down, months of issue across, then factors and what they come to."""
    books = page.books
    months, ages = books.triangle.shape
    heads = [("age in months", 24.0), *((month(m), 13.0) for m in books.triangle_months)]
    heads += [("factor", 12.0), ("to the end", 12.0)]
    page.head("Redemption triangle", NOTES, heads, portrait=months <= 6)
    factors = triangle_factors(books.triangle)
    page.text(page.row, 0, "issued net of refunds", "bold")
    for origin in range(months):
        page.money(page.row, 1 + origin, int(books.issued[origin]), "bold_money")
    issued_row = page.row
    first = page.row = page.row + 1
    for age in range(ages):
        page.number(page.row, 0, age, "whole")
        for origin in range(months):
            if not np.isnan(books.triangle[origin, age]):
                page.money(page.row, 1 + origin, books.triangle[origin, age])
        if age < ages - 1:
            _write_factor(page, months, factors, age)
        page.row += 1
    page.text(page.row, 0, "redeemed, share of issued")
    for origin in range(months):
        issued, reached = float(books.issued[origin]), np.nanmax(books.triangle[origin], initial=0)
        column = cells((first, 1 + origin), (page.row - 1, 1 + origin))
        bought = cell(issued_row, 1 + origin)
        formula = f"=IF({bought}=0,0,MAX({column})/{bought})"
        share = float(reached) / issued if issued else 0.0
        page.formula(page.row, 1 + origin, formula, share, "share")


def triangle_factors(triangle: FloatArray) -> FloatArray:
    """Development factors, (ages - 1,): as the formulas work them out; 1 where nothing is."""
    now, after = triangle[:, :-1], triangle[:, 1:]
    seen = ~np.isnan(after) & ~np.isnan(now)
    base = np.where(seen, now, 0.0).sum(axis=0)
    grown = np.where(seen, after, 0.0).sum(axis=0)
    return np.divide(grown, base, out=np.ones(len(base)), where=base > 0)


def _write_factor(page: Page, months: int, factors: FloatArray, age: int) -> None:
    row, factor, to_end = page.row, 1 + months, 2 + months
    now = cells((row, 1), (row, months))
    after = cells((row + 1, 1), (row + 1, months))
    base = f"SUMPRODUCT({now}*ISNUMBER({after}))"
    page.formula(row, factor, f"=IF({base}=0,1,SUM({after})/{base})", float(factors[age]), "factor")
    last = age == len(factors) - 1
    later = "" if last else f"*{cell(row + 1, to_end)}"
    rest = float(np.prod(factors[age:]))
    page.formula(row, to_end, f"={cell(row, factor)}{later}", rest, "factor")

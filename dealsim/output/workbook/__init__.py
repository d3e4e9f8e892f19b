"""`liability.xlsx`: the books of a scenario's vouchers as a workbook an accountant can check.

Sheets: roll-forward, bands, ageing, triangle, journal, trial balance, assumptions, sign-off. What
can be worked out from other cells is a live formula; every formula carries the value it had in the
simulation, so that the file reads the same where nothing recalculates it. The same books make the
same bytes.
"""

from __future__ import annotations

import io

from dealsim.output.books_protocol import BooksLike
from dealsim.output.workbook.ageing import write_ageing
from dealsim.output.workbook.journal import write_balances, write_journal
from dealsim.output.workbook.page import Book
from dealsim.output.workbook.rollforward import write_bands, write_roll_forward
from dealsim.output.workbook.signing import write_assumptions, write_sign_off
from dealsim.output.workbook.triangle import write_triangle

SHEETS = (
    "Roll-forward",
    "Bands",
    "Ageing",
    "Triangle",
    "Journal",
    "Trial balance",
    "Assumptions",
    "Sign-off",
)
"""The sheets, in their order."""


def workbook_bytes(books: BooksLike) -> bytes:
    """The whole workbook as the bytes of an .xlsx file."""
    buffer = io.BytesIO()
    book = Book(buffer, books)
    pages = [book.sheet(name) for name in SHEETS]
    roll, bands, age, triangle, journal, balances, assumptions, sign_off = pages
    aged = write_ageing(age)
    closing = write_roll_forward(roll, aged)
    write_bands(bands, closing)
    write_triangle(triangle)
    booked = write_journal(journal)
    ledger = write_balances(balances, booked, closing)
    write_assumptions(assumptions)
    write_sign_off(sign_off, [*closing.checks, *aged.checks, *booked.checks, *ledger.checks])
    book.close()
    return buffer.getvalue()

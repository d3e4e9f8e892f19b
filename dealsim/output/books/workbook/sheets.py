"""The sheets of `liability.xlsx` in their order, and the workbook they make.

Sheets: roll-forward, bands, register (where there is one), ageing, triangle, journal, trial
balance, assumptions, sign-off. What can be worked out from other cells is a live formula; every
formula carries the value it had in the simulation, so that the file reads the same where nothing
recalculates it. The same books make the same bytes.

Cells are placed by hand, not as spreadsheet tables: sheets refer to one another's rows, totals
are rounded sums, and a table would bring its own names, filters and total row.
"""

from __future__ import annotations

import io

from dealsim.books import Liability
from dealsim.output.books.workbook.ageing import write_ageing
from dealsim.output.books.workbook.balances import write_balances
from dealsim.output.books.workbook.comparison import write_register
from dealsim.output.books.workbook.journal import write_journal
from dealsim.output.books.workbook.page import Workbook
from dealsim.output.books.workbook.rollforward import write_bands, write_roll_forward
from dealsim.output.books.workbook.signing import write_assumptions, write_sign_off
from dealsim.output.books.workbook.triangle import write_triangle

SHEETS = (
    "Roll-forward",
    "Bands",
    "Register",
    "Ageing",
    "Triangle",
    "Journal",
    "Trial balance",
    "Assumptions",
    "Sign-off",
)
"""The sheets, in their order; `Register` only where there is one."""


def sheets_for(books: Liability) -> tuple[str, ...]:
    """The sheets that books have."""
    return tuple(name for name in SHEETS if name != "Register" or books.actuals is not None)


def workbook_bytes(books: Liability) -> bytes:
    """The whole workbook as the bytes of an .xlsx file."""
    buffer = io.BytesIO()
    book = Workbook(buffer, books)
    pages = {name: book.sheet(name) for name in sheets_for(books)}
    aged = write_ageing(pages["Ageing"])
    closing = write_roll_forward(pages["Roll-forward"], aged)
    write_bands(pages["Bands"], closing)
    write_triangle(pages["Triangle"])
    booked = write_journal(pages["Journal"])
    known, register = books.actuals, None
    if known is not None:
        register = write_register(pages["Register"], known, booked)
    tied = write_balances(pages["Trial balance"], booked, closing, register)
    checks = [*closing.checks, *aged.checks, *booked.checks, *tied]
    checks += register.checks if register is not None else ()
    write_assumptions(pages["Assumptions"])
    write_sign_off(pages["Sign-off"], checks, register)
    book.close()
    return buffer.getvalue()

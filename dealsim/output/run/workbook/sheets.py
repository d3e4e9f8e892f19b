"""The sheets of `run.xlsx` in their order, and the workbook they make.

Summary, inputs, cash by month, and the unit economics of each deal. What can be worked out from
other cells is a live formula that carries its value, so that the file reads the same where nothing
recalculates it. The same result makes the same bytes.
"""

from __future__ import annotations

import io

from dealsim.output.run.workbook.cash import write_cash
from dealsim.output.run.workbook.economics import write_economics
from dealsim.output.run.workbook.inputs import write_inputs
from dealsim.output.run.workbook.page import RunBook
from dealsim.output.run.workbook.summary import write_summary
from dealsim.results import Result
from dealsim.text import shortened

SUMMARY, INPUTS, CASH, ECONOMICS = "Summary", "Inputs", "Cash by month", "Unit economics"


def run_workbook(result: Result) -> bytes:
    """The workbook of a run as the bytes of an .xlsx file.

    With several deals there is a sheet of unit economics for each.
    """
    buffer = io.BytesIO()
    book = RunBook(buffer, result)
    write_summary(book.page(SUMMARY))
    write_inputs(book.page(INPUTS))
    write_cash(book.page(CASH))
    if len(result.campaigns) < 2:
        write_economics(book.page(ECONOMICS))
    else:
        names = result.scenario.deal_names
        for place in range(len(result.campaigns)):
            name = names[place] if place < len(names) else f"deal {place + 1}"
            write_economics(book.page(f"{ECONOMICS} {place + 1}"), place, shortened(name, 40))
    book.close()
    return buffer.getvalue()

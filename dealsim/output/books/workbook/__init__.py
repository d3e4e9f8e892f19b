"""`liability.xlsx`: the books of a scenario's vouchers as a workbook an accountant can check."""

from dealsim.output.books.workbook.sheets import SHEETS, sheets_for, workbook_bytes

__all__ = ["SHEETS", "sheets_for", "workbook_bytes"]

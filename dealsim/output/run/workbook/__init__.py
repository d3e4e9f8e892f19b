"""`run.xlsx`: what a run was made of and what it found, as a workbook that reckons on."""

from dealsim.output.run.workbook.sheets import run_workbook

__all__ = ["run_workbook"]

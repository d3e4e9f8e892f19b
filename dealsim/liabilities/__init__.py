"""`liability`: what is owed on vouchers sold, month by month, and the entries to book.

Rules and their sources: docs/accounting.md. Not legal, tax or accounting advice.
"""

from __future__ import annotations

from dealsim.liabilities.comparison import Beside, Comparison, Course, Ladder, Moved, Spread
from dealsim.liabilities.model import DISCLAIMER, EARNED, METHODS, Liability
from dealsim.liabilities.reckon import forecasts, liability

__all__ = [
    "DISCLAIMER",
    "EARNED",
    "METHODS",
    "Beside",
    "Comparison",
    "Course",
    "Ladder",
    "Liability",
    "Moved",
    "Spread",
    "forecasts",
    "liability",
]

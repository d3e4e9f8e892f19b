"""The books: what is owed on vouchers sold, when it becomes revenue, and the entries to book.

Policies, the sub-ledger of vouchers in money, breakage, the roll-forward, the journal and its
exports, and the close of a period with a register of what happened. Rules and their sources:
docs/accounting.md. Not legal, tax or accounting advice.
"""

from __future__ import annotations

from dealsim.books.ageing import BUCKETS, STATES
from dealsim.books.chart import Chart
from dealsim.books.close import each_deal, liability
from dealsim.books.closing_position import ClosingPosition
from dealsim.books.cohort_books import CohortBooks
from dealsim.books.consolidation import consolidate
from dealsim.books.exports import journal_csv
from dealsim.books.imports import (
    DAY_FORMATS,
    MONTHLY,
    ImportJournal,
    ImportStyle,
    file_names,
    import_journals,
    quickbooks_csv,
    xero_csv,
)
from dealsim.books.journal import Entry, balances, mark_forecast
from dealsim.books.liability_forecast import DISCLAIMER, CampaignBooks, Liability
from dealsim.books.plaintext import beancount, hledger
from dealsim.books.rollforward import EARNED, FLOWS, LINES
from dealsim.books.runs import forecasts
from dealsim.books.statement import BANDS, Statement

__all__ = [
    "BANDS",
    "BUCKETS",
    "DAY_FORMATS",
    "DISCLAIMER",
    "EARNED",
    "FLOWS",
    "LINES",
    "MONTHLY",
    "STATES",
    "CampaignBooks",
    "Chart",
    "ClosingPosition",
    "CohortBooks",
    "Entry",
    "ImportJournal",
    "ImportStyle",
    "Liability",
    "Statement",
    "balances",
    "beancount",
    "consolidate",
    "each_deal",
    "file_names",
    "forecasts",
    "hledger",
    "import_journals",
    "journal_csv",
    "liability",
    "mark_forecast",
    "quickbooks_csv",
    "xero_csv",
]

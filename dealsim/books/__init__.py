"""The books: what is owed on vouchers sold, when it becomes revenue, and the entries to book.

Policies, the sub-ledger of vouchers in money, breakage, the roll-forward, the journal and its
exports, and the close of a period with a register of what happened. Rules and their sources:
docs/accounting.md. Not legal, tax or accounting advice.
"""

from __future__ import annotations

from dealsim.books.actual_versus_forecast import (
    ActualVersusForecast,
    ChainLadderCheck,
    InputRevision,
    PresentedToDate,
    RegisterComparison,
    SummaryStatistics,
)
from dealsim.books.ageing import BUCKETS, STATES, IssueDates, ageing_table
from dealsim.books.breakage import (
    METHODS,
    BreakagePolicy,
    RecognisedBreakage,
    escheatable_share,
    recognise,
    ultimate_share,
)
from dealsim.books.chain_ladder import ChainLadder, chain_ladder
from dealsim.books.chart import ACCOUNTS, Account, Chart, chart_of_accounts
from dealsim.books.close import liability
from dealsim.books.cohort import Cohort, cohort_of
from dealsim.books.cohort_books import CohortBooks
from dealsim.books.cohort_flows import CohortFlows
from dealsim.books.consolidation import consolidate
from dealsim.books.entries import PresentationPolicy
from dealsim.books.exports import file_names, journal_csv, quickbooks_csv, xero_csv
from dealsim.books.journal import Entry, Posting, balances, entry, mark_forecast
from dealsim.books.liability_forecast import DISCLAIMER, EARNED, Liability
from dealsim.books.periods import ReportingPeriods, group_periods
from dealsim.books.plaintext import beancount, hledger
from dealsim.books.policies import AccountingPolicies, Assumption, accounting_policies
from dealsim.books.posting import post
from dealsim.books.rollforward import (
    FLOWS,
    LINES,
    SUBTRACTED,
    RollForward,
    regroup,
    roll_forward,
    total,
)
from dealsim.books.runs import forecasts
from dealsim.books.statement import BANDS, Statement, mean_lines, statement
from dealsim.books.subledger import VoucherSubledger
from dealsim.books.tax import TaxRule, tax_at_issue, tax_at_redemption, tax_base, tax_on

__all__ = [
    "ACCOUNTS",
    "BANDS",
    "BUCKETS",
    "DISCLAIMER",
    "EARNED",
    "FLOWS",
    "LINES",
    "METHODS",
    "STATES",
    "SUBTRACTED",
    "Account",
    "AccountingPolicies",
    "ActualVersusForecast",
    "Assumption",
    "BreakagePolicy",
    "ChainLadder",
    "ChainLadderCheck",
    "Chart",
    "Cohort",
    "CohortBooks",
    "CohortFlows",
    "Entry",
    "InputRevision",
    "IssueDates",
    "Liability",
    "Posting",
    "PresentationPolicy",
    "PresentedToDate",
    "RecognisedBreakage",
    "RegisterComparison",
    "ReportingPeriods",
    "RollForward",
    "Statement",
    "SummaryStatistics",
    "TaxRule",
    "VoucherSubledger",
    "accounting_policies",
    "ageing_table",
    "balances",
    "beancount",
    "chain_ladder",
    "chart_of_accounts",
    "cohort_of",
    "consolidate",
    "entry",
    "escheatable_share",
    "file_names",
    "forecasts",
    "group_periods",
    "hledger",
    "journal_csv",
    "liability",
    "mark_forecast",
    "mean_lines",
    "post",
    "quickbooks_csv",
    "recognise",
    "regroup",
    "roll_forward",
    "statement",
    "tax_at_issue",
    "tax_at_redemption",
    "tax_base",
    "tax_on",
    "total",
    "ultimate_share",
    "xero_csv",
]

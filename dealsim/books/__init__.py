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
    BreakagePolicy,
    RecognisedBreakage,
    escheatable_share,
    quiet_from,
    recognise,
    ultimate_share,
)
from dealsim.books.chart import ACCOUNTS, Account, Chart, chart_of_accounts
from dealsim.books.close import forecasts, liability
from dealsim.books.entries import PresentationPolicy
from dealsim.books.exports import file_names, journal_csv, quickbooks_csv, xero_csv
from dealsim.books.journal import Entry, Posting, balances, entry
from dealsim.books.liability_forecast import DISCLAIMER, EARNED, METHODS, Liability
from dealsim.books.payout import instalments
from dealsim.books.periods import group_periods
from dealsim.books.plaintext import beancount, hledger
from dealsim.books.policies import AccountingPolicies, Assumption, accounting_policies
from dealsim.books.posting import CohortFlows, post
from dealsim.books.rollforward import (
    FLOWS,
    LINES,
    SUBTRACTED,
    RollForward,
    regroup,
    roll_forward,
    total,
)
from dealsim.books.statement import BANDS, Statement, mean_lines, statement
from dealsim.books.subledger import VoucherSubledger
from dealsim.books.tax import TaxRule, tax_at_issue, tax_at_redemption, tax_base, tax_on
from dealsim.books.told import mark_forecast
from dealsim.books.triangle import ChainLadder, build_triangle, chain_ladder

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
    "RollForward",
    "Statement",
    "SummaryStatistics",
    "TaxRule",
    "VoucherSubledger",
    "accounting_policies",
    "ageing_table",
    "balances",
    "beancount",
    "build_triangle",
    "chain_ladder",
    "chart_of_accounts",
    "entry",
    "escheatable_share",
    "file_names",
    "forecasts",
    "group_periods",
    "hledger",
    "instalments",
    "journal_csv",
    "liability",
    "mark_forecast",
    "mean_lines",
    "post",
    "quickbooks_csv",
    "quiet_from",
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

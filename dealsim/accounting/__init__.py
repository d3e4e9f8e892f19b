"""Voucher liability: roll-forward, breakage, ageing, triangles, tax, journal entries, exports.

Pure functions over plain arrays of whole minor units, and what a scenario's `accounting:` makes
of them; nothing here simulates, reads or writes.
Not legal, tax or accounting advice.
"""

from __future__ import annotations

from dealsim.accounting.ageing import BUCKETS, STATES, Cohort, ageing
from dealsim.accounting.bands import BANDS, Table, mean_lines, table
from dealsim.accounting.book import Flows, book
from dealsim.accounting.breakage import (
    Policy,
    Recognised,
    escheatable_share,
    quiet_from,
    recognise,
    ultimate_share,
)
from dealsim.accounting.chart import ACCOUNTS, Account, Chart, chart_of_accounts
from dealsim.accounting.choices import Assumption, Choices, choices
from dealsim.accounting.events import Booking
from dealsim.accounting.export import file_names, journal_csv, quickbooks_csv, xero_csv
from dealsim.accounting.journal import Entry, Posting, balances, entry
from dealsim.accounting.payout import instalments
from dealsim.accounting.periods import group_periods
from dealsim.accounting.plaintext import beancount, hledger
from dealsim.accounting.register import Register
from dealsim.accounting.rollforward import (
    FLOWS,
    LINES,
    SUBTRACTED,
    RollForward,
    regroup,
    roll_forward,
    total,
)
from dealsim.accounting.tax import TaxRule, tax_at_issue, tax_at_redemption, tax_base, tax_on
from dealsim.accounting.told import told_apart
from dealsim.accounting.triangle import ChainLadder, build_triangle, chain_ladder

__all__ = [
    "ACCOUNTS",
    "BANDS",
    "BUCKETS",
    "FLOWS",
    "LINES",
    "STATES",
    "SUBTRACTED",
    "Account",
    "Assumption",
    "Booking",
    "ChainLadder",
    "Chart",
    "Choices",
    "Cohort",
    "Entry",
    "Flows",
    "Policy",
    "Posting",
    "Recognised",
    "Register",
    "RollForward",
    "Table",
    "TaxRule",
    "ageing",
    "balances",
    "beancount",
    "book",
    "build_triangle",
    "chain_ladder",
    "chart_of_accounts",
    "choices",
    "entry",
    "escheatable_share",
    "file_names",
    "group_periods",
    "hledger",
    "instalments",
    "journal_csv",
    "mean_lines",
    "quickbooks_csv",
    "quiet_from",
    "recognise",
    "regroup",
    "roll_forward",
    "table",
    "tax_at_issue",
    "tax_at_redemption",
    "tax_base",
    "tax_on",
    "told_apart",
    "total",
    "ultimate_share",
    "xero_csv",
]

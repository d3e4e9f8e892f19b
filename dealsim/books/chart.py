"""The chart of accounts, and how it maps to the user's own.

Codes and names are those of the project's documentation; 1315 and 2312 are used in the face
value presentation only, and keep 2310 equal to the register whatever the presentation. 1015 is
written in files for Xero only, in the place of a bank account.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from dealsim.errors import Problem, ScenarioError
from dealsim.units import did_you_mean, quoted

Kind = Literal["asset", "liability", "revenue", "expense"]

ROOTS: Mapping[Kind, str] = MappingProxyType(
    {"asset": "Assets", "liability": "Liabilities", "revenue": "Income", "expense": "Expenses"}
)
"""First word of an account of each kind in plain-text accounting. A contra account lies beside
the account it is set against."""


@dataclass(frozen=True)
class Account:
    """One account: `key` in journals and settings, `code` and `name` as exported."""

    key: str
    code: str
    name: str
    kind: Kind


_TABLE: tuple[tuple[str, str, str, Kind], ...] = (
    ("cash", "1010", "Cash", "asset"),
    ("cash_clearing", "1015", "Cash clearing", "asset"),
    ("platform_receivable", "1230", "Platform receivable", "asset"),
    ("deferred_commission", "1310", "Deferred platform commission", "asset"),
    ("deferred_promotion", "1315", "Deferred promotional discount", "asset"),
    ("tax_recoverable", "1320", "Sales tax recoverable on fees", "asset"),
    ("inventory", "1400", "Inventory", "asset"),
    ("accrued_costs", "2110", "Accrued wages and supplies", "liability"),
    ("voucher_liability", "2310", "Voucher liability - paid value", "liability"),
    ("voucher_promotion", "2312", "Voucher liability - promotional value", "liability"),
    ("recognised_breakage", "2315", "Recognised breakage", "liability"),
    ("platform_clawback", "2330", "Platform clawback payable", "liability"),
    ("unclaimed_property", "2340", "Unclaimed property payable", "liability"),
    ("sales_tax", "2350", "Sales tax payable", "liability"),
    ("voucher_sales", "4010", "Sales - vouchers", "revenue"),
    ("overspend_sales", "4020", "Sales - overspend", "revenue"),
    ("promotional_discount", "4050", "Promotional discount", "revenue"),
    ("breakage_revenue", "4090", "Breakage revenue", "revenue"),
    ("cost_of_goods", "5010", "Cost of goods", "expense"),
    ("platform_commission", "6110", "Platform commission", "expense"),
    ("card_fees", "6120", "Card and processing fees", "expense"),
    ("unclaimed_excess", "6195", "Unclaimed property beyond the liability", "expense"),
)

ACCOUNTS: Mapping[str, Account] = MappingProxyType({row[0]: Account(*row) for row in _TABLE})
"""Every account by its key, in the order of the codes."""

GONE: Mapping[str, str] = MappingProxyType(
    {
        "platform_holdback": "1240",
        "refund_liability": "2320",
        "receivable_loss": "6190",
    }
)
"""Accounts of earlier versions that no entry was ever written to, with their codes: a file that
names one is read as if it did not."""

NO_TAX = "Tax Exempt"
"""Tax rate of lines without a tax code, by the name Xero gives it in most countries."""


@dataclass(frozen=True)
class Chart:
    """Accounts as the user knows them, and the tax code of each (full names, for Xero)."""

    accounts: Mapping[str, Account]
    tax_codes: Mapping[str, str]

    def __getitem__(self, key: str) -> Account:
        return self.accounts[key]

    def tax_code(self, key: str) -> str:
        return self.tax_codes.get(key, NO_TAX)


def chart_of_accounts(accounts: Mapping[str, str] | None = None) -> Chart:
    """The chart with the user's own accounts in place of ours.

    `accounts` is by our key (`voucher_liability`) or code (`2310`). An account is given as `2100
    Gift cards`, as a number alone or as a name alone, sub-accounts as `Parent:Sub`; a tax code
    may follow a bar: `4000 Sales | HST on Sales (13%)`. Raises ScenarioError with every unknown
    key and empty text.
    """
    problems: list[Problem] = []
    given = _by_key(accounts or {}, problems)
    if problems:
        raise ScenarioError(problems)
    mapped, taxes = dict(ACCOUNTS), dict[str, str]()
    for key, text in given.items():
        named, _, tax = (part.strip() for part in text.partition("|"))
        mapped[key] = _renamed(ACCOUNTS[key], named)
        if tax:
            taxes[key] = tax
    return Chart(MappingProxyType(mapped), MappingProxyType(taxes))


def account_key(word: str) -> str | None:
    """The key of one of our accounts, named by key or code; None where there is none such."""
    codes = {account.code: key for key, account in ACCOUNTS.items()}
    return word if word in ACCOUNTS else codes.get(word)


def _by_key(given: Mapping[str, str], problems: list[Problem]) -> dict[str, str]:
    """`given` by our keys; what cannot be placed is written down as a problem."""
    out: dict[str, str] = {}
    gone = {*GONE, *GONE.values()}
    for word, text in given.items():
        if word in gone:
            continue
        key, path = account_key(word) or word, f"accounting.accounts.{word}"
        if key not in ACCOUNTS:
            close = did_you_mean(key, ACCOUNTS)
            hint = f"did you mean {close}?" if close else "one of " + ", ".join(ACCOUNTS)
            problems.append(Problem(f"unknown account {quoted(word)}", hint, path))
        elif not text.replace("|", "").strip():
            problems.append(Problem(f"no account is given for {key}", "or leave it out", path))
        elif key in out:
            problems.append(Problem(f"{key} is given twice", "by its name and its code", path))
        else:
            out[key] = " ".join(text.split())
    return out


def _renamed(account: Account, text: str) -> Account:
    """`2100 Gift cards`, `2100` or `Gift cards` in place of an account's code and name."""
    parts = re.fullmatch(r"(?P<code>[0-9][0-9.\-/]*[A-Z]?(?=\s|$))?\s*(?P<name>.*)", text)
    assert parts is not None  # the name takes whatever is there
    code, name = parts["code"] or account.code, parts["name"] or account.name
    return Account(account.key, code, name, account.kind)

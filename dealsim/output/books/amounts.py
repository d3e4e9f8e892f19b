"""Amounts and days as `dealsim liability` says them."""

from __future__ import annotations

from datetime import date

from dealsim.liabilities import Liability
from dealsim.units import format_money, minor_digits


def money(found: Liability, amount: float, cents: bool = False) -> str:
    """Minor units as money."""
    currency = found.scenario.currency
    return format_money(amount / 10.0 ** minor_digits(currency), currency, cents=cents)


def day(value: date) -> str:
    """`4 September 2011`."""
    return f"{value.day} {value:%B %Y}"

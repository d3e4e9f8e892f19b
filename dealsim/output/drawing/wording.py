"""Words for numbers and days, as titles and labels use them."""

from __future__ import annotations

import re
from datetime import date

from dealsim.units import format_count, format_money, minor_digits

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Written out here: the names `strftime` gives depend on the machine's language."""


def amount(value: float, currency: str) -> str:
    """Money for a sentence: whole units, and minor ones too where the units would say little."""
    digits = minor_digits(currency)
    cents = abs(value) < 10 and round(value, digits) != round(value)
    # Without its sign, so that a half rounds away from zero and a gain and a loss of as much
    # read alike.
    text = format_money(abs(value), currency, cents=cents)
    if not re.search("[1-9]", text):
        return text.split(".")[0]  # "$0" for "$0.00"
    return f"-{text}" if value < 0 else text


def is_nil(value: float, currency: str) -> bool:
    """Whether an amount reads as nothing."""
    return amount(value, currency) == format_money(0.0, currency)


def earns(profit: float, currency: str) -> str:
    """What a deal with this profit does: "earns $20", "costs $20" or "breaks even"."""
    if is_nil(profit, currency):
        return "breaks even"
    return f"{'earns' if profit > 0 else 'costs'} {amount(abs(profit), currency)}"


def day(value: date) -> str:
    """`3 Sep 2011`."""
    return f"{value.day} {month(value)}"


def month(value: date) -> str:
    """`Sep 2011`."""
    return f"{MONTHS[value.month - 1]} {value.year}"


def count(value: float) -> str:
    """A number of vouchers or customers; below ten with one decimal where it has one."""
    if abs(value) < 9.95 and abs(value - round(value)) >= 0.05:
        return f"{value:.1f}"
    return format_count(value)

"""Words for numbers, as titles and labels use them."""

from __future__ import annotations

import re
from datetime import date

import numpy as np

from dealsim.output.protocol import Array, ResultLike, RunLike
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
    return f"-{text}" if value < 0 and re.search("[1-9]", text) else _whole(text)


def _whole(text: str) -> str:
    """ "$0" for "$0.00"."""
    return text if re.search("[1-9]", text) else text.split(".")[0]


def size(value: float, currency: str) -> str:
    """An amount without its sign, after a word that says which way it goes."""
    return amount(abs(value), currency)


def is_nil(value: float, currency: str) -> bool:
    """Whether an amount reads as nothing."""
    return amount(value, currency) == format_money(0.0, currency)


def earns(profit: float, currency: str) -> str:
    """What a deal with this profit does: "earns $20", "costs $20" or "breaks even"."""
    if is_nil(profit, currency):
        return "breaks even"
    return f"{'earns' if profit > 0 else 'costs'} {size(profit, currency)}"


def words(name: str) -> str:
    """The name of a metric as words: the plots call nothing otherwise than the files do."""
    return name.replace("_", " ")


def day(value: date) -> str:
    """`3 Sep 2011`."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def month(value: date) -> str:
    """`Sep 2011`."""
    return f"{MONTHS[value.month - 1]} {value.year}"


def count(value: float) -> str:
    """A number of vouchers or customers; below ten with one decimal where it has one."""
    if abs(value) < 9.95 and abs(value - round(value)) >= 0.05:
        return f"{value:.1f}"
    return format_count(value)


def is_expected(result: RunLike) -> bool:
    """Whether the result is the expectation alone, without chance and so without a spread."""
    return result.mode == "expected"


def has_spread(result: RunLike) -> bool:
    """Whether there are several futures to show a band of."""
    return not is_expected(result) and result.trials > 1


def median(values: Array) -> float:
    """The median of the defined values; NaN where none is."""
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else float("nan")


def typically(result: RunLike) -> str:
    """The adverb for a central figure: of one future, of the expectation, or of many."""
    if is_expected(result):
        return AS_EXPECTED
    return "typically" if result.trials > 1 else "in the one future simulated"


AS_EXPECTED = "as expected"


def as_expected(finding: str) -> str:
    """The title of an expected result: its finding, said to be one at the outset."""
    bare = finding.replace(f" {AS_EXPECTED}", "")
    return f"Expected: {bare[0].lower()}{bare[1:]}"


def milestone_days(result: ResultLike, name: str) -> tuple[date, ...]:
    """The days of a milestone, one a campaign or payout; none where it does not occur."""
    found = result.milestones.get(name, ())
    return (found,) if isinstance(found, date) else tuple(found)

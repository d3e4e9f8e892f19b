"""What one cell of a register says, and the message about one that says nothing sensible.

Parsing is apart from wording: a cell is read for every row, but put in words for the first issue
only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType

from dealsim.records.issues import Message
from dealsim.scenario.language.suggest import did_you_mean
from dealsim.uncertain import MONEY, ValueProblems
from dealsim.uncertain.quantity import amount_value, normalised, split_amount
from dealsim.units import currencies_of, minor_digits, quoted

EVENTS = ("sold", "redeemed", "refunded", "cashed_out")
"""What may happen to a voucher in a register; the order is that of every list of counts."""

SOLD, REDEEMED, REFUNDED, CASHED_OUT = range(4)

MOST_VOUCHERS = 1_000_000_000
"""Most vouchers in one row."""

_ALSO: Mapping[str, str] = MappingProxyType({"cash_out": "cashed_out", "cashout": "cashed_out"})
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
PARTS = re.compile(r"([0-9]{1,4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,4})")
"""Three numbers that may be a date."""
_TIMED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ].*[0-9:.+Zz-]")
_WHOLE = re.compile(r"([+-]?)([1-9][0-9]{0,2}(?:[, ][0-9]{3})+|[0-9]{1,15})(?:\.0{1,2})?")
_DECIMAL = re.compile(r"([0-9]{1,13})(?:\.([0-9]{1,9}))?")
_COMMA = re.compile(r"(?<![0-9.,])([0-9]{1,3}(?:[. '][0-9]{3})+|[0-9]+),([0-9]{1,2})(?![0-9.,])")
"""A number with a decimal comma, thousands marked with points, blanks or apostrophes or not."""
_THOUSANDS = re.compile(r"(?<![0-9.,])([0-9]{1,3}(?:\.[0-9]{3})+)(?![0-9.,])")
_NUMERALS = re.compile(r"[-0-9.,+\s\N{MINUS SIGN}]")


def spaced(text: str) -> str:
    """`text` with single blanks, of one kind, and none at the ends."""
    return " ".join(text.split())


# --- date ----------------------------------------------------------------------------------


def parse_day(text: str, first: str | None = None) -> date | None:
    """The day that a cell says with its year first: 2011-03-01, 2011/3/1; None where it says none.

    `first` is `day` or `month` in a register that writes one of them first and the year last.
    """
    if _ISO.fullmatch(text):
        order = "ymd"
    elif parts := PARTS.fullmatch(text):
        order = "ymd" if len(parts[1]) == 4 else {"day": "dmy", "month": "mdy"}.get(first or "", "")
    else:
        return None
    return _ordered(text, order) if order else None


def _ordered(text: str, order: str) -> date | None:
    """The day of three numbers in that order; a year of two digits is of this century."""
    found = PARTS.fullmatch(text)
    if found is None:
        return None
    parts = dict(zip(order, found.groups(), strict=True))
    if len(parts["y"]) not in (2, 4):
        return None
    year = parts["y"] if len(parts["y"]) == 4 else f"20{parts['y']}"
    try:
        return date(int(year), int(parts["m"]), int(parts["d"]))
    except ValueError:
        return None


def date_message(text: str) -> Message:
    """What is wrong with a cell that `parse_day` does not read."""
    if not text:
        return Message("there is no date here", "write the day as yyyy-mm-dd")
    if _ISO.fullmatch(text):
        return Message(f"{text} is not a day of the calendar", "correct the date")
    if timed := _TIMED.fullmatch(text):
        return Message(f"{quoted(text)} is a time, not a day", f"write {timed[1]}")
    if re.fullmatch(r"[0-9]{5}", text):
        how = "give the column the date format yyyy-mm-dd before saving as CSV"
        return Message(f"{text} is a spreadsheet's number of a day", how)
    if not (parts := PARTS.fullmatch(text)):
        return Message(f"{quoted(text)} is not a date", "write the day as yyyy-mm-dd")
    message, meant = f"{quoted(text)} is not a date as yyyy-mm-dd", _meant(*parts.groups())
    if len(parts[1]) < 3:
        message += ": day and month could be swapped"
    return Message(message, f"write {' or '.join(meant)}" if meant else "correct the date")


def _meant(first: str, middle: str, last: str) -> list[str]:
    """The days that three numbers may stand for, that with the day before the month first."""
    orders = [(first, middle, last)]
    if len(first) < 3:
        year = last if len(last) == 4 else f"20{last:0>2}"
        orders = [(year, middle, first), (year, first, middle)]
    found = []
    for order in orders:
        with suppress(ValueError):
            found.append(date(*(int(number) for number in order)).isoformat())
    return list(dict.fromkeys(found))


# --- event and vouchers --------------------------------------------------------------------


def parse_event(text: str) -> int | None:
    """The event that a cell names, as its place in `EVENTS`; None where it names none."""
    if text in EVENTS:
        return EVENTS.index(text)
    word = spaced(text).lower().replace(" ", "_").replace("-", "_")
    word = _ALSO.get(word, word)
    return EVENTS.index(word) if word in EVENTS else None


def event_message(text: str) -> Message:
    """What is wrong with a cell that `parse_event` does not read."""
    remedy = f"the events are {', '.join(EVENTS)}"
    if not spaced(text):
        return Message("there is no event here", remedy)
    if spaced(text).lower() in ("expired", "lapsed"):
        remedy = "take the row out: what lapses follows from the scenario"
    return Message(f"unknown event {quoted(text.strip())}", did_you_mean(text, EVENTS) or remedy)


def parse_vouchers(text: str) -> int | None:
    """The whole number that a cell says, of either sign; None where it says none."""
    if len(text) < 10 and text.isdecimal() and text.isascii():
        return int(text)
    found = _WHOLE.fullmatch(normalised(text))
    if not found:
        return None
    number = int(found[2].replace(",", "").replace(" ", ""))
    return -number if found[1] == "-" else number


def vouchers_message(text: str) -> Message:
    """What is wrong with a cell that `parse_vouchers` does not read."""
    if not text.strip():
        return Message("there is no number of vouchers here", "write a whole number from 1")
    message = f"vouchers are counted in whole numbers, not {quoted(text.strip())}"
    if re.fullmatch(r"\s*[0-9]{1,3}(\.[0-9]{3})+\s*", text):
        return Message(message, f"write thousands without a mark: {text.strip().replace('.', '')}")
    return Message(message, "write a whole number from 1")


def count_message(number: int) -> Message:
    """What is wrong with a whole number of vouchers below 1 or above the most there can be."""
    if number == 0:
        return Message("a row of 0 vouchers says nothing", "take the row out")
    if number < 0:
        how = f"write {-number}: whether they come or go is said by the event"
        return Message(f"{number} vouchers: the number cannot be negative", how)
    return Message(f"{number:,} vouchers are too many for one row", "correct the row")


# --- amount --------------------------------------------------------------------------------


def with_point(text: str) -> str:
    """An amount of a file whose cells no comma parts, with a decimal point: `1.234,50` is 1234.50.

    Points before three digits mark thousands there: no amount has three decimals.
    """

    def plain(found: re.Match[str]) -> str:
        return re.sub(r"[. ']", "", found[1]) + (f".{found[2]}" if found.re is _COMMA else "")

    return _THOUSANDS.sub(plain, _COMMA.sub(plain, text))


def parse_amount(text: str, currency: str) -> int | None:
    """The money that a cell says, in minor units of `currency`; None where it says none."""
    digits = minor_digits(currency)
    if (plain := _DECIMAL.fullmatch(text)) and len(plain[2] or "") <= digits:
        return int(plain[1] + (plain[2] or "").ljust(digits, "0"))
    mark = _NUMERALS.sub("", text)
    if mark and not _stands_for(mark, currency):
        return None
    try:
        minor = _money(_joined(text), currency) * 10**digits
    except ValueProblems:
        return None
    return int(minor) if minor.denominator == 1 and minor >= 0 else None


def amount_message(text: str, currency: str) -> Message:
    """What is wrong with a cell that `parse_amount` does not read."""
    digits = minor_digits(currency)
    how = f"write what was paid for the row's vouchers, in {currency}"
    try:
        number = _money(_joined(text), currency)
    except ValueProblems as error:
        return Message(error.problems[0].message, how)
    if number < 0:
        how = "write it without the minus: whether it comes or goes is said by the event"
        return Message(f"the amount {quoted(text.strip())} is negative", how)
    if (number * 10**digits).denominator == 1:
        # 4e1 or 80/2, which a scenario may say and a register has no reason to.
        return Message(f"{quoted(text.strip())} is not written as an amount of money", how)
    message = f"the amount {quoted(text.strip())} is not in whole minor units of {currency}"
    return Message(message, f"write it with {digits} decimals at most")


def shown_amount(minor: int, digits: int) -> str:
    """An amount as a register has it: `41.00`."""
    whole, part = divmod(minor, 10**digits)
    return f"{whole}.{part:0{digits}d}" if digits else str(whole)


def _money(text: str, currency: str) -> Fraction:
    """An amount of money as scenarios write it, exactly; raises ValueProblems."""
    amount = split_amount(text, MONEY)
    amount_value(amount, MONEY, currency)
    return amount.number


@lru_cache(maxsize=1000)
def _stands_for(mark: str, currency: str) -> bool:
    return currency in currencies_of(mark)


def _joined(text: str) -> str:
    """`text` without the blanks that mark thousands: `1 000.00` is 1000.00."""
    return re.sub(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))", "", normalised(text))

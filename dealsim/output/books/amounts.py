"""Amounts of the books, which are whole minor units, in units of the currency and in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealsim.books import Liability
from dealsim.output.drawing.wording import amount, is_nil
from dealsim.units import format_money, minor_digits


def units(found: Liability, minor: NDArray[Any]) -> NDArray[np.float64]:
    """Whole minor units in units of the currency."""
    return minor / 10.0 ** minor_digits(found.scenario.currency)


def rounded(minor: float, digits: int) -> float:
    """Minor units as JSON has them: in units of the currency with its `digits`; NaN stays so."""
    return round(round(minor) / 10.0**digits, digits) if np.isfinite(minor) else float("nan")


def money(found: Liability, minor: float, cents: bool = False) -> str:
    """Minor units as money."""
    currency = found.scenario.currency
    return format_money(minor / 10.0 ** minor_digits(currency), currency, cents=cents)


def sentence_money(found: Liability, value: float) -> str:
    """Units of the currency as money for a title; "nothing" where it reads as that."""
    currency = found.scenario.currency
    return "nothing" if is_nil(value, currency) else amount(value, currency)


def long_day(value: date) -> str:
    """`4 September 2011`."""
    return f"{value.day} {value:%B %Y}"

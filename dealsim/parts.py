"""Amounts told as parts of a whole, where nobody shall read how much money it is.

What they are parts of takes the place of the currency. They are no currencies: no scenario can be
written in them (`dealsim.scenario.in_parts` makes one).
"""

from __future__ import annotations

import math

PARTS = (
    "% of a year's turnover",
    "% of the face value of all vouchers sold",
    "% of an ordinary bill",
)
"""What an amount may be told as a part of."""

WHOLE = 1e6
"""What the whole is, in units of money that are parts of it: so many that none is rounded away."""

PART_DIGITS = 4
"""Decimal digits of the smallest such amount."""


def format_part(amount: float) -> str:
    """An amount in per cent of the whole, in three digits that count: `12.3 %`, `0.00123 %`."""
    percent = 100 * amount / WHOLE
    if abs(percent) < 5e-7:
        return "0 %"
    decimals = max(0, 2 - math.floor(math.log10(abs(percent))))
    text = f"{percent:,.{decimals}f}"
    return f"{text.rstrip('0').rstrip('.') if decimals else text} %"

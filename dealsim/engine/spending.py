"""What customers spend beyond their voucher: as stated, or by the bill around the usual ticket."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dealsim.engine.draws import Array
from dealsim.uncertain import Excess


@dataclass(frozen=True)
class OverspendParameters:
    """Spending beyond a base: the chance of it, and mean and coefficient of variation of the
    amount, of those who do."""

    chance: Array
    amount: Array
    cv: Array


def stated_or(by_bill: Excess, chance: Array, amount: Array, cv: Array) -> OverspendParameters:
    """What a segment states, and by its bill what it does not (nan)."""
    open_amount = np.isnan(amount)
    return OverspendParameters(
        np.where(np.isnan(chance), by_bill.chance, chance),
        np.where(open_amount, by_bill.mean, amount),
        np.where(open_amount, by_bill.cv, cv),
    )

"""The typical future: what each amount is where the deal comes out in the middle."""

from __future__ import annotations

import numpy as np

from dealsim.engine import Array

NEAR = 0.1
"""Share of the futures, those nearest the middle one, that the typical future is made of."""
AT_LEAST = 50
"""Futures it is made of where there are as many."""


def typical_weights(profit: Array) -> Array:
    """The weight of each trial in the typical future, (trial,); they sum to 1.

    Medians of lines do not add up to the median of their sum. The average of the futures whose
    `profit` is nearest its median does, nearly; a slope over them (a local linear regression of
    each line on profit, read off at the median) makes `weights @ profit` the median itself.
    """
    middle = float(np.median(profit))
    near = np.argsort(np.abs(profit - middle), kind="stable")
    near = near[: max(round(NEAR * profit.size), AT_LEAST)]
    away = profit[near] - profit[near].mean()
    spread = float(away @ away)
    slope = (middle - float(profit[near].mean())) / spread if spread > 0 else 0.0
    weights = np.zeros(profit.size)
    weights[near] = 1.0 / near.size + slope * away
    return weights

"""What gamma amounts exceed a limit by: how often, and how much then."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_HARDLY_EVER = 1e-9
"""Chances below this are nil: an excess given them is lost in rounding."""


class Excess(NamedTuple):
    """The chance that an amount exceeds a limit; mean and coefficient of variation of what it
    exceeds it by, of those that do (0 where none does)."""

    chance: Array
    mean: Array
    cv: Array


def excess(mean: Array, cv: Array, limit: Array) -> Excess:
    """Of amounts Gamma(mean, cv) over a limit, both at least 0 (docs/model.md, 7.6 and 7.7).

    The arrays broadcast. A cv of 0 is the fixed amount `mean`, a cv of 1 the exponential, whose
    excess is the same exponential.
    """
    from scipy.special import gammaincc, gammaln

    mean, cv, limit = np.broadcast_arrays(mean, cv, limit)
    fixed = (cv <= 0) | (mean <= 0)
    shape = 1.0 / np.square(np.where(fixed, 1.0, cv))
    scaled = limit / np.where(fixed, 1.0, mean / shape)
    chance = gammaincc(shape, scaled)
    # the tails of one and two shapes more, by recurrence: Q(k + 1, x) = Q(k, x) + x^k e^-x / k!
    with np.errstate(divide="ignore"):
        step = np.exp(shape * np.log(scaled) - scaled - gammaln(shape + 1.0))
    hardly = chance < _HARDLY_EVER
    ratio = step / np.where(hardly, 1.0, chance)
    first = mean * (1.0 + ratio)
    second = mean**2 * (1.0 + cv**2) * (1.0 + ratio * (1.0 + scaled / (shape + 1.0)))
    over = np.where(fixed, mean, first) - limit
    spread = np.where(fixed, 0.0, np.sqrt(np.maximum(0.0, second - first**2)))
    never = (over <= 0) | (~fixed & hardly)
    return Excess(
        np.where(never, 0.0, np.where(fixed, 1.0, chance)),
        np.where(never, 0.0, over),
        np.where(never, 0.0, spread / np.where(never, 1.0, over)),
    )

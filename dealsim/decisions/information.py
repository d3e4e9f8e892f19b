"""The value of information: what knowing an input before signing would be worth, in money.

Options are to sign, to do nothing, and the alternatives. Each future counts with its conditional
mean (`dealsim.simulation.conditional_means`), so that luck, which nobody can learn beforehand, is
not sold as information. EVPI = E max_d NB_d - max_d E NB_d; EVPPI of an input by regression of
the benefits on it (Strong, Oakley and Brennan 2014), cross-fitted: the best option for a value is
learnt on one half of the futures and valued on the other, so that noise is not taken for knowledge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dealsim.engine import Array

KNOTS = 6
"""Pieces of the regression spline between its outer knots, at quantiles of the input."""
TAIL = 0.02
"""Share of the futures beyond each outer knot."""
LEAST = 40
"""Futures in a fold below which there is nothing to learn from."""
SURE = 1.96
"""Standard errors that a value must be above nil to be told."""


@dataclass(frozen=True)
class Worth:
    """A value of information and its standard error; `told` is nil where that is not beyond it."""

    value: float
    se: float

    @property
    def told(self) -> float:
        """The value, 0 where its 95 % interval covers 0."""
        return self.value if self.value > SURE * self.se else 0.0


def perfect_information(benefits: Array) -> Worth:
    """EVPI: what knowing every input would be worth. `benefits` are (option, future).

    Nothing is regressed: the best option of each future is known.
    """
    gain = benefits.max(axis=0) - benefits[np.argmax(benefits.mean(axis=1))]
    return Worth(float(gain.mean()), _error(gain))


def partial_information(x: Array, benefits: Array) -> Worth:
    """EVPPI: what knowing the input with values `x`, (future,), would be worth; `benefits` are
    (option, future).

    The gain over the option that is best without knowing, on futures that the choice was not
    learnt from; unbiased for the choice learnt, hence not above the truth in the mean.
    """
    n = len(x)
    if n < 2 * LEAST or np.all(x == x[0]):
        return Worth(0.0, 0.0)
    basis = spline(x)
    fold = np.arange(n) % 2
    gain = np.zeros(n)
    for k in (0, 1):
        learn, value = fold != k, fold == k
        best = int(np.argmax(benefits[:, learn].mean(axis=1)))
        fitted, *_ = np.linalg.lstsq(basis[learn], benefits[:, learn].T, rcond=None)
        chosen = np.argmax(basis[value] @ fitted, axis=1)
        mine = benefits[:, value]
        gain[value] = mine[chosen, np.arange(mine.shape[1])] - mine[best]
    return Worth(float(gain.mean()), _error(gain))


def spline(x: Array) -> Array:
    """A natural cubic spline of the input with knots at its quantiles, (future, term), on a common
    scale: straight beyond the outer knots, so that a few far values bend nothing (Hastie,
    Tibshirani and Friedman 2009, eq. 5.4)."""
    scaled = (x - x.mean()) / (x.std() or 1.0)
    levels = np.linspace(TAIL, 1.0 - TAIL, KNOTS + 1)
    knots = np.unique(np.quantile(scaled, levels))
    if len(knots) < 3:
        return np.column_stack([np.ones_like(scaled), scaled])
    last = knots[-1]

    def bent(knot: float) -> Array:
        cubes = np.maximum(0.0, scaled - knot) ** 3 - np.maximum(0.0, scaled - last) ** 3
        return np.asarray(cubes / (last - knot))

    before = bent(knots[-2])
    return np.column_stack(
        [np.ones_like(scaled), scaled, *(bent(knot) - before for knot in knots[:-2])]
    )


def _error(values: Array) -> float:
    return float(values.std(ddof=1) / math.sqrt(len(values))) if len(values) > 1 else 0.0

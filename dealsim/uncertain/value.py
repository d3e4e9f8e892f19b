"""An uncertain value: a distribution, with the words and the source it came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dealsim.uncertain.distributions import Choices, Constant, Data, Distribution
from dealsim.units import finite_number, plain_number

TRIM = 1e-9
"""Chance beyond a field's limits that a family may have; it is moved to the limit."""


@dataclass(frozen=True)
class Uncertain:
    """A number we may be unsure of.

    Shares are of 1, durations in days, money in currency units. Two values are equal where they
    are distributed alike, whatever the words. With `trimmed`, the outermost 1e-9 of chance at
    either end, which may lie outside the limits of the field, is drawn at its edge.
    """

    distribution: Distribution
    written: str = field(default="", compare=False)
    source: str | None = field(default=None, compare=False)
    trimmed: bool = False

    @property
    def family(self) -> str:
        """`constant`, `uniform`, `triangular`, `pert`, `normal`, `lognormal`, `beta`,
        `logit-normal`, `gamma`, `choices` or `data`."""
        return self.distribution.family

    @property
    def parameters(self) -> Mapping[str, float]:
        """The family's parameters by name; of choices, the probability of each value."""
        return self.distribution.parameters

    @property
    def values(self) -> tuple[float, ...]:
        """The possible values in ascending order, where they are listed; else empty."""
        return self.distribution.values if isinstance(self.distribution, Data | Choices) else ()

    @property
    def is_constant(self) -> bool:
        """Whether it can take one value only."""
        low, high = self.distribution.support()
        return low == high

    def mean(self) -> float:
        """The mean, exact (logit-normal: to 1e-10 by integration)."""
        return self.distribution.mean()

    def ppf(self, u: ArrayLike) -> NDArray[np.float64]:
        """The inverse CDF at `u`, 0 < u < 1, any shape, kept; non-decreasing in `u`."""
        uniforms = np.asarray(u, dtype=np.float64)
        if self.trimmed:
            uniforms = np.clip(uniforms, TRIM, 1 - TRIM)
        return self.distribution.ppf(uniforms)

    def quantile(self, p: float) -> float:
        """The value that a draw stays at or below with chance `p`, 0 < p < 1."""
        return float(self.ppf(p))

    def describe(self) -> dict[str, object]:
        """Family, parameters, mean, 5 % and 95 % quantile and source, ready for JSON."""
        return {
            "family": self.family,
            "parameters": dict(self.parameters),
            "mean": self.mean(),
            "p5": self.quantile(0.05),
            "p95": self.quantile(0.95),
            "source": self.source,
        }


def constant(value: float, written: str | None = None, source: str | None = None) -> Uncertain:
    """A certain number, as a value; ValueError where it is not finite."""
    number = finite_number(value)
    return Uncertain(Constant(number), plain_number(number) if written is None else written, source)


def from_values(values: Iterable[float], written: str = "", source: str | None = None) -> Uncertain:
    """The empirical distribution of `values`, at least one; ValueError where one is not finite."""
    numbers = tuple(sorted(finite_number(value) for value in values))
    if not numbers:
        raise ValueError("there are no values")
    return Uncertain(Data(numbers), written, source)

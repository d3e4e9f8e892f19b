"""Families of distributions: inverse CDF, mean and support.

Each family is a small frozen dataclass of its parameters. Inverse CDFs are exact, through
scipy.special, which is imported only when a family that needs it is evaluated; scipy.stats is
never needed. How a user's words become a family is not decided here but in `value`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from dealsim.units import plain_number

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Distribution(ABC):
    """A distribution of one number."""

    family: ClassVar[str]

    @property
    def parameters(self) -> Mapping[str, float]:
        """The parameters by name, a new mapping."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @abstractmethod
    def mean(self) -> float:
        """The exact mean."""

    @abstractmethod
    def ppf(self, u: Array) -> Array:
        """The inverse CDF at `u`, 0 < u < 1, any shape, kept; non-decreasing in `u`."""

    @abstractmethod
    def support(self) -> tuple[float, float]:
        """The least and the greatest value, infinite where there is none."""


@dataclass(frozen=True)
class Constant(Distribution):
    """A certain number."""

    family = "constant"
    value: float

    def mean(self) -> float:
        return self.value

    def ppf(self, u: Array) -> Array:
        return np.full(u.shape, self.value)

    def support(self) -> tuple[float, float]:
        return self.value, self.value


@dataclass(frozen=True)
class Uniform(Distribution):
    """Any value of [low, high], low < high, alike."""

    family = "uniform"
    low: float
    high: float

    def mean(self) -> float:
        return self.low + (self.high - self.low) / 2

    def ppf(self, u: Array) -> Array:
        return np.minimum(self.low + (self.high - self.low) * u, self.high)

    def support(self) -> tuple[float, float]:
        return self.low, self.high


@dataclass(frozen=True)
class Triangular(Distribution):
    """Density rising linearly from `low` to `likely` and falling to `high`; low < high."""

    family = "triangular"
    low: float
    likely: float
    high: float

    def mean(self) -> float:
        return self.low / 3 + self.likely / 3 + self.high / 3

    def ppf(self, u: Array) -> Array:
        width, left, right = self.high - self.low, self.likely - self.low, self.high - self.likely
        rising = self.low + np.sqrt(u * width * left)
        falling = self.high - np.sqrt((1 - u) * width * right)
        return np.clip(np.where(u * width < left, rising, falling), self.low, self.high)

    def support(self) -> tuple[float, float]:
        return self.low, self.high


@dataclass(frozen=True)
class Pert(Distribution):
    """A beta stretched over [low, high], low < high, with mean (low + 4 likely + high) / 6.

    Malcolm, Roseboom, Clark and Fazar (1959), Operations Research 7(5).
    """

    family = "pert"
    low: float
    likely: float
    high: float

    def mean(self) -> float:
        return self.low / 6 + self.likely * (4 / 6) + self.high / 6

    def ppf(self, u: Array) -> Array:
        width = self.high - self.low
        a = 1 + 4 * (self.likely - self.low) / width
        return np.minimum(self.low + width * Beta(a, 6 - a).ppf(u), self.high)

    def support(self) -> tuple[float, float]:
        return self.low, self.high


@dataclass(frozen=True)
class Normal(Distribution):
    """A normal with the given mean and standard deviation `sd` > 0."""

    family = "normal"
    mu: float
    sd: float

    @property
    def parameters(self) -> Mapping[str, float]:
        return {"mean": self.mu, "sd": self.sd}

    def mean(self) -> float:
        return self.mu

    def ppf(self, u: Array) -> Array:
        from scipy.special import ndtri

        return np.asarray(self.mu + self.sd * ndtri(u), dtype=np.float64)

    def support(self) -> tuple[float, float]:
        return -math.inf, math.inf


@dataclass(frozen=True)
class Lognormal(Distribution):
    """exp(N(mu, sigma)), sigma > 0: `mu` and `sigma` are those of the logarithm."""

    family = "lognormal"
    mu: float
    sigma: float

    def mean(self) -> float:
        return math.exp(self.mu + self.sigma**2 / 2)

    def ppf(self, u: Array) -> Array:
        return np.exp(Normal(self.mu, self.sigma).ppf(u))

    def support(self) -> tuple[float, float]:
        return 0.0, math.inf


@dataclass(frozen=True)
class LogitNormal(Distribution):
    """1 / (1 + exp(-N(mu, sigma))), sigma > 0: `mu` and `sigma` are those of the log-odds."""

    family = "logit-normal"
    mu: float
    sigma: float

    def mean(self) -> float:
        # No closed form. The integrand is analytic in the strip |Im z| < pi / sigma, where the
        # trapezoidal rule converges like exp(-2 pi * pi / (sigma h)): these steps reach 1e-15
        # (Trefethen and Weideman 2014, SIAM Review 56(3), theorem 5.1).
        from scipy.special import expit

        step = min(0.1, 0.4 / self.sigma)
        z = np.arange(-math.ceil(9 / step), math.ceil(9 / step) + 1) * step
        weights = np.exp(-z * z / 2)
        return float(np.sum(weights * expit(self.mu + self.sigma * z)) / np.sum(weights))

    def ppf(self, u: Array) -> Array:
        from scipy.special import expit

        return np.asarray(expit(Normal(self.mu, self.sigma).ppf(u)), dtype=np.float64)

    def support(self) -> tuple[float, float]:
        return 0.0, 1.0


@dataclass(frozen=True)
class Beta(Distribution):
    """A beta on [0, 1] with exponents a, b > 0; mean a / (a + b)."""

    family = "beta"
    a: float
    b: float

    def mean(self) -> float:
        return self.a / (self.a + self.b)

    def ppf(self, u: Array) -> Array:
        from scipy.special import betaincinv

        return np.asarray(betaincinv(self.a, self.b, u), dtype=np.float64)

    def support(self) -> tuple[float, float]:
        return 0.0, 1.0


@dataclass(frozen=True)
class Gamma(Distribution):
    """A gamma with mean `average` > 0 and coefficient of variation `cv` > 0 (shape 1 / cv^2)."""

    family = "gamma"
    average: float
    cv: float

    @property
    def parameters(self) -> Mapping[str, float]:
        return {"mean": self.average, "cv": self.cv}

    def mean(self) -> float:
        return self.average

    def ppf(self, u: Array) -> Array:
        from scipy.special import gammaincinv

        shape = self.cv**-2
        return np.asarray(self.average / shape * gammaincinv(shape, u), dtype=np.float64)

    def support(self) -> tuple[float, float]:
        return 0.0, math.inf


@dataclass(frozen=True)
class Choices(Distribution):
    """One of `values` (ascending, different), with `probabilities` > 0 that sum to 1."""

    family = "choices"
    values: tuple[float, ...]
    probabilities: tuple[float, ...]

    @property
    def parameters(self) -> Mapping[str, float]:
        return dict(zip(map(plain_number, self.values), self.probabilities, strict=True))

    def mean(self) -> float:
        return math.fsum(v * p for v, p in zip(self.values, self.probabilities, strict=True))

    def ppf(self, u: Array) -> Array:
        cumulative = np.cumsum(self.probabilities)[:-1]
        return np.array(self.values)[np.searchsorted(cumulative, u, side="left")]

    def support(self) -> tuple[float, float]:
        return self.values[0], self.values[-1]


@dataclass(frozen=True)
class Data(Distribution):
    """One of `values` (ascending), each as likely: the empirical distribution.

    Its inverse CDF is that of the step function: the k-th of n values for (k-1)/n < u <= k/n.
    """

    family = "data"
    values: tuple[float, ...]

    @property
    def parameters(self) -> Mapping[str, float]:
        return {"n": len(self.values), "min": self.values[0], "max": self.values[-1]}

    def mean(self) -> float:
        return math.fsum(self.values) / len(self.values)

    @cached_property
    def _array(self) -> Array:
        return np.array(self.values, dtype=np.float64)

    def ppf(self, u: Array) -> Array:
        n = len(self.values)
        # A hair is forgiven so that u = 0.07 of 100 values is the 7th (0.07 * 100 > 7 in floats).
        rank = np.ceil(u * n - 1e-9).astype(np.int64)
        return self._array[np.clip(rank - 1, 0, n - 1)]

    def support(self) -> tuple[float, float]:
        return self.values[0], self.values[-1]

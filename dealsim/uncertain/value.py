"""An uncertain value, a distribution with the words and the source it came from; and which family
stands behind an interval, percentiles, or a mean and standard deviation.

A central 90 % interval is a logit-normal for a share, a lognormal for a field that cannot be
negative, else a normal; an end equal to the field's own limit makes it uniform. Percentiles and
`{mean, sd}` follow the same choice, with a beta for a share given mean and sd.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dealsim.uncertain.distributions import (
    Beta,
    Choices,
    Constant,
    Data,
    Distribution,
    Gamma,
    LogitNormal,
    Lognormal,
    Normal,
    Uniform,
)
from dealsim.uncertain.field import Field
from dealsim.uncertain.problems import problem
from dealsim.units import finite_number, plain_number

TRIM = 1e-9
"""Chance beyond a field's limits that a family may have; it is moved to the limit."""

Z95 = 1.6448536269514722
"""The 95 % quantile of the standard normal."""

MOST_SIGMA = 2 * Z95
"""A lognormal wider than this has its mean above its own 95 % quantile."""

MOST_CV = 5.0
"""Widest gamma: above this nearly every draw is 0, and the rarest draws decide the mean."""

LEAST_CV = 1e-4
"""Narrowest gamma: below this the inverse CDF loses accuracy, and the spread means nothing."""

LEAST_EXPONENT, MOST_EXPONENT = 0.01, 1e8
"""Least and greatest exponents of a beta, for the same reasons; at 0.01 it is all 0 and 1."""

MOST_LOG_ODDS = 50.0
"""Widest logit-normal, in log-odds: nearly every draw is 0 or 1."""

_TOO_NARROW = "the spread is too small to mean anything"


@dataclass(frozen=True)
class Uncertain:
    """A number we may be unsure of.

    Shares are of 1, durations in days, money in currency units. Two values are equal where they
    are distributed alike, whatever the words. With `trimmed`, the outermost 1e-9 of chance at
    either end, which may lie outside the limits of the field, is drawn at its edge.
    """

    distribution: Distribution
    written: str = dataclasses.field(default="", compare=False)
    source: str | None = dataclasses.field(default=None, compare=False)
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


def from_interval(low: float, high: float, field: Field) -> Distribution:
    """The family whose 5 % and 95 % quantiles are `low` <= `high`, both within the limits."""
    if low == high:
        return Constant(low)
    if low == field.low or high == field.high:
        return Uniform(low, high)
    return _through(low, -Z95, high, Z95, field)


def from_percentiles(
    first: tuple[float, float], second: tuple[float, float], field: Field
) -> Distribution:
    """The family through two (percentile in per cent, value) pairs, in ascending order.

    Raises ValueProblems for a value at a limit of the field that the family never reaches.
    """
    (p, low), (q, high) = first, second
    if low == high:
        return Constant(low)
    for percent, value in (first, second):
        if (field.is_nonnegative and value == 0) or (field.is_share and value == 1):
            raise problem(
                f"p{percent:g} is {field.show(value)}, the limit itself, which draws never reach",
                "write a uniform instead: {dist: uniform, low: , high: }",
            )
    standard = NormalDist()
    return _through(low, standard.inv_cdf(p / 100), high, standard.inv_cdf(q / 100), field)


def _through(low: float, z_low: float, high: float, z_high: float, field: Field) -> Distribution:
    """The family with value `low` at the standard normal's `z_low` and `high` at `z_high`."""
    if field.is_share:
        return LogitNormal(*_line(_log_odds(low), z_low, _log_odds(high), z_high))
    if field.is_nonnegative:
        return Lognormal(*_line(math.log(low), z_low, math.log(high), z_high))
    return Normal(*_line(low, z_low, high, z_high))


def _line(low: float, z_low: float, high: float, z_high: float) -> tuple[float, float]:
    """Mean and standard deviation of the normal through two quantiles."""
    sigma = (high - low) / (z_high - z_low)
    return (low * z_high - high * z_low) / (z_high - z_low), sigma


def _log_odds(share: float) -> float:
    return math.log(share) - math.log1p(-share)


def from_mean_sd(mean: float, sd: float, field: Field) -> Distribution:
    """The field's family with this mean, within the limits, and standard deviation `sd` >= 0."""
    if sd == 0:
        return Constant(mean)
    if field.is_share:
        spread = mean * (1 - mean)
        if sd * sd >= spread:
            most = field.show(float(f"{math.sqrt(spread):.3g}"))
            raise problem(
                f"a share of mean {field.show(mean)} cannot have a standard deviation of "
                f"{field.show(sd)}: it must be below {most}",
                "give a smaller sd, or a range such as 20% to 60%",
                "sd",
            )
        return _beta_of(mean, spread / (sd * sd) - 1, sd, field)
    if field.is_nonnegative:
        return lognormal_of(mean, sd)
    return Normal(mean, sd)


def _beta_of(mean: float, size: float, sd: float, field: Field) -> Beta:
    """The beta with this mean and sum of exponents `size`, if it can be computed."""
    exponents = mean * size, (1 - mean) * size
    if min(exponents) < LEAST_EXPONENT:
        raise problem(
            f"with a standard deviation of {field.show(sd)} "
            "nearly every draw would be 0 % or 100 %",
            "give a smaller sd, or {choices: {0: 30%, 1: 70%}}",
            "sd",
        )
    if max(exponents) > MOST_EXPONENT:
        raise problem(f"{_TOO_NARROW} ({field.show(sd)})", "write the mean alone", "sd")
    return Beta(*exponents)


def lognormal_of(mean: float, sd: float) -> Lognormal:
    """The lognormal with this mean > 0 and standard deviation > 0 of the variable itself."""
    if mean <= 0:
        raise problem(
            f"the mean of a lognormal must be above 0, not {mean:g}", "give a mean above 0", "mean"
        )
    variance = math.log1p((sd / mean) ** 2)
    return Lognormal(math.log(mean) - variance / 2, math.sqrt(variance))


def gamma_of(mean: float, cv: float) -> Gamma:
    """The gamma with this mean > 0 and coefficient of variation > 0."""
    if mean <= 0:
        raise problem(
            f"the mean of a gamma must be above 0, not {mean:g}", "give a mean above 0", "mean"
        )
    if cv < LEAST_CV:
        raise problem(f"{_TOO_NARROW} (cv {cv:g})", "write the mean alone", "cv")
    if cv > MOST_CV:
        raise problem(
            f"a coefficient of variation of {cv:g} is too wide: nearly every draw would be near 0",
            f"write a cv of at most {MOST_CV:g}",
            "cv",
        )
    return Gamma(mean, cv)


def fit_to(distribution: Distribution, field: Field) -> bool:
    """Check that the distribution stays within the field's limits and has a usable mean.

    Returns whether its support leaves the limits, by at most 1e-9 of chance at either end, so
    that it has to be trimmed. Raises ValueProblems where more than that lies outside.
    """
    if isinstance(distribution, Lognormal) and distribution.sigma > MOST_SIGMA:
        raise problem(
            "this lognormal is so wide that its mean lies above its own 95 % quantile: "
            "the rarest draws would decide every result",
            "narrow it, or write {dist: uniform, low: , high: }",
        )
    if isinstance(distribution, LogitNormal) and distribution.sigma > MOST_LOG_ODDS:
        raise problem(
            "nearly every draw would be 0 % or 100 %",
            "give closer values, or percentiles further apart",
        )
    low, high = distribution.support()
    # The ends of a continuous family are never drawn: they may lie on an open limit.
    atoms = isinstance(distribution, Constant | Choices | Data)
    limits = field if atoms else field.closed()
    if limits.contains(low) and limits.contains(high):
        return False
    if field.clipped:
        if not field.contains(distribution.mean()):
            raise problem(
                f"the mean, {field.show(distribution.mean())}, must be {field.limits()}",
                f"expected {field.name()}, {field.limits()}",
            )
        return False
    edges = distribution.ppf(np.array([TRIM, 1 - TRIM]))
    if field.contains(float(edges[0])) and field.contains(float(edges[1])):
        return True
    raise problem(_outside(distribution, field), _instead(distribution, field))


def _outside(distribution: Distribution, field: Field) -> str:
    """What lies outside the limits, and how much."""
    if isinstance(distribution, Data | Choices):
        wrong = [value for value in distribution.values if not field.contains(value)]
        count = "one of the values" if len(wrong) == 1 else f"{len(wrong):,} of the values"
        verb = "is" if len(wrong) == 1 else "are"
        return f"{count} {verb} not {field.limits()}, such as {field.show(wrong[0])}"
    if isinstance(distribution, Constant):
        return f"{field.show(distribution.value)} is not {field.limits()}"
    below = 0.0 if field.low is None else _chance_below(field.low, distribution)
    above = 0.0 if field.high is None else 1 - _chance_below(field.high, distribution)
    share = f"{100 * (below + above):.2g} %"
    return f"{share} of the draws of this {distribution.family} are not {field.limits()}"


def _chance_below(value: float, distribution: Distribution) -> float:
    """The chance of a draw below `value`, to 1e-12: where the inverse CDF crosses it."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        below = float(distribution.ppf(np.array(middle))) < value
        low, high = (middle, high) if below else (low, middle)
    return low


def _instead(distribution: Distribution, field: Field) -> str:
    """What to write instead of a family that leaves the limits."""
    if isinstance(distribution, Constant | Data | Choices):
        return f"expected {field.name()}, {field.limits()}"
    if field.is_share:
        return "write {mean: , sd: } without dist (a beta), or a range such as 20% to 60%"
    if field.is_nonnegative and field.low == 0 and field.high is None:
        return "use {dist: lognormal, mean: , sd: } or {dist: gamma, mean: , cv: }"
    return "write {low: , likely: , high: } or {dist: uniform, low: , high: } within the limits"

"""Precision: as many futures as it takes for a mean to be known as well as asked.

What is asked is half the width of the mean's 95 % interval: an amount, or a share of the mean
itself. Futures are added in blocks until it is reached, those of `trials` as many, so that the
result is that of a run with that number. How many more are wanted is read off what there is, which
is the same whoever computed it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np

from dealsim.engine import Array, Clock, inputs_of
from dealsim.errors import UsageError
from dealsim.results import Gathered, Measured
from dealsim.results.precise import PreciseMean
from dealsim.scenario import Scenario
from dealsim.simulation.chunked import Chunk
from dealsim.simulation.control import (
    FEWEST_POINTS,
    MOST_POINTS,
    SCRAMBLINGS,
    MeanOfMeans,
    mean_of_means,
)
from dealsim.simulation.jobs import Job
from dealsim.simulation.limits import memory_needed, memory_there
from dealsim.simulation.means import MeanJob
from dealsim.streams import CHUNK
from dealsim.units import currencies_of, exact_number, quoted

FIRST = 10_000
"""Futures of the first block: no figure is worse than that of a run that asks for nothing."""
MOST = 1_000_000
"""Futures at most, unless told."""
ROOM = 1.05
"""More futures than are reckoned to be needed, since their spread is an estimate."""
TIMES = 4
"""At most so many times as many futures as there are, in one block: the spread may be wrong."""
WORTH = 1.5
"""Variance reduction from which the control variate is worth its cost, a third of a future."""
PART = 0.25
"""Share of the allowed variance that the mean of conditional means may take."""
COVERAGE = 0.975
"""Of the interval: 95 %, as much on either side."""


@dataclass(frozen=True)
class Precision:
    """Half the width that the 95 % interval of a mean shall have at most: `size` in the metric's
    unit, or where `is_share` of the mean itself (0.01 is 1 %); `written` as the user wrote it.

    `planned`, where given, is told how many futures it will likely take.
    """

    size: float
    is_share: bool
    written: str
    metric: str = "incremental_profit"
    planned: Callable[[int], None] | None = field(default=None, compare=False)

    def allowed(self, mean: float) -> float:
        """Half the width that is allowed about a mean."""
        return self.size * abs(mean) if self.is_share else self.size


def read_precision(asked: Precision | str | float, currency: str | None = None) -> Precision:
    """What is asked for with `1%`, `50`, `$50` or a number (an amount).

    Raises UsageError with a sentence for any other text, for nothing, a negative or an endless
    number, for 100 % or more, and for the money of another than `currency`.
    """
    if isinstance(asked, Precision):
        return asked
    written = f"{asked:g}" if isinstance(asked, int | float) else asked.strip()
    is_share = written.endswith("%")
    bare = written.removesuffix("%").strip()
    sign = bare[: len(bare) - len(bare.lstrip("$£€¥ABCDEFGHIJKLMNOPQRSTUVWXYZ "))].strip()
    try:
        size = float(exact_number(bare[len(sign) :].strip())) / (100 if is_share else 1)
    except (ValueError, OverflowError):
        size = math.nan
    if not (math.isfinite(size) and size > 0 and not (is_share and sign)):
        raise UsageError(
            f"a precision is a share of the result, as 1%, or an amount above 0, as 50, not "
            f"{quoted(written)}"
        )
    if is_share and size >= 1:
        raise UsageError(f"a precision of {written} says nothing: ask for less than 100%")
    if sign and currency is not None and currency not in currencies_of(sign):
        raise UsageError(f"a precision in {sign} of a scenario in {currency}: leave the sign out")
    return Precision(size, is_share, written)


def most_trials(trials: int | None, scenario: Scenario, clock: Clock, keep: Collection[str]) -> int:
    """Futures at most: those told, or `MOST`, as far as they fit into memory; raises UsageError
    where these are too few to have an error."""
    if trials is not None:
        if trials < 2:
            raise UsageError("one future has no error: give more trials, or no precision")
        return trials
    most, there = MOST, memory_there()
    while most > FIRST and memory_needed(scenario, clock, most, keep) > there:
        most = most // (2 * CHUNK) * CHUNK
    return most


def precisely(
    asked: Precision,
    job: Job,
    work: Chunk,
    most: int,
    workers: int | None,
    executor: Executor | None,
) -> tuple[Chunk, Precisely]:
    """The work of a chunk with what is needed beside it, and who says how many there shall be."""
    if not inputs_of(job.scenarios):  # all is luck: there is nothing to control
        return work, Precisely(asked, most, None)
    means = MeanJob(job.scenarios, job.clock, job.seed, job.provider, frozenset())

    def by_points(points: int) -> MeanOfMeans:
        return mean_of_means(means, asked.metric, points, workers, executor)

    return WithMeans(work, means, asked.metric), Precisely(asked, most, by_points)


class Precisely:
    """How many futures there shall be: asked after each block (`chunked.More`).

    `means` reckons the mean of conditional means by sets of so many points; without it the plain
    mean is taken. The last of the worlds then has the conditional means of the first one's futures.
    """

    def __init__(
        self, asked: Precision, most: int, means: Callable[[int], MeanOfMeans] | None
    ) -> None:
        self.asked, self.most, self._means = asked, most, means
        self._control: MeanOfMeans | None = None
        self._decided = means is None
        self.found: PreciseMean | None = None

    @property
    def first(self) -> int:
        """Futures of the first block."""
        return min(FIRST, self.most)

    def __call__(self, worlds: Sequence[Gathered], done: int) -> int:
        values = worlds[0].metric(self.asked.metric, done)
        if np.isnan(values).any():
            raise UsageError(
                f"{self.asked.metric} is undefined in some futures: its mean has no precision"
            )
        if not self._decided:
            self._decide(values - worlds[-1].metric(self.asked.metric, done), values)
        if self._control is None:
            self.found, wanted = self._told(values, values, done)
        else:
            beyond = values - worlds[-1].metric(self.asked.metric, done)
            self.found, wanted = self._told(values, beyond, done)
            while self._is_points_error_large() and self._doubled():
                self.found, wanted = self._told(values, beyond, done)
        if self.found.is_reached or done >= self.most:
            return done
        blocks = math.ceil(min(ROOM * wanted, TIMES * done) / CHUNK)
        asked = min(max(blocks * CHUNK, done + CHUNK), self.most)
        if self.asked.planned:
            self.asked.planned(asked)
        return asked

    def _decide(self, beyond: Array, values: Array) -> None:
        """Whether the conditional means help, from the first block; for good, so that a result does
        not choose its own method."""
        self._decided = True
        if len(values) > 1 and values.var() > WORTH * beyond.var():
            assert self._means is not None
            self._control = self._means(FEWEST_POINTS)

    def _told(self, values: Array, beyond: Array, done: int) -> tuple[PreciseMean, float]:
        """What is known, and how many futures would be enough."""
        own = float(beyond.var(ddof=1)) if done > 1 else math.inf
        plain = float(values.var(ddof=1)) if done > 1 else math.inf
        control = self._control or MeanOfMeans(0.0, 0.0, 0)
        mean = float(beyond.mean()) + control.value
        variance = own / done + control.variance
        reach = _reach(own / done, done - 1, control.variance, SCRAMBLINGS - 1)
        found = PreciseMean(
            self.asked.metric,
            self.asked.written,
            mean,
            math.sqrt(variance),
            reach * math.sqrt(variance),
            self.asked.allowed(mean),
            done,
            self.most,
            "plain mean" if self._control is None else "control variate",
            math.sqrt(plain / done),
            plain / done / variance if variance > 0 else 1.0,
            control.points,
            SCRAMBLINGS if control.points else 0,
        )
        left = (found.allowed / reach) ** 2 - control.variance
        return found, own / left if left > 0 else math.inf

    def _is_points_error_large(self) -> bool:
        assert self._control is not None and self.found is not None
        if self.found.is_reached:
            return False
        error = self.found.allowed / self.found.half_width * self.found.se
        return self._control.variance > PART * error**2

    def _doubled(self) -> bool:
        """Twice as many points, if there may be more."""
        assert self._control is not None and self._means is not None
        points = 2 * self._control.points // SCRAMBLINGS
        if points > MOST_POINTS:
            return False
        self._control = self._means(points)
        return True


def _reach(first: float, freedom: int, second: float, other: int) -> float:
    """Standard errors to either side of the interval about a sum of two estimates with these
    squared errors and degrees of freedom (Welch 1947)."""
    from scipy.special import stdtrit

    if freedom < 1:
        return math.inf
    if first + second == 0:
        return 1.96
    whole = (first + second) ** 2 / (first**2 / freedom + second**2 / other)
    return float(stdtrit(whole, COVERAGE))


@dataclass(frozen=True)
class WithMeans:
    """A chunk's work, and after it a metric's conditional means of the first world's futures."""

    work: Chunk
    means: Chunk
    metric: str

    def __call__(self, chunk: int) -> list[tuple[Mapping[str, Array], Measured]]:
        ((_, found),) = self.means(chunk)
        return [*self.work(chunk), ({}, Measured({self.metric: found.metrics[self.metric]}))]

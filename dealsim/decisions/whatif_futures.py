"""Futures that stand for all of a run, and their conditional means under other terms.

A what-if looks at many settings, and at fewer futures than a run has: one of each of many equal
parts of the run's futures, cut by the profit and by the inputs that matter.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from dealsim.decisions.curve import restated
from dealsim.engine import Array, Streams, correlate
from dealsim.results import Result
from dealsim.scenario import Scenario
from dealsim.simulation import chance_spread, conditional_means
from dealsim.streams import CHUNK, chunks

PROFIT = "incremental_profit"
LUCKY = 500
"""Futures, at most, that say how much chance does."""

T = TypeVar("T")
Point = Mapping[str, float]
Places = NDArray[np.int64]


def representative(columns: Sequence[Array], count: int) -> Places:
    """Places of `count` futures that stand for all, (count,), ascending: the futures are halved by
    the columns in turn, (trial,) each, until there are as many parts of equal size as wanted, and
    the first future of each part is taken. All, where there are no more.

    It is a stratified sample: a mean over it has the error of what varies within the parts only.
    """
    everything = np.arange(len(columns[0]))
    if count >= len(everything):
        return everything
    found: list[int] = []
    _part(columns, everything, count, 0, found)
    return np.array(sorted(found))


def _part(
    columns: Sequence[Array], members: Places, count: int, depth: int, found: list[int]
) -> None:
    if count == 1:
        found.append(int(members.min()))
        return
    column = columns[depth % len(columns)]
    ordered = members[np.argsort(column[members], kind="stable")]
    half = count // 2
    cut = round(len(ordered) * half / count)
    _part(columns, ordered[:cut], half, depth + 1, found)
    _part(columns, ordered[cut:], count - half, depth + 1, found)


@dataclass(frozen=True, eq=False)
class SharedFutures:
    """Some futures of a run, by the ranks of their inputs: what a scenario states alike has the
    same value in them under whatever other terms. A provider of uniforms."""

    seed: int
    places: Places
    columns: Mapping[str, Array]

    def some(self, most: int) -> SharedFutures:
        """Every so many of them, `most` at most."""
        every = -(-len(self.places) // most)
        columns = {path: ranks[::every] for path, ranks in self.columns.items()}
        return SharedFutures(self.seed, self.places[::every], columns)

    def uniforms(self, path: str, chunk: int) -> Array:
        """Ranks of an input in these futures, filled up to a chunk with the median."""
        known = self.columns.get(path)
        if known is None:  # of an input that only the other terms have
            known = drawn(Streams(self.seed), path, int(self.places[-1]) + 1)[self.places]
        return np.concatenate([known, np.full(CHUNK - len(known), 0.5)])


def shared_futures(result: Result, places: Places) -> SharedFutures:
    """The futures of a result at these places, with the correlations that its inputs have."""
    streams, last = Streams(result.seed), int(places[-1]) + 1
    columns: dict[str, Array] = {}
    for place, deal in enumerate((result.scenario, *result.scenario.further)):
        prefix = f"campaigns.{place}." if place else ""
        ranks = {
            path: drawn(streams, f"{prefix}{path}", last)[places]
            for path, value in deal.numbers().items()
            if not value.is_constant
        }
        correlate(ranks, deal.correlations)
        columns |= {f"{prefix}{path}": uniforms for path, uniforms in ranks.items()}
    return SharedFutures(result.seed, places, columns)


def drawn(streams: Streams, path: str, trials: int) -> Array:
    """Uniforms of an input in the first trials of a run, (trials,)."""
    parts = [streams.uniforms(path, chunk) for chunk, _, _ in chunks(trials)]
    return np.concatenate(parts)[:trials]


def profits(
    scenario: Scenario,
    points: Sequence[Point],
    futures: SharedFutures,
    workers: int | None,
) -> Array:
    """Conditional mean of incremental_profit with the numbers of each point, (point, future).

    Correlations are in the ranks already, and none is lost where a number is held.
    """

    def at(point: Point) -> Array:
        trials = len(futures.places)
        _, means = conditional_means(
            _held(scenario, point), trials=trials, seed=futures.seed, workers=1, provider=futures
        )
        return means[PROFIT]

    return np.array(_each(at, points, workers))


def variances(
    scenario: Scenario,
    points: Sequence[Point],
    futures: SharedFutures,
    workers: int | None,
) -> Array:
    """Variance of what chance adds to incremental_profit with the numbers of each point, (point,),
    over some of the futures."""
    few = futures.some(LUCKY)

    def at(point: Point) -> float:
        trials = len(few.places)
        spread = chance_spread(
            _held(scenario, point), PROFIT, trials=trials, seed=few.seed, provider=few
        )
        return spread**2

    return np.array(_each(at, points, workers))


def _held(scenario: Scenario, point: Point) -> Scenario:
    """The scenario with the numbers of a point. The ranks are correlated already, and a number that
    is held loses none of that."""
    changes: dict[str, object] = {path: restated(path, value) for path, value in point.items()}
    return scenario.with_({**changes, "correlations": []})


def _each(work: Callable[[Point], T], points: Sequence[Point], workers: int | None) -> list[T]:
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        return list(pool.map(work, points))

"""The control variate: the expected interpreter at the same inputs (docs/model.md, 18).

Most of what differs between futures is what is not known (the inputs), not luck. The conditional
mean of a future, given its inputs, costs a fraction of the future. So its mean is taken over many
inputs, spread evenly by scrambled Sobol' points, and simulated futures only have to tell what they
are beyond their conditional means. Unbiased whatever the kinks, correlations and data files: the
points go through the same copula and inverse distribution functions as any uniforms.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from dealsim.engine import Array, Matrix, inputs_of
from dealsim.scenario import Scenario
from dealsim.simulation.chunked import run_chunks
from dealsim.simulation.means import MeanJob
from dealsim.streams import stream

SCRAMBLINGS = 16
"""Independent sets of points: their spread is the error of their mean."""
FEWEST_POINTS, MOST_POINTS = 256, 16_384
"""Points of a set, a power of two; doubled while their error matters."""


@dataclass(frozen=True)
class MeanOfMeans:
    """The mean of conditional means over the inputs, and its squared standard error, with
    `SCRAMBLINGS` - 1 degrees of freedom; `points` in all."""

    value: float
    variance: float
    points: int


def mean_of_means(
    job: MeanJob,
    metric: str,
    points: int,
    workers: int | None = None,
    executor: Executor | None = None,
) -> MeanOfMeans:
    """The mean of a metric's conditional means, by sets of `points` scrambled Sobol' points."""
    columns = sobol_points(job.scenarios, points, job.seed)
    job = replace(job, provider=Matrix(columns))
    _, (found,) = run_chunks(job, SCRAMBLINGS * points, workers, executor, None)
    means = found.metrics[metric].reshape(SCRAMBLINGS, points).mean(axis=1)
    variance = float(means.var(ddof=1)) / SCRAMBLINGS
    return MeanOfMeans(float(means.mean()), variance, SCRAMBLINGS * points)


def sobol_points(scenarios: Sequence[Scenario], points: int, seed: int) -> dict[str, Array]:
    """Uniforms of every input, (`SCRAMBLINGS` x points,) each by path: set by set, each an
    independent scrambling of the same points (Owen 1998)."""
    from scipy.stats import qmc  # noqa: TID251 - slow to import, and only where it is asked for

    paths = list(inputs_of(scenarios))
    sets = [
        qmc.Sobol(len(paths), scramble=True, seed=stream(seed, "sobol", number)).random(points)
        for number in range(SCRAMBLINGS)
    ]
    return dict(zip(paths, np.concatenate(sets).T, strict=True))

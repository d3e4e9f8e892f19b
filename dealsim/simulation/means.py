"""Conditional means: every future at its mean, given the inputs drawn for it.

What decisions search with: the expected interpreter at each trial's inputs costs a fraction of the
sampled one, has no luck in it, and has the inputs of the sampled trial of the same number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dealsim.engine import Array, MeanDraws, Provider, Streams, build_clock, run_chunk
from dealsim.results import Measured, measure
from dealsim.scenario import Scenario
from dealsim.simulation.chunked import run_chunks
from dealsim.simulation.jobs import Job
from dealsim.streams import CHUNK


@dataclass(frozen=True)
class MeanJob(Job):
    """One chunk's conditional means."""

    def __call__(self, chunk: int) -> list[tuple[Mapping[str, Array], Measured]]:
        context, drawn = self.chunk(chunk, whole=False)
        records = run_chunk(context, MeanDraws(context.trials), self.marks)
        return [(drawn, measure(records, context, self.keep))]


def chance_spread(
    scenario: Scenario, metric: str, *, trials: int, seed: int, provider: Provider
) -> float:
    """Standard deviation of what chance adds to a metric's conditional mean, over `trials` futures
    (up to a chunk) whose uniforms `provider` gives. Their draws are not those of `simulate`."""
    deals = (scenario, *scenario.further)
    clock, chance = build_clock(deals), list[Array]()
    for kind in (Job, MeanJob):
        job = kind(deals, clock, seed, provider, frozenset(), first=trials)
        _, (measured,) = run_chunks(job, trials, 1, None, None)
        chance.append(measured.metrics[metric])
    return float((chance[0] - chance[1]).std())


def conditional_means(
    scenario: Scenario,
    *,
    trials: int,
    seed: int,
    workers: int | None = None,
    provider: Provider | None = None,
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Uncertain inputs and metrics of each future at its mean, (trials,) each by path and name.

    Trial i has the inputs of trial i of `simulate` with the same seed. Nothing is rounded but
    demand. The mean of a metric over its trials is that of `simulate` where no kink binds
    (docs/model.md, 11); its spread is that which the inputs alone make.
    """
    deals = (scenario, *scenario.further)
    job = MeanJob(
        deals,
        build_clock(deals),
        seed,
        provider or Streams(seed),
        frozenset(),
        first=min(trials, CHUNK),
    )
    inputs, (measured,) = run_chunks(job, trials, workers, None, None)
    return inputs[0], measured.metrics

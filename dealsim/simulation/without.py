"""The same futures without what a crowd does: what `service`, `rating` and `engagement` change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from dealsim.engine import Array, Context
from dealsim.results.active import REPUTATION
from dealsim.scenario import Scenario
from dealsim.simulation.chunked import run_chunks
from dealsim.simulation.jobs import Job, make_context
from dealsim.streams import CHUNK

LOOKED_AT = CHUNK
"""Futures at most that are simulated without a crowd: enough for what it changes on average."""

KEPT_METRICS = ("incremental_profit",)
"""What is kept of them."""


@dataclass(frozen=True)
class CrowdlessJob(Job):
    """A job whose inputs and days are those of its scenarios, and in which the sections on a crowd
    do nothing: what they do not touch is drawn alike."""

    def context(self, values: Sequence[Mapping[str, Array]], trials: int, whole: bool) -> Context:
        plain = tuple(_without(one) for one in self.scenarios)
        return make_context(plain, self.clock, values, trials, whole=whole)


def without_crowd(
    job: Job, trials: int | None, workers: int | None = None, executor: Executor | None = None
) -> dict[str, Array]:
    """`KEPT_METRICS` of the first trials of a job without a crowd, (trials,) at most `LOOKED_AT`;
    with `trials` None, at the inputs' means. Nothing where it is not kept, where the job's scenario
    has no such section, or where it goes on from a register."""
    sections = any(getattr(job.scenarios[0], name) is not None for name in REPUTATION)
    if "without_crowd" not in job.keep or not sections or job.given is not None:
        return {}
    same = replace(job, keep=frozenset())
    plain = CrowdlessJob(**{name: getattr(same, name) for name in same.__dataclass_fields__})
    if trials is None:
        metrics = plain.mean().metrics
    else:
        _, (found,) = run_chunks(plain, min(trials, LOOKED_AT), workers, executor, None)
        metrics = found.metrics
    return {name: metrics[name] for name in KEPT_METRICS}


def _without(scenario: Scenario) -> Scenario:
    return scenario.model_copy(update=dict.fromkeys(REPUTATION))

"""Jobs: what one chunk of trials is worth doing, the same wherever it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from dealsim.engine import (
    Array,
    Clock,
    Context,
    History,
    MeanDraws,
    PairedDraws,
    Provider,
    RedemptionCurves,
    SampledDraws,
    World,
    at_means_of,
    build_clock,
    draw_campaigns,
    parameters,
    path_of,
    run_chunk,
    run_paired,
)
from dealsim.engine.draws import Drawn, Key
from dealsim.results import Measured, marks_of, measure
from dealsim.scenario import Scenario
from dealsim.streams import CHUNK
from dealsim.units import minor_digits


@dataclass(frozen=True)
class Conditioning:
    """What a register adds to a run (`dealsim.inference`).

    `as_of`, counted from the start, is the day before which the register knows what happened.
    With a `history` the run goes on from there; `inputs` are the values that it leaves of updated
    inputs, (n,) each by path, n at least 1: trial i takes the i-th, from the first again after n.
    """

    as_of: int
    history: History | None = None
    inputs: Mapping[str, Array] = field(default_factory=dict)

    def values(self, chunk: int) -> dict[str, Array]:
        """The updated inputs of a chunk's trials, (CHUNK,) each."""
        trials = chunk * CHUNK + np.arange(CHUNK)
        return {path: values[trials % len(values)] for path, values in self.inputs.items()}


def clock_of(scenarios: Sequence[Scenario], given: Conditioning | None) -> Clock:
    """The clock of a run of deals, or of what is left of one after a register."""
    if given is None:
        return build_clock(scenarios)
    return build_clock(scenarios, given.as_of, goes_on=given.history is not None)


@dataclass(frozen=True)
class Job:
    """One chunk's work, the same wherever it runs."""

    scenarios: tuple[Scenario, ...]
    clock: Clock
    seed: int
    provider: Provider
    keep: frozenset[str]
    given: Conditioning | None = None
    first: int = field(default_factory=lambda: CHUNK)
    """Trials of a chunk that are run, from its first on: all, unless no more are asked for."""

    def __call__(self, chunk: int) -> list[tuple[Mapping[str, Array], Measured]]:
        context, drawn = self.chunk(chunk)
        draws = SampledDraws(self.seed, chunk, self.names, context.parameters.segments)
        draws.trials = self.first
        history = self.given.history if self.given else None
        records = run_chunk(context, draws, self.marks, history)
        return [(drawn, measure(records, context, self.keep))]

    @property
    def marks(self) -> tuple[int, ...]:
        return marks_of(self.clock, self.keep)

    def worlds(self) -> list[Job]:
        """The job, and where each campaign's own result is kept, those of its first campaigns only,
        one more each, on the same days."""
        if "campaigns" not in self.keep:
            return [self]
        return [
            self,
            *(
                replace(
                    self,
                    scenarios=self.scenarios[:number],
                    clock=clock_of(self.scenarios[:number], self.given).with_cuts(self.clock.cuts),
                    keep=frozenset(),
                )
                for number in range(1, len(self.scenarios))
            ),
        ]

    @property
    def names(self) -> list[str]:
        return [campaign.name for campaign in self.clock.campaigns]

    def chunk(self, chunk: int, whole: bool = True) -> tuple[Context, dict[str, Array]]:
        """A chunk's surroundings, and the values drawn for its uncertain inputs; `whole`: counts
        are whole numbers."""
        values = draw_campaigns(self.scenarios, self.provider, chunk)
        if self.given:
            values[0] |= self.given.values(chunk)
        drawn = {path: value for path, value in values[0].items() if value.size > 1}
        for k, own in enumerate(values[1:], start=1):
            drawn |= {
                path_of(k, path): value
                for path, value in own.items()
                if value.size > 1 and not any(value is one.get(path) for one in values[:k])
            }
        if self.first < CHUNK:
            values = _cut(values, self.first)
        return self.context(values, self.first, whole=whole), drawn

    def mean(self) -> Measured:
        """The expectation at the inputs' means."""
        context = self.context(at_means_of(self.scenarios), 1, whole=False)
        return measure(run_chunk(context, MeanDraws(), self.marks), context, self.keep)

    def context(self, values: Sequence[Mapping[str, Array]], trials: int, whole: bool) -> Context:
        return make_context(self.scenarios, self.clock, values, trials, whole=whole)


def _cut(values: Sequence[Mapping[str, Array]], trials: int) -> list[dict[str, Array]]:
    """The first trials of each input; what campaigns share they still share."""
    cut: dict[int, Array] = {}
    return [
        {path: cut.setdefault(id(one), one[:trials]) for path, one in own.items()} for own in values
    ]


def make_context(
    scenarios: tuple[Scenario, ...],
    clock: Clock,
    values: Sequence[Mapping[str, Array]],
    trials: int,
    *,
    whole: bool,
) -> Context:
    """The surroundings of trials whose inputs are `values`, one mapping a campaign."""
    numbers = parameters(scenarios, values)
    digits = minor_digits(scenarios[0].currency)
    curves = RedemptionCurves(numbers, clock)
    return Context(scenarios, numbers, clock, curves, trials, digits, whole)


@dataclass(frozen=True)
class Together:
    """One chunk's work of paired worlds, the first of which is the base."""

    jobs: tuple[Job, ...]

    def __call__(self, chunk: int) -> list[tuple[Mapping[str, Array], Measured]]:
        tape: dict[Key, Drawn] = {}
        contexts, drawn = zip(*(job.chunk(chunk) for job in self.jobs), strict=True)
        worlds = []
        for k, (job, context) in enumerate(zip(self.jobs, contexts, strict=True)):
            key = job.seed, chunk, job.names, context.parameters.segments
            draws = PairedDraws(*key, tape) if k else SampledDraws(*key, tape)
            worlds.append(World(context, draws, job.marks))
        steps = [job.clock.steps for job in self.jobs]
        records = run_paired(worlds, steps, tape)
        found = zip(self.jobs, contexts, drawn, records, strict=True)
        return [(own, measure(rec, context, job.keep)) for job, context, own, rec in found]

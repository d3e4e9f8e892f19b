"""`simulate`: scenarios through the whole house, chunk by chunk, from draws to result."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from typing import Literal

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
    Streams,
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
from dealsim.errors import UsageError
from dealsim.results import (
    Gathered,
    Measured,
    Result,
    clipping_warnings,
    marks_of,
    measure,
    own_metrics,
    turns_of,
)
from dealsim.results.active import active_lines
from dealsim.scenario import Scenario
from dealsim.simulation.limits import check_arguments, check_campaigns, check_memory, countable
from dealsim.streams import CHUNK, chunks
from dealsim.units import minor_digits

KEPT = ("timeline", "paths", "cohorts", "campaigns")
"""What a result may keep beside metrics."""
KEEP = ("timeline", "paths", "campaigns")
"""What it keeps, unless asked otherwise."""

Progress = Callable[[int], None]
"""Called with the number of trials done so far."""

Chunk = Callable[[int], Sequence[tuple[Mapping[str, Array], Measured]]]
"""Makes a chunk of every world by its number: inputs drawn and what was measured."""


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


def simulate(
    scenario: Scenario,
    *,
    trials: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    expected: bool = False,
    provider: Provider | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    keep: Collection[str] = KEEP,
    given: Conditioning | None = None,
    campaigns: Sequence[Scenario] = (),
) -> Result:
    """Simulate a scenario.

    `trials` and `seed` default to the scenario's `run:`; `workers` (threads) to the machine's
    cores, and the result is the same whatever their number. `expected` puts every input at its
    mean and every draw at its expectation: one trial, no risk. `provider` gives the uniforms
    behind the inputs; `executor` runs chunks elsewhere; `keep` names what the result keeps beside
    metrics: month-end series ("timeline"), what happens between them ("paths"), each campaign's
    own flows for the books ("cohorts") and what each of several adds to those before it
    ("campaigns"). `given` goes on from what a register says (sampled only; visits before it have
    no money). `campaigns` are further deals of the same business over the same horizon, beside
    those that the scenario lists itself, each a scenario with its own start, terms and timing; the
    customers' segments are those of the first.

    Raises UsageError where trials, seed or workers are out of range, where a campaign does not
    fit the scenario, or where the trials need more memory than the machine has, and DealsimError
    where amounts outgrow what is counted exactly.
    """
    if expected and given is not None:
        raise UsageError("an expected run cannot go on from a register: leave one of them out")
    scenarios = (scenario, *scenario.further, *campaigns)
    if len(scenarios) > 1 and given is not None and given.history is not None:
        raise UsageError("a register is of one campaign: a run of several cannot go on from it")
    check_campaigns(scenarios)
    if unknown := set(keep) - set(KEPT):
        raise UsageError(f"a result keeps {', '.join(KEPT)}, not {', '.join(sorted(unknown))}")
    clock = _clock(scenarios, given)
    job = Job(scenarios, clock, 0, Streams(0), frozenset(keep), given)
    if expected:
        seed = scenario.run.seed if seed is None else seed
        with countable():
            worlds = [one.mean() for one in job.worlds()]
        return _result(job, "expected", 1, seed, {}, worlds[0], worlds[1:])
    trials, seed = check_arguments(scenario, trials, seed, workers)
    check_memory(scenario, clock, trials, keep)
    job = replace(job, seed=seed, provider=provider or Streams(seed))
    with countable():
        work = Together(tuple(job.worlds())) if len(job.worlds()) > 1 else job
        inputs, worlds = run_chunks(work, trials, workers, executor, progress)
    return _result(job, "sampled", trials, seed, inputs[0], worlds[0], worlds[1:])


def simulate_paired(
    scenarios: Sequence[Scenario],
    *,
    trials: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    keep: Collection[str] = (),
    providers: Sequence[Provider] = (),
) -> tuple[Result, ...]:
    """Simulate scenarios on the same futures: a base and its variants, trial by trial.

    Inputs that two scenarios state alike are the same numbers, and chance is shared as far as
    their chances allow (docs/model.md, 16), so that the difference of two results, trial by trial,
    is that of their terms. Each result by itself is as good as one of `simulate`; the days on which
    one scenario steps are steps of all. `trials` and `seed` default to the first scenario's;
    `providers` give the uniforms behind each scenario's inputs, where they are not to be the same
    by path. Raises UsageError as `simulate` does.
    """
    trials, seed = check_arguments(scenarios[0], trials, seed, workers)
    deals = [(one, *one.further) for one in scenarios]
    clocks = [_clock(each, None) for each in deals]
    cuts = reduce(np.union1d, [clock.cuts for clock in clocks])
    uniforms = providers or [Streams(seed)] * len(scenarios)
    jobs = [
        Job(each, clock.with_cuts(cuts), seed, provider, frozenset(keep))
        for each, clock, provider in zip(deals, clocks, uniforms, strict=True)
    ]
    for job in jobs:
        check_memory(job.scenarios[0], job.clock, trials * len(jobs), keep)
    with countable():
        inputs, measured = run_chunks(Together(tuple(jobs)), trials, workers, executor, progress)
    found = zip(jobs, inputs, measured, strict=True)
    return tuple(_result(job, "sampled", trials, seed, own, m) for job, own, m in found)


def _clock(scenarios: Sequence[Scenario], given: Conditioning | None) -> Clock:
    if given is None:
        return build_clock(scenarios)
    return build_clock(scenarios, given.as_of, goes_on=given.history is not None)


def _result(
    job: Job,
    mode: Literal["sampled", "expected"],
    trials: int,
    seed: int,
    inputs: Mapping[str, Array],
    measured: Measured,
    fewer: Sequence[Measured] = (),
) -> Result:
    """What a job found; `fewer` is measured of the worlds with its first campaigns only."""
    scenario, clock = job.scenarios[0], job.clock
    return Result(
        scenario=scenario,
        mode=mode,
        trials=trials,
        seed=seed,
        inputs=inputs,
        metrics=measured.metrics,
        month_ends=tuple(map(clock.date_of, clock.month_ends)),
        timeline=measured.timeline,
        path_days=tuple(map(clock.date_of, clock.record_days)),
        paths=measured.paths,
        milestones=_milestones(clock),
        lines=active_lines(scenario),
        warnings=(*scenario.warnings, *clipping_warnings(scenario, inputs)),
        step_ends=frozenset(map(clock.date_of, clock.cuts)),
        turn_days=tuple(map(clock.date_of, turns_of(clock))) if measured.turns else (),
        turns=measured.turns,
        cohorts=measured.cohorts,
        campaigns=job.scenarios,
        by_campaign=own_metrics([*(one.metrics for one in fewer), measured.metrics])
        if fewer
        else (),
    )


def _milestones(clock: Clock) -> dict[str, date | tuple[date, ...]]:
    """The days worth marking, as far as they fall within the horizon: those of the first campaign,
    and every payout."""
    first = clock.campaigns[0]
    named = {
        "sale_close": first.close,
        "refund_end": first.refund_end,
        "promo_expiry": first.expiry,
        "paid_value_lapse": first.lapse,
        "horizon": clock.horizon,
    }
    found: dict[str, date | tuple[date, ...]] = {
        name: clock.date_of(day)
        for name, day in named.items()
        if day is not None and day <= clock.horizon
    }
    payouts = {day for one in clock.campaigns for day, _ in one.payouts if day <= clock.horizon}
    found["payouts"] = tuple(map(clock.date_of, sorted(payouts)))
    return found


@dataclass(frozen=True)
class Job:
    """One chunk's work, the same wherever it runs."""

    scenarios: tuple[Scenario, ...]
    clock: Clock
    seed: int
    provider: Provider
    keep: frozenset[str]
    given: Conditioning | None = None

    def __call__(self, chunk: int) -> list[tuple[Mapping[str, Array], Measured]]:
        context, drawn = self.chunk(chunk)
        draws = SampledDraws(self.seed, chunk, self.names, context.parameters.segments)
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
                    clock=_clock(self.scenarios[:number], self.given).with_cuts(self.clock.cuts),
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
        return self.context(values, CHUNK, whole=whole), drawn

    def mean(self) -> Measured:
        """The expectation at the inputs' means."""
        context = self.context(at_means_of(self.scenarios), 1, whole=False)
        return measure(run_chunk(context, MeanDraws(), self.marks), context, self.keep)

    def context(self, values: Sequence[Mapping[str, Array]], trials: int, whole: bool) -> Context:
        return make_context(self.scenarios, self.clock, values, trials, whole=whole)


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


def run_chunks(
    job: Chunk,
    trials: int,
    workers: int | None,
    executor: Executor | None,
    progress: Progress | None,
) -> tuple[list[dict[str, Array]], list[Measured]]:
    """Run all chunks and lay each world's results side by side, in the order of the trials.

    Chunks run on `executor`, or on as many threads as `workers` (the machine's cores, where left
    out); what is submitted ahead is bounded by the number of its workers, and cancelled on error.
    """
    todo = chunks(trials)
    whole: list[Gathered] = []
    own = None if executor else ThreadPoolExecutor(workers or os.cpu_count() or 1)
    pool = executor or own
    assert pool is not None
    ahead = 2 * workers_of(pool)
    futures = {chunk: pool.submit(job, chunk) for chunk, _, _ in todo[:ahead]}
    try:
        for chunk, first, end in todo:
            parts = futures.pop(chunk).result()
            if chunk + ahead < len(todo):
                futures[chunk + ahead] = pool.submit(job, chunk + ahead)
            whole = whole or [Gathered(trials) for _ in parts]
            for world, part in zip(whole, parts, strict=True):
                world.place(*part, first, end)
            if progress:
                progress(end)
    finally:
        for future in futures.values():
            future.cancel()
        if own:
            own.shutdown(wait=True, cancel_futures=True)
    return [dict(sorted(world.inputs.items())) for world in whole], [w.measured() for w in whole]


def workers_of(executor: Executor) -> int:
    """How many jobs an executor runs at once; the machine's cores where it does not say."""
    found = getattr(executor, "_max_workers", None)
    return int(found or os.cpu_count() or 1)

"""`simulate`: scenarios through the whole house, chunk by chunk, from draws to result."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import date
from functools import reduce
from typing import Literal

import numpy as np

from dealsim.engine import Array, Clock, Provider, Streams
from dealsim.errors import UsageError
from dealsim.results import Measured, Result, clipping_warnings, own_metrics, turns_of
from dealsim.results.active import active_lines
from dealsim.results.precise import PreciseMean
from dealsim.scenario import Scenario
from dealsim.simulation.chunked import Chunk, Progress, run_chunks
from dealsim.simulation.jobs import Conditioning, Job, Together, clock_of
from dealsim.simulation.limits import check_arguments, check_campaigns, check_memory, countable
from dealsim.simulation.precision import Precision, most_trials, precisely, read_precision
from dealsim.simulation.without import without_crowd

KEPT = ("timeline", "paths", "cohorts", "campaigns", "without_crowd")
"""What a result may keep beside metrics."""
KEEP = ("timeline", "paths", "campaigns", "without_crowd")
"""What it keeps, unless asked otherwise."""


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
    precision: Precision | str | float | None = None,
) -> Result:
    """Simulate a scenario.

    `trials` and `seed` default to the scenario's `run:`; `workers` (threads) to the machine's
    cores, and the result is the same whatever their number. `expected` puts every input at its
    mean and every draw at its expectation: one trial, no risk. `provider` gives the uniforms
    behind the inputs; `executor` runs chunks elsewhere; `keep` names what the result keeps beside
    metrics: month-end series ("timeline"), what happens between them ("paths"), each campaign's
    own flows for the books ("cohorts"), what each of several adds to those before it
    ("campaigns"), and the first futures without the sections on a crowd, where the scenario has
    any ("without_crowd"). `given` goes on from what a register says (sampled only; visits before
    it have no money). `campaigns` are further deals of the same business over the same horizon,
    beside those that the scenario lists itself, each a scenario with its own start, terms and
    timing; the customers' segments are those of the first.

    With a `precision` as many futures are simulated as it takes for the mean of incremental_profit
    to be known as well: `"1%"` for a 95 % interval of at most 1 % of it to either side, a number or
    `"$50"` for so much money. At least 10,000, and at most `trials` (default: a million); the
    result is that of a run with as many trials, and its `precise` says what was reached.

    Raises UsageError where trials, seed or workers are out of range, where a campaign does not
    fit the scenario, or where the trials need more memory than the machine has, and DealsimError
    where amounts outgrow what is counted exactly.
    """
    if expected and precision is not None:
        raise UsageError("an expected run has no error of simulation: leave the precision out")
    if expected and given is not None:
        raise UsageError("an expected run cannot go on from a register: leave one of them out")
    scenarios = (scenario, *scenario.further, *campaigns)
    if len(scenarios) > 1 and given is not None and given.history is not None:
        raise UsageError("a register is of one campaign: a run of several cannot go on from it")
    check_campaigns(scenarios)
    if unknown := set(keep) - set(KEPT):
        raise UsageError(f"a result keeps {', '.join(KEPT)}, not {', '.join(sorted(unknown))}")
    clock = clock_of(scenarios, given)
    job = Job(scenarios, clock, 0, Streams(0), frozenset(keep), given)
    if expected:
        seed = scenario.run.seed if seed is None else seed
        with countable():
            worlds = [one.mean() for one in job.worlds()]
            plain = without_crowd(job, None)
        found = _result(job, "expected", 1, seed, {}, worlds[0], worlds[1:])
        return replace(found, without_crowd=plain)
    more = None
    if precision is not None:
        _refuse_precision(given, provider)
        trials = most_trials(trials, scenario, clock, keep)
    trials, seed = check_arguments(scenario, trials, seed, workers)
    check_memory(scenario, clock, trials, keep)
    job = replace(job, seed=seed, provider=provider or Streams(seed))
    work: Chunk = Together(tuple(job.worlds())) if len(job.worlds()) > 1 else job
    with countable():
        if precision is not None:
            asked = read_precision(precision, scenario.currency)
            work, more = precisely(asked, job, work, trials, workers, executor)
            trials = more.first
        inputs, worlds = run_chunks(work, trials, workers, executor, progress, more)
        plain = without_crowd(job, trials, workers, executor)
    precise = None if more is None else more.found
    trials = trials if precise is None else precise.trials
    fewer = worlds[1 : len(job.worlds())]
    found = _result(job, "sampled", trials, seed, inputs[0], worlds[0], fewer, precise)
    return replace(found, without_crowd=plain)


def _refuse_precision(given: Conditioning | None, provider: Provider | None) -> None:
    if given is not None or provider is not None:
        raise UsageError(
            "a run with a register, or with uniforms given, has no precision: say trials"
        )


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
    clocks = [clock_of(each, None) for each in deals]
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


def _result(
    job: Job,
    mode: Literal["sampled", "expected"],
    trials: int,
    seed: int,
    inputs: Mapping[str, Array],
    measured: Measured,
    fewer: Sequence[Measured] = (),
    precise: PreciseMean | None = None,
) -> Result:
    """What a job found; `fewer` is measured of the worlds with its first campaigns only, `precise`
    what was reached where a precision was asked for."""
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
        precise=precise,
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

"""`simulate`: one scenario through the whole house, from draws to summary."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

import numpy as np

from dealsim import summary
from dealsim.engine import (
    Array,
    Expected,
    Grid,
    Inputs,
    Line,
    Past,
    Provider,
    Sampled,
    Streams,
    at_means,
    build_grid,
    declared_lines,
    draw,
    idle_lines,
    run_chunk,
)
from dealsim.errors import Problem, UsageError
from dealsim.measures import Measured, measure
from dealsim.scenario import METRICS, Scenario
from dealsim.streams import CHUNK, chunks
from dealsim.units import minor_digits

TIMELINE_TRIALS = 200_000
"""Month-end bands use at most this many trials."""
PATH_TRIALS = 20_000
"""Bands between month ends (plots only) use at most this many trials."""

Progress = Callable[[int], None]
"""Called with the number of trials done so far."""


@dataclass(frozen=True)
class Result:
    """What a simulation found.

    `metrics` and `inputs` have one entry a trial; money is in currency units, exact to the minor
    unit; NaN is undefined. `timeline` series have axes (month, trial) at `month_ends`, flows of
    the month or stocks at its end; `paths` (cut, trial), cumulative at the dates `cuts`.
    `lines` are the declared money lines that can move here, in the order of the waterfall.
    """

    scenario: Scenario
    mode: Literal["sampled", "expected"]
    trials: int
    seed: int
    inputs: Mapping[str, Array]
    metrics: Mapping[str, Array]
    month_ends: tuple[date, ...]
    timeline: Mapping[str, Array]
    cuts: tuple[date, ...]
    paths: Mapping[str, Array]
    milestones: Mapping[str, date | tuple[date, ...]]
    lines: tuple[Line, ...]
    warnings: tuple[Problem, ...] = field(default=())

    def summary(self) -> dict[str, Any]:
        """The result in figures: what `summary.json` holds (reckoned once)."""
        return self._summary

    @cached_property
    def _summary(self) -> dict[str, Any]:
        return summary.summarise(self)


@dataclass(frozen=True)
class Known:
    """What a register adds to a run (`dealsim.records`).

    `day`, counted from the start, is a cut: the register knows what happened before it. With a
    `past` the run goes on from there; `inputs` are the values that it leaves of updated inputs,
    (n,) each by path, n at least 1: trial i takes the i-th, from the first again after n.
    """

    day: int
    past: Past | None = None
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
    books: bool = False,
    known: Known | None = None,
) -> Result:
    """Simulate a scenario.

    `trials` and `seed` default to the scenario's `run:`; `workers` (threads) to the machine's
    cores, and the result is the same whatever their number. `expected` puts every input at its
    mean and every draw at its expectation: one trial, no risk. `provider` gives the uniforms
    behind the inputs; `executor` runs chunks elsewhere; `books` keeps the monthly money that
    `liability` books (`dealsim.measures.VISITS` and `CASH`) in the timeline as well; `known`
    goes on from what a register says (sampled only; visits before it have no money). Raises
    UsageError where trials, seed or workers are out of range, or the trials need more memory than
    the machine has.
    """
    trials = scenario.run.trials if trials is None else trials
    seed = scenario.run.seed if seed is None else seed
    grid = build_grid(scenario, None if known is None else known.day)
    if expected:
        inputs = Inputs(scenario, at_means(scenario.numbers()))
        digits = minor_digits(scenario.currency)
        paths = run_chunk(inputs, grid, Expected(), digits)
        measured = measure(paths, inputs, grid, digits, books=books)
        return _result(scenario, grid, "expected", 1, seed, {}, measured)
    check_arguments(trials, seed, workers)
    _check_memory(scenario, grid, trials, books)
    job = _Job(scenario, grid, seed, provider or Streams(seed), books, known)
    inputs_drawn, measured = _collect(job, trials, workers, executor, progress)
    return _result(scenario, grid, "sampled", trials, seed, inputs_drawn, measured)


@dataclass(frozen=True)
class _Job:
    """One chunk's work, the same wherever it runs."""

    scenario: Scenario
    grid: Grid
    seed: int
    provider: Provider
    books: bool = False
    known: Known | None = None

    def __call__(self, chunk: int) -> tuple[Mapping[str, Array], Measured]:
        values = draw(self.scenario, self.provider, chunk)
        values |= self.known.values(chunk) if self.known else {}
        inputs = Inputs(self.scenario, values)
        names = [campaign.name for campaign in self.grid.campaigns]
        chance = Sampled(self.seed, chunk, names, inputs.names)
        digits = minor_digits(self.scenario.currency)
        past = self.known.past if self.known else None
        paths = run_chunk(inputs, self.grid, chance, digits, past)
        drawn = {path: value for path, value in values.items() if value.size > 1}
        steps = chunk * CHUNK < PATH_TRIALS
        return drawn, measure(paths, inputs, self.grid, digits, steps=steps, books=self.books)


def _collect(
    job: _Job,
    trials: int,
    workers: int | None,
    executor: Executor | None,
    progress: Progress | None,
) -> tuple[dict[str, Array], Measured]:
    """Run all chunks and lay their results side by side, in the order of the trials."""
    todo = chunks(trials)
    inputs: dict[str, Array] = {}
    whole = Measured({}, {}, {})
    own = None if executor else ThreadPoolExecutor(workers or os.cpu_count() or 1)
    pool = executor or own
    assert pool is not None
    ahead = 2 * (workers or os.cpu_count() or 1)
    try:
        futures = {chunk: pool.submit(job, chunk) for chunk, _, _ in todo[:ahead]}
        for chunk, first, end in todo:
            drawn, part = futures.pop(chunk).result()
            if chunk + ahead < len(todo):
                futures[chunk + ahead] = pool.submit(job, chunk + ahead)
            _place(inputs, drawn, first, end, trials)
            _place(whole.metrics, part.metrics, first, end, trials)
            _place(whole.timeline, part.timeline, first, end, min(trials, TIMELINE_TRIALS))
            _place(whole.paths, part.paths, first, end, min(trials, PATH_TRIALS))
            if progress:
                progress(end)
    finally:
        if own:
            own.shutdown(wait=True, cancel_futures=True)
    return dict(sorted(inputs.items())), whole


def _place(
    into: dict[str, Array], part: Mapping[str, Array], first: int, end: int, size: int
) -> None:
    """Put a chunk's trials [first, end) where they belong on the last axis, up to `size`."""
    end = min(end, size)
    if first >= end:
        return
    for name, values in part.items():
        if name not in into:
            into[name] = np.empty((*values.shape[:-1], size))
        into[name][..., first:end] = values[..., : end - first]


def _result(
    scenario: Scenario,
    grid: Grid,
    mode: Literal["sampled", "expected"],
    trials: int,
    seed: int,
    inputs: Mapping[str, Array],
    measured: Measured,
) -> Result:
    return Result(
        scenario=scenario,
        mode=mode,
        trials=trials,
        seed=seed,
        inputs=inputs,
        metrics={name: measured.metrics[name] for name in _metric_order(measured.metrics)},
        month_ends=tuple(grid.date_of(grid.cuts[i]) for i in grid.month_ends),
        timeline=measured.timeline,
        cuts=tuple(grid.date_of(day) for day in grid.cuts),
        paths=measured.paths,
        milestones=_milestones(grid),
        lines=tuple(line for line in declared_lines() if line.name not in idle_lines(scenario)),
        warnings=(*scenario.warnings, *summary.clipping_warnings(scenario, inputs)),
    )


def _milestones(grid: Grid) -> dict[str, date | tuple[date, ...]]:
    """The days worth marking, as far as they fall within the horizon."""
    campaign = grid.campaigns[0]
    named = {
        "sale_close": campaign.close,
        "refund_end": campaign.refund_end,
        "promo_expiry": campaign.expiry,
        "paid_value_lapse": campaign.lapse,
        "horizon": grid.horizon,
    }
    found: dict[str, date | tuple[date, ...]] = {
        name: grid.date_of(day)
        for name, day in named.items()
        if day is not None and day <= grid.horizon
    }
    found["payouts"] = tuple(grid.date_of(d) for d in campaign.payouts if d <= grid.horizon)
    return found


def _metric_order(metrics: Mapping[str, Array]) -> list[str]:
    known = [name for name in METRICS if name in metrics]
    return known + [name for name in metrics if name not in known]


BOOK_SERIES = 60
"""Arrays (month, trial) that the books take beside a run's: registers, lines, policies."""


def memory_needed(scenario: Scenario, grid: Grid, trials: int, books: bool = False) -> int:
    """Bytes a run of `trials` keeps: inputs, metrics and series, and the chunks in work."""
    uncertain = sum(not value.is_constant for value in scenario.numbers().values())
    kept = trials * (uncertain + len(METRICS) + 3)
    series = 15 + BOOK_SERIES * books
    series *= min(trials, TIMELINE_TRIALS) * len(grid.month_ends)
    paths = min(trials, PATH_TRIALS) * 3 * len(grid.cuts)
    working = 70 * CHUNK * len(grid.cuts)
    # statistics sort one column at a time; the files are written in slices
    return 8 * (kept + series + paths + working + 4 * trials)


def check_arguments(trials: int, seed: int, workers: int | None) -> None:
    """Raise UsageError where trials, seed or workers are out of range."""
    least = {"trials": (trials, 1), "seed": (seed, 0), "workers": (workers, 1)}
    for name, (given, low) in least.items():
        if given is not None and given < low:
            raise UsageError(f"{name} must be a whole number from {low}, not {given}")


def _check_memory(scenario: Scenario, grid: Grid, trials: int, books: bool) -> None:
    needed, there = memory_needed(scenario, grid, trials, books), _memory_there()
    if needed > there:
        raise UsageError(
            f"{trials:,} trials would need about {_gigabytes(needed)} of memory and this machine "
            f"has {_gigabytes(there)}; 10,000 trials are enough for most decisions"
        )


def _memory_there() -> int:
    """Physical memory in bytes; 8 GB where the system does not say (Windows)."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 8 * 2**30


def _gigabytes(size: int) -> str:
    return f"{size / 2**30:,.1f} GB"

"""Sweeps: scenarios simulated over a grid of values, cell by cell, on workers near or far.

Every cell has the same seed, so that cells share what they state alike. A cell is the same
whoever computes it; cells that a journal holds are not computed again (`journal.py`).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any

from dealsim.decisions.cluster import version_here
from dealsim.decisions.curve import refuse_with_expected
from dealsim.decisions.grid import Axis, plain_value
from dealsim.decisions.heading import FORMAT, Mode
from dealsim.decisions.journal import Journal, Row
from dealsim.decisions.pool import computed, pool_of
from dealsim.errors import ScenarioError, UsageError
from dealsim.results.summary import figures
from dealsim.scenario import Scenario
from dealsim.simulation import FIRST, check_arguments, read_precision, simulate
from dealsim.streams import CHUNK

MOST_CELLS = 100_000
"""More than these are refused, with the time they would take."""
WORTH_PROCESSES = 2.0
"""Seconds of work from which it is worth to start processes, which takes each one or two."""
PROFIT = "incremental_profit"
SPREAD = ("p5", "p50", "p95")
"""Quantiles of profit that are kept of each cell."""
REACHED = "precision_reached"
"""Whether a cell's mean profit is as well known as asked, 1 or 0."""
RISK = ("probability_of_loss", "probability_of_loss_se")


@dataclass(frozen=True)
class Cell:
    """One scenario of a sweep with one value of each axis."""

    scenario: str
    values: tuple[object, ...]


@dataclass(frozen=True)
class Sweep:
    """All cells in the order of the grid (the last axis fastest) and what each came to.

    A row has, by name, `METRIC_mean` and `METRIC_se` of each metric, `incremental_profit_p5`,
    `_p50` and `_p95`, `probability_of_loss` and its standard error; None where undefined. Where a
    `precision` was asked for, the mean profit and its error are the estimate made for it
    (`PreciseMean`), `trials` is the cell's own number and `precision_reached` 1 or 0; `trials` of
    the sweep is then that of the cell with most. In expected mode there are means only. Of cells
    whose values together make no valid scenario it is empty, and `refused` says why, by place.
    """

    scenarios: Mapping[str, Scenario] = field(repr=False)
    axes: tuple[Axis, ...]
    cells: tuple[Cell, ...]
    rows: tuple[Row, ...]
    refused: Mapping[int, str]
    trials: int
    seed: int
    precision: str | None = None
    mode: Mode = "sampled"

    @property
    def currency(self) -> str:
        """ISO 4217, of every scenario."""
        return next(iter(self.scenarios.values())).currency

    @property
    def columns(self) -> list[str]:
        """Names of the results, those of every cell."""
        return list(dict.fromkeys(name for row in self.rows for name in row))

    def document(self) -> dict[str, Any]:
        """The same for JSON."""
        paths = [axis.path for axis in self.axes]
        cells = [
            {
                "scenario": cell.scenario,
                "values": dict(zip(paths, map(plain_value, cell.values), strict=True)),
                "results": dict(row) or None,
            }
            for cell, row in zip(self.cells, self.rows, strict=True)
        ]
        return {
            "format": FORMAT,
            "mode": self.mode,
            "scenarios": {name: one.sha256 for name, one in self.scenarios.items()},
            "axes": [
                {"path": axis.path, "values": [plain_value(one) for one in axis.values]}
                for axis in self.axes
            ],
            "currency": self.currency,
            "trials": self.trials,
            "seed": self.seed,
            **({} if self.precision is None else {"precision": self.precision}),
            "cells": cells,
            "refused": [{"cell": k, "message": text} for k, text in self.refused.items()],
        }


@dataclass(frozen=True)
class CellJob:
    """What a worker is handed: a scenario, the changes of a cell, seed and trials, at most so many
    with a precision."""

    scenario: Scenario
    changes: Mapping[str, object]
    trials: int | None
    seed: int
    precision: str | None = None
    expected: bool = False


def cells_of(scenarios: Mapping[str, Scenario], axes: Sequence[Axis]) -> tuple[Cell, ...]:
    """Every cell of the grid, scenario by scenario."""
    grid = list(product(*(axis.values for axis in axes)))
    return tuple(Cell(name, values) for name in scenarios for values in grid)


def run_cell(job: CellJob) -> Row:
    """Simulate one cell on one thread; an empty row where its changes make no valid scenario."""
    try:
        changed = job.scenario.with_(job.changes) if job.changes else job.scenario
    except ScenarioError:
        return {}
    if job.expected:
        means, _ = figures(simulate(changed, seed=job.seed, expected=True, keep=()))
        return {f"{name}_mean": one["mean"] for name, one in means.items()}
    how = {"trials": job.trials, "seed": job.seed, "precision": job.precision}
    result = simulate(changed, workers=1, keep=(), **how)  # type: ignore[arg-type]
    statistics, risk = figures(result)
    assert risk is not None
    row: Row = {}
    for name, found in statistics.items():
        row |= {f"{name}_mean": found["mean"], f"{name}_se": found["se"]}
        if name == PROFIT:
            row |= {f"{name}_{level}": found[level] for level in SPREAD}
    if result.precise is not None:
        row |= {f"{PROFIT}_mean": result.precise.mean, f"{PROFIT}_se": result.precise.se}
        row |= {"trials": result.trials, REACHED: int(result.precise.is_reached)}
    return row | {name: risk[name] for name in RISK}


def sweep(
    scenarios: Mapping[str, Scenario],
    axes: Sequence[Axis],
    *,
    trials: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    journal: Path | None = None,
    force: bool = False,
    progress: Callable[[int], None] | None = None,
    precision: str | float | None = None,
    expected: bool = False,
) -> Sweep:
    """Simulate every scenario, by its name, at every combination of the axes' values.

    `trials` and `seed` default to the first scenario's. `workers` processes (default: this one
    alone), or an `executor` of any kind (a cluster's), compute cells; the numbers are the same. A
    script that asks for processes keeps what it does under `if __name__ == "__main__":`, as with
    all of Python's. With a `journal` each finished cell is kept in that file at once, and the same
    sweep goes on from there if it was cut off; `force` starts a journal of another sweep anew.
    `progress` is told the number of cells done. With a `precision` each cell has as many futures,
    at most `trials` (default: a million), as it takes for its mean profit to be known as well.

    Raises UsageError for a path or value that makes no valid scenario, for scenarios of different
    currencies, and for a grid that is too large; DealsimError where the journal is of another
    sweep, where workers die, and where a cluster goes away: finished cells stay in the journal.
    """
    first = _check(scenarios, axes)
    refuse_with_expected(expected, precision)
    asked = None if precision is None else read_precision(precision, first.currency).written
    most = trials
    trials, seed = check_arguments(first, trials, seed, workers)
    most = trials if asked is None else most
    _check_size(len(scenarios), axes, CellJob(first, {}, trials, seed))
    _check_values(scenarios, axes)
    cells = cells_of(scenarios, axes)
    told = progress or (lambda done: None)
    like = CellJob(first, {}, most, seed, asked, expected)
    kept = Journal(journal, _header(scenarios, axes, like), force=force)
    rows = dict(kept.rows)
    told(len(rows))
    todo = [k for k in range(len(cells)) if k not in rows]
    paths = [axis.path for axis in axes]

    def job(k: int) -> CellJob:
        changes = dict(zip(paths, cells[k].values, strict=True))
        return replace(like, scenario=scenarios[cells[k].scenario], changes=changes)

    with kept:
        for k, row in _rows(todo, job, workers or 1, executor):
            rows[k] = row
            kept.add(k, row)
            told(len(rows))
    ordered = tuple(rows[k] for k in range(len(cells)))
    refused = {
        k: _refusal(scenarios[cells[k].scenario], job(k).changes) or ""
        for k, row in enumerate(ordered)
        if not row
    }
    mode: Mode = "expected" if expected else "sampled"
    count = _most_of(like, ordered)
    return Sweep(scenarios, tuple(axes), cells, ordered, refused, count, seed, asked, mode)


def _most_of(job: CellJob, rows: Sequence[Row]) -> int:
    """Futures of the cell that has most."""
    if job.expected:
        return 1
    if job.precision is None and job.trials is not None:
        return job.trials
    return max(int(row.get("trials") or 1) for row in rows)


def _rows(
    todo: Sequence[int], job: Callable[[int], CellJob], workers: int, executor: Executor | None
) -> Iterator[tuple[int, Row]]:
    """Cells and their rows as they are finished; the first tells what processes are worth."""
    if executor is None and workers > 1 and todo:
        begun = time.perf_counter()
        yield todo[0], run_cell(job(todo[0]))
        todo = todo[1:]
        if (time.perf_counter() - begun) * len(todo) < WORTH_PROCESSES:
            workers = 1
    with pool_of(executor, workers, len(todo)) as pool:
        yield from computed(pool, run_cell, todo, job)


def _check(scenarios: Mapping[str, Scenario], axes: Sequence[Axis]) -> Scenario:
    if not scenarios:
        raise UsageError("there is nothing to sweep: name a scenario")
    first = next(iter(scenarios.values()))
    currencies = sorted({one.currency for one in scenarios.values()})
    if len(currencies) > 1:
        raise UsageError(
            f"the scenarios are in different currencies ({', '.join(currencies)}): sweep them apart"
        )
    if len({axis.path for axis in axes}) < len(axes):
        raise UsageError("each path can be varied once")
    for axis in axes:
        if not axis.values:
            raise UsageError(f"{axis.path}: there are no values")
    return first


def _check_size(scenarios: int, axes: Sequence[Axis], job: CellJob) -> None:
    """Refuse a grid that nobody would wait for, with the time it would take here."""
    cells = scenarios * math.prod(len(axis.values) for axis in axes)
    if cells <= MOST_CELLS:
        return
    begun = time.perf_counter()
    trials = job.trials or FIRST
    run_cell(CellJob(job.scenario, {}, min(trials, CHUNK), job.seed))
    each = (time.perf_counter() - begun) * math.ceil(trials / CHUNK)
    days = each * cells / 86_400
    took = f"{days / 365:,.0f} years" if days > 700 else f"{days:,.1f} days"
    raise UsageError(
        f"a grid of {cells:,} cells would take about {took} on one core: "
        f"take wider steps or fewer axes (at most {MOST_CELLS:,} cells)"
    )


def _check_values(scenarios: Mapping[str, Scenario], axes: Sequence[Axis]) -> None:
    """Every value must make a valid scenario, by itself or with some value of the other axes: known
    before the first cell is run."""
    for name, scenario in scenarios.items():
        for axis in axes:
            others = [[(one.path, v) for v in one.values] for one in axes if one is not axis]
            for value in axis.values:
                alone = _refusal(scenario, {axis.path: value})
                if alone and all(
                    _refusal(scenario, {axis.path: value} | dict(more)) for more in product(*others)
                ):
                    raise UsageError(f"{name}: {axis.path}={value}: {alone}")


def _refusal(scenario: Scenario, changes: Mapping[str, object]) -> str | None:
    """Why changes make no valid scenario, with what to do; None where they do."""
    try:
        scenario.with_(changes)
    except ScenarioError as error:
        first = error.problems[0]
        return first.message + (f" ({first.hint})" if first.hint else "")
    return None


def _header(
    scenarios: Mapping[str, Scenario],
    axes: Sequence[Axis],
    job: CellJob,
) -> dict[str, object]:
    """What makes a cell's numbers: a journal that says otherwise is of another sweep."""
    return {
        "version": version_here(),
        "scenarios": {name: scenario.sha256 for name, scenario in scenarios.items()},
        "axes": [[axis.path, list(map(str, axis.values))] for axis in axes],
        "trials": job.trials,
        "seed": job.seed,
        **({} if job.precision is None else {"precision": job.precision}),
        **({"expected": True} if job.expected else {}),
    }

"""Sweeps: scenarios simulated over a grid of values, cell by cell, on workers near or far.

Every cell has the same seed, so that cells share what they state alike. A cell is the same
whoever computes it; cells that a journal holds are not computed again (`journal.py`).
"""

from __future__ import annotations

import math
import multiprocessing
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from dealsim.decisions.journal import Journal
from dealsim.errors import ScenarioError, UsageError
from dealsim.results.summary import figures
from dealsim.scenario import Scenario
from dealsim.simulation import check_arguments, simulate
from dealsim.streams import CHUNK

MOST_CELLS = 100_000
"""More than these are refused, with the time they would take."""
AHEAD = 4
"""Cells handed to each worker at a time, so that none waits and few are lost."""

Row = dict[str, float | int | None]
"""A cell's results: mean and se of each metric, and the chance of a loss; None where undefined."""


@dataclass(frozen=True)
class Axis:
    """A number, or a word, of the scenario and the values it takes, as a scenario states them."""

    path: str
    values: tuple[object, ...]


@dataclass(frozen=True)
class Cell:
    """One scenario of a sweep with one value of each axis."""

    scenario: str
    values: tuple[object, ...]


@dataclass(frozen=True)
class Sweep:
    """All cells in the order of the grid (the last axis fastest) and what each came to."""

    axes: tuple[Axis, ...]
    cells: tuple[Cell, ...]
    rows: tuple[Row, ...]
    currency: str
    trials: int
    seed: int

    @property
    def columns(self) -> list[str]:
        """Names of the results, those of every cell."""
        return list(dict.fromkeys(name for row in self.rows for name in row))


def cells_of(scenarios: Mapping[str, Scenario], axes: Sequence[Axis]) -> tuple[Cell, ...]:
    """Every cell of the grid, scenario by scenario."""
    grid = list(product(*(axis.values for axis in axes)))
    return tuple(Cell(name, values) for name in scenarios for values in grid)


def run_cell(scenario: Scenario, changes: Mapping[str, object], trials: int, seed: int) -> Row:
    """Simulate one cell: the scenario with these changes, on one thread."""
    changed = scenario.with_(changes) if changes else scenario
    result = simulate(changed, trials=trials, seed=seed, workers=1, keep=())
    statistics, risk = figures(result)
    row: Row = {}
    for name, found in statistics.items():
        row |= {f"{name}_mean": found["mean"], f"{name}_se": found["se"]}
    assert risk is not None
    return row | {name: risk[name] for name in ("probability_of_loss", "probability_of_loss_se")}


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
    version: str = "",
    progress: Callable[[int], None] | None = None,
) -> Sweep:
    """Simulate every scenario at every combination of the axes' values.

    `workers` processes on this machine, or an `executor` of any kind (a cluster's), compute cells;
    the numbers are the same. With a `journal` each finished cell is kept in that file at once, and
    a sweep of the same `version` (of the program) that was cut off goes on from there; `force`
    starts a journal of another sweep anew. `progress` is told the number of cells done. Raises
    UsageError for a path or value that makes no valid scenario, for scenarios of different
    currencies, and for a grid that is too large; DealsimError where the journal is of another
    sweep.
    """
    first = _check(scenarios, axes)
    trials, seed = check_arguments(first, trials, seed, workers)
    _check_size(len(scenarios) * math.prod(len(a.values) for a in axes), first, trials, seed)
    cells = cells_of(scenarios, axes)
    _check_values(scenarios, axes)
    told = progress or (lambda done: None)
    kept = Journal(
        journal, {"version": version} | _header(scenarios, axes, trials, seed), force=force
    )
    rows = dict(kept.rows)
    told(len(rows))
    todo = [k for k in range(len(cells)) if k not in rows]
    with kept, _pool(executor, workers, len(todo)) as pool:
        for k, row in _computed(pool, todo, scenarios, cells, axes, trials, seed):
            rows[k] = row
            kept.add(k, row)
            told(len(rows))
    ordered = tuple(rows[k] for k in range(len(cells)))
    return Sweep(tuple(axes), cells, ordered, first.currency, trials, seed)


def _check(scenarios: Mapping[str, Scenario], axes: Sequence[Axis]) -> Scenario:
    if not scenarios:
        raise UsageError("there is nothing to sweep: name a scenario")
    first = next(iter(scenarios.values()))
    currencies = sorted({one.currency for one in scenarios.values()})
    if len(currencies) > 1:
        raise UsageError(f"scenarios in different currencies: {', '.join(currencies)}")
    if len({axis.path for axis in axes}) < len(axes):
        raise UsageError("each path can be varied once")
    for axis in axes:
        if not axis.values:
            raise UsageError(f"{axis.path}: there are no values")
    return first


def _check_size(cells: int, scenario: Scenario, trials: int, seed: int) -> None:
    """Refuse a grid that nobody would wait for, with the time it would take here."""
    if cells <= MOST_CELLS:
        return
    begun = time.perf_counter()
    run_cell(scenario, {}, min(trials, CHUNK), seed)
    each = (time.perf_counter() - begun) * math.ceil(trials / CHUNK)
    days = each * cells / 86_400
    took = f"{days / 365:,.0f} years" if days > 700 else f"{days:,.1f} days"
    raise UsageError(
        f"a grid of {cells:,} cells would take about {took} on one core: "
        f"take wider steps or fewer axes (at most {MOST_CELLS:,} cells)"
    )


def _check_values(scenarios: Mapping[str, Scenario], axes: Sequence[Axis]) -> None:
    """Every value by itself must make a valid scenario: known before the first cell is run."""
    for name, scenario in scenarios.items():
        for axis in axes:
            for value in axis.values:
                try:
                    scenario.with_({axis.path: value})
                except ScenarioError as error:
                    message = error.problems[0].message
                    raise UsageError(f"{name}: {axis.path}={value}: {message}") from None


def _header(
    scenarios: Mapping[str, Scenario], axes: Sequence[Axis], trials: int, seed: int
) -> dict[str, object]:
    """What makes a cell's numbers: a journal that says otherwise is of another sweep."""
    return {
        "scenarios": {name: scenario.sha256 for name, scenario in scenarios.items()},
        "axes": [[axis.path, list(map(str, axis.values))] for axis in axes],
        "trials": trials,
        "seed": seed,
    }


@contextmanager
def _pool(executor: Executor | None, workers: int | None, cells: int) -> Iterator[Executor | None]:
    """Who computes: the executor given, processes of this machine, or this one alone."""
    if executor is not None or (workers or 1) < 2 or cells < 2:
        yield executor
        return
    # processes, because most of a small cell is Python's own work; started afresh, because numpy's
    # threads do not survive a fork
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _computed(
    pool: Executor | None,
    todo: Sequence[int],
    scenarios: Mapping[str, Scenario],
    cells: Sequence[Cell],
    axes: Sequence[Axis],
    trials: int,
    seed: int,
) -> Iterator[tuple[int, Row]]:
    """Numbers of cells and their rows, as they are finished."""
    paths = [axis.path for axis in axes]

    def job(k: int) -> tuple[Scenario, dict[str, object], int, int]:
        changes = dict(zip(paths, cells[k].values, strict=True))
        return scenarios[cells[k].scenario], changes, trials, seed

    if pool is None:
        for k in todo:
            yield k, run_cell(*job(k))
        return
    waiting: dict[Future[Row], int] = {}
    ahead, places = AHEAD * _workers_of(pool), iter(todo)
    for k in places:
        waiting[pool.submit(run_cell, *job(k))] = k
        if len(waiting) >= ahead:
            break
    while waiting:
        done, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            yield waiting.pop(future), future.result()
            following = next(places, None)
            if following is not None:
                waiting[pool.submit(run_cell, *job(following))] = following


def _workers_of(pool: Executor) -> int:
    return int(getattr(pool, "_max_workers", None) or 8)

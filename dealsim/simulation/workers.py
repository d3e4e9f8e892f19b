"""Chunks of trials over workers, and the memory they need."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import numpy as np

from dealsim.engine import Array, Clock
from dealsim.errors import UsageError
from dealsim.registry import COUNTS, LINES, MEMOS, METRICS
from dealsim.results import STOCKS, Measured, turns_of
from dealsim.scenario import Scenario
from dealsim.streams import CHUNK, chunks

TIMELINE_TRIALS = 200_000
"""Month-end series keep at most this many trials."""
PATH_TRIALS = 20_000
"""What happens between month ends (plots only) keeps at most this many trials."""

Progress = Callable[[int], None]
"""Called with the number of trials done so far."""

Chunk = Callable[[int], Sequence[tuple[Mapping[str, Array], Measured]]]
"""Makes a chunk of every world by its number: inputs drawn and what was measured."""


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
    whole: list[_Whole] = []
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
            whole = whole or [_Whole(trials) for _ in parts]
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


class _Whole:
    """One world's results, filled chunk by chunk."""

    def __init__(self, trials: int) -> None:
        self._trials = trials
        self.inputs: dict[str, Array] = {}
        self._metrics: dict[str, Array] = {}
        self._timeline: dict[str, Array] = {}
        self._paths: dict[str, Array] = {}
        self._turns: dict[str, Array] = {}
        self._cohorts: list[dict[str, Array]] = []

    def place(self, inputs: Mapping[str, Array], part: Measured, first: int, end: int) -> None:
        """Put trials [first, end) where they belong."""
        trials = self._trials
        _place(self.inputs, inputs, first, end, trials)
        _place(self._metrics, part.metrics, first, end, trials)
        _place(self._timeline, part.timeline, first, end, min(trials, TIMELINE_TRIALS))
        _place(self._paths, part.paths, first, end, min(trials, PATH_TRIALS))
        _place(self._turns, part.turns, first, end, min(trials, TIMELINE_TRIALS))
        self._cohorts = self._cohorts or [{} for _ in part.cohorts]
        for into, own in zip(self._cohorts, part.cohorts, strict=True):
            _place(into, own, first, end, min(trials, TIMELINE_TRIALS))

    def measured(self) -> Measured:
        cohorts = tuple(self._cohorts)
        return Measured(self._metrics, self._timeline, self._paths, cohorts, self._turns)


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


TIMELINE_SERIES = 12
"""Month-end series of a result, those of ordinary trade included."""


def memory_needed(scenario: Scenario, clock: Clock, trials: int, keep: Collection[str]) -> int:
    """Bytes a run of `trials` keeps: inputs, metrics and series, and the chunks in work."""
    uncertain = sum(not value.is_constant for value in scenario.numbers().values())
    recorded = len(LINES) + len(COUNTS) + len(MEMOS)
    months, days = len(clock.month_ends), len(clock.record_days)
    kept = trials * (uncertain + len(METRICS) + 3)
    series = TIMELINE_SERIES * ("timeline" in keep)
    series += 3 * recorded * ("cohorts" in keep) * len(clock.campaigns)
    series *= min(trials, TIMELINE_TRIALS) * months
    turns = 2 * len(STOCKS) * len(turns_of(clock)) * ("timeline" in keep)
    series += min(trials, TIMELINE_TRIALS) * turns
    paths = min(trials, PATH_TRIALS) * 3 * days * ("paths" in keep)
    working = 4 * CHUNK * (2 * recorded * months * len(clock.campaigns) + 6 * days)
    # statistics sort one column at a time; the files are written in slices
    return 8 * (kept + series + paths + working + 4 * trials)


def check_memory(scenario: Scenario, clock: Clock, trials: int, keep: Collection[str]) -> None:
    """Raise UsageError where a run needs more memory than there is."""
    needed, there = memory_needed(scenario, clock, trials, keep), memory_there()
    if needed > there:
        raise UsageError(
            f"{trials:,} trials would need about {_gigabytes(needed)} of memory and this machine "
            f"has {_gigabytes(there)}; 10,000 trials are enough for most decisions"
        )


def memory_there() -> int:
    """Memory in bytes that this process may use: the machine's, or less where a control group
    limits it; 8 GB where the system does not say (Windows)."""
    try:
        there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 8 * 2**30
    return min([there, *_control_group_limits()])


def _control_group_limits() -> list[int]:
    """Limits of the process's own control group and those above it (Linux, version 2)."""
    root = Path("/sys/fs/cgroup")
    try:
        line = Path("/proc/self/cgroup").read_text(encoding="ascii").strip().splitlines()[-1]
        own = root / line.split(":", 2)[2].lstrip("/")
        files = [
            folder / "memory.max"
            for folder in (own, *own.parents)
            if root in (folder, *folder.parents)
        ]
        texts = [file.read_text(encoding="ascii").strip() for file in files if file.exists()]
    except (OSError, ValueError, IndexError):
        return []
    return [int(text) for text in texts if text.isdecimal()]


def _gigabytes(size: int) -> str:
    return f"{size / 2**30:,.1f} GB"

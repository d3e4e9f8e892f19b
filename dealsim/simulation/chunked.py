"""Chunks of trials over workers, laid side by side in the order of the trials."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor

from dealsim.engine import Array
from dealsim.results import Gathered, Measured
from dealsim.streams import chunks

Progress = Callable[[int], None]
"""Called with the number of trials done so far."""

Chunk = Callable[[int], Sequence[tuple[Mapping[str, Array], Measured]]]
"""Makes a chunk of every world by its number: inputs drawn and what was measured."""

More = Callable[[Sequence[Gathered], int], int]
"""Told every world so far and the number of trials done (whole chunks), says how many there shall
be; as many as there are: enough."""


def run_chunks(
    job: Chunk,
    trials: int,
    workers: int | None,
    executor: Executor | None,
    progress: Progress | None,
    more: More | None = None,
) -> tuple[list[dict[str, Array]], list[Measured]]:
    """Run all chunks and lay each world's results side by side, in the order of the trials.

    Chunks run on `executor`, or on as many threads as `workers` (the machine's cores, where left
    out); what is submitted ahead is bounded by the number of its workers, and cancelled on error.
    `more` is asked once all `trials` are done, and again whenever what it asked for is.
    """
    whole: list[Gathered] = []
    own = None if executor else ThreadPoolExecutor(workers or os.cpu_count() or 1)
    pool = executor or own
    assert pool is not None
    done = 0
    try:
        while done < trials:
            _add(whole, job, done, trials, pool, progress)
            done, trials = trials, trials if more is None else more(whole, trials)
    finally:
        if own:
            own.shutdown(wait=True, cancel_futures=True)
    return [dict(sorted(world.inputs.items())) for world in whole], [w.measured() for w in whole]


def _add(
    whole: list[Gathered],
    job: Chunk,
    done: int,
    trials: int,
    pool: Executor,
    progress: Progress | None,
) -> None:
    """Add trials to every world, from those that are done up to `trials`."""
    todo = [one for one in chunks(trials) if one[1] >= done]
    ahead = 2 * workers_of(pool)
    for world in whole:
        world.grow(trials)
    futures = {chunk: pool.submit(job, chunk) for chunk, _, _ in todo[:ahead]}
    try:
        for place, (chunk, first, end) in enumerate(todo):
            parts = futures.pop(chunk).result()
            for later, _, _ in todo[place + ahead : place + ahead + 1]:
                futures[later] = pool.submit(job, later)
            if not whole:
                whole += [Gathered(trials) for _ in parts]
            for world, part in zip(whole, parts, strict=True):
                world.place(*part, first, end)
            if progress:
                progress(end)
    finally:
        for future in futures.values():
            future.cancel()


def workers_of(executor: Executor) -> int:
    """How many jobs an executor runs at once; the machine's cores where it does not say."""
    found = getattr(executor, "_max_workers", None)
    return int(found or os.cpu_count() or 1)

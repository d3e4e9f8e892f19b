"""Who computes the cells of a sweep: this process, several of this machine, or a cluster."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

from dealsim.decisions.cluster import ClusterExecutor, killed
from dealsim.errors import DealsimError

AHEAD = 4
"""Cells handed to each worker at a time, so that none waits and few are lost."""
LOOK = 1.0
"""Seconds after which a cluster that is silent is looked at."""

Job = TypeVar("Job")
Found = TypeVar("Found")


@contextmanager
def pool_of(executor: Executor | None, workers: int, jobs: int) -> Iterator[Executor | None]:
    """The executor given, processes of this machine, or None where one process is enough."""
    count = min(workers, jobs)
    if executor is not None or count < 2:
        yield executor
        return
    # processes, because much of a small cell is Python's own work; started afresh, because numpy's
    # threads do not survive a fork
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, context, initializer=begin_worker) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def begin_worker() -> None:
    """Ctrl-C is for the process that waits for the workers, and it ends them; where it is killed,
    they end themselves, since nobody would ask them to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def computed(
    pool: Executor | None,
    function: Callable[[Job], Found],
    keys: Sequence[int],
    job: Callable[[int], Job],
) -> Iterator[tuple[int, Found]]:
    """Keys and what the function finds of their jobs, as they are finished.

    Raises DealsimError where workers die, or a cluster goes away.
    """
    if pool is None:
        for key in keys:
            yield key, function(job(key))
        return
    waiting: dict[Future[Found], int] = {}
    places = iter(keys)
    try:
        _hand_out(pool, function, places, job, waiting)
        while waiting:
            done, _ = wait(waiting, timeout=LOOK, return_when=FIRST_COMPLETED)
            for future in done:
                yield waiting.pop(future), future.result()
            if not done and isinstance(pool, ClusterExecutor):
                pool.check()
            _hand_out(pool, function, places, job, waiting)
    except BrokenProcessPool:
        raise DealsimError(
            "a worker died, most likely for want of memory: ask for fewer workers (a script in "
            'Python that asks for several needs `if __name__ == "__main__":`)'
        ) from None
    except CancelledError:
        raise DealsimError("the cluster went away before all cells were computed") from None
    except Exception as error:
        if killed(error):
            raise DealsimError(
                "a cell was given up after the workers that computed it died, most likely for want "
                "of memory: ask for fewer --trials, or give workers more"
            ) from None
        raise
    finally:
        for future in waiting:
            future.cancel()


def _hand_out(
    pool: Executor,
    function: Callable[[Job], Found],
    places: Iterator[int],
    job: Callable[[int], Job],
    waiting: dict[Future[Found], int],
) -> None:
    """Fill up what the workers have before them."""
    ahead = AHEAD * places_of(pool)
    while len(waiting) < ahead:
        key = next(places, None)
        if key is None:
            return
        waiting[pool.submit(function, job(key))] = key


def places_of(pool: Executor) -> int:
    """Jobs that a pool does at a time."""
    if isinstance(pool, ClusterExecutor):
        return pool.places
    return int(getattr(pool, "_max_workers", None) or 8)

"""Two works at once, with one progress; when one fails the other stops."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from multiprocessing.connection import Connection
from threading import Event
from typing import TypeVar

from dealsim.decisions.pool import begin_worker
from dealsim.errors import DealsimError

First = TypeVar("First")
Second = TypeVar("Second")
Job = TypeVar("Job")
Found = TypeVar("Found")
Told = Callable[[float], None]

LOOK = 0.25
"""Seconds after which a process that is silent is looked at."""


def side_by_side(
    first: Callable[[Told], First],
    second: Callable[[Told], Second],
    told: Told,
    workers: int | None,
) -> tuple[First, Second]:
    """What both find; each is given a function to be told the share that it has done, of 1, and
    `told` hears of the mean of both. With one worker they run after each other."""
    shares, stopped = [0.0, 0.0], Event()

    def teller(work: int) -> Told:
        def tell(share: float) -> None:
            if stopped.is_set():
                raise CancelledError
            shares[work] = share
            told(sum(shares) / 2)

        return tell

    if workers == 1:
        return first(teller(0)), second(teller(1))
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.submit(first, teller(0)), pool.submit(second, teller(1))
        try:
            return one.result(), other.result()
        finally:
            stopped.set()  # what still runs after a failure, or Ctrl-C, ends at its next word


def elsewhere(work: Callable[[Job, Told], Found], job: Job, told: Told) -> Found:
    """What the work finds of a job, in a process of its own, which ends with this one's interest:
    whatever `told` raises ends it.

    Much of the work on few futures is Python's own, which threads do not share out. Work, job and
    what is found must be such that can be sent; a script needs `if __name__ == "__main__":`.
    Raises what the work raises, and DealsimError where the process died.
    """
    # started afresh, because numpy's threads do not survive a fork
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_send_found, args=(work, job, there), daemon=True)
    process.start()
    there.close()
    share = 0.0
    try:
        while True:
            told(share)
            if not here.poll(LOOK):
                continue
            kind, value = here.recv()
            if kind == "found":
                return value
            if kind == "failed":
                raise value
            share = value
    except EOFError:
        raise DealsimError(
            "a worker died, most likely for want of memory: ask for --workers 1"
        ) from None
    finally:
        process.terminate()
        process.join()
        here.close()


def _send_found(work: Callable[[Job, Told], Found], job: Job, pipe: Connection) -> None:
    """What the process does: its shares, and then what it found or why it failed."""
    begin_worker()
    try:
        pipe.send(("found", work(job, lambda share: pipe.send(("share", share)))))
    except Exception as error:
        pipe.send(("failed", error))

"""Two works at once, on two threads, with one progress; when one fails the other stops."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from threading import Event
from typing import TypeVar

First = TypeVar("First")
Second = TypeVar("Second")
Told = Callable[[float], None]


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

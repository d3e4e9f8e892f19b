"""Progress, on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, TextIO

from dealsim.output.terminal.console import make_console
from dealsim.text import shortened

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 1.0
"""Seconds of work before a progress bar is shown."""


class Tell:
    """Told how much of `total` is done so far; `plan` says that it is more, or less, in all."""

    def __init__(self, total: int, show: Callable[[int, int], None] | None = None) -> None:
        self._total, self._show = total, show

    def plan(self, total: int) -> None:
        """There is so much to do in all."""
        self._total = total

    def __call__(self, done: int) -> None:
        if self._show is not None:
            self._show(done, self._total)


@contextmanager
def progress(
    label: str, total: int, stream: TextIO | None = None, quiet: bool = False
) -> Iterator[Tell]:
    """A bar on stderr with the time left, for work of more than a second, at a terminal only.

    Yields a function to be told how much of `total` is done so far. Nothing is shown, and no
    trace left, otherwise.
    """
    out = sys.stderr if stream is None else stream
    if quiet or not out.isatty():
        yield Tell(total)
        return
    begun, bars = time.monotonic(), ExitStack()
    shown: list[Progress] = []

    def show(done: int, total: int) -> None:
        if not shown and done < total and time.monotonic() - begun >= PATIENCE:
            shown.append(bars.enter_context(_bar(out)))
            # from here on, so that what was there before does not count as speed
            shown[0].add_task(shortened(label), total=total, completed=done)
        for bar in shown:
            bar.update(bar.task_ids[0], completed=done, total=total)

    with bars:
        yield Tell(total, show)


def _bar(stream: TextIO) -> Progress:
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(compact=True),
        console=make_console(stream),
        transient=True,
    )

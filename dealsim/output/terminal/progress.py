"""Progress, on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from dealsim.output.terminal.console import make_console

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 1.0
"""Seconds of work before a progress bar is shown."""


@contextmanager
def progress(
    label: str, total: int, stream: TextIO | None = None, quiet: bool = False
) -> Iterator[Callable[[int], None]]:
    """A bar on stderr with the time left, for work of more than a second, at a terminal only.

    Yields a function to be told how much of `total` is done so far. Nothing is shown, and no
    trace left, otherwise.
    """
    out = sys.stderr if stream is None else stream
    if quiet or not out.isatty():
        yield lambda done: None
        return
    bar = _Bar(label, total, out)
    try:
        yield bar.update
    finally:
        bar.stop()


class _Bar:
    """A progress bar that appears once the work has lasted for `PATIENCE`."""

    def __init__(self, label: str, total: int, stream: TextIO) -> None:
        self._label, self._total, self._stream = label, total, stream
        self._begun = time.monotonic()
        self._shown: Progress | None = None

    def update(self, done: int) -> None:
        if self._shown is None:
            if time.monotonic() - self._begun < PATIENCE or done >= self._total:
                return
            self._shown = self._show()
        self._shown.update(self._shown.task_ids[0], completed=done)

    def _show(self) -> Progress:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        shown = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(compact=True),
            console=make_console(self._stream),
            transient=True,
        )
        shown.add_task(self._label, total=self._total)
        shown.start()
        return shown

    def stop(self) -> None:
        if self._shown is not None:
            self._shown.stop()

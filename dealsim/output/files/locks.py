"""Which folders another process is at work in.

A folder is locked as long as a process that locked it lives: the system lets go of it, however the
process ends. Where there are no such locks (Windows, some network disks), what has not been touched
for an hour counts as let go of.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

ABANDONED = 3600.0
"""Seconds without a change after which a folder is taken to be nobody's."""

PATIENCE = 10.0
"""Seconds waited for another process to leave a folder, which takes it a blink."""


@contextmanager
def locked(folder: Path, patience: float = 0.0) -> Iterator[bool]:
    """The folder locked against others who do the same; whether it is this process's now.

    Waits for at most `patience` seconds.
    """
    handle = _open(folder)
    if handle is None:
        yield _is_old(folder)
        return
    try:
        yield _lock(handle, folder, time.monotonic() + patience)
    finally:
        os.close(handle)


def _open(folder: Path) -> int | None:
    """The folder opened, as far as folders can be."""
    if fcntl is None:
        return None
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def _lock(handle: int, folder: Path, until: float) -> bool:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.02)
        except OSError:  # a disk without locks
            return _is_old(folder)


def _is_old(folder: Path) -> bool:
    return time.time() - folder.stat().st_mtime > ABANDONED

"""The one door through which files of the user's are opened.

A path comes from a command line, a scenario or a script, and may name anything: nothing at all, a
folder, a pipe on which no one ever writes, a device, a link to itself, a name no system takes.
Each is refused in words, before anything is read, and nothing waits.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_WORDS = {
    errno.ENOENT: "no such file",
    errno.ENOTDIR: "no such file",
    errno.ELOOP: "is a link that leads in a circle",
    errno.ENAMETOOLONG: "has a name that is too long for a file",
    errno.EACCES: "cannot be read: you have no permission to",
    errno.EPERM: "cannot be read: you have no permission to",
}


class FileRefused(ValueError):
    """A file that is not read: `reason`, in words that follow its name (`is a folder`)."""

    def __init__(self, reason: str, *, is_missing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_missing = is_missing


class FileTooLarge(FileRefused):
    """A file larger than what is read of its kind; `reason` says how large that is."""


@contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A regular file, opened for reading; raises FileRefused for anything else.

    What goes wrong with the system while it is read is told as FileRefused, too.
    """
    with _told(), _named():
        # A device may act on being opened: what the name stands for is looked at first, and once
        # more when it is open, should it have been exchanged.
        _check_kind(Path(path).stat().st_mode)
        flags = ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY")
        handle = os.open(path, os.O_RDONLY | sum(getattr(os, flag, 0) for flag in flags))
    with _told(), os.fdopen(handle, "rb") as stream:
        _check_kind(os.fstat(handle).st_mode)
        yield stream


def read_bytes(path: str | os.PathLike[str], largest: int) -> bytes:
    """All of a file, of at most `largest` bytes; raises FileRefused (FileTooLarge: it has more)."""
    with opened(path) as stream:
        content = stream.read(largest + 1)
    if len(content) > largest:
        raise FileTooLarge(f"is larger than {largest // 1_000_000} MB")
    return content


def identity(path: str | os.PathLike[str]) -> tuple[int, int]:
    """What is the same for two names of one file; raises FileRefused where there is none."""
    with _told(), _named():
        found = Path(path).stat()
    return found.st_dev, found.st_ino


@contextmanager
def _told() -> Iterator[None]:
    """What the system says about a file, as FileRefused."""
    try:
        yield
    except OSError as error:
        code = error.errno or 0
        reason = _WORDS.get(code) or f"cannot be read ({error.strerror or error})"
        raise FileRefused(reason, is_missing=code in (errno.ENOENT, errno.ENOTDIR)) from None


@contextmanager
def _named() -> Iterator[None]:
    """A name that Python does not pass on, with a NUL or letters the system cannot write."""
    try:
        yield
    except FileRefused:
        raise
    except ValueError:
        raise FileRefused("has a name that no file can have", is_missing=True) from None


def _check_kind(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise FileRefused("is a folder")
    if stat.S_ISFIFO(mode):
        raise FileRefused("is a pipe, not a file")
    if not stat.S_ISREG(mode):
        raise FileRefused("is a device, not a file")

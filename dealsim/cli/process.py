"""What the command owes to the system around it: channels that may be closed, and signals."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType

import click

from dealsim.text import shown_path, visible_lines

_OF_CHANNELS = (errno.ENOSPC, errno.EIO, errno.EBADF, errno.EFBIG)
"""What goes wrong without the name of a file where it is printed to a channel."""

UNPRINTED = "what is printed cannot be written"


class Interrupted(KeyboardInterrupt):
    """A signal that asks the process to end; `number` says which."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def open_channels() -> None:
    """Make standard input, output and error exist and take every character.

    Whoever closes one (`>&-`, a service without a console) wants nothing of it. Its number must
    not go to a file that is opened later, though: what is printed would be written into that.
    """
    with contextlib.suppress(OSError):
        while (handle := os.open(os.devnull, os.O_RDWR)) <= 2:
            os.set_inheritable(handle, True)
        os.close(handle)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, io.TextIOWrapper(io.FileIO(os.devnull, "w"), encoding="utf-8"))
        with contextlib.suppress(AttributeError, OSError):
            getattr(sys, name).reconfigure(errors="replace")


def close_channels() -> int:
    """Write out what is still to be printed; the exit code that failing to do so calls for.

    A reader who has left (`| head`) is no failure, a full disk behind `>` is.
    """
    code = 0
    for channel in (sys.stdout, sys.stderr):
        try:
            channel.flush()
        except BrokenPipeError:
            _silence(channel.fileno())
        except (OSError, ValueError) as error:
            code = 1
            with contextlib.suppress(OSError, ValueError):
                _silence(channel.fileno())
                say(f"error: {reason_of(error)}")
    return code


def _silence(handle: int) -> None:
    """Lead a channel nowhere, so that nothing complains about it when the process ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, handle)
    os.close(nowhere)


@contextlib.contextmanager
def ending_tidily() -> Iterator[None]:
    """SIGTERM and SIGHUP like Ctrl-C: what is half written goes, and the process ends.

    A signal that is ignored (`nohup`) stays so.
    """
    names = ("SIGTERM", "SIGHUP", "SIGBREAK")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {}
    for number in numbers:
        with contextlib.suppress(ValueError):  # not the main thread: signals are someone else's
            if signal.getsignal(number) == signal.SIG_DFL:
                before[number] = signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, frame: FrameType | None) -> None:
    raise Interrupted(number)


def signal_behind(error: BaseException | None) -> int | None:
    """The signal that an error goes back to, SIGINT for Ctrl-C; None where it is another."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return getattr(error, "number", int(signal.SIGINT))
        error = error.__cause__ or error.__context__
    return None


def say(message: str) -> None:
    """A line for people, on standard error, in which a terminal obeys nothing."""
    with contextlib.suppress(OSError):  # the terminal may be gone
        click.echo(visible_lines(message), err=True)


def reason_of(error: Exception) -> str:
    """What the system says, with the name of the file that it is about, if any."""
    reason = getattr(error, "strerror", None) or str(error)
    name = getattr(error, "filename", None)
    if name:
        return f"{shown_path(name)}: {reason}"
    return f"{UNPRINTED}: {reason}" if getattr(error, "errno", None) in _OF_CHANNELS else reason

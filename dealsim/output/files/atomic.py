"""A small file, written whole or not at all."""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write a small text file whole or not at all: UTF-8, LF."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a small file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # The name is short whatever the file's, and new: nobody's link is followed.
    made = path.parent / f".dealsim-{secrets.token_hex(8)}.tmp"
    try:
        with made.open("xb") as stream:
            stream.write(content)
        made.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            made.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise

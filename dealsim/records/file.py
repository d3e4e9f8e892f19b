"""The file of a register: what it is, how it is encoded, and its lines, as often as needed.

The text is never held as a whole: the bytes are looked through once, then the lines are read.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from os import PathLike
from typing import BinaryIO

from dealsim.errors import Problem, ScenarioError
from dealsim.files import FileRefused, opened

LARGEST_FILE = 100_000_000
"""Largest register read, in bytes."""

CHUNK = 1_000_000
"""Bytes looked at at a time; a line that does not end within as many is none of a register."""

AS_CSV = "save it as CSV (UTF-8)"
_SPREADSHEETS = (b"PK", b"\xd0\xcf\x11\xe0")
"""How .xlsx and .ods (zip files) begin, and .xls."""


class RegisterFile:
    """A register opened for reading; `name` is the path as given, `sha256` of its bytes."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self.name = name
        self.encoding, self.sha256 = _look_through(stream, name)

    @contextmanager
    def text(self) -> Iterator[io.TextIOWrapper]:
        """The text from its beginning, without a byte order mark, line ends as they are."""
        self._stream.seek(0)
        # What cp1252 does not have can only be in the text of a campaign.
        text = io.TextIOWrapper(self._stream, self.encoding, errors="replace", newline="")
        try:
            yield text
        finally:
            # Closing it would close the file, which is read again for the lines to quote.
            text.detach()

    def lines(self, wanted: Iterable[int]) -> dict[int, str]:
        """The text of some lines, by their number from 1."""
        numbers = set(wanted)
        last = max(numbers, default=0)
        found: dict[int, str] = {}
        with self.text() as text:
            for number, line in enumerate(text, 1):
                if number > last:
                    break
                if number in numbers:
                    found[number] = line
        return found


@contextmanager
def open_register(path: str | PathLike[str]) -> Iterator[RegisterFile]:
    """Opens a register; raises `ScenarioError` for what cannot be one.

    The kind of file and its size are looked at before anything is read.
    """
    name = str(path)
    try:
        with opened(path) as stream:
            _check_size(os.fstat(stream.fileno()).st_size, name)
            yield RegisterFile(stream, name)
    except FileRefused as error:
        hint = "give the path of the register, a CSV file"
        raise refused(name, error.reason, hint) from None


def refused(name: str, message: str, hint: str) -> ScenarioError:
    """The error of a file that is no register at all."""
    return ScenarioError([Problem(message, hint, file=name)])


def _check_size(size: int, name: str) -> None:
    if size > LARGEST_FILE:
        message = f"larger than {LARGEST_FILE // 1_000_000} MB, which is too large for a register"
        raise refused(name, message, "add up the vouchers of each day and event in one row")


def _look_through(stream: BinaryIO, name: str) -> tuple[str, str]:
    """Encoding and SHA-256 of the bytes; raises `ScenarioError` where they are no text."""
    digest, text, size = hashlib.sha256(), _Utf8(), 0
    while chunk := stream.read(CHUNK):
        if size == 0:
            _check_start(chunk, name)
        size += len(chunk)
        _check_size(size, name)
        digest.update(chunk)
        if b"\0" in chunk:
            raise refused(name, "is not a text file", AS_CSV)
        if len(chunk) == CHUNK and b"\n" not in chunk and b"\r" not in chunk:
            raise refused(name, f"has a line of more than {CHUNK:,} characters", AS_CSV)
        text.look_at(chunk)
    text.look_at(b"")
    return "utf-8-sig" if text.sound else "cp1252", digest.hexdigest()


class _Utf8:
    """Whether bytes that come in pieces, the last of them empty, are UTF-8."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.sound = True

    def look_at(self, chunk: bytes) -> None:
        if self.sound:
            try:
                self._decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError:
                self.sound = False


def _check_start(chunk: bytes, name: str) -> None:
    if chunk.startswith(_SPREADSHEETS):
        raise refused(name, "is a spreadsheet or a zip file, not CSV", AS_CSV)
    if chunk[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise refused(name, "is UTF-16 text", AS_CSV)

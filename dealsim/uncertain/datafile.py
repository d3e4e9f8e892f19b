"""Reading a file of past values: one number a row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from dealsim.files import FileRefused, read_bytes
from dealsim.text import LONGEST_PATH, shown_path
from dealsim.units import exact_number, quoted

_NUMERIC = re.compile(r"[-+\N{MINUS SIGN}]?[$\N{POUND SIGN}\N{EURO SIGN}]?[0-9.,/eE+ -]{1,40}%?")
"""What is meant as a number, well written or not."""

LARGEST_FILE = 20_000_000
"""Largest file of values read, in bytes."""

MOST_VALUES = 1_000_000
"""Most values read from a file."""


def read_values(path: str | Path) -> tuple[float, ...]:
    """The numbers of a CSV file of one column, in the order of the file.

    The first row may be a heading. A byte order mark, CRLF, empty rows, and empty cells after the
    number (`12;` or `12,`) are passed over. Numbers are written as in a scenario: 12.5, 45%, 1/3.
    Raises ValueError, with a sentence for the user that names the row, where there is anything
    else, and where the file cannot be read. Of a file that is not mostly numbers nothing is
    repeated: it may be another one than was meant, and anyone's.
    """
    file = Path(path)
    values: list[float] = []
    wrong: list[tuple[int, str, str]] = []
    headed = False
    for row, cells in _rows(_text(file), file):
        if len(cells) > 1:
            wrong.append((row, "", f"{len(cells)} cells, where one number is expected"))
            continue
        try:
            values.append(_number(cells[0]))
        except ValueError as error:
            if not values and not wrong and not headed and cells[0][0].isalpha():
                headed = True
            else:
                wrong.append((row, cells[0], str(error)))
    if wrong:
        others = len(wrong) - 1
        more = f" (and {others:,} more row{'s' if others > 1 else ''})" if others else ""
        row, cell, what = wrong[0]
        if len(values) < len(wrong) + headed and not _NUMERIC.fullmatch(cell) and cell:
            what = "there is text, where one number is expected"
        raise ValueError(f"{shown_path(file.name)}, row {row}: {what}{more}")
    if not values:
        raise ValueError(f"{file.name} has no numbers in it")
    if len(values) > MOST_VALUES:
        raise ValueError(
            f"{file.name} has {len(values):,} values; at most {MOST_VALUES:,} are read"
        )
    return tuple(values)


def _text(file: Path) -> str:
    """The file as text; ValueError where it is missing, too large or not text."""
    shown = quoted(shown_path(file), LONGEST_PATH)
    try:
        content = read_bytes(file, LARGEST_FILE)
    except FileRefused as error:
        if error.is_missing:
            raise ValueError(f"there is no file {shown}") from None
        raise ValueError(f"{shown} {error.reason}") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{shown} is not UTF-8 text: save it as CSV (UTF-8)") from error
    if "\0" in text:
        raise ValueError(f"{shown} is not a text file: save it as CSV (UTF-8)")
    return text


def _rows(text: str, file: Path) -> Iterator[tuple[int, list[str]]]:
    """Row numbers from 1 and the cells of each row, without empty rows and trailing cells."""
    mark = next((mark for mark in ";\t" if mark in text), ",")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        for cells in rows:
            kept = [cell.strip() for cell in cells]
            while kept and not kept[-1]:
                kept.pop()
            if kept:
                yield rows.line_num, kept
    except csv.Error as error:
        raise ValueError(f"{file.name}, row {rows.line_num}: {error}") from error


def _number(cell: str) -> float:
    percent = cell.endswith("%")
    return float(exact_number(cell.removesuffix("%")) / (100 if percent else 1))

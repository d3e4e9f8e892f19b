"""The header of a register: which column is where, and what parts the cells."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, replace

from dealsim.errors import Problem, ScenarioError
from dealsim.records.cells import parse_day, parse_event
from dealsim.records.issues import Issue, Message, issue_problem
from dealsim.scenario.language.suggest import did_you_mean
from dealsim.units import quoted

REQUIRED = ("date", "event", "vouchers")
OPTIONAL = ("amount", "currency", "campaign")
COLUMNS = REQUIRED + OPTIONAL
MARKS = (",", ";", "\t")
"""What may part the cells; the first is taken where the header does not tell."""

FIRST_LINE = "begin the file with the line  date,event,vouchers"


@dataclass(frozen=True)
class Columns:
    """Where each column of `COLUMNS` stands, from 0 (None: it is not there).

    `mark` parts the cells, `width` is the number of columns.
    """

    mark: str
    width: int
    date: int
    event: int
    vouchers: int
    amount: int | None
    currency: int | None
    campaign: int | None

    def all(self) -> tuple[int, ...]:
        """Where the columns that there are stand."""
        found = (self.date, self.event, self.vouchers, self.amount, self.currency, self.campaign)
        return tuple(at for at in found if at is not None)

    @property
    def needed(self) -> int:
        """Cells that every row has at least."""
        return max(self.date, self.event, self.vouchers) + 1


def read_header(text: str, line: int, file: str) -> Columns:
    """The columns that the header names; raises `ScenarioError` with all that is wrong with it."""
    mark = max(MARKS, key=lambda mark: len(set(_names(text, mark)) & set(COLUMNS)))
    names = _names(text, mark)
    issues = [Issue(message, line, cell) for cell, message in _wrong(names)]
    if issues:
        problems = [issue_problem(issue, file, text, mark) for issue in issues]
        if not _is_of_a_register(names, text):
            # anyone's file: nothing of it is repeated
            problems = [replace(problem, quote=None) for problem in problems]
        raise ScenarioError(problems)
    at = {name: names.index(name) for name in COLUMNS if name in names}
    optional = (at.get(name) for name in OPTIONAL)
    return Columns(mark, len(names), at["date"], at["event"], at["vouchers"], *optional)


def _is_of_a_register(names: list[str], text: str) -> bool:
    """Whether the cells of a first line are a register's: a column's name, a day or an event; or
    its words are, where no cells can be told."""
    words = re.findall("[a-z_]+", text.lower())
    return len(set(words) & set(COLUMNS)) > 1 or any(
        name in COLUMNS or parse_day(name) is not None or parse_event(name) is not None
        for name in names
    )


def no_header(file: str) -> ScenarioError:
    """The error of a file without a line of text."""
    return ScenarioError([Problem("the file is empty", FIRST_LINE, file=file)])


def _names(text: str, mark: str) -> list[str]:
    """The names between the marks, in small letters; empty ones at the end are left out."""
    try:
        names = next(csv.reader([text], delimiter=mark, skipinitialspace=True, strict=True), [])
    except csv.Error:
        names = [text]
    names = [" ".join(name.split()).lower() for name in names]
    while names and not names[-1]:
        names.pop()
    return names


def _wrong(names: list[str]) -> list[tuple[int, Message]]:
    """What is wrong with the names, and in which cell."""
    if not set(names) & set(COLUMNS):
        is_row = any(re.search(r"[0-9]", name) for name in names)
        found = "there is no header: this is a row" if is_row else "this is not a header"
        return [(0, Message(found, FIRST_LINE))]
    wrong, meant = [], set[str]()
    for cell, name in enumerate(names):
        if name not in COLUMNS:
            hint = did_you_mean(name, COLUMNS) or f"take it out: known are {', '.join(COLUMNS)}"
            meant |= {column for column in COLUMNS if f'"{column}"' in hint}
            what = f"unknown column {quoted(name)}" if name else "this column has no name"
            wrong.append((cell, Message(what, hint)))
    for name, times in Counter(names).items():
        if times > 1 and name in COLUMNS:
            second = names.index(name, names.index(name) + 1)
            message = Message(f'the column "{name}" is there {times} times', "keep one of them")
            wrong.append((second, message))
    for name in REQUIRED:
        if name not in names and name not in meant:
            hint = f"every row needs its {', '.join(REQUIRED[:-1])} and {REQUIRED[-1]}"
            wrong.append((0, Message(f'the column "{name}" is missing', hint)))
    return wrong

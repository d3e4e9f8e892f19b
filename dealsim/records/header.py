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

MOST_NAMED = 5
"""Columns that are not read and that the warning names."""
FIRST_LINE = "begin the file with the line  date,event,vouchers"


@dataclass(frozen=True)
class Columns:
    """Where each column of `COLUMNS` stands, from 0 (None: it is not there).

    `mark` parts the cells, `width` is the number of columns. `others` are those that are not read:
    their place from 0, and name.
    """

    mark: str
    width: int
    date: int
    event: int
    vouchers: int
    amount: int | None
    currency: int | None
    campaign: int | None
    others: tuple[tuple[int, str], ...] = ()

    def all(self) -> tuple[int, ...]:
        """Where the columns that there are stand."""
        found = (self.date, self.event, self.vouchers, self.amount, self.currency, self.campaign)
        return tuple(at for at in found if at is not None)

    @property
    def has_decimal_comma(self) -> bool:
        """Whether a comma in an amount may be its decimal mark: it parts no cells."""
        return self.mark != ","

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
    amount, currency, campaign = (at.get(name) for name in OPTIONAL)
    others = tuple((k, name) for k, name in enumerate(names) if name not in COLUMNS)
    needed = at["date"], at["event"], at["vouchers"]
    return Columns(mark, len(names), *needed, amount, currency, campaign, others)


def not_read(columns: Columns, line: int, file: str) -> tuple[Problem, ...]:
    """A warning that names the columns that are not read."""
    if not columns.others:
        return ()
    names = [quoted(name) if name else "one without a name" for _, name in columns.others]
    shown = ", ".join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    shown += f" and {more} more" if more > 0 else ""
    message = f"column{'s' if len(names) > 1 else ''} not read: {shown}"
    missing = [name for name in OPTIONAL if name not in _present(columns)]
    meant = [did_you_mean(name, missing) for _, name in columns.others if name]
    hint = next((one for one in meant if one), f"known are {', '.join(COLUMNS)}")
    return (Problem(message, hint, file=file, line=line),)


def _present(columns: Columns) -> list[str]:
    return [name for name in COLUMNS if getattr(columns, name) is not None]


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
    lacking = [name for name in REQUIRED if name not in names]
    for cell, name in enumerate(names):
        hint = did_you_mean(name, lacking) if name not in COLUMNS else None
        if hint:
            meant |= {column for column in lacking if f'"{column}"' in hint}
            wrong.append((cell, Message(f"unknown column {quoted(name)}", hint)))
    for name, times in Counter(names).items():
        if times > 1 and name in COLUMNS:
            second = names.index(name, names.index(name) + 1)
            message = Message(f'the column "{name}" is there {times} times', "keep one of them")
            wrong.append((second, message))
    for name in lacking:
        if name not in meant:
            hint = f"every row needs its {', '.join(REQUIRED[:-1])} and {REQUIRED[-1]}"
            wrong.append((0, Message(f'the column "{name}" is missing', hint)))
    return wrong

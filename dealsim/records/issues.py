"""What is wrong with a register, gathered while it streams by.

A register may have a million rows with the same issue: the first is kept and the rest counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, ParamSpec, TypeAlias

from dealsim.errors import Problem
from dealsim.scenario.language.node import Source

Given = ParamSpec("Given")
QUOTED = 200
"""Columns of a line beyond which no mark is set below it."""


class Message(NamedTuple):
    """An issue in words: what is wrong, and the remedy."""

    message: str
    hint: str


Refusal: TypeAlias = tuple[str, Message]
"""Kind and words of an issue that a row may have."""


@dataclass(frozen=True)
class Issue:
    """The first issue of its kind: its words, line (from 1) and cell (from 0)."""

    message: Message
    line: int
    cell: int | None


class IssueLog:
    """The issues of one register by kind, a word such as `date`; `rows` is how many in all."""

    def __init__(self) -> None:
        self._found: dict[str, Issue] = {}
        self._rows: dict[str, int] = {}
        self.rows = 0

    def add(
        self,
        kind: str,
        line: int,
        cell: int | None,
        describe: Callable[Given, Message],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> None:
        """Note a row's issue; `describe` puts it in words, where it is the first of its kind."""
        self.rows += 1
        if kind in self._rows:
            self._rows[kind] += 1
        else:
            self._rows[kind] = 1
            self._found[kind] = Issue(describe(*args, **kwargs), line, cell)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of issue found."""
        return frozenset(self._found)

    @property
    def lines(self) -> frozenset[int]:
        """The lines that the messages quote."""
        return frozenset(issue.line for issue in self._found.values())

    def problems(self, file: str, texts: Mapping[int, str], mark: str) -> list[Problem]:
        """The issues in the order of the lines; `texts` are the lines, `mark` parts the cells."""
        found = sorted(self._found.items(), key=lambda one: (one[1].line, one[1].cell or 0))
        return [
            issue_problem(issue, file, texts.get(issue.line, ""), mark, self._rows[kind] - 1)
            for kind, issue in found
        ]


def issue_problem(issue: Issue, file: str, text: str, mark: str, more: int = 0) -> Problem:
    """An issue, and in how many `more` rows it is, with its line quoted, free of anything that a
    terminal would obey."""
    message, hint = issue.message
    if more:
        message += f" (and {more:,} more row{'s' if more > 1 else ''})"
    column = column_of(text, issue.cell, mark)
    quote = Source("file", file, text).quote(1) if (column or 1) <= QUOTED else None
    return Problem(message, hint, None, file, issue.line, column, quote)


def column_of(text: str, cell: int | None, mark: str) -> int | None:
    """Where a cell (from 0) begins in a line, from 1; None where it does not begin there."""
    if cell is None or cell == 0:
        return None if cell is None else 1
    inside = False
    for column, letter in enumerate(text, 1):
        if letter == '"':
            inside = not inside
        elif letter == mark and not inside:
            cell -= 1
            if cell == 0:
                return column + 1
    return None

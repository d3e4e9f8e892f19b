"""What can be wrong, as data.

A mistake of the user is never an exception with a sentence in it only: it is a list of
`Problem`, each saying what is wrong, where, and what to do, so that all of them can be shown
at once, printed as JSON, or turned from warnings into errors.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dealsim.text import LONGEST_MESSAGE, shortened, shown_path, visible, visible_lines


@dataclass(frozen=True)
class Problem:
    """One thing wrong (or doubtful) about a scenario.

    `file`, `line` and `column` (both from 1) say where the text stands; they are None for a
    value given with `--set` or through Python. `path` is the dotted path of the value
    (`deal.price`), `quote` the line of the file as it stands.
    """

    message: str
    hint: str | None = None
    path: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    quote: str | None = None

    def where(self) -> str:
        """`pizza.yaml:4:3`, as far as it is known."""
        parts = [None if self.file is None else shown_path(self.file), self.line, self.column]
        return ":".join(str(part) for part in parts if part is not None)

    def text(self, severity: str = "error") -> str:
        """The problem as a terminal shows it: one line, the quoted line, the remedy.

        Nothing in it is obeyed by a terminal, whoever wrote it.
        """
        place = self.where() or (f"--set {shortened(self.path)}" if self.path else "")
        message = shortened(self.message, LONGEST_MESSAGE)
        lines = [f"{severity}: {place}: {message}" if place else f"{severity}: {message}"]
        if self.quote is not None and self.line is not None:
            lines.append(f"  {self.line:>4} | {visible(self.quote)}")
            if self.column is not None:
                lines.append(f"       | {' ' * (self.column - 1)}^")
        if self.hint:
            lines.append(f"  {shortened(self.hint, LONGEST_MESSAGE)}")
        return "\n".join(lines)

    def as_dict(self) -> dict[str, str | int | None]:
        """The problem as `check --json` prints it."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "path": self.path,
            "message": self.message,
            "hint": self.hint,
        }


class DealsimError(Exception):
    """A failure the user can understand and mend; `exit_code` is the command line's."""

    exit_code = 1

    def __str__(self) -> str:
        return visible_lines(super().__str__())  # it may have lines of its own


class UsageError(DealsimError):
    """Wrong use of a command or function (exit code 2)."""

    exit_code = 2


class ScenarioError(DealsimError):
    """A scenario that cannot be run, with every problem found in it (exit code 3)."""

    exit_code = 3

    def __init__(self, problems: Iterable[Problem], warnings: Iterable[Problem] = ()) -> None:
        self.problems = tuple(problems)
        self.warnings = tuple(warnings)
        super().__init__("\n".join(problem.text() for problem in self.problems))

    def __str__(self) -> str:
        return Exception.__str__(self)  # lines of its own, made safe one by one

"""What can be wrong with a value, as data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, ParamSpec, TypeVar

from dealsim.units import plain_number, quoted

Step = str | int
T = TypeVar("T")
Given = ParamSpec("Given")


def shown(raw: object) -> str:
    """Any plain data in a message: text in quotes, numbers plain, true, nothing, a mapping."""
    if isinstance(raw, str):
        return quoted(raw)
    if raw is None or isinstance(raw, bool):
        return "nothing" if raw is None else str(raw).lower()
    if isinstance(raw, int) and raw.bit_length() > 100:
        return "a huge whole number"
    if isinstance(raw, Mapping | list | tuple):
        return "a mapping" if isinstance(raw, Mapping) else "a list"
    return plain_number(raw) if isinstance(raw, float) else str(raw)[:60]


class ValueProblem(NamedTuple):
    """One thing wrong with a value: where below the value, what, and what to do."""

    subpath: tuple[Step, ...]
    message: str
    hint: str | None = None


class ValueProblems(ValueError):
    """A value that cannot be read, with everything found wrong with it (at least one problem)."""

    def __init__(self, problems: Iterable[ValueProblem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))


def problem(message: str, hint: str | None = None, *subpath: Step) -> ValueProblems:
    """The error of a single problem."""
    return ValueProblems([ValueProblem(subpath, message, hint)])


class Collector:
    """Gathers the problems of several parts of a value, to be raised together."""

    def __init__(self) -> None:
        self.problems: list[ValueProblem] = []

    def add(self, message: str, hint: str | None = None, *subpath: Step) -> None:
        """Note one problem."""
        self.problems.append(ValueProblem(subpath, message, hint))

    def attempt(
        self,
        subpath: tuple[Step, ...],
        read: Callable[Given, T],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> T | None:
        """What `read` returns, or None with its problems noted under `subpath`."""
        try:
            return read(*args, **kwargs)
        except ValueProblems as error:
            self.problems += [
                found._replace(subpath=(*subpath, *found.subpath)) for found in error.problems
            ]
            return None

    def error(self) -> ValueProblems:
        """What was noted, to be raised."""
        return ValueProblems(self.problems)

    def finish(self) -> None:
        """Raise what was noted, if anything."""
        if self.problems:
            raise self.error()

"""Precision of a decision: more futures until what it tells is known as well as asked.

What is found with a number of futures is what the same command finds when told that number. So
nothing is chosen by how it came out, but how often it is looked at.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from dealsim.errors import UsageError
from dealsim.results.intervals import Z95
from dealsim.simulation import FIRST, MOST, Precision, TooMuchMemory, read_precision
from dealsim.streams import CHUNK

ROOM = 1.15
"""More futures than are reckoned to be needed, since their spread is an estimate."""
TIMES = 4
"""At most so many times as many futures as there were, in one go: the spread may be wrong."""


@dataclass(frozen=True)
class ToldFigure:
    """A figure that is told: its size, of which a share may be asked, and its standard error."""

    size: float
    se: float


@dataclass(frozen=True)
class Reached:
    """What was reached of the precision `asked`: of the figure furthest from it, half the width of
    its 95 % interval and what it was to be at most; `of` says of what. `trials` futures were
    simulated, of at most `most`."""

    asked: str
    of: str
    half_width: float
    allowed: float
    trials: int
    most: int

    @property
    def is_reached(self) -> bool:
        """Whether every figure is known as well as asked."""
        return self.half_width <= self.allowed

    def document(self) -> dict[str, Any]:
        """The same for JSON."""
        return {**vars(self), "reached": self.is_reached}


class Precise(Protocol):
    """Something found that can say what was reached."""

    def with_precision(self, reached: Reached) -> Any:
        """The same, saying so."""


Found = TypeVar("Found", bound=Precise)


def until_precise(
    asked: Precision | str | float,
    of: str,
    solve: Callable[[int], Found],
    figures: Callable[[Found], Sequence[ToldFigure]],
    *,
    most: int | None,
    currency: str | None = None,
) -> Found:
    """What `solve` finds with as many futures as it takes for all `figures` of it to be known as
    well as `asked`; `of` names them. At most `most` (default: a million, or what memory holds)."""
    precision = read_precision(asked, currency)
    if most is not None and most < 2:
        raise UsageError("one future has no error: give more trials, or no precision")
    limit = MOST if most is None else most
    trials = min(FIRST, limit)
    found = solve(trials)
    while True:
        reached = _worst(precision, of, figures(found), trials, limit)
        if reached.is_reached or trials >= limit:
            return found.with_precision(reached)
        times = (reached.half_width / reached.allowed) ** 2 if reached.allowed else math.inf
        blocks = math.ceil(min(ROOM * times, TIMES) * trials / CHUNK)
        wanted = min(max(blocks * CHUNK, trials + CHUNK), limit)
        try:
            found = solve(wanted)
        except TooMuchMemory:
            return found.with_precision(_worst(precision, of, figures(found), trials, trials))
        trials = wanted


def _worst(
    precision: Precision, of: str, figures: Sequence[ToldFigure], trials: int, most: int
) -> Reached:
    """The figure furthest from what is asked; where there is none, nothing is left to ask."""
    halves = [(Z95 * one.se, precision.allowed(one.size)) for one in figures]
    half, allowed = max(
        halves,
        key=lambda pair: pair[0] / pair[1] if pair[1] else (math.inf if pair[0] else 0.0),
        default=(0.0, precision.size if not precision.is_share else 0.0),
    )
    return Reached(precision.written, of, half, allowed, trials, most)

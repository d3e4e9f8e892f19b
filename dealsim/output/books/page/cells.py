"""Cells of the page's tables: amounts, days, and text that others wrote."""

from __future__ import annotations

from dealsim.books import Liability
from dealsim.output.books.amounts import money
from dealsim.text import visible

ROOM = 80
"""Characters of a name that a cell has room for."""


def exact(found: Liability, minor: float) -> str:
    """An amount to the minor unit."""
    return money(found, int(minor), cents=True)


def signed(found: Liability, minor: float, sign: int = 1) -> str:
    """An amount with its sign in the roll-forward; nil has none."""
    return exact(found, sign * int(minor)) if minor else exact(found, 0)


def shown(text: str) -> str:
    """A name on one line, without what is not seen; a very long one cut."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= ROOM else f"{line[:ROOM]}..."


def futures(found: Liability) -> str:
    """What means are over."""
    if found.trials == 1:
        return "the one future simulated"
    return f"mean of {found.trials:,} futures"

"""Drawing the plots of the books by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from dealsim.books import Liability
from dealsim.output.books.plots import actuals, breakage, outstanding, rollforward
from dealsim.output.drawing import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PLOTS: Mapping[str, Callable[[Liability], Figure]] = MappingProxyType(
    {
        "outstanding": outstanding.draw,
        "rollforward": rollforward.draw,
        "breakage": breakage.draw,
        "actuals": actuals.draw,
    }
)


def plots_of(books: Liability) -> tuple[str, ...]:
    """The plots that books have: `actuals` only where there is a register."""
    return tuple(name for name in PLOTS if name != "actuals" or books.actuals is not None)


def draw(books: Liability, name: str) -> Figure:
    """One plot as a matplotlib Figure; raises ValueError for `actuals` without a register."""
    return PLOTS[name](books)


def draw_all(
    books: Liability,
    names: Sequence[str] | None = None,
    formats: Sequence[str] = style.FORMATS,
) -> Iterator[tuple[str, bytes]]:
    """File names (`outstanding.png`) and their contents, one plot in memory at a time."""
    names = plots_of(books) if names is None else names
    return style.pictures(lambda name: draw(books, name), names, formats)

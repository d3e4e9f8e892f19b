"""The plots of the books: `outstanding`, `rollforward`, `breakage`, with a register `actuals`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from dealsim.output.books.plots import actuals, breakage, outstanding, rollforward
from dealsim.output.books.protocol import BooksLike
from dealsim.output.drawing import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BOOKS_PLOTS: Mapping[str, Callable[[BooksLike], Figure]] = MappingProxyType(
    {
        "outstanding": outstanding.draw,
        "rollforward": rollforward.draw,
        "breakage": breakage.draw,
        "actuals": actuals.draw,
    }
)


def names_for(books: BooksLike) -> tuple[str, ...]:
    """The plots that books have: `actuals` only where there is a register."""
    return tuple(name for name in BOOKS_PLOTS if name != "actuals" or books.actuals is not None)


def draw_books(books: BooksLike, name: str) -> Figure:
    """One plot as a matplotlib Figure."""
    with style.settings():
        return BOOKS_PLOTS[name](books)


def draw_all_books(
    books: BooksLike,
    names: Sequence[str] | None = None,
    formats: Sequence[str] = style.FORMATS,
) -> Iterator[tuple[str, bytes]]:
    """File names (`outstanding.png`) and their contents, one plot in memory at a time."""
    for name in names_for(books) if names is None else names:
        for suffix, picture in style.render(draw_books(books, name), formats).items():
            yield f"{name}.{suffix}", picture

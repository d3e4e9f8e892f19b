"""The plots of the books: `outstanding`, `rollforward`, `breakage`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from dealsim.output.books_protocol import BooksLike
from dealsim.output.plots import books_breakage, books_outstanding, books_rollforward, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BOOKS_PLOTS: Mapping[str, Callable[[BooksLike], Figure]] = MappingProxyType(
    {
        "outstanding": books_outstanding.draw,
        "rollforward": books_rollforward.draw,
        "breakage": books_breakage.draw,
    }
)


def draw_books(books: BooksLike, name: str) -> Figure:
    """One plot as a matplotlib Figure."""
    with style.settings():
        return BOOKS_PLOTS[name](books)


def draw_all_books(
    books: BooksLike,
    names: Sequence[str] = tuple(BOOKS_PLOTS),
    formats: Sequence[str] = style.FORMATS,
) -> Iterator[tuple[str, bytes]]:
    """File names (`outstanding.png`) and their contents, one plot in memory at a time."""
    for name in names:
        for suffix, picture in style.render(draw_books(books, name), formats).items():
            yield f"{name}.{suffix}", picture

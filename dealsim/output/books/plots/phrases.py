"""Words and pieces that the plots of the books share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dealsim.accounting.register import IntArray
from dealsim.output.books.protocol import BooksLike
from dealsim.output.drawing import axes as ax
from dealsim.output.drawing.wording import amount, day, is_nil
from dealsim.output.protocol import Array
from dealsim.units import minor_digits

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DISCLAIMED = "Not legal, tax or accounting advice."


def units(books: BooksLike, minor: IntArray) -> Array:
    """Whole minor units in units of the currency."""
    return minor / 10.0 ** minor_digits(books.scenario.currency)


def money(books: BooksLike, value: float) -> str:
    """An amount for a sentence; "nothing" where it reads as that."""
    currency = books.scenario.currency
    return "nothing" if is_nil(value, currency) else amount(value, currency)


def on_average(books: BooksLike) -> str:
    """How a mean is spoken of."""
    return "on average" if books.trials > 1 else "in the one future simulated"


def capital(text: str) -> str:
    """With a capital letter at the outset."""
    return text[:1].upper() + text[1:]


def mark_register(axes: Axes, books: BooksLike, row: int = 0) -> None:
    """A line where a register ends and the forecast begins; nothing without one."""
    if books.actuals is not None:
        end = books.actuals.as_of
        ax.mark_day(axes, end, f"register to {day(end)}", row)


def since(books: BooksLike) -> str:
    """A sentence for a note that tells what happened from what is forecast; else nothing."""
    if books.actuals is None:
        return ""
    return f"Up to {day(books.actuals.as_of)} what the register says, then forecast. "


def headroom(books: BooksLike) -> float:
    """Room above what is drawn for the names of marked days, as a share of its height."""
    return 0.16 if books.actuals is None else 0.27

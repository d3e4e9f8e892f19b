"""Words and pieces that the plots of the books share."""

from __future__ import annotations

from dealsim.accounting.register import IntArray
from dealsim.output.books_protocol import BooksLike
from dealsim.output.plots.wording import amount, is_nil
from dealsim.output.protocol import Array
from dealsim.units import minor_digits

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

"""Words and marks that the plots of the books share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dealsim.books import DISCLAIMER, Liability
from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet
from dealsim.output.drawing.sheet import RunFacts
from dealsim.output.drawing.wording import day
from dealsim.output.labels import MILESTONES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def facts(books: Liability) -> RunFacts:
    """What a sheet says of the simulation behind it."""
    several = len(books.campaigns) > 1
    return RunFacts(
        books.scenario,
        books.trials,
        books.seed,
        books.month_ends[-1],
        books.mode,
        name=books.name if several else "",
        sha256=books.sha256 if several else "",
        since=books.starts if several else None,
    )


def policy(books: Liability) -> str:
    """The breakage policy in words."""
    return books.policy or "each campaign's own"


def new_sheet(books: Liability, height: float = sheet.HEIGHT) -> tuple[Figure, Axes]:
    """A sheet whose axes, `height` inches high, run over the periods of the books."""
    figure, axes = sheet.new_sheet(height)
    ax.date_axis(axes, books.starts, books.period_ends[-1])
    return figure, axes


def on_average(books: Liability) -> str:
    """How a mean is spoken of."""
    return "on average" if books.trials > 1 else "in the one future simulated"


def capital(text: str) -> str:
    """With a capital letter at the outset."""
    return text[:1].upper() + text[1:]


def note(books: Liability, *sentences: str) -> str:
    """How to read a plot: what happened told from what is forecast, `sentences`, the disclaimer."""
    known = books.actuals
    since = f"Up to {day(known.as_of)} what the register says, then forecast." if known else ""
    return " ".join(filter(None, (since, *sentences, DISCLAIMER)))


def tax_told(books: Liability) -> str:
    """How amounts are told: without sales tax, unless prices hold one that is not due yet."""
    terms = books.scenario.sales_tax
    held = terms is not None and terms.in_prices and not books.scenario.taxed_at_issue
    return "with the sales tax in prices" if held else "without sales tax"


def mark_expiry(axes: Axes, books: Liability) -> None:
    """A line where the promotion ends, named at the head of it; of several the first and last."""
    if len(books.campaigns) > 1:
        first = min(one.expiry for one in books.campaigns)
        ax.mark_day(axes, books.expiry, f"last promotion ends {day(books.expiry)}")
        ax.mark_day(axes, first, f"first promotion ends {day(first)}", row=2)
        return
    ax.mark_day(axes, books.expiry, f"{MILESTONES['promo_expiry']} {day(books.expiry)}")


def mark_register(axes: Axes, books: Liability, row: int = 0) -> None:
    """A line where a register ends and the forecast begins; nothing without one."""
    if books.actuals is not None:
        end = books.actuals.as_of
        ax.mark_day(axes, end, f"register to {day(end)}", row)


def headroom(books: Liability) -> float:
    """Room above what is drawn for the names of marked days, as a share of its height."""
    return (0.16 if books.actuals is None else 0.27) + 0.11 * (len(books.campaigns) > 1)

"""`breakage`: breakage recognised to date under each of the three policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dealsim.books import DISCLAIMER, Liability
from dealsim.output.books.amounts import sentence_money, units
from dealsim.output.books.plots.phrases import (
    capital,
    facts,
    headroom,
    mark_expiry,
    mark_register,
    new_sheet,
    note,
    on_average,
    tax_told,
)
from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style
from dealsim.output.drawing.wording import day
from dealsim.output.labels import AXES

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EMPTY = 0.95
"""Inches, where there is nothing to draw."""
LOOKS = {
    "proportional": (style.GREEN, "-", "o"),
    "remote": (style.VERMILLION, "--", "s"),
    "none": (style.GREY, ":", "D"),
}
"""Colour, stroke and mark of each policy."""


def title(books: Liability) -> str:
    """The finding: how much each policy has recognised by the end."""
    if not books.policies:
        return "There is no breakage: the platform pays on redemption and keeps the rest"
    end = {name: float(units(books, books.policies[name])[-1]) for name in LOOKS}
    said = {name: sentence_money(books, value) for name, value in end.items()}
    by = f"By {day(books.period_ends[-1])}"
    if len(set(said.values())) == 1:
        return f"{by} all three policies recognise {said['none']} {on_average(books)}"
    found = f"{by} proportional breakage comes to {said['proportional']}"
    return f"{found}; remote to {said['remote']}, none to {said['none']}"


@style.settings()
def draw(books: Liability) -> Figure:
    """A line a policy, mean breakage to date; the scenario's own stronger."""
    currency = books.scenario.currency
    figure, axes = new_sheet(books, sheet.HEIGHT if books.policies else EMPTY)
    to_date = {name: units(books, books.policies[name]) for name in LOOKS if books.policies}
    low = min([0.0, *(float(v.min()) for v in to_date.values())])
    high = max([0.0, *(float(v.max()) for v in to_date.values())])
    unit = ax.money_axis(axes, "y", (low, high), currency, (0.04, headroom(books)))
    if not to_date:
        ax.only_zero(axes)
    ax.grid(axes)
    ax.zero_line(axes)
    key: list[Artist] = []
    for name, values in to_date.items():
        key += _draw_policy(axes, books, name, values.tolist())
    if to_date and books.expiry <= books.period_ends[-1]:
        mark_expiry(axes, books)
    if to_date:
        mark_register(axes, books, row=1)
    axes.set_ylabel(f"{AXES['breakage']} ({unit})")
    sheet.finish(figure, axes, facts(books), title(books), _note(books), key)
    return figure


def _draw_policy(axes: Axes, books: Liability, name: str, values: list[float]) -> list[Artist]:
    """The steps of one policy: what is recognised is booked at the end of a period."""
    colour, stroke, mark = LOOKS[name]
    days = [d.toordinal() for d in (books.starts, *books.period_ends)]
    own = name == books.policy
    label = f"{name}: {sentence_money(books, values[-1])}{' (this scenario)' if own else ''}"
    return list(
        axes.plot(
            days,
            [0.0, *values],
            drawstyle="steps-post",
            color=colour,
            linestyle=stroke,
            lw=2.4 if own else 1.5,
            marker=mark,
            ms=4,
            markevery=max(1, len(days) // 12),
            label=label,
            zorder=3,
        )
    )


def _note(books: Liability) -> str:
    if not books.policies:
        return f"Vouchers that are never redeemed bring the merchant nothing. {DISCLAIMER}"
    return note(
        books,
        f"{capital(on_average(books))}, {tax_told(books)}.",
        "The policies differ in when breakage becomes revenue; cash is the same under all three.",
    )

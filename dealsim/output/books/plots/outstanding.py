"""`outstanding`: the liability in the books, with its bands, and what it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from dealsim.books import STATES, Liability
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
    policy,
    tax_told,
)
from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style
from dealsim.output.drawing.bands import Array, Fan, draw_fan, fan_key
from dealsim.output.drawing.wording import day
from dealsim.output.labels import AXES, label

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOOKS: tuple[tuple[str, str, str | None], ...] = (
    (style.BLUE, style.BLUE, None),
    (style.ORANGE, style.VERMILLION, r"\\\\"),
    (style.GREEN, style.GREEN, "...."),
    (style.GREY, style.INK, "xxxx"),
)
"""Colour, line and hatch of each state of the right, in the order of `STATES`."""
GAP_HATCH = "||||"


def shown(books: Liability) -> Array:
    """What the fan is of, (period, trial), in units: the liability, or where there is none by
    contract, the paid value of vouchers held."""
    return units(books, books.outstanding if books.on_redemption else books.closing)


def title(books: Liability) -> str:
    """The finding: what the books owe at the end, and out of how much that customers hold."""
    held = sentence_money(books, float(_held(books)[-1]))
    end, how = day(books.period_ends[-1]), on_average(books)
    if books.on_redemption:
        return f"Nothing is owed in the books; {how} customers hold {held} of vouchers on {end}"
    owed = sentence_money(books, float(units(books, books.table.mean["closing"])[-1]))
    found = f"{owed} is owed {how} on {end}"
    return capital(found if owed == held else f"{found}; customers still hold {held} of vouchers")


def _held(books: Liability) -> Array:
    """What the register shows, mean, as the ageing has it."""
    return units(books, np.array([books.ageing[end].sum() for end in books.period_ends]))


def _fan(books: Liability) -> Fan:
    """Bands of what is shown, around the mean, which is what the books carry."""
    fan = Fan.of(shown(books))
    mean = units(books, books.table.mean["closing"])
    return fan._replace(p50=_held(books) if books.on_redemption else mean)


@style.settings()
def draw(books: Liability) -> Figure:
    """Fan of the liability, coloured by what is left of the right, under the register's line."""
    currency = books.scenario.currency
    fan, held = _fan(books), _held(books)
    figure, axes = new_sheet(books)
    high = max(fan.high, float(held.max()))
    unit = ax.money_axis(axes, "y", (0.0, high), currency, (0.0, headroom(books)))
    ax.grid(axes)
    states = _draw_states(axes, books, fan)
    gap = _draw_register(axes, books, held, fan)
    if books.expiry <= books.period_ends[-1]:
        mark_expiry(axes, books)
    mark_register(axes, books, row=1)
    what = AXES["outstanding_value"] if books.on_redemption else "liability"
    axes.set_ylabel(f"{what} ({unit})")
    line, *bands = fan_key(facts(books), style.GREY)
    if bands:
        line.set_label("mean" if books.on_redemption else "mean, as booked")
    key = [line, *bands, *states, *gap]
    sheet.finish(figure, axes, facts(books), title(books), _note(books), key)
    return figure


def _state_at(books: Liability) -> list[int]:
    """The state in which most of what is outstanding is, at each period end."""
    sums = [books.ageing[end].sum(axis=0) for end in books.period_ends]
    known = [int(np.argmax(s)) if s.any() else -1 for s in sums]
    for k, state in enumerate(known):  # with nothing outstanding, what held before
        if state < 0:
            known[k] = known[k - 1] if k else 0
    return known


def _draw_states(axes: Axes, books: Liability, fan: Fan) -> list[Artist]:
    """The fan in stretches of one state; their key."""
    from matplotlib.patches import Patch

    key: list[Artist] = []
    days = [books.starts, *books.period_ends]
    nothing = Fan.of(np.zeros((1, 1)))
    whole = Fan.join(nothing, fan)
    for state, points in groupby(enumerate(_state_at(books), start=1), key=lambda pair: pair[1]):
        numbers = [number for number, _ in points]
        colour, line, hatch = LOOKS[state]
        x, part = _stretch(days, whole, numbers, books.expiry)
        draw_fan(axes, x, part, colour, spread=books.trials > 1, line=line, hatch=hatch)
        patch = Patch(fc=colour, ec=line, hatch=hatch, lw=0, label=label(STATES[state]))
        if not any(old.get_label() == patch.get_label() for old in key):
            key.append(patch)
    return key


def _stretch(
    days: Sequence[date], whole: Fan, numbers: Sequence[int], expiry: date
) -> tuple[list[float], Fan]:
    """Points of one stretch: from where the one before ends, and up to the expiry it ends in."""
    first, last = numbers[0] - 1, numbers[-1]
    x = [float(d.toordinal()) for d in days]
    start, stop, between = x[first], x[last], float(expiry.toordinal())
    if start < between < x[first + 1] and first:
        start = between
    if last + 1 < len(x) and stop < between < x[last + 1]:
        stop = between
    inner = [p for p in x[first : last + 1] if start < p < stop]
    points = [start, *inner, stop] if stop > start else [start]
    return points, Fan(*(np.interp(points, x, band) for band in whole))


def _draw_register(axes: Axes, books: Liability, held: Array, fan: Fan) -> list[Artist]:
    """The register's line, and the gap to the liability; nothing where they are one."""
    if books.on_redemption or np.allclose(held, fan.p50, atol=0.005):
        return []
    from matplotlib.patches import Patch

    days = [d.toordinal() for d in books.period_ends]
    stroke = style.tint(style.GREY, 0.6)
    axes.fill_between(days, fan.p50, held, fc="none", ec=stroke, lw=0, hatch=GAP_HATCH, zorder=1.8)
    line = axes.plot(days, held, color=style.INK, lw=1.3, label="vouchers held (mean)")
    line[0].set(linestyle=(0, (1, 1.5)), zorder=3.5)
    gone = "recognised or handed over" if _escheats(books) else "recognised already"
    return [*line, Patch(fc="none", ec=stroke, hatch=GAP_HATCH, lw=0, label=f"of them {gone}")]


def _escheats(books: Liability) -> bool:
    return bool(np.any(books.table.mean["escheated"]))


def _note(books: Liability) -> str:
    if books.on_redemption:
        return note(
            books,
            "Price of the vouchers that customers hold. The platform pays on redemption: there is"
            " no contract liability, only a memorandum.",
        )
    return note(
        books,
        f"What the books owe at the end of each {books.period}, {tax_told(books)};"
        f" breakage policy: {policy(books)}.",
    )

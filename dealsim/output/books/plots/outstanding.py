"""`outstanding`: the liability in the books, with its bands, and what it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

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
from dealsim.output.drawing.bands import Array, Fan, draw_fan, fan_key, until
from dealsim.output.drawing.wording import day
from dealsim.output.labels import AXES, label

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOOKS: tuple[tuple[str, str, str | None], ...] = (
    (style.BLUE, style.BLUE, None),
    (style.ORANGE, style.VERMILLION, r"\\\\"),
    (style.GREEN, style.INK, "...."),
    (style.GREY, style.INK, "xxxx"),
)
"""Colour, line and hatch of each state of the right, in the order of `STATES`."""
GAP_HATCH = "||||"


def shown(books: Liability) -> Course:
    """What the fan is of, in units: the liability, or where there is none by contract, the paid
    value of vouchers held; the line is the mean, which is what the books carry."""
    if books.on_redemption:
        return held(books)
    return course(books, books.closing, "owed")


def held(books: Liability) -> Course:
    """The paid value of vouchers held."""
    return course(books, books.outstanding, "held")


def title(books: Liability) -> str:
    """The finding: what the books owe at the end, and out of how much that customers hold."""
    left = sentence_money(books, float(held(books).fan.p50[-1]))
    end, how = day(books.period_ends[-1]), on_average(books)
    if books.on_redemption:
        return f"Nothing is owed in the books; {how} customers hold {left} of vouchers on {end}"
    owed = sentence_money(books, float(units(books, books.table.mean["closing"])[-1]))
    found = f"{owed} is owed {how} on {end}"
    return capital(found if owed == left else f"{found}; customers still hold {left} of vouchers")


@style.settings()
def draw(books: Liability) -> Figure:
    """Fan of the liability, coloured by what is left of the right, under the register's line."""
    currency = books.scenario.currency
    figure, axes = new_sheet(books)
    x, most = held(books).x, np.maximum(held(books).fan.p95, shown(books).fan.p95)
    ax.date_axis(axes, books.starts, until(x, most))
    high = max(shown(books).fan.high, float(held(books).fan.p50.max()))
    unit = ax.money_axis(axes, "y", (0.0, high), currency, (0.0, headroom(books)))
    ax.grid(axes)
    states = _draw_states(axes, books)
    gap = _draw_register(axes, books)
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


@dataclass(frozen=True)
class Course:
    """The fan over time, as ordinals; a day on which something falls stands there twice."""

    x: Array
    fan: Fan

    def between(self, start: float, stop: float) -> Course:
        """The stretch from a day on to another, with all that falls on that."""
        x = self.x
        inner = np.flatnonzero((x > start) & (x < stop) | ((x == stop) & (stop > start)))
        opening = np.flatnonzero(x == start)
        parts = [self._at(start) if not opening.size else self._points(opening[-1:])]
        parts.append(self._points(inner))
        if stop > start and not np.any(x == stop):
            parts.append(self._at(stop))
        return Course(
            np.concatenate([part.x for part in parts]), Fan.join(*(part.fan for part in parts))
        )

    def _points(self, chosen: NDArray[np.intp]) -> Course:
        return Course(self.x[chosen], Fan(*(band[chosen] for band in self.fan)))

    def _at(self, day: float) -> Course:
        found = Fan(*(np.array([np.interp(day, self.x, band)]) for band in self.fan))
        return Course(np.array([day]), found)


def course(books: Liability, stock: NDArray[np.int64], part: Literal["owed", "held"]) -> Course:
    """A stock (period, trial) at the ends of periods, and before and after what a day between takes
    off it (`part` of a `Fall`).

    What else moves in such a period is taken to have moved before that day.
    """
    x, rows = [float(books.starts.toordinal())], [np.zeros(books.trials)]
    ends, values = books.period_ends, units(books, stock)
    for k, end in enumerate(ends):
        first = ends[k - 1] if k else books.starts
        falls = [one for one in books.falls if first < one.day <= end]
        amounts = [units(books, getattr(one, part)) for one in falls]
        still = sum(amounts, np.zeros(books.trials))
        for one, off in zip(falls, amounts, strict=True):
            x += [float(one.day.toordinal())] * 2
            rows += [values[k] + still, values[k] + still - off]
            still = still - off
        x.append(float(end.toordinal()))
        rows.append(values[k])
    samples = np.array(rows)
    return Course(np.array(x), Fan.of(samples)._replace(p50=samples.mean(axis=1)))


def _draw_states(axes: Axes, books: Liability) -> list[Artist]:
    """The fan in stretches of one state; their key."""
    from matplotlib.patches import Patch

    key: list[Artist] = []
    whole = shown(books)
    days = [books.starts, *books.period_ends]
    for state, points in groupby(enumerate(_state_at(books), start=1), key=lambda pair: pair[1]):
        numbers = [number for number, _ in points]
        colour, line, hatch = LOOKS[state]
        part = whole.between(*_stretch(days, numbers, books.expiry))
        spread = books.trials > 1
        draw_fan(axes, part.x.tolist(), part.fan, colour, spread=spread, line=line, hatch=hatch)
        patch = Patch(fc=colour, ec=line, hatch=hatch, lw=0, label=label(STATES[state]))
        if not any(old.get_label() == patch.get_label() for old in key):
            key.append(patch)
    return key


def _stretch(days: Sequence[date], numbers: Sequence[int], expiry: date) -> tuple[float, float]:
    """Where a stretch begins and ends: where the one before ends, and the expiry it ends in."""
    first, last = numbers[0] - 1, numbers[-1]
    x = [float(d.toordinal()) for d in days]
    start, stop, between = x[first], x[last], float(expiry.toordinal())
    if start < between < x[first + 1] and first:
        start = between
    if last + 1 < len(x) and stop < between < x[last + 1]:
        stop = between
    return start, stop


def _draw_register(axes: Axes, books: Liability) -> list[Artist]:
    """The register's line, and the gap to the liability; nothing where they are one."""
    owed, register = shown(books), held(books)
    x, lower, upper = register.x, owed.fan.p50, register.fan.p50
    if books.on_redemption or np.allclose(upper, lower, atol=0.005):
        return []
    from matplotlib.patches import Patch

    stroke = style.tint(style.GREY, 0.6)
    axes.fill_between(x, lower, upper, fc="none", ec=stroke, lw=0, hatch=GAP_HATCH, zorder=1.8)
    line = axes.plot(x, upper, color=style.INK, lw=1.3, label="vouchers held (mean)")
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

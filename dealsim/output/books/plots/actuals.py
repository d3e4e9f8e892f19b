"""`actuals`: vouchers presented to date, beside what was forecast without the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from dealsim.books import DISCLAIMER, Liability
from dealsim.books.actual_versus_forecast import RegisterComparison
from dealsim.output.books.plots.phrases import facts, mark_expiry, mark_register
from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style
from dealsim.output.drawing.bands import Array
from dealsim.output.drawing.wording import count, day
from dealsim.output.labels import AXES
from dealsim.units import format_share

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


AFTERWARDS = 90
"""Days shown after the register's end and the promotion's, at least; what comes later is told."""


@dataclass(frozen=True)
class Courses:
    """What is drawn: days as ordinals, bands (3, days) of 5, 50 and 95 %, and what happened."""

    days: Array
    earlier: Array
    happened_days: Array
    happened: Array
    now_days: Array
    now: Array

    @property
    def high(self) -> float:
        parts = (self.earlier, self.happened, self.now)
        return max(float(part.max(initial=0.0)) for part in parts)


def until(books: Liability, found: RegisterComparison) -> date:
    """Where the picture ends: some time after register and promotion, or with the horizon."""
    last = max(found.as_of, min(books.expiry, found.course.days[-1]))
    more = max(AFTERWARDS, (last - books.starts).days // 3)
    return min(last + timedelta(days=more), found.course.days[-1])


def shown(books: Liability, found: RegisterComparison) -> Courses:
    """The course in the picture; the present forecast begins where the register ends."""
    course, end = found.course, until(books, found)
    place = int(np.searchsorted(np.array(course.days), np.array(end)))
    sight = slice(0, place + 1)
    days = np.array([d.toordinal() for d in course.days[sight]], dtype=np.float64)
    known = ~np.isnan(course.actual[sight])
    after = days >= found.as_of.toordinal()
    return Courses(
        days,
        course.earlier[:, sight],
        days[known],
        course.actual[sight][known],
        days[after],
        course.now[:, sight][:, after],
    )


def at_end(found: RegisterComparison) -> tuple[float, Array]:
    """Vouchers presented by the register's end, and the earlier forecast's 5, 50 and 95 %."""
    course = found.course
    last = int(np.flatnonzero(~np.isnan(course.actual))[-1])
    return float(course.actual[last]), course.earlier[:, last]


def title(books: Liability, found: RegisterComparison) -> str:
    """The finding: what came, what had been forecast, and what is expected in the end."""
    presented, (low, middle, high) = at_end(found)
    band = f" ({count(low)} to {count(high)})" if books.trials > 1 else ""
    forecast = f"where {count(middle)}{band} {'was' if count(middle) == '1' else 'were'} forecast"
    if count(high) == "0":
        forecast = "where none was forecast"
    came = f"{count(presented) if presented else 'None'} presented by {day(found.as_of)} {forecast}"
    now, before = (format_share(one.mean) for one in (found.used_after, found.used_before))
    if now == before:
        return f"{came}; {now} are still expected to be used in the end"
    return f"{came}; {now} are now expected to be used in the end, not {before}"


@style.settings()
def draw(books: Liability) -> Figure:
    """Band of the earlier forecast, what happened up to the register's end, band from there."""
    found = books.actuals
    if found is None:
        raise ValueError("these books have no register to compare with")
    seen = shown(books, found)
    figure, axes = sheet.new_sheet()
    ax.date_axis(axes, books.starts, date.fromordinal(int(seen.days[-1])))
    ax.number_axis(axes, seen.high, 0.25)
    ax.grid(axes)
    spread = books.trials > 1
    key = _draw_happened(axes, seen)
    key += _draw_forecast(axes, seen.days, seen.earlier, EARLIER, spread)
    key += _draw_forecast(axes, seen.now_days, seen.now, NOW, spread)
    mark_expiry(axes, books)
    mark_register(axes, books, row=1)
    axes.set_ylabel(AXES["presented"])
    said = title(books, found)
    sheet.finish(figure, axes, facts(books), said, _note(found, seen), key)
    return figure


@dataclass(frozen=True)
class Look:
    """How a forecast is drawn and what the key calls it."""

    when: str
    fill: str
    line: str
    stroke: str
    hatch: str | None
    zorder: float


EARLIER = Look("before", style.ORANGE, style.VERMILLION, "--", "////", 2.0)
NOW = Look("now", style.BLUE, style.BLUE, "-", None, 2.2)


def _draw_forecast(axes: Axes, days: Array, bands: Array, look: Look, spread: bool) -> list[Artist]:
    """Band and median of a forecast; nothing of one that has no days left. Its key."""
    if len(days) < 2:
        return []
    from matplotlib.patches import Patch

    low, middle, high = bands
    line = axes.plot(days, middle, color=look.line, lw=1.8, linestyle=look.stroke)
    of_what = " (median)" if spread else ", the one future simulated"
    line[0].set(zorder=look.zorder + 0.8, label=f"forecast {look.when}{of_what}")
    if not spread:
        return list(line)
    fill, stroke = style.tint(look.fill, 0.3), style.tint(look.line, 0.6)
    axes.fill_between(days, low, high, fc=fill, ec="none", lw=0, zorder=look.zorder)
    if look.hatch:
        axes.fill_between(
            days, low, high, fc="none", ec=stroke, lw=0, hatch=look.hatch, zorder=look.zorder
        )
    return [
        *line,
        Patch(fc=fill, ec=stroke, hatch=look.hatch, lw=0, label=f"5\N{EN DASH}95 % {look.when}"),
    ]


def _draw_happened(axes: Axes, seen: Courses) -> list[Artist]:
    days, happened, ink = seen.happened_days, seen.happened, style.INK
    line = axes.plot(days, happened, color=ink, lw=3.0, label="what happened", zorder=4)
    axes.plot(days[-1:], happened[-1:], "o", ms=6, color=ink, zorder=4.1)
    return list(line)


def _note(found: RegisterComparison, seen: Courses) -> str:
    """How to read it, and what comes after the picture."""
    parts = ["In time and late, by the register. Forecast before: the one made without it."]
    later = float(found.course.now[1, -1] - seen.now[1, -1]) if seen.now.size else 0.0
    if seen.days[-1] < found.course.days[-1].toordinal() and count(later) != "0":
        end = day(found.course.days[-1])
        parts.append(f"{count(later)} more are expected after this picture, by {end}.")
    return " ".join((*parts, DISCLAIMER))

"""The two axes the plots share, money and dates, and the marks set upon them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np

from dealsim.output.drawing import style
from dealsim.output.drawing.wording import MONTHS
from dealsim.parts import PARTS
from dealsim.units import format_money, minor_digits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

SCALES = ((1e12, "trillion "), (1e9, "billion "), (1e6, "million "))
"""Amounts from a million up are shown in these, and the axis says so."""

MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240)

MARK_ROW = 15
"""Points between the names of marked days."""


def money_axis(
    axes: Axes,
    which: Literal["x", "y"],
    reach: tuple[float, float],
    currency: str,
    room: tuple[float, float] = (0.0, 0.0),
) -> str:
    """Set limits and ticks of an axis; returns its unit, such as "million CAD".

    `reach` is the lowest and the highest amount, `room` what is left beside each, in shares of
    what lies between. Amounts that do not differ still get a scale.
    """
    (low, high), minor = reach, 10.0 ** -minor_digits(currency)
    span = max(high - low, 4 * minor if low < high else max(abs(low), 4.0))
    if high - low < span:
        low, high = (low, low + span) if room[0] == 0 else (low - span / 2, high + span / 2)
    low, high = low - room[0] * span, high + room[1] * span
    largest = max(abs(low), abs(high))
    scale, word = next((pair for pair in SCALES if largest >= pair[0]), (1.0, ""))
    if currency in PARTS:  # per cents need no millions
        scale, word = 1.0, ""
    ticks = _ticks(low, high, least=minor)
    labels = [_money_tick(tick, ticks, scale, currency) for tick in ticks]
    axes.set(**{f"{which}lim": (low, high), f"{which}ticks": ticks, f"{which}ticklabels": labels})
    return f"{word}{currency}"


def only_zero(axes: Axes) -> None:
    """Of the ticks of a y axis only that of nothing, where there is nothing to read off."""
    label = next(label for label in axes.get_yticklabels() if label.get_position()[1] == 0)
    axes.set_yticks([0.0], [label.get_text()])


def number_axis(axes: Axes, high: float, above: float, suffix: str = "") -> None:
    """A y axis of counts or per cents from zero to `high`, with room `above` (a share of it)."""
    high = high if high > 0 else 1.0
    ticks = _ticks(0.0, high, beyond=0.02 * high)
    labels = [f"{tick:,.{_decimals(ticks)}f}{suffix}" for tick in ticks]
    axes.set(ylim=(0, high * (1 + above)), yticks=ticks, yticklabels=labels)


def signed_axis(axes: Axes, reach: tuple[float, float], above: float, suffix: str = "") -> None:
    """A y axis of numbers of either sign, zero among its ticks, with room `above` and below."""
    low, high = min(reach[0], 0.0), max(reach[1], 0.0)
    span = max(high - low, 1e-9)
    ticks = _ticks(low - 0.05 * span, high + 0.05 * span)
    labels = [f"{tick:,.{_decimals(ticks)}f}{suffix}" for tick in ticks]
    axes.set(ylim=(low - 0.06 * span, high + above * span), yticks=ticks, yticklabels=labels)


def _ticks(low: float, high: float, least: float = 0.0, beyond: float = 1e-9) -> list[float]:
    """Four to eight round numbers, `least` apart or more, from `low` to `high` and `beyond`."""
    from matplotlib.ticker import MaxNLocator

    span = high - low
    steps = (1, 2, 5, 10) if span < 80 * least else (1, 2, 2.5, 5, 10)  # no halves of a cent
    most = min(8, max(1, int(span / least))) if least else 8
    ticks = np.round(MaxNLocator(most, steps=steps).tick_values(low, high), 9)
    return [float(tick) + 0.0 for tick in ticks if low - 1e-9 <= tick <= high + beyond]


def _decimals(ticks: Sequence[float], scale: float = 1.0) -> int:
    """Decimal digits that write the ticks out, at most nine."""
    step = (ticks[1] - ticks[0]) / scale if len(ticks) > 1 else 1.0
    return next(d for d in range(10) if d == 9 or math.isclose(step, round(step, d)))


def _money_tick(value: float, ticks: Sequence[float], scale: float, currency: str) -> str:
    decimals = _decimals(ticks, scale)
    if scale > 1:
        return f"{value / scale:,.{decimals}f}"
    text = format_money(value, currency, cents=decimals > 0)
    return text.replace(f"{currency} ", "")  # a code, where there is no sign: once is enough


def thin_ticks(axes: Axes) -> None:
    """Leave out ticks of the x axis, evenly and never zero, until no label meets the next.

    A year (a label's second line) that would go with its tick stands under the next one.
    """
    ticks = [
        (float(place), label.get_text())
        for place, label in zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
    ]
    zero = next((n for n, (place, _) in enumerate(ticks) if place == 0), 0)
    gap = 0.06 * axes.figure.dpi
    for keep in range(1, 50):
        kept = _kept(ticks, keep, zero)
        axes.set_xticks([place for place, _ in kept], [text for _, text in kept])
        boxes = [label.get_window_extent() for label in axes.get_xticklabels()]
        if all(left.x1 + gap <= right.x0 for left, right in itertools.pairwise(boxes)):
            return


def _kept(ticks: Sequence[tuple[float, str]], keep: int, zero: int) -> list[tuple[float, str]]:
    """Every `keep`-th tick, counted from number `zero`, with the years of those left out."""
    found, year = [], ""
    for number, (place, text) in enumerate(ticks):
        name, _, own = text.partition("\n")
        year = own or year
        if (number - zero) % keep == 0:
            found.append((place, f"{name}\n{year}" if year else name))
            year = ""
    return found


def date_axis(axes: Axes, first: date, last: date) -> None:
    """Limit the x axis to these days (as ordinals), with a dozen ticks at most, a year under its
    first.

    By hand: matplotlib's concise dates leave the first year out, and its months are named in the
    machine's language.
    """
    last = max(last, first + timedelta(days=1))
    span = (last - first).days
    months = (last.year - first.year) * 12 + last.month - first.month
    if span <= 92:
        step = next(s for s in (1, 2, 7, 14) if span / s <= 9)
        days = [first + timedelta(days=n) for n in range(0, span + 1, step)]
        labels = [f"{d.day} {MONTHS[d.month - 1]}" for d in days]
    else:
        step = next(s for s in MONTH_STEPS if months / s <= 12 or s == MONTH_STEPS[-1])
        start = first.year * 12 + first.month - 1 + (first.day > 1)
        numbers = range(-(-start // step) * step, last.year * 12 + last.month, step)
        days = [date(n // 12, n % 12 + 1, 1) for n in numbers if n // 12 <= 9999]
        labels = [str(d.year) if step >= 12 else MONTHS[d.month - 1] for d in days]
    if span <= 92 or step < 12:
        years = [d.year for d in days]
        news = [year not in years[:place] for place, year in enumerate(years)]
        labels = [
            f"{label}\n{y}" if n else label for label, y, n in zip(labels, years, news, strict=True)
        ]
    margin = 0.012 * span
    axes.set(
        xlim=(first.toordinal() - margin, last.toordinal() + margin),
        xticks=[d.toordinal() for d in days],
        xticklabels=labels,
    )


def grid(axes: Axes, which: Literal["x", "y"] = "y") -> None:
    """Faint lines at the ticks of one axis."""
    axes.grid(True, axis=which, color=style.GRID, linewidth=0.8)


def zero_line(axes: Axes, which: str = "y") -> None:
    """The line between gain and loss."""
    draw = axes.axhline if which == "y" else axes.axvline
    draw(0, color=style.INK, linewidth=0.9, zorder=2.5)


def mark_day(axes: Axes, day: date, text: str, row: int = 0) -> None:
    """An upright line at `day`, named at its head, on the side where there is room.

    A second mark is named in the next `row` down, where it cannot run into the first.
    """
    position = day.toordinal()
    low, high = axes.get_xlim()
    if not low <= position <= high:
        return
    axes.axvline(position, color=style.GREY, linewidth=0.9, linestyle=(0, (4, 3)), zorder=2.4)
    late = (position - low) / (high - low) > 0.5
    axes.annotate(
        text,
        (position, 1.0),
        xycoords=axes.get_xaxis_transform(),
        xytext=(-4 if late else 4, -2 - MARK_ROW * row),
        textcoords="offset points",
        ha="right" if late else "left",
        va="top",
        fontsize=style.TEXT_SIZE,
        color=style.GREY,
        bbox={"boxstyle": "square,pad=0.1", "fc": style.PAPER, "ec": "none", "alpha": 0.8},
        zorder=2.45,
    )


def mark_payouts(axes: Axes, days: Iterable[date]) -> list[Line2D]:
    """A wedge on the date axis on each day the platform pays; their key, if any is in sight."""
    low, high = axes.get_xlim()
    positions = [d.toordinal() for d in days if low <= d.toordinal() <= high]
    if not positions:
        return []
    for position in positions:
        axes.axvline(position, color=style.GREY, lw=0.7, ls=(0, (1, 2)), zorder=1.5)
    return axes.plot(
        positions,
        [0.012] * len(positions),
        transform=axes.get_xaxis_transform(),
        linestyle="none",
        marker="^",
        markersize=6,
        color=style.INK,
        clip_on=False,
        zorder=4,
        gid="payouts",
        label="platform pays",
    )


def mark_point(axes: Axes, x: float, y: float, text: str) -> list[Line2D]:
    """A ringed point, and the key to it; words beside it would cover what is drawn there."""
    return axes.plot(
        [x], [y], "o", ms=6.5, mfc=style.PAPER, mec=style.INK, mew=1.4, zorder=5, label=text
    )

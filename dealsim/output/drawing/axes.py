"""The two axes the plots share, money and dates, and the marks set upon them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dealsim.output.drawing import style
from dealsim.output.drawing.wording import MONTHS
from dealsim.units import format_money, minor_digits

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SCALES = ((1e12, "trillion "), (1e9, "billion "), (1e6, "million "))
"""Amounts from a million up are shown in these, and the axis says so."""

MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240)

MARK_ROW = 13
"""Points between the names of marked days."""


def nice_step(span: float, parts: int, least: float = 0.0) -> float:
    """A step of 1, 2 or 5 times a power of ten, at least `least`, cutting `span` in `parts`."""
    rough = max(span / parts, least, 1e-12)
    power = 10.0 ** math.floor(math.log10(rough) + 1e-9)
    return next(power * m for m in (1, 2, 5, 10) if power * m >= rough * (1 - 1e-9))


def tick_step(span: float, least: float = 0.0) -> float:
    """A step between ticks, such that there are about four to eight of them."""
    step = nice_step(span, 8, least)
    half = step / 2  # 2.5, 25 ...: a step to read off, though not one to say
    return half if span / step < 4 and half >= 10 * least else step


def decimals_of(step: float) -> int:
    """Decimal digits that write the multiples of `step` out, at most nine."""
    return next(d for d in range(10) if d == 9 or math.isclose(step * 10**d, round(step * 10**d)))


def steps_between(low: float, high: float, step: float) -> list[float]:
    """The multiples of `step` from `low` to `high`."""
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def money_limits(
    low: float, high: float, currency: str, below: float, above: float
) -> tuple[float, float]:
    """Limits around amounts from `low` to `high`; amounts that do not differ still get a scale.

    `below` and `above` are the room left at each end, in shares of the span.
    """
    least = 4 * 10.0 ** -minor_digits(currency) if low < high else max(abs(low), 4.0)
    span = max(high - low, least)
    if high - low < span:
        low, high = (low, low + span) if below == 0 else (low - span / 2, high + span / 2)
    return low - below * span, high + above * span


def money_axis(axes: Axes, which: str, limits: tuple[float, float], currency: str) -> str:
    """Set limits and ticks of the "x" or "y" axis; returns its unit, such as "million CAD"."""
    low, high = limits
    largest = max(abs(low), abs(high))
    scale, word = next((pair for pair in SCALES if largest >= pair[0]), (1.0, ""))
    step = tick_step(high - low, least=10.0 ** -minor_digits(currency))
    ticks = steps_between(low, high, step)
    if which == "x":
        axes.set_xlim(low, high)
        axes.set_xticks(ticks, [_money_tick(t, step, scale, currency) for t in ticks])
    else:
        axes.set_ylim(low, high)
        axes.set_yticks(ticks, [_money_tick(t, step, scale, currency) for t in ticks])
    return f"{word}{currency}"


def thin_ticks(axes: Axes) -> None:
    """Leave out ticks of the x axis, evenly and never zero, until no label meets the next."""
    for keep in range(1, 50):
        ticks = list(zip(axes.get_xticks(), axes.get_xticklabels(), strict=True))
        zero = next((n for n, (place, _) in enumerate(ticks) if place == 0), 0)
        kept = [tick for n, tick in enumerate(ticks) if (n - zero) % keep == 0]
        boxes = [label.get_window_extent() for _, label in kept]
        gap = 0.06 * axes.figure.dpi
        if all(left.x1 + gap <= right.x0 for left, right in itertools.pairwise(boxes)):
            break
    if len(kept) < len(ticks):
        axes.set_xticks([place for place, _ in kept], [label.get_text() for _, label in kept])


def _money_tick(value: float, step: float, scale: float, currency: str) -> str:
    if scale == 1.0:
        text = format_money(value, currency, cents=decimals_of(step) > 0)
        return text.replace(f"{currency} ", "")  # a code, where there is no sign: once is enough
    decimals = decimals_of(step / scale)
    text = f"{value / scale:,.{decimals}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text


def number_axis(axes: Axes, high: float, above: float, suffix: str = "") -> None:
    """A y axis of counts or per cents from zero to `high`, with room `above` (a share of it)."""
    high = high if high > 0 else 1.0
    step = tick_step(high)
    ticks = steps_between(0, high * 1.02, step)
    decimals = decimals_of(step)
    axes.set_ylim(0, high * (1 + above))
    axes.set_yticks(ticks, [f"{tick:,.{decimals}f}{suffix}" for tick in ticks])


def date_axis(axes: Axes, first: date, last: date) -> None:
    """Limit the x axis to these days (as ordinals), with ticks at months, weeks or days."""
    last = max(last, first + timedelta(days=1))
    days = (last - first).days
    margin = 0.012 * days
    axes.set_xlim(first.toordinal() - margin, last.toordinal() + margin)
    ticks = date_ticks(first, last)
    axes.set_xticks([d.toordinal() for d, _ in ticks], [label for _, label in ticks])


def date_ticks(first: date, last: date) -> list[tuple[date, str]]:
    """Days to label from `first` to `last`, about a dozen at most; a year under its first."""
    days = (last - first).days
    if days <= 92:
        step = next(s for s in (1, 2, 7, 14) if days / s <= 9)
        chosen = [first + timedelta(days=n) for n in range(0, days + 1, step)]
        return _with_years([(d, f"{d.day} {MONTHS[d.month - 1]}") for d in chosen])
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next(s for s in MONTH_STEPS if months / s <= 12 or s == MONTH_STEPS[-1])
    start = first.year * 12 + first.month - 1 + (first.day > 1)
    numbers = range(-(-start // step) * step, last.year * 12 + last.month, step)
    chosen = [date(n // 12, n % 12 + 1, 1) for n in numbers if n // 12 <= 9999]
    if step >= 12:
        return [(d, str(d.year)) for d in chosen]
    return _with_years([(d, MONTHS[d.month - 1]) for d in chosen])


def _with_years(ticks: Sequence[tuple[date, str]]) -> list[tuple[date, str]]:
    named: list[tuple[date, str]] = []
    year = None
    for d, label in ticks:
        named.append((d, label if d.year == year else f"{label}\n{d.year}"))
        year = d.year
    return named


def grid(axes: Axes, which: str = "y") -> None:
    """Faint lines at the ticks of one axis."""
    if which == "y":
        axes.yaxis.grid(True, color=style.GRID, linewidth=0.8)
    else:
        axes.xaxis.grid(True, color=style.GRID, linewidth=0.8)


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
    late = (position - low) / (high - low) > 0.6
    axes.annotate(
        text,
        (position, 1.0),
        xycoords=axes.get_xaxis_transform(),
        xytext=(-4 if late else 4, -2 - MARK_ROW * row),
        textcoords="offset points",
        ha="right" if late else "left",
        va="top",
        fontsize=8.5,
        color=style.GREY,
        bbox={"boxstyle": "square,pad=0.1", "fc": style.PAPER, "ec": "none", "alpha": 0.8},
        zorder=2.45,
    )


def mark_payouts(axes: Axes, days: Iterable[date]) -> bool:
    """A wedge on the date axis on each day the platform pays; whether any is in sight."""
    low, high = axes.get_xlim()
    positions = [d.toordinal() for d in days if low <= d.toordinal() <= high]
    if not positions:
        return False
    for position in positions:
        axes.axvline(position, color=style.GREY, lw=0.7, ls=(0, (1, 2)), zorder=1.5)
    axes.plot(
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
    )
    return True


def annotate_point(axes: Axes, x: float, y: float, text: str) -> None:
    """A ringed point with `text` beneath it, kept inside the axes' width."""
    low, high = axes.get_xlim()
    place = (x - low) / (high - low)
    ha, shift = ("left", -6) if place < 0.3 else ("right", 6) if place > 0.7 else ("center", 0)
    axes.plot([x], [y], "o", markersize=6, mfc=style.PAPER, mec=style.INK, mew=1.4, zorder=5)
    axes.annotate(
        text,
        (x, y),
        xytext=(shift, -9),
        textcoords="offset points",
        ha=ha,
        va="top",
        fontsize=8.5,
        color=style.INK,
        bbox={"boxstyle": "round,pad=0.2", "fc": style.PAPER, "ec": "none", "alpha": 0.85},
        zorder=5,
    )

"""`profit`: how often, and by how much, the deal gains or loses."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style
from dealsim.output.drawing.bands import Array
from dealsim.output.drawing.wording import amount, earns
from dealsim.output.labels import label
from dealsim.output.run.plots.phrases import facts
from dealsim.results import Result
from dealsim.units import format_count, format_share, minor_digits

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

USUAL_BINS, MOST_BINS = 44, 100
BULK_BINS = 24
"""Bins of the picture, and of the nine futures of ten in it: with far tails, more and narrower."""
EDGE = 0.01
"""Share of the futures at each end that may lie outside the picture where they lie far out."""
ROOM = 0.3
"""How far out: beyond the others by more than this share of the width those take."""
HEADROOM = 0.26


@dataclass(frozen=True)
class Histogram:
    """Bins of incremental_profit, with an edge at zero; `shares` of all futures, in per cent.

    `below` and `above` are the shares of futures (of 1) left of the first and right of the last.
    """

    edges: Array
    shares: Array
    below: float
    above: float


def histogram(profit: Array, currency: str) -> Histogram:
    """Bins of a width one can say (1, 2 or 5 times a power of ten), never below a minor unit."""
    low, high = profit.min(), profit.max()
    near_low, near_high = np.quantile(profit, (EDGE, 1 - EDGE))
    room = ROOM * (near_high - near_low)
    if near_high > near_low:
        low, high = max(low, near_low - room), min(high, near_high + room)
    p5, p95 = np.quantile(profit, (0.05, 0.95))
    fine = min((high - low) / USUAL_BINS, (p95 - p5) / BULK_BINS)
    least = max(fine, (high - low) / MOST_BINS, 10.0 ** -minor_digits(currency))
    width = _round_width(float(least))
    if low == high:
        width = _round_width((abs(low) or 10.0) / 10)
    first, last = np.floor(low / width + 1e-9), np.floor(high / width + 1e-9) + 1
    edges = np.arange(first, last + 1) * width
    # An amount on an edge belongs to the bin above it; float noise must not move it below.
    bins = np.floor(profit / width + 1e-6) - first
    inside = bins[(bins >= 0) & (bins < len(edges) - 1)].astype(np.int64)
    shares = 100.0 * np.bincount(inside, minlength=len(edges) - 1) / profit.size
    return Histogram(
        edges, shares, float(np.mean(bins < 0)), float(np.mean(bins >= len(edges) - 1))
    )


def _round_width(least: float) -> float:
    """The next of 1, 2 or 5 times a power of ten from `least` up."""
    power = 10.0 ** math.floor(math.log10(least) + 1e-9)
    return next(power * m for m in (1, 2, 5, 10) if power * m >= least * (1 - 1e-9))


def title(result: Result) -> str:
    """The finding: how often it loses, and what it typically comes to."""
    profit, currency = result.metrics["incremental_profit"], result.scenario.currency
    comes_to = earns(float(np.median(profit)), currency)
    if facts(result).is_expected:
        return f"Expected: the deal {comes_to}"
    if not facts(result).has_spread:
        return f"In the one future simulated, the deal {comes_to}"
    loss = float(np.mean(profit < 0))
    if profit.min() == profit.max():
        return f"In every future, the deal {comes_to}"
    if loss == 0:
        return f"Loses money in none of {format_count(result.trials)} futures; typically {comes_to}"
    if loss == 1:
        return f"Loses money in every future; typically {comes_to}"
    return f"Loses money in {format_share(loss)} of futures; typically {comes_to}"


@style.settings()
def draw(result: Result) -> Figure:
    """Histogram of incremental_profit, its losses set apart, median and 5-95 % marked."""
    figure, axes = sheet.new_sheet(1.5 if facts(result).is_expected else sheet.HEIGHT)
    if facts(result).is_expected:
        _draw_expected(axes, result)
    else:
        _draw_histogram(axes, result)
    key = _spread_key(result) if facts(result).has_spread else []
    sheet.finish(figure, axes, facts(result), title(result), _note(result), key)
    return figure


def _note(result: Result) -> str:
    currency = result.scenario.currency
    campaign = result.metrics["campaign_profit"]
    if not facts(result).has_spread:
        alone = f"comes to {amount(float(campaign[0]), currency)}"
    else:
        alone = f"loses money in {format_share(float(np.mean(campaign < 0)))} of futures"
    return (
        "Incremental profit: with the deal minus without it, all of it counted."
        f" The campaign alone (campaign profit) {alone}."
    )


def _draw_histogram(axes: Axes, result: Result) -> None:
    profit, currency = result.metrics["incremental_profit"], result.scenario.currency
    bins = histogram(profit, currency)
    width = float(bins.edges[1] - bins.edges[0])
    pad = max(1.5 * width, 0.02 * (bins.edges[-1] - bins.edges[0]))
    if len(bins.shares) < 3:  # all alike: a bar, not a wall
        pad = 6 * width
    low, high = float(bins.edges[0]) - pad, float(bins.edges[-1]) + pad
    unit = ax.money_axis(axes, "x", (low, high), currency)
    _bars(axes, bins, width)
    tallest = float(bins.shares.max())
    ax.number_axis(axes, tallest, HEADROOM, " %")
    ax.grid(axes)
    if low <= 0 <= high:
        axes.plot([0, 0], [0, 1.03 * tallest], color=style.INK, lw=0.9, zorder=2.5)
    if low < 0:
        axes.axvspan(low, min(0.0, high), color=style.tint(style.VERMILLION, 0.07), zorder=0)
    _mark_spread(axes, profit, tallest)
    _name_sides(axes, profit)
    _tell_outside(axes, profit, bins, currency)
    axes.set_xlabel(f"incremental profit ({unit})")
    bin_text = amount(width, currency)
    axes.set_ylabel(f"share of futures, in steps of {bin_text}")


def _bars(axes: Axes, bins: Histogram, width: float) -> None:
    loss = bins.edges[:-1] < -width / 2
    for chosen, colour, hatch in (
        (loss, style.VERMILLION, style.LOSS_HATCH),
        (~loss, style.SKY, None),
    ):
        axes.bar(
            bins.edges[:-1][chosen],
            bins.shares[chosen],
            width=width,
            align="edge",
            fc=colour,
            ec=style.PAPER,
            lw=0.4,
            hatch=hatch,
            zorder=2,
        )


def _mark_spread(axes: Axes, profit: Array, tallest: float) -> None:
    """A line from the 5th to the 95th percentile above the bars, a diamond at the median."""
    p5, middle, p95 = (float(q) for q in np.quantile(profit, (0.05, 0.5, 0.95)))
    y = tallest * 1.09
    axes.plot([p5, p95], [y, y], color=style.INK, lw=1.2, marker="|", ms=9, mew=1.2, zorder=3)
    axes.plot([middle], [y], color=style.INK, marker="D", ms=6, zorder=4)


def _spread_key(result: Result) -> list[Artist]:
    """The key to that line, with its amounts; beside the line they would run into the bars."""
    from matplotlib.lines import Line2D

    profit, currency = result.metrics["incremental_profit"], result.scenario.currency
    p5, middle, p95 = (amount(float(q), currency) for q in np.quantile(profit, (0.05, 0.5, 0.95)))
    ink = style.INK
    diamond = Line2D([], [], color=ink, marker="D", ms=6, ls="none", label=f"median: {middle}")
    if p5 == p95:
        return [diamond]
    span = f"nine in ten (5\N{EN DASH}95 %): {p5} to {p95}"
    return [diamond, Line2D([], [], color=ink, lw=1.2, marker="|", ms=9, mew=1.2, label=span)]


def _name_sides(axes: Axes, profit: Array) -> None:
    """Say in the corners what share of the futures loses and what share gains."""
    if profit.min() == profit.max():
        return
    loss, even = float(np.mean(profit < 0)), bool(np.any(profit == 0))
    gain = float(np.mean(profit > 0)) if even else _rest(loss)
    sides: list[tuple[float, Literal["left", "right"], str]] = []
    if loss > 0:
        sides.append((0.012, "left", f"loss: {format_share(loss)}"))
    if gain > 0:
        sides.append((0.988, "right", f"gain: {format_share(gain)}"))
    for x, side, text in sides:
        axes.text(
            x, 0.985, text, transform=axes.transAxes, ha=side, va="top", fontsize=style.TEXT_SIZE,
            fontweight="bold", color=style.INK,
        )  # fmt: skip


def _tell_outside(axes: Axes, profit: Array, bins: Histogram, currency: str) -> None:
    """Where the picture leaves a few far futures out: how many, and how far they go."""
    sides: tuple[tuple[float, float, str, Literal["left", "right"]], ...] = (
        (bins.below, float(profit.min()), "\N{LEFTWARDS ARROW}", "left"),
        (bins.above, float(profit.max()), "\N{RIGHTWARDS ARROW}", "right"),
    )
    for share, farthest, arrow, side in sides:
        if not share:
            continue
        to = f"to {amount(farthest, currency)}"
        to = f"{arrow} {to}" if side == "left" else f"{to} {arrow}"
        axes.text(
            0.008 if side == "left" else 0.992,
            0.05,
            f"{format_share(share)} further,\n{to}",
            transform=axes.transAxes,
            ha=side,
            va="bottom",
            fontsize=style.TEXT_SIZE,
            color=style.GREY,
            bbox={"boxstyle": "square,pad=0.1", "fc": style.PAPER, "ec": "none", "alpha": 0.7},
            zorder=4,
        )


def _rest(share: float) -> float:
    """The rest of a share, such that both as written (see `format_share`) make 100 %."""
    digits = 3 if share < 0.0995 or share > 0.9905 else 2
    rounded = math.floor(share * 10**digits + 0.5) / 10**digits
    return 1 - rounded if 0 < rounded < 1 else 1 - share


def _draw_expected(axes: Axes, result: Result) -> None:
    """Without a spread there is no histogram: the two profits as bars from zero."""
    currency = result.scenario.currency
    names = ("campaign_profit", "incremental_profit")
    values = [float(result.metrics[name][0]) for name in names]
    reach = (min(0.0, *values), max(0.0, *values))
    unit = ax.money_axis(axes, "x", reach, currency, (0.25, 0.25))
    for row, value in enumerate(values):
        loss = value < 0
        axes.barh(
            row, value, height=0.55, fc=style.VERMILLION if loss else style.SKY, ec=style.PAPER,
            hatch=style.LOSS_HATCH if loss else None,
        )  # fmt: skip
        axes.annotate(
            amount(value, currency), (value, row), xytext=(-5 if loss else 5, 0),
            textcoords="offset points", ha="right" if loss else "left", va="center",
            fontsize=style.TEXT_SIZE,
        )  # fmt: skip
    axes.set_yticks(range(len(names)), list(map(label, names)))
    axes.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(axes, "x")
    ax.zero_line(axes, "x")
    axes.set_xlabel(f"expected value ({unit})")

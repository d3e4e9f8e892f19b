"""Curves of a sweep over one axis: mean profit with its futures, or the chance of a loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dealsim.decisions import Sweep
from dealsim.engine import Array
from dealsim.output.decisions.cells import LOSS, MEAN, column
from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import style

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

MOST_NAMED = 12
"""Values that are named along the axis."""
MOST_LETTERS = 90
"""Letters of all names along the axis together; with more they stand aslant."""
WIDE = 0.22
ERRORS = 1.96
"""Standard errors of simulation on each side of a chance."""


def draw_curve(
    axes: Axes,
    found: Sweep,
    labels: Sequence[str],
    numbers: Sequence[float] | None,
    name: str,
    picture: str,
    order: Sequence[int],
) -> list[Artist]:
    """Draw `profit` or `loss` of cells, by their places in an order; returns the key.

    Values that are numbers in rising order stand to scale, joined by a line; of words each has its
    own place.
    """
    x = np.arange(len(labels), dtype=float) if numbers is None else np.array(numbers)
    room = 0.03 * float(x[-1] - x[0]) if numbers is not None else 0.5
    axes.set_xlim(float(x[0]) - room, float(x[-1]) + room)
    if picture == "profit":
        bands = [column(found, f"incremental_profit_{end}")[order] for end in ("p5", "p95")]
        low, high = min(0.0, _least(bands[0])), max(0.0, -_least(-bands[1]))
        unit = ax.money_axis(axes, "y", (low, high), found.currency, (0.04, 0.04))
        middle, colour = column(found, MEAN)[order], style.BLUE
        axes.set_ylabel(f"incremental profit ({unit})")
        ax.zero_line(axes)
        words = ("mean", "nine in ten futures (5\N{EN DASH}95 %)")
    else:
        chance, error = (100 * column(found, one)[order] for one in (LOSS, f"{LOSS}_se"))
        bands = [np.maximum(chance - ERRORS * error, 0), np.minimum(chance + ERRORS * error, 100)]
        ax.number_axis(axes, -_least(-bands[1]), 0.06, " %")
        middle, colour = chance, style.VERMILLION
        axes.set_ylabel("futures that lose money")
        words = ("chance of a loss", "error of simulation (95 %)")
    ax.grid(axes)
    _name_values(axes, x, labels)
    axes.set_xlabel(name)
    return _marks(axes, x, middle, bands, numbers is not None, colour, words)


def _least(values: Array) -> float:
    return float(np.nanmin(values))


def _name_values(axes: Axes, x: Array, labels: Sequence[str]) -> None:
    step = -(-len(labels) // MOST_NAMED)
    shown = [style.drawable(label)[:24] for label in labels[::step]]
    axes.set_xticks(x[::step], shown)
    if sum(map(len, shown)) > MOST_LETTERS:
        axes.tick_params(axis="x", rotation=30)
        for label in axes.get_xticklabels():
            label.set_horizontalalignment("right")


def _marks(
    axes: Axes,
    x: Array,
    middle: Array,
    bands: Sequence[Array],
    is_line: bool,
    colour: str,
    words: tuple[str, str],
) -> list[Artist]:
    """The band and the curve, or a bar and a point for each word; returns their key."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    wide = style.tint(colour, WIDE)
    if is_line:
        axes.fill_between(x, bands[0], bands[1], fc=wide, ec="none", lw=0, zorder=2)
    else:
        axes.bar(x, bands[1] - bands[0], bottom=bands[0], width=0.6, fc=wide, ec="none", zorder=2)
    style_of_line = "-" if is_line else "none"
    axes.plot(
        x, middle, color=colour, lw=2, ls=style_of_line, marker="o", ms=4.5 if len(x) < 40 else 1.5,
        zorder=3,
    )  # fmt: skip
    line = Line2D([], [], color=colour, lw=2, ls=style_of_line, marker="o", ms=4.5, label=words[0])
    return [line, Patch(fc=wide, label=words[1])]

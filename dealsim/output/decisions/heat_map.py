"""Heat maps: a number in each cell of a grid, by colour and, where there is room, in figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dealsim.engine import Array
from dealsim.output.drawing import style
from dealsim.output.drawing.wording import amount
from dealsim.units import format_share

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

MOST_FIGURES = (14, 9)
"""Rows and columns up to which each cell has its figure."""
MOST_TICKS = (14, 12)
"""Rows and columns that are named along the sides."""
DEEPEST = 0.85
"""Share of the full colour that the strongest cell has, so that figures can be read on it."""


def draw_heat_map(
    axes: Axes,
    values: Array,
    labels: tuple[Sequence[str], Sequence[str]],
    names: tuple[str, str],
    currency: str | None,
    best: tuple[int, int],
) -> list[Artist]:
    """Draw values, axes (row, column), and frame the best cell; returns the key.

    With a `currency` they are money: losses vermillion and hatched, gains blue. Without, chances.
    The first row is the lowest.
    """
    from matplotlib.patches import Rectangle

    (rows, columns), deepest = values.shape, float(np.nanmax(np.abs(values))) or 1.0
    with_figures = rows <= MOST_FIGURES[0] and columns <= MOST_FIGURES[1]
    for row, column in np.ndindex(rows, columns):
        value = float(values[row, column])
        if np.isnan(value):
            axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fc=style.GRID, ec="none"))
            continue
        axes.add_patch(
            Rectangle(
                (column - 0.5, row - 0.5),
                1,
                1,
                fc=_shade(value, deepest, currency),
                ec=style.PAPER,
                lw=0.6 if rows * columns < 900 else 0,
                hatch=style.LOSS_HATCH if value < 0 and not with_figures else None,
            )
        )
        if with_figures:
            text = format_share(value) if currency is None else amount(value, currency)
            axes.text(column, row, text, ha="center", va="center", fontsize=8.5, color=style.INK)
    axes.add_patch(
        Rectangle((best[1] - 0.5, best[0] - 0.5), 1, 1, fc="none", ec=style.INK, lw=2.2, zorder=4)
    )
    axes.set(xlim=(-0.5, columns - 0.5), ylim=(-0.5, rows - 0.5))
    _name_sides(axes, labels, names)
    return _key(values, deepest, currency)


def _shade(value: float, deepest: float, currency: str | None) -> tuple[float, float, float]:
    colour = style.VERMILLION if value < 0 or currency is None else style.BLUE
    return style.tint(colour, DEEPEST * abs(value) / deepest)


def _name_sides(
    axes: Axes, labels: tuple[Sequence[str], Sequence[str]], names: tuple[str, str]
) -> None:
    for which, side, most in zip(("y", "x"), labels, MOST_TICKS, strict=True):
        step = -(-len(side) // most)
        places = range(0, len(side), step)
        shown = [style.drawable(side[k])[:28] for k in places]
        axes.set(**{f"{which}ticks": list(places), f"{which}ticklabels": shown})
    axes.set_ylabel(names[0])
    axes.set_xlabel(names[1])
    axes.tick_params(length=0)
    axes.spines["bottom"].set_visible(False)


def _key(values: Array, deepest: float, currency: str | None) -> list[Artist]:
    """A patch for the least, the greatest, and what lies in the middle of them."""
    from matplotlib.patches import Patch

    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    marks = dict.fromkeys((low, (low + high) / 2, high))
    patches: list[Artist] = []
    for value in marks:
        text = format_share(value) if currency is None else amount(value, currency)
        patches.append(
            Patch(fc=_shade(value, deepest, currency), ec=style.RULE, lw=0.6, label=text)
        )
    return patches

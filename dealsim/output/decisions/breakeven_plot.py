"""`breakeven`: the target's statistic along one number, and where it crosses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dealsim.decisions import Breakeven, parse_target
from dealsim.output.decisions.breakeven_text import answer
from dealsim.output.decisions.scales import facts, number_scale, statistic_scale
from dealsim.output.decisions.values import named, shower
from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ERRORS = 1.96
HOLDS = 0.12
"""Strength of the colour where the target holds."""


def title(found: Breakeven) -> str:
    """The finding, as it is told in the terminal."""
    return answer(found, found.scenario, shower(found.scenario.currency)).removesuffix(".")


@style.settings()
def draw(found: Breakeven) -> Figure:
    """The curve with its error, what is wanted, today's value, and each crossing."""
    figure, axes = sheet.new_sheet()
    currency = found.scenario.currency
    x = np.array([point.value for point in found.points])
    y = np.array([point.statistic for point in found.points])
    error = ERRORS * np.array([point.se for point in found.points])
    bound = _bound(found)
    reach = (float(min(bound, (y - error).min())), float(max(bound, (y + error).max())))
    times, label = statistic_scale(axes, found.target, reach, currency)
    number_scale(axes, "x", found.path, found.searched, currency)
    ax.grid(axes)
    _shade(axes, found)
    band = style.tint(style.BLUE, 0.3)
    axes.fill_between(x, times * (y - error), times * (y + error), fc=band, ec="none", zorder=2)
    way = "expected" if found.mode == "expected" else "simulated"
    key: list[Artist] = list(
        axes.plot(
            x,
            times * y,
            color=style.BLUE,
            lw=2,
            marker="o",
            ms=4,
            zorder=3,
            label=way,
        )
    )
    key.append(
        axes.axhline(
            times * bound, color=style.INK, lw=1.0, ls=(0, (4, 3)), zorder=2.5, label=found.target
        )
    )
    key += _marks(axes, found, times * bound)
    axes.set_xlabel(named(found.path))
    axes.set_ylabel(label)
    run = facts(found.scenario, found.trials, found.seed, mode=found.mode)
    sheet.finish(figure, axes, run, title(found), _note(found), key)
    return figure


def _bound(found: Breakeven) -> float:
    return float(parse_target(found.target).statement.right)


def _shade(axes: Axes, found: Breakeven) -> None:
    """Colour the values at which the target holds."""
    low, high = axes.get_xlim()
    if found.always:
        spans = [(low, high)]
    else:
        spans, begun = [], low
        for one in found.solutions:
            if one.holds == "up to":
                spans.append((begun, one.value))
            else:
                begun = one.value
        if found.solutions and found.solutions[-1].holds == "from":
            spans.append((begun, high))
    for left, right in spans:
        axes.axvspan(left, right, color=style.tint(style.GREEN, HOLDS), zorder=0)


def _marks(axes: Axes, found: Breakeven, level: float) -> list[Artist]:
    show, key = shower(found.scenario.currency), list[object]()
    low, high = axes.get_xlim()
    for one in found.solutions:
        axes.plot(
            [one.value], [level], "o", ms=8, mfc=style.PAPER, mec=style.INK, mew=1.5, zorder=5
        )
        right = (one.value - low) / (high - low) > 0.7
        axes.annotate(
            show(found.path, one.value), (one.value, level), xytext=(-9 if right else 9, 6),
            textcoords="offset points", ha="right" if right else "left", va="bottom",
            fontsize=9.5, fontweight="bold", color=style.INK, zorder=6,
            bbox={"boxstyle": "round,pad=0.15", "fc": style.PAPER, "ec": "none", "alpha": 0.8},
        )  # fmt: skip
    if found.now is not None and low <= found.now <= high:
        key.append(
            axes.axvline(
                found.now, color=style.GREY, lw=1.2, ls=(0, (1, 2)), zorder=2.4,
                label=f"today: {show(found.path, found.now)}",
            )
        )  # fmt: skip
    return key  # type: ignore[return-value]


def _note(found: Breakeven) -> str:
    holds = "" if found.status == "none" and not found.always else " Green: where it holds."
    if found.mode == "expected":
        return f"Expected values alone; everything else as it is, demand too.{holds}"
    return (
        "Everything else as it is, demand too. All values on the same futures; the band is the "
        f"simulation's error (95 %).{holds}"
    )

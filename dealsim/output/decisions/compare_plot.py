"""`profits` and `differences`: how profits are spread, and how far the best option is ahead."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dealsim.decisions import Comparison, Difference
from dealsim.engine import Array
from dealsim.output.decisions.compare_table import PROFIT, finding, ranking
from dealsim.output.decisions.scales import columns, facts
from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style
from dealsim.output.drawing.wording import amount
from dealsim.units import format_share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW = 0.55
FRAME = 2.6
"""Inches: height of a row, and of all that is not rows."""
BINS = 80
TALL = 0.78
"""Height of the tallest distribution in rows."""
EDGE = 0.01
"""Share of the futures at each end that may lie outside the picture."""
LONGEST = 28
"""Letters of a line of an option's name."""
BASE = 0.36
"""How far below the middle of its row a distribution stands."""


@style.settings()
def draw_profits(found: Comparison) -> Figure:
    """The distribution of every option's profit, losses hatched, best on average first."""
    options = [option for option in ranking(found) if option.kind != "nothing"]
    currency = found.currency
    means = [amount(float(option.metrics[PROFIT].mean()), currency) for option in options]
    losses = [format_share(float(np.mean(option.metrics[PROFIT] < 0))) for option in options]
    return _draw(
        found,
        [option.name for option in options],
        [option.metrics[PROFIT] for option in options],
        [["mean", *means], ["loss", *losses]],
        ("incremental profit", finding(found).removesuffix(".")),
        "Doing nothing is the line at zero. Futures that lose money are hatched; the stroke is the "
        "mean.",
    )


@style.settings()
def draw_differences(found: Comparison) -> Figure:
    """The distribution of what the best option earns more than each other, future by future."""
    best, *others = ranking(found)
    gains = [best.metrics[PROFIT] - other.metrics[PROFIT] for other in others]
    better = [
        format_share(Difference(best.name, o.name, PROFIT, gain).probability_a_better)
        for o, gain in zip(others, gains, strict=True)
    ]
    means = [amount(float(gain.mean()), found.currency) for gain in gains]
    return _draw(
        found,
        [f"than {other.name}" for other in others],
        gains,
        [["mean", *means], ["better in", *better]],
        (f"{_short(best.name)} less the other", f"How much more {best.name} earns"),
        "Both in the same future, with the same luck, so that the difference is that of the terms. "
        "Futures in which the other is better are hatched; the stroke is the mean.",
    )


def _short(name: str, lines: int = 1) -> str:
    """An option's name on so many lines, as much of it as there is room for."""
    parts = textwrap.wrap(style.drawable(name), LONGEST) or [""]
    if len(parts) > lines:
        parts[lines - 1] = parts[lines - 1][: LONGEST - 1].rstrip(", ") + "\N{HORIZONTAL ELLIPSIS}"
    return "\n".join(parts[:lines])


def _draw(
    found: Comparison,
    names: Sequence[str],
    values: Sequence[Array],
    beside: list[list[str]],
    words: tuple[str, str],
    note: str,
) -> Figure:
    """A row for each distribution, on a common scale; `words` are of the axis and the title."""
    figure, axes = sheet.new_sheet(FRAME + ROW * max(len(names), 2))
    ends = [float(q) for one in values for q in np.quantile(one, (EDGE, 1 - EDGE))]
    reach = (min(0.0, *ends), max(0.0, *ends))
    unit = ax.money_axis(axes, "x", reach, found.currency, (0.02, 0.02))
    axes.set_ylim(len(names) - 0.45, -1.2)
    axes.set_yticks(np.arange(len(names)), [_short(name, 2) for name in names])
    ax.grid(axes, "x")
    low, high = axes.get_xlim()
    edges = _edges(low, high)
    for place, one in enumerate(values):
        _draw_row(axes, place, one, edges)
    ax.zero_line(axes, "x")
    columns(axes, -0.8, beside)
    axes.set_xlabel(f"{words[0]} ({unit})")
    run = facts(next(iter(found.scenarios.values())), found.trials, found.seed, _names(found))
    sheet.finish(figure, axes, run, words[1], note)
    return figure


def _names(found: Comparison) -> str:
    return ", ".join(found.scenarios)


def _edges(low: float, high: float) -> Array:
    """Edges of bins, one of them at zero."""
    width = (high - low) / BINS
    return np.asarray(np.arange(np.floor(low / width), np.ceil(high / width) + 1) * width)


def _draw_row(axes: Axes, place: int, values: Array, edges: Array) -> None:
    """The distribution standing on its row; a stroke alone where all futures are alike."""
    mean, base = float(values.mean()), place + BASE
    if values.min() < values.max():
        counts, _ = np.histogram(values, edges)
        heights = TALL * counts / max(counts.max(), 1)
        loss = edges[:-1] < -1e-9 * (edges[-1] - edges[0])
        for chosen, colour, hatch in (
            (loss, style.VERMILLION, style.LOSS_HATCH),
            (~loss, style.SKY, None),
        ):
            axes.bar(
                edges[:-1][chosen], -heights[chosen], width=np.diff(edges)[chosen], bottom=base,
                align="edge", fc=colour, ec="none", lw=0, hatch=hatch, zorder=2,
            )  # fmt: skip
    axes.axhline(base, color=style.RULE, lw=0.8, zorder=2.1)
    axes.plot([mean, mean], [base, base - TALL], color=style.INK, lw=1.4, zorder=3)

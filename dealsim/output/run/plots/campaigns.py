"""`campaigns`: what each of several deals adds to those before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style
from dealsim.output.drawing.bands import Array
from dealsim.output.drawing.wording import amount, earns, month
from dealsim.output.run.plots.phrases import facts
from dealsim.results import Result, best_number, campaign_names, ordinal
from dealsim.units import format_count, format_share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW, FRAME = 0.52, 0.9
"""Inches: height of a deal's row, and of the axes' rest."""
THICK, THIN = 9.0, 2.5
"""Points: of the half of the futures in the middle, and of nine in ten."""


def title(result: Result) -> str:
    """The finding: the deal that loses most often, and how many of them are best."""
    found, currency = result.summary()["campaigns"], result.scenario.currency
    if not facts(result).has_spread:
        last = earns(float(result.by_campaign[-1]["incremental_profit"][0]), currency)
        opening = "Expected" if facts(result).is_expected else "In the one future simulated"
        return f"{opening}: the last deal {last}, on top of those before it"
    chances = [deal["probability_of_loss"] for deal in found["deals"]]
    worst = int(np.argmax(chances))
    return (
        f"The {ordinal(worst + 1)} deal loses money in {format_share(chances[worst])} of futures;"
        f" you do best with {best_number(found)}"
    )


@style.settings()
def draw(result: Result) -> Figure:
    """Each deal's own incremental profit: median, half and nine tenths of the futures."""
    deals, run = result.by_campaign, facts(result)
    figure, axes = sheet.new_sheet(FRAME + ROW * len(deals))
    rows = [np.quantile(own["incremental_profit"], (0.05, 0.25, 0.5, 0.75, 0.95)) for own in deals]
    reach = (min(0.0, *(row[0] for row in rows)), max(0.0, *(row[-1] for row in rows)))
    unit = ax.money_axis(axes, "x", reach, result.scenario.currency, (0.04, 0.04))
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(range(len(rows)), _names(result))
    axes.tick_params(axis="y", length=0)
    ax.grid(axes, "x")
    ax.zero_line(axes, "x")
    for place, row in enumerate(rows):
        _draw_row(axes, place, row, run.has_spread)
    _write_amounts(axes, result)
    axes.set_xlabel(f"{'expected ' if run.is_expected else ''}own incremental profit ({unit})")
    sheet.finish(figure, axes, run, title(result), _note(result))
    return figure


def _names(result: Result) -> list[str]:
    """What each deal is called, when it starts and what it sells."""
    named = zip(campaign_names(result), result.campaigns, result.by_campaign, strict=True)
    return [
        f"{style.drawable(name)}, {month(one.starts)}\n"
        f"{format_count(float(np.median(own['vouchers_sold'])))} sold"
        for name, one, own in named
    ]


def _draw_row(axes: Axes, place: int, row: Array, spread: bool) -> None:
    p5, p25, p50, p75, p95 = map(float, row)
    colour = style.VERMILLION if p50 < 0 else style.BLUE
    if spread:
        for low, high, width in ((p5, p95, THIN), (p25, p75, THICK)):
            axes.plot(
                [low, high], [place] * 2, color=style.tint(colour, 0.5), lw=width, zorder=2,
                solid_capstyle="butt",
            )  # fmt: skip
    marker = "D" if p50 < 0 else "o"
    axes.plot([p50], [place], marker, color=colour, mec=style.PAPER, ms=7, zorder=3)


def _write_amounts(axes: Axes, result: Result) -> None:
    """Beside each row what it typically comes to, and how often it loses."""
    for place, own in enumerate(result.by_campaign):
        profit = own["incremental_profit"]
        text = amount(float(np.median(profit)), result.scenario.currency)
        if facts(result).has_spread:
            text += f"\nloses in {format_share(float(np.mean(profit < 0)))}"
        axes.annotate(
            text, (1.0, place), xycoords=axes.get_yaxis_transform(), xytext=(6, 0),
            textcoords="offset points", ha="left", va="center", fontsize=style.SMALL_SIZE,
            color=style.INK, annotation_clip=False,
        )  # fmt: skip


def _note(result: Result) -> str:
    text = (
        "What each deal adds to those before it: the world with it less the same world without it,"
        " all that follows counted."
    )
    if facts(result).has_spread:
        text += " Mark: the middle future; thick: half of them; thin: nine in ten."
    return text

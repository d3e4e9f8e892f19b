"""`tornado`: how far each thing that is not known moves the mean result."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from dealsim.decisions import InputSensitivity, Sensitivity
from dealsim.output.decisions.scales import columns, facts
from dealsim.output.decisions.sensitivity_table import finding
from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style
from dealsim.output.drawing.wording import amount, count
from dealsim.output.labels import unit_of
from dealsim.scenario import in_words, range_in_words
from dealsim.units import format_share

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = 10
"""Inputs in the picture."""
LEAST = 0.02
"""Share of the greatest swing below which an input is left out."""
LINE, GAP = 0.165, 0.1
FRAME = 2.65
"""Inches: a line of a name, what is between two names, and all that is not rows."""
LONGEST = 27
"""Letters of a line of a name."""
ROOM = 0.5
"""Room for the figures beside the bars, as a share of their reach, on either side."""


def shown(found: Sensitivity) -> list[InputSensitivity]:
    """The inputs with the greatest swing, first the greatest."""
    ordered = sorted(found.inputs, key=lambda one: -one.swing)
    return [one for one in ordered if one.swing > LEAST * ordered[0].swing][:SHOWN]


@style.settings()
def draw(found: Sensitivity) -> Figure:
    """A bar for each input, from the mean at the low end of its range to that at the high end."""
    rows, currency = shown(found), found.scenario.currency
    names = [_name(one, found) for one in rows]
    lines = 1 + max((name.count("\n") for name in names), default=1)
    figure, axes = sheet.new_sheet(FRAME + (LINE * lines + GAP) * max(len(rows), 2))
    money = unit_of(found.metric) == "money"
    ends = [mean for one in rows for mean in one.means] or [found.mean]
    reach = (min(*ends, found.mean), max(*ends, found.mean))
    unit = ax.money_axis(axes, "x", reach, currency, (ROOM, ROOM)) if money else ""
    axes.set_ylim(len(rows) - 0.4, -1.3)
    axes.set_yticks(range(len(rows)), names)
    ax.grid(axes, "x")
    for place, one in enumerate(rows):
        _draw_bar(axes, place, one, found)
    axes.axvline(found.mean, color=style.INK, lw=1.0, zorder=2.5)
    if money and reach[0] < 0 < reach[1]:
        axes.axvspan(axes.get_xlim()[0], 0, color=style.tint(style.VERMILLION, 0.07), zorder=0)
    columns(axes, -0.9, [["explains", *(format_share(one.variance_share) for one in rows)]])
    axes.set_xlabel(f"mean of {found.metric}" + (f" ({unit})" if unit else ""))
    run = facts(found.scenario, found.trials, found.seed)
    sheet.finish(figure, axes, run, _title(found), _note(found), _key())
    return figure


def _title(found: Sensitivity) -> str:
    return finding(found, found.scenario).split(". Before")[0].split(". Nothing")[0].rstrip(".")


def _name(one: InputSensitivity, found: Sensitivity) -> str:
    told = range_in_words(one.path, one.values[0], one.values[-1], found.scenario.currency)
    wrapped = (textwrap.wrap(text, LONGEST) for text in (in_words(one.path), told))
    return "\n".join(line for lines in wrapped for line in lines)


def _draw_bar(axes: Axes, place: int, one: InputSensitivity, found: Sensitivity) -> None:
    low, high = one.means[0], one.means[-1]
    for end, colour, hatch in ((low, style.ORANGE, style.LOSS_HATCH), (high, style.BLUE, None)):
        axes.barh(
            place, end - found.mean, left=found.mean, height=0.55, fc=colour, ec=style.PAPER,
            lw=0.4, hatch=hatch, zorder=2,
        )  # fmt: skip
    money = unit_of(found.metric) == "money"
    for end in {min(low, high), max(low, high)}:
        left = end < found.mean or (end == found.mean and end == min(low, high))
        axes.annotate(
            amount(end, found.scenario.currency) if money else count(end), (end, place),
            xytext=(-4 if left else 4, 0), textcoords="offset points",
            ha="right" if left else "left", va="center", fontsize=8, color=style.INK, zorder=4,
        )  # fmt: skip


def _key() -> list[Artist]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    return [
        Patch(fc=style.ORANGE, hatch=style.LOSS_HATCH, label="at the low end of its range"),
        Patch(fc=style.BLUE, label="at the high end"),
        Line2D([], [], color=style.INK, lw=1.0, label="mean of all futures"),
    ]


def _note(found: Sensitivity) -> str:
    return (
        "Each input held at either end of the middle 90 % of what it may be, all else as uncertain "
        "as it is. The last column: its share of all the doubt; "
        f"{format_share(found.chance_share)} of it is luck."
    )

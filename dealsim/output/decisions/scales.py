"""Axes of a scenario's number, in its own unit, and what the sheets of decisions have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from dealsim.decisions import parse_target
from dealsim.output.decisions.values import shower
from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style
from dealsim.output.labels import unit_of
from dealsim.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CELL_SIZE = 8.5
GAP = 0.16
"""Inches before a column of figures beside the axes."""


def number_scale(
    axes: Axes, which: Literal["x", "y"], path: str, reach: tuple[float, float], currency: str
) -> None:
    """Limits and round ticks of an axis of the number at a path, each written in its unit."""
    from matplotlib.ticker import MaxNLocator

    low, high = reach
    if high <= low:
        low, high = low - 0.5, high + 0.5
    room = 0.03 * (high - low)
    ticks = MaxNLocator(7, steps=(1, 2, 2.5, 5, 10)).tick_values(low, high)
    shown = [float(tick) for tick in ticks if low - 1e-9 <= tick <= high + 1e-9]
    show = shower(currency)
    labels = [show(path, tick) for tick in shown]
    axes.set(
        **{f"{which}lim": (low - room, high + room), f"{which}ticks": shown,
           f"{which}ticklabels": labels}
    )  # fmt: skip


def statistic_scale(
    axes: Axes, target: str, reach: tuple[float, float], currency: str
) -> tuple[float, str]:
    """A y axis of what a target speaks of: chances in per cent, money, or counts; returns what one
    unit of the statistic is on it, and its label."""
    statement = parse_target(target)
    if statement.is_probability:
        ax.number_axis(axes, min(100.0, 100 * reach[1]), 0.06, " %")
        return 100.0, f"chance of {_inside(target)}"
    if unit_of(statement.metric) == "money":
        unit = ax.money_axis(axes, "y", reach, currency, (0.05, 0.08))
        return 1.0, f"mean of {statement.metric} ({unit})"
    ax.number_axis(axes, reach[1], 0.06)
    return 1.0, f"mean of {statement.metric}"


def _inside(target: str) -> str:
    """`loss` of `P(loss) <= 20 %`."""
    return target.split(")")[0].removeprefix("P(").strip()


def facts(
    scenario: Scenario, trials: int, seed: int, name: str = "", mode: str = "sampled"
) -> sheet.RunFacts:
    """What a sheet says of the simulation behind it."""
    return sheet.RunFacts(scenario, trials, seed, scenario.horizon_end, mode, name=name)


def columns(axes: Axes, head: float, cells: list[list[str]]) -> None:
    """Columns of text right of the axes; the first of each is its heading, on the row `head`, the
    others stand on the rows from 0 down."""
    figure, offset = axes.figure, 0.0
    for column in cells:
        offset += GAP + max(
            sheet.text_width(figure, cell, CELL_SIZE)  # type: ignore[arg-type]
            for cell in column
        )
        for number, cell in enumerate(column):
            axes.annotate(
                cell,
                (1.0, number - 1 if number else head),
                xycoords=axes.get_yaxis_transform(),
                xytext=(72 * offset, 0),
                textcoords="offset points",
                ha="right",
                va="center_baseline",
                fontsize=CELL_SIZE,
                color=style.INK if number else style.GREY,
                annotation_clip=False,
            )

"""`frontier`: of two terms, the second at which a target just holds, for each of the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dealsim.decisions import Frontier, FrontierPoint
from dealsim.output.decisions.joint_text import heading_text, left_out
from dealsim.output.decisions.scales import facts, number_scale
from dealsim.output.decisions.values import named
from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HOLDS = 0.12
ERRORS = 1.96


@style.settings()
def draw(found: Frontier) -> Figure:
    """The line of joint break-evens, the side on which the target holds, and today's terms."""
    figure, axes = sheet.new_sheet()
    currency, points = found.scenario.currency, _known(found)
    number_scale(axes, "x", found.paths[0], _reach(found, 0), currency)
    number_scale(axes, "y", found.paths[1], _reach(found, 1), currency)
    ax.grid(axes, "x")
    ax.grid(axes)
    key: list[Artist] = []
    if points:
        key += _line(axes, found, points)
    now = found.now
    if now[0] is not None and now[1] is not None:
        key += axes.plot(
            [now[0]], [now[1]], color=style.INK, ls="none", marker="D", ms=8, zorder=5,
            clip_on=False, label="as it stands",
        )  # fmt: skip
    axes.set_xlabel(named(found.paths[0]))
    axes.set_ylabel(named(found.paths[1]))
    run = facts(found.scenario, found.trials, found.seed, mode=found.mode)
    sheet.finish(figure, axes, run, heading_text(found), _note(found), key)
    return figure


def _known(found: Frontier) -> list[FrontierPoint]:
    return [point for point in found.points if point.second is not None]


def _reach(found: Frontier, which: int) -> tuple[float, float]:
    """All points, and today's terms."""
    now = found.now[which]
    values = [] if now is None else [now]
    if which == 0:
        values += [point.first for point in found.points]
    else:
        values += [float(point.second) for point in _known(found) if point.second is not None]
    if not values:
        return found.searched[which]
    low, high = min(values), max(values)
    room = 0.12 * (high - low) if which else 0.0
    return low - room, high + room


def _line(axes: Axes, found: Frontier, points: list[FrontierPoint]) -> list[Artist]:
    from matplotlib.patches import Patch

    x = [point.first for point in points]
    y = [float(point.second) for point in points if point.second is not None]
    drawn = axes.plot(
        x, y, color=style.BLUE, lw=2, marker="o", ms=5, zorder=3, label=f"{found.target}, just"
    )
    errors = [ERRORS * (point.se or 0.0) for point in points]
    axes.errorbar(x, y, yerr=errors, fmt="none", ecolor=style.BLUE, elinewidth=1, zorder=3)
    side = points[0].holds
    if any(point.holds != side for point in points):
        return list(drawn)
    low, high = axes.get_ylim()
    colour = style.tint(style.GREEN, HOLDS)
    axes.fill_between(x, y, low if side == "up to" else high, fc=colour, ec="none", zorder=0)
    axes.set_ylim(low, high)
    return [*drawn, Patch(fc=colour, label="it holds")]


def _note(found: Frontier) -> str:
    on = "on expected values" if found.mode == "expected" else "all on the same futures"
    text = (
        f"Each point is solved for with the first term held, {on}; everything else as it is, "
        "demand too."
    )
    return f"{text} {left_out(found)}".rstrip()

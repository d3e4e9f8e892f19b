"""`frontier`: mean profit against the chance of a loss, of the terms that no others beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dealsim.decisions import Candidate, Optimum
from dealsim.output.decisions.optimum_text import shown, terms
from dealsim.output.decisions.values import Show, shower
from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style
from dealsim.output.drawing.wording import earns
from dealsim.units import format_share

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_NAMED = 3
"""Values of a point that are written beside it."""


@style.settings()
def draw(found: Optimum) -> Figure:
    """The frontier as a line of points, the best filled, the terms as they stand a diamond."""
    figure, axes = sheet.new_sheet()
    scenario = found.scenario
    points, currency = shown(found), scenario.currency
    means = [one.mean for one in points]
    reach = (min(0.0, *means), max(0.0, *means))
    unit = ax.money_axis(axes, "y", reach, currency, (0.08, 0.12))
    most = max(100 * one.probability_of_loss for one in points)
    _chance_axis(axes, most)
    ax.grid(axes)
    ax.zero_line(axes)
    key = _draw_points(axes, found)
    _name_points(axes, found, shower(currency))
    axes.set_xlabel("futures that lose money")
    axes.set_ylabel(f"mean incremental profit ({unit})")
    facts = sheet.RunFacts(scenario, found.trials, found.seed, scenario.horizon_end)
    sheet.finish(figure, axes, facts, title(found), _note(found), key)
    return figure


def title(found: Optimum) -> str:
    """The finding: the best terms and what they earn."""
    currency = found.scenario.currency
    show = shower(currency)
    if found.best is None:
        return f"Nothing within these ranges meets {found.limit}"
    best = found.best
    return (
        f"{terms(best.values, show)}: {earns(best.mean, currency)} on average, loses in "
        f"{format_share(best.probability_of_loss)} of futures"
    )


def _note(found: Optimum) -> str:
    text = "No terms found beat a point of the line in both profit and risk."
    if found.at_ends:
        text += f" The best lies at an end of the range of {' and '.join(found.at_ends)}."
    return text


def _chance_axis(axes: Axes, most: float) -> None:
    """An x axis of chances in per cent, from zero."""
    from matplotlib.ticker import MaxNLocator

    high = max(most, 1.0)
    ticks = [float(t) for t in MaxNLocator(8, steps=(1, 2, 5, 10)).tick_values(0, high)]
    ticks = [tick for tick in ticks if 0 <= tick <= min(100.0, 1.15 * high)]
    axes.set_xlim(-0.03 * high, 1.2 * high)
    axes.set_xticks(ticks, [f"{tick:g} %" for tick in ticks])


def _draw_points(axes: Axes, found: Optimum) -> list[Artist]:
    def place(one: Candidate) -> tuple[float, float]:
        return 100 * one.probability_of_loss, one.mean

    key: list[Artist] = []
    if len(found.frontier) > 1 or found.best is None:
        places = list(map(place, found.frontier))
        key += axes.plot(
            [x for x, _ in places], [y for _, y in places], color=style.BLUE, lw=1.4,
            marker="o", ms=6, mfc=style.PAPER, mec=style.BLUE,
            mew=1.4, zorder=3, label="frontier",
        )  # fmt: skip
    if found.best is not None:
        x, y = place(found.best)
        key += axes.plot(
            [x], [y], color=style.BLUE, ls="none", marker="o", ms=9, zorder=4, label="best"
        )
    x, y = place(found.now)
    key += axes.plot(
        [x], [y], color=style.INK, ls="none", marker="D", ms=7, zorder=4, label="as it stands"
    )
    return key


def _name_points(axes: Axes, found: Optimum, show: Show) -> None:
    """The values beside each end of the frontier and the best."""
    named = {id(one): one for one in (*found.frontier[:1], *found.frontier[-1:])}
    if found.best is not None and all(one.values != found.best.values for one in named.values()):
        named[id(found.best)] = found.best
    low, high = axes.get_xlim()
    for one in named.values():
        values = list(one.values.items())[:MOST_NAMED]
        text = ", ".join(show(path, value) for path, value in values)
        x = 100 * one.probability_of_loss
        right = (x - low) / (high - low) > 0.6
        axes.annotate(
            text, (x, one.mean), xytext=(-9 if right else 9, -4), textcoords="offset points",
            ha="right" if right else "left", va="top", fontsize=8.5, color=style.INK, zorder=5,
        )  # fmt: skip

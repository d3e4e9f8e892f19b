"""The pictures of a sweep, `profit` and `loss`: heat maps of two axes, curves of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from dealsim.decisions import Sweep
from dealsim.output.decisions.cells import LOSS, MEAN, best_of, called, column, numbers_of, ranked
from dealsim.output.decisions.heat_map import draw_heat_map
from dealsim.output.decisions.sweep_curve import MOST_NAMED, draw_curve
from dealsim.output.drawing import sheet, style
from dealsim.output.drawing.wording import earns
from dealsim.units import format_count, format_share

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PICTURES: tuple[Literal["profit", "loss"], ...] = ("profit", "loss")
SCENARIO = "scenario"


@dataclass(frozen=True)
class Dimension:
    """What is laid along a side of a picture: a path, or the scenario, and its values as written;
    `place` is that of the axis, None for the scenario."""

    name: str
    values: tuple[str, ...]
    numbers: tuple[float, ...] | None
    place: int | None


def draw_sweep(found: Sweep, formats: Sequence[str] = style.FORMATS) -> Iterator[tuple[str, bytes]]:
    """File names (`profit.png`) and their contents; none where there is nothing to lay out."""
    if ranked(found) and dimensions(found):
        # one future has no chance of a loss
        names = PICTURES[:1] if found.mode == "expected" else PICTURES
        yield from style.pictures(lambda name: draw(found, name), names, formats)


def dimensions(found: Sweep) -> list[Dimension]:
    """What varies: the scenario where there are several, and axes of more than one value."""
    all_of_them = []
    if len(found.scenarios) > 1:
        all_of_them.append(Dimension(SCENARIO, tuple(found.scenarios), None, None))
    for place, axis in enumerate(found.axes):
        if len(axis.values) > 1:
            numbers = numbers_of(axis.values)
            rising = numbers if numbers is not None and numbers == sorted(numbers) else None
            all_of_them.append(
                Dimension(
                    axis.path,
                    tuple(map(str, axis.values)),
                    None if rising is None else tuple(rising),
                    place,
                )
            )
    return all_of_them


@style.settings()
def draw(found: Sweep, name: str) -> Figure:
    """One picture: mean profit, or the chance of a loss, over what varies.

    Of more than two axes, the first two are shown with the others as in the best cell.
    """
    sides, best = dimensions(found), ranked(found)[0]
    figure, axes = sheet.new_sheet()
    shown = [
        place for place in range(len(found.cells)) if _is_beside(found, place, best, sides[2:])
    ]
    if len(sides) == 1:
        key = _draw_one_axis(axes, found, sides[0], name)
    else:
        rows, columns = sides[0], sides[1]
        shape = len(rows.values), len(columns.values)
        values = column(found, MEAN if name == "profit" else LOSS)[shown].reshape(shape)
        mark = np.unravel_index(shown.index(best), shape)
        key = draw_heat_map(
            axes, values, (rows.values, columns.values), (rows.name, columns.name),
            found.currency if name == "profit" else None, (int(mark[0]), int(mark[1])),
        )  # fmt: skip
    sheet.finish(figure, axes, facts(found), title(found, name), _note(found, name, sides), key)
    return figure


def _draw_one_axis(axes: Axes, found: Sweep, side: Dimension, name: str) -> list[Artist]:
    """A curve in the order of its values; scenarios from the worst to the best, named where few."""
    if side.place is not None:
        places = range(len(found.cells))
        return draw_curve(axes, found, side.values, side.numbers, side.name, name, places)
    order = ranked(found)[::-1]
    is_few = len(order) <= MOST_NAMED
    labels = [found.cells[place].scenario if is_few else "" for place in order]
    rising = "scenarios, from the least mean profit to the greatest"
    return draw_curve(axes, found, labels, None, rising, name, order)


def _is_beside(found: Sweep, place: int, best: int, others: Sequence[Dimension]) -> bool:
    """Whether a cell is like the best in all that the picture does not lay out."""
    cell, like = found.cells[place], found.cells[best]
    return all(
        cell.scenario == like.scenario
        if one.place is None
        else cell.values[one.place] == like.values[one.place]
        for one in others
    )


def facts(found: Sweep) -> sheet.RunFacts:
    """What the sheet says of the simulation behind it."""
    scenarios = list(found.scenarios.values())
    name = "" if len(scenarios) == 1 else f"{format_count(len(scenarios))} scenarios"
    return sheet.RunFacts(
        scenarios[0], found.trials, found.seed, max(one.horizon_end for one in scenarios),
        mode=found.mode, name=name, since=min(one.starts for one in scenarios),
    )  # fmt: skip


def title(found: Sweep, name: str) -> str:
    """The finding: what the best cell earns, or how the chance of a loss ranges."""
    order, loss = ranked(found), column(found, LOSS)
    if name == "profit":
        profit = float(column(found, MEAN)[order[0]])
        return f"{best_of(found)}: {called(found, order[0])}, which {earns(profit, found.currency)}"
    low, high = (float(end(loss[order])) for end in (np.min, np.max))
    if low == high:
        return f"Every cell loses money in {format_share(low)} of futures"
    return f"Loses money in {format_share(low)} to {format_share(high)} of futures, by cell"


def _note(found: Sweep, name: str, sides: Sequence[Dimension]) -> str:
    parts = [
        "Mean incremental profit: with the deal minus without it."
        if name == "profit"
        else "How often the deal leaves the business worse off than without it."
    ]
    if len(sides) > 1:
        parts.append("The framed cell brings most on average.")
    if others := [one.name for one in sides[2:]]:
        parts.append(f"{' and '.join(others)} as in that cell.")
    if found.refused:
        where = "Grey" if len(sides) > 1 else "Left out"
        parts.append(f"{where} where the values make no valid deal.")
    return " ".join(parts)

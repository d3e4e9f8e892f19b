"""Drawing the plots of a run by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from dealsim.output.drawing import style
from dealsim.output.run.plots import cash, liability, profit, redemption, reputation, waterfall
from dealsim.results import Result
from dealsim.results.active import is_active

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PLOTS: Mapping[str, Callable[[Result], Figure]] = MappingProxyType(
    {
        "profit": profit.draw,
        "cash": cash.draw,
        "waterfall": waterfall.draw,
        "liability": liability.draw,
        "redemption": redemption.draw,
    }
)
"""The plots of every run."""

OPTIONAL: Mapping[str, tuple[str, Callable[[Result], Figure]]] = MappingProxyType(
    {"reputation": ("service", reputation.draw)}
)
"""Plots that only scenarios with an optional section have, and the section."""


def plots_of(result: Result) -> tuple[str, ...]:
    """The plots that a result has."""
    more = (name for name, (section, _) in OPTIONAL.items() if is_active(result.scenario, section))
    return (*PLOTS, *more)


def draw(result: Result, name: str) -> Figure:
    """One plot as a matplotlib Figure, for a notebook or a page of one's own."""
    drawn = PLOTS[name] if name in PLOTS else OPTIONAL[name][1]
    return drawn(result)


def draw_all(
    result: Result, names: Sequence[str] | None = None, formats: Sequence[str] = style.FORMATS
) -> Iterator[tuple[str, bytes]]:
    """File names (`profit.png`) and their contents, one plot in memory at a time; all plots that
    the result has where no names are given."""
    names = plots_of(result) if names is None else names
    return style.pictures(lambda name: draw(result, name), names, formats)

"""Drawing the plots of a run by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from dealsim.output.drawing import style
from dealsim.output.run.plots import (
    campaigns,
    cash,
    liability,
    profit,
    redemption,
    reputation,
    waterfall,
)
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
        "campaigns": campaigns.draw,
        "reputation": reputation.draw,
    }
)


def plots_of(result: Result) -> tuple[str, ...]:
    """The plots that a result has: `campaigns` only where there are several, `reputation` only
    with a section `service`."""
    there = {
        "campaigns": bool(result.by_campaign),
        "reputation": is_active(result.scenario, "service"),
    }
    return tuple(name for name in PLOTS if there.get(name, True))


def draw(result: Result, name: str) -> Figure:
    """One plot as a matplotlib Figure, for a notebook or a page of one's own."""
    return PLOTS[name](result)


def draw_all(
    result: Result, names: Sequence[str] | None = None, formats: Sequence[str] = style.FORMATS
) -> Iterator[tuple[str, bytes]]:
    """File names (`profit.png`) and their contents, one plot in memory at a time; all plots that
    the result has where no names are given."""
    names = plots_of(result) if names is None else names
    return style.pictures(lambda name: draw(result, name), names, formats)

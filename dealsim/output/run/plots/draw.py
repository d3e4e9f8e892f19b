"""Drawing the plots of a run by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from dealsim.output.drawing import style
from dealsim.output.run.plots import cash, liability, profit, redemption, waterfall
from dealsim.results import Result

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


def draw(result: Result, name: str) -> Figure:
    """One plot as a matplotlib Figure, for a notebook or a page of one's own."""
    return PLOTS[name](result)


def draw_all(
    result: Result, names: Sequence[str] = tuple(PLOTS), formats: Sequence[str] = style.FORMATS
) -> Iterator[tuple[str, bytes]]:
    """File names (`profit.png`) and their contents, one plot in memory at a time."""
    return style.pictures(lambda name: draw(result, name), names, formats)

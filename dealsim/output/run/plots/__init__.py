"""The plots of a run: `profit`, `cash`, `waterfall`, `liability`, `redemption`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from dealsim.output.drawing import style
from dealsim.output.protocol import ResultLike
from dealsim.output.run.plots import cash, liability, profit, redemption, waterfall

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PLOTS: Mapping[str, Callable[[ResultLike], Figure]] = MappingProxyType(
    {
        "profit": profit.draw,
        "cash": cash.draw,
        "waterfall": waterfall.draw,
        "liability": liability.draw,
        "redemption": redemption.draw,
    }
)
FORMATS = style.FORMATS


def draw(result: ResultLike, name: str) -> Figure:
    """One plot as a matplotlib Figure, for a notebook or a page of one's own."""
    with style.settings():
        return PLOTS[name](result)


def draw_all(
    result: ResultLike, names: Sequence[str] = tuple(PLOTS), formats: Sequence[str] = FORMATS
) -> Iterator[tuple[str, bytes]]:
    """File names (`profit.png`) and their contents, one plot in memory at a time."""
    for name in names:
        for suffix, picture in style.render(draw(result, name), formats).items():
            yield f"{name}.{suffix}", picture

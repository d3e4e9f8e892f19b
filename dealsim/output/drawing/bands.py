"""Fans: the median of many futures, the middle half of them and nine tenths of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dealsim.output.drawing import style
from dealsim.output.drawing.sheet import RunFacts

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

Array = NDArray[np.float64]

LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)
WIDE, NARROW = 0.22, 0.48
"""Strength of the colour of the bands: nine tenths of the futures, and half of them."""


AFTER = 0.25
"""Time shown after what is drawn has become nothing, as a share of the time before."""


class Fan(NamedTuple):
    """Quantiles at each point, one array a level; all alike where there is no spread."""

    p5: Array
    p25: Array
    p50: Array
    p75: Array
    p95: Array

    @classmethod
    def of(cls, samples: Array) -> Fan:
        """The fan of `samples`, axes (point, trial)."""
        return cls(*np.quantile(samples, LEVELS, axis=1))

    @classmethod
    def join(cls, *fans: Fan) -> Fan:
        """Fans over consecutive points, as one."""
        return cls(*(np.concatenate(bands) for bands in zip(*fans, strict=True)))

    def held(self) -> Fan:
        """With the last value once more, for steps that run to the end of the last stretch."""
        return Fan.join(self, Fan(*(band[-1:] for band in self)))

    @property
    def low(self) -> float:
        return float(self.p5.min())

    @property
    def high(self) -> float:
        return float(self.p95.max())


def until(x: Array, most: Array) -> date:
    """Where a picture of a stock ends: its last day, or some time after all of it is gone for good;
    `most` is the upper edge of what is drawn on the days `x` (ordinals)."""
    held = np.flatnonzero(most > 0)
    gone = float(x[min(int(held[-1]) + 1, len(x) - 1)]) if held.size else float(x[-1])
    return date.fromordinal(int(min(gone + AFTER * (gone - x[0]), x[-1])))


def draw_fan(
    axes: Axes,
    x: Sequence[float],
    fan: Fan,
    colour: str,
    *,
    spread: bool = True,
    steps: bool = False,
    line: str | None = None,
    hatch: str | None = None,
) -> None:
    """Draw a fan over `x`; with `steps` each value holds until the next point."""
    step: Literal["post"] | None = "post" if steps else None
    if spread:
        wide, narrow = style.tint(colour, WIDE), style.tint(colour, NARROW)
        axes.fill_between(x, fan.p5, fan.p95, step=step, fc=wide, ec="none", lw=0, zorder=2)
        axes.fill_between(x, fan.p25, fan.p75, step=step, fc=narrow, ec="none", lw=0, zorder=2.1)
        if hatch:
            stroke = style.tint(line or colour, 0.6)
            axes.fill_between(
                x, fan.p5, fan.p95, step=step, fc="none", ec=stroke, lw=0, hatch=hatch, zorder=2.2
            )
    drawn = axes.plot(x, fan.p50, color=line or colour, linewidth=2.0, zorder=3)
    if steps:
        drawn[0].set_drawstyle("steps-post")


def fan_key(run: RunFacts, colour: str) -> list[Artist]:
    """What the line and the bands of a fan mean, for the key above the axes."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    label = "median" if run.has_spread else "the one future simulated"
    line = Line2D([], [], color=colour, lw=2, label="expected" if run.is_expected else label)
    if not run.has_spread:
        return [line]
    return [
        line,
        Patch(fc=style.tint(colour, NARROW), label="half of futures (25\N{EN DASH}75 %)"),
        Patch(fc=style.tint(colour, WIDE), label="nine in ten (5\N{EN DASH}95 %)"),
    ]

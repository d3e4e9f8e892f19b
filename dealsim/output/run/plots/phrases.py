"""Words and marks that the plots of a run share."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from dealsim.output.drawing import axes as ax
from dealsim.output.drawing.bands import Array
from dealsim.output.drawing.sheet import RunFacts
from dealsim.output.drawing.wording import day
from dealsim.output.labels import MILESTONES
from dealsim.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

AS_EXPECTED = "as expected"


def facts(result: Result) -> RunFacts:
    """What a sheet says of the simulation behind it."""
    return RunFacts(result.scenario, result.trials, result.seed, result.path_days[-1], result.mode)


def typically(result: Result) -> str:
    """The adverb for a central figure: of one future, of the expectation, or of many."""
    if result.mode == "expected":
        return AS_EXPECTED
    return "typically" if result.trials > 1 else "in the one future simulated"


def as_found(result: Result, finding: str) -> str:
    """A finding as a title; that of an expected result is said to be one at the outset."""
    if result.mode != "expected":
        return finding
    bare = finding.replace(f" {AS_EXPECTED}", "")
    return f"Expected: {bare[0].lower()}{bare[1:]}"


def median(values: Array) -> float:
    """The median of the defined values; NaN where none is."""
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else float("nan")


def milestone_days(result: Result, name: str) -> tuple[date, ...]:
    """The days of a milestone, one a campaign or payout; none where it does not occur."""
    found = result.milestones.get(name, ())
    return (found,) if isinstance(found, date) else tuple(found)


def mark_milestone(axes: Axes, result: Result, name: str = "promo_expiry", row: int = 0) -> None:
    """Upright lines at the days of a milestone, named in a `row` under the axes' upper edge."""
    for when in milestone_days(result, name):
        ax.mark_day(axes, when, f"{MILESTONES[name]} {day(when)}", row)

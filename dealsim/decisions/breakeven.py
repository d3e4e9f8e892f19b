"""Break-even: the value of one number at which a target just holds.

The range is scanned for every place where the curve crosses, since there may be none or several;
each is then found on simulated futures that all values share, with its error (docs/decide.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from dealsim.decisions.curve import Baseline, Curve, refuse_with_expected
from dealsim.decisions.heading import Mode, heading
from dealsim.decisions.precise import Reached, ToldFigure, until_precise
from dealsim.decisions.target import DEFAULT, Target, parse_target
from dealsim.errors import UsageError
from dealsim.scenario import Scenario
from dealsim.simulation import Precision, check_arguments
from dealsim.streams import CHUNK

GRID = 13
"""Values at which the range is scanned."""
SIMULATED = 6
"""Steps of a scan by simulation, where the rough one finds nothing."""
MOST_SOLUTIONS = 4
"""More crossings than these are noise on a flat curve, or of no use to anybody."""
MOST_STEPS = 20
"""Steps of a search on the rough curve, the later half of them by halving."""
CLOSE = 1e-3
"""A gap, as a share of that between the ends, at which the search is done."""
WIDENED = 4
"""Times that those values are set wider apart where the crossing was not among them."""


@dataclass(frozen=True)
class Solution:
    """A value at which the target just holds, its standard error, and on which side it holds."""

    value: float
    se: float | None
    holds: Literal["from", "up to"]


@dataclass(frozen=True)
class Point:
    """A point of the curve: the simulated statistic at a value, and its standard error."""

    value: float
    statistic: float
    se: float


@dataclass(frozen=True)
class Breakeven:
    """What was found along one number: every crossing, or how near it comes.

    `nearest` is the value that comes nearest to the target, and the statistic there; None where
    there is a solution. `always` says, of a target that is not crossed, that it holds throughout.
    `points` are of the curve across the range, where asked for.
    """

    scenario: Scenario
    trials: int
    seed: int
    path: str
    target: str
    searched: tuple[float, float]
    now: float | None
    solutions: tuple[Solution, ...] = field(default=())
    nearest: tuple[float, float] | None = None
    always: bool = False
    points: tuple[Point, ...] = ()
    precision: Reached | None = None
    mode: Mode = "sampled"

    def with_precision(self, reached: Reached) -> Breakeven:
        """The same, saying what was reached of a precision."""
        return replace(self, precision=reached)

    @property
    def status(self) -> Literal["found", "none", "many"]:
        """How many crossings there are."""
        return {0: "none", 1: "found"}.get(len(self.solutions), "many")  # type: ignore[return-value]

    def document(self) -> dict[str, Any]:
        """The same for JSON."""
        nearest = None
        if self.nearest is not None:
            nearest = {"value": self.nearest[0], "reaches": _number(self.nearest[1])}
        return {
            **heading(self.scenario, self.trials, self.seed, self.precision, self.mode),
            "path": self.path,
            "target": self.target,
            "status": self.status,
            "solutions": [{"value": s.value, "se": s.se, "holds": s.holds} for s in self.solutions],
            "searched": list(self.searched),
            "now": self.now,
            "always": self.always,
            "nearest": nearest,
            "points": [vars(point) for point in self.points],
        }


def breakeven(
    scenario: Scenario,
    path: str,
    *,
    target: str = DEFAULT,
    search: tuple[float, float] | None = None,
    curve: bool = False,
    trials: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    precision: Precision | str | float | None = None,
    expected: bool = False,
) -> Breakeven:
    """The value of the number at `path` at which `target` just holds.

    Everything else stays as it is, demand too. `search` are the ends of the values looked at, in
    the field's unit (shares of 1, days); left out, the field's own limits or up to four times
    today's value. `curve` adds points of the curve across the range, on 5,000 futures at most.
    With a `precision` as many futures are simulated, at most `trials` (default: a million), as it
    takes for every value found to be known as well: `"1%"` is of the value, a number in its unit.
    If `expected`, every input is at its mean and nothing is left to chance.
    Raises UsageError where the path is no number, the target cannot be read, or no
    value of the range makes a valid scenario.
    """
    aim = parse_target(target)
    refuse_with_expected(expected, precision, aim)
    if precision is not None:
        how = {"search": search, "curve": curve, "seed": seed, "workers": workers}
        return until_precise(
            precision,
            "the value found",
            lambda n: breakeven(scenario, path, target=target, trials=n, **how),  # type: ignore[arg-type]
            lambda found: [ToldFigure(one.value, one.se or 0.0) for one in found.solutions],
            most=trials,
        )
    trials, seed = check_arguments(scenario, trials, seed, workers)
    baseline = Baseline(scenario, trials=trials, seed=seed, workers=workers, expected=expected)
    return solve(Curve(baseline, path), aim, search, curve_too=curve)


def solve(
    curve: Curve,
    target: Target,
    search: tuple[float, float] | None = None,
    *,
    curve_too: bool = False,
) -> Breakeven:
    """The same along a curve; `curve_too` adds points of it."""
    points = scan(curve, target, curve.range() if search is None else search)
    crossings = crossed(points)[:MOST_SOLUTIONS]
    if not crossings:  # where luck is most of it, the rough curve may not see one
        points = _simulated(curve, target, points)
        crossings = crossed(points)[:MOST_SOLUTIONS]
    ends, values = (points[0][0], points[-1][0]), [value for value, _ in points]
    found = [_solve(curve, target, low, high, ends) for low, high in crossings]
    solutions = tuple(one for one in found if one is not None)
    nearest = None
    if not solutions:
        best = max(points, key=lambda point: point[1])[0]
        nearest = best, _reached(curve, target, best)
    base = curve.baseline
    return Breakeven(
        base.scenario,
        base.trials,
        base.seed,
        curve.path,
        target.written,
        ends,
        curve.now,
        solutions,
        nearest,
        always=not solutions and all(gap >= 0 for _, gap in points),
        points=_points(curve, target, values) if curve_too else (),
        mode=base.mode,
    )


def _points(curve: Curve, target: Target, values: Sequence[float]) -> tuple[Point, ...]:
    """Simulated points of the curve at these values."""
    found = curve.sampled(values, target, CHUNK)
    return tuple(
        Point(value, target.value_at(gap), error)
        for value, (gap, error) in zip(values, found, strict=True)
    )


def scan(
    curve: Curve, target: Target, searched: tuple[float, float], count: int = GRID
) -> list[tuple[float, float]]:
    """Valid values across the range with the rough gap at each."""
    low, high = searched
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise UsageError(f"a range goes from a lower to a higher number, not {low:g} to {high:g}")
    values = np.linspace(low, high, count).tolist()
    if curve.is_whole:
        values = sorted({float(round(value)) for value in values})
    values = [value for value in values if curve.at(value) is not None] or values[:1]
    curve.probe(values, target.metric)
    gaps = [(value, curve.rough(value, target)) for value in values]
    points = [(value, gap) for value, gap in gaps if gap is not None]
    if len(points) < 2:
        reason = curve.refusal(values[0]) or f"{target.metric} is undefined"
        raise UsageError(f"no values of {curve.path} in that range can be simulated: {reason}")
    return points


def crossed(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Neighbouring values between which the target starts or stops to hold."""
    return [(low, high) for (low, a), (high, b) in pairwise(points) if (a >= 0) != (b >= 0)]


def _simulated(
    curve: Curve, target: Target, points: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Some of the scanned values with the gap simulated at each."""
    values = [value for value, _ in points[:: max(1, (len(points) - 1) // SIMULATED)]]
    gaps = curve.sampled(values, target, CHUNK)
    return [(value, gap) for value, (gap, _) in zip(values, gaps, strict=True)]


def _solve(
    curve: Curve, target: Target, low: float, high: float, searched: tuple[float, float]
) -> Solution | None:
    """The crossing between two scanned values, on simulated futures; None where there is none."""
    middle = bisect(curve, target, low, high)
    wide, width = high - low, curve.baseline.near * (searched[1] - searched[0])
    bounds = max(low - wide, searched[0]), min(high + wide, searched[1])
    for _ in range(WIDENED):
        values = _about(curve, middle, max(width, 0.5 if curve.is_whole else 0.0), bounds)
        gaps = curve.sampled(values, target)
        for (a, b), (ga, gb) in zip(pairwise(values), pairwise(gaps), strict=True):
            if (ga[0] >= 0) != (gb[0] >= 0):
                return _between(curve, (a, b), (ga[0], gb[0]), (ga[1] + gb[1]) / 2)
        width *= 3
    return None


def bisect(curve: Curve, target: Target, low: float, high: float) -> float:
    """Where the rough curve crosses, to a thousandth of the step: by the Illinois method, which
    keeps the crossing between its two values and halves a weight that stays (Dowell and Jarratt
    1971)."""
    a, b = curve.rough(low, target) or 0.0, curve.rough(high, target) or 0.0
    holds, side = a >= 0, 0
    smallest = 1.0 if curve.is_whole else (high - low) / 1000
    for step in range(MOST_STEPS):
        if high - low <= smallest:
            break
        share = 0.5 if a == b or step > MOST_STEPS // 2 else min(max(a / (a - b), 0.02), 0.98)
        middle = low + share * (high - low)
        if curve.is_whole:
            middle = float(min(max(round(middle), low + 1), high - 1)) if high - low > 1 else low
        gap = curve.rough(middle, target)
        if gap is not None and abs(gap) <= CLOSE * abs(b - a):
            return middle
        if gap is None or (gap >= 0) != holds:
            high, b = middle, 0.0 if gap is None else gap
            a, side = (a / 2 if side > 0 else a), 1
        else:
            low, a = middle, gap
            b, side = (b / 2 if side < 0 else b), -1
    return (low + high) / 2


def _about(curve: Curve, middle: float, width: float, bounds: tuple[float, float]) -> list[float]:
    """Three valid values about a crossing."""
    wanted = [middle - width, middle, middle + width]
    if curve.is_whole:
        wanted = [math.floor(wanted[0]), math.floor(middle), math.ceil(wanted[2])]
    kept = sorted({float(np.clip(value, *bounds)) for value in wanted})
    return [value for value in kept if curve.at(value) is not None]


def _between(
    curve: Curve, values: tuple[float, float], gaps: tuple[float, float], error: float
) -> Solution:
    """The crossing between two simulated values, on the straight line through them."""
    slope = (gaps[1] - gaps[0]) / (values[1] - values[0])
    value = values[0] - gaps[0] / slope
    rises = slope > 0
    if curve.is_whole:
        value = float(math.ceil(value - 1e-9) if rises else math.floor(value + 1e-9))
    return Solution(value, error / abs(slope), "from" if rises else "up to")


def _reached(curve: Curve, target: Target, value: float) -> float:
    """The statistic at a value, simulated."""
    gap = curve.sampled([value], target)[0][0]
    return target.value_at(gap)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value

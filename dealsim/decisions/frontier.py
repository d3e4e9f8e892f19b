"""Frontier: of two terms, the value of the second at which a target just holds, for each of the
first.

What a platform gives on one term need not be asked on the other. Each point is found as a
break-even is, with the first term held, all on the same futures (docs/model.md, 18).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from dealsim.decisions.breakeven import bisect, scan
from dealsim.decisions.curve import Baseline, Curve, refuse_with_expected
from dealsim.decisions.heading import Mode, heading
from dealsim.decisions.precise import Reached, ToldFigure, until_precise
from dealsim.decisions.target import DEFAULT, Target, parse_target
from dealsim.errors import UsageError
from dealsim.scenario import Scenario
from dealsim.simulation import Precision, check_arguments
from dealsim.streams import CHUNK

POINTS = 9
"""Values of the first term."""
COARSE = 7
"""Values at which the range of the second is scanned."""
HALF = 0.5
"""The first term is varied by this share of today's value up and down, unless told."""

Status = Literal["found", "many", "always", "never"]
Progress = Callable[[float], None]


@dataclass(frozen=True)
class FrontierPoint:
    """The value of the second term at which the target just holds where the first has this value,
    its standard error and the side on which it holds; of several the one nearest to today's."""

    first: float
    status: Status
    second: float | None = None
    se: float | None = None
    holds: Literal["from", "up to"] | None = None


@dataclass(frozen=True)
class Frontier:
    """Points by the first term; `now` are today's values of both, None where there is none."""

    scenario: Scenario
    trials: int
    seed: int
    paths: tuple[str, str]
    target: str
    now: tuple[float | None, float | None]
    searched: tuple[tuple[float, float], tuple[float, float]]
    points: tuple[FrontierPoint, ...]
    precision: Reached | None = None
    mode: Mode = "sampled"

    def with_precision(self, reached: Reached) -> Frontier:
        """The same, saying what was reached of a precision."""
        return replace(self, precision=reached)

    def document(self) -> dict[str, Any]:
        """The same for JSON."""
        return {
            **heading(self.scenario, self.trials, self.seed, self.precision, self.mode),
            "paths": list(self.paths),
            "target": self.target,
            "now": list(self.now),
            "searched": [list(ends) for ends in self.searched],
            "points": [vars(point) for point in self.points],
        }


def frontier(
    scenario: Scenario,
    paths: tuple[str, str],
    *,
    target: str = DEFAULT,
    search: Sequence[tuple[float, float] | None] = (None, None),
    trials: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    precision: Precision | str | float | None = None,
    expected: bool = False,
) -> Frontier:
    """For each of several values of the number at the first path, the value of the one at the
    second at which `target` just holds.

    `search` are the ends of each, in the field's unit; left out, the first goes from half of
    today's value to half as much again, the second as in `breakeven`. 5,000 futures, or half
    of the trials where these are more, are simulated for a point; with a `precision` as many as it
    takes for every value found to be known as well (see `breakeven`). Raises UsageError as
    `breakeven` does, and where both paths are the same.
    """
    if paths[0] == paths[1]:
        raise UsageError(f"a frontier is of two numbers, and both are {paths[0]}")
    aim, told = parse_target(target), progress or (lambda share: None)
    refuse_with_expected(expected, precision, aim)
    if precision is not None:
        how = {"search": search, "seed": seed, "workers": workers, "progress": progress}
        return until_precise(
            precision,
            "every value found",
            lambda n: frontier(scenario, paths, target=target, trials=n, **how),  # type: ignore[arg-type]
            _figures,
            most=trials,
        )
    trials, seed = check_arguments(scenario, trials, seed, workers)
    part = min(trials, max(CHUNK, trials // 2))
    baseline = Baseline(scenario, trials=part, seed=seed, workers=workers, expected=expected)
    first, second = (Curve(baseline, path) for path in paths)
    rows = _rows(first, search[0])
    ends = second.range() if search[1] is None else search[1]
    crossings: list[_Rough] = []
    for k, (value, held) in enumerate(rows):
        crossings.append(_rough(Curve(baseline.moved(held), paths[1]), value, aim, ends))
        told(0.8 * (k + 1) / len(rows))
    points = _confirmed(baseline, crossings, aim)
    told(1.0)
    return Frontier(
        scenario,
        baseline.trials,
        seed,
        paths,
        aim.written,
        (first.now, second.now),
        ((rows[0][0], rows[-1][0]), ends),
        points,
        mode=baseline.mode,
    )


def _figures(found: Frontier) -> list[ToldFigure]:
    return [ToldFigure(one.second, one.se or 0.0) for one in found.points if one.second is not None]


def _rows(curve: Curve, search: tuple[float, float] | None) -> list[tuple[float, Scenario]]:
    """Values of the first term, with the scenario that has each."""
    low, high = _span(curve) if search is None else search
    if not low < high:
        raise UsageError(f"a range goes from a lower to a higher number, not {low:g} to {high:g}")
    values = np.linspace(low, high, POINTS).tolist()
    if curve.is_whole:
        values = sorted({float(round(value)) for value in values})
    rows = [(value, held) for value in values if (held := curve.at(value)) is not None]
    if not rows:
        raise UsageError(f"no values of {curve.path} in that range: {curve.refusal(values[0])}")
    return rows


def _span(curve: Curve) -> tuple[float, float]:
    """About today's value, within the limits of the field."""
    now, (low, high) = curve.now, curve.range()
    if not now:
        return low, high
    return max(low, (1 - HALF) * now), min(high, (1 + HALF) * now)


@dataclass(frozen=True)
class _Rough:
    """A crossing of the second term's rough curve; None where there is none."""

    first: float
    curve: Curve
    status: Status
    value: float | None = None
    slope: float = 0.0


def _rough(curve: Curve, first: float, target: Target, ends: tuple[float, float]) -> _Rough:
    points = scan(curve, target, ends, COARSE)
    crossed = [pair for pair in pairwise(points) if (pair[0][1] >= 0) != (pair[1][1] >= 0)]
    if not crossed:
        return _Rough(first, curve, "always" if points[0][1] >= 0 else "never")
    now = points[-1][0] if curve.now is None else curve.now
    (low, a), (high, b) = min(
        crossed, key=lambda pair: max(pair[0][0] - now, now - pair[1][0], 0.0)
    )
    value, status = bisect(curve, target, low, high), "found" if len(crossed) == 1 else "many"
    width = max((high - low) / 50, 1.0 if curve.is_whole else 0.0)
    left, right = max(low, value - width), min(high, value + width)
    gaps = curve.rough(left, target), curve.rough(right, target)
    slope = (b - a) / (high - low)
    if gaps[0] is not None and gaps[1] is not None and (gaps[1] - gaps[0]) * slope > 0:
        slope = (gaps[1] - gaps[0]) / (right - left)
    return _Rough(first, curve, status, value, slope)  # type: ignore[arg-type]


def _confirmed(
    baseline: Baseline, rough: Sequence[_Rough], target: Target
) -> tuple[FrontierPoint, ...]:
    """Every crossing with its gap simulated, all on the same futures."""
    held = [one.curve.at(one.value) for one in rough if one.value is not None]
    valid = [one for one in held if one is not None]
    results = iter(baseline.sampled(valid) if valid else ())
    points = []
    for one in rough:
        if one.value is None or one.curve.at(one.value) is None:
            points.append(FrontierPoint(one.first, one.status))
            continue
        metrics = next(results).metrics
        value, rises = one.value - target.gap(metrics) / one.slope, one.slope > 0
        if one.curve.is_whole:
            value = float(np.ceil(value - 1e-9) if rises else np.floor(value + 1e-9))
        error = target.error(metrics) / abs(one.slope)
        points.append(
            FrontierPoint(one.first, one.status, value, error, "from" if rises else "up to")
        )
    return tuple(points)

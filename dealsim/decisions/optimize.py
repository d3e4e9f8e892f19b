"""Optimising terms: the greatest mean profit under a limit on risk, within stated ranges.

Searched on conditional means with the luck of the terms as they stand (`dealsim.decisions.curve`):
a grid over the ranges first, then from its best points on by Nelder and Mead's simplex. The best
few, and those that trade profit for risk, are then simulated on the same futures; what is reported
is what was simulated (docs/decide.md).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from dealsim.decisions.curve import Baseline, changed, refuse_path, refuse_with_expected, restated
from dealsim.decisions.heading import Mode, heading, number_or_none
from dealsim.decisions.precise import Reached, ToldFigure, until_precise
from dealsim.decisions.target import Target, parse_target
from dealsim.engine import Array
from dealsim.errors import ScenarioError, UsageError
from dealsim.scenario import Scenario, number_field
from dealsim.simulation import Precision, check_arguments
from dealsim.streams import CHUNK

PROFIT = "incremental_profit"
MOST_PATHS = 4
POINTS = {1: 17, 2: 7, 3: 4, 4: 3}
"""Values of each range on the first grid, by the number of ranges."""
STEPS = 60
"""Most evaluations of the simplex."""
CONFIRMED = 4
"""Best points that are simulated."""
FRONTIER = 6
"""Points of the frontier that are simulated."""


@dataclass(frozen=True)
class Range:
    """Values that a number may take; `step` None for any value between the ends."""

    path: str
    low: float
    high: float
    step: float | None = None

    def nearest(self, value: float) -> float:
        """The allowed value nearest to a value."""
        if self.step is None:
            return float(np.clip(value, self.low, self.high))
        steps = math.floor((self.high - self.low) / self.step + 1e-9)
        return self.low + self.step * float(
            np.clip(round((value - self.low) / self.step), 0, steps)
        )


@dataclass(frozen=True)
class Candidate:
    """Terms, and what they came to when simulated: mean profit and the chance of a loss, with
    standard errors (NaN in expected mode); `meets` where the limit holds."""

    values: Mapping[str, float]
    mean: float
    mean_se: float
    probability_of_loss: float
    probability_of_loss_se: float
    meets: bool

    def document(self) -> dict[str, Any]:
        """The same for JSON."""
        return {
            "values": dict(self.values),
            "metric": {"mean": self.mean, "se": self.mean_se},
            "probability_of_loss": number_or_none(self.probability_of_loss),
            "probability_of_loss_se": number_or_none(self.probability_of_loss_se),
        }


@dataclass(frozen=True)
class Optimum:
    """The best terms found, None where none meets the limit; the frontier from least risk to most
    profit; `at_ends` names the ranges at whose end the best lies, `now` the terms as they stand."""

    best: Candidate | None
    frontier: tuple[Candidate, ...]
    now: Candidate
    at_ends: tuple[str, ...]
    limit: str | None
    over: tuple[Range, ...]
    trials: int
    seed: int
    scenario: Scenario = field(repr=False)
    precision: Reached | None = None
    mode: Mode = "sampled"

    def with_precision(self, reached: Reached) -> Optimum:
        """The same, saying what was reached of a precision."""
        return replace(self, precision=reached)

    def document(self) -> dict[str, Any]:
        """The same for JSON."""
        best = self.best
        return heading(self.scenario, self.trials, self.seed, self.precision, self.mode) | {
            "best": None if best is None else dict(best.values),
            "metric": None if best is None else {"mean": best.mean, "se": best.mean_se},
            "probability_of_loss": None
            if best is None
            else number_or_none(best.probability_of_loss),
            "at_ends": list(self.at_ends),
            "limit": self.limit,
            "now": self.now.document(),
            "frontier": [one.document() for one in self.frontier],
        }


Values = tuple[float, ...]


class _Search:
    """Mean profit, the chance of a loss and the gap of the limit at terms, roughly and cheaply."""

    def __init__(self, baseline: Baseline, ranges: Sequence[Range], limit: Target | None) -> None:
        self._baseline, self._ranges, self._limit = baseline, ranges, limit
        self.seen: dict[Values, tuple[float, float, float]] = {}

    def scenario(self, values: Values) -> Scenario | None:
        """The scenario with these terms; None where it would not be valid."""
        named = zip(self._ranges, values, strict=True)
        changes = {one.path: restated(one.path, value) for one, value in named}
        try:
            return changed(self._baseline.scenario, changes)
        except ScenarioError:
            return None

    def at(self, wanted: Sequence[float]) -> tuple[float, float, float]:
        """Mean profit, chance of a loss, and gap of the limit (>= 0 where it holds) at the allowed
        terms nearest to those wanted; minus infinity where they are not valid."""
        values = tuple(one.nearest(v) for one, v in zip(self._ranges, wanted, strict=True))
        if values not in self.seen:
            scenario = self.scenario(values)
            if scenario is None:
                return -math.inf, 1.0, -math.inf
            means, luck = self._baseline.means(scenario), self._baseline.luck
            rough = {name: array + luck[name] for name, array in means.items() if name in luck}
            gap = 0.0 if self._limit is None else self._limit.gap(rough)
            profit = rough[PROFIT]
            self.seen[values] = float(profit.mean()), float(np.mean(profit < 0)), gap
        return self.seen[values]

    def ranked(self) -> list[Values]:
        """Terms seen, those that meet the limit first, the most profitable of them first."""
        return sorted(self.seen, key=lambda v: (self.seen[v][2] < 0, -self.seen[v][0]))

    def frontier(self) -> list[Values]:
        """Terms that no others beat in both mean profit and chance of a loss, thinned out."""
        kept: list[Values] = []
        for values in sorted(self.seen, key=lambda v: (self.seen[v][1], -self.seen[v][0])):
            if not kept or self.seen[values][0] > self.seen[kept[-1]][0]:
                kept.append(values)
        places = np.unique(np.linspace(0, len(kept) - 1, min(len(kept), FRONTIER)).astype(int))
        return [kept[place] for place in places]


def optimize(
    scenario: Scenario,
    over: Sequence[Range],
    *,
    limit: str | None = None,
    trials: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    progress: Callable[[float], None] | None = None,
    precision: Precision | str | float | None = None,
    expected: bool = False,
) -> Optimum:
    """The terms within ranges that bring the greatest mean profit, `limit` (such as
    `P(loss) <= 10%`) held.

    Counts and lengths of time are searched in whole steps unless their range has another. Demand is
    held as the scenario states it. With a `precision` as many futures are simulated, at most
    `trials` (default: a million), as it takes for the mean profits of the best terms and of those
    that stand to be known as well. If `expected`, every input is at its mean and nothing is left to
    chance: there is no risk, and no frontier. Raises UsageError for no range or more than four, a
    path that is no number, an empty range, a limit that cannot be read, or ranges in which no
    scenario is valid.
    """
    target = None if limit is None else parse_target(limit)
    refuse_with_expected(expected, precision, target)
    if precision is not None:
        how = {"limit": limit, "seed": seed, "workers": workers, "progress": progress}
        return until_precise(
            precision,
            "the mean profit of the best terms and of those that stand",
            lambda n: optimize(scenario, over, trials=n, **how),  # type: ignore[arg-type]
            _figures,
            most=trials,
            currency=scenario.currency,
        )
    trials, seed = check_arguments(scenario, trials, seed, workers)
    _check(scenario, over)
    over = [_whole_steps(one) for one in over]
    baseline = Baseline(scenario, trials=trials, seed=seed, workers=workers, expected=expected)
    return _searched(baseline, over, target, progress or (lambda share: None))


def _searched(
    baseline: Baseline, over: Sequence[Range], target: Target | None, told: Callable[[float], None]
) -> Optimum:
    """The best terms about a baseline: searched for roughly, then simulated."""
    scenario, trials = baseline.scenario, baseline.trials
    search = _Search(baseline, over, target)
    _explore(search, over, told)
    if not search.seen:
        raise UsageError("no terms within those ranges make a valid scenario")
    wanted = list(dict.fromkeys([*search.ranked()[:CONFIRMED], *search.frontier()]))
    scenarios = [one for values in wanted if (one := search.scenario(values)) is not None]
    now, *results = baseline.sampled([scenario, *scenarios], max(CHUNK, trials // 2))
    told(1.0)
    paths = [one.path for one in over]
    found = [
        _candidate(dict(zip(paths, values, strict=True)), result.metrics, target)
        for values, result in zip(wanted, results, strict=True)
    ]
    meeting = [one for one in found if one.meets]
    best = max(meeting, key=lambda one: one.mean, default=None)
    return Optimum(
        best,
        () if baseline.expected else _frontier(found),
        _candidate({}, now.metrics, target),
        () if best is None else ends_of(best, over),
        None if target is None else target.written,
        tuple(over),
        trials,
        baseline.seed,
        scenario,
        mode=baseline.mode,
    )


def _figures(found: Optimum) -> list[ToldFigure]:
    told = [found.now] if found.best is None else [found.best, found.now]
    return [ToldFigure(abs(one.mean), one.mean_se) for one in told]


def _check(scenario: Scenario, over: Sequence[Range]) -> None:
    if not 1 <= len(over) <= MOST_PATHS:
        raise UsageError(f"optimize takes one to {MOST_PATHS} ranges, not {len(over)}")
    if len({one.path for one in over}) < len(over):
        raise UsageError("each number can have one range only")
    for one in over:
        refuse_path(scenario, one.path)
        if not (math.isfinite(one.low) and math.isfinite(one.high) and one.low < one.high):
            raise UsageError(
                f"{one.path}: a range goes from a lower to a higher number, "
                f"not {one.low:g} to {one.high:g}"
            )
        if one.step is not None and not 0 < one.step <= one.high - one.low:
            raise UsageError(f"{one.path}: a step is above 0 and within the range")


def _whole_steps(one: Range) -> Range:
    """A range of a count in whole steps, unless it says otherwise."""
    field = number_field(one.path)
    whole = field is None or field.kind == "count"
    return Range(one.path, one.low, one.high, 1.0) if whole and one.step is None else one


def _explore(search: _Search, over: Sequence[Range], told: Callable[[float], None]) -> None:
    """The grid, then the simplex from its best point."""
    from scipy.optimize import minimize

    count = POINTS[len(over)]
    axes = [np.linspace(one.low, one.high, count) for one in over]
    points = np.array(np.meshgrid(*axes)).reshape(len(over), -1).T
    for k, point in enumerate(points):
        search.at(point.tolist())
        told(0.6 * (k + 1) / len(points))
    if not search.seen:
        return
    start = np.array(search.ranked()[0])
    width = np.array([one.high - one.low for one in over])
    scale = max(abs(value[0]) for value in search.seen.values()) or 1.0

    def loss(scaled: Array) -> float:
        profit, _, gap = search.at((scaled * width).tolist())
        if not math.isfinite(profit):
            return 10 * scale
        # the further from the limit, the worse: the simplex finds its way back
        return -profit + (2 * scale * (1 + min(1.0, -gap)) if gap < 0 else 0.0)

    apart = 0.08 * np.eye(len(over)) * _inward(start, over)
    simplex = np.vstack([start / width, start / width + apart])
    minimize(
        loss,
        start / width,
        method="Nelder-Mead",
        bounds=[(one.low / w, one.high / w) for one, w in zip(over, width, strict=True)],
        options={"maxfev": STEPS, "xatol": 1e-3, "fatol": 1e-3 * scale, "initial_simplex": simplex},
    )
    told(0.8)


def _inward(start: Array, over: Sequence[Range]) -> Array:
    """Towards the middle of each range."""
    middle = np.array([(one.low + one.high) / 2 for one in over])
    return np.where(start > middle, -1.0, 1.0)


def _candidate(
    values: Mapping[str, float], metrics: Mapping[str, Array], target: Target | None
) -> Candidate:
    profit, chance = parse_target(f"{PROFIT} >= 0"), parse_target("P(loss) <= 0%")
    has_chances = len(metrics[PROFIT]) > 1
    return Candidate(
        values,
        profit.value(metrics),
        profit.error(metrics),
        chance.value(metrics) if has_chances else math.nan,
        chance.error(metrics) if has_chances else math.nan,
        target is None or target.gap(metrics) >= 0,
    )


def _frontier(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """From the least chance of a loss to the greatest profit, without those that others beat."""
    kept: list[Candidate] = []
    for one in sorted(found, key=lambda c: (c.probability_of_loss, -c.mean)):
        if not kept or one.mean > kept[-1].mean:
            kept.append(one)
    return tuple(kept)


def ends_of(best: Candidate, over: Sequence[Range]) -> tuple[str, ...]:
    """Paths of the ranges at an end of which terms lie."""

    def is_end(one: Range) -> bool:
        room = 1e-3 * (one.high - one.low)
        value = best.values[one.path]
        return value <= one.low + room or value >= one.high - room

    return tuple(one.path for one in over if is_end(one))

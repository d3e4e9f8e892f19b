"""The counter-offer: what each term is worth, and the value at which the deal is worth signing.

For each term alone, with everything else (demand too) as it stands: what a natural step of it adds
to mean profit, on futures shared with today's terms; the value at which the deal breaks even on
average; and the one at which the chance of a loss falls to the limit (docs/decide.md).
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from dealsim.decisions.breakeven import bisect, scan
from dealsim.decisions.curve import Baseline, Curve, changed, refuse_with_expected
from dealsim.decisions.heading import Mode, heading, number_or_none
from dealsim.decisions.precise import Reached, ToldFigure, until_precise
from dealsim.decisions.target import DEFAULT, Target, parse_target
from dealsim.decisions.terms import TermStep, bargained, own_levers
from dealsim.errors import ScenarioError, UsageError
from dealsim.results import Result
from dealsim.scenario import Scenario
from dealsim.simulation import Precision, check_arguments
from dealsim.streams import CHUNK

LIMIT = 0.20
"""The chance of a loss that an owner is taken to accept, unless told."""
SEARCHED = 2_000
"""Futures on which a crossing is searched for, before it is confirmed on more."""
COARSE = 7
"""Values at which the range of a term is scanned."""
NOT_SOLVED = ("business.capacity_per_week",)
"""Numbers that have costs of their own which nothing here knows: no value of them is enough."""
PROFIT = "incremental_profit"

Status = Literal["within reach", "out of reach", "no number"]
Show = Callable[[str, float], str]
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Crossing:
    """A value of a term, and on which side of it the target holds; no value where it always does,
    whatever the term is in the range looked at."""

    value: float | None
    holds: Literal["from", "up to", "always"]


ALWAYS = Crossing(None, "always")


def is_within_reach(step: TermStep, crossing: Crossing) -> bool:
    """Whether anybody could bargain as far as to a crossing."""
    value = crossing.value
    return value is None or step.is_within_reach(value, crossing.holds == "from")


@dataclass(frozen=True)
class Term:
    """A term alone: `worth` of a step in mean profit with its standard error, and `worth_npv`;
    the `chance` of a loss with it; the values at which profit is nil on average and at which the
    limit holds, with the side on which it does, None where no value of the term gets there.
    `status` is of the limit: within reach, out of reach of any bargaining (`TermStep.farthest`), or
    no number that is solved for."""

    step: TermStep
    worth: float
    worth_se: float
    worth_npv: float
    chance: float
    breakeven: Crossing | None = None
    for_limit: Crossing | None = None
    status: Status = "no number"


@dataclass(frozen=True)
class CounterOffer:
    """The table, sorted by what a step is worth; `mean_profit` and `chance` of a loss as things
    stand, with their standard errors (of the chance NaN in expected mode)."""

    terms: tuple[Term, ...]
    own_levers: tuple[Term, ...]
    limit: float
    mean_profit: float
    mean_profit_se: float
    chance: float
    chance_se: float
    scenario: Scenario
    trials: int
    seed: int
    precision: Reached | None = None
    mode: Mode = "sampled"

    def with_precision(self, reached: Reached) -> CounterOffer:
        """The same, saying what was reached of a precision."""
        return replace(self, precision=reached)

    def document(self) -> dict[str, Any]:
        """The same for JSON."""
        return {
            **heading(self.scenario, self.trials, self.seed, self.precision, self.mode),
            "limit": self.limit,
            "mean_profit": self.mean_profit,
            "mean_profit_se": self.mean_profit_se,
            "probability_of_loss": number_or_none(self.chance),
            "probability_of_loss_se": number_or_none(self.chance_se),
            "terms": [_term_document(term) for term in self.terms],
            "own_levers": [_term_document(term) for term in self.own_levers],
        }


def _term_document(term: Term) -> dict[str, Any]:
    def crossing(found: Crossing | None) -> dict[str, Any] | None:
        return None if found is None else {"value": found.value, "holds": found.holds}

    return {
        "path": term.step.path,
        "label": term.step.label,
        "now": term.step.now,
        "step": term.step.step,
        "worth": term.worth,
        "worth_se": term.worth_se,
        "worth_npv": term.worth_npv,
        "probability_of_loss": number_or_none(term.chance),
        "breakeven": crossing(term.breakeven),
        "for_limit": crossing(term.for_limit),
        "status": term.status,
    }


def check_limit(limit: float) -> None:
    """Raise UsageError where a limit is no chance of a loss."""
    if not 0 < limit < 1:
        raise UsageError(f"the limit is a chance of a loss between 0 % and 100 %, not {limit:g}")


def counter_offer(
    scenario: Scenario,
    *,
    limit: float = LIMIT,
    trials: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    show: Show | None = None,
    progress: Progress | None = None,
    precision: Precision | str | float | None = None,
    expected: bool = False,
) -> CounterOffer:
    """What to ask for: every term one can bargain for and every lever of one's own, alone.

    `limit` is the chance of a loss to get to, of 1. `show` writes a value of a path in words, for
    the texts of a step; `progress` is told the share done, of 1. Steps and crossings are looked at
    on 5,000 futures, or half of the trials where these are more. With a `precision` as many are
    simulated, at most `trials` (default: a million), as it takes for the mean profit and the worth
    of every step to be known as well: a share is of the mean profit. If `expected`, every input
    is at its mean and nothing is left to chance: there is no limit to get to. Raises UsageError
    where an argument is out of range.
    """
    check_limit(limit)
    refuse_with_expected(expected, precision)
    if precision is not None:
        more = {"seed": seed, "workers": workers, "show": show, "progress": progress}
        return until_precise(
            precision,
            "the mean profit and the worth of every step",
            lambda n: counter_offer(scenario, limit=limit, trials=n, **more),  # type: ignore[arg-type]
            _figures,
            most=trials,
            currency=scenario.currency,
        )
    trials, seed = check_arguments(scenario, trials, seed, workers)
    baseline = Baseline(
        scenario, trials=trials, seed=seed, workers=workers, expected=expected, searched=SEARCHED
    )
    written = show or (lambda path, value: f"{value:g}")
    return _table(baseline, limit, written, progress or (lambda share: None))


def _table(baseline: Baseline, limit: float, written: Show, told: Progress) -> CounterOffer:
    """The terms and levers of a scenario on futures that they share."""
    scenario, now = baseline.scenario, baseline.now
    terms = _valid(scenario, bargained(scenario, written))
    own = _valid(scenario, own_levers(scenario, written))
    worlds = [scenario, *(variant for _, variant in (*terms, *own))]
    same, *changed = baseline.sampled(worlds, _part(baseline.trials))
    told(0.4)
    profit, chance = parse_target(DEFAULT), parse_target(f"P(loss) <= {limit!r}")
    targets = (profit,) if baseline.expected else (profit, chance)
    steps = [step for step, _ in (*terms, *own) if step.path not in (None, *NOT_SOLVED)]
    crossings = _confirmed(baseline, _roughs(baseline, steps, targets, told), targets)
    found = [
        _term(step, _worth(result, same), crossings.get(step))
        for (step, _), result in zip((*terms, *own), changed, strict=True)
    ]
    told(1.0)
    return CounterOffer(
        tuple(sorted(found[: len(terms)], key=_by_worth)),
        tuple(sorted(found[len(terms) :], key=_by_worth)),
        limit,
        profit.value(now.metrics),
        profit.error(now.metrics),
        math.nan if baseline.expected else chance.value(now.metrics),
        math.nan if baseline.expected else chance.error(now.metrics),
        scenario,
        baseline.trials,
        baseline.seed,
        mode=baseline.mode,
    )


def _roughs(
    baseline: Baseline, steps: Sequence[TermStep], targets: Sequence[Target], told: Progress
) -> dict[TermStep, tuple[Rough | Crossing | None, ...]]:
    """Where the rough curve of each term crosses each target."""
    found: dict[TermStep, tuple[Rough | Crossing | None, ...]] = {}
    for k, step in enumerate(steps):
        curve = Curve(baseline, str(step.path))
        found[step] = tuple(_crossing(curve, target, step.direction) for target in targets)
        told(0.4 + 0.4 * (k + 1) / len(steps))
    return found


def _part(trials: int) -> int:
    """How many of the futures steps and crossings are looked at on."""
    return min(trials, max(CHUNK, trials // 2))


def _figures(found: CounterOffer) -> list[ToldFigure]:
    size = abs(found.mean_profit)
    errors = [one.worth_se for one in (*found.terms, *found.own_levers)]
    return [ToldFigure(size, error) for error in (found.mean_profit_se, *errors)]


def _valid(scenario: Scenario, steps: Sequence[TermStep]) -> list[tuple[TermStep, Scenario]]:
    """Steps with the scenario they lead to; those that lead to none are left out."""
    found = []
    for step in steps:
        with contextlib.suppress(ScenarioError):
            found.append((step, changed(scenario, step.changes)))
    return found


def _worth(changed: Result, now: Result) -> tuple[float, float, float, float]:
    """What a step adds to mean profit, its standard error, what it adds to mean npv, and the
    chance of a loss with it."""
    gain = changed.metrics[PROFIT] - now.metrics[PROFIT]
    later = changed.metrics["npv"] - now.metrics["npv"]
    error = float(gain.std(ddof=1) / math.sqrt(len(gain))) if len(gain) > 1 else 0.0
    chance = float(np.mean(changed.metrics[PROFIT] < 0)) if len(gain) > 1 else math.nan
    return float(gain.mean()), error, float(later.mean()), chance


def _crossing(curve: Curve, target: Target, direction: int) -> Rough | Crossing | None:
    """The crossing nearest to today's value on the rough curve; ALWAYS or None where there is
    none. Where the target does not hold today, only in the direction one would bargain in."""
    try:
        points = scan(curve, target, curve.range(), COARSE)
    except UsageError:  # no value of the range is valid, or defined
        return None
    crossed = [pair for pair in pairwise(points) if (pair[0][1] >= 0) != (pair[1][1] >= 0)]
    if not crossed:
        return ALWAYS if points[0][1] >= 0 else None
    now = curve.now if curve.now is not None else points[-1][0]
    if (curve.rough(now, target) or 0.0) < 0:
        crossed = [pair for pair in crossed if _is_towards(direction, now, *pair)]
    if not crossed:
        return None
    (low, a), (high, b) = min(crossed, key=lambda pair: _distance(now, pair[0][0], pair[1][0]))
    value = bisect(curve, target, low, high)
    ends = points[0][0], points[-1][0]
    return Rough(curve, value, (b - a) / (high - low), ends, len(crossed) == 1)


def _is_towards(
    direction: int, now: float, low: tuple[float, float], high: tuple[float, float]
) -> bool:
    """Whether the crossing between two values lies in a direction of today's, at which the target
    does not hold: about today's own it lies towards the end at which it does."""
    if high[0] <= now or low[0] >= now:
        return (low[0] >= now) == (direction > 0)
    return (low[1] >= 0) == (direction < 0)


def _distance(value: float, low: float, high: float) -> float:
    return max(low - value, value - high, 0.0)


@dataclass(frozen=True)
class Rough:
    """A crossing of a rough curve, the curve's slope about it, the ends of the values looked at,
    and whether it is the only crossing."""

    curve: Curve
    value: float
    slope: float
    ends: tuple[float, float]
    is_only: bool

    def confirmed(self, gap: float) -> Crossing | None:
        """The crossing once the gap there has been simulated: a step along the slope. Where that
        leads out of the values looked at, the target holds at all of them or at none."""
        rises = self.slope > 0
        value = self.value - gap / self.slope
        if self.curve.is_whole:
            value = float(math.ceil(value) if rises else math.floor(value))
        low, high = self.ends
        if self.is_only and not low < value < high:
            return ALWAYS if (value <= low) == rises else None
        return Crossing(float(np.clip(value, low, high)), "from" if rises else "up to")


def _confirmed(
    baseline: Baseline,
    roughs: Mapping[TermStep, tuple[Rough | Crossing | None, ...]],
    targets: Sequence[Target],
) -> dict[TermStep, tuple[Crossing | None, ...]]:
    """Every crossing with its gap simulated, all on the same futures."""
    places = [
        (step, k, rough)
        for step, found in roughs.items()
        for k, rough in enumerate(found)
        if isinstance(rough, Rough)
    ]
    confirmed: dict[TermStep, list[Crossing | None]] = {
        step: [one if isinstance(one, Crossing) else None for one in found]
        for step, found in roughs.items()
    }
    scenarios = [rough.curve.at(rough.value) for _, _, rough in places]
    valid = [one for one in scenarios if one is not None]
    results = iter(baseline.sampled(valid, _part(baseline.trials)) if valid else ())
    for (step, k, rough), scenario in zip(places, scenarios, strict=True):
        if scenario is not None:
            gap = targets[k].gap(next(results).metrics)
            confirmed[step][k] = rough.confirmed(gap)
    return {step: tuple(found) for step, found in confirmed.items()}


def _term(
    step: TermStep,
    worth: tuple[float, float, float, float],
    crossings: tuple[Crossing | None, ...] | None,
) -> Term:
    breakeven, *more = crossings or (None,)
    for_limit = more[0] if more else None
    status: Status = "no number" if crossings is None else "out of reach"
    reached = for_limit if more else breakeven
    if reached is not None and is_within_reach(step, reached):
        status = "within reach"
    return Term(step, *worth, breakeven, for_limit, status)


def _by_worth(term: Term) -> tuple[float, float]:
    return -term.worth, -term.worth_npv

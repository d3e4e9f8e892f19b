"""Comparing deals, doing nothing, and other uses of the money, on futures they share.

Every difference is that of two worlds with the same inputs, as far as they state the same, and the
same luck, so that its distribution says something about the terms (docs/model.md, 16).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Literal

import numpy as np

from dealsim.decisions.alternatives import OwnStreams, alternative_scenario
from dealsim.decisions.curve import expected_result, refuse_with_expected
from dealsim.decisions.heading import FORMAT, Mode, told
from dealsim.decisions.precise import Reached, ToldFigure, until_precise
from dealsim.engine import Array, Streams
from dealsim.errors import UsageError
from dealsim.results import Result
from dealsim.results.intervals import wilson_error
from dealsim.scenario import Scenario
from dealsim.simulation import Precision, check_arguments, simulate_paired

METRICS = ("incremental_profit", "npv", "lowest_cash", "new_regulars", "outstanding_value")
"""What is compared: profit, its value today, cash needed, regulars won, paid value owed."""
PROFIT = "incremental_profit"
LESS_IS_BETTER = frozenset({"outstanding_value"})
NOTHING = "do nothing"
MOST = 20
"""Options that can be compared at once."""

Kind = Literal["deal", "alternative", "nothing"]


@dataclass(frozen=True)
class Option:
    """Something the owner may do: its name, what kind it is, and its metrics by trial."""

    name: str
    kind: Kind
    metrics: Mapping[str, Array]

    def document(self) -> dict[str, Any]:
        """Means and bands of what is compared, and the cost of each regular won (a ratio of
        means; None where nobody is won)."""
        profit = self.metrics["incremental_profit"]
        won = float(self.metrics["new_regulars"].mean())
        spent = float((self.metrics["returning_margin"] - profit).mean())
        return {
            "name": self.name,
            "kind": self.kind,
            "metrics": {name: _statistics(self.metrics[name]) for name in METRICS},
            "probability_of_loss": float(np.mean(profit < 0)) if len(profit) > 1 else None,
            "cost_per_new_regular": spent / won if won > 0 else None,
        }


@dataclass(frozen=True)
class Difference:
    """`a` less `b` in one metric, by trial, and how often `a` is the better of the two."""

    a: str
    b: str
    metric: str
    values: Array

    @property
    def probability_a_better(self) -> float:
        """The share of futures in which a is better; those in which both are alike count half."""
        values = -self.values if self.metric in LESS_IS_BETTER else self.values
        return float(np.mean(values > 0) + np.mean(values == 0) / 2)

    def document(self) -> dict[str, Any]:
        """The same in figures."""
        better, several = self.probability_a_better, len(self.values) > 1
        return {
            "a": self.a,
            "b": self.b,
            "metric": self.metric,
            **_statistics(self.values),
            "probability_a_better": better if several else None,
            "probability_a_better_se": wilson_error(better, len(self.values)) if several else None,
        }


@dataclass(frozen=True)
class Comparison:
    """Options on shared futures, in the order given, doing nothing last; `scenarios` are the deals
    and alternatives behind them, by name."""

    options: tuple[Option, ...]
    scenarios: Mapping[str, Scenario]
    trials: int
    seed: int
    precision: Reached | None = None
    mode: Mode = "sampled"

    def with_precision(self, reached: Reached) -> Comparison:
        """The same, saying what was reached of a precision."""
        return replace(self, precision=reached)

    @property
    def currency(self) -> str:
        """The currency of all of them."""
        return next(iter(self.scenarios.values())).currency

    def differences(self, metric: str = "incremental_profit") -> list[Difference]:
        """Every pair's difference in a metric, in the order of the options."""
        return [
            Difference(a.name, b.name, metric, a.metrics[metric] - b.metrics[metric])
            for a, b in combinations(self.options, 2)
        ]

    def document(self) -> dict[str, Any]:
        """The same for JSON."""
        return {
            "format": FORMAT,
            "mode": self.mode,
            "currency": self.currency,
            "trials": self.trials,
            "seed": self.seed,
            **told(self.precision),
            "scenarios": [option.document() for option in self.options],
            "differences": [
                difference.document()
                for metric in METRICS
                for difference in self.differences(metric)
            ],
        }


def compare(
    scenarios: Mapping[str, Scenario],
    *,
    trials: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
    precision: Precision | str | float | None = None,
    expected: bool = False,
) -> Comparison:
    """Compare deals by name with one another, their `alternatives:` and doing nothing.

    Trials and seed default to those of the first scenario; alternatives of the same name in several
    scenarios are those of the first that has it. With
    a `precision` as many futures are simulated, at most `trials` (default: a million), as it takes
    for every mean profit and every difference of two to be known as well: a share is of the
    greatest mean profit. Raises UsageError where there is none, where
    there are too many, or where their currencies differ.
    """
    deals = list(scenarios.items())
    _check(deals)
    refuse_with_expected(expected, precision)
    if precision is not None:
        return until_precise(
            precision,
            "every mean profit and difference of two",
            lambda n: compare(scenarios, trials=n, seed=seed, workers=workers, progress=progress),
            _figures,
            most=trials,
            currency=deals[0][1].currency,
        )
    trials, seed = check_arguments(deals[0][1], trials, seed, workers)
    others = _alternatives(deals)
    if len(deals) + len(others) > MOST:
        raise UsageError(f"more than {MOST} options to compare at once")
    worlds = [scenario for _, scenario in deals] + [scenario for _, scenario in others]
    if expected:
        trials = 1
    providers = [Streams(seed)] * len(deals) + [OwnStreams(seed, name) for name, _ in others]
    if expected:
        found = tuple(expected_result(one, seed) for one in worlds)
    else:
        found = simulate_paired(
            worlds, trials=trials, seed=seed, workers=workers, progress=progress,
            providers=providers,
        )  # fmt: skip
    names = [name for name, _ in (*deals, *others)]
    options = [
        Option(name, "deal" if k < len(deals) else "alternative", result.metrics)
        for k, (name, result) in enumerate(zip(names, found, strict=True))
    ]
    mode: Mode = "expected" if expected else "sampled"
    named = dict((*deals, *others))
    return Comparison((*options, _nothing(found[0])), named, trials, seed, mode=mode)


def _figures(found: Comparison) -> list[ToldFigure]:
    """Every difference in mean profit, doing nothing among them: hence every mean profit too."""
    largest = max(abs(float(one.metrics[PROFIT].mean())) for one in found.options)
    differences = (one.values for one in found.differences())
    errors = (float(values.std(ddof=1)) / math.sqrt(len(values)) for values in differences)
    return [ToldFigure(largest, error) for error in errors]


def _check(deals: Sequence[tuple[str, Scenario]]) -> None:
    if not deals:
        raise UsageError("there is nothing to compare: name a scenario")
    first, second = deals[0][1].currency, {one.currency for _, one in deals}
    if len(second) > 1:
        others = ", ".join(sorted(second - {first}))
        raise UsageError(f"scenarios in different currencies cannot be compared: {first}, {others}")


def _alternatives(deals: Sequence[tuple[str, Scenario]]) -> list[tuple[str, Scenario]]:
    """The alternatives of all scenarios, each once, as scenarios of their own."""
    found: dict[str, Scenario] = {}
    for _, scenario in deals:
        for name in scenario.alternatives or {}:
            if name not in found:
                found[name] = alternative_scenario(scenario, name)
    return list(found.items())


def _nothing(result: Result) -> Option:
    """Doing nothing: no money moves, nobody is won."""
    nil = np.zeros(result.trials)
    return Option(NOTHING, "nothing", dict.fromkeys((*METRICS, "returning_margin"), nil))


def _statistics(values: Array) -> dict[str, float | None]:
    if len(values) == 1:  # one future has no spread
        return {"mean": float(values[0]), "se": None, "p5": None, "p50": None, "p95": None}
    p5, p50, p95 = (float(q) for q in np.percentile(values, (5, 50, 95)))
    error = float(values.std(ddof=1) / math.sqrt(len(values)))
    return {"mean": float(values.mean()), "se": error, "p5": p5, "p50": p50, "p95": p95}

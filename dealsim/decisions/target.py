"""Targets: what a decision wants to hold, as a number that is wanted to be at least nil.

`METRIC` alone means `METRIC >= 0`; else any statement that a gate may make: `METRIC >= X`,
`P(loss) <= X`, `P(METRIC >= X) >= Y`. Means are of the metric over the futures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dealsim.engine import Array
from dealsim.errors import UsageError
from dealsim.results.gates import COMPARE, GateStatement, parse_statement
from dealsim.results.intervals import wilson_error

DEFAULT = "incremental_profit >= 0"


@dataclass(frozen=True)
class Target:
    """A statement about a result, and how far a result is from it."""

    statement: GateStatement

    @property
    def written(self) -> str:
        """As the user wrote it."""
        return self.statement.written

    @property
    def metric(self) -> str:
        """The metric it speaks of."""
        return self.statement.measured.metric

    @property
    def is_probability(self) -> bool:
        """Whether it limits a chance rather than a mean."""
        return self.statement.measured.is_probability

    def gap(self, metrics: Mapping[str, Array]) -> float:
        """How much the statistic is beyond its bound, on the wanted side positive: in the unit of
        the metric, or a chance of 1. NaN where the metric is undefined in every future."""
        value = self.value(metrics) - self.statement.right
        return value if self.statement.relation in (">=", ">") else -value

    def value_at(self, gap: float) -> float:
        """The statistic that lies a gap beyond the bound."""
        right = self.statement.right
        return right + gap if self.statement.relation in (">=", ">") else right - gap

    def value(self, metrics: Mapping[str, Array]) -> float:
        """The statistic itself: a mean of the defined futures, or a chance."""
        values, measured = metrics[self.metric], self.statement.measured
        if measured.relation is not None:
            # an undefined value (NaN) is in no relation to anything
            return float(np.mean(COMPARE[measured.relation](values, measured.bound)))
        defined = values[~np.isnan(values)]
        return float(defined.mean()) if len(defined) else math.nan

    def error(self, metrics: Mapping[str, Array]) -> float:
        """The standard error of `value`, of a chance by Wilson's interval; 0 for one future."""
        values = metrics[self.metric]
        if self.is_probability:
            return wilson_error(self.value(metrics), len(values))
        defined = values[~np.isnan(values)]
        return float(defined.std(ddof=1) / math.sqrt(len(defined))) if len(defined) > 1 else 0.0


def parse_target(text: str) -> Target:
    """The target that a text states; raises UsageError with a sentence where it cannot be read."""
    if not any(relation in text.split(")")[-1] for relation in COMPARE):
        text = f"{text.strip()} >= 0" if not text.strip().startswith("P(") else text
    target = Target(parse_statement(text))
    if target.statement.measured.of_campaign is not None:
        raise UsageError(f"{target.metric} is one deal's own: a target is of all deals together")
    if target.metric == "cost_per_new_regular":
        raise UsageError(f"{target.metric} is a ratio of means: it cannot be a target")
    return target

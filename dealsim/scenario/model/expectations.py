"""What `expect:` may limit: a metric's mean, or a probability such as `P(loss)`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dealsim.registry import METRIC_NAMES
from dealsim.units import exact_number, quoted

METRICS = METRIC_NAMES
"""The results of a simulation, one number a trial each, in the order they are shown."""

Relation = Literal[">=", "<=", ">", "<"]

_PROBABILITY = re.compile(r"P\(\s*(?P<metric>\w+)\s*((?P<relation>>=|<=|>|<)(?P<bound>[^)]+))?\)")


@dataclass(frozen=True)
class Statistic:
    """What a limit applies to: the mean of `metric` over the trials, or, with a relation, the
    probability that the metric stands in that relation to `bound`."""

    metric: str
    relation: Relation | None = None
    bound: float | None = None

    @property
    def is_probability(self) -> bool:
        """Whether a chance is measured rather than a mean."""
        return self.relation is not None


def parse_measured(text: str) -> Statistic:
    """`incremental_profit`, `P(loss)` or `P(incremental_profit >= 1000)`.

    Raises ValueError with a sentence for the user.
    """
    text = text.strip()
    if not text.startswith("P("):
        return Statistic(_metric(text))
    parts = _PROBABILITY.fullmatch(text)
    if parts is None:
        raise ValueError(f"{quoted(text)} is not a probability such as P(loss) or P(npv >= 1000)")
    if parts["relation"] is None:
        if parts["metric"] != "loss":
            example = f"P({parts['metric']} >= 0)"
            raise ValueError(f"{quoted(text)} has no relation: write P(loss) or {example}")
        return Statistic("incremental_profit", "<", 0.0)
    relation: Relation = parts["relation"]  # type: ignore[assignment]
    text = parts["bound"].strip()
    bound = float(exact_number(text.removesuffix("%")))
    return Statistic(_metric(parts["metric"]), relation, bound / 100 if text[-1] == "%" else bound)


def _metric(name: str) -> str:
    if name not in METRICS:
        raise ValueError(f"there is no metric {quoted(name)}")
    return name

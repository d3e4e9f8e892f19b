"""What `expect:` may limit: a metric's mean, or a probability such as `P(loss)`; of a whole run, or
of one of its campaigns (`campaigns.1.incremental_profit`: what the second adds to the first)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dealsim.registry import METRIC_NAMES, OWN_METRICS
from dealsim.units import exact_number, quoted

METRICS = METRIC_NAMES
"""The results of a simulation, one number a trial each, in the order they are shown."""

Relation = Literal[">=", "<=", ">", "<"]

_PROBABILITY = re.compile(
    r"P\(\s*(?P<metric>[\w.]+)\s*((?P<relation>>=|<=|>|<)(?P<bound>[^)]+))?\)"
)


_OF_CAMPAIGN = re.compile(r"campaigns\.(?P<number>\d{1,3})\.(?P<metric>\w+)")


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

    @property
    def of_campaign(self) -> tuple[int, str] | None:
        """The number of the campaign whose own metric it is (from 0), and that metric; None of the
        whole run."""
        parts = _OF_CAMPAIGN.fullmatch(self.metric)
        return None if parts is None else (int(parts["number"]), parts["metric"])


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
        of, _, name = parts["metric"].rpartition(".")
        if name != "loss":
            example = f"P({parts['metric']} >= 0)"
            raise ValueError(f"{quoted(text)} has no relation: write P(loss) or {example}")
        profit = f"{of}.incremental_profit" if of else "incremental_profit"
        return Statistic(_metric(profit), "<", 0.0)
    relation: Relation = parts["relation"]  # type: ignore[assignment]
    text = parts["bound"].strip()
    bound = float(exact_number(text.removesuffix("%")))
    return Statistic(_metric(parts["metric"]), relation, bound / 100 if text[-1] == "%" else bound)


def _metric(name: str) -> str:
    own = _OF_CAMPAIGN.fullmatch(name)
    if own is not None and own["metric"] not in OWN_METRICS:
        known = ", ".join(OWN_METRICS)
        raise ValueError(f"{quoted(own['metric'])} is not told of each deal: known are {known}")
    if own is None and name not in METRICS:
        raise ValueError(f"there is no metric {quoted(name)}")
    return name

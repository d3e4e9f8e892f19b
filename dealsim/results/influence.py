"""What the doubt about the profit comes from: the inputs that explain it, beyond what chance may.

An input's share is what the profit's mean, given the input, varies by, of the profit's variance (a
first-order share, docs/model.md section 14). It is measured over groups of equal size along the
input, less what groups differ by for no reason. The greatest is taken first; each further one is
measured on what those before it leave.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dealsim.engine import Array
from dealsim.scenario import Scenario, in_words, range_in_words

LOOKED_AT = 20_000
"""Influence looks at no more trials than this."""

MATTERS = 0.05
"""Share of the profit's variance below which an input is not named, however sure it is."""

FALSE_ALARM = 0.01
"""Most often that any input is named which has nothing to do with the profit: the chance that
groups differ as they do by accident, times the number of inputs looked at."""

NAMED = 3
"""Inputs that are named, at most."""

GROUPS = 20
IN_A_GROUP = 25
"""Groups along an input, at most; trials in a group, at least."""

NO_PART_OF_IT = frozenset({"discount_rate"})
"""Inputs that no money line reads, so that they cannot move incremental_profit."""


@dataclass(frozen=True)
class Influence:
    """An input that matters: the share of the variance of incremental_profit it explains (beyond
    those named before it), and its rank correlation with the profit."""

    path: str
    share: float
    rank_correlation: float


def influences(drawn: Mapping[str, Array], profit: Array) -> tuple[Influence, ...]:
    """The inputs that matter, greatest first; none where none is beyond noise.

    An input is named where it explains `MATTERS` of the variance or more, and where the ranks of
    the profit differ between its groups as they would by accident with a chance (Kruskal and
    Wallis 1952) of `FALSE_ALARM` over the number of inputs, or less.
    """
    profit = profit[:LOOKED_AT]
    groups = _groups_of(drawn, len(profit))
    left, found, variance = profit, list[Influence](), float(profit.var())
    chance = FALSE_ALARM / max(1, len(groups))
    while groups and variance > 0:
        shares = {path: _explained(left, own) / variance for path, own in groups.items()}
        path = max(shares, key=lambda one: shares[one])
        if shares[path] < MATTERS or by_accident(left, groups[path]) > chance:
            break
        correlation = rank_correlation(drawn[path], profit)
        found.append(Influence(path, shares[path], correlation))
        own = groups.pop(path)
        left = left - _means(left, own)[own]
    return tuple(found)


def idle_inputs(scenario: Scenario) -> frozenset[str]:
    """Inputs that cannot touch the profit, by how the model is built."""
    idle = set(NO_PART_OF_IT)
    if scenario.business.capacity_per_week is None:  # nobody is turned away
        idle.add("business.visits_per_week")
    return frozenset(idle)


def inputs_by_origin(
    scenario: Scenario, drawn: Mapping[str, Array], found: Collection[Influence]
) -> dict[str, Any]:
    """How many inputs are dealsim's defaults, and the inputs that matter most: of all, up to
    `NAMED`, and the first of them and of the defaults by themselves."""
    numbers, defaults = scenario.numbers(), set(scenario.defaults())
    told = [_told(scenario, drawn, one, one.path in defaults) for one in found]
    return {
        "total": len(numbers),
        "defaults": len(defaults),
        "uncertain": len(drawn),
        "influential": told[:NAMED],
        "most_influential": next(iter(told), None),
        "most_influential_default": next((one for one in told if one["default"]), None),
    }


def _told(
    scenario: Scenario, drawn: Mapping[str, Array], one: Influence, default: bool
) -> dict[str, Any]:
    number = scenario.numbers().get(one.path)
    if number is None:  # of a further campaign
        low, high = (float(q) for q in np.percentile(drawn[one.path], (5, 95)))
    else:
        low, high = number.quantile(0.05), number.quantile(0.95)
    return {
        "path": one.path,
        "label": in_words(one.path),
        "range": range_in_words(one.path, low, high, scenario.currency),
        "low": low,
        "high": high,
        "default": default,
        "variance_share": one.share,
        "rank_correlation": one.rank_correlation,
    }


Labels = np.ndarray[tuple[int], np.dtype[np.int64]]


def _groups_of(drawn: Mapping[str, Array], trials: int) -> dict[str, Labels]:
    """Each input's groups: the number of its group for each trial. Equal values stay together."""
    count = min(GROUPS, trials // IN_A_GROUP)
    if count < 2:
        return {}
    found = {}
    for path, values in drawn.items():
        own = values[:trials]
        edges = np.unique(np.quantile(own, np.arange(1, count) / count))
        labels = np.searchsorted(edges, own, side="right")
        _, dense = np.unique(labels, return_inverse=True)
        if dense.max() > 0:
            found[path] = np.asarray(dense, dtype=np.int64)
    return found


def _means(values: Array, groups: Labels) -> Array:
    return np.asarray(np.bincount(groups, values) / np.bincount(groups))


def _explained(values: Array, groups: Labels) -> float:
    """The variance between groups, less what a split at random would show (omega squared's
    numerator, Hays 1963); the groups' own size is in it."""
    sizes, means = np.bincount(groups), _means(values, groups)
    between = float(sizes @ (means - values.mean()) ** 2)
    within = float(((values - means[groups]) ** 2).sum())
    freedom = len(values) - len(sizes)
    if freedom < 1:
        return 0.0
    return (between - (len(sizes) - 1) * within / freedom) / len(values)


def by_accident(values: Array, groups: Labels) -> float:
    """The chance that ranks differ so much between groups that have nothing to do with them."""
    from scipy.special import chdtrc

    ranks, sizes = ranks_of(values), np.bincount(groups)
    between = float(sizes @ (_means(ranks, groups) - ranks.mean()) ** 2)
    spread = float(ranks.var(ddof=1))
    return float(chdtrc(len(sizes) - 1, between / spread)) if spread > 0 else 1.0


def rank_correlation(a: Array, b: Array) -> float:
    """Spearman's rank correlation over the first trials; 0 where one of them does not vary."""
    a, b = a[:LOOKED_AT], b[:LOOKED_AT]
    if len(a) < 2 or np.all(a == a[0]) or np.all(b == b[0]):
        return 0.0
    return float(np.corrcoef(ranks_of(a), ranks_of(b))[0, 1])


def ranks_of(values: Array) -> Array:
    """Mid-ranks: ties share the mean of their places."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    upper = np.cumsum(counts)
    return np.asarray((upper - (counts - 1) / 2.0)[inverse])

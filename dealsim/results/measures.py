"""Measures: pure functions from a chunk's records to metrics, month-end series and paths.

Sampled money is counted in whole minor units until the last moment, so that every total equals
the sum of its parts exactly; metrics are then given in currency units (docs/model.md,
9 to 11 and 14). Records are flows; what is needed to date is added up here, once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Literal

import numpy as np

from dealsim.engine import Array, Clock, Context, Minor, Records
from dealsim.errors import Problem
from dealsim.registry import COUNTS, LINES, METRICS, OWN_METRICS, Line
from dealsim.results.active import REPUTATION, is_active
from dealsim.results.precise import PreciseMean
from dealsim.results.series import cohorts, paths, timeline, turns
from dealsim.results.stocks import (
    at_expiry,
    held_over_time,
    liability_of,
    likely_claims,
    paid_value_held,
    to_date,
)
from dealsim.scenario import Scenario

NOTHING = 1e-6
"""Minor units that are none: what binary fractions leave of nothing in expected mode."""

TIMELINE_TRIALS = 200_000
"""Month-end series keep at most this many trials."""
PATH_TRIALS = 20_000
"""What happens between month ends (plots only) keeps at most this many trials."""


@dataclass(frozen=True)
class Measured:
    """A chunk's results: metrics (trial,), timeline (month, trial), paths (record day, trial),
    each campaign's own flows (month, trial), and stocks at the turns (turn, 2, trial): before
    what falls on the day, and after it."""

    metrics: dict[str, Array]
    timeline: dict[str, Array] = field(default_factory=dict)
    paths: dict[str, Array] = field(default_factory=dict)
    cohorts: tuple[dict[str, Array], ...] = ()
    turns: dict[str, Array] = field(default_factory=dict)


class Gathered:
    """One world's results, filled chunk by chunk."""

    def __init__(self, trials: int) -> None:
        self._trials = trials
        self.inputs: dict[str, Array] = {}
        self._metrics: dict[str, Array] = {}
        self._timeline: dict[str, Array] = {}
        self._paths: dict[str, Array] = {}
        self._turns: dict[str, Array] = {}
        self._cohorts: list[dict[str, Array]] = []

    def place(self, inputs: Mapping[str, Array], part: Measured, first: int, end: int) -> None:
        """Put trials [first, end) where they belong."""
        trials = self._trials
        _place(self.inputs, inputs, first, end, trials)
        _place(self._metrics, part.metrics, first, end, trials)
        _place(self._timeline, part.timeline, first, end, min(trials, TIMELINE_TRIALS))
        _place(self._paths, part.paths, first, end, min(trials, PATH_TRIALS))
        _place(self._turns, part.turns, first, end, min(trials, TIMELINE_TRIALS))
        self._cohorts = self._cohorts or [{} for _ in part.cohorts]
        for into, own in zip(self._cohorts, part.cohorts, strict=True):
            _place(into, own, first, end, min(trials, TIMELINE_TRIALS))

    def grow(self, trials: int) -> None:
        """Make room for more trials, `trials` in all."""
        self._trials = trials
        for tables, most in (
            ((self.inputs, self._metrics), trials),
            ((self._timeline, self._turns, *self._cohorts), min(trials, TIMELINE_TRIALS)),
            ((self._paths,), min(trials, PATH_TRIALS)),
        ):
            for table in tables:
                for name, values in table.items():
                    room = np.empty((*values.shape[:-1], most))
                    room[..., : values.shape[-1]] = values
                    table[name] = room

    def metric(self, name: str, done: int) -> Array:
        """A metric of the first `done` trials."""
        return self._metrics[name][:done]

    def measured(self) -> Measured:
        cohorts = tuple(self._cohorts)
        return Measured(self._metrics, self._timeline, self._paths, cohorts, self._turns)


def _place(
    into: dict[str, Array], part: Mapping[str, Array], first: int, end: int, size: int
) -> None:
    """Put a chunk's trials [first, end) where they belong on the last axis, up to `size`."""
    end = min(end, size)
    if first >= end:
        return
    for name, values in part.items():
        if name not in into:
            into[name] = np.empty((*values.shape[:-1], size))
        into[name][..., first:end] = values[..., : end - first]


@dataclass(frozen=True)
class Futures:
    """The simulated futures of a scenario.

    `metrics` and `inputs` have one entry a trial; money is in currency units, exact to the minor
    unit; NaN is undefined. `timeline` series have axes (month, trial) at `month_ends`, flows of
    the month or stocks at its end; `paths` (day, trial), to date at the dates `path_days`. What
    customers do is told on those of them that are `step_ends`, payments on their own days.
    `turns` are stocks, (day, 2, trial), at the dates `turn_days` on which what is outstanding
    turns: before what falls on the day, and after it. `cohorts` has each campaign's own flows by
    month, (month, trial), for the books, and `liability_at_expiry`, (1, trial). What was not asked
    to be kept is empty. `lines` are the money lines that can move here, in the order of the
    waterfall. `campaigns` are the scenarios of all campaigns, the first of them `scenario`; inputs
    that a further campaign k states otherwise stand under `campaigns.k.` and their path.
    `by_campaign` has what each of several campaigns adds to those before it, (trial,) each by the
    names of `OWN_METRICS`. `precise` is what was reached where a precision was asked for.
    `without_crowd` has incremental_profit of the first futures without the sections on a crowd,
    where the scenario has any.
    """

    scenario: Scenario
    mode: Literal["sampled", "expected"]
    trials: int
    seed: int
    inputs: Mapping[str, Array]
    metrics: Mapping[str, Array]
    month_ends: tuple[date, ...]
    timeline: Mapping[str, Array]
    path_days: tuple[date, ...]
    paths: Mapping[str, Array]
    milestones: Mapping[str, date | tuple[date, ...]]
    lines: tuple[Line, ...]
    warnings: tuple[Problem, ...] = field(default=())
    step_ends: frozenset[date] = frozenset()
    turn_days: tuple[date, ...] = ()
    turns: Mapping[str, Array] = field(default_factory=dict)
    cohorts: tuple[Mapping[str, Array], ...] = ()
    campaigns: tuple[Scenario, ...] = ()
    by_campaign: tuple[Mapping[str, Array], ...] = ()
    precise: PreciseMean | None = None
    without_crowd: Mapping[str, Array] = field(default_factory=dict)

    def input(self, path: str, campaign: int = 0) -> Array:
        """A number of a campaign's scenario by trial, drawn or constant, (trial,); as many trials
        as cohorts keep. 0 where the scenario has no such number."""
        trials = self.cohorts[campaign]["held"].shape[-1] if self.cohorts else self.trials
        own = f"campaigns.{campaign}.{path}"
        for name in (own, path) if campaign else (path,):
            if name in self.inputs:
                return self.inputs[name][:trials]
        value = self.campaigns[campaign].numbers().get(path)
        return np.full(trials, 0.0 if value is None else value.mean())


def own_metrics(worlds: Sequence[Mapping[str, Array]]) -> tuple[Mapping[str, Array], ...]:
    """What each campaign adds to those before it: from the metrics of worlds with one campaign
    more each, the world with it less that without (docs/model.md, eq. 13.9)."""
    names = [name for name in OWN_METRICS if name in worlds[0]]
    first = {name: worlds[0][name] for name in names}
    more = [
        {name: np.round(now[name] - then[name], 6) + 0.0 for name in names}
        for then, now in pairwise(worlds)
    ]
    return (first, *more)


def measure(records: Records, context: Context, keep: Collection[str] = ()) -> Measured:
    """All measures of one chunk; `keep` names what is kept beside the metrics: "timeline",
    "paths" (between month ends) and "cohorts" (each campaign by month, for the books)."""
    return Measured(
        _Measures(records, context).metrics(),
        timeline(records, context) if "timeline" in keep else {},
        paths(records, context) if "paths" in keep else {},
        cohorts(records, context) if "cohorts" in keep else (),
        turns(records, context) if "timeline" in keep else {},
    )


class _Measures:
    """The metrics of a chunk, every one by its name in the registry."""

    def __init__(self, records: Records, context: Context) -> None:
        self._records, self._context = records, context
        self._unit = 10.0**context.minor_digits
        self._scenario = context.scenarios[0]
        # what an optional section adds is nil without it: not added up, for speed
        self._lines = {
            line.name: records.lines[line.name].sum(axis=(0, 1))
            for line in LINES
            if is_active(self._scenario, line.section)
        }
        self._known = [line for line in LINES if line.name in self._lines]
        self._cash = to_date(records.cash)

    def metrics(self) -> dict[str, Array]:
        found = {name: total / self._unit for name, total in self._lines.items()}
        found |= {
            count.name: self._records.counts[count.name].sum(axis=(0, 1))
            for count in COUNTS
            if is_active(self._scenario, count.section)
        }
        found |= self._profits() | self._cash_metrics() | self._stocks()
        found["cost_per_new_regular"] = _cost_per_new_regular(found)
        found |= self._reputation()
        return {m.name: found[m.name] for m in METRICS if is_active(self._scenario, m.section)}

    def _reputation(self) -> dict[str, Array]:
        """What a crowd does in all (eq. 12.19), and the stars at the horizon."""
        found = {}
        if is_active(self._scenario, "service"):
            parts = [line for line in LINES if line.section in REPUTATION]
            total = sum(line.sign * self._lines.get(line.name, 0.0) for line in parts)
            found["reputation_margin"] = np.asarray(total / self._unit)
        if is_active(self._scenario, "rating"):
            for name in ("rating", "rating_without_deal"):
                found[f"{name}_at_horizon"] = self._records.memos[name].sum(axis=(0, 1))
        return found

    def _profits(self) -> dict[str, Array]:
        campaign = sum(line.sign * self._lines[line.name] for line in self._known if line.campaign)
        incremental = sum(line.sign * self._lines[line.name] for line in self._known)
        return {
            "campaign_profit": campaign / self._unit,
            "incremental_profit": incremental / self._unit,
        }

    def _cash_metrics(self) -> dict[str, Array]:
        clock, cash = self._context.clock, self._cash
        rate = self._context.parameters.discount_rate[0, 0]
        lowest = cash.min(axis=0)
        reserve = self._lines["tail_reserve"]
        value = net_present_value(self._records.cash, reserve, rate, clock)
        return {
            "npv": value / self._unit,
            "lowest_cash": np.where(lowest < -NOTHING, lowest, 0) / self._unit,
            "payback_days": payback_days(cash, clock),
        }

    def _stocks(self) -> dict[str, Array]:
        """Stocks at expiry (undefined where the horizon comes first) and at the horizon."""
        records, context = self._records, self._context
        held = held_over_time(records, context)
        owed = paid_value_held(held, records, context)
        liability = liability_of(held, np.array(records.marks), context, records.whole)
        expired = sum(at_expiry(liability, c, records, context) for c in range(len(liability)))
        claims = likely_claims(records, context)
        return {
            "still_held": held[:, -1].sum(axis=0),
            "outstanding_value": owed[:, -1].sum(axis=0) / self._unit,
            "liability_at_expiry": expired / self._unit,
            "liability_at_horizon": liability[:, -1].sum(axis=0) / self._unit,
            "likely_claims": claims.sum(axis=0) / self._unit,
        }


def net_present_value(cash: Minor, reserve: Minor, rate: Array, clock: Clock) -> Array:
    """Cash of each record day discounted to day 0 at the yearly rate, less the discounted reserve
    (eq. 14.4)."""
    total = cash[0].astype(float)
    for day, flow in zip(clock.record_days[1:], cash[1:], strict=True):
        total += flow * (1.0 + rate) ** (-day / 365.0)
    return np.asarray(total - reserve * (1.0 + rate) ** (-clock.horizon / 365.0))


def payback_days(cash: Minor, clock: Clock) -> Array:
    """First record day from which cumulative cash stays >= 0; NaN where it never does."""
    negative = cash < -NOTHING
    last = len(cash) - 1 - np.argmax(negative[::-1], axis=0)
    ever = negative.any(axis=0)
    following = np.minimum(last + 1, len(cash) - 1)
    days = np.where(ever, clock.record_days[following], 0).astype(float)
    return np.where(negative[-1], np.nan, days)


def _cost_per_new_regular(metrics: Mapping[str, Array]) -> Array:
    """What each customer won cost in this trial; NaN where none was won."""
    won = metrics["new_regulars"]
    cost = metrics["returning_margin"] - metrics["incremental_profit"]
    return np.divide(cost, won, out=np.full(won.shape, np.nan), where=won > 0)

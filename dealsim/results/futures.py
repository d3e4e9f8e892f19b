"""Futures: what a simulation found, as plain data; `Result` adds the summary to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np

from dealsim.engine import Array
from dealsim.errors import Problem
from dealsim.registry import Line
from dealsim.scenario import Scenario


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

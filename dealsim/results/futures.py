"""Futures: what a simulation found, as plain data; `Result` adds the summary to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from dealsim.engine import Array
from dealsim.errors import Problem
from dealsim.registry import Line
from dealsim.scenario import Scenario


@dataclass(frozen=True)
class Futures:
    """The simulated futures of a scenario.

    `metrics` and `inputs` have one entry a trial; money is in currency units, exact to the minor
    unit; NaN is undefined. `timeline` series have axes (month, trial) at `month_ends`, flows of
    the month or stocks at its end; `paths` (day, trial), to date at the dates `path_days`.
    `cohorts` has each campaign's own flows by month, (month, trial), for the books. What was not
    asked to be kept is empty. `lines` are the money lines that can move here, in the order of the
    waterfall.
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
    cohorts: tuple[Mapping[str, Array], ...] = ()

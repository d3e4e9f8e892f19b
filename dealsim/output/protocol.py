"""What this layer needs of a result, and nothing more.

The plots, files and tables read a finished simulation through these protocols, so they can be
drawn from `dealsim.simulation.Result` or from anything else of the same shape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class ScenarioLike(Protocol):
    """The scenario a result belongs to."""

    @property
    def name(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def starts(self) -> date: ...
    @property
    def sha256(self) -> str: ...
    @property
    def deal(self) -> Any: ...
    @property
    def platform(self) -> Any: ...
    @property
    def business(self) -> Any: ...
    def canonical(self) -> Mapping[str, object]: ...


class LineLike(Protocol):
    """A money line of the waterfall; `sign` is its sign in incremental_profit (0: shown only)."""

    @property
    def name(self) -> str: ...
    @property
    def sign(self) -> int: ...
    @property
    def label(self) -> str: ...
    @property
    def campaign(self) -> bool: ...


class ProblemLike(Protocol):
    """A warning that came with the result."""

    def text(self, severity: str = "error") -> str: ...


class RanLike(Protocol):
    """Whatever rests on a simulation: its scenario and how it was run."""

    @property
    def scenario(self) -> ScenarioLike: ...
    @property
    def mode(self) -> str: ...
    @property
    def trials(self) -> int: ...
    @property
    def seed(self) -> int: ...


class RunLike(RanLike, Protocol):
    """What a sheet's footer and key say of the simulation behind it."""

    @property
    def month_ends(self) -> tuple[date, ...]: ...
    @property
    def cuts(self) -> tuple[date, ...]: ...


class ResultLike(RunLike, Protocol):
    """A finished simulation.

    `inputs` and `metrics` hold one value a trial (NaN: undefined). `timeline` has the axes
    (month end, trial), `paths` (cut day, trial); either may hold fewer trials than `metrics`,
    and then holds the first ones. Amounts are in units of the scenario's currency.
    """

    @property
    def inputs(self) -> Mapping[str, Array]: ...
    @property
    def metrics(self) -> Mapping[str, Array]: ...
    @property
    def timeline(self) -> Mapping[str, Array]: ...
    @property
    def paths(self) -> Mapping[str, Array]: ...
    @property
    def milestones(self) -> Mapping[str, date | tuple[date, ...]]: ...
    @property
    def lines(self) -> Sequence[LineLike]: ...
    @property
    def warnings(self) -> Sequence[ProblemLike]: ...
    def summary(self) -> dict[str, Any]: ...


class ExplainedLike(Protocol):
    """One value of a scenario as `dealsim.scenario.explain` tells it."""

    @property
    def path(self) -> str: ...
    @property
    def written(self) -> str: ...
    @property
    def mean(self) -> float | None: ...
    @property
    def p5(self) -> float | None: ...
    @property
    def p95(self) -> float | None: ...
    @property
    def unit(self) -> str: ...
    @property
    def meaning(self) -> str | None: ...
    @property
    def origin(self) -> str: ...
    @property
    def source(self) -> str | None: ...


class ExplainableLike(Protocol):
    """A scenario whose values are explained."""

    @property
    def currency(self) -> str: ...
    def numbers(self) -> Mapping[str, object]: ...
    def defaults(self) -> Sequence[str]: ...

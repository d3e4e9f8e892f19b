"""Curves: how far a target is from holding, along one number of a scenario, on shared futures.

Two ways to look at a value. `rough` takes the conditional means of each future and adds the luck
that the scenario as it stands had in the same future: cheap, good for finding where a curve
crosses, never the answer. `sampled` simulates, every value on the same futures (docs/model.md, 16).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from dealsim.decisions.heading import Mode
from dealsim.decisions.target import Target
from dealsim.engine import Array
from dealsim.errors import ScenarioError, UsageError
from dealsim.results import Result
from dealsim.scenario import Scenario, is_length, number_field
from dealsim.simulation import conditional_means, simulate, simulate_paired
from dealsim.streams import CHUNK
from dealsim.units import DAYS_PER_MONTH, did_you_mean

LEAST_TIMES, MOST_TIMES = 0.05, 4.0
"""A number without limits of its own is varied from this share of today's to this many times it."""
STRAIGHT = 1e-6
"""Share by which a curve may leave a straight line and still be taken for one."""
NEAR, NEAREST = 0.02, 0.001
"""Half the width, as a share of the range, of the values simulated about a crossing: with luck,
which the search only had roughly, and without."""
MOST_MONTHS = 24
"""A length of time is varied from a week up to this many months."""


class Baseline:
    """The scenario as it stands, and the futures that all that is compared with it shares.

    `trials` futures answer; the first `searched` of them, a chunk at most, are searched on. If
    `expected`, the one future is that of `--expected`: every input at its mean, no luck.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        trials: int,
        seed: int,
        workers: int | None = None,
        expected: bool = False,
        searched: int = CHUNK,
    ) -> None:
        self.scenario, self.seed, self.workers = scenario, seed, workers
        self.trials, self.expected, self.searched = 1 if expected else trials, expected, searched

    @property
    def near(self) -> float:
        """Half the width, as a share of a range, of the values looked at about a crossing."""
        return NEAREST if self.expected else NEAR

    @property
    def mode(self) -> Mode:
        """As a document has it."""
        return "expected" if self.expected else "sampled"

    def moved(self, scenario: Scenario) -> Baseline:
        """The same futures about another scenario, with the luck that this one had in them."""
        found = Baseline(
            scenario,
            trials=self.trials,
            seed=self.seed,
            workers=self.workers,
            expected=self.expected,
            searched=self.searched,
        )
        found.luck = self.luck
        return found

    @cached_property
    def now(self) -> Result:
        """The scenario as it stands, simulated."""
        if self.expected:
            return expected_result(self.scenario, self.seed)
        return simulate(
            self.scenario, trials=self.trials, seed=self.seed, workers=self.workers, keep=()
        )

    def means(self, scenario: Scenario) -> Mapping[str, Array]:
        """Conditional means of the futures that are searched on."""
        if self.expected:
            return expected_result(scenario, self.seed).metrics
        found = conditional_means(
            scenario, trials=self.searched, seed=self.seed, workers=self.workers
        )
        return found[1]

    @cached_property
    def luck(self) -> Mapping[str, Array]:
        """What chance added to each metric in those futures, as things stand."""
        means = self.means(self.scenario)
        if self.expected:
            return {name: np.zeros_like(values) for name, values in means.items()}
        found = self.now
        if self.trials < self.searched:
            found = simulate(
                self.scenario, trials=self.searched, seed=self.seed, workers=self.workers, keep=()
            )
        return {name: v[: self.searched] - means[name] for name, v in found.metrics.items()}

    def sampled(
        self, scenarios: Sequence[Scenario], trials: int | None = None
    ) -> tuple[Result, ...]:
        """Scenarios simulated on the same futures, each other's and the baseline's own."""
        if self.expected:
            return tuple(expected_result(one, self.seed) for one in scenarios)
        return simulate_paired(
            scenarios, trials=trials or self.trials, seed=self.seed, workers=self.workers
        )


def expected_result(scenario: Scenario, seed: int) -> Result:
    """The one future of `--expected`."""
    return simulate(scenario, seed=seed, expected=True, keep=())


def refuse_with_expected(
    expected: bool, precision: object | None, target: Target | None = None
) -> None:
    """Raise UsageError for what an expected run has none of: an error, a chance."""
    if expected and precision is not None:
        raise UsageError("an expected run has no error of simulation: leave the precision out")
    if expected and target is not None and target.is_probability:
        raise UsageError(
            f"an expected run has no chances, and {target.written} speaks of one: leave --expected "
            "out, or ask for a mean, as npv >= 500"
        )


class Curve:
    """The gap of a target (`Target.gap`) where the number at `path` has a certain value.

    Values are in the field's unit: shares of 1, money, days for a length of time. Raises
    UsageError where there is no such number.
    """

    def __init__(self, baseline: Baseline, path: str) -> None:
        self.baseline, self.path = baseline, path
        self.field = number_field(path)
        self._is_length = is_length(path)
        self._means: dict[float, Mapping[str, Array]] = {}
        self._line: tuple[float, float] | None = None
        refuse_path(baseline.scenario, path)

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers make sense: vouchers, customers, visits a week, days."""
        return self._is_length or (self.field is not None and self.field.kind == "count")

    @property
    def now(self) -> float | None:
        """Today's value, the mean where it is uncertain; None where there is none."""
        if self._is_length:
            deal = self.baseline.scenario
            return float((deal.promo_expiry - deal.sale_close).days)
        value = self.baseline.scenario.numbers().get(self.path)
        return None if value is None else value.mean()

    def at(self, value: float) -> Scenario | None:
        """The scenario with this value; None where it would not be valid."""
        try:
            return changed(self.baseline.scenario, {self.path: restated(self.path, value)})
        except ScenarioError:
            return None

    def refusal(self, value: float) -> str:
        """Why a value is not valid: the first sentence of its check; empty where it is."""
        try:
            changed(self.baseline.scenario, {self.path: restated(self.path, value)})
        except ScenarioError as error:
            return error.problems[0].message
        return ""

    def rough(self, value: float, target: Target) -> float | None:
        """About how far the target is from holding; None where the value is not valid, or the
        metric undefined."""
        means = self._mean(value, target.metric)
        if means is None:
            return None
        gap = target.gap({target.metric: means + self.baseline.luck[target.metric]})
        return None if math.isnan(gap) else gap

    def _mean(self, value: float, metric: str) -> Array | None:
        """Conditional means at a value, (trial,); read off the line through two where the curve
        is known to be one."""
        if value in self._means:
            return self._means[value].get(metric)
        scenario = self.at(value)
        if scenario is None:
            self._means[value] = {}
        elif self._line is not None and self._line[0] <= value <= self._line[1]:
            low, high = self._line
            first, last = self._means[low][metric], self._means[high][metric]
            return np.asarray(first + (last - first) * ((value - low) / (high - low)))
        else:
            self._means[value] = self.baseline.means(scenario)
        return self._means[value].get(metric)

    def probe(self, values: Sequence[float], metric: str) -> None:
        """Find out whether the metric is a straight line in this number in every future, as it
        is in a commission; if so, no value between the first and the last needs a look of its own.
        """
        ends, middle = (values[0], values[-1]), values[len(values) // 2]
        if len(values) < 4 or any(self.at(value) is None for value in (*ends, middle)):
            return
        first, at, last = (self._mean(value, metric) for value in (ends[0], middle, ends[1]))
        if first is None or at is None or last is None:
            return
        line = first + (last - first) * ((middle - ends[0]) / (ends[1] - ends[0]))
        off, size = np.abs(at - line), np.abs(at)
        # a future in which the metric is undefined (NaN) is on no line
        if (off <= STRAIGHT * (size + (size.max() or 1.0))).all():
            self._line = ends

    def sampled(
        self, values: Sequence[float], target: Target, most: int | None = None
    ) -> list[tuple[float, float]]:
        """The gap and its standard error at each of some valid values, on the same futures, `most`
        at most."""
        scenarios = [one for value in values if (one := self.at(value)) is not None]
        trials = min(self.baseline.trials, most or self.baseline.trials)
        found = self.baseline.sampled(scenarios, trials)
        return [(target.gap(r.metrics), target.error(r.metrics)) for r in found]

    def range(self) -> tuple[float, float]:
        """Where to search, unless told: the field's own limits, or about today's value.

        Of a share all; of the rest up to four times today's; where there is none today, up to what
        the deal's own size suggests. A voucher's price is at most what it buys.
        """
        scenario, field = self.baseline.scenario, self.field
        if field is None:
            longest = min(MOST_MONTHS * DAYS_PER_MONTH, 0.9 * self._longest)
            return 7.0, float(round(longest))
        if field.is_share:
            return 0.0, 1.0
        deal, now = scenario.deal, self.now
        if self.path == "deal.cap":
            return 1.0, float(round(deal.demand.quantile(0.95)))
        if self.path == "deal.minimum":  # more would mean that the deal hardly ever happens
            return 0.0, float(round(deal.demand.quantile(0.5)))
        sizes = {"money": deal.face_value.mean(), "count": deal.demand.mean()}
        low, high = LEAST_TIMES * (now or 0.0), MOST_TIMES * (now or 0.0)
        if not now:
            high = sizes.get(field.kind, 1.0)
        low = max(low, field.low or 0.0)
        if self.path == "deal.price":  # nobody pays more than a voucher buys
            high = min(high, deal.face_value.mean())
        if self.path == "deal.face_value":
            low = max(low, deal.price.mean())
        high = high if field.high is None else min(high, field.high)
        return (float(round(low)), float(round(high))) if self.is_whole else (low, high)

    @property
    def _longest(self) -> float:
        """Days from sale close to the horizon."""
        scenario = self.baseline.scenario
        return float((scenario.horizon_end - scenario.sale_close).days)


def changed(scenario: Scenario, changes: Mapping[str, object]) -> Scenario:
    """The scenario with other values, and correlated as it was.

    Correlations of a preset hold between its own numbers only, and a number that is certain has
    none: what stays uncertain keeps those it had. Raises ScenarioError as `Scenario.with_`.
    """
    certain = {path for path, value in changes.items() if not isinstance(value, Mapping)}
    kept = [[p.a, p.b, p.rho] for p in scenario.correlations if not {p.a, p.b} & certain]
    return scenario.with_({**changes, "correlations": kept})


def restated(path: str, value: float) -> float | str:
    """A value of the number at a path as a scenario states it: days for a length of time."""
    field = number_field(path)
    if field is None:
        return f"{value:.0f} days"
    return f"{value!r} days" if field.kind == "duration" else value


def refuse_path(scenario: Scenario, path: str) -> None:
    """Raise UsageError where a path is no number of this scenario that could be varied."""
    if number_field(path) is None and not is_length(path):
        close = did_you_mean(path, scenario.numbers())
        hint = f"; did you mean {close}?" if close else ""
        raise UsageError(f"{path} is no number of a scenario that could be varied{hint}")
    steps = path.split(".")
    if steps[0] == "customers" and steps[1] not in scenario.customers:
        known = ", ".join(scenario.customers)
        raise UsageError(f"{path}: the scenario has no such customers, but {known}")

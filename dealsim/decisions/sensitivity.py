"""Sensitivity: what the result depends on, input by input, and what is luck.

From futures drawn once: how much of the variance of a metric each input explains by itself (a
first-order share), how much is luck that no input explains, and what knowing an input before
signing would be worth. From futures shared by five values of each input: the tornado.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from dealsim.decisions.alternatives import OwnStreams, alternative_scenario
from dealsim.decisions.curve import Baseline
from dealsim.decisions.heading import heading
from dealsim.decisions.information import Worth, partial_information, perfect_information, spline
from dealsim.engine import Array, Matrix, Streams, inputs_of, ranks_of
from dealsim.errors import UsageError
from dealsim.registry import METRIC_NAMES
from dealsim.results import Result
from dealsim.results.influence import rank_correlation
from dealsim.results.precise import PreciseMean
from dealsim.scenario import Scenario
from dealsim.simulation import Precision, conditional_means, read_precision, simulate
from dealsim.streams import CHUNK
from dealsim.units import did_you_mean

PROFIT = "incremental_profit"
POINTS = (0.05, 0.25, 0.50, 0.75, 0.95)
"""Quantiles of an input at which the tornado looks."""
HELD = 2_000
"""Futures, the first ones, in which an input is held at each of these."""
SOBOL_POINTS = 1024
"""Points of each Sobol' design; a power of two."""
CORRELATED = (
    "Sobol' indices are of independent inputs, and some here are correlated: "
    "--set 'correlations=[]' takes them as independent"
)

Told = Callable[[float], None]


@dataclass(frozen=True)
class InputSensitivity:
    """One uncertain input: `values` are its quantiles `POINTS`, `means` the metric's mean at each
    (none where it was not looked at), `variance_share` of the metric's whole variance by itself;
    `total_share` with what it does together with others, where asked for."""

    path: str
    values: tuple[float, ...]
    means: tuple[float, ...]
    variance_share: float
    rank_correlation: float
    evppi: Worth | None
    total_share: float | None = None

    @property
    def swing(self) -> float:
        """How far the metric's mean moves over the input's middle 90 %."""
        return max(self.means) - min(self.means) if self.means else 0.0

    def document(self) -> dict[str, Any]:
        """The same for JSON."""
        return {
            "path": self.path,
            "low": self.values[0],
            "high": self.values[-1],
            "values": list(self.values),
            "means": list(self.means),
            "swing": self.swing,
            "variance_share": self.variance_share,
            "total_share": self.total_share,
            "rank_correlation": self.rank_correlation,
            "evppi": None if self.evppi is None else self.evppi.told,
            "evppi_se": None if self.evppi is None else self.evppi.se,
        }


@dataclass(frozen=True)
class Sensitivity:
    """Inputs in the order of what they explain; `chance_share` of the variance is luck; `evpi` is
    what knowing all inputs would be worth, None for another metric than incremental_profit;
    `precise` is what was reached where a precision was asked for."""

    metric: str
    inputs: tuple[InputSensitivity, ...]
    chance_share: float
    evpi: Worth | None
    mean: float
    scenario: Scenario
    trials: int
    seed: int
    precise: PreciseMean | None = None
    mode: Literal["sampled"] = "sampled"

    def document(self) -> dict[str, Any]:
        """The same for JSON."""
        return {
            **heading(self.scenario, self.trials, self.seed),
            **({} if self.precise is None else {"precision": self.precise.document()}),
            "metric": self.metric,
            "mean": self.mean,
            "inputs": [one.document() for one in self.inputs],
            "chance_share": self.chance_share,
            "evpi": None if self.evpi is None else self.evpi.told,
            "evpi_se": None if self.evpi is None else self.evpi.se,
        }


def sensitivity(
    scenario: Scenario,
    *,
    metric: str = PROFIT,
    sobol: bool = False,
    most: int | None = None,
    trials: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    progress: Told | None = None,
    precision: Precision | str | float | None = None,
    expected: bool = False,
) -> Sensitivity:
    """What a metric of a scenario depends on.

    The tornado looks at the `most` inputs that explain most (default: at all). `sobol` adds each
    input's total share (Sobol' indices of the conditional mean, of uncorrelated inputs only). With
    a `precision` as many futures are simulated, at most `trials` (default: a million), as it takes
    for the metric's mean to be known as well. Raises UsageError where there is no such metric,
    where it is undefined in some future, where Sobol' indices are asked of correlated inputs, and
    for `expected`: such a run has no doubt to explain.
    """
    told, deals = progress or (lambda share: None), (scenario, *scenario.further)
    _refuse(deals, sobol, expected)
    result = _simulated(scenario, metric, trials, seed, workers, precision)
    trials, seed = result.trials, result.seed
    values = _defined(result, metric)
    _, means = conditional_means(scenario, trials=trials, seed=seed, workers=workers)
    totals = _total_shares(scenario, metric, workers) if sobol else {}
    benefits = (
        _benefits(scenario, means[metric], trials, seed, workers) if metric == PROFIT else None
    )
    of_all = float(means[metric].var() / values.var()) if values.var() > 0 else 0.0
    shares = {p: explained_share(x, means[metric]) * of_all for p, x in result.inputs.items()}
    first = sorted(shares, key=lambda path: -shares[path])[:most]
    held = Baseline(scenario, trials=min(HELD, trials), seed=seed, workers=workers)
    moved = _tornado(held, first, metric, told)
    level, uncertain = float(values.mean() - means[metric][:HELD].mean()), inputs_of(deals)

    def one(path: str, drawn: Array) -> InputSensitivity:
        return InputSensitivity(
            path,
            tuple(float(q) for q in uncertain[path].ppf(np.array(POINTS))),
            tuple(mean + level for mean in moved.get(path, ())),
            shares[path],
            rank_correlation(drawn, values),
            None if benefits is None else partial_information(drawn, benefits),
            None if not sobol else totals[path] * of_all,
        )

    found = [one(path, drawn) for path, drawn in result.inputs.items()]
    return Sensitivity(
        metric,
        tuple(sorted(found, key=lambda one: -one.variance_share)),
        chance_share(values, means[metric]),
        None if benefits is None else perfect_information(benefits),
        float(values.mean()),
        scenario,
        trials,
        seed,
        result.precise,
    )


def _refuse(deals: Sequence[Scenario], sobol: bool, expected: bool) -> None:
    if expected:
        raise UsageError(
            "sensitivity says what doubt and luck do, and an expected run has neither: leave "
            "--expected out"
        )
    if sobol and any(one.correlations for one in deals):
        raise UsageError(CORRELATED)


def _simulated(
    scenario: Scenario,
    metric: str,
    trials: int | None,
    seed: int | None,
    workers: int | None,
    precision: Precision | str | float | None,
) -> Result:
    """The scenario simulated; with a precision, until the metric's mean is known as well."""
    if precision is not None:
        precision = replace(read_precision(precision, scenario.currency), metric=metric)
        if metric not in METRIC_NAMES:
            raise _no_metric(metric, METRIC_NAMES)
    return simulate(
        scenario, trials=trials, seed=seed, workers=workers, keep=(), precision=precision
    )


def _no_metric(metric: str, known: Iterable[str]) -> UsageError:
    inside = [name for name in known if metric and metric.lower() in name]
    near = did_you_mean(metric, known) or " or ".join(inside[:3])
    hint = f"; did you mean {near}?" if near else ""
    return UsageError(f'there is no metric "{metric}" here{hint}')


def _defined(result: Result, metric: str) -> Array:
    if metric not in result.metrics:
        raise _no_metric(metric, result.metrics)
    values = result.metrics[metric]
    if np.isnan(values).any():
        raise UsageError(f"{metric} is undefined in some futures: ask for another metric")
    return values


def _benefits(
    scenario: Scenario, deal: Array, trials: int, seed: int, workers: int | None
) -> Array:
    """Net benefit of signing, of doing nothing and of each alternative, (option, future)."""
    rows = [deal, np.zeros_like(deal)]
    for name in scenario.alternatives or {}:
        _, means = conditional_means(
            alternative_scenario(scenario, name),
            trials=trials,
            seed=seed,
            workers=workers,
            provider=OwnStreams(seed, name),
        )
        rows.append(means[PROFIT])
    return np.stack(rows)


def chance_share(values: Array, means: Array) -> float:
    """The share of a metric's variance that is luck: what is left given every input, 0 to 1."""
    whole = float(values.var())
    return min(1.0, float((values - means).var()) / whole) if whole > 0 else 0.0


def explained_share(x: Array, y: Array) -> float:
    """The share of the variance of y that its mean given x has, from 0 up: by a regression spline
    learnt on one half of the futures and judged on the other, so that noise explains nothing."""
    whole = float(((y - y.mean()) ** 2).sum())
    if whole <= 0 or len(x) < CHUNK // 50 or np.all(x == x[0]):
        return 0.0
    basis, fold, left = spline(x), np.arange(len(x)) % 2, 0.0
    for k in (0, 1):
        learn, judge = fold != k, fold == k
        fitted, *_ = np.linalg.lstsq(basis[learn], y[learn], rcond=None)
        left += float(((y[judge] - basis[judge] @ fitted) ** 2).sum())
    return max(0.0, 1.0 - left / whole)


def _tornado(
    baseline: Baseline, paths: Sequence[str], metric: str, told: Told
) -> dict[str, tuple[float, ...]]:
    """The metric's mean in the baseline's futures with each input held at each of its quantiles
    `POINTS`, all else as drawn.

    The number alone is held: what a preset derives from it stays, as it does from draw to draw.
    """
    scenario, trials = baseline.scenario, baseline.trials
    columns = ranks_of((scenario, *scenario.further), Streams(baseline.seed), 0)
    free = scenario.with_({"correlations": []}) if scenario.correlations else scenario
    moved = dict[str, tuple[float, ...]]()
    for k, path in enumerate(paths):
        means = []
        for rank in POINTS:
            held = Matrix({**columns, path: np.full(CHUNK, rank)})
            _, found = conditional_means(
                free, trials=trials, seed=0, workers=baseline.workers, provider=held
            )
            means.append(float(found[metric].mean()))
        moved[path] = tuple(means)
        told((k + 1) / len(paths))
    return moved


def _total_shares(scenario: Scenario, metric: str, workers: int | None) -> Mapping[str, float]:
    """Each input's total Sobol' index of the conditional mean."""
    from scipy.stats import sobol_indices, uniform  # noqa: TID251 - slow to import, and rarely asked

    deals = (scenario, *scenario.further)
    paths = list(inputs_of(deals))

    def means(points: Array) -> Array:
        trials = points.shape[1]
        columns = dict(zip(paths, points, strict=True))
        _, found = conditional_means(
            scenario, trials=trials, seed=0, workers=workers, provider=Matrix(columns)
        )
        return found[metric]

    found = sobol_indices(
        func=means, n=SOBOL_POINTS, dists=[uniform()] * len(paths), random_state=0
    )
    return dict(zip(paths, np.clip(found.total_order, 0, None).tolist(), strict=True))

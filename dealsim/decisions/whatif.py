"""What if: the figures of a deal as its numbers are moved, at once, and how far they may be off.

Some hundred settings are reckoned beforehand, each at the conditional means of futures that stand
for the run's; between them each future is a polynomial (`whatif_surface`). Figures are those of the
futures, moved so that as things stand they are those of the whole run. How far off they are is
measured where nothing was learnt: at settings drawn at random and simulated in full
(docs/model.md, 18).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from dealsim.decisions.curve import changed, restated
from dealsim.decisions.heading import heading
from dealsim.decisions.whatif_futures import (
    PROFIT,
    profits,
    representative,
    shared_futures,
    variances,
)
from dealsim.decisions.whatif_sliders import CAP, DEMAND, Slider, sales_are_one, sliders
from dealsim.decisions.whatif_surface import (
    Coordinate,
    Setting,
    Surface,
    coordinates_of,
    design,
    fitted,
)
from dealsim.engine import Array
from dealsim.errors import ScenarioError, UsageError
from dealsim.results import Result
from dealsim.results.influence import influences
from dealsim.scenario import Scenario
from dealsim.simulation import check_arguments, simulate
from dealsim.streams import CHUNK, stream

FUTURES = 2_000
"""Futures that the figures are of."""
FUTURES_OF_PACKS = 500
"""The same where vouchers are packs, which take longer."""
CUT_BY = 3
"""Inputs, beside the profit, by which those futures are chosen."""
SETTINGS = 8
"""Settings that are simulated in full, to see how far off the figures are."""
SETTINGS_OF_PACKS = 6
"""The same where vouchers are packs."""
QUANTILES = {"p5": 5.0, "p50": 50.0, "p95": 95.0}

Told = Callable[[float], None]


@dataclass(frozen=True)
class Figures:
    """Of incremental_profit: its mean, the chance of a loss, and quantiles at 5, 50 and 95 %."""

    mean: float
    loss: float
    p5: float
    p50: float
    p95: float


def figures_of(profit: Array) -> Figures:
    """The figures of futures with these profits."""
    low, middle, high = np.percentile(profit, list(QUANTILES.values())).tolist()
    return Figures(float(profit.mean()), float(np.mean(profit < 0)), low, middle, high)


@dataclass(frozen=True)
class HeldOut:
    """A setting that was simulated: what the page says, and what the simulation found."""

    setting: Mapping[str, float]
    said: Figures
    found: Figures


@dataclass(frozen=True, eq=False)
class WhatIf:
    """Sliders, and what each of some futures answers to them. `run` are the figures of the whole
    run as things stand."""

    scenario: Scenario
    trials: int
    seed: int
    sliders: tuple[Slider, ...]
    surface: Surface
    run: Figures
    held_out: tuple[HeldOut, ...] = ()

    def figures(self, setting: Setting) -> Figures:
        """The figures with these numbers, all else as it stands: {path: number}, of the sliders,
        within their ends. Raises UsageError for any other."""
        self._refuse(setting)
        if not setting:
            return self.run
        return figures_about(self.run, self.surface, setting)

    @property
    def errors(self) -> dict[str, tuple[float, float]]:
        """How far the figures were off where that was measured, the typical (the median) and the
        largest: `loss` in shares of 1, the others in money. Empty where nothing can be moved."""
        names = ("mean", "loss", *QUANTILES) if self.held_out else ()
        off = {
            name: [abs(getattr(one.said, name) - getattr(one.found, name)) for one in self.held_out]
            for name in names
        }
        return {name: (float(np.median(each)), max(each)) for name, each in off.items()}

    def _refuse(self, setting: Setting) -> None:
        known = {one.path: one for one in self.sliders}
        for path, value in setting.items():
            if path not in known:
                raise UsageError(f"{path} is none of the numbers that can be moved here")
            one = known[path]
            if not one.low <= value <= one.high:
                raise UsageError(f"{path} can be moved from {one.low:g} to {one.high:g} here")

    def document(self) -> dict[str, Any]:
        """The same for JSON: all that a page needs to reckon `figures` itself."""
        held = [
            {k: dict(vars(v)) if k != "setting" else dict(v) for k, v in vars(one).items()}
            for one in self.held_out
        ]
        return {
            **heading(self.scenario, self.trials, self.seed),
            "sliders": [asdict(one) | {"start": one.start} for one in self.sliders],
            "surface": self.surface.document(),
            "run": asdict(self.run),
            "errors": {name: list(each) for name, each in self.errors.items()},
            "held_out": held,
        }


def figures_about(run: Figures, surface: Surface, setting: Setting) -> Figures:
    """Figures in a setting, moved so that as things stand they are those of a whole run: the middle
    by what it was off, the distances from it and the chance of a loss in proportion."""
    here, there = (figures_of(surface.profits(one)) for one in ({}, setting))
    middle = there.p50 + run.p50 - here.p50
    low = middle - _in_proportion(there.p50 - there.p5, here.p50 - here.p5, run.p50 - run.p5)
    high = middle + _in_proportion(there.p95 - there.p50, here.p95 - here.p50, run.p95 - run.p50)
    mean = there.mean + run.mean - here.mean
    return Figures(mean, _share(there.loss, here.loss, run.loss), low, middle, high)


def _in_proportion(there: float, here: float, run: float) -> float:
    return there * run / here if here > 0 else there


def _share(there: float, here: float, run: float) -> float:
    """A share that was `here` and should have been `run`, now that it is `there`: 0 stays 0 and 1
    stays 1, with straight lines to what they were."""
    if there <= here:
        return there * run / here if here > 0 else run
    return 1.0 - (1.0 - there) * (1.0 - run) / (1.0 - here)


def what_if(
    scenario: Scenario,
    *,
    result: Result | None = None,
    ranked: Sequence[str] = (),
    trials: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    progress: Told | None = None,
) -> WhatIf:
    """Sliders for the terms of a deal and the inputs that matter most, and what answers to them.

    `result` is the scenario simulated as it stands (it is, with `trials` and `seed`, where left
    out); `ranked` are the paths of inputs in the order of what hangs on them, those that the result
    names where left out. The same whatever the workers. Raises UsageError as `simulate` does.
    """
    told = progress or (lambda share: None)
    if result is None:
        trials, seed = check_arguments(scenario, trials, seed, workers)
        result = simulate(scenario, trials=trials, seed=seed, workers=workers, keep=())
    told(0.1)
    named = [one.path for one in influences(result.inputs, result.metrics[PROFIT])]
    found = sliders(scenario, ranked or named)
    surface = _surface(result, found, ranked or named, workers, told)
    run = figures_of(result.metrics[PROFIT])
    held = _held_out(result, found, surface, workers) if found else ()
    told(1.0)
    return WhatIf(scenario, result.trials, result.seed, found, surface, run, held)


def _surface(
    result: Result, found: Sequence[Slider], ranked: Sequence[str], workers: int | None, told: Told
) -> Surface:
    """What some of the result's futures answer to the sliders."""
    scenario, profit = result.scenario, result.metrics[PROFIT]
    few = [result.inputs[path] for path in ranked if path in result.inputs][:CUT_BY]
    places = representative(
        [profit, *few], FUTURES if scenario.deal.uses == 1 else FUTURES_OF_PACKS
    )
    futures = shared_futures(result, places)
    paths = {CAP, DEMAND} | {one.path for one in found}
    own = {path: _as_it_stands(result, path)[places] for path in paths if path in result.inputs}
    own |= {path: _as_it_stands(result, path) for path in paths if path not in result.inputs}
    coordinates = coordinates_of(found, own, sales_are_one(scenario))
    places_of = design(len(coordinates))
    points = np.array(
        [[one.at(x) for one, x in zip(coordinates, row, strict=True)] for row in places_of]
    )
    means = profits(scenario, [{}, *(_point(coordinates, row) for row in points)], futures, workers)
    told(0.5)
    ends = [one.changes(end) for one in coordinates for end in (one.low, one.high)]
    chance = variances(scenario, ends, futures, workers).reshape(-1, 2)
    told(0.6)
    sampled = profit[places]
    return fitted(coordinates, points, means[1:], sampled, sampled - means[0], chance)


def _point(coordinates: Sequence[Coordinate], values: Array) -> dict[str, float]:
    pairs = zip(coordinates, values.tolist(), strict=True)
    return {path: v for one, value in pairs for path, v in one.changes(value).items()}


def _as_it_stands(result: Result, path: str) -> Array:
    """The values of an input in all futures, or (1,) where it is certain; no limit is infinite."""
    if path in result.inputs:
        return result.inputs[path]
    value = result.scenario.numbers().get(path)
    return np.array([np.inf if value is None else value.mean()])


def _held_out(
    result: Result, found: Sequence[Slider], surface: Surface, workers: int | None
) -> tuple[HeldOut, ...]:
    """Settings drawn at random, simulated in the first chunk of the result's futures, beside what
    is said of them about that chunk."""
    trials = min(result.trials, CHUNK)
    run, told = figures_of(result.metrics[PROFIT][:trials]), list[HeldOut]()
    settings = random_settings(
        found, SETTINGS if result.scenario.deal.uses == 1 else SETTINGS_OF_PACKS
    )
    scenarios = [_with(result.scenario, one) for one in settings]
    for setting, changed_to in zip(settings, scenarios, strict=True):
        if changed_to is None:
            continue
        one = simulate(changed_to, trials=trials, seed=result.seed, workers=workers, keep=())
        said = figures_about(run, surface, setting)
        told.append(HeldOut(setting, said, figures_of(one.metrics[PROFIT])))
    return tuple(told)


def _with(scenario: Scenario, setting: Setting) -> Scenario | None:
    try:
        return changed(scenario, {path: restated(path, value) for path, value in setting.items()})
    except ScenarioError:
        return None


def random_settings(found: Sequence[Slider], count: int) -> list[dict[str, float]]:
    """Settings of the sliders: each is touched with a chance of one half, one at least."""
    random, settings = stream(0, "what-if"), []
    for _ in range(count):
        touched = random.random(len(found)) < 0.5
        touched[random.integers(len(found))] = True
        where = random.random(len(found))
        settings.append(
            {
                one.path: one.on_grid(one.low + (one.high - one.low) * share)
                for one, is_touched, share in zip(found, touched, where, strict=True)
                if is_touched
            }
        )
    return settings

"""Running the forecasts behind the books: without a register, and from one on.

The one file of the books that starts simulations, and that puts a register into the engine's
terms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dealsim.engine import Grid, Past, build_grid
from dealsim.inference import InputUpdate, observe, update_inputs
from dealsim.records import Actuals, DailyCounts, daily_counts
from dealsim.scenario import Scenario
from dealsim.simulation import Known, Result, check_arguments, simulate
from dealsim.units import minor_digits


@dataclass(frozen=True)
class ForecastRun:
    """The simulation asked for, as for `dealsim.simulate`; raises UsageError like it, at once."""

    scenario: Scenario
    trials: int | None
    seed: int | None
    workers: int | None
    progress: Callable[[int], None] | None

    def __post_init__(self) -> None:
        trials = self.scenario.run.trials if self.trials is None else self.trials
        check_arguments(trials, self.seed or 0, self.workers)

    def __call__(self, known: Known | None = None, done: int = 0) -> Result:
        """Simulate; `done` trials of other runs come first in the progress."""
        progress = self.progress
        return simulate(
            self.scenario,
            trials=self.trials,
            seed=self.seed,
            workers=self.workers,
            progress=None if progress is None else lambda n: progress(done + n),
            books=True,
            known=known,
        )


@dataclass(frozen=True)
class RegisterForecasts:
    """A register by day, what it teaches, and the forecasts with it and without.

    `posterior` goes on from the register. `prior` ends a period with it, and knows no more of it
    than that; `undated` not even that, so that the estimate before does not depend on the day at
    which one looks back (the very same object where the day is the end of a period anyhow).
    """

    actuals: Actuals
    counts: DailyCounts
    update: InputUpdate
    prior: Result
    undated: Result
    posterior: Result


def forecasts(scenario: Scenario, actuals: Actuals | None) -> int:
    """How many forecasts `liability` makes: those without the register, and that with it."""
    if actuals is None:
        return 1
    return 2 if _is_cut(scenario, daily_counts(actuals, scenario).end) else 3


def forecast_from(actuals: Actuals, run: ForecastRun) -> RegisterForecasts:
    """The forecast from a register on, and those it is compared with."""
    scenario, counts = run.scenario, daily_counts(actuals, run.scenario)
    day, seed = counts.end, scenario.run.seed if run.seed is None else run.seed
    given = {}
    if actuals.price is not None:  # the price that the register's amounts show
        price = actuals.price / 10.0 ** minor_digits(scenario.currency)
        given["deal.price"] = np.array([price])
    update = update_inputs(scenario, observe(counts, scenario), seed, given=given)
    prior = run(Known(day))
    undated, done = prior, prior.trials
    if not _is_cut(scenario, day):
        undated, done = run(None, done), 2 * done
    past = past_of(counts, scenario, build_grid(scenario, day))
    posterior = run(Known(day, past, {**update.posterior, **given}), done)
    return RegisterForecasts(actuals, counts, update, prior, undated, posterior)


def past_of(counts: DailyCounts, scenario: Scenario, grid: Grid) -> Past:
    """The steps of the grid up to `grid.known` as the register has them.

    An event of a day lies between its midnights, so it belongs to the first cut after it.
    """
    steps = grid.step_of(counts.end)
    step = np.searchsorted(grid.cuts, counts.days + 1) - 1
    flows = {name: np.zeros(steps) for name in (*counts.flows, "lapsed")}
    for name, vouchers in counts.flows.items():
        np.add.at(flows[name], step, vouchers)
    past, campaign = Past(counts.end, flows), grid.campaigns[0]
    ends = campaign.expiry if scenario.deal.after_expiry == "nothing" else campaign.lapse
    if ends is not None and ends <= counts.end:
        flows["lapsed"][grid.step_of(ends) - 1] = past.held
    return Past(counts.end, flows)


def _is_cut(scenario: Scenario, day: int) -> bool:
    """Whether a day is a cut without a register: one that is not moves the draws."""
    return day in build_grid(scenario).cuts

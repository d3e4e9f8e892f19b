"""Running the forecasts behind the books: without a register, and from one on.

The one file of the books that starts simulations, and that puts a register into the engine's
terms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dealsim.engine import History, Provider, Streams, build_clock
from dealsim.inference import InputUpdate, observe, update_inputs
from dealsim.records import Actuals, DailyCounts, daily_counts
from dealsim.results import Result
from dealsim.scenario import Scenario
from dealsim.simulation import Conditioning, check_arguments, simulate
from dealsim.units import minor_digits


@dataclass(frozen=True)
class ForecastRun:
    """The simulation asked for, as for `dealsim.simulate`; raises UsageError like it, at once.

    `done` trials of other runs come first in the progress.
    """

    scenario: Scenario
    trials: int | None
    seed: int | None
    workers: int | None
    progress: Callable[[int], None] | None
    provider: Provider | None = None
    done: int = 0

    def __post_init__(self) -> None:
        check_arguments(self.scenario, self.trials, self.seed, self.workers)

    def __call__(
        self,
        given: Conditioning | None = None,
        done: int = 0,
        campaigns: Sequence[Scenario] = (),
    ) -> Result:
        """Simulate; `done` more trials of other runs come first in the progress."""
        progress, done = self.progress, self.done + done
        return simulate(
            self.scenario,
            trials=self.trials,
            seed=self.seed,
            workers=self.workers,
            progress=None if progress is None else lambda n: progress(done + n),
            keep=("timeline", "paths", "cohorts"),
            given=given,
            provider=self.provider,
            campaigns=campaigns,
        )


def runs_of(
    scenarios: Sequence[Scenario],
    trials: int | None,
    seed: int | None,
    workers: int | None,
    progress: Callable[[int], None] | None,
    times: Sequence[int],
) -> tuple[ForecastRun, ...]:
    """The simulations of scenarios that are added up, future by future; `times` is how many
    forecasts each needs.

    Inputs that they state alike are the same numbers in each future, chance is each one's own:
    that of the first is the chance it has by itself.
    """
    trials, seed = check_arguments(scenarios[0], trials, seed, workers)
    found, done = [], 0
    for k, scenario in enumerate(scenarios):
        own = (seed + k) % SEEDS
        provider = Streams(seed) if k else None
        found.append(ForecastRun(scenario, trials, own, workers, progress, provider, done))
        done += trials * times[k]
    return tuple(found)


SEEDS = 2**64
"""How many seeds there are."""


@dataclass(frozen=True)
class RegisterForecasts:
    """A register by day, what it teaches, and the forecasts with it and without.

    `posterior` goes on from the register. `prior` ends a period with it, and knows no more of it
    than that: the day at which one looks back moves no customer of it.
    """

    actuals: Actuals
    counts: DailyCounts
    update: InputUpdate
    prior: Result
    posterior: Result


def forecasts(*actuals: Actuals | None) -> int:
    """How many forecasts `liability` makes: one without a register, and with one another."""
    return sum(1 if one is None else 2 for one in actuals)


def forecast_from(actuals: Actuals, run: ForecastRun) -> RegisterForecasts:
    """The forecast from a register on, and those it is compared with."""
    scenario, counts = run.scenario, daily_counts(actuals, run.scenario)
    day, seed = counts.end, scenario.run.seed if run.seed is None else run.seed
    given = {}
    if actuals.price is not None:  # the price that the register's amounts show
        price = actuals.price / 10.0 ** minor_digits(scenario.currency)
        given["deal.price"] = np.array([price])
    update = update_inputs(scenario, observe(counts, scenario), seed, given=given)
    prior = run(Conditioning(day))
    history = history_of(counts, scenario)
    given_register = Conditioning(day, history, {**update.posterior, **given})
    return RegisterForecasts(actuals, counts, update, prior, run(given_register, prior.trials))


def history_of(counts: DailyCounts, scenario: Scenario) -> History:
    """The register in the engine's terms, with the lapses that follow from the scenario: of all
    that is held on the day before nothing survives."""
    campaign = build_clock((scenario,)).campaigns[0]
    ends = campaign.expiry if scenario.deal.after_expiry == "nothing" else campaign.lapse
    over = ends is not None and ends <= counts.end
    days = np.union1d(counts.days, [ends - 1]) if over and ends is not None else counts.days
    flows = {name: np.zeros(len(days)) for name in (*counts.flows, "lapsed")}
    for name, vouchers in counts.flows.items():
        np.add.at(flows[name], np.searchsorted(days, counts.days), vouchers)
    history = History(counts.end, days, flows)
    if over and ends is not None:
        flows["lapsed"][np.searchsorted(days, ends - 1)] = history.held
    return history

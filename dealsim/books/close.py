"""`liability`: from a scenario, and a register if there is one, to the books."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dealsim.books.chart import chart_of_accounts
from dealsim.books.cohort_books import CohortBooks
from dealsim.books.liability_forecast import Liability
from dealsim.books.periods import Every
from dealsim.books.policies import AccountingPolicies, accounting_policies
from dealsim.books.register_close import RegisterClose
from dealsim.engine import build_grid
from dealsim.errors import Problem, UsageError
from dealsim.inference import GoodnessOfFit, Likelihood, observe, past_of, update_inputs
from dealsim.records import Actuals, daily_counts, register_end
from dealsim.scenario import Scenario
from dealsim.simulation import Known, Result, check_arguments, simulate
from dealsim.units import minor_digits


def liability(
    scenario: Scenario,
    *,
    trials: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    period: Every = "month",
    fiscal_year_end: int = 12,
    actuals: Actuals | None = None,
    booked_share: float | None = None,
    progress: Callable[[int], None] | None = None,
) -> Liability:
    """Forecast what is owed on a scenario's vouchers, when it is recognised, and the entries.

    `trials`, `seed`, `workers` and `progress` as for `dealsim.simulate`, on whose futures it
    rests (at most the first 200,000); `period` is `month`, `quarter` or `year`, and
    `fiscal_year_end` the month (1 to 12) the fiscal year ends in. How the vouchers are booked is
    the scenario's `accounting:`. With `actuals` (`dealsim.records.read_register`) the past is
    what the register says and the forecast goes on from there, with the inputs that it leaves;
    `booked_share` is then the share used in the end, 0 to 1, that the books took for breakage
    before (default: that of the forecast made without the register), and `progress` counts the
    trials of all forecasts. Raises UsageError for a period that is none and a share that is
    none, ScenarioError for accounts that are unknown.
    """
    if period not in ("month", "quarter", "year"):
        raise UsageError(f"period must be month, quarter or year, not {period!r}")
    if not 1 <= fiscal_year_end <= 12:
        raise UsageError(f"fiscal year end must be a month from 1 to 12, not {fiscal_year_end}")
    if booked_share is not None and not 0 <= booked_share <= 1:
        raise UsageError(f"the share booked so far must be from 0 to 1, not {booked_share}")
    chosen = accounting_policies(scenario)
    chart = chart_of_accounts(chosen.accounts)
    check_arguments(scenario.run.trials if trials is None else trials, seed or 0, workers)
    run = _Run(scenario, trials, seed, workers, progress)
    if actuals is None:
        return CohortBooks(run(None), chosen, chart, period, fiscal_year_end).liability()
    result, learned = _go_on(scenario, actuals, booked_share, chosen, run)
    return CohortBooks(result, chosen, chart, period, fiscal_year_end, learned).liability()


def forecasts(scenario: Scenario, actuals: Actuals | None) -> int:
    """How many forecasts `liability` makes: those without the register, and that with it."""
    if actuals is None:
        return 1
    return 2 if _has_cut(scenario, register_end(actuals, scenario)) else 3


def _has_cut(scenario: Scenario, day: int) -> bool:
    """Whether a day is a cut without a register: one that is not moves the draws."""
    return day in build_grid(scenario).cuts


@dataclass(frozen=True)
class _Run:
    """The simulation asked for, with or without a register."""

    scenario: Scenario
    trials: int | None
    seed: int | None
    workers: int | None
    progress: Callable[[int], None] | None

    def __call__(self, known: Known | None, done: int = 0) -> Result:
        """Simulate; `done` trials of another run come first in the progress."""
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


def _go_on(
    scenario: Scenario,
    actuals: Actuals,
    booked_share: float | None,
    chosen: AccountingPolicies,
    run: _Run,
) -> tuple[Result, RegisterClose]:
    """The forecast from the register on, and what it is compared with."""
    day, by_day = register_end(actuals, scenario), daily_counts(actuals, scenario)
    grid = build_grid(scenario, day)
    past = past_of(by_day, scenario, grid)
    likelihood = Likelihood(scenario, grid, observe(by_day, past, grid))
    seed = scenario.run.seed if run.seed is None else run.seed
    price = _price(actuals, scenario)
    found = update_inputs(scenario, likelihood, seed, given=price)
    earlier = run(Known(day))
    plain, done = earlier, earlier.trials
    if not _has_cut(scenario, day):  # the books before the register must not depend on its day
        plain, done = run(None, done), 2 * done
    inputs = {**found.after, **price}
    result = run(Known(day, past, inputs), done)
    warnings = (*actuals.warnings, *_capacity(scenario), *_strange(found.fit))
    if booked_share is not None and chosen.breakage != "proportional":
        warnings = (*warnings, NO_SHARE)
    return result, RegisterClose(actuals, by_day, earlier, plain, booked_share, found, warnings)


def _price(actuals: Actuals, scenario: Scenario) -> dict[str, np.ndarray]:
    """The price that the register's amounts show, if it has any."""
    if actuals.price is None:
        return {}
    return {"deal.price": np.array([actuals.price / 10.0 ** minor_digits(scenario.currency)])}


NO_SHARE = Problem(
    "the share booked so far changes nothing: breakage is not recognised in proportion",
    "leave --booked-share out, or state accounting.breakage: proportional",
)


def _capacity(scenario: Scenario) -> tuple[Problem, ...]:
    """A warning where places are limited: a register shows who was served, not who tried."""
    if scenario.business.capacity_per_week is None:
        return ()
    return (
        Problem(
            "the register is read as if nobody had been turned away",
            "where places were short, redemptions came later than customers wished: the inputs "
            "that time them are then found too slow",
        ),
    )


def _strange(fit: GoodnessOfFit) -> tuple[Problem, ...]:
    """A warning where no value of the inputs makes the register a likely one."""
    if fit.factor <= 1.0:
        return ()
    return (
        Problem(
            f"the register is unlike anything the scenario's inputs allow: most of all {fit.worst}",
            f"it counts for 1/{fit.factor:.1f} of its vouchers, so the bands are wider; give the "
            "inputs concerned a wider range, and look at the plot `actuals`",
        ),
    )

"""`liability`: from a scenario, and a register if there is one, to the books."""

from __future__ import annotations

from collections.abc import Callable

from dealsim.books.actual_versus_forecast import surprise_warnings
from dealsim.books.chart import chart_of_accounts
from dealsim.books.cohort import cohort_of
from dealsim.books.cohort_books import BookedActuals, CohortBooks
from dealsim.books.consolidation import consolidate
from dealsim.books.liability_forecast import Liability
from dealsim.books.periods import Every, ReportingPeriods
from dealsim.books.policies import AccountingPolicies, accounting_policies
from dealsim.books.register_close import compare
from dealsim.books.runs import ForecastRun, RegisterForecasts, forecast_from
from dealsim.errors import Problem, UsageError
from dealsim.inference import GoodnessOfFit
from dealsim.records import Actuals
from dealsim.results import Result
from dealsim.scenario import Scenario


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
    policies = accounting_policies(scenario)
    chart = chart_of_accounts(policies.accounts)
    run = ForecastRun(scenario, trials, seed, workers, progress)
    if actuals is None:
        result = run()
        books, comparison, found = _booked(result, policies), None, _warnings(result)
    else:
        forecast = forecast_from(actuals, run)
        books, before = _close(forecast, policies, booked_share)
        comparison = compare(forecast, books, before, share_stated=booked_share is not None)
        result = forecast.posterior
        found = (*_warnings(result), *_close_warnings(forecast, policies, booked_share))
        found = (*found, *surprise_warnings(comparison))
    periods = ReportingPeriods(books.cohort.cuts, period, fiscal_year_end)
    return consolidate(
        [books], periods, chart, seed=result.seed, warnings=found, actuals=comparison
    )


def _booked(
    result: Result, policies: AccountingPolicies, actuals: BookedActuals | None = None
) -> CohortBooks:
    """The books of a simulation, which has one campaign."""
    return CohortBooks(cohort_of(result, policies.tax), policies, actuals)


def _close(
    found: RegisterForecasts, policies: AccountingPolicies, booked_share: float | None
) -> tuple[CohortBooks, CohortBooks]:
    """The books with the register, and those of the forecast made without it."""
    before = _booked(found.prior, policies)
    share = booked_share
    if share is None:
        share = before.share("proportional")
    return _booked(found.posterior, policies, BookedActuals(found.counts, share)), before


def _warnings(result: Result) -> tuple[Problem, ...]:
    """The simulation's warnings but for those on other commands."""
    elsewhere = ("accounting", "alternatives")
    return tuple(one for one in result.warnings if one.path not in elsewhere)


def _close_warnings(
    found: RegisterForecasts, policies: AccountingPolicies, booked_share: float | None
) -> tuple[Problem, ...]:
    """Warnings about a register and the share stated beside it."""
    scenario = found.posterior.scenario
    problems = (*found.actuals.warnings, *_capacity(scenario), *_misfit(found.update.fit))
    if booked_share is not None and policies.breakage != "proportional":
        problems = (*problems, NO_SHARE)
    return problems


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


def _misfit(fit: GoodnessOfFit) -> tuple[Problem, ...]:
    """Warnings where no value of the inputs makes the register a likely one, or part of it."""
    found = []
    if fit.odd:
        found.append(
            Problem(
                f"no value of the scenario's inputs explains {'; '.join(fit.odd)}",
                "that part of the register counts for little, the rest as ever: look whether it "
                "was entered as it happened",
            )
        )
    if fit.factor > 1.0:
        found.append(
            Problem(
                "the register is unlike anything the scenario's inputs allow: most of all "
                f"{fit.worst}",
                f"it counts for 1/{fit.factor:.1f} of its vouchers, so the bands are wider; give "
                "the inputs concerned a wider range, and look at the plot `actuals`",
            )
        )
    return tuple(found)

"""`liability`: from a scenario, and a register if there is one, to the books."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from dealsim.books.actual_versus_forecast import surprise_warnings
from dealsim.books.aligning import all_cuts, on_one_horizon, padded
from dealsim.books.chart import GONE, chart_of_accounts
from dealsim.books.cohort import Cohort, cohort_of
from dealsim.books.cohort_books import BookedActuals, CohortBooks
from dealsim.books.consolidation import consolidate
from dealsim.books.liability_forecast import Liability
from dealsim.books.periods import Every, ReportingPeriods
from dealsim.books.policies import AccountingPolicies, accounting_policies
from dealsim.books.register_close import KnownCohort, compare
from dealsim.books.runs import (
    ForecastRun,
    RegisterForecasts,
    forecast_from,
    forecasts,
    runs_of,
)
from dealsim.errors import Problem, UsageError
from dealsim.inference import GoodnessOfFit
from dealsim.records import Actuals
from dealsim.results import Result
from dealsim.scenario import Scenario
from dealsim.units import quoted


def liability(
    scenario: Scenario | Sequence[Scenario],
    *,
    trials: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    period: Every = "month",
    fiscal_year_end: int = 12,
    actuals: Actuals | Sequence[Actuals | None] | None = None,
    booked_share: float | Sequence[float | None] | None = None,
    progress: Callable[[int], None] | None = None,
    campaigns: Sequence[Scenario] = (),
    names: Sequence[str] | None = None,
) -> Liability:
    """Forecast what is owed on a scenario's vouchers, when it is recognised, and the entries.

    `trials`, `seed`, `workers` and `progress` as for `dealsim.simulate`, on whose futures it
    rests (at most the first 200,000); `period` is `month`, `quarter` or `year`, and
    `fiscal_year_end` the month (1 to 12) the fiscal year ends in. How the vouchers are booked is
    the scenario's `accounting:`. With `actuals` (`dealsim.records.read_register`) the past is
    what the register says and the forecast goes on from there, with the inputs that it leaves;
    `booked_share` is then the share used in the end, 0 to 1, that the books took for breakage
    before (default: that of the forecast made without the register), and `progress` counts the
    trials of all forecasts.

    Several scenarios are simulated one by one to the last of their horizons and added up, each a
    cohort with its own estimate; `actuals` and `booked_share` are then one for each (None for one
    that starts after the register's day, and for a share that is not stated). `campaigns` are
    further deals of the same business as one scenario, simulated with it as by
    `dealsim.simulate`; so are those that a scenario lists itself, each a cohort of its own. With a
    register they are given as scenarios by themselves (`each_deal`). `names` is what campaigns are
    called (default: their scenarios' names).

    Raises UsageError for a period that is none, a share that is none, and for scenarios or
    registers that cannot be added up; ScenarioError for accounts that are unknown.
    """
    if period not in ("month", "quarter", "year"):
        raise UsageError(f"period must be month, quarter or year, not {period!r}")
    if not 1 <= fiscal_year_end <= 12:
        raise UsageError(f"fiscal year end must be a month from 1 to 12, not {fiscal_year_end}")
    given = (scenario,) if isinstance(scenario, Scenario) else tuple(scenario)
    registers, shares = _for_each(actuals, given), _for_each(booked_share, given)
    _check(given, registers, shares, campaigns)
    scenarios = on_one_horizon(given)
    deals = [(one, *one.further) for one in scenarios]
    deals[0] = (*deals[0], *campaigns)
    policies = [[accounting_policies(one) for one in each] for each in deals]
    chart = chart_of_accounts(_accounts([one for each in policies for one in each]))
    runs = runs_of(scenarios, trials, seed, workers, progress, list(map(forecasts, registers)))
    closes = [
        close
        for k, given_one in enumerate(zip(runs, policies, registers, shares, strict=True))
        for close in _closes(*given_one, campaigns=() if k else campaigns)
    ]
    books, before = _booked(closes)
    told = _names(names, [one.cohort.scenario for one in books])
    known = [
        KnownCohort(name, one.known, now, then, stated is not None)
        for name, one, now, then, stated in zip(told, closes, books, before, shares, strict=False)
        if one.known is not None
    ]
    comparison = compare(known) if known else None
    found = tuple(problem for one in closes for problem in one.warnings())
    periods = ReportingPeriods(books[0].cohort.cuts, period, fiscal_year_end)
    return consolidate(
        books,
        periods,
        chart,
        seed=runs[0].seed or 0,
        warnings=(*dict.fromkeys(found), *(surprise_warnings(comparison) if comparison else ())),
        actuals=comparison,
        names=told,
    )


@dataclass(frozen=True)
class _Close:
    """One campaign's forecast, and the register it goes on from with the share booked before."""

    result: Result
    policies: AccountingPolicies
    known: RegisterForecasts | None = None
    booked_share: float | None = None
    campaign: int = 0

    def cohort(self) -> Cohort:
        return cohort_of(self.result, self.policies.tax, self.campaign)

    def cohort_before(self) -> Cohort:
        """The same of the forecast made without the register."""
        assert self.known is not None
        return cohort_of(self.known.prior, self.policies.tax)

    def warnings(self) -> tuple[Problem, ...]:
        """Warnings of the simulation, and about the register and the share stated beside it."""
        found = _warnings(self.result)
        if self.known is not None:
            found = (*found, *_close_warnings(self.known, self.policies, self.booked_share))
        return found


def _close(
    run: ForecastRun, policies: AccountingPolicies, known: Actuals | None, share: float | None
) -> _Close:
    if known is None:
        return _Close(run(), policies)
    found = forecast_from(known, run)
    return _Close(found.posterior, policies, found, share)


def _closes(
    run: ForecastRun,
    policies: Sequence[AccountingPolicies],
    known: Actuals | None,
    share: float | None,
    campaigns: Sequence[Scenario],
) -> list[_Close]:
    """Those of one scenario: of its deal, or of each of the several that it is run with."""
    if len(policies) == 1:
        return [_close(run, policies[0], known, share)]
    result = run(campaigns=campaigns)
    return [_Close(result, policy, campaign=k) for k, policy in enumerate(policies)]


def _booked(closes: Sequence[_Close]) -> tuple[list[CohortBooks], list[CohortBooks]]:
    """The books of each campaign on the periods of all, and those of the forecasts made without
    the registers (the same where there was none)."""
    cohorts = [one.cohort() for one in closes]
    cuts = all_cuts(cohorts)
    books, before = [], []
    for one, cohort in zip(closes, cohorts, strict=True):
        known = one.known
        if known is None:
            books.append(CohortBooks(padded(cohort, cuts), one.policies))
            before.append(books[-1])
            continue
        then = CohortBooks(padded(one.cohort_before(), cuts), one.policies)
        share = one.booked_share
        if share is None:
            share = then.share("proportional")
        actuals = BookedActuals(known.counts, share)
        books.append(CohortBooks(padded(cohort, cuts), one.policies, actuals))
        before.append(then)
    return books, before


Each = TypeVar("Each", Actuals, float)


def _for_each(
    given: Each | Sequence[Each | None] | None, scenarios: Sequence[Scenario]
) -> tuple[Each | None, ...]:
    """One for each scenario, as given for one or for all of them."""
    if given is None:
        return (None,) * len(scenarios)
    found = (given,) if isinstance(given, (Actuals, float, int)) else tuple(given)
    if len(found) != len(scenarios):
        raise UsageError(
            f"{len(found)} registers or shares for {len(scenarios)} scenarios: give one for each"
        )
    return found


def _check(
    scenarios: Sequence[Scenario],
    registers: Sequence[Actuals | None],
    shares: Sequence[float | None],
    campaigns: Sequence[Scenario],
) -> None:
    """Raise UsageError for what cannot be booked together."""
    for share in shares:
        if share is not None and not 0 <= share <= 1:
            raise UsageError(f"the share booked so far must be from 0 to 1, not {share}")
    if not scenarios:
        raise UsageError("there is no scenario to book")
    known = [one for one in registers if one is not None]
    several = campaigns or any(one.further for one in scenarios)
    if (campaigns and len(scenarios) > 1) or (several and known):
        raise UsageError(
            "campaigns of one business go with one scenario and no register: give their scenarios"
            " side by side instead"
        )
    for scenario, register in zip(scenarios, registers, strict=True):
        if register is not None and scenario.deal.uses > 1:
            raise UsageError(
                f"{scenario.name} is a pack of {scenario.deal.uses} uses, and a register tells how "
                "many vouchers were used, not how many uses each has left: the forecast without "
                "it holds for packs"
            )
    days = {one.as_of for one in known}
    if len(days) > 1:
        raise UsageError("registers that are added up must all be as of the same day")
    for scenario, register in zip(scenarios, registers, strict=True):
        if days and register is None and scenario.starts <= max(days):
            raise UsageError(
                f"{scenario.name} starts on {scenario.starts}, and the register to {max(days)}"
                " says nothing of it"
            )


def each_deal(scenario: Scenario) -> tuple[Scenario, ...]:
    """The deals that a scenario lists, each by itself: what a register of several is closed with.

    What they share, places and audience, is then each one's own.
    """
    if not scenario.further:
        return (scenario,)
    return (scenario.alone(), *scenario.further)


def _accounts(policies: Sequence[AccountingPolicies]) -> dict[str, str]:
    """The user's accounts, of all campaigns; raises UsageError where two name one differently."""
    found: dict[str, str] = {}
    for one in policies:
        for key, text in one.accounts.items():
            if found.setdefault(key, text) != text:
                raise UsageError(
                    f"accounting.accounts.{key} is {quoted(found[key])} in one scenario and"
                    f" {quoted(text)} in another: they share one journal"
                )
    return found


def _names(names: Sequence[str] | None, scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """What campaigns are called, each in its own way."""
    found: list[str] = []
    for k, one in enumerate(scenarios):
        name = one.name if names is None else names[k]
        found.append(f"{name} ({k + 1})" if name in found else name)
    return tuple(found)


def _warnings(result: Result) -> tuple[Problem, ...]:
    """The simulation's warnings but for those on other commands, and those on accounts."""
    elsewhere = ("accounting", "alternatives")
    found = [one for one in result.warnings if one.path not in elsewhere]
    stated = result.scenario.accounting
    for word in (stated.accounts if stated else None) or {}:
        if word in (*GONE, *GONE.values()):
            path = f"accounting.accounts.{word}"
            found.append(Problem(f"no entry is written to {word} any more", "leave it out", path))
    return tuple(found)


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

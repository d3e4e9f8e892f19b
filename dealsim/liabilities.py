"""`liability`: what is owed on vouchers sold, month by month, and the entries to book.

Rules and their sources: docs/accounting.md. Not legal, tax or accounting advice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np

from dealsim.accounting import (
    Assumption,
    Chart,
    Choices,
    Entry,
    Policy,
    RollForward,
    Table,
    book,
    chart_of_accounts,
    choices,
    group_periods,
    regroup,
    roll_forward,
    table,
    ultimate_share,
)
from dealsim.accounting.forecast import Forecast, flows_of, forecast, issue_shares
from dealsim.accounting.periods import Every
from dealsim.accounting.register import FloatArray, IntArray
from dealsim.accounting.views import ageing_by_period, factors, triangle_of
from dealsim.errors import Problem, UsageError
from dealsim.scenario import Scenario
from dealsim.simulation import Result, simulate
from dealsim.units import minor_digits, to_minor

DISCLAIMER = "Not legal, tax or accounting advice."
METHODS: tuple[Literal["none", "proportional", "remote"], ...] = ("none", "proportional", "remote")
EARNED = ("breakage", "breakage_reestimate", "lapsed")
"""Lines of the roll-forward that are breakage revenue."""


@dataclass(frozen=True)
class Liability:
    """What is owed on vouchers, when it becomes revenue, and the entries.

    All amounts are whole minor units (cents) of `scenario.currency`, without sales tax. Trials
    are futures; arrays over them keep the order of `dealsim.simulate`'s. Dates are the last days
    of months and periods; the last may be the horizon's.

    `table` has the roll-forward by reporting period: mean lines that tie, and bands; `monthly`
    the same by month (the very same object where `period` is `month`). `groups` are the months
    of each period: `month_ends[groups[k]]`. `closing` is the liability and `outstanding` what
    the voucher register shows (price x vouchers still held), both (period, trial).

    `ageing` has, for each period end, the mean outstanding paid value by age and state,
    (len(BUCKETS), len(STATES)) in the order of `dealsim.accounting`; its cells add up to the
    rounded mean of `outstanding`.

    `triangle` is the mean paid value redeemed to date (late and cash-outs included) by month of
    issue and age in months, (len(triangle_months), ages), NaN after the horizon; `issued` the
    paid value issued in those months net of refunds, `triangle_factors` the development from
    each age to the next, one fewer than ages.

    `policies` has the mean breakage revenue to date by period under each breakage policy
    (`none`, `proportional`, `remote`; lapses included), and `policy_closings` the mean
    liability; the scenario's own is `policy`. Where there is no contract liability
    (`on_redemption`) they are empty, and `closing` and every line are 0.

    `years` and `yearly` are groups and table by fiscal year, whatever `period` is.

    `best_estimate` is the mean over trials of ultimate exercise as a share of what was issued
    net of refunds, `constrained` its quantile `constraint`, `ultimate_share` the one used (u).
    `expiry` is the day the promotion ends, `owed_at_expiry` (trial,) what the register shows
    then, before any breakage (None where the horizon comes first); `memo_held` the mean number
    of vouchers held, (period,). `visits` is the mean cash and tax of each month, by the names of
    `dealsim.accounting.book.CASH`.
    """

    scenario: Scenario
    trials: int
    seed: int
    period: Every
    fiscal_year_end: int
    month_ends: tuple[date, ...]
    period_ends: tuple[date, ...]
    groups: tuple[slice, ...]
    table: Table
    monthly: Table
    closing: IntArray
    outstanding: IntArray
    years: tuple[slice, ...]
    yearly: Table
    ageing: Mapping[date, IntArray]
    triangle: FloatArray
    triangle_months: tuple[date, ...]
    triangle_factors: FloatArray
    issued: IntArray
    journal: tuple[Entry, ...]
    chart: Chart
    policy: Literal["none", "proportional", "remote"]
    policies: Mapping[str, IntArray]
    policy_closings: Mapping[str, IntArray]
    best_estimate: float
    constrained: float
    constraint: float
    ultimate_share: float
    expiry: date
    owed_at_expiry: IntArray | None
    memo_held: FloatArray
    visits: Mapping[str, IntArray]
    on_redemption: bool
    assumptions: tuple[Assumption, ...]
    warnings: tuple[Problem, ...]

    @property
    def mode(self) -> str:
        """How the futures were simulated: always `sampled`."""
        return "sampled"


def liability(
    scenario: Scenario,
    *,
    trials: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    period: Every = "month",
    fiscal_year_end: int = 12,
    progress: Callable[[int], None] | None = None,
) -> Liability:
    """Forecast what is owed on a scenario's vouchers, when it is recognised, and the entries.

    `trials`, `seed`, `workers` and `progress` as for `dealsim.simulate`, on whose futures it
    rests (at most the first 200,000); `period` is `month`, `quarter` or `year`, and
    `fiscal_year_end` the month (1 to 12) the fiscal year ends in. How the vouchers are booked is
    the scenario's `accounting:`. Raises UsageError for a period that is none, ScenarioError for
    accounts that are unknown.
    """
    if period not in ("month", "quarter", "year"):
        raise UsageError(f"period must be month, quarter or year, not {period!r}")
    if not 1 <= fiscal_year_end <= 12:
        raise UsageError(f"fiscal year end must be a month from 1 to 12, not {fiscal_year_end}")
    chosen = choices(scenario)
    chart = chart_of_accounts(chosen.accounts)
    result = simulate(
        scenario, trials=trials, seed=seed, workers=workers, progress=progress, books=True
    )
    return _Books(result, chosen, chart, period, fiscal_year_end).liability()


class _Books:
    """One forecast on its way from simulated vouchers to books."""

    def __init__(
        self, result: Result, chosen: Choices, chart: Chart, period: Every, fiscal_year_end: int
    ) -> None:
        self.result, self.chosen, self.chart = result, chosen, chart
        self.period, self.fiscal_year_end = period, fiscal_year_end
        self.digits = minor_digits(result.scenario.currency)
        self.cuts = result.month_ends
        self.ends = tuple(day - timedelta(days=1) for day in self.cuts)
        self.groups = group_periods(self.ends, period, fiscal_year_end)
        self.years = group_periods(self.ends, "year", fiscal_year_end)
        self.last = [group.stop - 1 for group in self.groups]
        self.known: Forecast = forecast(result, chosen.tax)
        register = self.known.register
        self.best = ultimate_share(self.known.ultimate, register.net_issued[-1])
        self.constrained = ultimate_share(
            self.known.ultimate, register.net_issued[-1], chosen.constraint
        )

    def policy(self, method: Literal["none", "proportional", "remote"]) -> Policy:
        """A breakage policy with this forecast's estimates and days."""
        return Policy(
            method,
            self._share(method),
            self.chosen.escheatable if self.chosen.dormant_on else 0.0,
            self._from(self.chosen.remote_on),
            self._from(self.chosen.dormant_on),
        )

    def _share(self, method: str) -> float:
        """u, the share taken to be used in the end: all of it, where breakage is not expected."""
        return self.constrained if method == "proportional" else 1.0

    def _from(self, day: date | None) -> int | None:
        """The first month by whose end a day has come; None where none has."""
        if day is None or day > self.cuts[-1]:
            return None
        return next(k for k, cut in enumerate(self.cuts) if cut >= day)

    def liability(self) -> Liability:
        """Everything together."""
        result, chosen = self.result, self.chosen
        return Liability(
            scenario=result.scenario,
            trials=self.known.register.issued.shape[1],
            seed=result.seed,
            period=self.period,
            fiscal_year_end=self.fiscal_year_end,
            month_ends=self.ends,
            period_ends=tuple(self.ends[k] for k in self.last),
            groups=self.groups,
            years=self.years,
            chart=self.chart,
            policy=self._method,
            on_redemption=self._memo,
            expiry=result.scenario.promo_expiry,
            owed_at_expiry=self._at_expiry(),
            best_estimate=self.best,
            constrained=self.constrained,
            constraint=chosen.constraint,
            ultimate_share=self._share(self._method),
            memo_held=self.known.held[self.last].mean(axis=1),
            visits=self.known.cash,
            assumptions=chosen.assumptions,
            warnings=_warnings(result),
            **self._tables(),
            **self._policies(),
            **self._by_issue(),
        )

    def _tables(self) -> dict[str, Any]:
        """The roll-forward in its periods, and the journal that comes from its months."""
        memo = roll_forward(self.known.register, self.policy(self._method))
        booked = table(memo)
        flows = flows_of(self.result, self.chosen, self.known, booked, self.ends)
        roll = _nothing(memo) if self._memo else memo
        monthly = table(roll) if self._memo else booked
        return {
            "table": monthly if self.period == "month" else table(roll, self.groups),
            "monthly": monthly,
            "yearly": table(roll, self.years),
            "closing": regroup(roll, self.groups).closing,
            "outstanding": self.known.register.held[self.last],
            "journal": book(flows, self.chosen.booking),
        }

    def _by_issue(self) -> dict[str, Any]:
        """Ageing and triangle: what is known by month of issue."""
        register, scenario = self.known.register, self.result.scenario
        held, shares = to_minor(register.held.mean(axis=1), 0), issue_shares(register)
        months, triangle = np.flatnonzero(shares[-1]), triangle_of(register, shares)
        return {
            "ageing": ageing_by_period(scenario, self.chosen, self.cuts, held, shares, self.last),
            "triangle": triangle,
            "triangle_months": tuple(self.ends[k] for k in months),
            "triangle_factors": factors(triangle),
            "issued": to_minor(register.net_issued[-1].mean() * shares[-1][months], 0),
        }

    def _policies(self) -> dict[str, Any]:
        """Mean breakage revenue to date and liability by period under each policy."""
        revenues: dict[str, IntArray] = {}
        closings: dict[str, IntArray] = {}
        for method in () if self._memo else METHODS:
            roll = roll_forward(self.known.register, self.policy(method))
            revenue = np.stack([roll.lines[name] for name in EARNED]).sum(axis=0)
            revenues[method] = to_minor(np.cumsum(revenue.mean(axis=1))[self.last], 0)
            closings[method] = to_minor(roll.closing.mean(axis=1)[self.last], 0)
        return {"policies": revenues, "policy_closings": closings}

    @property
    def _method(self) -> Literal["none", "proportional", "remote"]:
        """The breakage policy: none where nothing is owed."""
        return "none" if self._memo else self.chosen.breakage

    @property
    def _memo(self) -> bool:
        return self.chosen.booking.on_redemption

    def _at_expiry(self) -> IntArray | None:
        owed = self.result.metrics["liability_at_expiry"]
        return None if np.isnan(owed).any() else to_minor(owed, self.digits)


def _nothing(roll: RollForward) -> RollForward:
    """The roll-forward of a merchant who owes nothing."""
    nil = np.zeros_like(roll.held)
    return RollForward(dict.fromkeys(roll.lines, nil), roll.held, nil, nil)


def _warnings(result: Result) -> tuple[Problem, ...]:
    """The simulation's warnings but for those on what another command does."""
    return tuple(one for one in result.warnings if one.path not in ("accounting", "alternatives"))

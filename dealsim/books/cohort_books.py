"""From simulated vouchers to the books: roll-forward, views and entries of one forecast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from dealsim.books.actual_versus_forecast import RegisterComparison, surprise_warnings
from dealsim.books.breakage import BreakagePolicy, ultimate_share
from dealsim.books.chart import Chart
from dealsim.books.cohort import Cohort, cohort_of, flows_of, issue_shares
from dealsim.books.liability_forecast import EARNED, METHODS, BreakageMethod, Liability
from dealsim.books.periods import Every, group_periods
from dealsim.books.policies import AccountingPolicies
from dealsim.books.posting import post
from dealsim.books.posting_dates import by_event_day
from dealsim.books.register_close import RegisterClose, compare
from dealsim.books.rollforward import RollForward, regroup, roll_forward
from dealsim.books.statement import Statement, statement
from dealsim.books.subledger import FloatArray, IntArray, VoucherSubledger
from dealsim.books.views import ageing_by_period, development_factors, triangle_of
from dealsim.errors import Problem
from dealsim.simulation import Result
from dealsim.units import minor_digits, to_minor

TILL = ("cash_in_time", "cash_late", "tax_in_time", "tax_late", "cost_in_time", "cost_late")
"""Amounts of `dealsim.books.posting.CASH` that only the till knows, once they have happened."""


class CohortBooks:
    """One forecast on its way from simulated vouchers to books.

    Its finest periods end at `cuts` (dates, 00:00): month ends, and the end of a register in the
    middle of a month; all that is shown is by whole months or longer.
    """

    def __init__(
        self,
        result: Result,
        chosen: AccountingPolicies,
        chart: Chart,
        period: Every = "month",
        fiscal_year_end: int = 12,
        learned: RegisterClose | None = None,
    ) -> None:
        self.result, self.chosen, self.chart = result, chosen, chart
        self.period, self.fiscal_year_end = period, fiscal_year_end
        self.learned = learned
        self.digits = minor_digits(result.scenario.currency)
        self.cuts = result.month_ends
        self.ends = tuple(day - timedelta(days=1) for day in self.cuts)
        self.months = group_periods(self.ends, "month")
        self.month_ends = tuple(self.ends[group.stop - 1] for group in self.months)
        self.groups = group_periods(self.month_ends, period, fiscal_year_end)
        self.years = group_periods(self.month_ends, "year", fiscal_year_end)
        self.known: Cohort = cohort_of(result, chosen.tax)
        if self.seen is not None:
            self.known = replace(self.known, cash=_till_unknown(self.known.cash, self.seen))
        register = self.known.register
        self.best = ultimate_share(self.known.ultimate, register.net_issued[-1])
        self.constrained = ultimate_share(
            self.known.ultimate, register.net_issued[-1], chosen.constraint
        )

    @cached_property
    def before(self) -> CohortBooks | None:
        """The books of the forecast made without the register; None where there is none."""
        if self.learned is None:
            return None
        return CohortBooks(self.learned.earlier, self.chosen, self.chart)

    @cached_property
    def seen(self) -> int | None:
        """The finest period that the register ends with; None without one."""
        return None if self.learned is None else self.learned.period(self.cuts)

    def policy(self, method: BreakageMethod) -> BreakagePolicy:
        """A breakage policy with this forecast's estimates and days.

        Before a register ends, the estimate is the one made without it: no foresight.
        """
        return BreakagePolicy(
            method,
            self._share(method),
            self.chosen.escheatable if self.chosen.dormant_on else 0.0,
            self._from(self.chosen.remote_on),
            self._from(self.chosen.dormant_on),
        )

    def share(self, method: BreakageMethod) -> float:
        """u, the share taken to be used in the end: all of it, where breakage is not expected."""
        return self.constrained if method == "proportional" else 1.0

    def share_before(self, method: BreakageMethod) -> float:
        """u as the books took it before the register; the same where there is none."""
        if self.learned is None or self.before is None or method != "proportional":
            return self.share(method)
        if self.learned.booked_share is not None:
            return self.learned.booked_share
        if self.learned.plain is self.learned.earlier:
            return self.before.share(method)
        return CohortBooks(self.learned.plain, self.chosen, self.chart).share(method)

    def _share(self, method: BreakageMethod) -> float | FloatArray:
        if self.seen is None or method != "proportional":
            return self.share(method)
        learned = np.arange(len(self.cuts)) >= self.seen
        return np.where(learned, self.share(method), self._before)

    @cached_property
    def _before(self) -> float:
        return self.share_before("proportional")

    def _from(self, day: date | None) -> int | None:
        """The first period by whose end a day has come; None where none has."""
        if day is None or day > self.cuts[-1]:
            return None
        return next(k for k, cut in enumerate(self.cuts) if cut >= day)

    @cached_property
    def comparison(self) -> RegisterComparison | None:
        """The register beside the forecast made without it; None without one."""
        return None if self.learned is None else compare(self.learned, self)

    def liability(self) -> Liability:
        """Everything together."""
        result, chosen = self.result, self.chosen
        last = self._last(self._fine(self.period))
        return Liability(
            scenario=result.scenario,
            trials=self.known.register.issued.shape[1],
            seed=result.seed,
            period=self.period,
            fiscal_year_end=self.fiscal_year_end,
            month_ends=self.month_ends,
            period_ends=tuple(self.ends[k] for k in last),
            groups=self.groups,
            years=self.years,
            chart=self.chart,
            policy=self.method,
            on_redemption=self.memo,
            expiry=result.scenario.promo_expiry,
            owed_at_expiry=self._at_expiry(),
            best_estimate=self.best,
            constrained=self.constrained,
            constraint=chosen.constraint,
            ultimate_share=self.share(self.method),
            memo_held=self.known.held[last].mean(axis=1),
            visits=self._by_month(self.known.cash),
            assumptions=chosen.assumptions,
            warnings=self._warnings(),
            actuals=self.comparison,
            **self._tables(),
            **self._policies(last),
            **self._by_issue(),
        )

    @cached_property
    def method(self) -> BreakageMethod:
        """The breakage policy: none where nothing is owed."""
        return "none" if self.memo else self.chosen.breakage

    @property
    def memo(self) -> bool:
        """Whether vouchers held are a memorandum, since the merchant is paid on redemption."""
        return self.chosen.booking.on_redemption

    @cached_property
    def roll(self) -> RollForward:
        """The roll-forward by finest periods; of a merchant who owes nothing, all nil."""
        return _nothing(self._vouchers) if self.memo else self._vouchers

    @cached_property
    def booked(self) -> Statement:
        """What the entries come from, by finest periods."""
        return statement(self._vouchers)

    @cached_property
    def _vouchers(self) -> RollForward:
        return roll_forward(self.known.register, self.policy(self.method))

    def _tables(self) -> dict[str, Any]:
        """The roll-forward in its periods, and the journal that comes from its finest."""
        groups = self._fine(self.period)
        monthly = self._table("month")
        return {
            "table": monthly if self.period == "month" else self._table(self.period),
            "monthly": monthly,
            "yearly": self._table("year"),
            "closing": regroup(self.roll, groups).closing,
            "outstanding": self.known.register.held[self._last(groups)],
            "journal": self._journal(),
        }

    def _table(self, every: Every) -> Statement:
        groups = self._fine(every)
        if len(groups) == len(self.cuts):
            return statement(self.roll) if self.memo else self.booked
        return statement(self.roll, groups)

    def _journal(self) -> tuple[Any, ...]:
        flows = flows_of(self.result, self.chosen, self.known, self.booked, self.ends)
        if self.learned is not None and self.seen is not None:
            lapsed = np.diff(self.known.register.lapsed[:, 0], prepend=0)
            happened = self.learned.happened(int(self.known.price[0]), lapsed)
            flows = by_event_day(flows, happened, self.policy(self.method), self.seen)
        return post(flows, self.chosen.booking)

    def _by_issue(self) -> dict[str, Any]:
        """Ageing and triangle: what is known by month of issue."""
        last = self._last(self.months)
        register, scenario = _at(self.known.register, last), self.result.scenario
        cuts = [self.cuts[k] for k in last]
        held, shares = to_minor(register.held.mean(axis=1), 0), issue_shares(register)
        months, triangle = np.flatnonzero(shares[-1]), triangle_of(register, shares)
        shown = self._last(self.groups)
        return {
            "ageing": ageing_by_period(scenario, self.chosen, cuts, held, shares, shown),
            "triangle": triangle,
            "triangle_months": tuple(self.month_ends[k] for k in months),
            "triangle_factors": development_factors(triangle),
            "issued": to_minor(register.net_issued[-1].mean() * shares[-1][months], 0),
        }

    def _policies(self, last: Sequence[int]) -> dict[str, Any]:
        """Mean breakage revenue to date and liability by period under each policy."""
        revenues: dict[str, IntArray] = {}
        closings: dict[str, IntArray] = {}
        for method in () if self.memo else METHODS:
            roll = roll_forward(self.known.register, self.policy(method))
            revenue = np.stack([roll.lines[name] for name in EARNED]).sum(axis=0)
            revenues[method] = to_minor(np.cumsum(revenue.mean(axis=1))[last], 0)
            closings[method] = to_minor(roll.closing.mean(axis=1)[last], 0)
        return {"policies": revenues, "policy_closings": closings}

    def _at_expiry(self) -> IntArray | None:
        """The register when the promotion is over, (trial,); its last day is still of it."""
        owed = self.result.metrics["liability_at_expiry"]
        if np.isnan(owed).any():
            return None
        if self.learned is not None and not self.memo:
            held = self.learned.held_after(self.result.scenario.promo_expiry)
            if held is not None:
                return np.full(owed.shape, held * int(self.known.price[0]), dtype=np.int64)
        return to_minor(owed / (1.0 + self.known.issue_tax), self.digits)

    def _fine(self, every: Every) -> tuple[slice, ...]:
        """Groups of the finest periods that make up longer ones."""
        return group_periods(self.ends, every, self.fiscal_year_end)

    @staticmethod
    def _last(groups: Sequence[slice]) -> list[int]:
        return [group.stop - 1 for group in groups]

    def _by_month(self, amounts: Mapping[str, IntArray]) -> dict[str, IntArray]:
        starts = [group.start for group in self.months]
        return {name: np.add.reduceat(values, starts) for name, values in amounts.items()}

    def _warnings(self) -> tuple[Problem, ...]:
        """The simulation's warnings but for those on other commands, and the register's."""
        elsewhere = ("accounting", "alternatives")
        found = tuple(one for one in self.result.warnings if one.path not in elsewhere)
        if self.learned is None or self.comparison is None:
            return found
        return (*found, *self.learned.warnings, *surprise_warnings(self.comparison))


def _nothing(roll: RollForward) -> RollForward:
    """The roll-forward of a merchant who owes nothing."""
    nil = np.zeros_like(roll.held)
    return RollForward(dict.fromkeys(roll.lines, nil), roll.held, nil, nil)


def _till_unknown(cash: Mapping[str, IntArray], seen: int) -> dict[str, IntArray]:
    """Amounts without those of visits up to a period: a register knows vouchers, not the till."""
    later = np.arange(len(next(iter(cash.values())))) > seen
    return {name: values * later if name in TILL else values for name, values in cash.items()}


def _at(register: VoucherSubledger, periods: Sequence[int]) -> VoucherSubledger:
    """The register at the ends of some of its periods."""
    return VoucherSubledger(**{name: values[periods] for name, values in vars(register).items()})

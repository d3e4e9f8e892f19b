"""The books of one cohort: estimates, breakage policy, roll-forward and journal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from dealsim.books.breakage import BreakageMethod, BreakagePolicy, ultimate_share
from dealsim.books.cohort import FATES, Cohort
from dealsim.books.cohort_flows import cohort_flows
from dealsim.books.journal import Entry
from dealsim.books.periods import first_period
from dealsim.books.policies import AccountingPolicies
from dealsim.books.posting import post
from dealsim.books.posting_dates import DailyFlows, post_on_days
from dealsim.books.rollforward import RollForward, roll_forward
from dealsim.books.statement import printed_lines
from dealsim.books.subledger import FloatArray, IntArray
from dealsim.engine import build_clock
from dealsim.records import DailyCounts
from dealsim.scenario import Scenario

TILL = ("cash_in_time", "cash_late", "cost_in_time", "cost_late")
"""Amounts of `dealsim.books.cohort_flows.CASH` that only the till knows, once they happened; with
them goes the tax that is added to them."""


@dataclass(frozen=True)
class BookedActuals:
    """A register of one cohort, as its books take it.

    `counts` are its vouchers by day, `share_before` is the share of vouchers that the books took
    to be used in the end until it came.
    """

    counts: DailyCounts
    share_before: float

    def over(self, starts: date) -> date:
        """The day after the register's last, at whose beginning it ends."""
        return starts + timedelta(days=self.counts.end)

    def held_after(self, day: int) -> int | None:
        """Vouchers held at the end of a day from the start; None where the register ends first."""
        if day >= self.counts.end:
            return None
        until = self.counts.days <= day
        total = {name: int(counts[until].sum()) for name, counts in self.counts.flows.items()}
        return 2 * total["vouchers_sold"] - sum(total.values())

    def flows(self, cohort: Cohort) -> DailyFlows:
        """The register in money, at the price that it shows."""
        starts, price, counts = cohort.scenario.starts, int(cohort.price[0]), self.counts.flows
        return DailyFlows(
            [starts + timedelta(days=int(day)) for day in self.counts.days],
            {name: price * counts[count] for name, count in FATES.items() if count in counts},
            cohort.subledger.lapsed[:, 0],
            last_payday(cohort.scenario),
        )


class CohortBooks:
    """One cohort on its way from vouchers in money to books.

    With a register, `last_actual` is the period with which it ends. Up to there the till's cash
    is left out, which no register of vouchers tells, and the books' estimate is the one made
    before it: no foresight.
    """

    def __init__(
        self,
        cohort: Cohort,
        policies: AccountingPolicies,
        actuals: BookedActuals | None = None,
    ) -> None:
        self.policies, self.actuals = policies, actuals
        self.last_actual: int | None = None
        if actuals is not None:
            self.last_actual = cohort.cuts.index(actuals.over(cohort.scenario.starts))
            cohort = replace(
                cohort,
                cash=_without_till(cohort, self.last_actual),
                owed_at_expiry=self._owed_at_expiry(cohort, actuals),
            )
        self.cohort = cohort
        issued = cohort.subledger.net_issued.sum(axis=0)
        self.best_estimate = ultimate_share(cohort.ultimate, issued)
        self.constrained = ultimate_share(cohort.ultimate, issued, policies.constraint)

    @property
    def is_memorandum(self) -> bool:
        """Whether vouchers held are a memorandum, since the merchant is paid on redemption."""
        return self.policies.presentation.on_redemption

    @property
    def method(self) -> BreakageMethod:
        """The breakage policy: none where nothing is owed."""
        return "none" if self.is_memorandum else self.policies.breakage

    def share(self, method: BreakageMethod) -> float:
        """u, the share taken to be used in the end: all of it, where breakage is not expected."""
        return self.constrained if method == "proportional" else 1.0

    def share_before(self, method: BreakageMethod) -> float:
        """u as the books took it before the register; the same where there is none."""
        if self.actuals is None or method != "proportional":
            return self.share(method)
        return self.actuals.share_before

    def policy(self, method: BreakageMethod) -> BreakagePolicy:
        """A breakage policy with this cohort's estimates and days."""
        policies, cuts = self.policies, self.cohort.cuts
        share: float | FloatArray = self.share(method)
        if self.last_actual is not None:
            revised = np.arange(len(cuts)) >= self.last_actual
            share = np.where(revised, share, self.share_before(method))
        return BreakagePolicy(
            method,
            share,
            policies.escheatable if policies.dormant_on else 0.0,
            first_period(cuts, policies.remote_on),
            first_period(cuts, policies.dormant_on),
        )

    def roll_under(self, method: BreakageMethod) -> RollForward:
        """The roll-forward under any policy."""
        return roll_forward(self.cohort.subledger, self.policy(method))

    @cached_property
    def vouchers(self) -> RollForward:
        """The roll-forward of the vouchers by finest periods, owed or not."""
        return self.roll_under(self.method)

    @cached_property
    def roll(self) -> RollForward:
        """The roll-forward of the liability; all nil for a merchant who owes nothing."""
        if not self.is_memorandum:
            return self.vouchers
        held = self.vouchers.held
        nil = np.zeros_like(held)
        return RollForward(dict.fromkeys(self.vouchers.lines, nil), held, nil, nil)

    @cached_property
    def printed(self) -> tuple[dict[str, IntArray], IntArray]:
        """What the entries come from: mean lines that tie, and releases, by finest periods."""
        return printed_lines(self.vouchers)

    def journal(self) -> tuple[Entry, ...]:
        """All entries: on the days of a register as far as it goes, then at ends of periods."""
        if self.actuals is None or self.last_actual is None:
            flows = cohort_flows(self.cohort, self.policies, *self.printed)
        else:
            actual, policy = self.actuals.flows(self.cohort), self.policy(self.method)
            late = int(actual.clawed_back.sum())
            flows = cohort_flows(self.cohort, self.policies, *self.printed, clawed_back=late)
            flows = post_on_days(flows, actual, policy, self.last_actual)
        return post(flows, self.policies.presentation)

    def _owed_at_expiry(self, cohort: Cohort, actuals: BookedActuals) -> IntArray | None:
        """What the register shows when the promotion is over, where it goes so far."""
        scenario, forecast = cohort.scenario, cohort.owed_at_expiry
        held = actuals.held_after((scenario.promo_expiry - scenario.starts).days)
        if forecast is None or held is None or self.is_memorandum:
            return forecast
        return np.full(forecast.shape, held * int(cohort.price[0]), dtype=np.int64)


def last_payday(scenario: Scenario) -> date | None:
    """The day by which the platform has paid for every voucher sold; None where it pays for those
    redeemed only."""
    clock = build_clock((scenario,))
    payments = clock.campaigns[0].payments(clock.horizon)
    return clock.date_of(max(payments)) if payments else None


def _without_till(cohort: Cohort, last: int) -> dict[str, IntArray]:
    """Amounts without those of visits up to a period: a register knows vouchers, not the till.

    Tax contained in the vouchers used is that of the register, and stays.
    """
    later = np.arange(len(cohort.cuts)) > last
    gone = TILL if cohort.tax_in_cash is not None else (*TILL, "tax_in_time", "tax_late")
    return {
        name: values * later if name in gone else values for name, values in cohort.cash.items()
    }

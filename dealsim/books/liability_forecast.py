"""What a forecast of the voucher liability holds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dealsim.books.actual_versus_forecast import RegisterComparison
from dealsim.books.breakage import BreakageMethod
from dealsim.books.chart import Chart
from dealsim.books.closing_position import ClosingPosition
from dealsim.books.journal import Entry
from dealsim.books.periods import Every
from dealsim.books.policies import Assumption
from dealsim.books.statement import Statement
from dealsim.books.subledger import FloatArray, IntArray
from dealsim.errors import Problem
from dealsim.scenario import Scenario

DISCLAIMER = "Not legal, tax or accounting advice."


@dataclass(frozen=True)
class Fall:
    """A lapse, or what goes to the state: what a day takes off the liability (`owed`) and off the
    paid value of vouchers held (`held`), (trial,), whole minor units."""

    day: date
    owed: IntArray
    held: IntArray


@dataclass(frozen=True)
class CampaignBooks:
    """One campaign of the books: its terms, estimates and policies, and what is owed on it.

    The words are those of `Liability`; `lines` is its mean roll-forward by reporting period,
    which adds up over the campaigns to that of all, `outstanding` (period,) the mean paid value
    of its vouchers still held.
    """

    name: str
    scenario: Scenario
    policy: BreakageMethod
    on_redemption: bool
    expiry: date
    owed_at_expiry: IntArray | None
    best_estimate: float
    constrained: float
    constraint: float
    ultimate_share: float
    assumptions: tuple[Assumption, ...]
    lines: Mapping[str, IntArray]
    outstanding: IntArray


@dataclass(frozen=True)
class Liability:
    """What is owed on vouchers, when it becomes revenue, and the entries.

    All amounts are whole minor units (cents) of `scenario.currency`, without tax added
    at the till or due at issue. Trials
    are futures; arrays over them keep the order of `dealsim.simulate`'s. Dates are the last days
    of months and periods; the last may be the horizon's.

    `table` has the roll-forward by reporting period: mean lines that tie, and bands; `monthly`
    the same by month (the very same object where `period` is `month`). `groups` are the months
    of each period: `month_ends[groups[k]]`. `closing` is the liability and `outstanding` what
    the voucher register shows (price x vouchers still held), both (period, trial).

    `falls` are what lapses and what goes to the state, in the order of their days.

    `ageing` has, for each period end, the mean outstanding paid value by age and state,
    (len(BUCKETS), len(STATES)) in the order of `dealsim.books`; its cells add up to the
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
    then, before any breakage (None where the horizon comes first). `position` is what the books
    say on the register's day, or without one at the end of the first fiscal year; `memo_held` the
    mean number of vouchers held, (period,). `visits` is the mean cash and tax of each month, by
    the names of `dealsim.books.cohort_flows.CASH`.

    `campaigns` are the campaigns that were added up, in their order, mostly one. Of several,
    `scenario` is the first; `policy` and `constraint` are None where they differ, `expiry` is the
    last of theirs, and `on_redemption` holds where it holds for all.

    With a register, what lies before its `actuals.as_of` is what happened, the same in every
    trial, the rest is forecast from there; `actuals` says how the two compare.
    """

    scenario: Scenario
    trials: int
    seed: int
    period: Every
    fiscal_year_end: int
    month_ends: tuple[date, ...]
    period_ends: tuple[date, ...]
    groups: tuple[slice, ...]
    table: Statement
    monthly: Statement
    closing: IntArray
    outstanding: IntArray
    falls: tuple[Fall, ...]
    years: tuple[slice, ...]
    yearly: Statement
    ageing: Mapping[date, IntArray]
    triangle: FloatArray
    triangle_months: tuple[date, ...]
    triangle_factors: FloatArray
    issued: IntArray
    journal: tuple[Entry, ...]
    chart: Chart
    policy: BreakageMethod | None
    policies: Mapping[str, IntArray]
    policy_closings: Mapping[str, IntArray]
    best_estimate: float
    constrained: float
    constraint: float | None
    ultimate_share: float
    expiry: date
    owed_at_expiry: IntArray | None
    position: ClosingPosition
    memo_held: FloatArray
    visits: Mapping[str, IntArray]
    on_redemption: bool
    assumptions: tuple[Assumption, ...]
    warnings: tuple[Problem, ...]
    actuals: RegisterComparison | None = None
    campaigns: tuple[CampaignBooks, ...] = ()

    @property
    def name(self) -> str:
        """The scenario's name, or those of all campaigns."""
        if len(self.campaigns) < 2:
            return self.scenario.name
        return "; ".join(one.name for one in self.campaigns)

    @property
    def sha256(self) -> str:
        """The scenario's hash; of several campaigns the hash of theirs, one a line."""
        if len(self.campaigns) < 2:
            return self.scenario.sha256
        lines = "".join(f"{one.scenario.sha256}\n" for one in self.campaigns)
        return hashlib.sha256(lines.encode("ascii")).hexdigest()

    @property
    def starts(self) -> date:
        """The first day on which a voucher may be sold."""
        return min([one.scenario.starts for one in self.campaigns], default=self.scenario.starts)

    @property
    def mode(self) -> str:
        """How the futures were simulated: always `sampled`."""
        return "sampled"

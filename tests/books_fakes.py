"""Made-up books for the tests of the workbook and of the plots of the books.

What `dealsim.liability` returns: a scenario that is loaded, and vouchers whose fates are drawn
here, through the functions of `dealsim.books` alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

import dealsim
from dealsim.books import EARNED, CampaignBooks, ClosingPosition, Liability
from dealsim.books.ageing import IssueDates, ageing_table
from dealsim.books.breakage import BreakagePolicy, ultimate_share
from dealsim.books.chart import chart_of_accounts
from dealsim.books.cohort_flows import CohortFlows
from dealsim.books.entries import PresentationPolicy
from dealsim.books.periods import Every, group_periods
from dealsim.books.policies import Assumption
from dealsim.books.posting import post
from dealsim.books.rollforward import RollForward, regroup, roll_forward
from dealsim.books.statement import statement
from dealsim.books.subledger import VoucherSubledger, mean_to_date
from dealsim.units import Span, minor_digits, to_minor
from tests.actuals_fakes import MadeUpRegister, comparison
from tests.books.cohorts import from_totals

SCENARIO = Path(__file__).parents[1] / "scenarios" / "one-coupon.yaml"
Method = Literal["none", "proportional", "remote"]


@dataclass(frozen=True)
class Setting:
    """What a test may ask of made-up books."""

    policy: Method = "proportional"
    period: Every = "month"
    trials: int = 400
    months: int = 37
    price: int = 10
    currency: str = "CAD"
    name: str = "Blend Creations, $10 for $20 of jewelry"
    vouchers: int = 450
    escheat: float = 0.0
    on_redemption: bool = False
    source: str = "the scenario"
    accounts: tuple[tuple[str, str], ...] = ()
    register: MadeUpRegister | None = None


SETTINGS = {
    "usual": Setting(),
    "none": Setting(policy="none"),
    "remote by quarter": Setting(policy="remote", period="quarter"),
    "by year": Setting(period="year", months=60),
    "escheat": Setting(escheat=0.6),
    "one trial": Setting(trials=1),
    "yen": Setting(currency="JPY", price=1500),
    "dinar": Setting(currency="KWD", price=7),
    "millions": Setting(price=90_000, vouchers=4000),
    "no vouchers": Setting(vouchers=0),
    "one month": Setting(months=1),
    "on redemption": Setting(on_redemption=True, policy="none"),
    "odd name": Setting(
        name='=HYPERLINK("http://a.example","$1_2^3") & 札幌 \u202e\n' + "word " * 40,
        source="@SUM(1)",
        accounts=(("voucher_liability", "=2+3"), ("cash", "-Bank")),
        register=MadeUpRegister(file="=HYPERLINK(1).csv", month=2),
    ),
    "register": Setting(register=MadeUpRegister()),
    "register before expiry": Setting(register=MadeUpRegister(month=2, ladder=False)),
    "register of a year": Setting(period="year", register=MadeUpRegister(month=20), months=60),
    "register far off": Setting(register=MadeUpRegister(factor=4.0)),
    "small register": Setting(vouchers=20, register=MadeUpRegister()),
    "register to the end": Setting(months=8, register=MadeUpRegister(month=7)),
    "register, on redemption": Setting(
        on_redemption=True, policy="none", register=MadeUpRegister()
    ),
    "register, one trial": Setting(trials=1, register=MadeUpRegister()),
    "nothing sold": Setting(vouchers=0, register=MadeUpRegister(ladder=False)),
}


@cache
def books(title: str = "usual") -> Liability:
    """The made-up books of a setting by its title."""
    return make_books(SETTINGS[title])


def _ends(months: int) -> tuple[date, ...]:
    first = date(2011, 4, 1)
    return tuple(Span(k, "months").after(first) - timedelta(days=1) for k in range(months))


def _register(chosen: Setting, unit: int) -> VoucherSubledger:
    """Sold in the first month, refunds in it; half comes soon, a tenth late."""
    generator = np.random.default_rng(7)
    shape = (chosen.months, chosen.trials)
    steps = np.arange(chosen.months)[:, np.newaxis]
    spread = max(1, chosen.vouchers // 3)
    low = chosen.vouchers - spread if chosen.vouchers else 0
    sold = generator.integers(low, chosen.vouchers + spread * (low > 0) + 1, chosen.trials)
    share = generator.uniform(0.65, 0.9, chosen.trials)
    in_time = np.where(steps < 6, 1 - (1 - share) ** ((steps + 1) / 6), share)
    late = np.where(steps < 6, 0.0, (1 - share) * 0.4 * (1 - 0.5 ** ((steps - 5) / 9)))
    back = np.broadcast_to(np.floor(0.02 * sold), shape)
    held = sold - back
    found = {
        "refunded": back,
        "redeemed_in_time": np.floor(in_time * held),
        "presented_late": np.floor(late * held),
    }
    paid = {name: (unit * values).astype(np.int64) for name, values in found.items()}
    return from_totals(np.broadcast_to(unit * sold, shape).astype(np.int64), **paid)


def make_books(chosen: Setting) -> Liability:
    """Books as `chosen`; every identity of the real ones holds."""
    changes = {"name": chosen.name, "currency": chosen.currency}
    scenario = dealsim.load(SCENARIO).model_copy(update=changes)
    unit = chosen.price * 10 ** minor_digits(chosen.currency)
    register, ends = _register(chosen, unit), _ends(chosen.months)
    used, issued = (one.sum(axis=0) for one in (register.exercised, register.net_issued))
    u = ultimate_share(0.97 * used + 0.03 * unit, issued, 0.9)
    methods: tuple[Method, ...] = ("none", "proportional", "remote")
    dormant = 30 if chosen.escheat and chosen.months > 30 else None
    rolls = {
        method: roll_forward(
            register, BreakagePolicy(method, u, chosen.escheat, min(24, chosen.months - 1), dormant)
        )
        for method in methods
    }
    groups, years = group_periods(ends, chosen.period), group_periods(ends, "year")
    roll = rolls[chosen.policy]
    held_to_date = regroup(roll, groups).held
    if chosen.on_redemption:
        roll = roll_forward(
            VoucherSubledger.of(np.zeros_like(register.issued)), BreakagePolicy("none")
        )
    by_period, monthly = regroup(roll, groups), statement([roll])
    printed = monthly if chosen.period == "month" else statement([roll], groups)
    held = to_minor(held_to_date.mean(axis=1), 0)
    lasts = tuple(ends[group.stop - 1] for group in groups)
    cohort = IssueDates(date(2011, 3, 1), date(2011, 9, 4), None, date(2013, 9, 30))
    shares = {} if chosen.on_redemption else rolls
    flows = CohortFlows(
        ends,
        monthly.mean,
        monthly.released,
        commission=0.5,
        remote=chosen.policy == "remote",
        cash={"payouts": to_minor(0.5 * monthly.mean["issued"], 0)},
    )
    campaign = CampaignBooks(
        name=scenario.name,
        scenario=scenario,
        policy=chosen.policy,
        on_redemption=chosen.on_redemption,
        expiry=date(2011, 9, 4),
        owed_at_expiry=None,
        best_estimate=0.84,
        constrained=u,
        constraint=0.9,
        ultimate_share=u,
        assumptions=(),
        lines=printed.mean,
        outstanding=held,
    )
    return Liability(
        campaigns=(campaign,),
        scenario=scenario,
        trials=chosen.trials,
        seed=1,
        period=chosen.period,
        fiscal_year_end=12,
        month_ends=ends,
        period_ends=lasts,
        groups=groups,
        table=printed,
        monthly=monthly,
        closing=by_period.closing,
        outstanding=held_to_date,
        falls=(),
        years=years,
        yearly=statement([roll], years),
        ageing={end: ageing_table([cohort], held[k : k + 1], end) for k, end in enumerate(lasts)},
        triangle=_triangle(register),
        triangle_months=(date(2011, 3, 1),),
        triangle_factors=np.ones(chosen.months - 1),
        issued=to_minor(issued.mean(keepdims=True), 0),
        journal=post(flows, PresentationPolicy(on_redemption=chosen.on_redemption)),
        chart=chart_of_accounts(dict(chosen.accounts)),
        policy=chosen.policy,
        policies={name: _recognised(one, groups) for name, one in shares.items()},
        policy_closings={
            name: to_minor(regroup(one, groups).closing.mean(axis=1), 0)
            for name, one in shares.items()
        },
        best_estimate=0.84,
        constrained=u,
        constraint=0.9,
        ultimate_share=u,
        expiry=date(2011, 9, 4),
        owed_at_expiry=None,
        position=_position(chosen, register, roll, years[0].stop - 1, ends),
        memo_held=held_to_date.mean(axis=1) / unit,
        visits={},
        on_redemption=chosen.on_redemption,
        assumptions=(Assumption("accounting.breakage", chosen.policy, chosen.source),),
        warnings=(),
        actuals=comparison(chosen.register, register, monthly, ends, unit)
        if chosen.register
        else None,
    )


def _position(
    chosen: Setting, register: VoucherSubledger, roll: RollForward, first: int, ends: Any
) -> ClosingPosition:
    """The books at the end of the register's month, or of the first year."""
    told = chosen.register
    period = first if told is None else min(told.month, len(ends) - 1)
    lines = statement([roll]).mean
    held = register.held[period].mean()
    low, middle, high = (
        int(to_minor(mark, 0)) for mark in np.percentile(roll.closing[period], (5, 50, 95))
    )
    return ClosingPosition(
        ends[period],
        int(lines["closing"][period]),
        (low, middle, high),
        int(to_minor(held, 0)),
        int(to_minor(0.1 * held, 0)),
        sum(int(lines[name][: period + 1].sum()) for name in EARNED),
    )


def _recognised(roll: Any, groups: Any) -> Any:
    grouped = regroup(roll, groups).lines
    flows = grouped["breakage"] + grouped["breakage_reestimate"]
    return to_minor(np.cumsum(flows, axis=0).mean(axis=1), 0)


def _triangle(register: VoucherSubledger) -> Any:
    return np.asarray(mean_to_date(register.exercised), dtype=np.float64)[np.newaxis]

"""What the expected journal books of one cohort, period by period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from dealsim.books.cohort import Cohort
from dealsim.books.periods import first_period
from dealsim.books.policies import AccountingPolicies
from dealsim.books.subledger import IntArray
from dealsim.scenario import OnRedemption
from dealsim.uncertain import Uncertain
from dealsim.units import to_minor

CASH = (
    "payouts",
    "card_fees",
    "fixed_fee",
    "fixed_fee_tax",
    "cash_in_time",
    "cash_late",
    "tax_in_time",
    "tax_late",
    "tax_lapsed",
    "cost_in_time",
    "cost_late",
    "escheat_remitted",
    "escheat_beyond",
)
"""Amounts of a period beside the roll-forward's lines; those left out are 0.

`payouts` is what the platform settles before its card fee; `cash_*` what customers paid on top of
their vouchers, without the `tax_*` where that is added to it; `cost_*` the cost of what was served;
`fixed_fee_tax` the tax on the fixed fee that the state gives back;
`escheat_beyond` what the state gets beyond what was a liability."""


@dataclass(frozen=True)
class CohortFlows:
    """What happened to one cohort, (period,) whole minor units; `days` are the days of entry.

    Periods may be months, or as short as the entries are to be dated exactly.

    `lines` are a roll-forward's, of one trial or as printed, and `released` the breakage on
    vouchers that lapsed (`RollForward.released`,
    `Statement.released`). `remote` says that breakage
    was recognised as remote rather than with redemptions. `commission` is the platform's share
    of the price, `issue_tax` the rate of a tax on issue (the lines are then without it),
    `promotional` the promotional value per unit of paid value, gone from the end of period
    `promotion_ends` on; with `promotion_survives` late ones are worth it too until then. Where
    that period ends later than the promotion, `promotion_day` is the promotion's last day: what
    can only have happened by then is entered on it.
    `late_paid`: paid on redemption, the platform pays for late ones too. `clawed_back` is the
    part of `refunded` that comes after the platform's last payout, with which it had paid for
    these vouchers (nothing where left out).
    `fee_tax` is the tax on the platform's share of the price that the state gives back.
    `tax_in_cash`: the taxes are contained in the amounts, and this part of what customers pay on
    top is tax; None: they are added to it. `cash_only`: all of them are in what customers pay on
    top, none in the vouchers.
    """

    days: Sequence[date]
    lines: Mapping[str, IntArray]
    released: IntArray
    commission: float = 0.0
    cash: Mapping[str, IntArray] = field(default_factory=dict)
    remote: bool = False
    issue_tax: float = 0.0
    promotional: float = 0.0
    promotion_ends: int | None = None
    promotion_day: date | None = None
    promotion_survives: bool = False
    late_paid: bool = False
    fee_tax: float = 0.0
    tax_in_cash: float | None = None
    cash_only: bool = False
    clawed_back: IntArray | None = None

    def __post_init__(self) -> None:
        unknown = set(self.cash) - set(CASH)
        if unknown:
            raise ValueError(f"unknown amounts: {', '.join(sorted(unknown))}")
        if {len(values) for values in (*self.lines.values(), *self.cash.values())} != {
            len(self.days)
        }:
            raise ValueError("every line has one amount for each day of entry")


def cohort_flows(
    cohort: Cohort,
    policies: AccountingPolicies,
    lines: Mapping[str, IntArray],
    released: IntArray,
    clawed_back: int = 0,
) -> CohortFlows:
    """Printed mean lines of a cohort with their releases (`printed_lines`), and its cash, to be
    booked on the last days of its periods.

    `clawed_back` of the refunds comes after the last payout, by the days of a register.
    """
    payout = cohort.scenario.platform.payout
    late_paid = isinstance(payout, OnRedemption) and payout.late == "paid"
    escheated = np.asarray(lines["escheated"])
    beyond = np.zeros_like(escheated)
    if policies.escheat_exceeds or cohort.issue_tax:
        beyond = cohort.escheat_paid - escheated
    cash = {**cohort.cash, "escheat_remitted": escheated, "escheat_beyond": beyond}
    paid_for = int(lines["issued"].sum() - lines["refunded"].sum()) + clawed_back
    if policies.presentation.on_redemption:
        paid_for = int(lines["redeemed_in_time"].sum() + late_paid * lines["presented_late"].sum())
    settled, commission = _settled(cohort, paid_for)
    cash |= settled
    return CohortFlows(
        days=[cut - timedelta(days=1) for cut in cohort.cuts],
        lines=lines,
        released=released,
        commission=commission,
        cash=cash,
        remote=policies.breakage == "remote",
        issue_tax=cohort.issue_tax,
        late_paid=late_paid,
        fee_tax=cohort.fee_tax,
        tax_in_cash=cohort.tax_in_cash,
        cash_only=policies.tax.point == "issue" or policies.tax.base == "cash_only",
        **_promotion(cohort, policies),
    )


def _promotion(cohort: Cohort, policies: AccountingPolicies) -> dict[str, Any]:
    """The promotional value per unit of the price, and the period in which it ends.

    Where the face value survives expiry it goes with the liability itself: when that lapses, or
    leaves the books as remote.
    """
    scenario, deal = cohort.scenario, cohort.scenario.deal
    survives = deal.after_expiry == "face_value"
    ends: date | None = scenario.promo_expiry
    if survives:
        remote = policies.remote_on if policies.breakage == "remote" else None
        lasts = [day for day in (scenario.paid_value_lapse, remote) if day is not None]
        ends = min(lasts, default=None)
    return {
        "promotional": max(0.0, deal.face_value.mean() / deal.price.mean() - 1.0),
        "promotion_ends": first_period(cohort.cuts, ends),
        "promotion_day": None if survives else scenario.promo_expiry,
        "promotion_survives": survives,
    }


def _settled(cohort: Cohort, sold: int) -> tuple[dict[str, IntArray], float]:
    """Payouts and card fees, and the platform's share of the price: payouts clear the receivable,
    cash is what the simulation paid.

    `sold` is the paid value of the vouchers that the platform paid for: those refunded after its
    last payout are among them, and what it will claim back for them is no receivable. Who pays no
    card fee has none in the books: what the platform does not pay is its share, to the last cent.
    """
    remittance = cohort.cash["payouts"]
    # of the same amounts, and rounded in the same way, as the receivable
    with_tax, net = 1.0 + cohort.issue_tax, float(sold)
    fee, fee_tax = (
        int(to_minor(share * with_tax * net, 0)) for share in (cohort.commission, cohort.fee_tax)
    )
    base = sold + int(to_minor(cohort.issue_tax * net, 0)) - fee_tax
    paid = remittance.cumsum()
    if not len(paid) or paid[-1] == 0:
        nil = np.zeros_like(paid)
        return {"payouts": nil, "card_fees": nil}, cohort.commission
    if _is_nil(cohort.scenario.platform.card_fee) and 0 <= paid[-1] <= base:
        share = float(base - paid[-1]) / (with_tax * net)
        return {"payouts": remittance, "card_fees": np.zeros_like(paid)}, share
    gross = to_minor((base - fee) * (paid / paid[-1]), 0)
    settled = {
        "payouts": np.diff(gross, prepend=0),
        "card_fees": np.diff(gross - paid, prepend=0),
    }
    return settled, cohort.commission


def _is_nil(fee: Uncertain) -> bool:
    return fee.is_constant and fee.mean() == 0

"""From a simulation's months to a register in money, and to the cash beside it.

The price is what is charged: where it is uncertain, each trial's is rounded to whole minor units
before vouchers are counted with it. Cash and cost are means: they are the expected journal's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import numpy as np

from dealsim.books.policies import AccountingPolicies
from dealsim.books.posting import CohortFlows
from dealsim.books.statement import Statement
from dealsim.books.subledger import FloatArray, IntArray, VoucherSubledger
from dealsim.books.tax import TaxRule, tax_at_issue, tax_base, tax_on
from dealsim.scenario import OnRedemption, Scenario
from dealsim.units import minor_digits, to_minor


class Simulated(Protocol):
    """What is read of a finished simulation (`dealsim.simulation.Result`)."""

    @property
    def scenario(self) -> Scenario: ...
    @property
    def inputs(self) -> Mapping[str, FloatArray]: ...
    @property
    def timeline(self) -> Mapping[str, FloatArray]: ...
    @property
    def month_ends(self) -> tuple[date, ...]: ...


@dataclass(frozen=True)
class Cohort:
    """Vouchers in money: `register` and `held` vouchers (period, trial), by month.

    `ultimate` (trial,) is the paid value exercised by the horizon and expected after it.
    `price` (trial,) is the price in minor units without tax on issue, `issue_tax` that tax per
    unit of it. `commission` is the platform's mean share of the price. `cash` has mean amounts
    of each month by the names of `dealsim.books.posting.CASH`, `escheat_paid` is what the state
    gets in each, less what is claimed back.
    """

    register: VoucherSubledger
    held: FloatArray
    ultimate: FloatArray
    price: IntArray
    issue_tax: float
    commission: float
    cash: Mapping[str, IntArray]
    escheat_paid: IntArray


def cohort_of(result: Simulated, rule: TaxRule) -> Cohort:
    """The vouchers of a simulation with `books=True`, in money."""
    line, trials = result.timeline, result.timeline["held"].shape[1]
    digits = minor_digits(result.scenario.currency)
    charged = to_minor(_input(result, "deal.price", trials), digits)
    tax = tax_at_issue(charged, rule)
    price = charged - tax
    register = VoucherSubledger.of(
        price * _to_date(line["vouchers_sold"]),
        refunded=price * _to_date(line["vouchers_refunded"]),
        redeemed_in_time=price * _to_date(line["redeemed_in_time"]),
        presented_late=price * _to_date(line["presented_late"]),
        cashed_out=price * _to_date(line["cashed_out"]),
        lapsed=price * _to_date(line["lapsed"]),
    )
    ultimate = register.exercised[-1] + price * line["to_come"].sum(axis=0)
    share = _input(result, "platform.commission", trials)
    net = charged * (_to_date(line["vouchers_sold"]) - _to_date(line["vouchers_refunded"]))[-1]
    whole = float(net.mean())
    commission = float((share * net).mean()) / whole if whole > 0 else float(share.mean())
    return Cohort(
        register,
        line["held"],
        ultimate,
        price,
        float(tax.mean()) / float(price.mean()) if tax.any() else 0.0,
        commission,
        _cash(result, register, rule, digits),
        _whole(line["escheat_paid"].mean(axis=1), digits),
    )


def flows_of(
    result: Simulated,
    chosen: AccountingPolicies,
    known: Cohort,
    monthly: Statement,
    days: Sequence[date],
) -> CohortFlows:
    """What the expected journal books, month by month: printed mean lines, and the cash."""
    payout = result.scenario.platform.payout
    late_paid = isinstance(payout, OnRedemption) and payout.late == "paid"
    escheated = np.asarray(monthly.mean["escheated"])
    beyond = np.zeros_like(escheated)
    if chosen.escheat_exceeds or known.issue_tax:
        beyond = known.escheat_paid - escheated
    cash = {**known.cash, "escheat_remitted": escheated, "escheat_beyond": beyond}
    cash |= _settled(known, monthly, chosen.booking.on_redemption, late_paid)
    return CohortFlows(
        days=days,
        lines=monthly.mean,
        released=monthly.released,
        commission=known.commission,
        cash=cash,
        remote=chosen.breakage == "remote",
        issue_tax=known.issue_tax,
        late_paid=late_paid,
        tax_included=chosen.tax.inclusive,
        **_promotion(result.scenario, chosen, result.month_ends),
    )


def _promotion(
    scenario: Scenario, chosen: AccountingPolicies, cuts: Sequence[date]
) -> dict[str, Any]:
    """The promotional value per unit of the price, and the month in which it ends.

    Where the face value survives expiry it goes with the liability itself: when that lapses, or
    leaves the books as remote.
    """
    deal = scenario.deal
    survives = deal.after_expiry == "face_value"
    ends: date | None = scenario.promo_expiry
    if survives:
        remote = chosen.remote_on if chosen.breakage == "remote" else None
        lasts = [day for day in (scenario.paid_value_lapse, remote) if day is not None]
        ends = min(lasts, default=None)
    return {
        "promotional": max(0.0, deal.face_value.mean() / deal.price.mean() - 1.0),
        "promotion_ends": next((k for k, cut in enumerate(cuts) if ends and cut >= ends), None),
        "promotion_survives": survives,
    }


def issue_shares(register: VoucherSubledger) -> FloatArray:
    """Share of what was issued to date that was issued in each month, (period, month).

    Vouchers are alike whenever sold: refunds and redemptions fall on the months of issue in
    these proportions.
    """
    mean = register.issued.mean(axis=1)
    months = np.diff(mean, prepend=0.0)
    seen = np.tril(np.ones((len(mean), len(mean))))
    by_month = seen * months
    total = by_month.sum(axis=1, keepdims=True)
    return np.divide(by_month, total, out=np.zeros_like(by_month), where=total > 0)


def _settled(
    known: Cohort, monthly: Statement, on_redemption: bool, late_paid: bool
) -> dict[str, IntArray]:
    """Payouts and card fees: payouts clear the receivable, cash is what the simulation paid.

    Vouchers refunded after the last payout are not paid for again: the receivable then ends in
    credit, what the platform will claim back.
    """
    lines = monthly.mean
    last = int(np.flatnonzero(known.cash["payouts"]).max(initial=0))
    base = lines["issued"].sum() - lines["refunded"][: last + 1].sum()
    if on_redemption:
        base = lines["redeemed_in_time"].sum() + late_paid * lines["presented_late"].sum()
    base = int(to_minor(float(base) * (1.0 + known.issue_tax), 0))
    share = known.commission * (1.0 + known.issue_tax)
    fee = int(to_minor(share * base / (1.0 + known.issue_tax), 0))
    paid = known.cash["payouts"].cumsum()
    if not len(paid) or paid[-1] == 0:
        return {"payouts": np.zeros_like(paid), "card_fees": np.zeros_like(paid)}
    gross = to_minor((base - fee) * (paid / paid[-1]), 0)
    return {
        "payouts": np.diff(gross, prepend=0),
        "card_fees": np.diff(gross - paid, prepend=0),
    }


def _cash(
    result: Simulated, register: VoucherSubledger, rule: TaxRule, digits: int
) -> dict[str, IntArray]:
    """Mean money of each month: remittance as `payouts`, till, tax and cost by time of visit."""
    line = result.timeline
    trials = line["held"].shape[1]
    kept = 1.0 - _input(result, "platform.commission", trials)
    kept = kept - _input(result, "platform.card_fee", trials)
    amount = {name: line[name].mean(axis=1) for name in ("remittance", "fixed_fee")}
    for name, total in (("till", "till_receipts"), ("cost", "voucher_visit_cost")):
        late = line[f"{name}_late"].mean(axis=1)
        amount |= {f"{name}_late": late, f"{name}_in_time": line[total].mean(axis=1) - late}
    out = {"payouts": _whole(amount["remittance"], digits)}
    out["fixed_fee"] = _whole(amount["fixed_fee"], digits)
    used = {"in_time": register.redeemed_in_time, "late": register.presented_late}
    for when, paid in used.items():
        till = _whole(amount[f"till_{when}"], digits)
        base = tax_base(
            "cash_only" if rule.point == "issue" else rule.base,
            paid=to_minor(paid.mean(axis=1), 0),
            worth=_whole(line[f"covered_{when}"].mean(axis=1), digits).cumsum(),
            cash=till.cumsum(),
            received=to_minor((paid * kept).mean(axis=1), 0),
        )
        out[f"cash_{when}"] = till
        out[f"tax_{when}"] = np.diff(tax_on(base, rule), prepend=0)
        out[f"cost_{when}"] = _whole(amount[f"cost_{when}"], digits)
    return out


def _whole(monthly: FloatArray, digits: int) -> IntArray:
    """Monthly amounts in currency units as whole minor units that add up to the rounded total."""
    return np.diff(to_minor(monthly.cumsum(), digits), prepend=0)


def _to_date(flows: FloatArray) -> IntArray:
    """Whole vouchers to date from monthly flows."""
    return np.rint(np.cumsum(flows, axis=0)).astype(np.int64)


def _input(result: Simulated, path: str, trials: int) -> FloatArray:
    """An input by trial, drawn or constant, (trials,)."""
    if path in result.inputs:
        return result.inputs[path][:trials]
    value = result.scenario.numbers().get(path)
    return np.full(trials, 0.0 if value is None else value.mean())

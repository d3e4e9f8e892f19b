"""One cohort's vouchers in money, and the cash beside them, from a simulation.

The one file that reads what a simulation found. The price is what is charged: where it is
uncertain, each trial's is rounded to whole minor units before vouchers are counted with it. Cash
and cost are means: they are the expected journal's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from dealsim.books.subledger import FloatArray, IntArray, VoucherSubledger, mean_to_date
from dealsim.books.tax import TaxRule, tax_at_issue, tax_at_redemption
from dealsim.results import Result
from dealsim.scenario import Scenario
from dealsim.units import minor_digits, to_minor


@dataclass(frozen=True)
class Cohort:
    """The vouchers of one campaign in money, whole minor units, flows of the periods that end at
    `cuts` (dates, 00:00).

    `scenario` has the campaign's terms. `subledger` and `held`, vouchers held at each period's
    end (of packs, their uses), are (period, trial). `ultimate` (trial,) is the paid value exercised
    by the horizon and expected after it. `price` (trial,) is the price without tax on issue,
    `issue_tax` that tax per unit of it. `commission` is the platform's mean share of the price,
    with the tax on it that nobody gives back; `fee_tax` is the tax on it that the state does give
    back, by the price.
    `tax_in_cash` is the part of what customers pay on top that is tax, None where tax is added.
    `cash` has mean amounts of each period by the names of `dealsim.books.cohort_flows.CASH`,
    `escheat_paid` is what the state gets in each, less what is claimed back. `owed_at_expiry`
    (trial,) is the paid value held when the promotion is over, its last day still of it; None
    where the horizon comes first.
    """

    scenario: Scenario
    cuts: tuple[date, ...]
    subledger: VoucherSubledger
    held: FloatArray
    ultimate: FloatArray
    price: IntArray
    issue_tax: float
    commission: float
    fee_tax: float
    tax_in_cash: float | None
    cash: Mapping[str, IntArray]
    escheat_paid: IntArray
    owed_at_expiry: IntArray | None


def cohort_of(result: Result, rule: TaxRule, campaign: int = 0) -> Cohort:
    """The vouchers of one campaign of a simulation that kept "cohorts", in money."""
    line, scenario = result.cohorts[campaign], result.campaigns[campaign]
    digits = minor_digits(scenario.currency)
    charged = to_minor(result.input("deal.price", campaign), digits)
    if rule.inclusive and scenario.sales_tax is not None:
        rule = replace(rule, rate=result.input("accounting.sales_tax.rate", campaign))
    tax = tax_at_issue(charged, rule)
    price = charged - tax
    counts = {name: np.rint(line[count]).astype(np.int64) for name, count in FATES.items()}
    uses = scenario.deal.uses
    subledger = VoucherSubledger.of(**_in_money(counts, price, uses))
    commission, card_fee = (
        result.input(f"platform.{name}", campaign) for name in ("commission", "card_fee")
    )
    on_fee, given_back = _tax_on_fee(result, campaign)
    kept = (counts["issued"] - counts["refunded"]).sum(axis=0)
    sold = kept if kept.any() else np.ones_like(kept)
    weights = charged * sold
    share = commission * (1.0 + on_fee * (1.0 - given_back))
    issue_tax = float((tax * sold).mean() / (price * sold).mean()) if tax.any() else 0.0
    owed = line["liability_at_expiry"][0]
    return Cohort(
        scenario,
        result.month_ends,
        subledger,
        line["held"],
        subledger.exercised.sum(axis=0) + price / uses * line["to_come"].sum(axis=0),
        price,
        issue_tax,
        float(np.average(share, weights=weights)),
        float(np.average(commission * on_fee * given_back, weights=weights)),
        float(np.mean(rule.rate / (1.0 + rule.rate))) if rule.inclusive else None,
        _cash(line, subledger, rule, digits, commission + card_fee)
        | _fixed_fee(line, digits, on_fee, given_back),
        _whole(line["escheat_paid"].mean(axis=1), digits),
        None if np.isnan(owed).any() else to_minor(owed, digits),
    )


def _in_money(counts: Mapping[str, IntArray], price: IntArray, uses: int) -> dict[str, IntArray]:
    """Flows of vouchers at their price. Of a pack each use is worth the same part of it in whole
    minor units, one now and then a unit more, so that the uses held are worth their part of the
    price and the last use takes the rest (eq. 10.7)."""
    money = {name: price * count for name, count in counts.items() if name in WHOLE}
    in_uses = [name for name in FATES if name not in WHOLE]
    ends = sum((counts[name] for name in in_uses), np.zeros_like(counts["issued"]))
    before = np.cumsum(ends, axis=0) - ends
    for name in in_uses:
        after = before + counts[name]
        money[name] = _worth(after, price, uses) - _worth(before, price, uses)
        before = after
    return money


def _worth(ended: IntArray, price: IntArray, uses: int) -> IntArray:
    """What uses that have ended were worth together, halves down: those left are rounded up."""
    return -((uses - 2 * ended * price) // (2 * uses))


def _tax_on_fee(result: Result, campaign: int) -> tuple[FloatArray, FloatArray]:
    """Rate of the tax on the platform's fee, and the share of it that the state gives back."""
    terms = result.campaigns[campaign].sales_tax
    given_back = result.input("accounting.sales_tax.input_credit", campaign)
    if terms is None or terms.input_credit is None:
        given_back = np.ones_like(given_back)
    return result.input("accounting.sales_tax.on_fee", campaign), given_back


FATES = {
    "issued": "vouchers_sold",
    "refunded": "vouchers_refunded",
    "redeemed_in_time": "redeemed_in_time",
    "presented_late": "presented_late",
    "cashed_out": "cashed_out",
    "lapsed": "lapsed",
}
"""Flows of a sub-ledger, and the counts of vouchers they are the price of."""
WHOLE = ("issued", "refunded")
"""Those told in whole packs; the others in uses."""


def _cash(
    line: Mapping[str, FloatArray],
    subledger: VoucherSubledger,
    rule: TaxRule,
    digits: int,
    withheld: FloatArray,
) -> dict[str, IntArray]:
    """Mean money of each period: remittance as `payouts`, till, tax and cost by time of visit.

    Tax in prices is what the run says; tax added at the till is reckoned here.

    `withheld` is the platform's share of the price, fees included, by trial."""
    amount: dict[str, FloatArray] = {}
    for name, total in (("till", "till_receipts"), ("cost", "voucher_visit_cost")):
        late = line[f"{name}_late"].mean(axis=1)
        amount |= {f"{name}_late": late, f"{name}_in_time": line[total].mean(axis=1) - late}
    out = {"payouts": _whole(line["remittance"].mean(axis=1), digits)}
    out["tax_lapsed"] = _whole(line["tax_lapsed"].mean(axis=1), digits)
    used = {"in_time": subledger.redeemed_in_time, "late": subledger.presented_late}
    for when, paid in used.items():
        till = _whole(amount[f"till_{when}"], digits)
        out[f"cash_{when}"] = till
        out[f"cost_{when}"] = _whole(amount[f"cost_{when}"], digits)
        if rule.inclusive:
            out[f"tax_{when}"] = _whole(line[f"tax_{when}"].mean(axis=1), digits)
            continue
        # of amounts to date, so that the rounding of a period is made good in the next
        tax = tax_at_redemption(
            rule,
            paid=to_minor(mean_to_date(paid), 0),
            worth=_whole(line[f"covered_{when}"].mean(axis=1), digits).cumsum(),
            cash=till.cumsum(),
            received=to_minor(np.cumsum((paid * (1.0 - withheld)).mean(axis=1)), 0),
        )
        out[f"tax_{when}"] = np.diff(tax, prepend=0)
    return out


def _fixed_fee(
    line: Mapping[str, FloatArray], digits: int, on_fee: FloatArray, given_back: FloatArray
) -> dict[str, IntArray]:
    """The fixed fee with the tax on it that nobody gives back, and the tax that the state does."""
    paid = line["fixed_fee"]
    back = paid * (on_fee * given_back / (1.0 + on_fee * (1.0 - given_back)))
    return {
        "fixed_fee": _whole(paid.mean(axis=1), digits),
        "fixed_fee_tax": _whole(back.mean(axis=1), digits),
    }


def _whole(flows: FloatArray, digits: int) -> IntArray:
    """Flows in currency units as whole minor units that add up to the rounded total."""
    return np.diff(to_minor(flows.cumsum(), digits), prepend=0)

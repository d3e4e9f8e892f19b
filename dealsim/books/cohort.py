"""One cohort's vouchers in money, and the cash beside them, from a simulation.

The one file that reads what a simulation found. The price is what is charged: where it is
uncertain, each trial's is rounded to whole minor units before vouchers are counted with it. Cash
and cost are means: they are the expected journal's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
    end, are (period, trial). `ultimate` (trial,) is the paid value exercised by the horizon and
    expected after it. `price` (trial,) is the price without tax on issue, `issue_tax` that tax
    per unit of it. `commission` is the platform's mean share of the price. `cash` has mean
    amounts of each period by the names of `dealsim.books.cohort_flows.CASH`, `escheat_paid` is
    what the state gets in each, less what is claimed back. `owed_at_expiry` (trial,) is the paid
    value held when the promotion is over, its last day still of it; None where the horizon comes
    first.
    """

    scenario: Scenario
    cuts: tuple[date, ...]
    subledger: VoucherSubledger
    held: FloatArray
    ultimate: FloatArray
    price: IntArray
    issue_tax: float
    commission: float
    cash: Mapping[str, IntArray]
    escheat_paid: IntArray
    owed_at_expiry: IntArray | None


def cohort_of(result: Result, rule: TaxRule, campaign: int = 0) -> Cohort:
    """The vouchers of one campaign of a simulation that kept "cohorts", in money."""
    line, scenario = result.cohorts[campaign], result.campaigns[campaign]
    digits = minor_digits(scenario.currency)
    charged = to_minor(result.input("deal.price", campaign), digits)
    tax = tax_at_issue(charged, rule)
    price = charged - tax
    counts = {name: np.rint(line[count]).astype(np.int64) for name, count in FATES.items()}
    subledger = VoucherSubledger.of(**{name: price * count for name, count in counts.items()})
    share = result.input("platform.commission", campaign)
    net = charged * (counts["issued"] - counts["refunded"]).sum(axis=0)
    whole = float(net.mean())
    issue_tax = float(tax.mean()) / float(price.mean()) if tax.any() else 0.0
    owed = line["liability_at_expiry"][0]
    return Cohort(
        scenario,
        result.month_ends,
        subledger,
        line["held"],
        subledger.exercised.sum(axis=0) + price * line["to_come"].sum(axis=0),
        price,
        issue_tax,
        float((share * net).mean()) / whole if whole > 0 else float(share.mean()),
        _cash(line, subledger, rule, digits, share + result.input("platform.card_fee", campaign)),
        _whole(line["escheat_paid"].mean(axis=1), digits),
        None if np.isnan(owed).any() else to_minor(owed / (1.0 + issue_tax), digits),
    )


FATES = {
    "issued": "vouchers_sold",
    "refunded": "vouchers_refunded",
    "redeemed_in_time": "redeemed_in_time",
    "presented_late": "presented_late",
    "cashed_out": "cashed_out",
    "lapsed": "lapsed",
}
"""Flows of a sub-ledger, and the counts of vouchers they are the price of."""


def _cash(
    line: Mapping[str, FloatArray],
    subledger: VoucherSubledger,
    rule: TaxRule,
    digits: int,
    withheld: FloatArray,
) -> dict[str, IntArray]:
    """Mean money of each period: remittance as `payouts`, till, tax and cost by time of visit.

    `withheld` is the platform's share of the price, fees included, by trial."""
    amount = {name: line[name].mean(axis=1) for name in ("remittance", "fixed_fee")}
    for name, total in (("till", "till_receipts"), ("cost", "voucher_visit_cost")):
        late = line[f"{name}_late"].mean(axis=1)
        amount |= {f"{name}_late": late, f"{name}_in_time": line[total].mean(axis=1) - late}
    out = {"payouts": _whole(amount["remittance"], digits)}
    out["fixed_fee"] = _whole(amount["fixed_fee"], digits)
    used = {"in_time": subledger.redeemed_in_time, "late": subledger.presented_late}
    for when, paid in used.items():
        till = _whole(amount[f"till_{when}"], digits)
        # of amounts to date, so that the rounding of a period is made good in the next
        tax = tax_at_redemption(
            rule,
            paid=to_minor(mean_to_date(paid), 0),
            worth=_whole(line[f"covered_{when}"].mean(axis=1), digits).cumsum(),
            cash=till.cumsum(),
            received=to_minor(np.cumsum((paid * (1.0 - withheld)).mean(axis=1)), 0),
        )
        out[f"cash_{when}"] = till
        out[f"tax_{when}"] = np.diff(tax, prepend=0)
        out[f"cost_{when}"] = _whole(amount[f"cost_{when}"], digits)
    return out


def _whole(flows: FloatArray, digits: int) -> IntArray:
    """Flows in currency units as whole minor units that add up to the rounded total."""
    return np.diff(to_minor(flows.cumsum(), digits), prepend=0)

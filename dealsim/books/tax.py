"""Sales tax, GST/HST or VAT on vouchers: when it falls due, and on what.

Selling a voucher worth an amount of money is generally not taxed, redeeming it is; single-purpose
vouchers (EU Directive 2016/1065) are taxed on issue. What is taxed at redemption differs:
`paid_plus_cash` (California L-297; CRA letter of 19 July 2011), `face_plus_cash` (New York
TSB-M-11(16)S for a stated face value; Australia s. 100-12), `merchant_receipts`, `cash_only`.
All amounts are whole minor units, of any shape; tax is rounded half up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from dealsim.books.subledger import FloatArray, IntArray
from dealsim.units import to_minor

Point = Literal["redemption", "issue"]
Base = Literal["paid_plus_cash", "face_plus_cash", "merchant_receipts", "cash_only"]


@dataclass(frozen=True)
class TaxRule:
    """A rate (0.13 is 13 %; or one a trial), its point and base; `inclusive` where prices contain
    the tax: a run then says what falls due, and when."""

    rate: float | FloatArray = 0.0
    point: Point = "redemption"
    base: Base = "paid_plus_cash"
    inclusive: bool = False


def tax_base(
    base: Base,
    *,
    paid: ArrayLike,
    worth: ArrayLike,
    cash: ArrayLike,
    received: ArrayLike = 0,
) -> IntArray:
    """What is taxed at redemption.

    `paid` is the price paid for the voucher, `worth` what it covered of the bill (the face value
    in time, the bill where that is less, the price paid after expiry), `cash` what the customer
    paid on top, `received` what the platform pays the merchant for the voucher.
    """
    extra = np.asarray(cash, dtype=np.int64)
    voucher = {
        "paid_plus_cash": paid,
        "face_plus_cash": worth,
        "merchant_receipts": received,
        "cash_only": 0,
    }[base]
    return np.asarray(np.asarray(voucher, dtype=np.int64) + extra, dtype=np.int64)


def tax_on(base: ArrayLike, rule: TaxRule) -> IntArray:
    """Tax on a base: base x rate, or the part of it that is tax where it is inclusive."""
    amounts = np.asarray(base, dtype=np.float64)
    share = rule.rate / (1.0 + rule.rate) if rule.inclusive else rule.rate
    return to_minor(amounts * share, 0)


def tax_at_issue(paid: ArrayLike, rule: TaxRule) -> IntArray:
    """Tax contained in the price of vouchers sold: nil unless they are taxed on issue.

    p t / (1 + t): the buyer of a deal pays its price and no more. The liability is the rest.
    """
    if rule.point != "issue":
        return np.zeros_like(np.asarray(paid, dtype=np.int64))
    return tax_on(paid, TaxRule(rule.rate, inclusive=True))


def tax_at_redemption(
    rule: TaxRule,
    *,
    paid: ArrayLike,
    worth: ArrayLike,
    cash: ArrayLike,
    received: ArrayLike = 0,
) -> IntArray:
    """Tax due when vouchers are redeemed; of those taxed on issue, on the cash on top only."""
    base: Base = "cash_only" if rule.point == "issue" else rule.base
    return tax_on(tax_base(base, paid=paid, worth=worth, cash=cash, received=received), rule)

"""Sales tax as the money of a run meets it: in prices, and on what the platform charges.

Equations 9.13 to 9.17 of docs/model.md. Tax that is added at the till passes through the business:
here it is nil.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dealsim.engine.draws import Array
from dealsim.scenario import OnRedemption, Scenario
from dealsim.units import minor_digits, to_minor


@dataclass(frozen=True)
class SalesTaxParameters:
    """Amounts of one use of a voucher, in currency units; (campaign, 1, trial) each."""

    share: Array
    """Part of what customers pay that is tax, t / (1 + t); nil where prices are without it."""
    at_issue: Array
    """Tax in the price, due when a voucher is sold: whole minor units of one voucher."""
    in_time: Array
    """Tax on the voucher itself, due when it is redeemed in time."""
    late: Array
    """The same of one presented late."""
    on_covered: Array
    """Taxed part of what the voucher covers of a bill, where that is the base and what the bill
    leaves of the voucher is not taxed."""
    lapsed: Array
    """Tax on the voucher due when it lapses, where those never used bear it too."""
    fee: Array
    """Tax on the platform's commission, which the platform withholds with it."""
    fee_credit: Array
    """What of it the state gives back when a voucher is sold."""
    fee_credit_in_time: Array
    """The same of a merchant paid on redemption: when it is redeemed in time."""
    fee_credit_late: Array
    """The same when it is presented late."""
    fee_cost: Array
    """Tax on the platform's fee that nobody gives back, as a share of the fee."""

    @property
    def moves(self) -> bool:
        """Whether there is any tax at all."""
        return bool(self.share.any() or self.fee.any())


def sales_tax_parameters(
    scenarios: Sequence[Scenario],
    number: Callable[[str, float], Array],
    uses: Array,
    price: Array,
    face_value: Array,
    late_worth: Array,
) -> SalesTaxParameters:
    """The tax of each campaign; `number` gives a number of the scenarios by dotted path, with a
    default where one has none. `price` and worths are of one of the `uses` of a voucher."""
    terms = [scenario.sales_tax for scenario in scenarios]
    rate = number("accounting.sales_tax.rate", 0.0)
    share = _where([one is not None and one.in_prices for one in terms], rate / (1.0 + rate))
    commission = number("platform.commission", 0.0)
    received = price * (1.0 - commission - number("platform.card_fee", 0.0))
    base = _Bases(tuple(scenarios), price, received, face_value, late_worth)
    prepaid, late_paid = [one.prepaid for one in base.on], [one.late_paid for one in base.on]
    on_redemption = [not one for one in prepaid]
    fee_rate = number("accounting.sales_tax.on_fee", 0.0)
    given_back = number("accounting.sales_tax.input_credit", 1.0)
    fee = price * commission * fee_rate
    credit = _where(on_redemption, fee * given_back)
    digits = minor_digits(scenarios[0].currency)
    at_issue = [scenario.taxed_at_issue for scenario in scenarios]
    return SalesTaxParameters(
        share=share,
        at_issue=_where(at_issue, _in_price(price * uses, share, digits) / uses),
        in_time=base.in_time * share,
        late=base.late * share,
        on_covered=_where([one.of_bill for one in base.on], share),
        lapsed=base.lapsed * share,
        fee=fee,
        fee_credit=_where(prepaid, fee * given_back),
        fee_credit_in_time=credit,
        fee_credit_late=_where(late_paid, credit),
        fee_cost=fee_rate * (1.0 - given_back),
    )


@dataclass(frozen=True)
class Taxed:
    """What of a campaign's voucher is taxed when it is used: nothing where it was taxed on issue.

    `of_bill` is what it covers of a bill, `stated` its whole worth; `lapsed` tells whether one that
    lapses is taxed alike, `late_paid` whether the merchant is paid for one presented late.
    """

    price: bool
    receipts: bool
    of_bill: bool
    stated: bool
    lapsed: bool
    prepaid: bool
    late_paid: bool

    @classmethod
    def of(cls, scenario: Scenario) -> Taxed:
        terms, payout = scenario.sales_tax, scenario.platform.payout
        prepaid = not isinstance(payout, OnRedemption)
        late_paid = not isinstance(payout, OnRedemption) or payout.late == "paid"
        base, unused = None, terms is not None and bool(terms.on_lapse)
        if terms is not None and not scenario.taxed_at_issue:
            # of one taxed on issue and paid on redemption: as it is paid for
            paid = terms.point == "issue" or terms.base is None
            base = "paid_plus_cash" if paid else terms.base
        face = base == "face_plus_cash"
        return cls(
            base == "paid_plus_cash",
            base == "merchant_receipts",
            face and not unused,
            face and unused,
            unused and prepaid,
            prepaid,
            late_paid,
        )


class _Bases:
    """b of eq. 9.15 and 9.16 in time, late, and of one that lapses, but for what a bill decides."""

    def __init__(
        self,
        scenarios: tuple[Scenario, ...],
        price: Array,
        received: Array,
        face_value: Array,
        late_worth: Array,
    ) -> None:
        self.on = [Taxed.of(scenario) for scenario in scenarios]
        stated, late_paid = [one.stated for one in self.on], [one.late_paid for one in self.on]
        paid = _where([one.price for one in self.on], price)
        paid = paid + _where([one.receipts for one in self.on], received)
        self.in_time = paid + _where(stated, face_value)
        self.late = _where(late_paid, paid) + _where(stated, late_worth)
        self.lapsed = _where([one.lapsed for one in self.on], self.in_time)


def _where(flags: Sequence[bool], amount: Array) -> Array:
    """An amount in the campaigns that a flag is of, else nil."""
    return np.where(np.array(flags).reshape(-1, 1, 1), amount, 0.0)


def _in_price(price: Array, share: Array, digits: int) -> Array:
    """The tax in the price of a voucher: both are charged in whole minor units (eq. 9.14)."""
    unit = 10.0**digits
    charged = to_minor(price, digits)
    return np.asarray(to_minor(charged * share, 0) / unit)

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
    """Amounts of one voucher, in currency units; (campaign, 1, trial) each."""

    share: Array
    """Part of what customers pay that is tax, t / (1 + t); nil where prices are without it."""
    at_issue: Array
    """Tax in the price, due when a voucher is sold: whole minor units."""
    in_time: Array
    """Tax on the voucher itself, due when it is redeemed in time."""
    late: Array
    """The same of one presented late."""
    on_covered: Array
    """Taxed part of what the voucher covers of a bill, where that is the base."""
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
    price: Array,
    face_value: Array,
) -> SalesTaxParameters:
    """The tax of each campaign; `number` gives a number of the scenarios by dotted path, with a
    default where one has none."""
    terms = [scenario.sales_tax for scenario in scenarios]

    def where(flags: Sequence[bool], amount: Array) -> Array:
        return np.where(np.array(flags).reshape(-1, 1, 1), amount, 0.0)

    rate = number("accounting.sales_tax.rate", 0.0)
    share = where([one is not None and one.in_prices for one in terms], rate / (1.0 + rate))
    issued = [scenario.taxed_at_issue for scenario in scenarios]
    bases = [_base(scenario) for scenario in scenarios]
    commission = number("platform.commission", 0.0)
    received = price * (1.0 - commission - number("platform.card_fee", 0.0))
    voucher = where([base == "paid_plus_cash" for base in bases], price)
    voucher = voucher + where([base == "merchant_receipts" for base in bases], received)
    on_redemption = [isinstance(scenario.platform.payout, OnRedemption) for scenario in scenarios]
    late_paid = [_late_paid(scenario) for scenario in scenarios]
    fee_rate = number("accounting.sales_tax.on_fee", 0.0)
    given_back = number("accounting.sales_tax.input_credit", 1.0)
    fee = price * commission * fee_rate
    credit = fee * given_back
    return SalesTaxParameters(
        share=share,
        at_issue=where(issued, _in_price(price, share, minor_digits(scenarios[0].currency))),
        in_time=voucher * share,
        late=where(late_paid, voucher * share),
        on_covered=where([base == "face_plus_cash" for base in bases], share),
        lapsed=where(
            [_on_lapse(scenario) for scenario in scenarios],
            where([base == "face_plus_cash" for base in bases], face_value * share)
            + voucher * share,
        ),
        fee=fee,
        fee_credit=where([not one for one in on_redemption], credit),
        fee_credit_in_time=where(on_redemption, credit),
        fee_credit_late=where(
            [one and late for one, late in zip(on_redemption, late_paid, strict=True)], credit
        ),
        fee_cost=fee_rate * (1.0 - given_back),
    )


def _base(scenario: Scenario) -> str | None:
    """What is taxed when a voucher is used: where it was taxed on issue, the cash on top only."""
    terms = scenario.sales_tax
    if terms is None or scenario.taxed_at_issue:
        return None
    if terms.point == "issue":  # paid for on redemption, and taxed as it is paid for
        return "paid_plus_cash"
    return terms.base or "paid_plus_cash"


def _on_lapse(scenario: Scenario) -> bool:
    """Whether a voucher that lapses bears tax, of a merchant who keeps what was paid for it."""
    terms, payout = scenario.sales_tax, scenario.platform.payout
    return terms is not None and bool(terms.on_lapse) and not isinstance(payout, OnRedemption)


def _late_paid(scenario: Scenario) -> bool:
    """Whether the merchant has been paid for a voucher presented late."""
    payout = scenario.platform.payout
    return not isinstance(payout, OnRedemption) or payout.late == "paid"


def _in_price(price: Array, share: Array, digits: int) -> Array:
    """The tax in the price of a voucher: both are charged in whole minor units (eq. 9.14)."""
    unit = 10.0**digits
    charged = to_minor(price, digits)
    return np.asarray(to_minor(charged * share, 0) / unit)

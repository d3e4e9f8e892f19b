"""What is doubtful or impossible about sales tax: a rate nobody gave, a tax that is nowhere."""

from __future__ import annotations

from dealsim.scenario.checks.checking import Checking
from dealsim.scenario.model.scenario import Scenario
from dealsim.units import format_share


def has_tax_in_prices(scenario: Scenario) -> bool:
    """Whether prices include sales tax, be its rate nil or not told: a run asks for it."""
    stated = scenario.accounting.sales_tax if scenario.accounting is not None else None
    return stated is not None and stated.in_prices


def check_sales_tax(c: Checking) -> None:
    """Note a missing rate where prices include the tax, terms that contradict each other, and a
    platform that withholds more than the price."""
    stated = c.scenario.accounting.sales_tax if c.scenario.accounting is not None else None
    if stated is None or not c.sound("accounting.sales_tax", "jurisdiction"):
        return
    if stated.point == "issue" and not stated.in_prices:
        c.error(
            "accounting.sales_tax.included",
            "a tax that falls due at issue is in the price: the buyer of a voucher pays no more",
            "write  included: yes  and give prices as customers pay them, or  point: redemption",
        )
    elif stated.in_prices and stated.rate is None:
        law = c.completed.jurisdiction
        where = f" ({law.name})" if law is not None else ""
        c.warn(
            "accounting.sales_tax.rate",
            f"prices{where} include sales tax, and no rate is given: "
            "results are as if there were none",
            "set accounting.sales_tax.rate, such as 20%, or 0% if you charge none",
        )
    _fee(c, stated.on_fee.mean() if stated.on_fee is not None else 0.0)


def _fee(c: Checking, rate: float) -> None:
    platform = c.scenario.platform
    if rate == 0 or not c.sound("platform.commission", "platform.card_fee"):
        return
    without = platform.commission.mean() + platform.card_fee.mean()
    kept = without + platform.commission.mean() * rate
    if without <= 1 < kept:
        c.error(
            "accounting.sales_tax.on_fee",
            f"commission, its tax and card_fee come to {format_share(kept)} of the price: "
            "more than there is",
            "a commission that already includes its tax is written without: 60% with 20% is 50%",
        )

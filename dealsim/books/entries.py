"""The entry of every event in a voucher's life (chart and entries: docs/accounting.md).

The merchant is principal for what it serves and the platform its agent (ASC 606-10-55-330 to
-333, Example 48): the liability at sale is the price paid, never the face value, and the
platform's share is a cost of obtaining the contract (ASC 340-40-25). All amounts are whole minor
units; a negative amount reverses an entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from dealsim.books.journal import Entry, entry

Side = list[tuple[str, int]]


@dataclass(frozen=True)
class PresentationPolicy:
    """How a merchant presents its vouchers.

    `net` revenue is what is left of the price after the platform's share, against Example 48; it
    leaves no commission to expense, so it needs `defer`. `face_value` shows the face value and a
    promotional discount beside the price paid. `on_redemption`: the platform pays for vouchers
    redeemed only, so there is no contract liability. `cost_from` is credited with the cost of what
    was served: the stock of who sells goods, or the wages and supplies a service owes for.
    """

    revenue: Literal["gross", "net"] = "gross"
    commission: Literal["defer", "expense_at_sale"] = "defer"
    face_value: bool = False
    on_redemption: bool = False
    cost_from: Literal["inventory", "accrued_costs"] = "inventory"

    def __post_init__(self) -> None:
        if self.revenue == "net" and self.commission != "defer":
            raise ValueError("net revenue leaves no commission to expense at sale: defer it")


def sale(
    policy: PresentationPolicy,
    day: date,
    paid: int,
    commission: int,
    *,
    issue_tax: int = 0,
    fee_tax: int = 0,
    promotional: int = 0,
) -> Entry:
    """Events 1, 1' and 1'': vouchers sold through the platform for `paid` in all.

    `issue_tax` is the tax in the price of vouchers taxed on issue; `fee_tax` that on the
    platform's share, which the state gives back; `promotional` their face value less the price
    paid. Paid on redemption there is a memorandum only.
    """
    if policy.on_redemption:
        return Entry(day, "sale", "Vouchers sold, to be paid for on redemption", (), paid)
    share = "deferred_commission" if policy.commission == "defer" else "platform_commission"
    debit = [("platform_receivable", paid - commission - fee_tax), (share, commission)]
    debit += [("tax_recoverable", fee_tax)]
    credit = [("voucher_liability", paid - issue_tax), ("sales_tax", issue_tax)]
    if policy.face_value:
        debit += [("deferred_promotion", promotional)]
        credit += [("voucher_promotion", promotional)]
    return entry(day, "sale", "Vouchers sold through the platform", debit=debit, credit=credit)


def payout(day: date, amount: int, *, card_fee: int = 0) -> Entry:
    """Event 2: the platform settles `amount` of what it owes, less its card fee."""
    debit = [("cash", amount - card_fee), ("card_fees", card_fee)]
    credit = [("platform_receivable", amount)]
    return entry(day, "payout", "Payout by the platform", debit=debit, credit=credit)


def platform_fee(day: date, amount: int, *, tax: int = 0) -> Entry:
    """A fixed fee for running the deal, paid in cash with the `tax` that the state gives back."""
    return entry(
        day,
        "fixed_fee",
        "Fixed fee of the platform",
        debit=[("platform_commission", amount), ("tax_recoverable", tax)],
        credit=[("cash", amount + tax)],
    )


def redemption(
    policy: PresentationPolicy,
    day: date,
    *,
    paid: int,
    late: bool = False,
    cash: int = 0,
    commission: int = 0,
    fee_tax: int = 0,
    tax: int = 0,
    tax_in_paid: int = 0,
    tax_in_cash: int = 0,
    promotional: int = 0,
    derecognised: int = 0,
    cost: int = 0,
) -> Entry:
    """Events 3, 3', 4 and 4': vouchers used, before expiry or `late` at what survives.

    `paid` is the paid value used up, `cash` what the customers paid on top without `tax`, the tax
    added to it; `tax_in_paid` and `tax_in_cash` are tax contained in those amounts. `commission`
    is the platform's share released, `fee_tax` the tax on it that the state gives back, where it
    is charged now; `promotional` the face value less the price paid, where it
    was still good; `derecognised` the part of `paid` that had been taken to breakage as remote,
    which is reversed; `cost` the cost of what was served.
    """
    debit: Side = [("cash", cash + tax)]
    all_tax = tax + tax_in_paid + tax_in_cash
    credit: Side = [("overspend_sales", cash - tax_in_cash), ("sales_tax", all_tax)]
    if policy.on_redemption:
        debit += [("platform_receivable", paid - commission - fee_tax)]
        debit += [("tax_recoverable", fee_tax)]
        debit += [("platform_commission", commission if policy.revenue == "gross" else 0)]
    else:
        debit += [("voucher_liability", paid - derecognised), ("breakage_revenue", derecognised)]
        _release(policy, commission, debit, credit)
    left_out = commission if policy.revenue == "net" else 0
    credit += [("voucher_sales", paid - tax_in_paid - left_out)]
    _show_face_value(policy, promotional, debit, credit)
    debit.append(("cost_of_goods", cost))
    credit.append((policy.cost_from, cost))
    if late:
        return entry(day, "presented_late", "Vouchers presented late", debit=debit, credit=credit)
    return entry(day, "redeemed_in_time", "Vouchers redeemed", debit=debit, credit=credit)


def refund(
    policy: PresentationPolicy,
    day: date,
    paid: int,
    commission: int,
    *,
    returned: int | None = None,
    issue_tax: int = 0,
    fee_tax: int = 0,
    promotional: int = 0,
    clawed_back: bool = False,
) -> Entry:
    """Event 6: vouchers refunded by the platform, which takes it off what it owes.

    `clawed_back`: it had paid for them all and owes nothing, so that the merchant owes it.

    `commission` is the deferred commission that goes, `returned` what the platform gives back of
    it (all, where left out; 0 where it keeps its fee); the difference is a cost. `issue_tax` and
    `fee_tax` are those of the sale. Paid on redemption: a memorandum.
    """
    if policy.on_redemption:
        return Entry(day, "refunded", "Vouchers refunded by the platform", (), paid)
    back = commission if returned is None else returned
    debit: Side = [("voucher_liability", paid - issue_tax), ("sales_tax", issue_tax)]
    owed = "platform_clawback" if clawed_back else "platform_receivable"
    credit: Side = [(owed, paid - back - fee_tax), ("platform_commission", back)]
    credit += [("tax_recoverable", fee_tax)]
    _write_off(policy, commission, debit, credit)
    if policy.face_value:
        debit += [("voucher_promotion", promotional)]
        credit += [("deferred_promotion", promotional)]
    memo = "Vouchers refunded after the last payout" if clawed_back else "Vouchers refunded"
    return entry(day, "refunded", memo, debit=debit, credit=credit)


def promotion_expires(policy: PresentationPolicy, day: date, promotional: int) -> Entry:
    """Event 5: the promotional value ends. Nothing to book unless the face value is shown."""
    shown = promotional if policy.face_value and not policy.on_redemption else 0
    return entry(
        day,
        "promotion_expired",
        "Promotional value expired",
        debit=[("voucher_promotion", shown)],
        credit=[("deferred_promotion", shown)],
    )


def breakage(
    policy: PresentationPolicy,
    day: date,
    amount: int,
    commission: int = 0,
    *,
    reestimate: bool = False,
) -> Entry:
    """Event 7: breakage recognised, from redemptions or from a change of estimate."""
    debit: Side = [("recognised_breakage", amount)]
    credit: Side = []
    _release(policy, commission, debit, credit)
    left_out = commission if policy.revenue == "net" else 0
    credit += [("breakage_revenue", amount - left_out)]
    event = "breakage_reestimate" if reestimate else "breakage"
    memo = "Breakage, change of estimate" if reestimate else "Breakage with redemptions"
    return entry(day, event, memo, debit=debit, credit=credit)


def derecognition(
    policy: PresentationPolicy,
    day: date,
    paid: int,
    *,
    recognised: int = 0,
    commission: int = 0,
    remote: bool = False,
) -> Entry:
    """Event 8: a liability of `paid` ends, by law or because use is remote.

    `recognised` of it was breakage before; the rest is now, with its commission.
    """
    debit: Side = [("voucher_liability", paid)]
    credit: Side = [("recognised_breakage", recognised)]
    _release(policy, commission, debit, credit)
    left_out = commission if policy.revenue == "net" else 0
    credit += [("breakage_revenue", paid - recognised - left_out)]
    event = "breakage" if remote else "lapsed"
    memo = "Redemption of the rest is remote" if remote else "Vouchers lapsed"
    return entry(day, event, memo, debit=debit, credit=credit)


def tax_on_lapse(day: date, amount: int) -> Entry:
    """Tax on vouchers that lapse unused, where those bear it too (Australia's s. 100-15)."""
    return entry(
        day,
        "lapsed",
        "Sales tax on vouchers that lapsed",
        debit=[("breakage_revenue", amount)],
        credit=[("sales_tax", amount)],
    )


def escheat(policy: PresentationPolicy, day: date, amount: int, *, commission: int = 0) -> Entry:
    """Event 9: unclaimed property: `amount` of the liability is due to the state instead.

    Never revenue: ASC 606-10-55-49.
    """
    debit: Side = [("voucher_liability", amount)]
    credit: Side = [("unclaimed_property", amount)]
    _write_off(policy, commission, debit, credit)
    memo = "Unclaimed property" if amount > 0 else "Unclaimed property claimed back"
    return entry(day, "escheated", memo, debit=debit, credit=credit)


def escheat_remitted(day: date, amount: int, *, beyond: int = 0) -> Entry:
    """Unclaimed property paid to the state, negative where it is claimed back.

    `amount` was a liability; `beyond` it the state gets more than was ever owed to the customer
    (the face value rather than the price paid), which is a cost when it is paid.
    """
    more = amount + beyond
    return entry(
        day,
        "escheat_remitted",
        "Unclaimed property remitted" if more >= 0 else "Unclaimed property paid back",
        debit=[("unclaimed_property", amount), ("unclaimed_excess", beyond)],
        credit=[("cash", more)],
    )


def cash_out(
    policy: PresentationPolicy,
    day: date,
    amount: int,
    commission: int = 0,
    *,
    issue_tax: int = 0,
    derecognised: int = 0,
) -> Entry:
    """Small balances paid out in cash, where the law lets customers ask.

    `issue_tax` is the tax of the sale, handed back with the price; `derecognised` the part of
    `amount` that had been taken to breakage as remote, which is reversed.
    """
    debit: Side = [("voucher_liability", amount - derecognised), ("sales_tax", issue_tax)]
    debit += [("breakage_revenue", derecognised)]
    credit: Side = [("cash", amount + issue_tax)]
    _write_off(policy, commission, debit, credit)
    return entry(day, "cashed_out", "Balances taken in cash", debit=debit, credit=credit)


def _show_face_value(
    policy: PresentationPolicy, promotional: int, debit: Side, credit: Side
) -> None:
    """Revenue at the face value less a discount, where it is presented so."""
    if policy.face_value:
        debit.append(("promotional_discount", promotional))
        credit.append(("voucher_sales", promotional))
        if not policy.on_redemption:
            debit.append(("voucher_promotion", promotional))
            credit.append(("deferred_promotion", promotional))


def _release(policy: PresentationPolicy, commission: int, debit: Side, credit: Side) -> None:
    """Deferred commission that revenue brings with it: a cost, or left out of net revenue."""
    if policy.revenue == "gross":
        _write_off(policy, commission, debit, credit)
    else:
        credit.append(("deferred_commission", commission))


def _write_off(policy: PresentationPolicy, commission: int, debit: Side, credit: Side) -> None:
    """Deferred commission to expense; there is none where it was expensed at sale."""
    if policy.commission == "defer":
        debit.append(("platform_commission", commission))
        credit.append(("deferred_commission", commission))

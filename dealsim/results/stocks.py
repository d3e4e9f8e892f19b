"""Stocks that a chunk's records tell: vouchers held, paid value outstanding, the liability."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dealsim.engine import Array, Context, Minor, Records, minor_units
from dealsim.registry import COUNTS
from dealsim.scenario import Instalments


def held_over_time(records: Records, context: Context) -> Array:
    """Uses of the vouchers sold whose fate is open (eq. 14.1) at each mark, (campaign, period,
    trial); a voucher has one, but for packs."""
    uses = context.parameters.deal.uses
    flow = records.counts["vouchers_sold"] * uses
    for count in COUNTS:
        if count.fate:
            each = 1.0 if count.in_uses else uses
            flow -= records.counts[count.name] * each
    return to_date(flow, axis=1)


def paid_value_held(held: Array, records: Records, context: Context) -> Minor:
    """Paid value outstanding at each mark: price of a use x held, (campaign, period, trial), minor
    units."""
    price = context.parameters.deal.price
    return minor_units(held * price, context.minor_digits, whole=records.whole)


def liability_of(held: Array, days: NDArray[np.int64], context: Context, whole: bool) -> Minor:
    """The merchant's obligation for vouchers held at the end of `days`, (campaign, day, trial): the
    price without a tax due at issue, where it has been paid for it.

    Paid on redemption, the merchant has received nothing for vouchers still held and owes nothing
    to book; what went to the state as unclaimed property is owed no more (docs/model.md, 10).
    """
    price = context.parameters.deal.price
    each = price - context.parameters.sales_tax.at_issue
    owed = minor_units(held * each, context.minor_digits, whole=whole)
    left = owed.copy()
    kept = 1.0 - np.minimum(context.parameters.escheat / price, 1.0)
    for c, (scenario, terms) in enumerate(
        zip(context.scenarios, context.clock.campaigns, strict=True)
    ):
        if not isinstance(scenario.platform.payout, Instalments):
            left[c] = 0
        elif terms.dormancy is not None:
            over = (days >= terms.dormancy)[:, np.newaxis]
            part = owed[c] * kept[min(c, len(kept) - 1)]
            left[c] = np.where(over, minor_units(part, 0, whole=whole), owed[c])
    return left


def at_expiry(liability: Minor, c: int, records: Records, context: Context) -> Array:
    """A campaign's liability on its day of expiry, (trial,); NaN where the horizon is before it."""
    expiry = context.clock.campaigns[c].expiry
    if expiry > context.clock.horizon:
        return np.full(liability.shape[-1], np.nan)
    return np.asarray(liability[c, records.marks.index(expiry)], dtype=np.float64)


def likely_claims(records: Records, context: Context) -> Minor:
    """What is asked for of the liability after expiry, in goods or in cash, what is expected beyond
    the horizon included (eq. 14.8), (campaign, trial), minor units; 0 where nothing is owed."""
    asked = records.memos["to_come"].sum(axis=1)
    marks = np.array(records.marks)
    for c, (scenario, days) in enumerate(
        zip(context.scenarios, context.clock.campaigns, strict=True)
    ):
        after = marks > days.expiry
        for name in ("redeemed_in_time", "presented_late", "cashed_out"):
            asked[c] += records.counts[name][c, after].sum(axis=0)
        if not isinstance(scenario.platform.payout, Instalments):
            asked[c] = 0.0
    each = context.parameters.deal.price - context.parameters.sales_tax.at_issue
    return minor_units(asked * each[:, 0], context.minor_digits, whole=records.whole)


def to_date(flows: Minor, axis: int = 0) -> Minor:
    """Flows added up along an axis; several times faster than cumsum on axes but the last."""
    total = flows.copy()
    rows = np.moveaxis(total, axis, 0)
    for k in range(1, len(rows)):
        rows[k] += rows[k - 1]
    return total

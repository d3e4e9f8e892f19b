"""What is owed and when it becomes revenue, in sentences."""

from __future__ import annotations

from datetime import date

import numpy as np

from dealsim.books import EARNED, Liability
from dealsim.books.subledger import IntArray
from dealsim.output.books.amounts import long_day, money
from dealsim.units import format_count, format_share


def finding(found: Liability) -> str:
    """What is owed at expiry and at each fiscal year end, and what is recognised when.

    With a register, what is owed at its end comes first.
    """
    if found.on_redemption:
        return (
            "Nothing is owed in the books: the platform pays for vouchers once they are "
            f"redeemed. {_held_now(found)}At the end of what is simulated customers hold "
            f"{format_count(float(found.memo_held[-1]))} vouchers, a memorandum."
        )
    sentences = [_owed_now(found), _at_expiry(found), _at_year_ends(found), _recognised(found)]
    return " ".join(sentence for sentence in sentences if sentence)


def _owed_now(found: Liability) -> str:
    """What is owed at the register's end; nothing without a register."""
    known = found.actuals
    if known is None:
        return ""
    owed = {one.name: money(found, one.actual) for one in known.owed}
    return (
        f"On {long_day(known.as_of)} {owed['liability']} is owed in the books; customers hold "
        f"{owed['outstanding']} of {_paid_value(found)}, by the register."
    )


def _held_now(found: Liability) -> str:
    """What customers hold at the register's end, where nothing is owed; ends with a space."""
    known = found.actuals
    if known is None:
        return ""
    held = next(one.actual for one in known.vouchers if one.name == "held")
    day = long_day(known.as_of)
    return f"On {day} customers hold {format_count(held)} vouchers, by the register. "


def _at_expiry(found: Liability) -> str:
    if found.owed_at_expiry is None:
        return ""
    if len(found.campaigns) > 1:
        first = long_day(min(one.expiry for one in found.campaigns))
        owed = _spread(found, found.owed_at_expiry)
        return (
            f"As their promotions end, from {first} to {long_day(found.expiry)}, customers hold "
            f"{owed} of paid value in all."
        )
    when = long_day(found.expiry)
    if found.actuals is not None and found.expiry <= found.actuals.as_of:
        owed = money(found, int(found.owed_at_expiry[0]))
        return f"When the promotion ended on {when}, they held {owed}."
    owed = _spread(found, found.owed_at_expiry)
    return f"When the promotion ends on {when}, customers hold {owed} of {_paid_value(found)}."


def _paid_value(found: Liability) -> str:
    """What customers hold: the books have it without a tax that was due at issue."""
    taxed = found.scenario.taxed_at_issue and found.scenario.sales_tax is not None
    return "paid value, without the tax in it" if taxed else "paid value"


def _at_year_ends(found: Liability) -> str:
    """What is owed at the first fiscal year end to come and at the last."""
    ends = year_ends(found)
    known = found.actuals
    ahead = [k for k, end in enumerate(ends) if known is None or end > known.as_of]
    told = [f"{_band(found, k)} on {long_day(ends[k])}" for k in sorted({*ahead[:1], *ahead[-1:]})]
    if not told:  # the register reaches the end of what is simulated
        return ""
    return f"Owed in the books{' by the forecast' if known else ''}: {', then '.join(told)}."


def _recognised(found: Liability) -> str:
    if found.policy is None:
        end, revenue = long_day(found.period_ends[-1]), 0
        for campaign in found.campaigns:
            revenue += sum(int(campaign.lines[name].sum()) for name in EARNED)
        return f"{money(found, revenue)} is breakage by {end}, of each campaign by its own policy."
    if found.policy == "none":
        lapses = found.monthly.mean["lapsed"].any()
        until = "it is used or lapses" if lapses else "it is used"
        return f"No breakage is recognised: what is owed stays owed until {until}."
    to_date, end = int(found.policies[found.policy][-1]), long_day(found.period_ends[-1])
    if found.policy == "remote":
        first = np.flatnonzero(found.policies["remote"])
        if not len(first):
            return "Redemption is not yet remote within what is simulated: no breakage."
        when = long_day(found.period_ends[int(first[0])])
        return f"{money(found, to_date)} is breakage by {end}, the first of it on {when}."
    return (
        f"Breakage is recognised with redemptions, {money(found, to_date)} by {end}: "
        f"{format_share(found.ultimate_share)} are taken to be used in the end "
        f"({format_share(found.best_estimate)} are expected)."
    )


def _band(found: Liability, year: int) -> str:
    bands, mean = found.yearly.bands, found.yearly.mean["closing"][year]
    return _around(found, int(mean), *(int(bands[p]["closing"][year]) for p in (5, 95)))


def _spread(found: Liability, amounts: IntArray) -> str:
    return _around(found, int(amounts.mean()), *map(int, np.percentile(amounts, (5, 95))))


def _around(found: Liability, mean: int, low: int, high: int) -> str:
    """A mean with its band, left out where it says no more."""
    said, *ends = (money(found, amount) for amount in (mean, low, high))
    if {*ends} == {said}:
        return said
    return f"{said} on average (5\N{EN DASH}95 %: {ends[0]} to {ends[1]})"


def year_ends(found: Liability) -> tuple[date, ...]:
    """Last days of the fiscal years; the last may be the horizon's."""
    return tuple(found.month_ends[group.stop - 1] for group in found.years)

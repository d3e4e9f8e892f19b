"""Series: what a result keeps beside its metrics, by month, by record day and by campaign."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from dealsim.engine import Array, Clock, Context, Minor, Records
from dealsim.registry import COUNTS, LINES, MEMOS, SERIES, Count, Line
from dealsim.results.active import REPUTATION, is_active
from dealsim.results.stocks import (
    at_expiry,
    held_over_time,
    liability_of,
    paid_value_held,
    to_date,
)
from dealsim.scenario import Scenario

STOCKS = ("outstanding_live", "outstanding_after_expiry", "liability")
"""What is known of the turns, currency units."""

COHORT_SERIES = (
    *(count.name for count in COUNTS),
    *(line.name for line in LINES if line.cash),
    *(memo.name for memo in MEMOS if memo.section is None),
)
"""What is kept of a cohort for the books: flows of the month, vouchers or currency units."""


def marks_of(clock: Clock, keep: Collection[str]) -> tuple[int, ...]:
    """The days that end the periods of records: expiries and the horizon, and where something by
    month is kept, month ends and turns."""
    days = {c.expiry for c in clock.campaigns if c.expiry <= clock.horizon} | {clock.horizon}
    if "timeline" in keep or "cohorts" in keep:
        days |= {*clock.month_ends, *turns_of(clock)}
    return tuple(sorted(days))


def turns_of(clock: Clock) -> tuple[int, ...]:
    """The days on which what is outstanding turns within a month: sales open and close, promotions
    and paid values end, unclaimed property falls to the state."""
    days = {
        day
        for one in clock.campaigns
        for day in (one.opens, one.close, one.expiry, one.lapse, one.dormancy)
        if day is not None and 0 < day <= clock.horizon
    }
    return tuple(sorted(days))


def _months(flow: Array, records: Records, context: Context) -> Array:
    """Flows by period, on axis -2, as flows by month."""
    months = _at_month_ends(flow, records, context)
    for k, day in enumerate(records.marks):
        if day not in context.clock.month_ends:  # an expiry within a month
            month = int(np.searchsorted(context.clock.month_ends, day))
            months[..., month, :] += flow[..., k, :]
    return months


def _at_month_ends(stock: Array, records: Records, context: Context) -> Array:
    """What is given for the marks, on axis -2, for month ends only; a copy."""
    marks = list(records.marks)
    return stock[..., [marks.index(day) for day in context.clock.month_ends], :]


def timeline(records: Records, context: Context) -> dict[str, Array]:
    """Month-end series: flows of the month, stocks at its end (month, trial)."""
    unit = 10.0**context.minor_digits
    held = held_over_time(records, context)
    owed = paid_value_held(held, records, context)
    marks = np.array(records.marks)
    liability = liability_of(held, marks, context, records.whole)
    live = _live(owed, marks, context.clock)
    cash = _months(_cash_by_period(records, context.scenarios[0]), records, context)
    series = {"cash": cash / unit, "cumulative_cash": to_date(cash) / unit}
    scenario = context.scenarios[0]
    idle = {one.name for one in SERIES if not is_active(scenario, one.section)}
    flows = [one.name for one in SERIES if one.name in records.counts and one.name not in idle]
    for name in flows:
        series[name] = _months(_all_campaigns(records.counts[name]), records, context)
    total = owed.sum(axis=0)
    stocks = {
        "held": held.sum(axis=0),
        "outstanding_value": total / unit,
        "liability": liability.sum(axis=0) / unit,
        "outstanding_live": live / unit,
        "outstanding_after_expiry": (total - live) / unit,
    }
    stocks |= _crowd(records, scenario)
    if is_active(scenario, "service"):
        moved = _all_campaigns(records.memos["trade_change"])
        series["trade_change"] = _months(moved, records, context)
    at_ends = {name: _at_month_ends(stock, records, context) for name, stock in stocks.items()}
    return {name: values for name, values in (series | at_ends).items() if name not in idle}


def _crowd(records: Records, scenario: Scenario) -> dict[str, Array]:
    """Stocks of the sections on a crowd, (mark, trial): complaints not answered yet, and stars."""
    stocks: dict[str, Array] = {}
    if is_active(scenario, "service"):
        counts = records.counts
        still = counts["complaints_seen"] - counts["complaints_answered"]
        stocks["complaints_open"] = to_date(_all_campaigns(still))
    if is_active(scenario, "rating"):
        for name in ("rating", "rating_without_deal"):
            stocks[name] = to_date(_all_campaigns(records.memos[name]))
    return stocks


def turns(records: Records, context: Context) -> dict[str, Array]:
    """Stocks at the turns, before and after what falls on each day, (turn, 2, trial): a lapse on
    one day is no slope from one month end to the next."""
    known = [day for day in turns_of(context.clock) if day in records.marks]  # all in a run
    days, rows = np.array(known, dtype=np.int64), [records.marks.index(day) for day in known]
    held = held_over_time(records, context)[:, rows]
    before = held + records.counts["lapsed"][:, rows]  # never on any other day
    found: dict[str, list[Array]] = {name: [] for name in STOCKS}
    for vouchers, at in ((before, days - 1), (held, days)):
        owed = paid_value_held(vouchers, records, context)
        live = _live(owed, at, context.clock)
        liability = liability_of(vouchers, at, context, records.whole).sum(axis=0)
        for name, stock in zip(STOCKS, (live, owed.sum(axis=0) - live, liability), strict=True):
            found[name].append(stock / 10.0**context.minor_digits)
    return {name: np.stack(stocks, axis=1) for name, stocks in found.items()}


def _live(owed: Minor, days: NDArray[np.int64], clock: Clock) -> Minor:
    """What is outstanding at the end of `days` of promotions that go on, (day, trial)."""
    live = np.zeros_like(owed[0])
    for c, campaign in enumerate(clock.campaigns):
        live += np.where((days < campaign.expiry)[:, np.newaxis], owed[c], 0)
    return live


def _cash_by_period(records: Records, scenario: Scenario) -> Minor:
    """Incremental cash of each period, (period, trial), minor units."""
    cash = np.zeros_like(records.lines["remittance"][0])
    for line in LINES:
        if line.cash and line.sign and is_active(scenario, line.section):
            cash += line.sign * _all_campaigns(records.lines[line.name])
    return cash


def paths(records: Records, context: Context) -> dict[str, Array]:
    """Cash and presentations to date on every record day, (record day, trial)."""
    unit = 10.0**context.minor_digits
    through = {"served": records.served, "turned_away": records.turned_away}
    cash = {"cumulative_cash": to_date(records.cash) / unit}
    return cash | {name: to_date(flow) for name, flow in through.items()}


def cohorts(records: Records, context: Context) -> tuple[dict[str, Array], ...]:
    """Each campaign's own flows by month, and what it holds at month ends, for the books."""
    unit = 10.0**context.minor_digits
    all_held = held_over_time(records, context)
    held = _at_month_ends(all_held, records, context)
    liability = liability_of(all_held, np.array(records.marks), context, records.whole)
    found = []
    scenario = context.scenarios[0]
    tables: tuple[Count | Line, ...] = (*COUNTS, *LINES)
    social = {one.name for one in tables if one.section in REPUTATION}
    absent = social - {one.name for one in tables if is_active(scenario, one.section)}
    names = [name for name in COHORT_SERIES if name not in absent]
    for c in range(len(context.scenarios)):
        own = {name: flow[c] / unit for name, flow in records.lines.items()}
        own |= {name: flow[c] for name, flow in (*records.counts.items(), *records.memos.items())}
        series = {name: _months(own[name], records, context) for name in names}
        expired = at_expiry(liability, c, records, context) / unit
        found.append(series | {"held": held[c], "liability_at_expiry": expired[np.newaxis]})
    return tuple(found)


def _all_campaigns(values: Minor) -> Minor:
    """Sum over the campaign axis, without a copy where there is one campaign only."""
    return values[0] if len(values) == 1 else values.sum(axis=0)

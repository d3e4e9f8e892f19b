"""Measures: pure functions from a chunk's records to metrics, month-end series and paths.

Sampled money is counted in whole minor units until the last moment, so that every total equals
the sum of its parts exactly; metrics are then given in currency units (docs/model.md,
9 to 11 and 14). Records are flows; what is needed to date is added up here, once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dealsim.engine import Array, Clock, Context, Minor, Records, minor_units
from dealsim.registry import COUNTS, LINES, MEMOS, METRICS, SERIES
from dealsim.results.active import is_active
from dealsim.scenario import Instalments

NOTHING = 1e-6
"""Minor units that are none: what binary fractions leave of nothing in expected mode."""

STOCKS = ("outstanding_live", "outstanding_after_expiry", "liability")
"""What is known of the turns, currency units."""

COHORT_SERIES = (
    *(count.name for count in COUNTS),
    *(line.name for line in LINES if line.cash),
    *(memo.name for memo in MEMOS),
)
"""What is kept of a cohort for the books: flows of the month, vouchers or currency units."""


@dataclass(frozen=True)
class Measured:
    """A chunk's results: metrics (trial,), timeline (month, trial), paths (record day, trial),
    each campaign's own flows (month, trial), and stocks at the turns (turn, 2, trial): before
    what falls on the day, and after it."""

    metrics: dict[str, Array]
    timeline: dict[str, Array] = field(default_factory=dict)
    paths: dict[str, Array] = field(default_factory=dict)
    cohorts: tuple[dict[str, Array], ...] = ()
    turns: dict[str, Array] = field(default_factory=dict)


def marks_of(clock: Clock, keep: Collection[str]) -> tuple[int, ...]:
    """The days that end the periods of records: expiries and the horizon, month ends where
    something by month is kept, and the turns of the timeline."""
    days = {c.expiry for c in clock.campaigns if c.expiry <= clock.horizon} | {clock.horizon}
    if "timeline" in keep or "cohorts" in keep:
        days |= set(clock.month_ends)
    if "timeline" in keep:
        days |= set(turns_of(clock))
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


def measure(records: Records, context: Context, keep: Collection[str] = ()) -> Measured:
    """All measures of one chunk; `keep` names what is kept beside the metrics: "timeline",
    "paths" (between month ends) and "cohorts" (each campaign by month, for the books)."""
    return Measured(
        _Measures(records, context).metrics(),
        _timeline(records, context) if "timeline" in keep else {},
        _paths(records, context) if "paths" in keep else {},
        _cohorts(records, context) if "cohorts" in keep else (),
        _turns(records, context) if "timeline" in keep else {},
    )


class _Measures:
    """The metrics of a chunk, every one by its name in the registry."""

    def __init__(self, records: Records, context: Context) -> None:
        self._records, self._context = records, context
        self._unit = 10.0**context.minor_digits
        self._lines = {name: flow.sum(axis=(0, 1)) for name, flow in records.lines.items()}
        self._cash = _to_date(records.cash)

    def metrics(self) -> dict[str, Array]:
        found = {name: total / self._unit for name, total in self._lines.items()}
        found |= {name: flow.sum(axis=(0, 1)) for name, flow in self._records.counts.items()}
        found |= self._profits() | self._cash_metrics() | self._stocks()
        found["cost_per_new_regular"] = _cost_per_new_regular(found)
        scenario = self._context.scenarios[0]
        return {m.name: found[m.name] for m in METRICS if is_active(scenario, m.section)}

    def _profits(self) -> dict[str, Array]:
        campaign = sum(line.sign * self._lines[line.name] for line in LINES if line.campaign)
        incremental = sum(line.sign * self._lines[line.name] for line in LINES)
        return {
            "campaign_profit": campaign / self._unit,
            "incremental_profit": incremental / self._unit,
        }

    def _cash_metrics(self) -> dict[str, Array]:
        clock, cash = self._context.clock, self._cash
        rate = self._context.parameters.discount_rate[0, 0]
        lowest = cash.min(axis=0)
        reserve = self._lines["tail_reserve"]
        value = net_present_value(self._records.cash, reserve, rate, clock)
        return {
            "npv": value / self._unit,
            "lowest_cash": np.where(lowest < -NOTHING, lowest, 0) / self._unit,
            "payback_days": payback_days(cash, clock),
        }

    def _stocks(self) -> dict[str, Array]:
        """Stocks at expiry (undefined where the horizon comes first) and at the horizon."""
        records, context = self._records, self._context
        held = held_over_time(records)
        owed = paid_value_held(held, records, context)
        liability = liability_of(owed, np.array(records.marks), context, records.whole)
        at_expiry = sum(_at_expiry(liability, c, records, context) for c in range(len(liability)))
        return {
            "still_held": held[:, -1].sum(axis=0),
            "outstanding_value": owed[:, -1].sum(axis=0) / self._unit,
            "liability_at_expiry": at_expiry / self._unit,
            "liability_at_horizon": liability[:, -1].sum(axis=0) / self._unit,
        }


def net_present_value(cash: Minor, reserve: Minor, rate: Array, clock: Clock) -> Array:
    """Cash of each record day discounted to day 0 at the yearly rate, less the discounted reserve
    (eq. 14.4)."""
    total = cash[0].astype(float)
    for day, flow in zip(clock.record_days[1:], cash[1:], strict=True):
        total += flow * (1.0 + rate) ** (-day / 365.0)
    return np.asarray(total - reserve * (1.0 + rate) ** (-clock.horizon / 365.0))


def payback_days(cash: Minor, clock: Clock) -> Array:
    """First record day from which cumulative cash stays >= 0; NaN where it never does."""
    negative = cash < -NOTHING
    last = len(cash) - 1 - np.argmax(negative[::-1], axis=0)
    ever = negative.any(axis=0)
    following = np.minimum(last + 1, len(cash) - 1)
    days = np.where(ever, clock.record_days[following], 0).astype(float)
    return np.where(negative[-1], np.nan, days)


def held_over_time(records: Records) -> Array:
    """Vouchers sold whose fate is open (eq. 14.1) at each mark, (campaign, period, trial)."""
    flow = records.counts["vouchers_sold"].copy()
    for count in COUNTS:
        if count.fate:
            flow -= records.counts[count.name]
    return _to_date(flow, axis=1)


def paid_value_held(held: Array, records: Records, context: Context) -> Minor:
    """Paid value outstanding at each mark: price x held, (campaign, period, trial), minor units."""
    price = context.parameters.deal.price
    return minor_units(held * price, context.minor_digits, whole=records.whole)


def liability_of(owed: Minor, days: NDArray[np.int64], context: Context, whole: bool) -> Minor:
    """The merchant's obligation at the end of `days`, (campaign, day, trial): the paid value
    outstanding (`owed`), where it has been paid for it.

    Paid on redemption, the merchant has received nothing for vouchers still held and owes nothing
    to book; what went to the state as unclaimed property is owed no more (docs/model.md, 10).
    """
    left = owed.copy()
    price = context.parameters.deal.price
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


def _at_expiry(liability: Minor, c: int, records: Records, context: Context) -> Array:
    """A campaign's liability on its day of expiry, (trial,); NaN where the horizon is before it."""
    expiry = context.clock.campaigns[c].expiry
    if expiry > context.clock.horizon:
        return np.full(liability.shape[-1], np.nan)
    return np.asarray(liability[c, records.marks.index(expiry)], dtype=np.float64)


def _cost_per_new_regular(metrics: Mapping[str, Array]) -> Array:
    """What each customer won cost in this trial; NaN where none was won."""
    won = metrics["new_regulars"]
    cost = metrics["returning_margin"] - metrics["incremental_profit"]
    return np.divide(cost, won, out=np.full(won.shape, np.nan), where=won > 0)


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


def _timeline(records: Records, context: Context) -> dict[str, Array]:
    """Month-end series: flows of the month, stocks at its end (month, trial)."""
    unit = 10.0**context.minor_digits
    held = held_over_time(records)
    owed = paid_value_held(held, records, context)
    marks = np.array(records.marks)
    liability = liability_of(owed, marks, context, records.whole)
    live = _live(owed, marks, context.clock)
    cash = _months(_cash_by_period(records), records, context)
    series = {"cash": cash / unit, "cumulative_cash": _to_date(cash) / unit}
    flows = [one.name for one in SERIES if one.name in records.counts]
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
    at_ends = {name: _at_month_ends(stock, records, context) for name, stock in stocks.items()}
    scenario = context.scenarios[0]
    idle = {one.name for one in SERIES if not is_active(scenario, one.section)}
    return {name: values for name, values in (series | at_ends).items() if name not in idle}


def _turns(records: Records, context: Context) -> dict[str, Array]:
    """Stocks at the turns, before and after what falls on each day, (turn, 2, trial): a lapse on
    one day is no slope from one month end to the next."""
    days = np.array(turns_of(context.clock), dtype=np.int64)
    rows = [records.marks.index(day) for day in days]
    held = held_over_time(records)[:, rows]
    before = held + records.counts["lapsed"][:, rows]  # never on any other day
    found: dict[str, list[Array]] = {name: [] for name in STOCKS}
    for vouchers, at in ((before, days - 1), (held, days)):
        owed = paid_value_held(vouchers, records, context)
        live = _live(owed, at, context.clock)
        liability = liability_of(owed, at, context, records.whole).sum(axis=0)
        for name, stock in zip(STOCKS, (live, owed.sum(axis=0) - live, liability), strict=True):
            found[name].append(stock / 10.0**context.minor_digits)
    return {name: np.stack(stocks, axis=1) for name, stocks in found.items()}


def _live(owed: Minor, days: NDArray[np.int64], clock: Clock) -> Minor:
    """What is outstanding at the end of `days` of promotions that go on, (day, trial)."""
    live = np.zeros_like(owed[0])
    for c, campaign in enumerate(clock.campaigns):
        live += np.where((days < campaign.expiry)[:, np.newaxis], owed[c], 0)
    return live


def _cash_by_period(records: Records) -> Minor:
    """Incremental cash of each period, (period, trial), minor units."""
    cash = np.zeros_like(records.lines["remittance"][0])
    for line in LINES:
        if line.cash and line.sign:
            cash += line.sign * _all_campaigns(records.lines[line.name])
    return cash


def _paths(records: Records, context: Context) -> dict[str, Array]:
    """Cash and presentations to date on every record day, (record day, trial)."""
    unit = 10.0**context.minor_digits
    through = {"served": records.served, "turned_away": records.turned_away}
    cash = {"cumulative_cash": _to_date(records.cash) / unit}
    return cash | {name: _to_date(flow) for name, flow in through.items()}


def _cohorts(records: Records, context: Context) -> tuple[dict[str, Array], ...]:
    """Each campaign's own flows by month, and what it holds at month ends, for the books."""
    unit = 10.0**context.minor_digits
    all_held = held_over_time(records)
    held = _at_month_ends(all_held, records, context)
    owed = paid_value_held(all_held, records, context)
    liability = liability_of(owed, np.array(records.marks), context, records.whole)
    found = []
    for c in range(len(context.scenarios)):
        own = {name: flow[c] / unit for name, flow in records.lines.items()}
        own |= {name: flow[c] for name, flow in (*records.counts.items(), *records.memos.items())}
        series = {name: _months(own[name], records, context) for name in COHORT_SERIES}
        expired = _at_expiry(liability, c, records, context) / unit
        found.append(series | {"held": held[c], "liability_at_expiry": expired[np.newaxis]})
    return tuple(found)


def _all_campaigns(values: Minor) -> Minor:
    """Sum over the campaign axis, without a copy where there is one campaign only."""
    return values[0] if len(values) == 1 else values.sum(axis=0)


def _to_date(flows: Minor, axis: int = 0) -> Minor:
    """Flows added up along an axis; several times faster than cumsum on axes but the last."""
    total = flows.copy()
    rows = np.moveaxis(total, axis, 0)
    for k in range(1, len(rows)):
        rows[k] += rows[k - 1]
    return total

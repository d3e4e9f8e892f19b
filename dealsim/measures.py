"""Measures: pure functions from a chunk's paths to metrics, cash and month-end series.

Sampled money is counted in whole minor units until the last moment, so that every total equals
the sum of its parts exactly; metrics are then given in currency units (docs/model.md,
9 to 11 and 14).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealsim.engine import (
    Array,
    Grid,
    Inputs,
    Minor,
    Paths,
    declared_counts,
    declared_lines,
    escheat_each,
    minor_units,
)
from dealsim.scenario import Instalments

NOTHING = 1e-6
"""Minor units that are none: what binary fractions leave of nothing in expected mode."""

FLOWS = tuple(count.name for count in declared_counts() if count.series)

BOOKED = ("vouchers_sold", "vouchers_refunded", "cashed_out", "lapsed")
"""Flows of vouchers that the books need beside those shown."""

VISITS = ("covered_in_time", "covered_late", "till_late", "cost_late")
"""Amounts of a visit that only the books tell apart, in currency units, unrounded."""

CASH = ("remittance", "fixed_fee", "till_receipts", "voucher_visit_cost", "escheat_paid")
"""Money lines whose flows the books need month by month."""


@dataclass(frozen=True)
class Measured:
    """A chunk's results: metrics (trial,), timeline (month, trial), paths (cut, trial)."""

    metrics: dict[str, Array]
    timeline: dict[str, Array]
    paths: dict[str, Array]


def measure(
    paths: Paths,
    inputs: Inputs,
    grid: Grid,
    minor_digits: int,
    *,
    steps: bool = True,
    books: bool = False,
) -> Measured:
    """All measures of one chunk of trials.

    `steps` keeps the paths between month ends as well, `books` the monthly money of the books.
    """
    unit = 10.0**minor_digits
    lines = {name: _all_campaigns(line) for name, line in paths.lines.items()}
    counts = {name: _all_campaigns(count) for name, count in paths.counts.items()}
    cash = cumulative_cash(lines)
    metrics = {name: line[-1] / unit for name, line in lines.items()}
    metrics |= {name: count[-1].copy() for name, count in counts.items()}
    metrics |= _profits(lines, unit)
    metrics |= _cash_metrics(cash, lines, inputs, grid, unit)
    metrics |= _voucher_metrics(paths, inputs, grid, minor_digits)
    metrics["cost_per_new_regular"] = _cost_per_new_regular(metrics)
    timeline = _timeline(cash, paths, inputs, grid, minor_digits)
    if books:
        timeline |= _books(lines, paths, grid, unit)
    return Measured(metrics, timeline, _between_months(cash, counts, unit) if steps else {})


def cumulative_cash(lines: Mapping[str, Minor]) -> Minor:
    """Incremental cash to date at each cut, (cut, trial), in minor units."""
    cash = np.zeros_like(next(iter(lines.values())))
    for line in declared_lines():
        if line.cash and line.sign > 0:
            cash += lines[line.name]
        elif line.cash and line.sign < 0:
            cash -= lines[line.name]
    return cash


def held_over_time(counts: Mapping[str, Array], cuts: object = slice(None)) -> Array:
    """Vouchers sold whose fate is open (eq. 14.1) at some cuts, (campaign, cut, trial)."""
    held = counts["vouchers_sold"][:, cuts].copy()  # type: ignore[index]
    for count in declared_counts():
        if count.fate:
            held -= counts[count.name][:, cuts]  # type: ignore[index]
    return held


def _all_campaigns(values: NDArray[Any]) -> NDArray[Any]:
    """Sum over the campaign axis, without a copy where there is one campaign only."""
    return values[0] if len(values) == 1 else values.sum(axis=0)


def _between_months(cash: Minor, counts: Mapping[str, Array], unit: float) -> dict[str, Array]:
    served = counts["redeemed_in_time"] + counts["presented_late"]
    away = counts["turned_away"]
    return {"cumulative_cash": cash / unit, "served": served, "turned_away": away}


def _profits(lines: Mapping[str, Minor], unit: float) -> dict[str, Array]:
    end = {name: line[-1] for name, line in lines.items()}
    campaign = sum(line.sign * end[line.name] for line in declared_lines() if line.campaign)
    incremental = sum(line.sign * end[line.name] for line in declared_lines())
    return {"campaign_profit": campaign / unit, "incremental_profit": incremental / unit}


def _cash_metrics(
    cash: Minor, lines: Mapping[str, Minor], inputs: Inputs, grid: Grid, unit: float
) -> dict[str, Array]:
    return {
        "npv": net_present_value(cash, lines["tail_reserve"][-1], inputs, grid) / unit,
        "lowest_cash": np.where(cash.min(axis=0) < -NOTHING, cash.min(axis=0), 0) / unit,
        "payback_days": payback_days(cash, grid),
    }


def net_present_value(cash: Minor, reserve: Minor, inputs: Inputs, grid: Grid) -> Array:
    """Step cash discounted to day 0 at the yearly rate, less the discounted reserve (eq. 14.4)."""
    rate = inputs.values["discount_rate"]
    total = cash[0].astype(float)
    for k in range(1, len(cash)):
        total += (cash[k] - cash[k - 1]) * (1.0 + rate) ** (-grid.cuts[k] / 365.0)
    return np.asarray(total - reserve * (1.0 + rate) ** (-grid.horizon / 365.0))


def payback_days(cash: Minor, grid: Grid) -> Array:
    """Day of the first cut from which cumulative cash stays >= 0; NaN where it never does."""
    negative = cash < -NOTHING
    last = len(cash) - 1 - np.argmax(negative[::-1], axis=0)
    ever = negative.any(axis=0)
    following = np.minimum(last + 1, len(cash) - 1)
    days = np.where(ever, grid.cuts[following], 0).astype(float)
    return np.where(negative[-1], np.nan, days)


def paid_value_held(paths: Paths, inputs: Inputs, cuts: object, minor_digits: int) -> Minor:
    """Paid value outstanding at some cuts: price x held, (campaign, cut, trial), minor units."""
    price = inputs.values["deal.price"]
    held = held_over_time(paths.counts, cuts)
    return minor_units(held * price, minor_digits, whole=paths.whole)


def _voucher_metrics(
    paths: Paths, inputs: Inputs, grid: Grid, minor_digits: int
) -> dict[str, Array]:
    """Stocks at expiry and at the horizon; at expiry undefined where the horizon comes first."""
    unit = 10.0**minor_digits
    held = held_over_time(paths.counts, [grid.steps])[:, 0].sum(axis=0)
    owed = paid_value_held(paths, inputs, [grid.steps], minor_digits)
    at_expiry = np.zeros(held.shape)
    for c, campaign in enumerate(grid.campaigns):
        if campaign.expiry > grid.horizon:
            at_expiry += np.nan
        else:
            cut = [grid.step_of(campaign.expiry)]
            due = paid_value_held(paths, inputs, cut, minor_digits)
            at_expiry += liability_of(due, inputs, grid, cut)[c, 0]
    return {
        "still_held": held,
        "outstanding_value": owed[:, 0].sum(axis=0) / unit,
        "liability_at_expiry": at_expiry / unit,
        "liability_at_horizon": liability_of(owed, inputs, grid, [grid.steps])[:, 0].sum(axis=0)
        / unit,
    }


def liability_of(owed: Minor, inputs: Inputs, grid: Grid, cuts: Sequence[int]) -> Minor:
    """The merchant's obligation: the paid value outstanding, where it has been paid for it.

    `owed` is that paid value at some `cuts`, (campaign, cut, trial). Paid on redemption, the
    merchant has received nothing for vouchers still held and owes nothing to book; what went to
    the state as unclaimed property is owed no more (docs/model.md, 10).
    """
    if not isinstance(inputs.scenario.platform.payout, Instalments):
        return np.zeros_like(owed)
    if inputs.scenario.escheat is None:
        return owed
    price = inputs.values["deal.price"]
    kept = 1.0 - np.minimum(escheat_each(inputs) / price, 1.0)
    left = owed.copy()
    for c, campaign in enumerate(grid.campaigns):
        if campaign.dormancy is not None:
            over = (grid.cuts[cuts] >= campaign.dormancy)[:, np.newaxis]
            part = minor_units(owed[c] * kept, 0, whole=owed.dtype.kind == "i")
            left[c] = np.where(over, part, owed[c])
    return left


def _cost_per_new_regular(metrics: Mapping[str, Array]) -> Array:
    """What each customer won cost in this trial; NaN where none was won."""
    won = metrics["new_regulars"]
    cost = metrics["returning_margin"] - metrics["incremental_profit"]
    return np.divide(cost, won, out=np.full(won.shape, np.nan), where=won > 0)


def _timeline(
    cash: Minor, paths: Paths, inputs: Inputs, grid: Grid, minor_digits: int
) -> dict[str, Array]:
    """Month-end series: flows of the month, stocks at its end (month, trial)."""
    unit, ends = 10.0**minor_digits, list(grid.month_ends)
    owed = paid_value_held(paths, inputs, ends, minor_digits)
    total = owed.sum(axis=0)
    live = np.zeros_like(total)
    for c, campaign in enumerate(grid.campaigns):
        live += np.where((grid.cuts[ends] < campaign.expiry)[:, np.newaxis], owed[c], 0)
    series = {
        "cash": np.diff(cash[ends], axis=0, prepend=0) / unit,
        "cumulative_cash": cash[ends] / unit,
    }
    for name in (*FLOWS, *BOOKED):
        series[name] = np.diff(paths.counts[name][:, ends].sum(axis=0), axis=0, prepend=0)
    # Vouchers expected after the horizon are noted on it.
    series["to_come"] = np.diff(paths.notes["to_come"][:, ends].sum(axis=0), axis=0, prepend=0)
    return series | {
        "held": held_over_time(paths.counts, ends).sum(axis=0),
        "outstanding_value": total / unit,
        "liability": liability_of(owed, inputs, grid, ends).sum(axis=0) / unit,
        "outstanding_live": live / unit,
        "outstanding_after_expiry": (total - live) / unit,
    }


def _books(lines: Mapping[str, Minor], paths: Paths, grid: Grid, unit: float) -> dict[str, Array]:
    """Money of each month by the parts that entries need, (month, trial), currency units."""
    ends = list(grid.month_ends)
    money = {name: lines[name][ends] / unit for name in CASH}
    money |= {name: _all_campaigns(paths.notes[name])[ends] for name in VISITS}
    return {name: np.diff(values, axis=0, prepend=0) for name, values in money.items()}

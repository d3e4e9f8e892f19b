"""What must hold on every trial and step of every simulation (docs/model.md, section 11).

`conftest.py` runs these around every chunk that any test simulates. All comparisons of sampled
counts and of money are exact: integers and whole minor units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealsim.engine import Array, Context, Minor, Records
from dealsim.registry import COUNTS, LINES
from dealsim.results import Measured, measure
from dealsim.results.active import active_lines

NOISE = 1e-6
"""Expected counts are real numbers; they may miss an identity by rounding error only."""


@dataclass(frozen=True)
class Paths:
    """Records to date at each mark, (campaign, mark, trial): money in minor units, and counts."""

    marks: tuple[int, ...]
    lines: Mapping[str, Minor]
    counts: Mapping[str, Array]
    whole: bool
    uses: Array
    """Uses of a voucher, (campaign or 1, 1, 1)."""

    @property
    def held(self) -> Array:
        """Uses of the vouchers sold whose fate is open."""
        held = (self.counts["vouchers_sold"] - self.counts["vouchers_refunded"]) * self.uses
        for count in COUNTS:
            if count.fate and count.name != "vouchers_refunded":
                held -= self.counts[count.name]
        return held


def check_invariants(records: Records, context: Context) -> Paths:
    """Raise AssertionError where a chunk breaks an identity; returns its records to date."""
    paths = Paths(
        records.marks,
        {name: _to_date(flow) for name, flow in records.lines.items()},
        {name: _to_date(flow) for name, flow in records.counts.items()},
        records.whole,
        context.parameters.deal.uses,
    )
    _check_counts(records, paths)
    _check_money(records, paths, context)
    _check_unclaimed(paths, context)
    _check_displaced(paths, context)
    _check_sales_tax(records, paths, context)
    if set(context.clock.month_ends) <= set(records.marks):
        _check_measures(measure(records, context, ("timeline",)), paths, context.minor_digits)
    return paths


def _to_date(flow: Array) -> Array:
    """Flows added up over the marks; much faster than cumsum, and quicker still where nil."""
    total = flow.copy()
    if flow.any():
        for mark in range(1, flow.shape[1]):
            total[:, mark] += total[:, mark - 1]
    return total


def _check_counts(records: Records, paths: Paths) -> None:
    tolerance = 0.0 if paths.whole else NOISE
    assert (paths.held >= -tolerance).all(), "fewer vouchers held than none"
    for name, flow in records.counts.items():
        if not flow.any():
            continue
        assert flow.min() >= -tolerance, f"{name} went down"
        if paths.whole:
            assert (flow == np.floor(flow)).all(), f"{name} is not whole"


def _check_money(records: Records, paths: Paths, context: Context) -> None:
    lines = {name: line.sum(axis=0)[-1] for name, line in paths.lines.items()}
    incremental = sum(line.sign * lines[line.name] for line in LINES)
    cash = records.cash.sum(axis=0)
    gap = np.abs(cash - incremental - lines["tail_reserve"]).max()
    size = max(1.0, float(np.abs(cash).max()) / 1e6)
    assert gap <= (0 if paths.whole else NOISE * size), "cash differs from profit"
    row = context.clock.row_of(0)
    fee = paths.lines["fixed_fee"][:1, -1].sum(axis=0)
    if len(context.clock.campaigns) == 1:
        assert (records.cash[row] == -fee).all(), "the fee falls on day 0"


def _check_unclaimed(paths: Paths, context: Context) -> None:
    """Cash-outs are the price each, escheat to date its share of what is held (5.9, 9.10, 9.11)."""
    moving = {line.name for line in active_lines(context.scenarios[0])}
    for line in LINES:
        if len(context.scenarios) == 1 and line.name not in moving:
            assert not paths.lines[line.name].any(), f"{line.name} moved where nothing can move it"
    rounding = 0.5 + NOISE if paths.whole else NOISE
    unit = 10.0**context.minor_digits
    cash = paths.counts["cashed_out"] * context.parameters.deal.price * unit
    assert np.abs(paths.lines["cash_outs"] - cash).max() <= rounding, "cash differs from the price"
    due, marks = paths.held * context.parameters.escheat * unit, np.array(paths.marks)
    for c, campaign in enumerate(context.clock.campaigns):
        paid = paths.lines["escheat_paid"][c]
        begun, over = (
            marks >= (np.inf if day is None else day) for day in (campaign.dormancy, campaign.lapse)
        )
        told = _step_ends(marks, context)
        assert not paid[~begun].any(), "escheat before it is due"
        gap = np.abs(paid - due[c])[begun & ~over & told]
        assert not gap.size or gap.max() <= rounding, "escheat differs from what is held"
        assert not np.diff(paid[over & told], axis=0).any(), "escheat moved after the lapse"


def _check_displaced(paths: Paths, context: Context) -> None:
    """What displaced visits cost is their margin each: those that the deal turns away, less those
    that would have been turned away without it (6.7, 6.8)."""
    visits = paths.counts["own_turned_away"] - paths.counts["own_turned_away_without_deal"]
    margin = context.parameters.business.usual_margin[0] * 10.0**context.minor_digits
    rounding = 0.5 + NOISE if paths.whole else NOISE
    lost = paths.lines["displaced_margin"].sum(axis=0)
    gap = np.abs(lost - visits.sum(axis=0) * margin)
    told = _step_ends(np.array(paths.marks), context)
    assert gap[told].max(initial=0.0) <= rounding, "displaced margin differs from the visits"


def _check_sales_tax(records: Records, paths: Paths, context: Context) -> None:
    """The line is what follows from vouchers and till (9.14 to 9.17), (campaign, trial)."""
    tax = context.parameters.sales_tax
    if context.clock.past and tax.on_covered.any():
        return  # bills that a register does not tell
    names = ("redeemed_in_time", "presented_late", "lapsed", "cashed_out")
    count = {name: values[:, -1] for name, values in paths.counts.items()}
    each = (
        tax.in_time - tax.fee_credit_in_time,
        tax.late - tax.fee_credit_late,
        tax.lapsed,
        -tax.at_issue,
    )
    due = sum(count[name] * part[:, 0] for name, part in zip(names, each, strict=True))
    kept = (count["vouchers_sold"] - count["vouchers_refunded"]) * paths.uses[:, 0]
    due = due + kept * (tax.at_issue - tax.fee_credit)[:, 0]
    covered = sum(records.memos[f"covered_{when}"].sum(axis=1) for when in ("in_time", "late"))
    due = (due + covered * tax.on_covered[:, 0]) * 10.0**context.minor_digits
    due = due + paths.lines["till_receipts"][:, -1] * tax.share[:, 0]
    gap = np.abs(paths.lines["sales_tax"][:, -1] - due).max()
    scale = 1e-9 * np.abs(due).max()
    assert gap <= (1.0 if paths.whole else 0.0) + NOISE + scale, "sales tax differs from its bases"


def _step_ends(marks: NDArray[np.int64], context: Context) -> NDArray[np.bool_]:
    """Which marks end a step: behaviour is told at the end of its step."""
    ends = {step.t1 for step in (*context.clock.past, *context.clock.steps)}
    return np.array([int(day) in ends for day in marks])


def _check_measures(found: Measured, paths: Paths, minor_digits: int) -> None:
    metrics, unit = found.metrics, 10.0**minor_digits
    parts = sum(line.sign * metrics[line.name] for line in LINES if line.name in metrics)
    gap = np.abs(parts - metrics["incremental_profit"]).max()
    scale = 1.0 + np.abs(metrics["incremental_profit"]).max()
    assert gap <= 1e-9 * scale * unit, "money lines do not sum to incremental_profit"
    owed = found.timeline["liability"]
    least = 0.0 if paths.whole else -NOISE
    assert (owed >= least).all() and (owed <= found.timeline["outstanding_value"] + NOISE).all()
    flows = found.timeline["cash"].sum(axis=0)
    expected = metrics["incremental_profit"] + metrics["tail_reserve"]
    assert np.abs(flows - expected).max() <= 1e-6 * max(1.0, scale / 1e6)
    stocks = found.timeline["outstanding_live"] + found.timeline["outstanding_after_expiry"]
    assert np.abs(stocks - found.timeline["outstanding_value"]).max() <= NOISE
    assert (metrics["lowest_cash"] <= 0).all()
    claims, at_expiry = metrics["likely_claims"], metrics["liability_at_expiry"]
    assert (claims >= -NOISE).all()
    if not np.any(metrics["escheat_paid"]):  # what went to the state may still be asked for
        known = ~np.isnan(at_expiry)
        half = 0.5 / unit + NOISE if paths.whole else NOISE
        assert (claims <= at_expiry + half)[known].all(), "more is asked for than is owed"

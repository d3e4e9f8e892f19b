"""Words for metrics, lines, series and inputs: the one place in which output has them.

Files, tables and plots call a thing by its name with spaces for underscores; what else is needed
to show it (its unit, a longer word on an axis) stands here and nowhere else.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from dealsim.registry import COUNTS, LINES, METRICS, SERIES
from dealsim.units import format_count, format_share

SUMMARY = (
    "incremental_profit",
    "campaign_profit",
    "lowest_cash",
    "payback_days",
    "vouchers_sold",
    "redeemed_in_time",
    "presented_late",
    "turned_away",
    "outstanding_value",
    "new_regulars",
    "cost_per_new_regular",
)
"""Metrics of the summary table of a run; `summary.json` has the others."""

CHANCES = {
    "incremental_profit": ("loss", "probability_of_loss"),
    "campaign_profit": ("loss", "probability_of_campaign_loss"),
    "payback_days": ("never", "probability_no_payback"),
}
"""The chance that goes with a metric in that table: its word, and its name in the summary."""

BALANCES = {"outstanding_value": "at the end"}
"""Metrics that are a balance of a day, for the column that would hold a chance."""

AXES = {
    "cumulative_cash": "cumulative incremental cash",
    "outstanding_value": "paid value outstanding",
    "served": "vouchers redeemed a week",
    "presented": "vouchers presented to date",
    "breakage": "breakage recognised to date",
}
"""Series whose axis says more than their name."""

MILESTONES = {"promo_expiry": "promotion expires", "paid_value_lapse": "paid value lapses"}
"""Days that plots mark."""

OWED = {"outstanding": "paid value held", "liability": "owed in the books"}
"""Amounts that a register is compared by."""

INPUTS: Sequence[tuple[str, str, str]] = (
    (r"deal\.refunds", "vouchers refunded", "share"),
    (r"deal\.demand", "vouchers wanted", "count"),
    (r"deal\.cap", "vouchers offered at most", "count"),
    (r"customers\.([^.]+)\.share", "share of customers: {0}", "share"),
    (r"customers\.([^.]+)\.redeem", "{0} who redeem", "share"),
    (r"(?:customers\.([^.]+)\.)?redemption\.half_life", "half-life of redemptions{1}", "days"),
    (r"(?:customers\.([^.]+)\.)?redemption\.rush\.share", "rush before expiry{1}", "share"),
    (r"(?:customers\.([^.]+)\.)?redemption\.rush\.last", "length of that rush{1}", "days"),
    (r"(?:customers\.([^.]+)\.)?redemption\.late\.share", "holders who come late{1}", "share"),
    (r"(?:customers\.([^.]+)\.)?redemption\.late\.half_life", "half-life of late ones{1}", "days"),
    (r"accounting\.cash_out\.share", "holders who ask for cash", "share"),
)
"""Paths, what they are, and what kind of number; `{0}` is a segment, `{1}` one in brackets."""


_PLAIN = {one.name: one.label for one in (*SERIES, *COUNTS, *LINES, *METRICS)}
_UNITS = {metric.name: metric.unit for metric in METRICS}


def label(name: str) -> str:
    """A metric, line, series or state in words: `redeemed in time`."""
    return name.replace("_", " ")


def plain(name: str) -> str:
    """A line, metric or series in everyday words, of the registry: `the site pays you`; where it
    has none, as `label` has it."""
    return _PLAIN.get(name, label(name))


def unit_of(metric: str) -> str:
    """The unit of a metric: "count", "days" or "money"."""
    unit = _UNITS[metric]
    return unit if unit in ("days", "money") else "count"


def input_label(path: str) -> str:
    """An input in words: `bargain hunters who redeem`; its path where there are none."""
    for pattern, words, _ in INPUTS:
        if match := re.fullmatch(pattern, path):
            segment = label((match.group(1) or "") if match.re.groups else "")
            return words.format(segment, f" ({segment})" if segment else "")
    return path


def input_value(path: str, value: float) -> str:
    """A value of that input: `79 %`, `97 days`."""
    kind = next((kind for pattern, _, kind in INPUTS if re.fullmatch(pattern, path)), "")
    if not math.isfinite(value):
        return "n/a"
    if kind == "share":
        return format_share(value)
    if kind == "days":
        return f"{format_count(value)} days"
    return format_count(value) if kind == "count" else f"{value:.4g}"

"""Words for metrics, lines and series: the one place in which output has them (those for inputs
stand with the keys of the scenario, `dealsim.scenario.in_words`).

Files, tables and plots call a thing by its name with spaces for underscores; what else is needed
to show it (its unit, a longer word on an axis) stands here and nowhere else.
"""

from __future__ import annotations

from dealsim.registry import COUNTS, LINES, METRICS, SERIES

SUMMARY = (
    "incremental_profit",
    "campaign_profit",
    "reputation_margin",
    "sales_tax",
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
    "trade_change": "your own trade, against that without the deal",
    "breakage": "breakage recognised to date",
}
"""Series whose axis says more than their name."""

MILESTONES = {"promo_expiry": "promotion expires", "paid_value_lapse": "paid value lapses"}
"""Days that plots mark."""

OWED = {"outstanding": "paid value held", "liability": "owed in the books"}
"""Amounts that a register is compared by."""

_PLAIN = {
    **{one.name: one.label for one in SERIES},
    **{one.name: one.label for one in COUNTS},
    **{one.name: one.label for one in LINES},
    **{one.name: one.label for one in METRICS},
}
_UNITS = {metric.name: metric.unit for metric in METRICS}


def label(name: str) -> str:
    """A metric, line, series or state in words: `redeemed in time`."""
    return name.replace("_", " ")


def plain(name: str) -> str:
    """A line, metric or series in everyday words, of the registry: `the site pays you`; where it
    has none, as `label` has it."""
    return _PLAIN.get(name, label(name))


def unit_of(metric: str) -> str:
    """The unit of a metric: "count", "days", "money" or "stars"."""
    unit = _UNITS[metric]
    return unit if unit in ("days", "money", "stars") else "count"

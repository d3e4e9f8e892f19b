"""The verdict: what a run says to an owner, in one or two plain sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dealsim.results.intervals import Z95, wilson_error
from dealsim.scenario import Instalments, Scenario
from dealsim.units import format_count, format_money, format_share

MATTERS = 0.1
"""Rank correlation with the profit below which an input moves the result little."""


def verdict(scenario: Scenario, document: Mapping[str, Any]) -> str:
    """Sentences for `summary.json` and the head of the terminal summary.

    The figure after ± is simulation error only (95 %), never the doubt about the inputs.
    """
    if document["mode"] == "expected":
        return _expected(scenario, document["metrics"])
    metrics, currency = document["metrics"], scenario.currency
    parts = [_odds(document["risk"]["probability_of_loss"], document["trials"])]
    parts.append(_typically(metrics["incremental_profit"]["p50"], currency))
    parts += [part for part in (_customers(metrics, currency), _owed(scenario, metrics)) if part]
    return "; ".join(parts) + ". " + _defaults(document["inputs"])


def _odds(loss: float, trials: int) -> str:
    futures = f"{trials:,} simulated futures" if trials != 1 else "1 simulated future"
    if loss == 0.0:
        return f"In {futures} this deal never loses money"
    if loss == 1.0:
        return f"In {futures} this deal always loses money"
    error = Z95 * wilson_error(loss, trials)
    return (
        f"In {futures} this deal loses money {format_share(loss)} of the time "
        f"(± {format_share(error)})"
    )


def _typically(median: float, currency: str) -> str:
    amount = format_money(abs(median), currency)
    if median == 0:
        return "typically it neither earns nor costs you anything"
    return f"typically it {'earns' if median > 0 else 'costs'} you {amount}"


def _customers(metrics: Mapping[str, Any], currency: str) -> str | None:
    cost = metrics["cost_per_new_regular"]["mean"]
    if cost is None:
        return "it wins no returning customers"
    if cost <= 0:
        return "the customers who return come at no cost"
    return f"each customer won costs {format_money(cost, currency)}"


def _owed(scenario: Scenario, metrics: Mapping[str, Any]) -> str | None:
    if not isinstance(scenario.platform.payout, Instalments):
        held = metrics["still_held"]["p50"]
        return f"{format_count(held)} vouchers can still be presented at the end" if held else None
    at_expiry, at_horizon = metrics["liability_at_expiry"], metrics["liability_at_horizon"]
    if at_expiry["p50"] is None:
        owed, when = at_horizon["p50"], "at the horizon, before expiry"
    else:
        owed, when = at_expiry["p50"], "after expiry"
    if not owed:
        return None
    return f"{format_money(owed, scenario.currency)} of paid value is still owed {when}"


def _defaults(inputs: Mapping[str, Any]) -> str:
    count, total = inputs["defaults"], inputs["total"]
    if count == 0:
        most = inputs["most_influential"]
        text = f"All {total} inputs are your own"
    else:
        most = inputs["most_influential_default"]
        text = f"{count} of {total} inputs are defaults, not yours"
    if most is None:
        return text + "."
    if abs(most["rank_correlation"]) < MATTERS:
        return f"{text}; the one that matters most, {most['path']}, moves the result little."
    return f"{text}; the one that matters most is {most['path']}."


def _expected(scenario: Scenario, metrics: Mapping[str, Any]) -> str:
    profit = metrics["incremental_profit"]["mean"]
    campaign = metrics["campaign_profit"]["mean"]
    money = format_money(abs(profit), scenario.currency, cents=True)
    word = "earns" if profit >= 0 else "loses"
    return (
        f"With every input at its mean this deal {word} {money} "
        f"(the campaign alone {format_money(campaign, scenario.currency, cents=True)}). "
        "This is one expected path, not the average of all futures where a cap, a minimum or a "
        "capacity binds, and it says nothing of risk."
    )

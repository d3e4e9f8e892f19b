"""Summaries: means with their errors, quantiles, risk, waterfall, and the verdict in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np

from dealsim.engine import Array
from dealsim.errors import Problem
from dealsim.registry import SERIES
from dealsim.results.active import is_active
from dealsim.results.advice import advice
from dealsim.results.campaigns import campaigns
from dealsim.results.crowd import beside_without, read_by_everybody
from dealsim.results.influence import idle_inputs, influences, inputs_by_origin
from dealsim.results.intervals import wilson_error
from dealsim.results.measures import Futures
from dealsim.results.statistics import Number
from dealsim.results.statistics import statistics_of as statistics_of
from dealsim.results.verdict import sentences
from dealsim.scenario import Scenario, Survey, feedback
from dealsim.units import DAYS_PER_MONTH

BANDS = {"p5": 5, "p50": 50, "p95": 95}

_WORTH_SAYING = 0.01
"""Inputs kept within bounds in fewer trials than this move nothing that can be seen."""


def summarise(result: Futures) -> dict[str, Any]:
    """`summary.json` as a dict: plain numbers, None where undefined, never NaN."""
    sampled = result.mode == "sampled"
    statistics, risk = figures(result)
    idle = idle_inputs(result.scenario)
    drawn = {path: values for path, values in result.inputs.items() if path not in idle}
    found = influences(drawn, result.metrics["incremental_profit"]) if sampled else ()
    document: dict[str, Any] = {
        "format": 1,
        "mode": result.mode,
        "scenario": {"name": result.scenario.name, "sha256": result.scenario.sha256},
        "currency": result.scenario.currency,
        "trials": result.trials,
        "seed": result.seed,
        "metrics": statistics,
        "risk": risk,
        "waterfall": waterfall(result),
        "timeline": _timeline(result),
        "inputs": inputs_by_origin(result.scenario, result.inputs, found),
    }
    if result.scenario.survey is not None:
        document["survey"] = _beside_survey(result, result.scenario.survey)
    if result.precise is not None:
        document["precision"] = result.precise.document()
    if result.by_campaign:
        document["campaigns"] = campaigns(result)
    if result.without_crowd:
        document["without_crowd"] = beside_without(result)
    if sampled and "viral_loss" in result.metrics:
        document["viral_post"] = read_by_everybody(result)
    if sampled:
        document["advice"] = advice(result, found)
    if sampled and result.trials > _timeline_trials(result):
        document["timeline_trials"] = _timeline_trials(result)
    document["verdict_sentences"] = sentences(result.scenario, document)
    document["verdict"] = " ".join(document["verdict_sentences"])
    document["warnings"] = [problem.text("warning") for problem in result.warnings]
    return document


def figures(result: Futures) -> tuple[dict[str, dict[str, Number]], dict[str, Number] | None]:
    """Statistics of every metric, and the risk (None in expected mode), as `summary.json` has
    them."""
    statistics = {name: _metric(result, name) for name in result.metrics}
    return statistics, _risk(result.metrics) if result.mode == "sampled" else None


def waterfall(result: Futures) -> list[dict[str, Any]]:
    """Signed mean of every money line; the bars sum to the mean of incremental_profit."""
    return [
        {"name": line.name, "mean": line.sign * _mean(result.metrics[line.name])}
        for line in result.lines
        if line.sign
    ]


def mean_of(result: Futures, name: str) -> Number:
    """The mean of a metric as the summary states it; None where undefined."""
    return _metric(result, name)["mean"]


def _metric(result: Futures, name: str) -> dict[str, Number]:
    values = result.metrics[name]
    if result.mode == "expected":
        return {"mean": _number(float(values[0]))}
    found = statistics_of(values)
    if name == "cost_per_new_regular":
        found["mean"], found["se"] = _ratio_of_means(result.metrics)
    return found


def _ratio_of_means(metrics: Mapping[str, Array]) -> tuple[Number, Number]:
    """mean(returning_margin - incremental_profit) / mean(new_regulars), with its standard error.

    The ratio of means, since trials that win nobody cost money too; error by the delta method.
    """
    won = metrics["new_regulars"]
    cost = metrics["returning_margin"] - metrics["incremental_profit"]
    if not won.mean() > 0:
        return None, None
    ratio = cost.mean() / won.mean()
    if len(won) < 2:
        return float(ratio), None
    spread = (cost - ratio * won).std(ddof=1)
    return float(ratio), float(spread / math.sqrt(len(won)) / won.mean())


def _risk(metrics: Mapping[str, Array]) -> dict[str, Number]:
    profit = metrics["incremental_profit"]
    worst = np.sort(profit)[: math.ceil(0.05 * len(profit))]
    loss, loss_se = probability(profit < 0)
    campaign, campaign_se = probability(metrics["campaign_profit"] < 0)
    return {
        "probability_of_loss": loss,
        "probability_of_loss_se": loss_se,
        "expected_shortfall_5": float(worst.mean()),
        "probability_no_payback": probability(np.isnan(metrics["payback_days"]))[0],
        "probability_of_campaign_loss": campaign,
        "probability_of_campaign_loss_se": campaign_se,
    }


def probability(happened: np.ndarray[Any, np.dtype[np.bool_]]) -> tuple[float, float]:
    """Share of trials in which something happened, and its standard error.

    The error is that of Wilson's interval: not nil where something never happened, or always.
    """
    share = float(happened.mean())
    return share, wilson_error(share, len(happened))


def _beside_survey(result: Futures, survey: Survey) -> dict[str, Any]:
    """What owners told a survey, and what each voucher visit would have to cost more than stated
    (less, where negative) for the campaign to make money as often as they say."""
    found = {"profitable": survey.profitable, "source": survey.source}
    if result.mode == "expected":
        return found
    metrics = result.metrics
    visits = metrics["redeemed_in_time"] + metrics["presented_late"]
    campaign = metrics["campaign_profit"][visits > 0] / visits[visits > 0]
    if not len(campaign):
        return found
    return found | {"cost_apart": float(np.quantile(campaign, 1.0 - survey.profitable))}


def _timeline(result: Futures) -> dict[str, Any]:
    document: dict[str, Any] = {
        # the day that ends at 00:00 of the next first
        "month_end": [(end - timedelta(days=1)).isoformat() for end in result.month_ends]
    }
    shown = [one.name for one in SERIES if is_active(result.scenario, one.section)]
    for name in shown:
        series = result.timeline[name]
        bands = {"mean": [_mean(month) for month in series]}
        if result.mode == "sampled":
            found = np.percentile(series, list(BANDS.values()), axis=1)
            bands |= {p: row.tolist() for p, row in zip(BANDS, found, strict=True)}
        document[name] = bands
    return document


def _timeline_trials(result: Futures) -> int:
    return int(result.timeline["held"].shape[1])


def clipping_warnings(scenario: Scenario, drawn: Mapping[str, Array]) -> list[Problem]:
    """Trials in which an input had to be kept within what the model can mean (docs/model.md, 8)."""
    found = []
    for name, segment in scenario.customers.items():
        returns, path = segment.returns, f"customers.{name}.returns"
        if returns is None:
            continue
        if returns.form == "rate":
            chance, rate, stay = (
                _values(scenario, drawn, f"{path}.{field}")
                for field in ("chance", "visits_per_month", "stay")
            )
            visits = np.maximum(rate * stay / DAYS_PER_MONTH, 1e-300)
            over = np.mean(chance * (1 + visits) / visits > 1)
            text = "so few visits cannot give so high a chance; it was lowered"
        elif returns.form == "count":
            over = np.mean(_values(scenario, drawn, f"{path}.visits") < 1)
            text = "visits came out below 1 and were taken as 1"
        else:
            continue
        if over >= _WORTH_SAYING:
            share = f"in {100 * over:.2g} % of trials"
            found.append(Problem(f"{path}: {share} {text}", path=path))
    over = np.mean(feedback(scenario, lambda path: _values(scenario, drawn, path)) >= 1.0)
    if over > 0:
        share = f"in {100 * over:.2g} % of trials"
        text = f"service: {share} word of mouth would feed on itself without end; it was lowered"
        found.append(Problem(text, path="service"))
    return found


def _values(scenario: Scenario, drawn: Mapping[str, Array], path: str) -> Array:
    return drawn[path] if path in drawn else np.array([scenario.numbers()[path].mean()])


def _mean(values: Array) -> float:
    return float(np.mean(values))


def _number(value: float) -> Number:
    return None if math.isnan(value) else value

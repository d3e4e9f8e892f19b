"""Several campaigns: what each adds to those before it, and how many of them are best."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dealsim.results.intervals import wilson_error
from dealsim.results.measures import Futures
from dealsim.results.statistics import statistics_of
from dealsim.units import format_money, format_share

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")

TOLD = 6
"""Most deals that the verdict tells one by one."""


def campaign_names(result: Futures) -> tuple[str, ...]:
    """What each campaign is called."""
    known = result.scenario.deal_names
    more = (f"deal {k + 1}" for k in range(len(known), len(result.campaigns)))
    return (*known, *more)


def campaigns(result: Futures) -> dict[str, Any]:
    """Each campaign's own result and the best number of them, for `summary.json`."""
    deals = []
    named = zip(campaign_names(result), result.campaigns, result.by_campaign, strict=True)
    for name, scenario, own in named:
        found: dict[str, Any] = {"name": name, "starts": scenario.starts.isoformat()}
        for metric, values in own.items():
            sampled = result.mode == "sampled"
            found[metric] = statistics_of(values) if sampled else {"mean": float(values[0])}
        if result.mode == "sampled":
            loss = float(np.mean(own["incremental_profit"] < 0))
            found["probability_of_loss"] = loss
            found["probability_of_loss_se"] = wilson_error(loss, result.trials)
        deals.append(found)
    total = np.cumsum([own["incremental_profit"] for own in result.by_campaign], axis=0)
    upto = np.concatenate([np.zeros_like(total[:1]), total])
    means = upto.mean(axis=1)
    best: dict[str, Any] = {"best_number": int(np.argmax(means)), "mean_with": means.tolist()}
    if result.mode == "sampled":
        chosen = np.bincount(np.argmax(upto, axis=0), minlength=len(upto))
        best["best_in"] = (chosen / result.trials).tolist()
    return {"deals": deals, **best}


def ordinal(number: int) -> str:
    """A place in words: first, second, ..., and `10th` beyond."""
    return ORDINALS[number - 1] if number <= len(ORDINALS) else f"{number}th"


def sentence(found: Mapping[str, Any], currency: str) -> str:
    """How often each deal loses by itself, and how many are best."""
    deals = found["deals"]
    shown = range(len(deals)) if len(deals) <= TOLD else (0, 1, len(deals) - 1)
    told = [
        f"the {ordinal(k + 1)} in {format_share(deals[k]['probability_of_loss'])}" for k in shown
    ]
    first = f"the first deal loses money in {told[0].removeprefix('the first in ')} of futures"
    last = deals[-1]["incremental_profit"]["mean"]
    does = f"{'earns' if last >= 0 else 'costs'} you {format_money(abs(last), currency)}"
    return (
        f"Each on top of those before it, {', '.join([first, *told[1:]])}; on average the last one "
        f"{does}, and you do best with {best_number(found)}."
    )


def best_number(found: Mapping[str, Any]) -> str:
    """How many deals, the first of the list, leave most on average."""
    best = found["best_number"]
    if best == len(found["deals"]):
        return f"all {best}"
    return {0: "no deal at all", 1: "the first alone"}.get(best, f"the first {best}")

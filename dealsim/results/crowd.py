"""What the sections on a crowd change: the same futures with them and without."""

from __future__ import annotations

from typing import Any

import numpy as np

from dealsim.results.intervals import wilson_error
from dealsim.results.measures import Futures
from dealsim.results.statistics import statistics_of

PROFIT = "incremental_profit"

SOME = 10
"""Futures with a post that everybody reads below which nothing is said of them."""


def beside_without(result: Futures) -> dict[str, Any]:
    """The profit without them and what they change of it, for `summary.json`: of the first futures,
    whose number is `trials`."""
    plain = result.without_crowd[PROFIT]
    changed = result.metrics[PROFIT][: len(plain)] - plain
    if result.mode == "expected":
        return {PROFIT: {"mean": float(plain[0])}, "changed": {"mean": float(changed[0])}}
    loss = float(np.mean(plain < 0))
    return {
        "trials": len(plain),
        PROFIT: statistics_of(plain),
        "probability_of_loss": loss,
        "probability_of_loss_se": wilson_error(loss, len(plain)),
        "changed": statistics_of(changed),
    }


def read_by_everybody(result: Futures) -> dict[str, float]:
    """In how many futures a bad post is read by everybody because of the deal, and the margin then
    lost on average, for `summary.json`."""
    lost = result.metrics["viral_loss"]
    happened = lost > 0
    chance = float(happened.mean())
    return {
        "futures": int(happened.sum()),
        "probability": chance,
        "probability_se": wilson_error(chance, len(lost)),
        "mean_loss": float(lost[happened].mean()) if happened.any() else 0.0,
    }

"""What every document of a decision begins with: its scenario, and what was simulated."""

from __future__ import annotations

import math
from typing import Any, Literal

from dealsim.decisions.precise import Reached
from dealsim.scenario import Scenario

Mode = Literal["sampled", "expected"]
FORMAT = 1
"""Of the documents of decisions."""


def heading(
    scenario: Scenario,
    trials: int,
    seed: int,
    precision: Reached | None = None,
    mode: Mode = "sampled",
) -> dict[str, Any]:
    """Format, mode, scenario, currency, trials and seed, as in `summary.json`, and what was reached
    of a precision where one was asked for."""
    return told(precision) | {
        "format": FORMAT,
        "mode": mode,
        "scenario": {"name": scenario.name, "sha256": scenario.sha256},
        "currency": scenario.currency,
        "trials": trials,
        "seed": seed,
    }


def told(precision: Reached | None) -> dict[str, Any]:
    """The part of a document that says what was reached of a precision."""
    return {} if precision is None else {"precision": precision.document()}


def number_or_none(value: float) -> float | None:
    """A number for JSON; None for NaN."""
    return None if math.isnan(value) else value

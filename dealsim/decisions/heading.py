"""What every document of a decision begins with: its scenario, and what was simulated."""

from __future__ import annotations

from typing import Any

from dealsim.decisions.precise import Reached
from dealsim.scenario import Scenario

FORMAT = 1
"""Of the documents of decisions."""


def heading(
    scenario: Scenario, trials: int, seed: int, precision: Reached | None = None
) -> dict[str, Any]:
    """Format, scenario, currency, trials and seed, as in `summary.json`, and what was reached of a
    precision where one was asked for."""
    return told(precision) | {
        "format": FORMAT,
        "scenario": {"name": scenario.name, "sha256": scenario.sha256},
        "currency": scenario.currency,
        "trials": trials,
        "seed": seed,
    }


def told(precision: Reached | None) -> dict[str, Any]:
    """The part of a document that says what was reached of a precision."""
    return {} if precision is None else {"precision": precision.document()}

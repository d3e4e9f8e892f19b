"""What every document of a decision begins with: its scenario, and what was simulated."""

from __future__ import annotations

from typing import Any

from dealsim.scenario import Scenario

FORMAT = 1
"""Of the documents of decisions."""


def heading(scenario: Scenario, trials: int, seed: int) -> dict[str, Any]:
    """Format, scenario, currency, trials and seed, as in `summary.json`."""
    return {
        "format": FORMAT,
        "scenario": {"name": scenario.name, "sha256": scenario.sha256},
        "currency": scenario.currency,
        "trials": trials,
        "seed": seed,
    }

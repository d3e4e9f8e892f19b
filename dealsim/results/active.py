"""Which of the registry's entries a scenario has."""

from __future__ import annotations

from dealsim.registry import LINES, Line
from dealsim.scenario import Scenario

REPUTATION = ("service", "rating", "engagement")
"""Optional sections whose lines make up reputation_margin."""


def is_active(scenario: Scenario, section: str | None) -> bool:
    """Whether a scenario has an optional section (None: part of every scenario).

    Terms that the law or the payout makes idle are not there: `accounting.cash_out` and
    `accounting.escheat` are asked of the scenario as a whole.
    """
    if section is None:
        return True
    found: object = scenario
    for name in section.removeprefix("accounting.").split("."):
        found = getattr(found, name, None)
    return found is not None


def active_lines(scenario: Scenario) -> tuple[Line, ...]:
    """Money lines that a trial of this scenario can move, in the order of the waterfall."""
    return tuple(
        line
        for line in LINES
        if is_active(scenario, line.section) and is_active(scenario, line.needs)
    )

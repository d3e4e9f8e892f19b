"""Whether word of mouth feeds on itself: newcomers whom a newcomer brings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dealsim.scenario.model.customers import Segment
from dealsim.scenario.model.scenario import Scenario
from dealsim.uncertain import Uncertain
from dealsim.units import DAYS_PER_MONTH

Value = Callable[[str], Any]
"""The number at a dotted path: its mean, or an array of draws."""


def feedback(scenario: Scenario, value: Value) -> Any:
    """Newcomers whom one newcomer brings by posts, phi of eq. 12.11 (docs/model.md), as `value`
    gives the numbers; 0 without a section `service`. At 1 or more their number has no end."""
    if scenario.service is None:
        return 0.0
    shares = {
        name: value(f"customers.{name}.share")
        for name, segment in scenario.customers.items()
        if isinstance(segment.share, Uncertain)
    }
    left = 1.0 - sum(shares.values())
    visits = sum(
        shares.get(name, left) * _later_visits(f"customers.{name}.returns", segment, value)
        for name, segment in scenario.customers.items()
    )
    posts = value("service.posts.positive") * (1.0 - value("service.posts.review_share"))
    visitors = value("service.reach") * value("service.convert")
    return posts * visitors * (1.0 + value("service.referred") * visits)


def _later_visits(path: str, segment: Segment, value: Value) -> Any:
    returns = segment.returns
    if returns is None or returns.form == "worth":
        return 0.0
    chance = value(f"{path}.chance")
    if returns.form == "count":
        return chance * value(f"{path}.visits")
    stayed = value(f"{path}.visits_per_month") * value(f"{path}.stay") / DAYS_PER_MONTH
    return chance * (1.0 + stayed)

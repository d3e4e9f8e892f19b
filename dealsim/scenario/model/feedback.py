"""Whether word of mouth feeds on itself: newcomers whom a newcomer brings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from dealsim.scenario.model.audience import LEAST_DISCOUNT, ON_CREDIT, SEGMENT_OF, Audience
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
    shares = _shares(scenario, value)
    visits = sum(
        shares[name] * _later_visits(f"customers.{name}.returns", segment, value)
        for name, segment in scenario.customers.items()
    )
    posts = value("service.posts.positive") * (1.0 - value("service.posts.review_share"))
    visitors = value("service.reach") * value("service.convert")
    return posts * visitors * (1.0 + value("service.referred") * visits)


def _shares(scenario: Scenario, value: Value) -> dict[str, Any]:
    """Each segment's share of the buyers; `rest` is what the others leave."""
    if scenario.audience is not None:
        return _mix(scenario.audience, scenario.customers, value)
    shares = {
        name: value(f"customers.{name}.share")
        for name, segment in scenario.customers.items()
        if isinstance(segment.share, Uncertain)
    }
    left = 1.0 - sum(shares.values())
    return {name: shares.get(name, left) for name in scenario.customers}


def _mix(audience: Audience, segments: Iterable[str], value: Value) -> dict[str, Any]:
    """The mix of buyers that a first deal in its markets makes (eq. 13.2, 13.8)."""
    markets = [f"audience.markets.{name}" for name in audience.offered_in or audience.markets]
    reached = {
        "hunters": sum(value(f"{m}.subscribers") * value(f"{m}.hunters") for m in markets),
        "newcomers": sum(value(f"{m}.subscribers") * value(f"{m}.fit") for m in markets),
        "existing": sum(value(f"{m}.existing") for m in markets),
    }
    bought = {SEGMENT_OF[kind]: n * value(f"audience.buy.{kind}") for kind, n in reached.items()}
    if audience.hunters_elasticity is not None:
        depth = 1.0 - value("deal.price") / value("deal.face_value")
        depth = np.maximum(depth, LEAST_DISCOUNT) / value("audience.reference_discount")
        apart = value("audience.hunters_elasticity") - value("audience.discount_elasticity")
        bought["bargain_hunters"] = bought["bargain_hunters"] * depth**apart
    credit = value("audience.referral_credit") * bought["bargain_hunters"]
    bought |= {"bargain_hunters": bought["bargain_hunters"] - credit, ON_CREDIT: credit}
    whole = np.maximum(sum(bought.values()), 1e-300)
    return {name: bought[name] / whole for name in segments}


def _later_visits(path: str, segment: Segment, value: Value) -> Any:
    returns = segment.returns
    if returns is None or returns.form == "worth":
        return 0.0
    chance = value(f"{path}.chance")
    if returns.form == "count":
        return chance * value(f"{path}.visits")
    stayed = value(f"{path}.visits_per_month") * value(f"{path}.stay") / DAYS_PER_MONTH
    return chance * (1.0 + stayed)

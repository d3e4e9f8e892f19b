"""Alternatives: what else the money could do, as deals that the same engine simulates.

An advert is an offer at full price: newcomers pay the usual ticket, nobody takes a commission, and
the advert costs a fixed fee. A discount of one's own is the same at a lower price, given away to
some who would have paid in full too. So returns, cost per regular, cash and risk are reckoned as
those of the deal are, and can be compared with them (docs/decide.md).
"""

from __future__ import annotations

from collections.abc import Mapping

from dealsim.decisions.terms import RANKS
from dealsim.engine import Array, Streams
from dealsim.errors import ScenarioError, UsageError
from dealsim.scenario import Alternative, Returns, Scenario, Staffed
from dealsim.uncertain import Uncertain

AT_ONCE = "14 days"
"""Time within which those who come because of it have come."""
LEAST_PAID = 0.01
"""A voucher's price must be above nil: a free first visit costs a customer this much."""

_RETURN_KEYS = (
    "chance",
    "spend",
    "cv",
    "visits_per_month",
    "stay",
    "visits",
    "after",
    "worth",
)


OF_THE_DEAL = (
    "deal",
    "platform",
    "redemption",
    "customers",
    "audience",
    "campaigns",
    "service",
    "rating",
    "engagement",
    "correlations",
    "expect",
)
"""Sections that say nothing of another use of the money."""


class OwnStreams:
    """Uniforms of an alternative: those of the business are the deal's, its own are its own."""

    def __init__(self, seed: int, name: str) -> None:
        self._streams, self._name = Streams(seed), name

    def uniforms(self, path: str, chunk: int) -> Array:
        shared = path.startswith(("business.", "discount_rate"))
        own = path if shared else f"alternatives.{self._name}.{path}"
        return self._streams.uniforms(own, chunk)


def alternative_scenario(scenario: Scenario, name: str) -> Scenario:
    """The alternative called `name` as a scenario of its own, of the same business and horizon.

    Raises UsageError where its numbers do not make one.
    """
    alternative = (scenario.alternatives or {})[name]
    changes = _offer(scenario, alternative) | {"customers": _customers(alternative)}
    try:
        return scenario.with_(changes, without=OF_THE_DEAL)
    except ScenarioError as error:
        raise UsageError(f"alternatives.{name}: {error.problems[0].message}") from None


def _offer(scenario: Scenario, alternative: Alternative) -> dict[str, object]:
    """The deal and platform that stand for an alternative."""
    ticket = scenario.business.usual_ticket.mean()
    discount = 0.0 if alternative.discount is None else alternative.discount.mean()
    paid = max(LEAST_PAID, ticket * (1 - discount))
    return {
        "deal": {
            "price": paid,
            "face_value": ticket,
            "demand": by_quantiles(alternative.new_customers, 1 / _newcomers(alternative)),
            "cap": "none",
            "minimum": 0,
            "sale_window": "1 days",
            "promo_expires": AT_ONCE,
            "after_expiry": "nothing",
            "refunds": 0,
        },
        "platform": {
            "commission": 0,
            "card_fee": 0,
            "fixed_fee": by_quantiles(alternative.spend),
            "payout": [{"after": "0 days", "share": 1}],
        },
        "redemption": {"half_life": "3 days", "rush": {"share": 0}, "late": {"share": 0}},
        **_places(scenario),
    }


def _places(scenario: Scenario) -> dict[str, object]:
    """The places there are without a deal: extra ones were planned for it."""
    places = scenario.business.capacity_per_week
    if not isinstance(places, Staffed):
        return {}
    return {"business.capacity_per_week": by_quantiles(places.first)}


def _newcomers(alternative: Alternative) -> float:
    """The share of those who get the discount that is new, at the means."""
    ordinary = alternative.ordinary_visits
    if ordinary is None or ordinary.mean() == 0:
        return 1.0
    new = alternative.new_customers.mean()
    return max(new / (new + ordinary.mean()), 1e-6)


def _customers(alternative: Alternative) -> dict[str, object]:
    share = _newcomers(alternative)
    each: dict[str, object] = {"redeem": 1, "use": 1, "overspend": {"chance": 0, "amount": 0}}
    brought = each | {"share": share, "would_have_come": 0}
    if alternative.returns is not None:
        brought["returns"] = _returns(alternative.returns)
    # names that no preset has a segment of, which would fill in what is left out
    if share == 1:
        return {"brought": brought}
    return {"brought": brought, "anyway": each | {"share": "rest", "would_have_come": 1}}


def _returns(returns: Returns) -> Mapping[str, object]:
    found = {key: getattr(returns, key) for key in _RETURN_KEYS}
    return {
        key: _days(value) if key in ("stay", "after") else by_quantiles(value)
        for key, value in found.items()
        if value is not None
    }


def _days(value: Uncertain) -> object:
    return f"{value.mean()!r} days" if value.is_constant else by_quantiles(value)


def by_quantiles(value: Uncertain, times: float = 1.0) -> object:
    """A number as a scenario may state it, `times` as large: itself where it is certain, else by
    its quantiles."""
    if value.is_constant:
        return value.mean() * times
    return {"values": (value.ppf(RANKS) * times).tolist()}

"""Parameters of the sections on a crowd: service, rating and engagement (docs/model.md, 12)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dealsim.engine.draws import Array
from dealsim.engine.parameters import Parameters, ReturnParameters
from dealsim.units import DAYS_PER_MONTH

FEEDBACK_LIMIT = 0.99
"""Newcomers whom a newcomer brings, at most: trials beyond are clipped (eq. 12.11)."""


@dataclass(frozen=True)
class ServiceParameters:
    """`service:`, (1, 1, trial or 1) each; `within`, `half_time` and `delay` in days."""

    complain: Array
    listen: Array
    compensation: Array
    own_visits: Array
    delay: Array
    reach: Array
    convert: Array
    bad_to_good: Array
    referred: Array
    base: Array = field(metadata={"path": "failures.base"})
    per_overload: Array = field(metadata={"path": "failures.per_overload"})
    from_load: Array = field(metadata={"path": "failures.from_load"})
    within: Array = field(metadata={"path": "answer.within"})
    fast: Array = field(metadata={"path": "answer.fast"})
    slow: Array = field(metadata={"path": "answer.slow"})
    half_time: Array = field(metadata={"path": "answer.half_time"})
    minutes: Array = field(metadata={"path": "handling.minutes"})
    wage: Array = field(metadata={"path": "handling.wage"})
    negative: Array = field(metadata={"path": "posts.negative"})
    positive: Array = field(metadata={"path": "posts.positive"})
    review_share: Array = field(metadata={"path": "posts.review_share"})
    viral_chance: Array = field(metadata={"path": "viral.chance"})
    viral_loss: Array = field(metadata={"path": "viral.loss"})
    viral_weeks: Array = field(metadata={"path": "viral.weeks"})

    @property
    def keep(self) -> Array:
        """Share of the complaints answered that keep the customer (eq. 12.4)."""
        late = 2.0 ** (-self.within / self.half_time)
        return np.asarray(self.slow + (self.fast - self.slow) * late)

    @property
    def visitors(self) -> Array:
        """Visits at full price that one positive post to friends brings, on average."""
        return np.asarray(self.reach * self.convert)


@dataclass(frozen=True)
class RatingParameters:
    """`rating:`, (1, 1, trial or 1) each."""

    reviews: Array
    average: Array
    reviews_per_week: Array
    deal_factor: Array
    revenue_per_star: Array


@dataclass(frozen=True)
class EngagementParameters:
    """`engagement:`, (1, 1, trial or 1) each."""

    posts_per_week: Array
    weeks: Array
    minutes_per_post: Array
    minutes_per_reply: Array
    wage: Array
    followers: Array
    spend_uplift: Array


def later_visits(returns: ReturnParameters) -> Array:
    """Later visits at full price expected of one who was served, by segment: chance (1 + vM) or
    chance n; none of the worth form, whose visits nobody counts (eq. 12.10)."""
    forms = np.array(returns.forms, dtype=object).reshape(1, -1, 1)
    expected = returns.visits_per_month / DAYS_PER_MONTH * returns.stay
    rate, count = returns.chance * (1.0 + expected), returns.chance * returns.visits
    return np.where(forms == "rate", rate, np.where(forms == "count", count, 0.0))


def referred_visits(parameters: Parameters, service: ServiceParameters) -> Array:
    """Later visits of a customer whom a post brought, rho of eq. 12.10, (1, 1, trial)."""
    visits = parameters.customers.share[:1] * later_visits(parameters.returns)[:1]
    return np.asarray(service.referred * visits.sum(axis=1, keepdims=True))


def feedback(parameters: Parameters, service: ServiceParameters) -> Array:
    """Newcomers whom one newcomer brings in the end, phi of eq. 12.11, (1, 1, trial)."""
    shares = service.positive * (1.0 - service.review_share)
    return np.asarray(shares * service.visitors * (1.0 + referred_visits(parameters, service)))


def displayed(stars: Array, reviews: Array, before: Array) -> Array:
    """Stars as they are displayed, in halves: 3.24 as 3, 3.25 as 3.5 (eq. 12.13); `before` where
    there are no reviews."""
    average = np.divide(stars, reviews, out=before + np.zeros_like(reviews), where=reviews > 0)
    return np.asarray(np.floor(2.0 * average + 0.5 + 1e-9) / 2.0)

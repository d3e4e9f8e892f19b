"""The fixed inputs of section 12: what a crowd does (docs/model.md)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stars:
    """`rating`: reviews there are, their average, and what they do to trade (12.13, 12.14)."""

    reviews: float
    average: float
    reviews_per_week: float
    deal_factor: float
    revenue_per_star: float


@dataclass(frozen=True)
class Crowd:
    """`service` (12.2 to 12.11); times in days, but for the weeks of a viral post."""

    base: float
    per_overload: float
    from_load: float
    complain: float
    listen: float
    within: float
    fast: float
    slow: float
    half_time: float
    compensation: float
    minutes: float
    wage: float
    own_visits: float
    delay: float
    negative: float
    positive: float
    review_share: float
    reach: float
    convert: float
    bad_to_good: float
    referred: float
    viral_chance: float
    viral_loss: float
    viral_weeks: float
    stars: Stars | None = None

    @property
    def keep(self) -> float:
        """Of complaints answered, the share kept (12.4)."""
        return self.slow + (self.fast - self.slow) * 2.0 ** (-self.within / self.half_time)

    @property
    def visitors(self) -> float:
        """Mean number of newcomers a post to friends brings, below the limit of (12.11)."""
        return self.reach * self.convert

"""Posting for followers: hours that it takes, and what followers spend (docs/model.md, 12)."""

from __future__ import annotations

import numpy as np

from dealsim.engine.context import Context
from dealsim.engine.crowd import EngagementParameters
from dealsim.engine.draws import Draws
from dealsim.engine.recorder import Recorder
from dealsim.engine.state import Flows, State

MANY = 8.0
"""Posts a week from which people answer in numbers (one practitioner's figures)."""
FEW_REPLIES, MANY_REPLIES = 0.3, 10.0
"""Comments a day below that number of posts and from it on."""


class EngagementMechanism:
    """From the sale on the owner posts, and answers comments; followers among those who come back
    may spend more (eq. 12.18)."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._business = context.parameters.business
        self._terms = context.parameters.section("engagement", EngagementParameters)

    def step(self, state: State, flows: Flows, draws: Draws, recorder: Recorder) -> None:
        terms, step = self._terms, flows.step
        if terms is None:
            return
        days = np.clip(7.0 * terms.weeks - step.t0, 0.0, step.days)
        if not days.any():
            return
        a_day = np.where(terms.posts_per_week >= MANY, MANY_REPLIES, FEW_REPLIES)
        replies = np.where(terms.posts_per_week > 0, a_day, 0.0) * days
        minutes = terms.posts_per_week * days / 7.0 * terms.minutes_per_post
        minutes = minutes + replies * terms.minutes_per_reply
        first = self._context.zeros_together()
        first[:1] = minutes / 60.0 * terms.wage
        recorder.add("engagement_cost", first)
        more = terms.followers * terms.spend_uplift * (days / step.days)
        if more.any() and np.any(flows.returning_spent):
            left = 1.0 - self._business.sales_tax - self._business.variable_cost
            recorder.add("engagement_margin", flows.returning_spent * more * left)

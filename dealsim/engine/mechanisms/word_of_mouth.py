"""What people say comes due: ordinary trade with the deal and without it (docs/model.md, 12)."""

from __future__ import annotations

import numpy as np

from dealsim.engine.both import WITH, WITHOUT, BothWorlds, both
from dealsim.engine.context import Context
from dealsim.engine.crowd import (
    RatingParameters,
    ServiceParameters,
    displayed,
    referred_visits,
)
from dealsim.engine.draws import ALL, Array, Draws
from dealsim.engine.recorder import Recorder
from dealsim.engine.state import Flows, State


class WordOfMouthMechanism:
    """Ordinary trade as the crowd changed it, in both worlds from the same draw: less what a viral
    post, the rating and disappointed customers take, with those whom posts bring (eq. 12.12 to
    12.16)."""

    def __init__(self, context: Context) -> None:
        self._context = context
        parameters = context.parameters
        self._business = parameters.business
        self._service = parameters.section("service", ServiceParameters)
        self._rating = parameters.section("rating", RatingParameters)
        if self._service is not None:
            self._again = referred_visits(parameters, self._service)

    def step(self, state: State, flows: Flows, draws: Draws, recorder: Recorder) -> None:
        service, per_week = self._service, self._business.visits_per_week
        if service is None or per_week is None:
            return
        days, worlds = float(flows.step.days), BothWorlds(draws)
        one = np.zeros((1, 1, self._context.trials))
        mean = per_week * (days / 7.0) + one
        plain = draws.of(ALL).poisson("ordinary trade", mean)
        trade = both(plain, plain)
        viral = worlds.binomial("viral", trade, np.minimum(1.0, state.viral * service.viral_loss))
        trade = trade - viral
        change = self._rating_change(state, mean)
        fewer = worlds.binomial("fewer for the rating", trade, np.maximum(0.0, -change))
        more = worlds.poisson("more for the rating", both(mean, mean) * np.maximum(0.0, change))
        trade = trade - fewer + more
        odds = -np.expm1(-days / service.delay) + one
        flows.unmade = worlds.binomial("unmade", state.unmade, odds)
        lost = np.minimum(flows.unmade, trade)
        flows.kept_visits = worlds.binomial("kept visits", state.kept_visits, odds)
        together = draws.of(ALL)
        flows.brought = together.binomial("brought", state.brought, odds)
        flows.brought_again = together.binomial("brought again", state.brought_again, odds)
        flows.more_again = together.poisson("more again", flows.brought * self._again)
        won = flows.brought + flows.brought_again
        flows.trade = trade - lost + both(won, 0.0 * won)
        recorder.add("trade_change", self._first(flows.trade[:, WITH] - flows.trade[:, WITHOUT]))
        self._report(recorder, viral, more - fewer, lost, flows.kept_visits, won)

    def _rating_change(self, state: State, mean: Array) -> Array:
        """Change of trade, as a share of it, by the stars displayed (eq. 12.14)."""
        rating = self._rating
        if rating is None:
            return np.zeros((1, 2, self._context.trials))
        first = displayed(rating.average, np.ones((1, 1, 1)), rating.average)
        stars = displayed(state.stars, state.reviews, rating.average + 0.0 * both(mean, mean))
        stars = np.where(state.reviews > 0, stars, first)
        return np.asarray(np.maximum(-1.0, rating.revenue_per_star * (stars - first)))

    def _report(
        self,
        recorder: Recorder,
        viral: Array,
        by_rating: Array,
        lost: Array,
        kept: Array,
        won: Array,
    ) -> None:
        """What that earns and costs: margins of visits of the world with the deal less those of the
        one without (eq. 12.17)."""
        margin = self._business.usual_margin
        for name, visits in (
            ("viral_loss", viral),
            ("rating_margin", by_rating),
            ("lost_margin", lost + kept),
            ("kept_margin", kept),
        ):
            if visits.any():
                recorder.add(name, self._first((visits[:, WITH] - visits[:, WITHOUT]) * margin))
        if won.any():
            recorder.add("won_margin", self._first(won * margin))
            recorder.add("visits_won", self._first(won))
        if lost.any():
            recorder.add("visits_lost", self._first(lost[:, WITH]))

    def _first(self, amount: Array) -> Array:
        """Book what belongs to all campaigns together on the first one."""
        out = self._context.zeros_together()
        out[:1] = amount
        return out

"""Reviews and the stars they add up to, with the deal and without it (docs/model.md, 12)."""

from __future__ import annotations

import numpy as np

from dealsim.engine.both import WITH, WITHOUT, both
from dealsim.engine.context import Context
from dealsim.engine.crowd import RatingParameters
from dealsim.engine.draws import ALL, Array, Draws
from dealsim.engine.recorder import Recorder
from dealsim.engine.state import Flows, State

LEAST = 1.0
"""Stars of a review at least, and of one who was disappointed by the crowd."""


class RatingMechanism:
    """Ordinary reviews keep coming at the average there was; voucher customers give fewer stars,
    and the disappointed one (eq. 12.13)."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._rating = context.parameters.section("rating", RatingParameters)
        self._begun = False

    def step(self, state: State, flows: Flows, draws: Draws, recorder: Recorder) -> None:
        rating = self._rating
        if rating is None:
            return
        one = np.zeros((1, 1, self._context.trials))
        if not self._begun:
            self._begin(state, recorder)
        usual = draws.of(ALL).poisson(
            "reviews", rating.reviews_per_week * (flows.step.days / 7.0) + one
        )
        usual = both(usual + flows.other_reviews, usual)
        of_vouchers = both(flows.voucher_reviews, 0.0 * one)
        stars = np.maximum(LEAST, rating.deal_factor * rating.average)
        before = self._average(state)
        state.reviews = state.reviews + usual + of_vouchers + flows.bad_reviews
        state.stars = (
            state.stars + usual * rating.average + of_vouchers * stars + flows.bad_reviews * LEAST
        )
        self._tell(recorder, self._average(state) - before)
        number = usual[:, WITH] + of_vouchers[:, WITH] + flows.bad_reviews[:, WITH]
        recorder.add("reviews", self._first(number))

    def _begin(self, state: State, recorder: Recorder) -> None:
        """The reviews there are when the sale opens."""
        rating, self._begun = self._rating, True
        assert rating is not None
        one = np.zeros((1, 2, self._context.trials))
        state.reviews = np.floor(rating.reviews + 0.5) + one
        state.stars = state.reviews * rating.average
        self._tell(recorder, rating.average + one)

    def _average(self, state: State) -> Array:
        assert self._rating is not None
        first = self._rating.average + np.zeros_like(state.stars)
        average = np.divide(state.stars, state.reviews, out=first, where=state.reviews > 0)
        return np.asarray(average)

    def _tell(self, recorder: Recorder, change: Array) -> None:
        """The averages, as what they change by: so that they add up to themselves."""
        recorder.add("rating", self._first(change[:, WITH]))
        recorder.add("rating_without_deal", self._first(change[:, WITHOUT]))

    def _first(self, amount: Array) -> Array:
        """Book what belongs to all campaigns together on the first one."""
        out = self._context.zeros_together()
        out[:1] = amount
        return out

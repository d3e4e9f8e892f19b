"""The vouchers in customers' hands: what a step's flows leave of them, and what lapses."""

from __future__ import annotations

import numpy as np

from dealsim.engine.context import Context
from dealsim.engine.draws import Draws
from dealsim.engine.recorder import Recorder
from dealsim.engine.state import Flows, State


class HoldMechanism:
    """Balances of those who never tried and of those under the late rule; lapses on the day on
    which nothing survives (eq. 5.7). Acts after all other fates of a step."""

    def __init__(self, context: Context) -> None:
        survives = context.parameters.deal.survives
        self._uses = context.parameters.deal.uses
        self._ends = np.where(survives, context.days("lapse"), context.days("expiry"))

    def step(self, state: State, flows: Flows, draws: Draws, recorder: Recorder) -> None:
        tried = flows.first_in_time + flows.first_late + flows.cashing
        holding = state.holding + flows.new_holders - tried
        again = state.holding_again - flows.again_late + flows.expired_waiting
        state.ended = state.ended + flows.ended
        over = (flows.step.t0 < self._ends) & (self._ends <= flows.step.t1)
        if over.any():
            unused = holding * self._uses + again
            flows.lapsed = np.where(over, unused, 0.0) + flows.rest_lapsed
            recorder.add("lapsed", flows.lapsed, before=np.zeros((1, 1, 1)))
            state.ended = state.ended + flows.lapsed.sum(axis=1, keepdims=True)
            holding, again = np.where(over, 0.0, holding), np.where(over, 0.0, again)
        state.holding, state.holding_again = holding, again

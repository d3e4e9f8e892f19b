"""Holders make their first attempt, in time or late (docs/model.md, 5)."""

from __future__ import annotations

from dealsim.engine.context import Context
from dealsim.engine.curves import conditional, hazard
from dealsim.engine.draws import Draws
from dealsim.engine.recorder import Recorder
from dealsim.engine.state import Flows, State


class RedeemMechanism:
    """First attempts of a step by the hazards of the redemption curves (eq. 5.3, 5.6)."""

    def __init__(self, context: Context) -> None:
        self._curves = context.curves
        self._close, self._expiry = context.days("close"), context.days("expiry")
        self._g = (-1, self._curves.in_time(0))
        self._l = (-1, self._curves.late_by(0))

    def step(self, state: State, flows: Flows, draws: Draws, recorder: Recorder) -> None:
        step, curves = flows.step, self._curves
        if ((self._close < step.t1) & (step.t0 < self._expiry)).any():
            before = self._g[1] if self._g[0] == step.t0 else curves.in_time(step.t0)
            after = curves.in_time(step.t1)
            chance = conditional(curves.redeem, before, after)
            flows.first_in_time = draws.binomial("first attempts", state.holding, chance)
            self._g = step.t1, after
        if (self._expiry < step.t1).any():
            # before expiry L stands still, so the late hazards are nil
            before = self._l[1] if self._l[0] == step.t0 else curves.late_by(step.t0)
            after = curves.late_by(step.t1)
            chance = hazard(curves.late * (after - before), 1.0 - curves.gone_at(before))
            holding = state.holding - flows.first_in_time
            flows.first_late = draws.binomial("late attempts", holding, chance)
            if state.holding_again.any():
                # who was turned away wants what was promised, never cash
                chance = conditional(curves.late, before, after)
                flows.again_late = draws.binomial("late again", state.holding_again, chance)
            self._l = step.t1, after

"""What is never presented: small balances taken in cash, and unclaimed property due to the state.

Equations 5.8, 5.9 and 9.10 to 9.12 of docs/model.md.
"""

from __future__ import annotations

import numpy as np

from dealsim.engine.context import Context
from dealsim.engine.curves import hazard, part_before
from dealsim.engine.draws import Draws
from dealsim.engine.recorder import Recorder
from dealsim.engine.state import Flows, State


class UnclaimedMechanism:
    """Holders who would never come late take the price paid (of a pack begun, what is left of it)
    in cash; the state takes its share of what is held on the day of dormancy, and gives it back
    for those who come after all.

    Acts when all other fates of a step are known but its lapses: on the day of a lapse the state
    comes first. What is due on a day within a step is told at its end, for those then held: to
    date that is the same (eq. 9.11).
    """

    def __init__(self, context: Context) -> None:
        self._curves = context.curves
        self._uses = context.parameters.deal.uses
        self._price, self._each = context.parameters.deal.price, context.parameters.escheat
        self._expiry, self._dormancy = context.days("expiry"), context.days("dormancy")
        packs = context.parameters.redemption
        rest = packs.cash_out_rest.any() or packs.cash_out_rest_later.any()
        self._cashing = context.curves.has_cash_outs or bool(rest)

    def step(self, state: State, flows: Flows, draws: Draws, recorder: Recorder) -> None:
        if self._cashing and (self._expiry < flows.step.t1).any():
            self._cash_out(state, flows, draws, recorder)
        self.hand_over(state, flows, recorder)

    def _cash_out(self, state: State, flows: Flows, draws: Draws, recorder: Recorder) -> None:
        """Of those who did not present theirs late in this step, who takes cash (eq. 5.9)."""
        curves, step = self._curves, flows.step
        before, after = curves.late_by(step.t0), curves.late_by(step.t1)
        taken, by_now = curves.cash_at(before), curves.cash_at(after)
        left = 1.0 - curves.gone_at(before) - curves.late * (after - before)
        holding = state.holding - flows.first_in_time - flows.first_late
        flows.cashing = draws.binomial("cash-outs", holding, hazard(by_now - taken, left))
        flows.cashed_out = flows.cashing * self._uses + flows.rest_cashed
        part = None
        if recorder.divides is not None:
            inside = curves.cash_at(curves.late_by(recorder.divides))
            part = part_before(taken, inside, by_now)
        recorder.add("cashed_out", flows.cashed_out, before=part)
        recorder.add("cash_outs", flows.cashed_out * self._price)

    def hand_over(self, state: State, flows: Flows, recorder: Recorder) -> None:
        """The day of dormancy, and what is claimed back until the lapse (eq. 9.11)."""
        step = flows.step
        if not (self._dormancy <= step.t1).any():
            return
        due = (step.t0 < self._dormancy) & (self._dormancy <= step.t1)
        back = (self._dormancy <= step.t0) & (step.t1 <= self._curves.lapse)
        ended = flows.ended
        change = np.where(due, state.held(self._uses) - ended, np.where(back, -ended, 0.0))
        if change.any():
            state.handed_over = state.handed_over + change
            recorder.add("escheat_paid", change * self._each)

"""What is never presented: small balances taken in cash, and unclaimed property due to the state.

Equations 5.8, 5.9 and 9.10 to 9.12 of docs/model.md.
"""

from __future__ import annotations

import numpy as np

from dealsim.engine.chance import Array
from dealsim.engine.declare import Count, Declaration, Line
from dealsim.engine.inputs import Inputs
from dealsim.engine.redeem import Redeem
from dealsim.engine.tail import Tail
from dealsim.engine.world import Now, Record, World
from dealsim.scenario import Scenario


class Unclaimed:
    """Holders who would never come late take the price paid in cash; the state takes its share of
    what is held on the day of dormancy, and gives it back for those who come after all.

    Runs when all other fates of a step are recorded, but for lapses: on the day of a lapse the
    state comes first.
    """

    declares = Declaration(
        "unclaimed",
        ("accounting",),
        lines=(
            Line("cash_outs", -1, "Paid out in cash"),
            Line("escheat_paid", -1, "Unclaimed property paid"),
        ),
        counts=(Count("cashed_out", "Taken in cash", fate=True),),
    )

    def __init__(self, world: World, redeem: Redeem) -> None:
        self._world = world
        self._redeem = redeem
        self._price = world.inputs("deal.price")
        self._expiry = world.days("expiry")
        self._cashing = bool(redeem.timing.cash.any())
        self._dormancy = world.days("dormancy")
        self._each = escheat_each(world.inputs).reshape(1, 1, -1)
        self._handed_over = np.zeros((world.shape[0], 1, world.shape[2]))

    def step(self, now: Now, record: Record) -> None:
        if self._cashing and (self._expiry < now.t1).any():
            cashed = self._who_asks(now)
            self._redeem.holding = self._redeem.holding - cashed
            self.pay_out(cashed, record)
        self.hand_over(now, record)

    def _who_asks(self, now: Now) -> Array:
        """Of those who did not present theirs late in this step, who takes cash (eq. 5.9)."""
        timing = self._redeem.timing
        before, after = timing.late_by(now.t0), timing.late_by(now.t1)
        left = 1.0 - timing.leaving * before - timing.late * (after - before)
        gained = timing.cash * (after - before)
        hazard = np.divide(gained, left, out=np.zeros_like(left), where=left > 0)
        chance = self._world.chance
        return chance.binomial("cash-outs", self._redeem.holding, np.clip(hazard, 0.0, 1.0))

    def pay_out(self, cashed: Array, record: Record) -> None:
        """Record vouchers taken in cash, (campaign, segment, trial), at their price (eq. 9.10)."""
        record.add("cashed_out", cashed)
        record.add("cash_outs", cashed * self._price)

    def hand_over(self, now: Now, record: Record) -> None:
        """The day of dormancy, and what is claimed back until the lapse (eq. 9.11).

        Comes after all fates of the step but its lapses.
        """
        if not (self._dormancy <= now.t1).any():
            return
        due = (now.t0 < self._dormancy) & (self._dormancy <= now.t1)
        back = (self._dormancy <= now.t0) & (now.t1 <= self._redeem.timing.lapse)
        change = np.where(back, -record.ended(), 0.0)
        if due.any():
            change = np.where(due, record.held(), change)
        self._handed_over = self._handed_over + change
        record.add("escheat_paid", change * self._each)

    def reserve(self, tail: Tail) -> Array:
        """Cash-outs and escheat expected after the horizon (eq. 9.12), (campaign, 1, trial)."""
        cash = (tail.cash * self._price).sum(axis=1, keepdims=True)
        open_at_the_end = self._redeem.timing.lapse > self._world.grid.horizon
        never = tail.never.sum(axis=1, keepdims=True)
        still_due = np.where(open_at_the_end, never - self._handed_over, 0.0)
        return np.asarray(cash + still_due * self._each)


def escheat_each(inputs: Inputs) -> Array:
    """Due to the state for each voucher held: share x basis, (trials or 1,); nil where none is."""
    terms = inputs.scenario.escheat
    if terms is None:
        return np.zeros(1)
    basis = inputs.values["deal.face_value" if terms.basis == "face" else "deal.price"]
    return inputs.values["accounting.escheat.share"] * basis


def idle_lines(scenario: Scenario) -> frozenset[str]:
    """Money lines that no trial of this scenario can move: nothing is taken in cash, or due."""
    moving = {"cash_outs": scenario.cash_out, "escheat_paid": scenario.escheat}
    return frozenset(name for name, terms in moving.items() if terms is None)

"""When vouchers come back: the opening wave, the rush, the late ones (docs/model.md, 5)."""

from __future__ import annotations

import numpy as np

from dealsim.engine.chance import Array
from dealsim.engine.declare import Count, Declaration
from dealsim.engine.world import Now, Record, World

EARLY = "register.early"
"""Of those who redeem in time, the share who came before sale close, by a register (eq. 15.5)."""


class Timing:
    """The distribution functions of redemption times, per campaign, segment and trial.

    Segments that time nothing of their own share one row. With `EARLY` among the inputs,
    `redeem` is the chance of those who did not come before sale close, and `not_early` that of
    being one of them.
    """

    def __init__(self, world: World) -> None:
        timing = world.inputs.timing
        self._close = world.days("close")
        self._expiry = world.days("expiry")
        self.lapse = world.days("lapse")
        self._half_life = timing("half_life")
        self.redeem, self.not_early = _since_close(world)
        self._window = self._expiry - self._close
        rush = np.minimum(timing("rush.last"), self._window)
        self._rush_days = np.where(rush > 0, rush, 1.0)
        self._rush = np.where(rush > 0, timing("rush.share"), 0.0)
        self._wave_end = 1.0 - np.exp2(-self._window / self._half_life)
        survives = world.inputs.scenario.deal.after_expiry != "nothing"
        self.late = timing("late.share") if survives else np.zeros((1, 1, 1))
        self.cash = (1.0 - self.late) * cash_out_chance(world)
        self.leaving = self.late + self.cash
        self._late_half_life = timing("late.half_life")

    def in_time(self, day: float | Array) -> Array:
        """G: share of in-time redemptions (first attempts) made by a day (eq. 5.2)."""
        t = np.clip(day - self._close, 0.0, self._window)
        wave = (1.0 - np.exp2(-t / self._half_life)) / self._wave_end
        rush = np.maximum(0.0, t - (self._window - self._rush_days)) / self._rush_days
        return (1.0 - self._rush) * wave + self._rush * rush * rush

    def late_by(self, day: float | Array) -> Array:
        """L: share of late presentations made by a day, nil before expiry (eq. 5.5)."""
        after = np.maximum(0.0, np.minimum(day, self.lapse) - self._expiry)
        return 1.0 - np.exp2(-after / self._late_half_life)

    def unused(self, day: float) -> Array:
        """Chance that a voucher kept has not been presented, nor taken in cash, by a day."""
        in_time = 1.0 - self.redeem * self.in_time(day)
        return in_time * (1.0 - self.leaving * self.late_by(day))


def _since_close(world: World) -> tuple[Array, Array]:
    """Chance to redeem in time after sale close, and of not having done so before it."""
    redeem = world.inputs.segments("redeem")
    if not world.inputs.has(EARLY):
        return redeem, np.ones((1, 1, 1))
    early = world.inputs(EARLY)
    left, later = 1.0 - redeem * early, redeem * (1.0 - early)
    return np.divide(later, left, out=np.zeros_like(left), where=left > 0), left


def cash_out_chance(world: World) -> Array:
    """c: of those who would never come late, the share who ask for cash (eq. 5.8), (1, 1, n or 1).

    Nil in trials whose price is not below the limit, and where cash cannot be had at all.
    """
    if world.inputs.scenario.cash_out is None:
        return np.zeros((1, 1, 1))
    small = world.inputs("deal.price") < world.inputs("accounting.cash_out.below")
    return np.where(small, world.inputs("accounting.cash_out.share"), 0.0)


def conditional(share: Array, before: Array, after: Array, leaving: Array | None = None) -> Array:
    """Chance of an event between two times, given that it has not happened before (eq. 5.3, 5.6).

    `share` of all ever do it, `before` and `after` are the distribution function at both times;
    share (after - before) / (1 - leaving before), clipped to [0, 1], 0/0 = 0. `leaving` is the
    share for whom this or something else happens at such a time, `share` where left out.
    """
    left = 1.0 - (share if leaving is None else leaving) * before
    gained = share * (after - before)
    hazard = np.divide(gained, left, out=np.zeros(np.broadcast(gained, left).shape), where=left > 0)
    return np.clip(hazard, 0.0, 1.0)


class Redeem:
    """Holders make their first attempt, in time or late; what may lapse lapses.

    `holding` never tried; `holding_again` were turned away in time and came under the late rule.
    """

    declares = Declaration(
        "redeem",
        ("redemption", "deal", "customers"),
        counts=(Count("lapsed", "Lapsed", fate=True),),
    )

    def __init__(self, world: World, holding: Array) -> None:
        self._world = world
        self.timing = Timing(world)
        self.holding = holding
        self.holding_again = world.zeros()
        self._close = world.days("close")
        self._expiry = world.days("expiry")
        self._g = self.timing.in_time(0)
        self._l = self.timing.late_by(0)

    def resume(self, day: int) -> None:
        """Go on from a day by which those holding have not tried."""
        self._g = self.timing.in_time(day)
        self._l = self.timing.late_by(day)

    def step(self, now: Now, record: Record) -> None:
        chance = self._world.chance
        if ((self._close < now.t1) & (now.t0 < self._expiry)).any():
            g = self.timing.in_time(now.t1)
            hazard = conditional(self.timing.redeem, self._g, g)
            now.first_in_time = chance.binomial("first attempts", self.holding, hazard)
            self._g = g
        if (self._expiry < now.t1).any():
            late = self.timing.late_by(now.t1)
            timing = self.timing
            # before expiry L stands still, so the late hazards are nil
            hazard = conditional(timing.late, self._l, late, timing.leaving)
            now.first_late = chance.binomial("late attempts", self.holding, hazard)
            # who was turned away wants what was promised, never cash
            hazard = conditional(timing.late, self._l, late)
            now.again_late = chance.binomial("late again", self.holding_again, hazard)
            self._l = late
            self.holding_again = self.holding_again - now.again_late
        self.holding = self.holding - now.first_in_time - now.first_late

    def lapse(self, now: Now, record: Record) -> None:
        """At the end of a step: what expires or lapses on this day, and who tried in vain."""
        nothing = self._world.inputs.scenario.deal.after_expiry == "nothing"
        self.holding_again = self.holding_again + now.expired_waiting
        ends = self._expiry if nothing else self.timing.lapse
        over = np.where((now.t0 < ends) & (ends <= now.t1), 1.0, 0.0)
        if over.any():
            record.add("lapsed", (self.holding + self.holding_again) * over)
            self.holding = self.holding * (1.0 - over)
            self.holding_again = self.holding_again * (1.0 - over)

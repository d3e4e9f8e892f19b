"""Packs: the further uses of a voucher that has several (docs/model.md, 5)."""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, gammainc

from dealsim.engine.context import Context
from dealsim.engine.curves import cash_by, hazard
from dealsim.engine.draws import Array, Draws
from dealsim.engine.recorder import Recorder
from dealsim.engine.state import Flows, State


class PacksMechanism:
    """Holders who have begun their pack use it again, one use after another, until it expires; who
    comes late or takes cash does so for all that is left (eq. 5.11 to 5.14).

    Holders are kept by the number of uses made, so that cost does not depend on how many there
    are. Those who begin during a step are taken to begin at its middle. A voucher with one use has
    no such holders: nothing is drawn.
    """

    def __init__(self, context: Context) -> None:
        self._context, self._curves = context, context.curves
        self._packs = Packs(context)
        survives = context.parameters.deal.survives
        self._expiry = context.days("expiry")
        self._ends = np.where(survives, context.days("lapse"), self._expiry)

    def step(self, state: State, flows: Flows, draws: Draws, recorder: Recorder) -> None:
        packs = self._packs
        flows.tries_in_time = flows.first_in_time
        flows.tries_late = flows.first_late * packs.uses
        if not packs.rows:
            return
        step = flows.step
        going, left = state.going_on, state.left_off
        if going.any():
            made, going, stopped = packs.go_on("again", going, float(step.days), draws)
            flows.tries_in_time, left = flows.tries_in_time + made, left + stopped
        if flows.first_in_time.any():
            made, begun, stopped = packs.begin(flows.first_in_time, step.days / 2.0, draws)
            flows.tries_in_time, left = flows.tries_in_time + made, left + stopped
            going = going + begun
        over = self._expiry <= step.t1
        if over.any():
            left = left + np.where(over, going, 0.0)
            going = np.where(over, 0.0, going)
        if (self._expiry < step.t1).any() and left.any():
            left = self._later(left, flows, draws)
        ending = (step.t0 < self._ends) & (self._ends <= step.t1)
        if ending.any():
            flows.rest_lapsed = packs.unused(np.where(ending, left, 0.0))
            left = np.where(ending, 0.0, left)
        state.going_on, state.left_off = going, left

    def _later(self, left: Array, flows: Flows, draws: Draws) -> Array:
        """Who presents what is left after expiry, and who takes cash for it; the others."""
        packs, curves, step = self._packs, self._curves, flows.step
        before, after = packs.each(curves.late_by(step.t0)), packs.each(curves.late_by(step.t1))
        late, taken, by_now = packs.each(curves.late), packs.cash_at(before), packs.cash_at(after)
        mine = draws.of(packs.rows)
        remain = 1.0 - late * before - taken
        come = mine.binomial("rest late", left, hazard(late * (after - before), remain))
        flows.tries_late = flows.tries_late + packs.unused(come)
        if not by_now.any():
            return left - come
        remain = remain - late * (after - before)
        take = mine.binomial("rest cash-outs", left - come, hazard(by_now - taken, remain))
        flows.rest_cashed = packs.unused(take)
        return left - come - take


class Packs:
    """Holders by the number n of uses made, 1 to m - 1: (campaign, segment x n, trial), `rows` the
    names of that axis; none where every voucher has one use."""

    def __init__(self, context: Context) -> None:
        terms = context.parameters.deal
        names = context.parameters.segments
        self.uses, self._segments = terms.uses, len(names)
        self._steps = int(terms.uses.max()) - 1
        made = np.arange(1, self._steps + 1, dtype=np.float64)
        self.rows = tuple(f"{name}, used {int(n)}" for name in names for n in made)
        self._left = np.maximum(terms.uses - made.reshape(1, -1, 1), 0.0)
        self._rate = np.divide(
            1.0,
            terms.between,
            out=np.full_like(terms.between, np.inf),
            where=terms.between > 0,
        )
        self._goes_on = _goes_on(made, terms.uses, terms.use_rest)
        terms_of_cash, curves = context.parameters.redemption, context.curves
        shares = terms_of_cash.cash_out_rest, terms_of_cash.cash_out_rest_later
        never_late = 1.0 - self.each(curves.late)
        self._cash = [never_late * np.tile(one, (1, self._segments, 1)) for one in shares]
        self._until = None if curves.until_change is None else self.each(curves.until_change)

    def cash_at(self, reached: Array) -> Array:
        """Of holders by row when the promotion expired, how many took cash by the time that L has
        reached so much (eq. 5.8, 5.14)."""
        return cash_by(reached, self._until, *self._cash)

    def each(self, values: Array) -> Array:
        """Values by segment, (campaign, segment or 1, trial), by row."""
        if values.shape[1] == 1:
            return values
        return np.repeat(values, self._steps, axis=1)

    def unused(self, holders: Array) -> Array:
        """Uses left of holders by row, summed by segment."""
        return self._summed(holders * np.tile(self._left, (1, self._segments, 1)))

    def begin(
        self, beginning: Array, days: float | Array, draws: Draws
    ) -> tuple[Array, Array, Array]:
        """Holders who make their first use, and what they do in the `days` that follow: uses made
        beyond the first by segment, those who go on and those who have left off, by row."""
        shape = (*beginning.shape[:2], self._steps, beginning.shape[2])
        going = draws.binomial("goes on", beginning, self._goes_on[:, :1])
        begun, stopped = np.zeros(shape), np.zeros(shape)
        begun[:, :, 0], stopped[:, :, 0] = going, beginning - going
        made, later, over = self.go_on("first again", _flat(begun), days, draws)
        return made, later, _flat(stopped) + over

    def go_on(
        self, what: str, going: Array, days: float | Array, draws: Draws
    ) -> tuple[Array, Array, Array]:
        """What those who go on do within `days`: (uses made, those who go on, those who left off).

        Round i makes the i-th use of the step: a use happens where as many fit into the days.
        """
        mine = draws.of(self.rows)
        goes_on = np.tile(self._goes_on, (1, self._segments, 1))
        with np.errstate(invalid="ignore"):
            fitting = np.nan_to_num(self._rate * days, nan=0.0, posinf=np.inf)
        made, waiting = np.zeros_like(going), np.zeros_like(going)
        stopped, chance = np.zeros_like(going), np.ones_like(fitting)
        for turn in range(1, self._steps + 1):
            before, chance = chance, gammainc(float(turn), fitting)
            odds = np.divide(chance, before, out=np.zeros_like(chance), where=before > 0)
            used = mine.binomial(f"{what} {turn}", going, np.clip(odds, 0.0, 1.0))
            waiting, made = waiting + going - used, made + used
            used = self._one_more(used)
            going = mine.binomial(f"{what} {turn} and on", used, goes_on)
            stopped = stopped + used - going
            if not going.any():
                break
        return self._summed(made), waiting + going, stopped

    def _one_more(self, holders: Array) -> Array:
        """Holders after one more use: those who have made all are gone."""
        apart = self._apart(holders)
        moved = np.zeros_like(apart)
        moved[:, :, 1:] = apart[:, :, :-1]
        return _flat(moved)

    def _apart(self, holders: Array) -> Array:
        """(campaign, segment, n, trial)."""
        return holders.reshape(len(holders), self._segments, self._steps, -1)

    def _summed(self, holders: Array) -> Array:
        return np.asarray(self._apart(holders).sum(axis=2))


def _flat(apart: Array) -> Array:
    return apart.reshape(len(apart), apart.shape[1] * apart.shape[2], -1)


def _goes_on(made: Array, uses: Array, use_rest: Array) -> Array:
    """Chance that one who has made n uses will ever make another (eq. 5.12), (campaign, n, trial):
    of the m - 1 further uses each is made with chance `use_rest`."""
    further = uses - 1.0
    n = made.reshape(1, -1, 1)
    # the chance of n successes or more of so many is a regularised incomplete beta function
    rest = np.maximum(further - n, 0.0)
    at_least = np.where(n <= further, betainc(n, rest + 1.0, use_rest), 0.0)
    before = np.where(n > 1.0, betainc(np.maximum(n - 1.0, 1.0), rest + 2.0, use_rest), 1.0)
    before = np.broadcast_to(before, at_least.shape)
    chance = np.divide(at_least, before, out=np.zeros_like(at_least), where=before > 0)
    return np.asarray(np.clip(chance, 0.0, 1.0))

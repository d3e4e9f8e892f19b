"""Who would have come anyway, and who finds a place, in both worlds (docs/model.md, 6)."""

from __future__ import annotations

import numpy as np

from dealsim.engine.both import WITH, WITHOUT, allocate, both
from dealsim.engine.context import Context
from dealsim.engine.curves import part_before
from dealsim.engine.draws import ALL, Array, Draws
from dealsim.engine.recorder import Recorder
from dealsim.engine.staffing import Staffing
from dealsim.engine.state import Flows, State

RETRY_DAYS = 7.0
"""A holder turned away tries again within about a week."""


AS_EVER = Staffing(())
"""No extra hours: the places without the deal."""


def one(amount: Array) -> Array:
    """The sum over campaigns and segments, axes kept."""
    return np.asarray(amount.sum(axis=(0, 1), keepdims=True))


class ServeMechanism:
    """Attempts, ordinary trade and regulars meet the places there are; voucher holders turned away
    wait and try again. Ordinary trade is simulated wherever it is given, in the world with the
    deal and in the one without, from the same draws."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._business = context.parameters.business
        self._anyway = context.parameters.customers.would_have_come
        self._expiry = context.days("expiry")
        self._names = context.parameters.segments

    def step(self, state: State, flows: Flows, draws: Draws, recorder: Recorder) -> None:
        first = flows.tries_in_time + flows.tries_late
        flows.anyway = draws.binomial("would have come", first, self._anyway)
        recorder.add("cannibalised_margin", flows.anyway * self._business.usual_margin)
        wanted, without = self._ordinary_trade(flows, draws)
        if self._business.capacity_per_week is None or wanted is None or without is None:
            flows.served_in_time, flows.served_late = flows.tries_in_time, flows.tries_late
            displaced = np.zeros((1, 1, 1))
        else:
            displaced = self._ration(state, flows, draws, recorder, (wanted, without))
        if wanted is not None and without is not None:
            self._report_trade(flows, recorder, (wanted, without), displaced)
        self._report_served(flows, recorder)

    def _ordinary_trade(
        self, flows: Flows, draws: Draws
    ) -> tuple[Array, Array] | tuple[None, None]:
        """Visits that ordinary trade wants in this step, with the deal and without: the same (eq.
        6.2), but for what the crowd did (eq. 12.15)."""
        if flows.trade is not None:
            return flows.trade[:, WITH], flows.trade[:, WITHOUT]
        per_week = self._business.visits_per_week
        if per_week is None:
            return None, None
        mean = np.broadcast_to(per_week * (flows.step.days / 7.0), (1, 1, self._context.trials))
        trade = draws.of(ALL).poisson("ordinary trade", mean)
        return trade, trade

    def _places(self, flows: Flows, staffing: Staffing) -> Array:
        """Places in a step under a plan."""
        per_week = self._business.capacity_per_week
        assert per_week is not None
        return staffing.places(per_week, flows.step.t0, flows.step.t1)

    def _ration(
        self,
        state: State,
        flows: Flows,
        draws: Draws,
        recorder: Recorder,
        wanted: tuple[Array, Array],
    ) -> Array:
        """Who is served; returns the visits of ordinary trade that the deal turns away."""
        again = np.full((1, 1, 1), min(1.0, flows.step.days / RETRY_DAYS))
        in_time = flows.tries_in_time + draws.binomial("retry", state.waiting_in_time, again)
        late = flows.tries_late + flows.again_late
        late = late + draws.binomial("retry late", state.waiting_late, again)
        trade = np.maximum(0.0, wanted[0] - one(flows.anyway))
        places = self._places(flows, self._business.staffing)
        places_without = self._places(flows, AS_EVER)
        holders = np.concatenate([in_time, late], axis=1)
        demand = one(holders) + trade + one(flows.regular_visits)
        away, trade_away = self._turn_away(flows, draws, holders, trade, places)
        split = in_time.shape[1]
        flows.served_in_time = in_time - away[:, :split]
        flows.served_late = late - away[:, split:]
        flows.holders_away = away[:, :split] + away[:, split:]
        recorder.add("turned_away", flows.holders_away)
        without_deal = np.maximum(0.0, wanted[1] - places_without)
        displaced = trade_away - without_deal
        recorder.add("own_turned_away", self._on_first(trade_away))
        recorder.add("own_turned_away_without_deal", self._on_first(without_deal))
        recorder.add("displaced_margin", self._on_first(displaced * self._business.usual_margin))
        self._staff(flows, recorder)
        self._wait(state, flows)
        if flows.trade is not None:  # how full the place would be if all were served (eq. 12.2)
            least, least_without = np.maximum(places, 1.0), np.maximum(places_without, 1.0)
            flows.load = both(demand / least, wanted[1] / least_without)
        return displaced

    def _staff(self, flows: Flows, recorder: Recorder) -> None:
        """What extra places cost, which there would not be without the deal."""
        staffing, first = self._business.staffing, self._business.capacity_per_week
        if staffing.changes and first is not None:
            cost = staffing.cost(first, flows.step.t0, flows.step.t1)
            recorder.add("extra_capacity", self._on_first(cost))

    def _turn_away(
        self, flows: Flows, draws: Draws, holders: Array, trade: Array, places: Array
    ) -> tuple[Array, Array]:
        """Turned away among voucher holders by group, and of ordinary trade (eq. 6.5, 6.6);
        regulars who are turned away lose their visit."""
        together = draws.of(ALL)
        all_holders, regulars = one(holders), one(flows.regular_visits)
        others = trade + regulars
        away = np.maximum(0.0, all_holders + others - places)
        if not away.any():
            return np.zeros_like(holders), np.zeros_like(trade)
        if self._business.serve_first == "ordinary_trade":
            holders_away = np.minimum(away, all_holders)
        elif self._business.serve_first == "vouchers":
            holders_away = away - np.minimum(away, others)
        else:
            holders_away = together.hypergeometric("turned away", all_holders, others, away)
        others_away = away - holders_away
        regulars_away = together.hypergeometric("regulars away", regulars, trade, others_away)
        lost = allocate(draws, self._names, "regulars lost", flows.regular_visits, regulars_away)
        flows.regular_visits = flows.regular_visits - lost
        return allocate(draws, self._names, "holders away", holders, holders_away), (
            others_away - regulars_away
        )

    def _wait(self, state: State, flows: Flows) -> None:
        """Holders turned away wait; under `turned_away: late` the wait for the offer ends."""
        came_late = flows.tries_late + flows.again_late
        state.waiting_late = state.waiting_late + came_late - flows.served_late
        waiting = state.waiting_in_time + flows.tries_in_time - flows.served_in_time
        if self._business.turned_away == "late":
            over = self._expiry <= flows.step.t1
            flows.expired_waiting = np.where(over, waiting, 0.0)
            waiting = np.where(over, 0.0, waiting)
        state.waiting_in_time = waiting

    def _report_trade(
        self, flows: Flows, recorder: Recorder, wanted: tuple[Array, Array], displaced: Array
    ) -> None:
        """Visits of ordinary trade that were served, with the deal and without."""
        with_deal = without = wanted[1]
        if self._business.capacity_per_week is not None:
            with_deal = without = np.minimum(wanted[1], self._places(flows, AS_EVER))
        if flows.trade is not None:
            with_deal = without + wanted[0] - wanted[1]
        own = with_deal - displaced - np.minimum(one(flows.anyway), wanted[0])
        own = np.maximum(0.0, own)
        if flows.trade is not None:
            flows.own_served = both(own, without)
        recorder.add("ordinary_visits", self._on_first(own))
        recorder.add("ordinary_visits_without_deal", self._on_first(without))

    def _report_served(self, flows: Flows, recorder: Recorder) -> None:
        curves, step, as_of = self._context.curves, flows.step, recorder.divides
        in_time = late = None
        if as_of is not None:
            in_time, late = (
                part_before(by(step.t0), by(as_of), by(step.t1))
                for by in (curves.in_time, curves.late_by)
            )
        recorder.add("redeemed_in_time", flows.served_in_time, before=in_time)
        recorder.add("presented_late", flows.served_late, before=late)

    def _on_first(self, amount: Array) -> Array:
        """Book what belongs to all campaigns together on the first one."""
        out = self._context.zeros_together()
        out[:1] = amount
        return out

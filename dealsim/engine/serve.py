"""Who would have come anyway, and who finds a place (docs/model.md, 6)."""

from __future__ import annotations

import numpy as np

from dealsim.engine.chance import Array
from dealsim.engine.declare import Count, Declaration, Line
from dealsim.engine.world import ALL, Now, Record, World

RETRY_DAYS = 7.0
"""A holder turned away tries again within about a week."""


def one(amount: Array) -> Array:
    """The sum over campaigns and segments, axes kept."""
    return amount.sum(axis=(0, 1), keepdims=True)


class Serve:
    """Attempts meet the places there are; those turned away wait and try again.

    `waiting_in_time` and `waiting_late` (campaign, segment, trial) are holders turned away, who
    wait outside the hazards of redemption.
    """

    declares = Declaration(
        "serve",
        ("business", "customers"),
        lines=(
            Line("cannibalised_margin", -1, "Visits replaced"),
            Line("displaced_margin", -1, "Trade displaced"),
        ),
        counts=(
            Count("redeemed_in_time", "Redeemed in time", fate=True, series=True),
            Count("presented_late", "Presented late", fate=True, series=True),
            Count("turned_away", "Turned away", series=True),
        ),
    )

    def __init__(self, world: World) -> None:
        self._world = world
        self._together = world.chance.of(ALL)
        self._anyway = world.inputs.segments("would_have_come")
        self._usual = world.inputs.usual_margin()
        self._limited = world.inputs.has("business.capacity_per_week")
        self._expiry = world.days("expiry")
        self.waiting_in_time = world.zeros()
        self.waiting_late = world.zeros()

    def step(self, now: Now, record: Record) -> None:
        first = now.first_in_time + now.first_late
        now.anyway = self._world.chance.binomial("would have come", first, self._anyway)
        record.add("cannibalised_margin", now.anyway * self._usual)
        if self._limited:
            self._ration(now, record)
        else:
            now.served_in_time = now.first_in_time
            now.served_late = now.first_late
        record.add("redeemed_in_time", now.served_in_time)
        record.add("presented_late", now.served_late)

    def _ration(self, now: Now, record: Record) -> None:
        chance, inputs = self._world.chance, self._world.inputs
        again = np.full((1, 1, 1), min(1.0, now.days / RETRY_DAYS))
        in_time = now.first_in_time + chance.binomial("retry", self.waiting_in_time, again)
        late = chance.binomial("retry late", self.waiting_late, again)
        late = late + now.first_late + now.again_late
        rate = inputs("business.visits_per_week") * (now.days / 7.0)
        baseline = self._together.poisson("baseline", np.broadcast_to(rate, (1, 1, chance.trials)))
        trade = np.maximum(0.0, baseline - one(now.anyway))
        places = self._places(now)
        away = self._turn_away(now, in_time, late, trade, places)
        now.served_in_time, now.served_late = in_time - away[0], late - away[1]
        record.add("turned_away", away[0] + away[1])
        displaced = (away[2] - np.maximum(0.0, baseline - places)) * self._usual
        record.add("displaced_margin", self._on_first(displaced))
        self._wait(now)

    def _places(self, now: Now) -> Array:
        """Places in a step, multiplied before dividing so that weeks add up to whole places."""
        per_week = self._world.inputs("business.capacity_per_week")
        return np.floor(per_week * now.t1 / 7.0) - np.floor(per_week * now.t0 / 7.0)

    def _turn_away(
        self, now: Now, in_time: Array, late: Array, trade: Array, places: Array
    ) -> tuple[Array, Array, Array]:
        """Turned away among in-time and late attempts and ordinary trade; regulars on the way."""
        chance, first = self._together, self._world.inputs.scenario.business.serve_first
        holders, regulars = one(in_time) + one(late), one(now.present_visits)
        others = trade + regulars
        away = np.maximum(0.0, holders + others - places)
        if first == "ordinary_trade":
            holders_away = np.minimum(away, holders)
        elif first == "vouchers":
            holders_away = away - np.minimum(away, others)
        else:
            holders_away = chance.hypergeometric("turned away", holders, others, away)
        others_away = away - holders_away
        regulars_away = chance.hypergeometric("regulars away", regulars, trade, others_away)
        both = np.concatenate([in_time, late], axis=1)
        parts = self._allocate("holders away", both, holders_away)
        split = in_time.shape[1]
        regulars_lost = self._allocate("regulars lost", now.present_visits, regulars_away)
        now.present_visits = now.present_visits - regulars_lost
        return parts[:, :split], parts[:, split:], others_away - regulars_away

    def _allocate(self, step: str, groups: Array, away: Array) -> Array:
        """Divide those away at random over (campaign, group): multivariate hypergeometric."""
        out, left, remaining = np.zeros_like(groups), one(groups), away
        if not away.max() > 0:
            return out
        for c in range(groups.shape[0]):
            for g in range(groups.shape[1]):
                group = groups[c : c + 1, g : g + 1]
                left = left - group
                name = f"{step} {c} {g}"
                taken = self._together.hypergeometric(name, group, left, remaining)
                out[c : c + 1, g : g + 1] = taken
                remaining = remaining - taken
        return out

    def _wait(self, now: Now) -> None:
        """Holders turned away wait; under `turned_away: late` the wait for the offer ends."""
        self.waiting_in_time = self.waiting_in_time + now.first_in_time - now.served_in_time
        self.waiting_late = self.waiting_late + now.first_late + now.again_late - now.served_late
        if self._world.inputs.scenario.business.turned_away == "late":
            over = np.where(self._expiry <= now.t1, 1.0, 0.0)
            now.expired_waiting = self.waiting_in_time * over
            self.waiting_in_time = self.waiting_in_time * (1.0 - over)

    def _on_first(self, amount: Array) -> Array:
        """Book what belongs to all campaigns together on the first one."""
        out = np.zeros((self._world.shape[0], 1, self._world.shape[2]))
        out[:1] = amount
        return out

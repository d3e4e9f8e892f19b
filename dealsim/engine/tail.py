"""What the horizon leaves open: the expected cost of vouchers still to come (docs/model.md, 9)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dealsim.engine.chance import Array
from dealsim.engine.declare import Declaration, Line, Note
from dealsim.engine.pay import remittance_per_voucher
from dealsim.engine.redeem import Redeem, conditional
from dealsim.engine.serve import Serve
from dealsim.engine.visit import Terms, overspend_of, terms_in_time, terms_late
from dealsim.engine.world import World
from dealsim.scenario import Instalments

DECLARES = Declaration(
    "tail",
    ("horizon",),
    lines=(Line("tail_reserve", -1, "Reserve for vouchers still to come", cash=False),),
    notes=(Note("to_come", "Expected after the horizon"),),
)


@dataclass(frozen=True)
class Tail:
    """Vouchers expected to be exercised after the horizon, (campaign, segment, trial) each.

    `first_*` are first attempts; `waiting_*` were turned away and wait for a place, `again_late`
    were turned away in time and come under the late rule. `cash` are those whose price is taken
    in cash, `never` those of which nothing is heard again.
    """

    first_in_time: Array
    first_late: Array
    waiting_in_time: Array
    waiting_late: Array
    again_late: Array
    cash: Array
    never: Array

    @property
    def exercised(self) -> Array:
        """All that are presented or taken in cash: a mean, so not a whole number."""
        first = self.first_in_time + self.first_late
        return first + self.waiting_in_time + self.waiting_late + self.again_late + self.cash


def vouchers_to_come(world: World, redeem: Redeem, serve: Serve) -> Tail:
    """What each trial still expects of its holders, in closed form (eq. 9.7)."""
    timing, horizon = redeem.timing, world.grid.horizon
    in_time = conditional(timing.redeem, timing.in_time(horizon), np.ones((1, 1, 1)))
    before_expiry = world.days("expiry") > horizon
    in_time = np.where(before_expiry, in_time, 0.0)
    ever_late = timing.late_by(timing.lapse)
    so_far = timing.late_by(horizon)
    late = conditional(timing.late, so_far, ever_late, timing.leaving)
    come_in_time = redeem.holding * in_time
    kept = redeem.holding - come_in_time
    come_late = kept * late
    cash = kept * conditional(timing.cash, so_far, ever_late, timing.leaving)
    again = redeem.holding_again * conditional(timing.late, so_far, ever_late)
    never = kept - come_late - cash + redeem.holding_again - again
    waiting = serve.waiting_in_time, serve.waiting_late
    return Tail(come_in_time, come_late, *waiting, again, cash, never)


def tail_reserve(world: World, tail: Tail) -> Array:
    """Expected net cost of vouchers presented after the horizon, (campaign, segment, trial).

    In closed form per trial, undiscounted and without later regulars; negative where late
    vouchers earn more than they cost (eq. 9.7, 9.8).
    """
    cost_in_time, cost_late = _net_costs(world)
    replaced = world.inputs.segments("would_have_come") * world.inputs.usual_margin()
    return (
        tail.first_in_time * (cost_in_time + replaced)
        + tail.first_late * (cost_late + replaced)
        + tail.waiting_in_time * cost_in_time
        + tail.waiting_late * cost_late
        + tail.again_late * cost_late
    )


def _net_costs(world: World) -> tuple[Array, Array]:
    """Mean cost less till less remittance still due of a visit in time and of a late one."""
    payout = world.inputs.scenario.platform.payout
    each = remittance_per_voucher(world)
    none = np.zeros((1, 1, 1))
    due_in_time, due_late = none, none
    if not isinstance(payout, Instalments):
        due_in_time = each
        due_late = each if payout.late == "paid" else none
    in_time = _net_cost(world, terms_in_time(world.inputs)) - due_in_time
    return in_time, _net_cost(world, terms_late(world.inputs)) - due_late


def _net_cost(world: World, terms: Terms) -> Array:
    inputs, over = world.inputs, overspend_of(world.inputs)
    bill = over.chance * (terms.base + over.amount) + (1.0 - over.chance) * terms.plain_bill
    till = (
        over.chance * (terms.base + over.amount - terms.worth)
        + (1.0 - over.chance) * terms.plain_till
    )
    return bill * inputs("business.variable_cost") + inputs("business.cost_per_visit") - till

"""What the horizon leaves open: the expected cost of vouchers still to come (docs/model.md, 9)."""

from __future__ import annotations

import numpy as np

from dealsim.engine.chance import Array
from dealsim.engine.declare import Declaration, Line
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
)


def tail_reserve(world: World, redeem: Redeem, serve: Serve) -> Array:
    """Expected net cost of vouchers presented after the horizon, (campaign, segment, trial).

    In closed form per trial, undiscounted and without later regulars; negative where late
    vouchers earn more than they cost (eq. 9.7, 9.8).
    """
    timing, horizon = redeem.timing, world.grid.horizon
    in_time = conditional(timing.redeem, timing.in_time(horizon), np.ones((1, 1, 1)))
    before_expiry = world.days("expiry") > horizon
    in_time = np.where(before_expiry, in_time, 0.0)
    ever_late = timing.late_by(timing.lapse)
    late = conditional(timing.late, timing.late_by(horizon), ever_late)
    cost_in_time, cost_late = _net_costs(world)
    replaced = world.inputs.segments("would_have_come") * world.inputs.usual_margin()
    holding = redeem.holding
    come_in_time = holding * in_time
    come_late = (holding - come_in_time) * late
    return (
        come_in_time * (cost_in_time + replaced)
        + come_late * (cost_late + replaced)
        + serve.waiting_in_time * cost_in_time
        + serve.waiting_late * cost_late
        + redeem.holding_again * late * cost_late
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

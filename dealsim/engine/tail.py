"""What the horizon leaves open: the expected cost of vouchers still to come (docs/model.md, 9)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dealsim.engine.context import Context
from dealsim.engine.curves import conditional, hazard
from dealsim.engine.draws import Array, MeanDraws
from dealsim.engine.mechanisms.packs import Packs
from dealsim.engine.mechanisms.visit import VoucherTerms, terms_in_time, terms_late
from dealsim.engine.state import State
from dealsim.scenario import Instalments


@dataclass(frozen=True)
class Tail:
    """Uses expected to be exercised after the horizon, (campaign, segment, trial) each.

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


def vouchers_to_come(context: Context, state: State) -> Tail:
    """What each trial still expects of its holders, in closed form (eq. 9.7)."""
    curves, horizon = context.curves, context.clock.horizon
    in_time = conditional(curves.redeem, curves.in_time(horizon), np.ones((1, 1, 1)))
    in_time = np.where(context.days("expiry") > horizon, in_time, 0.0)
    ever_late = curves.late_by(curves.lapse)
    so_far = curves.late_by(horizon)
    left = 1.0 - curves.gone_at(so_far)
    late = hazard(curves.late * (ever_late - so_far), left)
    come_in_time = state.holding * in_time
    kept = state.holding - come_in_time
    come_late = kept * late
    cash = kept * hazard(curves.cash_at(ever_late) - curves.cash_at(so_far), left)
    again = state.holding_again * conditional(curves.late, so_far, ever_late)
    never = kept - come_late - cash + state.holding_again - again
    waiting = state.waiting_in_time, state.waiting_late
    alone = Tail(come_in_time, come_late, *waiting, again, cash, never)
    return _of_packs(context, state, alone) if context.parameters.deal.uses.max() > 1 else alone


def _of_packs(context: Context, state: State, alone: Tail) -> Tail:
    """The same in uses, of holders who have not begun and of packs begun (eq. 9.19)."""
    curves, horizon = context.curves, context.clock.horizon
    packs, uses = Packs(context), context.parameters.deal.uses
    further, left = _until_expiry(context, state, packs)
    so_far, ever = packs.each(curves.late_by(horizon)), packs.each(curves.late_by(curves.lapse))
    chance, taken = packs.each(curves.late), packs.cash_at(so_far)
    remain = 1.0 - chance * so_far - taken
    late = left * hazard(chance * (ever - so_far), remain)
    cash = left * hazard(packs.cash_at(ever) - taken, remain)
    again = alone.again_late
    lost = state.holding_again - again
    never = alone.never - lost  # holders who have not begun
    return Tail(
        alone.first_in_time + further,
        alone.first_late * uses + packs.unused(late),
        alone.waiting_in_time,
        alone.waiting_late,
        again,
        alone.cash * uses + packs.unused(cash),
        never * uses + packs.unused(left - late - cash) + lost,
    )


def _until_expiry(context: Context, state: State, packs: Packs) -> tuple[Array, Array]:
    """Further uses expected from the horizon to expiry, by segment, and the packs begun that are
    then left off, by row: in weeks, as the model steps."""
    curves, clock, draws = context.curves, context.clock, MeanDraws(context.trials)
    expiry = context.days("expiry")
    made, going, left = context.zeros(), state.going_on, state.left_off + 0.0
    waiting, last = state.holding, int(expiry.max())
    for t0 in range(clock.horizon, last, WEEK):
        # a week that holds an expiry ends with it, campaign by campaign
        days = np.clip(expiry - t0, 0.0, WEEK)
        more, going, stopped = packs.go_on("", going, days, draws)
        made, left = made + more, left + stopped
        odds = conditional(curves.redeem, curves.in_time(t0), curves.in_time(t0 + days))
        first = waiting * odds
        more, begun, stopped = packs.begin(first, days / 2.0, draws)
        made, left, going = made + more, left + stopped, going + begun
        waiting = waiting - first
    return made, left + going


WEEK = 7
"""Days of a step."""


def tail_reserve(context: Context, state: State, tail: Tail) -> Array:
    """Expected net cost of what the horizon leaves open, (campaign, segment, trial).

    In closed form per trial, undiscounted and without later regulars; negative where late
    vouchers earn more than they cost (eq. 9.7, 9.8), cash-outs and escheat due then included.
    """
    cost_in_time, cost_late = _net_costs(context)
    parameters = context.parameters
    replaced = parameters.customers.would_have_come * parameters.business.usual_margin
    visits = (
        tail.first_in_time * (cost_in_time + replaced)
        + tail.first_late * (cost_late + replaced)
        + tail.waiting_in_time * cost_in_time
        + tail.waiting_late * cost_late
        + tail.again_late * cost_late
    )
    tax = parameters.sales_tax
    reserve = visits + tail.cash * (parameters.deal.price - tax.at_issue)
    survives = parameters.deal.survives
    ends = np.where(survives, context.days("lapse"), context.days("expiry"))
    reserve = reserve + tail.never * np.where(np.isfinite(ends), tax.lapsed, 0.0)
    # what is due to the state, and refunds still to come, belong to no segment
    reserve[:, :1] += _escheat_still_due(context, state, tail)
    pending = state.refunders - state.refunded
    each = parameters.deal.uses * (tax.at_issue - tax.fee_credit)
    reserve[:, :1] -= pending * each
    return np.asarray(reserve)


def _escheat_still_due(context: Context, state: State, tail: Tail) -> Array:
    """What the state gets in the end less what it has got (eq. 9.12), (campaign, 1, trial)."""
    open_at_the_end = context.curves.lapse > context.clock.horizon
    never = tail.never.sum(axis=1, keepdims=True)
    due = np.where(open_at_the_end, never - state.handed_over, 0.0)
    return np.asarray(due * context.parameters.escheat)


def _net_costs(context: Context) -> tuple[Array, Array]:
    """Mean cost less till less remittance still due of a visit in time and of a late one, with the
    tax that falls due then."""
    parameters = context.parameters
    payouts = [scenario.platform.payout for scenario in context.scenarios]
    later = np.array([not isinstance(terms, Instalments) for terms in payouts])
    late = np.array(
        [not isinstance(terms, Instalments) and terms.late == "paid" for terms in payouts]
    )
    each, tax = parameters.platform.remittance, parameters.sales_tax
    on_time = _net_cost(context, terms_in_time(parameters)) + tax.in_time - tax.fee_credit_in_time
    after = _net_cost(context, terms_late(parameters)) + tax.late - tax.fee_credit_late
    return on_time - each * later.reshape(-1, 1, 1), after - each * late.reshape(-1, 1, 1)


def _net_cost(context: Context, terms: VoucherTerms) -> Array:
    business, over = context.parameters.business, terms.overspend
    bill = over.chance * (terms.base + over.amount) + (1.0 - over.chance) * terms.plain_bill
    till = (
        over.chance * (terms.base + over.amount - terms.worth)
        + (1.0 - over.chance) * terms.plain_till
    )
    tax = till * context.parameters.sales_tax.share
    tax = tax + (bill - till) * context.parameters.sales_tax.on_covered
    return np.asarray(bill * business.variable_cost + business.cost_per_visit - till + tax)

"""Going on from what has happened: the past a register tells, and the state it leaves
(docs/model.md, 15).

The vouchers of the past are counted, not drawn. What they leave open is drawn given what was
seen: who holds the vouchers still out, which of them wait for a refund, and what is yet to sell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealsim.engine.clock import Step
from dealsim.engine.context import Context
from dealsim.engine.draws import Array, Draws
from dealsim.engine.mechanisms.pay import PayMechanism
from dealsim.engine.mechanisms.sales_tax import SalesTaxMechanism
from dealsim.engine.mechanisms.sell import divide, wanted
from dealsim.engine.mechanisms.unclaimed import UnclaimedMechanism
from dealsim.engine.recorder import Recorder
from dealsim.engine.state import Flows, State

SOLD, REFUNDED = "vouchers_sold", "vouchers_refunded"
ENDED = (REFUNDED, "redeemed_in_time", "presented_late", "cashed_out", "lapsed")
"""Counts that take a voucher off those held."""


@dataclass(frozen=True)
class History:
    """What happened to the vouchers of one campaign before `day` (00:00).

    `days` are days of events from the scenario's start, ascending, each before `day`; `counts` are
    vouchers of each of them, (days,), by the names of declared counts: `vouchers_sold` and those of
    `ENDED`.
    """

    day: int
    days: NDArray[np.int64]
    counts: Mapping[str, Array]

    def between(self, name: str, t0: int, t1: int) -> float:
        """Vouchers of the days from t0 to the one before t1."""
        first, last = np.searchsorted(self.days, (t0, t1))
        return float(self.counts[name][first:last].sum())

    def total(self, name: str) -> float:
        """Vouchers to date."""
        return float(self.counts[name].sum())

    @property
    def held(self) -> float:
        """Vouchers sold whose fate is open."""
        return self.total(SOLD) - sum(self.total(name) for name in ENDED)


def state_after(history: History, context: Context, draws: Draws, recorder: Recorder) -> State:
    """The state that a history leaves of a single campaign, its past reported on the way.

    Sales and refunds go on from it: vouchers still out fall into segments and pending refunds by
    their chances given that they are still out; vouchers yet to sell as at any sale. Once the sale
    has closed nothing more is sold: what the register counts is all.
    """
    assert len(context.scenarios) == 1, "a register is of one campaign"
    state = _outcome(history, context, draws.on(history.day))
    replay = _Replay(history, context)
    for step in context.clock.past:
        replay.report(step, state, draws.on(step.t0), recorder)
    return state


def _outcome(history: History, context: Context, draws: Draws) -> State:
    """What is sold in all, who will be refunded, and who holds the vouchers still out."""
    parameters, names = context.parameters, context.parameters.segments
    together = context.shape_together
    closed = context.days("close") <= history.day
    before = history.total(SOLD)
    asked, _ = wanted(context)
    # vouchers in customers' hands show that the deal tipped
    sold = np.where(closed, before, np.maximum(asked, before)) + np.zeros(together)
    early = history.between(REFUNDED, 0, int(context.days("close")[0, 0, 0])) > 0
    chances = np.concatenate(list(context.curves.open_shares(history.day, early)), axis=1)
    total = chances.sum(axis=1, keepdims=True)
    shares = parameters.customers.share
    # vouchers that no customer should hold are held by any of them, and wait for nothing
    any_of = np.concatenate([shares, np.zeros_like(shares)], axis=1)
    given = np.divide(chances, total, out=any_of + 0.0 * chances, where=total > 0)
    cells = (*names, *(f"{name} refunded" for name in names))
    out = divide(draws, "held", cells, np.full(together, history.held), given)
    kept, waiting = out[:, : len(names)], out[:, len(names) :]
    state = State.empty(context)
    state.sold = sold
    state.to_issue = sold + 0.0
    state.placed = np.full(together, before)
    state.holding = kept
    state.refunders = waiting.sum(axis=1, keepdims=True) + history.total(REFUNDED)
    return state


class _Replay:
    """Reports the past: vouchers as they were, and the money that follows from them alone."""

    def __init__(self, history: History, context: Context) -> None:
        self._history, self._context = history, context
        self._pay, self._unclaimed = PayMechanism(context), UnclaimedMechanism(context)
        self._tax = SalesTaxMechanism(context)

    def report(self, step: Step, state: State, draws: Draws, recorder: Recorder) -> None:
        recorder.begin(step, draws)
        flows = Flows.begin(self._context, step)
        counted = {name: self._counted(name, step) for name in (SOLD, *ENDED)}
        flows.issued, flows.refunded = counted[SOLD], counted[REFUNDED]
        flows.served_in_time, flows.served_late = (
            counted["redeemed_in_time"],
            counted["presented_late"],
        )
        flows.cashed_out, flows.lapsed = counted["cashed_out"], counted["lapsed"]
        state.to_issue = state.to_issue - flows.issued
        state.refunded = state.refunded + flows.refunded
        for name, flow in counted.items():
            if flow.any():
                recorder.add(name, flow)
        terms = self._context.parameters
        if step.t0 == 0:
            fee = terms.platform.fixed_fee + self._context.zeros_together()
            recorder.add("fixed_fee", fee, day=0)
        recorder.add("cash_outs", flows.cashed_out * terms.deal.price)
        self._pay.step(state, flows, draws, recorder)
        self._tax.step(state, flows, draws, recorder)
        self._tax.unseen(flows, recorder)
        self._unclaimed.hand_over(state, flows, recorder)
        state.ended = state.ended + flows.ended + counted["lapsed"]
        recorder.close()

    def _counted(self, name: str, step: Step) -> Array:
        count = self._history.between(name, step.t0, step.t1)
        return np.full(self._context.shape_together, count)

"""Sales, segments and refunds (docs/model.md, 4)."""

from __future__ import annotations

import numpy as np

from dealsim.engine.context import Context
from dealsim.engine.curves import part_before
from dealsim.engine.draws import ALL, Array, Draws
from dealsim.engine.mechanisms.audience_sales import AudienceSales
from dealsim.engine.recorder import Recorder
from dealsim.engine.state import Flows, State


class SellMechanism:
    """Demand meets cap and minimum at a campaign's opening; vouchers are issued over the sale
    window; at its close buyers fall into segments and some want their money back."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._terms = context.parameters.deal
        self._shares = context.parameters.customers.share
        self._opens, self._close = context.days("opens"), context.days("close")
        self._refund_end = context.days("refund_end")
        self._audience = None if context.parameters.audience is None else AudienceSales(context)

    def step(self, state: State, flows: Flows, draws: Draws, recorder: Recorder) -> None:
        step = flows.step
        opening = self._opens == step.t0
        if opening.any():
            self._open(state, opening, draws, recorder)
        if (step.t0 < self._close).any():
            flows.issued = self._spread("sale days", state.to_issue, flows, draws, self._opens)
            state.to_issue = state.to_issue - flows.issued
            part = self._part(step.t0, recorder.divides, step.t1, self._opens, self._close)
            recorder.add("vouchers_sold", flows.issued, before=part)
        # who wants the money back is known from the close on, and given it from then
        if ((self._close <= step.t0) & (step.t0 < self._refund_end)).any():
            left = state.refunders - state.refunded
            flows.refunded = self._spread("refund days", left, flows, draws, self._close)
            state.refunded = state.refunded + flows.refunded
            part = self._part(step.t0, recorder.divides, step.t1, self._close, self._refund_end)
            recorder.add("vouchers_refunded", flows.refunded, before=part)
        closing = self._close == step.t1
        if closing.any():
            self._settle(state, flows, draws, closing)

    def _open(self, state: State, opening: Array, draws: Draws, recorder: Recorder) -> None:
        """How many vouchers are sold in all (eq. 4.1); the fixed fee is due where it tipped."""
        if self._audience is None:
            sold, tipped = wanted(self._context)
        else:
            sold, tipped = self._audience.sell(state, opening, draws, recorder)
        sold = np.where(opening, sold * tipped, 0.0)
        state.sold, state.to_issue = state.sold + sold, state.to_issue + sold
        fee = np.where(opening, tipped * self._context.parameters.platform.fixed_fee, 0.0)
        recorder.add("fixed_fee", fee, day=int(self._opens[opening][0]))

    def _settle(self, state: State, flows: Flows, draws: Draws, closing: Array) -> None:
        """Buyers by segment, those who keep their vouchers and those who do not (eq. 4.3, 4.4)."""
        bought = np.where(closing, state.sold - state.placed, 0.0)
        names = self._context.parameters.segments
        known = np.where(closing, state.bought, 0.0)
        # who bought is known where an audience did; the rest of a register's falls by the shares
        rest = np.where(known.any(axis=1, keepdims=True), 0.0, bought)
        buyers = known + divide(draws, "segment", names, rest, self._shares)
        refunders = draws.binomial("refunds", buyers, self._terms.refunds)
        flows.new_holders = flows.new_holders + buyers - refunders
        state.placed = state.placed + bought
        state.refunders = state.refunders + refunders.sum(axis=1, keepdims=True)

    def _spread(self, what: str, left: Array, flows: Flows, draws: Draws, first: Array) -> Array:
        """How many of those left fall into this step, evenly over the days from `first` on."""
        last = self._close if what == "sale days" else self._refund_end
        t0, t1 = flows.step.t0, flows.step.t1
        overlap = np.clip(np.minimum(t1, last) - np.maximum(t0, first), 0.0, None)
        remaining = np.clip(last - np.maximum(t0, first), 0.0, None)
        odds = np.divide(overlap, remaining, out=np.zeros_like(overlap), where=remaining > 0)
        return draws.of(ALL).binomial(what, left, odds)

    def _part(self, t0: int, as_of: int | None, t1: int, first: Array, last: Array) -> Array | None:
        """Share of the step's even flow before the as-of day."""
        if as_of is None:
            return None
        days = (np.clip(day, first, last) for day in (float(t0), float(as_of), float(t1)))
        return part_before(*days)


def wanted(context: Context) -> tuple[Array, Array]:
    """Vouchers wanted, up to the cap, and whether they are enough for the deal to tip (eq. 4.1),
    (campaign, 1, trial) each."""
    terms = context.parameters.deal
    sold = np.minimum(np.floor(terms.demand + 0.5), terms.cap)
    if context.whole:
        sold = np.floor(sold)
    tipped = sold >= terms.minimum
    full = context.shape_together
    return np.broadcast_to(sold, full), np.broadcast_to(tipped, full)


def divide(draws: Draws, step: str, names: tuple[str, ...], count: Array, shares: Array) -> Array:
    """A count (campaign, 1, trial) by shares (campaign, names, trial) that sum to 1: multinomial,
    one part after another, each from a stream named after the step and the part.

    Returns (campaign, names, trial).
    """
    left, rest = count, np.ones_like(shares[:, :1])
    parts = []
    for k in range(shares.shape[1] - 1):
        share = shares[:, k : k + 1]
        odds = np.divide(share, rest, out=np.zeros_like(share), where=rest > 0)
        part = draws.of((names[k],)).binomial(step, left, np.clip(odds, 0.0, 1.0))
        parts.append(part)
        left, rest = left - part, rest - share
    return np.concatenate([*parts, left], axis=1)

"""What the platform pays, and when (docs/model.md, 9)."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from dealsim.engine.context import Context
from dealsim.engine.draws import ALL, Array, Draws
from dealsim.engine.recorder import Recorder, minor_units
from dealsim.engine.state import Flows, State
from dealsim.scenario import Instalments, OnRedemption


class PayMechanism:
    """Remittance in instalments with a true-up for refunds, or on redemption after a lag.

    Payments fall on money days, which record what is due on them and move no customer.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        each, uses = context.parameters.platform.remittance, context.parameters.deal.uses
        self._each = np.broadcast_to(each, context.shape_together)
        self._whole = np.broadcast_to(each * uses, context.shape_together)
        horizon = context.clock.horizon
        self._payments = [campaign.payments(horizon) for campaign in context.clock.campaigns]
        self._terms = [scenario.platform.payout for scenario in context.scenarios]

    def step(self, state: State, flows: Flows, draws: Draws, recorder: Recorder) -> None:
        if any(self._payments):
            self._instalments(state, flows, draws, recorder)
        self._owe_on_redemption(state, flows)
        for day in [day for day in state.payable if day <= flows.step.t1]:
            recorder.add("remittance", state.payable.pop(day), day=max(day, flows.step.t0))

    def _instalments(self, state: State, flows: Flows, draws: Draws, recorder: Recorder) -> None:
        """The j-th instalment pays its cumulative share of what is then sold and not refunded,
        less what was due before; each is rounded half up, the last takes the rest, and at the end
        of the refund days a true-up recovers what was overpaid (eq. 9.2, 9.3)."""
        step = flows.step
        refunded = state.refunded - flows.refunded
        for before, day in zip((step.t0, *step.money_days), step.money_days, strict=False):
            refunded = self._refunded_by(day, before, refunded, state, flows, draws)
            paying = [c for c, payments in enumerate(self._payments) if day in payments]
            if not paying:
                continue
            amount = self._context.zeros_together()
            due, paid = state.due.copy(), state.paid.copy()
            for c in paying:
                gone = state.refunders[c] if day == self._context.clock.horizon else refunded[c]
                owed = self._payments[c][day] * self._whole[c] * (state.sold[c] - gone)
                last = day == max(self._payments[c])
                amount[c] = self._rounded(owed - (paid[c] if last else due[c]))
                due[c], paid[c] = owed, paid[c] + amount[c]
            state.due, state.paid = due, paid
            recorder.add("remittance", amount, day=day)

    def _refunded_by(
        self, day: int, before: int, refunded: Array, state: State, flows: Flows, draws: Draws
    ) -> Array:
        """Refunds to date on a day: those of the step fall evenly, and who is refunded by a payday
        inside it is drawn without moving anybody."""
        step = flows.step
        if day == step.t1:
            return state.refunded
        left = state.refunded - refunded
        if not left.any():
            return refunded
        first = np.maximum(before, self._context.days("close"))
        last = np.minimum(step.t1, self._context.days("refund_end"))
        odds = np.clip((day - first) / np.maximum(last - first, 1.0), 0.0, 1.0)
        return refunded + draws.of(ALL).binomial(f"refunded by {day}", left, odds)

    def _rounded(self, amount: Array) -> Array:
        digits = self._context.minor_digits
        return np.asarray(minor_units(amount, digits, whole=self._context.whole) / 10.0**digits)

    def _owe_on_redemption(self, state: State, flows: Flows) -> None:
        """Vouchers redeemed in time (late ones only if the platform says so) are paid for a lag
        after the step; what is due after the horizon counts at the horizon (eq. 9.4)."""
        clock = self._context.clock
        for c, terms in enumerate(self._terms):
            if isinstance(terms, Instalments):
                continue
            served = flows.served_in_time[c : c + 1]
            if terms.late == "paid":
                served = served + flows.served_late[c : c + 1]
            if not served.any():
                continue
            owed = self._context.zeros_together()
            owed[c] = served.sum(axis=1) * self._each[c]
            day = min(self._payday(terms, flows.step.t1), clock.horizon)
            before = state.payable.get(day)
            state.payable[day] = owed if before is None else before + owed

    def _payday(self, terms: OnRedemption, day: int) -> int:
        clock = self._context.clock
        return (terms.lag.after(clock.starts + timedelta(days=day)) - clock.starts).days

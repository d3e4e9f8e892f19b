"""The state's part of what customers pay for their vouchers (docs/model.md, 9).

That of what they pay at the till is reckoned with the visit (`visit.py`), and the margin of an
ordinary visit is told without its own.
"""

from __future__ import annotations

from dealsim.engine.context import Context
from dealsim.engine.draws import Array, Draws
from dealsim.engine.recorder import Recorder
from dealsim.engine.state import Flows, State


class SalesTaxMechanism:
    """Tax on vouchers sold, given back with refunds and cash-outs, or on those redeemed or lapsed;
    less what the state gives back of the tax on the platform's commission (eq. 9.14 to 9.17)."""

    def __init__(self, context: Context) -> None:
        self._tax, self._deal = context.parameters.sales_tax, context.parameters.deal

    def step(self, state: State, flows: Flows, draws: Draws, recorder: Recorder) -> None:
        tax = self._tax
        if not tax.moves:
            return
        kept = (flows.issued - flows.refunded) * flows.uses
        cashed = flows.cashed_out.sum(axis=1, keepdims=True)
        recorder.add("sales_tax", (kept - cashed) * tax.at_issue - kept * tax.fee_credit)
        self._used("tax_in_time", flows.served_in_time, tax.in_time, recorder)
        self._used("tax_late", flows.served_late, tax.late, recorder)
        self._used("tax_lapsed", flows.lapsed, tax.lapsed, recorder)
        back = flows.served_in_time * tax.fee_credit_in_time
        back = back + flows.served_late * tax.fee_credit_late
        recorder.add("sales_tax", -back)

    def unseen(self, flows: Flows, recorder: Recorder) -> None:
        """Tax on the face value of vouchers whose bills are not known: those of a register."""
        share = self._tax.on_covered
        self._used("tax_in_time", flows.served_in_time, self._deal.face_value * share, recorder)
        self._used("tax_late", flows.served_late, self._deal.late_worth * share, recorder)

    def _used(self, name: str, vouchers: Array, each: Array, recorder: Recorder) -> None:
        due = vouchers * each
        if due.any():
            recorder.add("sales_tax", due)
            recorder.add(name, due)

"""The voucher visit: what is consumed, what the till takes and what it costs (docs/model.md, 7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dealsim.engine.context import Context
from dealsim.engine.draws import Array, Draws
from dealsim.engine.parameters import Parameters
from dealsim.engine.recorder import Recorder
from dealsim.engine.spending import OverspendParameters
from dealsim.engine.state import Flows, State


@dataclass(frozen=True)
class VoucherTerms:
    """What a voucher buys: its `worth`, the bill that overspending starts from (`base`), and what
    is spent beyond that."""

    worth: Array
    base: Array
    use: Array
    overspend: OverspendParameters

    @property
    def plain_bill(self) -> Array:
        """Bill of those who do not overspend."""
        return self.use * self.base

    @property
    def plain_till(self) -> Array:
        return np.maximum(0.0, self.plain_bill - self.worth)


def terms_in_time(parameters: Parameters) -> VoucherTerms:
    face, customers = parameters.deal.face_value, parameters.customers
    return VoucherTerms(face, face, customers.use, customers.overspend)


def terms_late(parameters: Parameters) -> VoucherTerms:
    """Terms after expiry: what survives, and the bill the owner says late customers run up."""
    customers, base = parameters.customers, parameters.redemption.late_base
    return VoucherTerms(parameters.deal.late_worth, base, customers.use, customers.overspend_late)


class VisitMechanism:
    """Served vouchers become bills, till receipts and costs (eq. 7.1 to 7.3), and the tax in
    what was served (eq. 9.15)."""

    def __init__(self, context: Context) -> None:
        parameters = context.parameters
        self._business, self._tax = parameters.business, parameters.sales_tax
        self._in_time, self._late = terms_in_time(parameters), terms_late(parameters)

    def step(self, state: State, flows: Flows, draws: Draws, recorder: Recorder) -> None:
        self._book("in time", flows.served_in_time, self._in_time, draws, recorder)
        self._book("late", flows.served_late, self._late, draws, recorder)

    def _book(
        self, when: str, served: Array, terms: VoucherTerms, draws: Draws, recorder: Recorder
    ) -> None:
        if not served.any():
            return
        over = terms.overspend
        spenders = draws.binomial(f"overspend {when}", served, over.chance)
        extra = draws.gamma_sum(f"amount {when}", spenders, over.amount, over.cv)
        plain = served - spenders
        bill = spenders * terms.base + extra + plain * terms.plain_bill
        till = spenders * (terms.base - terms.worth) + extra + plain * terms.plain_till
        cost = bill * self._business.variable_cost + served * self._business.cost_per_visit
        recorder.add("till_receipts", till)
        recorder.add("voucher_visit_cost", cost)
        if self._tax.share.any():
            tax = till * self._tax.share + (bill - till) * self._tax.on_covered
            recorder.add("sales_tax", tax)
            recorder.add("tax_late" if when == "late" else "tax_in_time", tax)
        if when == "late":
            recorder.add("covered_late", bill - till)
            recorder.add("till_late", till)
            recorder.add("cost_late", cost)
        else:
            recorder.add("covered_in_time", bill - till)

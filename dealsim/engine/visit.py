"""The voucher visit: what is consumed, what the till takes and what it costs (docs/model.md, 7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dealsim.engine.chance import Array
from dealsim.engine.declare import Declaration, Line, Note
from dealsim.engine.inputs import Inputs
from dealsim.engine.world import Now, Record, World
from dealsim.scenario import Scenario, Segment


@dataclass(frozen=True)
class Overspend:
    """Spending beyond the voucher's worth, (1, segments, trials or 1) each."""

    chance: Array
    amount: Array
    cv: Array


def overspend_of(inputs: Inputs) -> Overspend:
    """The segments' overspend; who would have come anyway spends as always where none is given.

    Then the chance is `would_have_come` and the amount what the usual ticket exceeds the face
    value by (docs/model.md, 8), except under `kind: none`.
    """
    given = [segment.overspend is not None for segment in inputs.segment_models]
    usual = np.maximum(0.0, inputs("business.usual_ticket") - inputs("deal.face_value"))
    mask = np.array(given).reshape(1, -1, 1)
    anyway = inputs.segments("would_have_come")
    as_always = np.zeros_like(anyway) if inputs.scenario.kind == "none" else anyway
    return Overspend(
        np.where(mask, inputs.segments("overspend.chance"), as_always),
        np.where(mask, inputs.segments("overspend.amount"), usual),
        inputs.segments("overspend.cv", 1.0),
    )


@dataclass(frozen=True)
class Terms:
    """What a voucher buys: its `worth`, and the bill overspending starts from (`base`)."""

    worth: Array
    base: Array
    use: Array

    @property
    def plain_bill(self) -> Array:
        """Bill of those who do not overspend."""
        return self.use * self.base

    @property
    def plain_till(self) -> Array:
        return np.maximum(0.0, self.plain_bill - self.worth)


def terms_in_time(inputs: Inputs) -> Terms:
    face = inputs("deal.face_value")
    return Terms(face, face, inputs.segments("use", 1.0))


def terms_late(inputs: Inputs) -> Terms:
    """Terms after expiry: what survives, and the bill the owner says late customers run up."""
    face, price = inputs("deal.face_value"), inputs("deal.price")
    worth = face if inputs.scenario.deal.after_expiry == "face_value" else price
    whole = [
        late_bill(inputs.scenario, segment) == "face_value" for segment in inputs.segment_models
    ]
    base = np.where(np.array(whole).reshape(1, -1, 1), np.maximum(face, worth), worth)
    return Terms(worth, base, inputs.segments("use", 1.0))


def late_bill(scenario: Scenario, segment: Segment) -> str:
    """`worth` or `face_value`: a segment's own word, else the shared one."""
    own = segment.redemption.late if segment.redemption is not None else None
    return (own.bill if own is not None else None) or scenario.redemption.late.bill


class Visit:
    """Served vouchers become bills, till receipts and costs."""

    declares = Declaration(
        "visit",
        ("customers", "business"),
        lines=(
            Line("till_receipts", +1, "Spent beyond the voucher", campaign=True),
            Line("voucher_visit_cost", -1, "Cost of voucher visits", campaign=True),
        ),
        notes=(
            Note("till_late", "Spent beyond late vouchers"),
            Note("cost_late", "Cost of late visits"),
            Note("covered_in_time", "Worth of vouchers used in time"),
            Note("covered_late", "Worth of vouchers used late"),
        ),
    )

    def __init__(self, world: World) -> None:
        self._chance = world.chance
        self._overspend = overspend_of(world.inputs)
        self._in_time = terms_in_time(world.inputs)
        self._late = terms_late(world.inputs)
        self._variable = world.inputs("business.variable_cost")
        self._per_visit = world.inputs("business.cost_per_visit")

    def step(self, now: Now, record: Record) -> None:
        self._book("in time", now.served_in_time, self._in_time, record)
        self._book("late", now.served_late, self._late, record)

    def _book(self, when: str, served: Array, terms: Terms, record: Record) -> None:
        if not served.any():
            return
        over = self._overspend
        spenders = self._chance.binomial(f"overspend {when}", served, over.chance)
        extra = self._chance.gamma_sum(f"amount {when}", spenders, over.amount, over.cv)
        plain = served - spenders
        bill = spenders * terms.base + extra + plain * terms.plain_bill
        till = spenders * (terms.base - terms.worth) + extra + plain * terms.plain_till
        cost = bill * self._variable + served * self._per_visit
        record.add("till_receipts", till)
        record.add("voucher_visit_cost", cost)
        if when == "late":
            record.add("covered_late", bill - till)
            record.add("till_late", till)
            record.add("cost_late", cost)
        else:
            record.add("covered_in_time", bill - till)

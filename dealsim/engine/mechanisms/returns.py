"""Customers who come back at full price, in three forms (docs/model.md, 8)."""

from __future__ import annotations

import numpy as np

from dealsim.engine.context import Context
from dealsim.engine.draws import Array, Draws
from dealsim.engine.mechanisms.regulars import Delay, Stay, visits_apart
from dealsim.engine.recorder import Recorder
from dealsim.engine.state import Flows, State


class ReturnsMechanism:
    """Those just served may join the regulars or return later; what returning visits bring.

    Those who join during a step are taken to join at its middle. A customer with a pack may be won
    once, by the first use.
    """

    def __init__(self, context: Context) -> None:
        terms = context.parameters.returns
        self._terms, self._business = terms, context.parameters.business
        self._forms = {form for form in terms.forms if form is not None}
        self._apart = visits_apart(context)
        self._packs = context.parameters.deal.uses > 1
        self._stay, self._delay = Stay(context), Delay(context)
        self._more = np.maximum(terms.visits - 1.0, 0.0)
        self._chance = {
            form: np.where(_rows(terms.forms, form), terms.chance, 0.0) for form in self._forms
        }

    def step(self, state: State, flows: Flows, draws: Draws, recorder: Recorder) -> None:
        if not self._forms:
            return
        served, put_off = self._could_return(flows, draws)
        served = np.maximum(0.0, served - put_off)
        visits = flows.regular_visits
        if "rate" in self._forms:
            visits = visits + self._join(state, flows, draws, served, recorder)
        if "count" in self._forms:
            visits = visits + self._count(state, flows, draws, served, recorder)
        if "worth" in self._forms:
            self._worth(state, flows, draws, served, recorder)
        if not visits.any():
            return
        spent = draws.gamma_sum("spend", visits, self._terms.spend, self._terms.cv)
        flows.returning_spent = spent
        recorder.add("returning_revenue", spent)
        cost = spent * self._business.variable_cost + visits * self._business.cost_per_visit
        recorder.add("returning_margin", spent * (1.0 - self._business.sales_tax) - cost)

    def _could_return(self, flows: Flows, draws: Draws) -> tuple[Array, Array]:
        """Those served who may come back, and those whom bad service puts off: of packs, by their
        first use alone, any of the uses spoilt being as likely one (eq. 12.5)."""
        served, put_off = flows.served_in_time + flows.served_late, flows.put_off
        if not self._packs.any():
            return served, put_off
        first = flows.first_in_time + flows.first_late
        if put_off.any():
            of_first = np.minimum(first, served)
            part = draws.hypergeometric("put off at once", of_first, served - of_first, put_off)
            put_off = np.where(self._packs, part, put_off)
        return np.where(self._packs, first, served), put_off

    def _join(
        self, state: State, flows: Flows, draws: Draws, served: Array, recorder: Recorder
    ) -> Array:
        """Rate form: who joins, and visits not drawn yet."""
        stayed, mean = np.zeros_like(served), np.zeros_like(served)
        if served.any():
            joined = draws.binomial("join", served, self._stay.joining)
            recorder.add("new_regulars", draws.binomial("ever returns", joined, self._stay.ever))
            half = flows.step.days / 2.0
            stayed, mean = self._stay.live("stay after joining", joined, half, draws)
        state.regulars = np.maximum(0.0, flows.staying - flows.regulars_leaving) + stayed
        if self._apart:
            return draws.poisson("first visits", mean)
        return draws.poisson("visits", flows.visits_mean + mean)

    def _count(
        self, state: State, flows: Flows, draws: Draws, served: Array, recorder: Recorder
    ) -> Array:
        """Count form: returners make 1 + Poisson(visits - 1) visits, each after its own delay."""
        returners = draws.binomial("return", served, self._chance["count"])
        recorder.add("new_regulars", returners)
        made = returners + draws.poisson("more visits", returners * self._more)
        now = self._delay.happen("delay at once", made, flows.step.days / 2.0, draws)
        state.won = state.won + returners
        state.visits_due = state.visits_due - flows.visits_happening + made - now
        return now

    def _worth(
        self, state: State, flows: Flows, draws: Draws, served: Array, recorder: Recorder
    ) -> None:
        """Worth form: returners are worth a stated margin, booked after a delay; no visits."""
        returners = draws.binomial("return worth", served, self._chance["worth"])
        recorder.add("new_regulars", returners)
        now = self._delay.happen("worth at once", returners, flows.step.days / 2.0, draws)
        state.won = state.won + returners
        state.worth_due = state.worth_due - flows.worth_happening + returners - now
        recorder.add("returning_margin", (flows.worth_happening + now) * self._terms.worth)


def _rows(
    forms: tuple[str | None, ...], form: str
) -> np.ndarray[tuple[int, int, int], np.dtype[np.bool_]]:
    return np.array([own == form for own in forms]).reshape(1, -1, 1)

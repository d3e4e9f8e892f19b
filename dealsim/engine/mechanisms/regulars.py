"""Visits of those who already come back when a step begins (docs/model.md, 8)."""

from __future__ import annotations

import numpy as np

from dealsim.engine.context import Context
from dealsim.engine.draws import Array, Draws
from dealsim.engine.recorder import Recorder
from dealsim.engine.state import Flows, State
from dealsim.units import DAYS_PER_MONTH


class RegularsMechanism:
    """How many regulars stay (eq. 8.2), how many visits they want, and what falls due of returns
    that were waiting.

    Without a capacity or a section `service` the visits of regulars and of those who join them are
    drawn together, since a sum of Poisson counts is Poisson: then only their mean is told here.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._forms = context.parameters.returns.forms
        self._rate = Stay(context)
        self._delay = Delay(context)
        self._apart = visits_apart(context)

    def step(self, state: State, flows: Flows, draws: Draws, recorder: Recorder) -> None:
        days = float(flows.step.days)
        visits = None
        if "rate" in self._forms and state.regulars.any():
            flows.staying, flows.visits_mean = self._rate.live("stay", state.regulars, days, draws)
            if self._apart:
                visits = draws.poisson("visits", flows.visits_mean)
        if "count" in self._forms and state.visits_due.any():
            happening = self._delay.happen("delay", state.visits_due, days, draws)
            flows.visits_happening = happening
            visits = happening if visits is None else visits + happening
        if "worth" in self._forms and state.worth_due.any():
            flows.worth_happening = self._delay.happen("worth delay", state.worth_due, days, draws)
        if visits is not None:
            flows.regular_visits = visits


def visits_apart(context: Context) -> bool:
    """Whether visits of regulars are drawn apart from those of joiners: where they may find no
    place, or go wrong."""
    crowded = context.parameters.business.capacity_per_week is not None
    return crowded or context.scenarios[0].service is not None


class Stay:
    """Regulars of the rate form: an exponential stay, visits at a steady rate (eq. 8.1 to 8.4)."""

    def __init__(self, context: Context) -> None:
        terms = context.parameters.returns
        rate = np.array([form == "rate" for form in terms.forms]).reshape(1, -1, 1)
        self._stay = np.where(rate, terms.stay, 1.0)
        self._per_day = np.where(rate, terms.visits_per_month / DAYS_PER_MONTH, 0.0)
        expected = np.maximum(self._per_day * self._stay, 1e-300)
        joining = np.clip(terms.chance * (1.0 + expected) / expected, 0.0, 1.0)
        self.joining = np.where(rate, joining, 0.0)
        self.ever = expected / (1.0 + expected)
        self._made: dict[float, tuple[Array, Array]] = {}

    def live(self, name: str, regulars: Array, days: float, draws: Draws) -> tuple[Array, Array]:
        """Who stays `days` more, and the mean number of visits of all of them meanwhile."""
        if days not in self._made:
            self._made[days] = np.exp(-days / self._stay), visits_of_leavers(days, self._stay)
        staying, present_days = self._made[days]
        stayed = draws.binomial(name, regulars, staying)
        mean = self._per_day * (stayed * days + (regulars - stayed) * present_days)
        return stayed, np.maximum(mean, 0.0)


def visits_of_leavers(days: float, stay: Array) -> Array:
    """Mean days present of a regular who leaves within `days`, for a mean stay (days)."""
    with np.errstate(over="ignore"):
        return np.asarray(stay - days / np.expm1(days / stay))


class Delay:
    """What waits happens after a memoryless delay of mean `after` days (0: at once; eq. 8.5)."""

    def __init__(self, context: Context) -> None:
        self._mean = context.parameters.returns.after
        self._odds: dict[float, Array] = {}

    def happen(self, name: str, waiting: Array, days: float, draws: Draws) -> Array:
        """Of those waiting, how many happen within `days`."""
        if days not in self._odds:
            mean = np.where(self._mean > 0, self._mean, 1.0)
            self._odds[days] = np.where(self._mean > 0, -np.expm1(-days / mean), 1.0)
        return draws.binomial(name, waiting, self._odds[days])

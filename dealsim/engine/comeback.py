"""Customers who come back at full price, in three forms (docs/model.md, 8)."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dealsim.engine.chance import Array, Chance
from dealsim.engine.declare import Count, Declaration, Line
from dealsim.engine.world import Now, Record, World
from dealsim.units import DAYS_PER_MONTH

Rows = NDArray[np.int64]
"""Indices of the segments that share a form of returns."""


class Form(Protocol):
    """One form of coming back, for the segments at `rows`."""

    rows: Rows

    def present(self, now: Now) -> Array:
        """Visits in this step of those who were waiting or regulars when it began."""

    def join(self, now: Now, served: Array, record: Record) -> Array:
        """Visits in this step of those just served; the rest of them join the waiting."""


def _fields(world: World, rows: Rows, *names: str) -> list[Array]:
    return [world.inputs.segments(f"returns.{name}")[:, rows] for name in names]


def _chance(world: World, rows: Rows) -> Chance:
    return world.chance.of(*(world.inputs.names[row] for row in rows))


def visits_of_leavers(days: float, stay: Array) -> Array:
    """Mean days present of a regular who leaves within `days`, for a mean stay (days)."""
    with np.errstate(over="ignore"):
        return stay - days / np.expm1(days / stay)


class RateForm:
    """Regulars stay an exponential time and visit at a steady rate (eq. 8.1 to 8.4).

    Without a capacity their visits and those of joiners are drawn together: a sum of Poisson
    counts is Poisson.
    """

    def __init__(self, world: World, rows: Rows) -> None:
        self.rows = rows
        self._draw = _chance(world, rows)
        self._apart = world.inputs.has("business.capacity_per_week")
        chance, per_month, self._stay = _fields(world, rows, "chance", "visits_per_month", "stay")
        self._per_day = per_month / DAYS_PER_MONTH
        expected = np.maximum(self._per_day * self._stay, 1e-300)
        self._join = np.clip(chance * (1.0 + expected) / expected, 0.0, 1.0)
        self._ever = expected / (1.0 + expected)
        self._regulars = np.zeros((world.shape[0], len(rows), world.shape[2]))
        self._mean = self._regulars
        self._kept: dict[float, tuple[Array, Array]] = {}

    def present(self, now: Now) -> Array:
        self._regulars, self._mean = self._live("stay", self._regulars, float(now.days))
        if not self._apart:
            return np.zeros_like(self._regulars)
        return self._draw.poisson("visits", self._mean)

    def join(self, now: Now, served: Array, record: Record) -> Array:
        joined = self._draw.binomial("join", served, self._join)
        record.add("new_regulars", self._draw.binomial("ever returns", joined, self._ever))
        # those who join during a step are taken to join at its middle
        stayed, mean = self._live("stay after joining", joined, now.days / 2.0)
        self._regulars = self._regulars + stayed
        if self._apart:
            return self._draw.poisson("first visits", mean)
        return self._draw.poisson("visits", self._mean + mean)

    def _live(self, step: str, regulars: Array, days: float) -> tuple[Array, Array]:
        """Who stays `days` more, and the mean number of visits of all of them meanwhile."""
        if days not in self._kept:
            self._kept[days] = np.exp(-days / self._stay), visits_of_leavers(days, self._stay)
        staying, present_days = self._kept[days]
        stayed = self._draw.binomial(step, regulars, staying)
        mean = self._per_day * (stayed * days + (regulars - stayed) * present_days)
        return stayed, np.maximum(mean, 0.0)


class Delay:
    """Things that wait and happen after a memoryless delay of a given mean (days; 0: at once)."""

    def __init__(self, world: World, step: str, rows: Rows) -> None:
        (self._mean,) = _fields(world, rows, "after")
        self._draw = _chance(world, rows)
        self._step = step
        self._waiting = np.zeros((world.shape[0], len(rows), world.shape[2]))
        self._odds: dict[float, Array] = {}

    def happen(self, days: float) -> Array:
        """Of those waiting, how many happen within `days`."""
        done = self._draw.binomial(self._step, self._waiting, self._within(days))
        self._waiting = self._waiting - done
        return done

    def add(self, new: Array, days: float) -> Array:
        """Of new ones, which began at the middle of a step, how many happen within the step."""
        done = self._draw.binomial(f"{self._step} at once", new, self._within(days / 2.0))
        self._waiting = self._waiting + new - done
        return done

    def _within(self, days: float) -> Array:
        if days not in self._odds:
            mean = np.where(self._mean > 0, self._mean, 1.0)
            self._odds[days] = np.where(self._mean > 0, -np.expm1(-days / mean), 1.0)
        return self._odds[days]


class CountForm:
    """Returners make 1 + Poisson(visits - 1) visits, each after its own delay (eq. 8.5)."""

    def __init__(self, world: World, rows: Rows) -> None:
        self.rows = rows
        self._draw = _chance(world, rows)
        self._chance, visits = _fields(world, rows, "chance", "visits")
        self._more = np.maximum(visits - 1.0, 0.0)
        self._delay = Delay(world, "delay", rows)

    def present(self, now: Now) -> Array:
        return self._delay.happen(now.days)

    def join(self, now: Now, served: Array, record: Record) -> Array:
        returners = self._draw.binomial("return", served, self._chance)
        record.add("new_regulars", returners)
        visits = returners + self._draw.poisson("more visits", returners * self._more)
        return self._delay.add(visits, now.days)


class WorthForm:
    """Returners are worth a stated margin, booked after a delay (eq. 8.6); no visits."""

    def __init__(self, world: World, rows: Rows) -> None:
        self.rows = rows
        self._draw = _chance(world, rows)
        self._chance, self._worth = _fields(world, rows, "chance", "worth")
        self._delay = Delay(world, "worth delay", rows)
        self._due: Array = np.zeros((1, 1, 1))

    def present(self, now: Now) -> Array:
        self._due = self._delay.happen(now.days)
        return np.zeros_like(self._due)

    def join(self, now: Now, served: Array, record: Record) -> Array:
        returners = self._draw.binomial("return", served, self._chance)
        record.add("new_regulars", returners)
        booked = self._due + self._delay.add(returners, now.days)
        record.add("returning_margin", booked * self._worth)
        return np.zeros_like(booked)


FORMS: dict[str, type[RateForm] | type[CountForm] | type[WorthForm]] = {
    "rate": RateForm,
    "count": CountForm,
    "worth": WorthForm,
}


class ComeBack:
    """All returning customers; `present` runs before places are given out, `join` after."""

    declares = Declaration(
        "come back",
        ("customers",),
        lines=(
            Line("returning_revenue", 0, "Revenue of returning customers", cash=False),
            Line("returning_margin", +1, "Margin of returning customers"),
        ),
        counts=(Count("new_regulars", "Customers won"),),
    )

    def __init__(self, world: World) -> None:
        self._world = world
        self._forms: list[Form] = []
        forms = [s.returns.form if s.returns else None for s in world.inputs.segment_models]
        for form, build in FORMS.items():
            rows = np.array([i for i, own in enumerate(forms) if own == form], dtype=np.int64)
            if len(rows):
                self._forms.append(build(world, rows))
        self._spend = world.inputs.segments("returns.spend", "business.usual_ticket")
        self._cv = world.inputs.segments("returns.cv", 1.0)

    def present(self, now: Now) -> None:
        if not self._forms:
            return
        visits = self._world.zeros()
        for form in self._forms:
            visits[:, form.rows] = form.present(now)
        now.present_visits = visits

    def join(self, now: Now, record: Record) -> None:
        if not self._forms:
            return
        served = now.served_in_time + now.served_late
        visits = now.present_visits.copy()
        for form in self._forms:
            visits[:, form.rows] += form.join(now, served[:, form.rows], record)
        if not visits.any():
            return
        spent = self._world.chance.gamma_sum("spend", visits, self._spend, self._cv)
        variable = self._world.inputs("business.variable_cost")
        per_visit = self._world.inputs("business.cost_per_visit")
        record.add("returning_revenue", spent)
        record.add("returning_margin", spent * (1.0 - variable) - visits * per_visit)

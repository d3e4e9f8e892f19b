"""Places of a step, as the owner staffs them for the deal (docs/model.md, 6)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dealsim.engine.draws import Array
from dealsim.scenario import Scenario
from dealsim.scenario.model.staffing import Staffed


@dataclass(frozen=True)
class Staffing:
    """Dated changes of the places a week: (day from the start, places a week, cost a week), by
    day; none where they never change."""

    changes: tuple[tuple[int, float, float], ...]

    @classmethod
    def of(cls, scenario: Scenario) -> Staffing:
        """The plan of a business."""
        stated = scenario.business.capacity_per_week
        if not isinstance(stated, Staffed):
            return cls(())
        return cls(
            tuple(
                ((one.day - scenario.starts).days, one.visits, one.cost_per_week)
                for one in stated.changes
            )
        )

    def places(self, first: Array, t0: int, t1: int) -> Array:
        """Places from day t0 to t1, multiplied before dividing so that weeks add up to whole places
        (eq. 6.4, 6.9); `first` are those a week before any change."""
        before, after = (self._by(first, day) for day in (t0, t1))
        return np.asarray(np.floor(after / 7.0) - np.floor(before / 7.0))

    def cost(self, first: Array, t0: int, t1: int) -> Array:
        """What places above the first cost from day t0 to t1 (eq. 6.10)."""
        total = np.zeros_like(first)
        for day, end, visits, cost in self._spells():
            days = max(0, min(t1, end) - max(t0, day))
            total = total + np.where(visits > first, cost * days / 7.0, 0.0)
        return total

    def _by(self, first: Array, day: int) -> Array:
        """Seven times the places there have been by a day."""
        start = min(day, self.changes[0][0]) if self.changes else day
        total = first * start
        for begin, end, visits, _ in self._spells():
            total = total + visits * max(0, min(day, end) - begin)
        return total

    def _spells(self) -> list[tuple[int, int, float, float]]:
        """Each change with the day on which the next one begins."""
        ends = (*self.changes, (FOR_EVER, 0.0, 0.0))
        return [(day, after, visits, cost) for (day, visits, cost), (after, _, _) in pairwise(ends)]


FOR_EVER = 10**9
"""A day after every horizon."""

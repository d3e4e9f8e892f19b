"""The recorder: collects what the mechanisms report, as flows by period.

A period ends at each of the `marks`. Money is kept in whole minor units where draws are sampled:
a line's total to date is rounded, and its flow is what the rounded total grows by, so that flows
add up to totals exactly. Cash is recorded on every record day of the clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealsim.engine.clock import Step
from dealsim.engine.context import Context
from dealsim.engine.draws import ALL, Array, Draws
from dealsim.registry import COUNTS, LINES, MEMOS
from dealsim.units import AmountTooLarge, to_minor

Minor = NDArray[Any]
"""Money in minor units: whole numbers where sampled (floats or int64)."""

THROUGH = {
    "redeemed_in_time": "served",
    "presented_late": "served",
    "turned_away": "turned_away",
}
"""Counts that are told on record days, and as what."""

HALF_UP = 0.5 + 1e-9
"""Rounds half up, as `dealsim.units.to_minor` does, what floats hold a hair below a half too."""
LARGEST = 2.0**53
"""Minor units beyond which floats no longer count whole ones."""


@dataclass(frozen=True)
class Records:
    """What happened in a chunk, as flows.

    `lines` (minor units), `counts` and `memos` (campaign, period, trial), periods ending at the
    days `marks`; `cash` (minor units), `served` and `turned_away` (record day, trial), of all
    campaigns together.
    """

    marks: tuple[int, ...]
    lines: Mapping[str, Minor]
    counts: Mapping[str, Array]
    memos: Mapping[str, Array]
    cash: Minor
    served: Array
    turned_away: Array
    whole: bool


def minor_units(amount: Array, digits: int, *, whole: bool) -> Minor:
    """Money in minor units: rounded half up, or as it is where counts are expectations."""
    return to_minor(amount, digits) if whole else amount * 10.0**digits


class Recorder:
    """Takes what is reported in a step, and closes the step."""

    def __init__(self, context: Context, marks: Sequence[int]) -> None:
        campaigns, _, trials = context.shape
        self._context, self._marks = context, tuple(marks)
        size, rows = (campaigns, len(marks), trials), len(context.clock.record_days)
        self._lines = {line.name: np.zeros(size) for line in LINES}
        self._counts = {count.name: np.zeros(size) for count in COUNTS}
        self._memos = {memo.name: np.zeros(size) for memo in MEMOS}
        self._cash = np.zeros((rows, trials))
        self._through = {name: np.zeros((rows, trials)) for name in set(THROUGH.values())}
        self._signs = {line.name: line.sign for line in LINES if line.cash and line.sign}
        self._unit = 10.0**context.minor_digits
        self._total: dict[str, Array] = {}
        self._rounded: dict[str, Array] = {}
        self._pending: list[tuple[int, str, Array]] = []
        self._step = Step(0, 0, (0,))
        self._period = 0
        self._row = 0
        self._draws: Draws | None = None

    def begin(self, step: Step, draws: Draws) -> None:
        """What is added from now on belongs to this step."""
        self._step, self._draws = step, draws
        self._period = int(np.searchsorted(self._marks, step.t1))
        self._row = self._context.clock.row_of(step.t1)

    @property
    def divides(self) -> int | None:
        """The as-of day, where it lies inside the step and its records are told apart."""
        return self._step.as_of

    def add(
        self, name: str, amount: Array, day: int | None = None, before: Array | None = None
    ) -> None:
        """Report a flow: (campaign, segment, trial), segments summed.

        Money of a money day is reported for its `day`, all else for the end of the step. `before`
        is the share of the flow that falls before the as-of day inside the step, in proportion to
        time where left out.
        """
        if name in self._lines:
            self._pending.append((self._step.t1 if day is None else day, name, amount))
            return
        flows = self._counts if name in self._counts else self._memos
        flow = _all_segments(amount)
        if self._step.as_of is not None:
            part = self._before(name, amount, before)
            flows[name][:, self._period - 1] += part
            self._pass(name, part, self._context.clock.row_of(self._step.as_of))
            flow = flow - part
        flows[name][:, self._period] += flow
        self._pass(name, flow, self._row)

    def _pass(self, name: str, flow: Array, row: int) -> None:
        """What passes through the door on a record day, all campaigns together."""
        through = THROUGH.get(name)
        if through is not None:
            for campaign in flow:
                self._through[through][row] += campaign

    def close(self) -> None:
        """Settle the step's money, in the order of its days."""
        for day, name, amount in sorted(self._pending, key=lambda entry: entry[0]):
            self._settle(name, _all_segments(amount), day)
        self._pending = []

    def records(self) -> Records:
        """Everything reported; raises AmountTooLarge where money outgrows whole minor units."""
        if self._context.whole and not all((abs(t) < LARGEST).all() for t in self._total.values()):
            raise AmountTooLarge("an amount of money is too large to count exactly")
        return Records(
            self._marks,
            self._lines,
            self._counts,
            self._memos,
            self._cash,
            **self._through,
            whole=self._context.whole,
        )

    def _settle(self, name: str, amount: Array, day: int) -> None:
        """Grow a line's total; its flow is the growth of the rounded total."""
        total = amount * self._unit
        if name in self._total:
            total += self._total[name]
        after = np.floor(total + HALF_UP) if self._context.whole else total
        flow = after - self._rounded.get(name, 0.0)
        self._total[name], self._rounded[name] = total, after
        self._book(name, flow, day)
        if name in self._signs:
            row = self._row if day == self._step.t1 else self._context.clock.row_of(day)
            for campaign in flow:
                self._cash[row] += self._signs[name] * campaign

    def _book(self, name: str, flow: Minor, day: int) -> None:
        """Put a line's flow into the period of its day (of the step, for its first day); the as-of
        day divides what is told for the step as a whole."""
        line, step = self._lines[name], self._step
        if step.as_of is None or day < step.t1:
            period = int(np.searchsorted(self._marks, max(day, step.t0 + 1)))
            line[:, min(period, self._period)] += flow
            return
        share = (step.as_of - step.t0) / step.days
        part = minor_units(flow * share, 0, whole=self._context.whole)
        line[:, self._period - 1] += part
        line[:, self._period] += flow - part

    def _before(self, name: str, amount: Array, before: Array | None) -> Array:
        """The part of a count's flow before the as-of day: drawn, since customers are alike."""
        step, draws = self._step, self._draws
        assert step.as_of is not None and draws is not None
        share = (step.as_of - step.t0) / step.days if before is None else before
        if name in self._memos:
            return _all_segments(amount * share)
        alone = amount.shape[1] == 1
        chance = np.broadcast_to(np.asarray(share), amount.shape)
        found = (draws.of(ALL) if alone else draws).binomial(f"as of {name}", amount, chance)
        return _all_segments(found)


def _all_segments(amount: Array) -> Array:
    """The sum over segments, (campaign, trial); several times faster than sum(axis=1)."""
    total = amount[:, 0]
    for segment in range(1, amount.shape[1]):
        total = total + amount[:, segment]
    return total

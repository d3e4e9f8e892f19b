"""What the steps of the model share: the world they act in, the present moment, and the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealsim.engine.chance import Array, Chance
from dealsim.engine.declare import Declaration
from dealsim.engine.grid import Grid
from dealsim.engine.inputs import Inputs
from dealsim.units import to_minor

ALL = "all segments"
"""Names the draws that all segments share."""

Minor = NDArray[Any]
"""Money in minor units: int64 where sampled, float64 where expected."""


@dataclass(frozen=True)
class World:
    """A chunk's surroundings: inputs, days, chance and the number of minor digits of money."""

    inputs: Inputs
    grid: Grid
    chance: Chance
    minor_digits: int

    @property
    def shape(self) -> tuple[int, int, int]:
        """(campaigns, segments, trials)."""
        return len(self.grid.campaigns), len(self.inputs.names), self.chance.trials

    def zeros(self) -> Array:
        return np.zeros(self.shape)

    def days(self, name: str) -> Array:
        """A day of each campaign ("close", "expiry"; "lapse" and "dormancy" are infinite for
        never): (C, 1, 1)."""
        values = [getattr(campaign, name) for campaign in self.grid.campaigns]
        return np.array([np.inf if v is None else float(v) for v in values]).reshape(-1, 1, 1)


@dataclass
class Now:
    """One step of time, from day t0 to day t1, the `index`-th; each mechanism adds its part.

    Counts have the axes (campaign, segment, trial). `first_*` are first attempts to redeem,
    `again_late` those of holders who tried before and came under the late rule; `anyway` the
    first attempts that replace a full-price visit; `present_visits` visits of regulars who were
    there when the step began, before and after capacity.
    """

    index: int
    t0: int
    t1: int
    first_in_time: Array
    first_late: Array
    again_late: Array
    anyway: Array
    present_visits: Array
    served_in_time: Array
    served_late: Array
    expired_waiting: Array

    @classmethod
    def begin(cls, world: World, index: int) -> Now:
        zero = world.zeros()
        cuts = world.grid.cuts
        return cls(index, int(cuts[index]), int(cuts[index + 1]), *([zero] * 8))

    @property
    def days(self) -> int:
        return self.t1 - self.t0


@dataclass(frozen=True)
class Paths:
    """What happened in a chunk, cumulative at each cut, axes (campaign, cut, trial).

    `lines` are money in minor units: whole ones where chance is sampled, so that the flows of the
    steps add up exactly to the totals; unrounded where it is replaced by expectations. `counts`
    are vouchers or customers; `notes` are in currency units or vouchers, as they were noted.
    """

    lines: Mapping[str, Minor]
    counts: Mapping[str, Array]
    notes: Mapping[str, Array]
    whole: bool


def minor_units(amount: Array, digits: int, *, whole: bool) -> Minor:
    """Money in minor units: rounded half up, or as it is where counts are expectations."""
    return to_minor(amount, digits) if whole else amount * 10.0**digits


class Record:
    """Collects declared lines and counts as the steps run, step by step, and adds them up."""

    def __init__(self, world: World, declared: Sequence[Declaration]) -> None:
        campaigns, _, trials = world.shape
        size = (campaigns, world.grid.steps + 1, trials)
        self._world = world
        self._cut = 0
        self._touched: set[str] = set()
        self._lines = {line.name: np.zeros(size) for d in declared for line in d.lines}
        self._counts = {count.name: np.zeros(size) for d in declared for count in d.counts}
        self._notes = {note.name: np.zeros(size) for d in declared for note in d.notes}
        self._flows = self._lines | self._counts | self._notes
        self._fates = [count.name for d in declared for count in d.counts if count.fate]

    def begin(self, cut: int) -> None:
        """What is added from now on belongs to the step that ends at this cut."""
        self._cut = cut

    def add(self, name: str, amount: Array) -> None:
        """Add to what is declared: axes (campaign, segment, trial), segments summed."""
        total = amount[:, 0]
        for segment in range(1, amount.shape[1]):  # several times faster than sum(axis=1)
            total = total + amount[:, segment]
        self._flows[name][:, self._cut] += total
        self._touched.add(name)

    def ended(self) -> Array:
        """Vouchers whose fate was recorded in the present step so far, (campaign, 1, trial)."""
        return sum((self._counts[name][:, [self._cut]] for name in self._fates), start=np.zeros(()))

    def held(self) -> Array:
        """Vouchers sold to date less those with a fate so far, (campaign, 1, trial)."""
        to_date = slice(self._cut + 1)
        held = self._counts["vouchers_sold"][:, to_date].sum(axis=1, keepdims=True)
        for name in self._fates:
            held -= self._counts[name][:, to_date].sum(axis=1, keepdims=True)
        return held

    def paths(self) -> Paths:
        """Everything recorded, cumulative; money in minor units."""
        whole, digits = self._world.chance.whole, self._world.minor_digits
        for name in self._touched:
            flows = self._flows[name]
            for cut in range(1, flows.shape[1]):  # several times faster than cumsum(axis=1)
                flows[:, cut] += flows[:, cut - 1]
        lines = {
            name: minor_units(line, digits, whole=whole)
            if name in self._touched
            else line.astype(np.int64 if whole else np.float64)
            for name, line in self._lines.items()
        }
        return Paths(lines, self._counts, self._notes, whole)

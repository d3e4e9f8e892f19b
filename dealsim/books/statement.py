"""Means and bands of a roll-forward over the trials.

Rounded means do not add up by themselves. `mean_lines` is the one place where their rounding is
allocated: closing is the rounded mean liability, and the lines of each period are moved by as
little as needed, so that the printed roll-forward ties to the cent. Percentiles are of each line
by itself and need not add up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dealsim.books.rollforward import (
    FLOWS,
    LINES,
    RollForward,
    regroup,
    regroup_lines,
    sum_of,
    total,
)
from dealsim.books.subledger import BoolArray, FloatArray, IntArray
from dealsim.units import to_minor

BANDS = (5, 50, 95)
"""Percentiles shown beside the mean."""


@dataclass(frozen=True)
class Statement:
    """A roll-forward as printed: (period,) whole minor units by line, `bands` by percentile.

    `released` is the mean breakage on vouchers that lapsed, recognised before they did.
    """

    mean: Mapping[str, IntArray]
    released: IntArray
    bands: Mapping[int, Mapping[str, IntArray]]


def statement(cohorts: Sequence[RollForward], groups: Sequence[slice] | None = None) -> Statement:
    """Mean lines that tie, and bands, of all cohorts, by month or over `groups` of months.

    The means of all cohorts and of longer periods are sums of each cohort's printed months, so
    that a year ties to its months and the whole to its cohorts; bands are of each trial's own
    sum. Raises ValueError where there is no cohort.
    """
    printed = [printed_lines(roll) for roll in cohorts]
    roll = total(cohorts)
    mean = {name: sum_of([lines[name] for lines, _ in printed]) for name in LINES}
    released = sum_of([one for _, one in printed])
    if groups is not None:
        released = np.array([released[group].sum() for group in groups], dtype=np.int64)
        mean, roll = regroup_lines(mean, groups), regroup(roll, groups)
    columns = {name: np.quantile(roll.lines[name], np.array(BANDS) / 100, axis=1) for name in LINES}
    bands = {
        percent: {name: to_minor(columns[name][k], 0) for name in LINES}
        for k, percent in enumerate(BANDS)
    }
    return Statement(mean, released, bands)


def printed_lines(roll: RollForward) -> tuple[dict[str, IntArray], IntArray]:
    """Mean lines of one cohort that tie (`mean_lines`), and the mean release by its lapses."""
    mean = mean_lines(roll)
    return mean, _released(roll, mean)


def mean_lines(roll: RollForward) -> dict[str, IntArray]:
    """Mean of each line, (period,), in whole minor units that add up.

    A line with no flow in a period on any trial stays exactly 0 there; the others may miss their
    mean to date by a unit or so, which the periods after make good.
    """
    closing = to_minor(roll.closing.mean(axis=1), 0)
    opening = np.concatenate([[0], closing[:-1]]).astype(np.int64)
    signs = np.array([1] + [-1] * (len(FLOWS) - 1))
    flows = np.stack([signs[k] * roll.lines[name].mean(axis=1) for k, name in enumerate(FLOWS)])
    moved = np.stack([(roll.lines[name] != 0).any(axis=1) for name in FLOWS])
    whole = signs[:, np.newaxis] * _allocate(flows, moved, closing - opening)
    lines = {name: whole[k] for k, name in enumerate(FLOWS)}
    lines |= {"opening": opening, "closing": closing}
    return {name: lines[name] for name in LINES}


def _released(roll: RollForward, mean: Mapping[str, IntArray]) -> IntArray:
    """Mean release by lapses, in whole minor units that tie to the mean lines."""
    lapsing = (roll.released != 0).any(axis=1)
    due = (mean["breakage"] + mean["breakage_reestimate"]).cumsum()
    to_date = due - to_minor(roll.on_held.mean(axis=1), 0)
    out, so_far = np.zeros_like(to_date), 0
    for t in np.flatnonzero(lapsing):
        out[t] = to_date[t] - so_far
        so_far = to_date[t]
    return out


def _allocate(flows: FloatArray, moved: BoolArray, changes: IntArray) -> IntArray:
    """Signed whole flows (line, period), near their means to date, adding up to the changes."""
    out = np.zeros(flows.shape, dtype=np.int64)
    gap = np.zeros(len(flows))
    for t, change in enumerate(changes):
        active = np.flatnonzero(moved[:, t])
        gap += flows[:, t]
        if not len(active):
            continue
        wanted = gap[active]
        whole = np.floor(wanted).astype(np.int64)
        # Largest remainder: units go first to the lines that rounding down hurt most.
        order = np.argsort(whole - wanted, kind="stable")
        each, rest = divmod(int(change - whole.sum()), len(active))
        whole += each
        whole[order[:rest]] += 1
        out[active, t] = whole
        gap[active] -= whole
    return out

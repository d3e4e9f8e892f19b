"""The roll-forward of the voucher liability, period by period, on every trial.

    opening + issued - redeemed_in_time - presented_late - refunded - cashed_out - lapsed
    - escheated - breakage - breakage_reestimate = closing
    closing + breakage recognised on vouchers still held + escheated of them = price x still held

Both hold exactly, in whole minor units. Disclosures that build on it: ASC 606-10-50-8 to -10,
IFRS 15.116 to 118.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dealsim.books.breakage import BreakagePolicy, recognise
from dealsim.books.subledger import IntArray, VoucherSubledger

SUBTRACTED = (
    "redeemed_in_time",
    "presented_late",
    "refunded",
    "cashed_out",
    "lapsed",
    "escheated",
    "breakage",
    "breakage_reestimate",
)
"""Lines that lower the liability, positive amounts."""

LINES = ("opening", "issued", *SUBTRACTED, "closing")
"""All lines, in the order in which they are shown."""

EARNED = ("breakage", "breakage_reestimate", "lapsed")
"""Lines that are breakage revenue."""

FLOWS = ("issued", *SUBTRACTED)
"""Lines that add up over periods; opening and closing are stocks."""


@dataclass(frozen=True)
class RollForward:
    """Lines by name, (period, trial), whole minor units; and what ties them to the sub-ledger.

    `held` is the sub-ledger's paid value of vouchers still held, `on_held` the breakage and
    `escheated_on_held` the escheat on those vouchers, all at each period's end.
    """

    lines: Mapping[str, IntArray]
    held: IntArray
    on_held: IntArray
    escheated_on_held: IntArray

    @property
    def closing(self) -> IntArray:
        """The liability at each period's end."""
        return self.lines["closing"]

    @property
    def released(self) -> IntArray:
        """Breakage of each period's lapsed vouchers that had been recognised before."""
        recognised = self.lines["breakage"] + self.lines["breakage_reestimate"]
        return recognised - np.diff(self.on_held, axis=0, prepend=0)


def roll_forward(subledger: VoucherSubledger, policy: BreakagePolicy) -> RollForward:
    """The roll-forward of one cohort under a breakage policy."""
    found = recognise(subledger, policy)
    flows = {
        "issued": subledger.issued,
        "redeemed_in_time": subledger.redeemed_in_time,
        "presented_late": subledger.presented_late,
        "refunded": subledger.refunded,
        "cashed_out": subledger.cashed_out,
        "lapsed": found.lapsed,
        "escheated": found.escheated,
        "breakage": found.breakage,
        "breakage_reestimate": found.reestimate,
    }
    opening = np.zeros_like(found.liability)
    opening[1:] = found.liability[:-1]
    lines = {"opening": opening, **flows, "closing": found.liability}
    ordered = {name: lines[name] for name in LINES}
    return RollForward(ordered, subledger.held, found.on_held, found.escheated_on_held)


def total(cohorts: Sequence[RollForward]) -> RollForward:
    """All cohorts together, of the same periods and trials; ValueError where there is none."""
    return RollForward(
        {name: sum_of([one.lines[name] for one in cohorts]) for name in LINES},
        sum_of([one.held for one in cohorts]),
        sum_of([one.on_held for one in cohorts]),
        sum_of([one.escheated_on_held for one in cohorts]),
    )


def sum_of(arrays: Sequence[IntArray]) -> IntArray:
    """The sum of whole amounts of one shape; raises ValueError where there are none."""
    if not arrays:
        raise ValueError("there is no cohort to add up")
    return arrays[0] if len(arrays) == 1 else np.sum(arrays, axis=0, dtype=np.int64)


def regroup(roll: RollForward, groups: Sequence[slice]) -> RollForward:
    """The roll-forward over longer periods: flows added up, stocks as they stand at the ends."""
    last = [group.stop - 1 for group in groups]
    return RollForward(
        regroup_lines(roll.lines, groups),
        roll.held[last],
        roll.on_held[last],
        roll.escheated_on_held[last],
    )


def regroup_lines(lines: Mapping[str, IntArray], groups: Sequence[slice]) -> dict[str, IntArray]:
    """Lines over longer periods, `groups` as `dealsim.books.periods` gives them."""
    closing = lines["closing"][[group.stop - 1 for group in groups]]
    out = {name: np.stack([lines[name][group].sum(axis=0) for group in groups]) for name in FLOWS}
    out["opening"] = lines["opening"][[group.start for group in groups]]
    out["closing"] = closing
    return {name: out[name] for name in LINES}

"""The entries of what happened, on the days it happened.

A register tells days, a roll-forward months. Vouchers sold, used and refunded are booked on the
day it happened; breakage with them at the end of the month, or of what the register knows. What
is remote, unclaimed or lapsed follows its own days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from dealsim.books.breakage import BreakagePolicy
from dealsim.books.cohort_flows import CohortFlows
from dealsim.books.rollforward import FLOWS, roll_forward
from dealsim.books.subledger import IntArray, VoucherSubledger

AT_PERIOD_END = ("breakage", "breakage_reestimate")
"""Lines of proportional breakage, booked when a period is closed."""


@dataclass(frozen=True)
class DailyFlows:
    """Paid value of what happened, whole minor units: `lines` of each day, (days,), by `issued`
    and the fates of `VoucherSubledger.of`; `lapsed` by period, (periods,). From `settled_on` on
    the platform has paid all that it owes (None: it never has)."""

    days: Sequence[date]
    lines: Mapping[str, IntArray]
    lapsed: IntArray
    settled_on: date | None = None

    @property
    def clawed_back(self) -> IntArray:
        """Refunds of vouchers for which the platform had paid all, (days,)."""
        refunded = self.lines.get("refunded", np.zeros(len(self.days), dtype=np.int64))
        settled = [self.settled_on is not None and day >= self.settled_on for day in self.days]
        return refunded * np.array(settled, dtype=np.int64)


def post_on_days(
    flows: CohortFlows, actual: DailyFlows, policy: BreakagePolicy, last: int
) -> CohortFlows:
    """`flows` with its periods up to the `last`-th (from 0) divided into days.

    `policy` is the one behind `flows`, with indices of its periods. Sums over each period stay
    as they are.
    """
    ends = list(flows.days[: last + 1])
    expiry = _known_expiry(flows, last)
    days = sorted({*actual.days, *ends, *expiry})
    at_end = np.array([days.index(end) for end in ends])
    lines, released = _by_day(flows, actual, policy, days, at_end)
    later = slice(last + 1, None)

    def joined(first: IntArray, name: Mapping[str, IntArray], key: str) -> IntArray:
        return np.concatenate([first, name[key][later]])

    return replace(
        flows,
        days=[*days, *flows.days[later]],
        lines={name: joined(lines[name], flows.lines, name) for name in FLOWS},
        released=np.concatenate([released, flows.released[later]]),
        cash={
            name: joined(_placed(amounts[: last + 1], at_end, len(days)), flows.cash, name)
            for name, amounts in flows.cash.items()
        },
        promotion_ends=days.index(expiry[0])
        if expiry
        else _moved(flows.promotion_ends, at_end, last, len(days)),
        clawed_back=_clawed_back(actual, days, len(flows.days) - last - 1),
    )


def _clawed_back(actual: DailyFlows, days: Sequence[date], later: int) -> IntArray:
    """Refunds after the last payout by day of entry; of what is forecast none comes so late."""
    place = np.searchsorted(np.array(days), np.array(actual.days))
    return np.concatenate(
        [_placed(actual.clawed_back, place, len(days)), np.zeros(later, dtype=np.int64)]
    )


def _known_expiry(flows: CohortFlows, last: int) -> list[date]:
    """The promotion's last day, where the register goes so far: a day of entry like others."""
    ends, day = flows.promotion_ends, flows.promotion_day
    return [day] if day is not None and ends is not None and ends <= last else []


def _by_day(
    flows: CohortFlows,
    actual: DailyFlows,
    policy: BreakagePolicy,
    days: Sequence[date],
    at_end: IntArray,
) -> tuple[dict[str, IntArray], IntArray]:
    """Lines and releases by day: of the day where vouchers make them, else at period ends."""
    place = np.searchsorted(np.array(days), np.array(actual.days))
    daily = {name: _placed(amounts, place, len(days)) for name, amounts in actual.lines.items()}
    periods = len(at_end)
    daily["lapsed"] = _placed(actual.lapsed[:periods], at_end, len(days))
    roll = roll_forward(VoucherSubledger.of(**daily), _policy_by_day(policy, at_end))
    lines = {name: roll.lines[name][:, 0] for name in FLOWS}
    if policy.method != "proportional":
        return lines, roll.released[:, 0]
    for name in (*AT_PERIOD_END, "lapsed"):
        lines[name] = _placed(flows.lines[name][:periods], at_end, len(days))
    return lines, _placed(flows.released[:periods], at_end, len(days))


def _policy_by_day(policy: BreakagePolicy, at_end: IntArray) -> BreakagePolicy:
    """The policy with its periods counted in days of entry; shares of use do not matter here."""

    def moved(period: int | None) -> int | None:
        return int(at_end[period]) if period is not None and period < len(at_end) else None

    return replace(
        policy,
        ultimate_share=1.0,
        remote_from=moved(policy.remote_from),
        escheat_from=moved(policy.escheat_from),
    )


def _placed(amounts: IntArray, where: IntArray, size: int) -> IntArray:
    out = np.zeros(size, dtype=np.int64)
    np.add.at(out, where, amounts)
    return out


def _moved(period: int | None, at_end: IntArray, last: int, days: int) -> int | None:
    if period is None:
        return None
    return int(at_end[period]) if period <= last else period - last - 1 + days

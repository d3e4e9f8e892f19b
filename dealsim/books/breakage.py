"""When vouchers that will never be used become revenue: proportional, remote or none.

Rules: ASC 606-10-55-46 to -49 and IFRS 15.B44 to B47. A merchant that expects breakage
recognises it in proportion to the rights exercised (`proportional`); one that does not, once
exercise of the rest is remote (`remote`); what must be handed to the state as unclaimed property
is never revenue. `none` waits for the right itself to end.

With I issued net of refunds and lapses, R exercised to date, U the expected ultimate exercise and
e the share that is unclaimed property, breakage to date is (1 - e)(I - U) R / U. A change of
estimate is a cumulative catch-up of either sign. Amounts to date are rounded half up, period
amounts are their differences; so every identity holds in whole minor units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dealsim.books.subledger import BoolArray, FloatArray, IntArray, VoucherSubledger
from dealsim.units import to_minor

BreakageMethod = Literal["none", "proportional", "remote"]
METHODS: tuple[BreakageMethod, ...] = ("none", "proportional", "remote")


@dataclass(frozen=True)
class BreakagePolicy:
    """How one cohort's breakage is recognised.

    `ultimate_share` is u, expected ultimate exercise as a share of what was issued net of
    refunds: one number, one a period, or (period, trial). `escheatable` is e, the share of what
    is not exercised that is unclaimed property, and `escheat_from` the period at whose end it is
    handed over (None: never). `remote_from` is the period at whose end exercise of the rest
    becomes remote, or None for never; `remote` needs it.
    """

    method: BreakageMethod
    ultimate_share: float | FloatArray = 1.0
    escheatable: float = 0.0
    remote_from: int | None = None
    escheat_from: int | None = None

    def __post_init__(self) -> None:
        shares = np.asarray(self.ultimate_share, dtype=np.float64)
        if not ((shares >= 0) & (shares <= 1)).all():
            raise ValueError("the ultimate share must be from 0 to 1")
        if not 0 <= self.escheatable <= 1:
            raise ValueError("the escheatable share must be from 0 to 1")
        if self.method not in METHODS:
            raise ValueError(f"unknown breakage method {self.method!r}")


@dataclass(frozen=True)
class RecognisedBreakage:
    """What a policy makes of a sub-ledger, whole minor units, (period, trial).

    Flows of the period: `breakage` comes from the rights exercised at the estimate that stood
    before, `reestimate` from changes of estimate; `lapsed` is what was still a liability on
    vouchers that lapsed, `escheated` what was handed over, less what late customers brought back.
    Stocks at its end: the `liability`, and `on_held` and `escheated_on_held`, the breakage and
    escheat on vouchers still held, which are the difference between sub-ledger and ledger.
    """

    breakage: IntArray
    reestimate: IntArray
    lapsed: IntArray
    escheated: IntArray
    on_held: IntArray
    escheated_on_held: IntArray
    liability: IntArray


def ultimate_share(
    ultimate: ArrayLike, issued: ArrayLike, constraint: float | None = None
) -> float:
    """u over trials of `ultimate / issued`: the mean, or the quantile `constraint`.

    Both are (trial,) amounts or counts, `issued` net of refunds; trials that sold nothing are
    left out, and 1 is returned where none sold. The quantile is the constraint on estimates (ASC
    606-10-32-11 to -13; IFRS 15.56 to 58): a high share exercised means low breakage. Neither
    standard names a per cent: it is a policy choice.
    """
    sold = np.asarray(issued, dtype=np.float64)
    some = sold > 0
    shares = np.clip(np.asarray(ultimate, dtype=np.float64)[some] / sold[some], 0.0, 1.0)
    if not len(shares):
        return 1.0
    return float(np.mean(shares) if constraint is None else np.quantile(shares, constraint))


def escheatable_share(share: float, basis: float, paid: float) -> float:
    """e, of the price `paid`, where a `share` of `basis` is due for each unclaimed voucher.

    Capped at the price, the liability in the books: of 10 paid for 20, 60 % of the face value
    takes all, so that nothing of it is ever revenue (ASC 606-10-55-49).
    """
    return min(1.0, share * basis / paid) if paid > 0 else 0.0


@dataclass(frozen=True)
class _ToDate:
    """A sub-ledger to date: issued net of refunds (I), exercised (R), and what of I has not lapsed,
    `pool` before the lapses of each period and `pool_after` them."""

    issued: IntArray
    exercised: IntArray
    pool: IntArray
    pool_after: IntArray

    @classmethod
    def of(cls, subledger: VoucherSubledger) -> _ToDate:
        issued = np.cumsum(subledger.net_issued, axis=0)
        lapsed = np.cumsum(subledger.lapsed, axis=0)
        exercised = np.cumsum(subledger.exercised, axis=0)
        return cls(issued, exercised, issued - lapsed + subledger.lapsed, issued - lapsed)


def recognise(subledger: VoucherSubledger, policy: BreakagePolicy) -> RecognisedBreakage:
    """Breakage, lapse and escheat of each period, and the liability, under a policy.

    0 <= liability <= issued net of refunds; with e = 0, proportional, it is I (1 - R / U).
    """
    to_date = _ToDate.of(subledger)
    open_before, open_after = (
        pool - to_date.exercised for pool in (to_date.pool, to_date.pool_after)
    )
    if policy.method == "proportional":
        found, on_held, breakage = _proportional(to_date, policy)
    else:
        remote = _remote_mask(len(open_after), policy)
        found = np.where(remote, _kept(open_before, policy), 0)
        on_held = np.where(remote, _kept(open_after, policy), 0)
        breakage = np.where(remote & ~_shifted(remote), found, 0)
    taken, taken_after = (_escheated(one, policy) for one in (open_before, open_after))
    return RecognisedBreakage(
        breakage=breakage,
        reestimate=found - _shifted(on_held) - breakage,
        lapsed=subledger.lapsed - (found - on_held) - (taken - taken_after),
        escheated=taken - _shifted(taken_after),
        on_held=on_held,
        escheated_on_held=taken_after,
        liability=open_after - on_held - taken_after,
    )


def _proportional(to_date: _ToDate, policy: BreakagePolicy) -> tuple[IntArray, IntArray, IntArray]:
    """Breakage on vouchers held, before and after the period's lapses, and the period's pattern.

    The pattern is what this period's exercise adds at the rate that stood when it began; in a
    cohort's first period there was none, and its own is used.
    """
    exercised, pool, pool_after = to_date.exercised, to_date.pool, to_date.pool_after
    share = _share_to_come(to_date, policy, pool)
    share_after = _share_to_come(to_date, policy, pool_after)
    stood = np.where(_shifted(pool_after) > 0, _shifted(share_after), share)
    found = _pro_rata(pool, share, exercised, policy)
    on_held = _pro_rata(pool_after, share_after, exercised, policy)
    pattern = _pro_rata(pool, stood, exercised, policy)
    return found, on_held, pattern - _pro_rata(pool, stood, _shifted(exercised), policy)


def _share_to_come(to_date: _ToDate, policy: BreakagePolicy, pool: IntArray) -> FloatArray:
    """U / I of each period: u of what was issued net of refunds, within what is possible."""
    share = np.asarray(policy.ultimate_share, dtype=np.float64)
    share = share.reshape(-1, 1) if share.ndim == 1 else share
    expected = np.clip(share * to_date.issued, to_date.exercised, pool)
    return np.divide(expected, pool, out=np.zeros(pool.shape), where=pool > 0)


def _pro_rata(
    pool: IntArray, share: FloatArray, exercised: IntArray, policy: BreakagePolicy
) -> IntArray:
    """(1 - e)(I - U) R / U with U = share x I; at most all of it, and 0/0 = 0."""
    expected = share * pool
    done = np.divide(exercised, expected, out=np.zeros(pool.shape), where=expected > 0)
    kept = (1.0 - policy.escheatable) * (pool - expected)
    return to_minor(kept * np.minimum(done, 1.0), 0)


def _remote_mask(periods: int, policy: BreakagePolicy) -> BoolArray:
    """Whether exercise of the rest is remote, (period, 1)."""
    if policy.method == "none" or policy.remote_from is None:
        return np.zeros((periods, 1), dtype=bool)
    return np.arange(periods)[:, np.newaxis] >= policy.remote_from


def _kept(unexercised: IntArray, policy: BreakagePolicy) -> IntArray:
    """The part of what is not exercised that the merchant may keep."""
    return to_minor((1.0 - policy.escheatable) * unexercised, 0)


def _escheated(unexercised: IntArray, policy: BreakagePolicy) -> IntArray:
    """What is handed over of what is not exercised, by period: the rest of what may be kept."""
    if policy.escheat_from is None:
        return np.zeros_like(unexercised)
    due = np.arange(len(unexercised))[:, np.newaxis] >= policy.escheat_from
    return np.where(due, unexercised - _kept(unexercised, policy), 0)


def _shifted(values: NDArray[Any]) -> NDArray[Any]:
    """Each period's value as it stood at the end of the period before, 0 at first."""
    out = np.zeros_like(values)
    out[1:] = values[:-1]
    return out

"""The sub-ledger of one cohort: the paid value of its vouchers, by what became of them.

A cohort is what is estimated together: the vouchers of one campaign. Everything here is a flow
of the period, in whole minor units, with the axes (period, trial); only `held` is a stock. Flows
are made cumulative where a policy reads them, in `dealsim.books.breakage`, and nowhere before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class VoucherSubledger:
    """Paid value of each period by fate: `VoucherSubledger.of` builds and checks one.

    `issued` is what was sold, before refunds. `redeemed_in_time`, `presented_late` and
    `cashed_out` are rights exercised; `lapsed` is the whole paid value of vouchers whose right
    ended, whatever was recognised on them before.
    """

    issued: IntArray
    refunded: IntArray
    redeemed_in_time: IntArray
    presented_late: IntArray
    cashed_out: IntArray
    lapsed: IntArray

    @classmethod
    def of(
        cls,
        issued: ArrayLike,
        *,
        refunded: ArrayLike = 0,
        redeemed_in_time: ArrayLike = 0,
        presented_late: ArrayLike = 0,
        cashed_out: ArrayLike = 0,
        lapsed: ArrayLike = 0,
    ) -> VoucherSubledger:
        """A sub-ledger from flows in whole minor units, (period, trial) or (period,).

        Fates left out never happened. Raises ValueError for amounts that are not whole, that
        are negative, or that to date exceed what was issued.
        """
        fates = (refunded, redeemed_in_time, presented_late, cashed_out, lapsed)
        arrays = np.broadcast_arrays(*(_column(values) for values in (issued, *fates)))
        subledger = cls(*(np.ascontiguousarray(array) for array in arrays))
        subledger._check()
        return subledger

    def _check(self) -> None:
        for field in fields(self):
            if (getattr(self, field.name) < 0).any():
                raise ValueError(f"{field.name} is what happened in a period: not negative")
        if (self.held < 0).any():
            raise ValueError("more vouchers were used, refunded or lapsed than were issued")

    @property
    def net_issued(self) -> IntArray:
        """Issued less refunds of each period; to date, I of the breakage formulas."""
        return self.issued - self.refunded

    @property
    def exercised(self) -> IntArray:
        """Rights exercised in each period, late ones and cash-outs included; to date, R."""
        return self.redeemed_in_time + self.presented_late + self.cashed_out

    @property
    def held(self) -> IntArray:
        """Price times vouchers still held at each period's end: what a register shows."""
        return np.cumsum(self.net_issued - self.exercised - self.lapsed, axis=0)

    @property
    def periods(self) -> int:
        """Number of periods."""
        return len(self.issued)

    def regrouped(self, groups: Sequence[slice]) -> VoucherSubledger:
        """The flows of longer periods; `groups` cover all periods in their order."""
        starts = [group.start for group in groups]
        flows = {name: np.add.reduceat(values, starts) for name, values in vars(self).items()}
        return VoucherSubledger(**flows)


def mean_to_date(flows: IntArray) -> FloatArray:
    """Mean over trials of flows (period, trial) up to each period's end, (period,)."""
    return np.cumsum(flows.sum(axis=1)) / flows.shape[1]


def _column(values: ArrayLike) -> IntArray:
    """`values` as (period, trial) integers; one trial where there is no such axis."""
    array = np.asarray(values)
    if not np.issubdtype(array.dtype, np.integer):
        raise ValueError("money here is counted in whole minor units: convert it with to_minor")
    array = array.astype(np.int64, copy=False)
    return array if array.ndim == 2 else array.reshape(-1, 1)

"""The voucher register of one cohort in money: the paid value of its vouchers, by fate.

A cohort is what is estimated together: one campaign in one jurisdiction under one payout model.
Everything here is cumulative, in whole minor units, with the axes (period, trial); a period's
figure is the state at its end.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class VoucherSubledger:
    """Paid value to date by fate: `VoucherSubledger.of` builds and checks one.

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
        """A register from cumulative whole minor units, (period, trial) or (period,).

        Fates left out never happened. Raises ValueError for amounts that are not whole, that
        ever fall, or that exceed what was issued.
        """
        fates = (refunded, redeemed_in_time, presented_late, cashed_out, lapsed)
        arrays = np.broadcast_arrays(*(_column(values) for values in (issued, *fates)))
        register = cls(*(np.ascontiguousarray(array) for array in arrays))
        register._check()
        return register

    def _check(self) -> None:
        for field in fields(self):
            values = getattr(self, field.name)
            if (np.diff(values, axis=0, prepend=0) < 0).any():
                raise ValueError(f"{field.name} is cumulative and cannot fall")
        if (self.held < 0).any():
            raise ValueError("more vouchers were used, refunded or lapsed than were issued")

    @property
    def net_issued(self) -> IntArray:
        """Issued less refunds: I of the breakage formulas."""
        return self.issued - self.refunded

    @property
    def exercised(self) -> IntArray:
        """Rights exercised, late ones and cash-outs included: R of the breakage formulas."""
        return self.redeemed_in_time + self.presented_late + self.cashed_out

    @property
    def held(self) -> IntArray:
        """Price times vouchers still held: what the register shows as outstanding."""
        return self.net_issued - self.exercised - self.lapsed

    @property
    def periods(self) -> int:
        return len(self.issued)


def _column(values: ArrayLike) -> IntArray:
    """`values` as (period, trial) integers; one trial where there is no such axis."""
    array = np.asarray(values)
    if not np.issubdtype(array.dtype, np.integer):
        raise ValueError("money here is counted in whole minor units: convert it with to_minor")
    array = array.astype(np.int64, copy=False)
    return array if array.ndim == 2 else array.reshape(-1, 1)

"""What the platform pays, and when (docs/model.md, 9)."""

from __future__ import annotations

import numpy as np

from dealsim.engine.chance import Array
from dealsim.engine.declare import Declaration, Line
from dealsim.engine.sell import Sell
from dealsim.engine.world import Now, Record, World, minor_units
from dealsim.scenario import Instalments


def remittance_per_voucher(world: World) -> Array:
    """Price less commission and card fee, per voucher not refunded (eq. 9.1), (1, 1, n or 1)."""
    inputs = world.inputs
    kept = 1.0 - inputs("platform.commission") - inputs("platform.card_fee")
    return inputs("deal.price") * kept


class Pay:
    """Remittance in instalments with a true-up for refunds, or on redemption; the fixed fee."""

    declares = Declaration(
        "pay",
        ("platform",),
        lines=(
            Line("remittance", +1, "Paid by the platform", campaign=True),
            Line("fixed_fee", -1, "Fixed fee", campaign=True),
        ),
    )

    def __init__(self, world: World, sell: Sell) -> None:
        self._world = world
        self._each = remittance_per_voucher(world)
        self._sell = sell
        self._way = (
            Instalment(world, sell, self._each)
            if isinstance(world.inputs.scenario.platform.payout, Instalments)
            else OnRedemption(world, self._each)
        )

    def begin(self, record: Record) -> None:
        """The fixed fee falls on day 0, and is nil where the deal did not tip."""
        record.add("fixed_fee", self._sell.tipped * self._world.inputs("platform.fixed_fee"))

    def step(self, now: Now, record: Record) -> None:
        record.add("remittance", self._way.paid(now))


class Instalment:
    """The j-th instalment pays its cumulative share of what is then sold and not refunded, less
    what was due before; each is rounded half up, the last payment takes the rest, and at the end
    of the refund days a true-up recovers what was overpaid (eq. 9.2, 9.3).
    """

    def __init__(self, world: World, sell: Sell, each: Array) -> None:
        payout = world.inputs.scenario.platform.payout
        assert isinstance(payout, Instalments)
        self._world, self._sell, self._each = world, sell, each
        self._digits = world.minor_digits
        self._shares = [float(part.share) for part in payout.parts]
        self._due = np.zeros((world.shape[0], 1, world.shape[2]))
        self._paid = np.zeros_like(self._due)
        self._dates = [self._payments(c) for c in range(world.shape[0])]

    def paid(self, now: Now) -> Array:
        out = np.zeros_like(self._due)
        for c, payments in enumerate(self._dates):
            share = payments.get(now.index + 1)
            if share is None:
                continue
            due = share * self._each * (self._sell.sold[c : c + 1] - self._refunded(c, now))
            last = now.index + 1 == max(payments)
            amount = due - (self._paid[c] if last else self._due[c])
            paid = minor_units(amount, self._digits, whole=self._world.chance.whole)
            out[c] = paid[0] / 10.0**self._digits
            self._due[c] = due[0]
            self._paid[c] += out[c]
        return out

    def _refunded(self, c: int, now: Now) -> Array:
        """Refunds to date; at the horizon all of them, since no refunder is ever paid for."""
        if now.index + 1 < self._world.grid.steps:
            return self._sell.refunded(c)
        return self._sell.refunds[c : c + 1]

    def _payments(self, c: int) -> dict[int, float]:
        """Cut index -> cumulative share due there: instalments and the true-up."""
        grid, campaign = self._world.grid, self._world.grid.campaigns[c]
        days = sorted(zip(campaign.payouts, self._shares, strict=True))
        payments: dict[int, float] = {}
        total = 0.0
        for day, share in days:
            total += share
            payments[grid.step_of(day)] = total
        trued = grid.step_of(campaign.refund_end)
        before = [share for cut, share in payments.items() if cut <= trued]
        if before:
            payments[trued] = max(before)
        # the shares sum to 1 (checked), the last payment makes it exact
        payments[max(payments)] = 1.0
        return dict(sorted(payments.items()))


class OnRedemption:
    """The platform pays for vouchers redeemed in time (late ones only if it says so), after a lag;
    what is due after the horizon counts at the horizon (eq. 9.4).
    """

    def __init__(self, world: World, each: Array) -> None:
        payout = world.inputs.scenario.platform.payout
        assert not isinstance(payout, Instalments)
        self._world, self._each = world, each
        self._late = payout.late == "paid"
        self._lag = payout.lag
        self._queue: dict[int, Array] = {}
        self._due = np.zeros((world.shape[0], 1, world.shape[2]))

    def paid(self, now: Now) -> Array:
        served = now.served_in_time + (now.served_late if self._late else 0.0)
        grid = self._world.grid
        payday = self._lag.after(grid.date_of(now.t1))
        cut = max(grid.step_of((payday - grid.starts).days), now.index + 1)
        owed = served.sum(axis=1, keepdims=True) * self._each
        self._queue[cut] = self._queue.get(cut, np.zeros_like(self._due)) + owed
        return self._queue.pop(now.index + 1, np.zeros_like(self._due))

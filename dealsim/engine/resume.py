"""Going on from what has happened: a run whose first steps a register knows (docs/model.md, 15).

The vouchers of those steps are counted, not drawn. What they leave open is drawn given what was
seen: who holds the vouchers still out, which of them wait for a refund, and what is yet to sell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dealsim.engine.chance import Array
from dealsim.engine.grid import REFUND_DAYS
from dealsim.engine.pay import Pay
from dealsim.engine.redeem import Timing
from dealsim.engine.sell import Sell, divide, shares_of
from dealsim.engine.unclaimed import Unclaimed
from dealsim.engine.world import Now, Record, World

SOLD, REFUNDED = "vouchers_sold", "vouchers_refunded"
ENDED = (REFUNDED, "redeemed_in_time", "presented_late", "cashed_out", "lapsed")
"""Counts that take a voucher off those held."""


@dataclass(frozen=True)
class Past:
    """What happened before a day, which is a cut of the grid.

    `flows` are vouchers of each step up to that day, (steps,), by the names of declared counts:
    `vouchers_sold` and those of `ENDED`.
    """

    day: int
    flows: Mapping[str, Array]

    @property
    def steps(self) -> int:
        return len(self.flows[SOLD])

    def total(self, name: str) -> float:
        """Vouchers to date."""
        return float(self.flows[name].sum())

    @cached_property
    def held(self) -> float:
        """Vouchers sold whose fate is open."""
        return self.total(SOLD) - sum(self.total(name) for name in ENDED)


def open_shares(world: World, day: int, refunded_early: bool) -> Array:
    """What a voucher sold may be by a day if it is still held, (2, 1, segments, trials or 1).

    Chances of being held for good by a buyer of each segment, and of being held until its refund
    (eq. 15.1). Refunds fall in the week after sale close, or in sale and week together where
    some were `refunded_early`, before sale close.
    """
    timing, shares = Timing(world), shares_of(world)
    refunds, close = world.inputs("deal.refunds"), world.days("close")
    first = world.days("opens") if refunded_early else close
    elapsed = np.clip((day - first) / (close + REFUND_DAYS - first), 0.0, 1.0)
    kept = shares * (1.0 - refunds) * timing.not_early * timing.unused(day)
    waiting = shares * refunds * (1.0 - elapsed)
    return np.stack(np.broadcast_arrays(kept, waiting))


class Resumed(Sell):
    """Sales and refunds that go on from a past.

    Vouchers still out fall into segments and pending refunds by their chances given that they
    are still out; vouchers yet to sell as at any sale. Once the sale has closed nothing more is
    sold: what the register counts is all.
    """

    def __init__(self, world: World, past: Past) -> None:
        self._past = past
        super().__init__(world)

    def step(self, now: Now, record: Record) -> None:
        if now.index >= self._past.steps:
            super().step(now, record)
            return
        for name in (SOLD, REFUNDED):
            count = np.full((self._world.shape[0], 1, self._world.shape[2]), self._flow(name, now))
            record.add(name, count)
            if name == SOLD:
                self._to_issue = self._to_issue - count
            else:
                self._to_refund = self._to_refund - count

    def _meet(self) -> tuple[Array, Array]:
        sold, tipped = self._asked()
        before = self._past.total(SOLD)
        over = self._world.days("close") <= self._past.day
        # vouchers in customers' hands show that the deal tipped
        return np.where(over, before, np.maximum(sold, before)), np.ones_like(tipped)

    def _keep(self) -> tuple[Array, Array]:
        world, past, names = self._world, self._past, self._world.inputs.names
        shares = shares_of(world)
        unsold = divide(self._together, "segment", names, self.sold - past.total(SOLD), shares)
        leaving = world.chance.binomial("refunds", unsold, world.inputs("deal.refunds"))
        early = past.flows[REFUNDED][: world.grid.step_of(world.grid.campaigns[0].close)].any()
        chances = np.concatenate(list(open_shares(world, past.day, bool(early))), axis=1)
        total = chances.sum(axis=1, keepdims=True)
        # vouchers that no customer should hold are held by any of them, and wait for nothing
        any_of = np.concatenate([shares, np.zeros_like(shares)], axis=1)
        given = np.divide(chances, total, out=any_of + 0.0 * chances, where=total > 0)
        cells = [*names, *(f"{name} refunded" for name in names)]
        held = divide(self._together, "held", cells, np.full_like(self.sold, past.held), given)
        kept, waiting = held[:, : len(names)], held[:, len(names) :]
        pending = (leaving + waiting).sum(axis=1, keepdims=True)
        return unsold - leaving + kept, pending + past.total(REFUNDED)

    def _flow(self, name: str, now: Now) -> float:
        return float(self._past.flows[name][now.index])


def replay(
    world: World, past: Past, sell: Sell, pay: Pay, unclaimed: Unclaimed, record: Record
) -> None:
    """Record the steps of a past: vouchers as they were, and the money that follows from them
    alone."""
    one = np.ones((world.shape[0], 1, world.shape[2]))
    for index in range(past.steps):
        now = Now.begin(world, index)
        record.begin(index + 1)
        sell.step(now, record)
        now.served_in_time = one * past.flows["redeemed_in_time"][index]
        now.served_late = one * past.flows["presented_late"][index]
        record.add("redeemed_in_time", now.served_in_time)
        record.add("presented_late", now.served_late)
        pay.step(now, record)
        unclaimed.pay_out(one * past.flows["cashed_out"][index], record)
        unclaimed.hand_over(now, record)
        record.add("lapsed", one * past.flows["lapsed"][index])

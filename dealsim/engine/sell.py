"""Sales, segments and refunds (docs/model.md, 4)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dealsim.engine.chance import Array, Chance
from dealsim.engine.declare import Count, Declaration
from dealsim.engine.grid import REFUND_DAYS
from dealsim.engine.world import ALL, Now, Record, World


class Sell:
    """Demand meets cap and minimum; buyers fall into segments; some ask for their money back.

    `sold` and `refunds`, all there will be (campaign, 1, trial), and `redeemers`, the buyers who
    keep their vouchers (campaign, segment, trial), are settled at the start, since they are drawn
    from streams of their own; `step` spreads them over the sale window and the refund days.
    """

    declares = Declaration(
        "sell",
        ("deal", "customers"),
        counts=(
            Count("vouchers_sold", "Vouchers sold"),
            Count("vouchers_refunded", "Refunded", fate=True),
        ),
    )

    def __init__(self, world: World) -> None:
        self._world = world
        self._together = world.chance.of(ALL)
        self.sold, self.tipped = self._meet()
        self.redeemers, self.refunds = self._keep()
        self._to_issue = self.sold
        self._to_refund = self.refunds
        self._close = world.days("close")

    def step(self, now: Now, record: Record) -> None:
        opens = self._world.days("opens")
        issued = self._spread("sale days", self._to_issue, now, opens, self._close)
        self._to_issue = self._to_issue - issued
        record.add("vouchers_sold", issued)
        week = self._close + REFUND_DAYS
        refunded = self._spread("refund days", self._to_refund, now, self._close, week)
        self._to_refund = self._to_refund - refunded
        record.add("vouchers_refunded", refunded)

    def refunded(self, campaign: int) -> Array:
        """Vouchers of a campaign refunded to date, (1, 1, trial)."""
        return (self.refunds - self._to_refund)[campaign : campaign + 1]

    def _keep(self) -> tuple[Array, Array]:
        """Those who keep their vouchers, by segment, and the number of refunds."""
        world = self._world
        buyers = divide(self._together, "segment", world.inputs.names, self.sold, shares_of(world))
        refunders = world.chance.binomial("refunds", buyers, world.inputs("deal.refunds"))
        return buyers - refunders, refunders.sum(axis=1, keepdims=True)

    def _meet(self) -> tuple[Array, Array]:
        """Vouchers sold and whether the deal tipped, both (campaign, 1, trial)."""
        asked, tipped = self._asked()
        return np.where(tipped, asked, 0.0), tipped

    def _asked(self) -> tuple[Array, Array]:
        """Vouchers wanted, up to the cap, and whether they are enough for the deal to tip."""
        inputs, (campaigns, _, trials) = self._world.inputs, self._world.shape
        wanted = np.floor(inputs("deal.demand") + 0.5)
        sold = np.minimum(wanted, inputs("deal.cap")) if inputs.has("deal.cap") else wanted
        if self._world.chance.whole:
            sold = np.floor(sold)
        tipped = sold >= inputs("deal.minimum")
        full = (campaigns, 1, trials)
        return np.broadcast_to(sold, full), np.broadcast_to(tipped, full)

    def _spread(self, step: str, left: Array, now: Now, first: Array, last: Array) -> Array:
        """How many of those left fall into this step, evenly over [first, last)."""
        overlap = np.clip(np.minimum(now.t1, last) - np.maximum(now.t0, first), 0.0, None)
        remaining = np.clip(last - np.maximum(now.t0, first), 0.0, None)
        if not overlap.any():
            return np.zeros_like(left)
        odds = np.divide(overlap, remaining, out=np.zeros_like(overlap), where=remaining > 0)
        return self._together.binomial(step, left, odds)


def divide(chance: Chance, step: str, names: Sequence[str], count: Array, shares: Array) -> Array:
    """A count (campaign, 1, trial) by shares (1, names, trial or 1) that sum to 1: multinomial,
    one part after another, each from a stream named after the step and the part.

    `chance` must be that of all segments together. Returns (campaign, names, trial).
    """
    left, rest = count, np.ones_like(shares[:, :1])
    parts = []
    for k in range(shares.shape[1] - 1):
        share = shares[:, k : k + 1]
        odds = np.divide(share, rest, out=np.zeros_like(share), where=rest > 0)
        part = chance.binomial(f"{step} {names[k]}", left, np.clip(odds, 0.0, 1.0))
        parts.append(part)
        left, rest = left - part, rest - share
    return np.concatenate([*parts, left], axis=1)


def shares_of(world: World) -> Array:
    """Each segment's share of buyers per trial, (1, segments, trials or 1), summing to 1.

    `rest` takes what the others leave and is nil where they exceed 1, when they are rescaled;
    without `rest` each trial is normalised (docs/model.md, 4).
    """
    shares = world.inputs.segments("share")
    rest = [segment.share == "rest" for segment in world.inputs.segment_models]
    total = shares.sum(axis=1, keepdims=True)
    if any(rest):
        where = np.array(rest).reshape(1, -1, 1)
        shares = np.where(where, np.maximum(0.0, 1.0 - total), shares)
        return shares / np.maximum(1.0, total)
    return shares / np.where(total > 0, total, 1.0)

"""How likely a register is, given the inputs (docs/model.md, 15).

Given the inputs, customers are independent and alike, so the vouchers of a register are
multinomial over what may have become of each: refunded, presented in one of the bins of time,
or still held. The curves are the engine's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dealsim.engine import Array, Expected, Grid, Inputs, Timing, World, open_shares, shares_of
from dealsim.inference.observations import Observations
from dealsim.scenario import Scenario

LEAST = 1e-12
"""Chance given to what the inputs call impossible, so that no register is."""


@dataclass(frozen=True)
class OutcomeCell:
    """What may have become of a voucher: its `fate`, between two days (None: at any time)."""

    fate: str
    days: tuple[float, float] | None
    count: int


def outcome_cells(seen: Observations) -> tuple[OutcomeCell, ...]:
    """The register in cells, in the order of `Likelihood.chances`."""
    cells = [
        OutcomeCell("refunded", None, seen.refunded),
        OutcomeCell("still held", None, seen.held),
        OutcomeCell("redeemed before the sale closed", None, seen.early),
    ]
    for fate, counts, edges in (
        ("redeemed in time", seen.in_time, seen.in_time_edges),
        ("presented late", seen.late, seen.late_edges),
        ("cashed out", seen.cashed, seen.late_edges),
    ):
        days = pairwise(edges.tolist())
        cells += [OutcomeCell(fate, bin_, int(n)) for bin_, n in zip(days, counts, strict=True)]
    return tuple(cells)


class Likelihood:
    """The log-likelihood of one register under a scenario."""

    def __init__(self, scenario: Scenario, grid: Grid, seen: Observations) -> None:
        self._scenario, self._grid, self._seen = scenario, grid, seen
        self.cells = outcome_cells(seen)
        self.counts = np.array([cell.count for cell in self.cells], dtype=np.float64)
        close = grid.campaigns[0].close
        self.selling, self.early, self.sold = seen.day < close, seen.early, seen.sold
        self._sold_share = min(1.0, seen.day / close) if close > 0 else 1.0

    def __call__(self, values: Mapping[str, Array], trials: int) -> Array:
        """At inputs of `trials` trials each, (trials,); finite, without the constant term."""
        chances = np.maximum(self.chances(values, trials), LEAST)
        found = self.counts @ np.log(chances)
        return found + self._sales(values) if self.selling else found

    def chances(self, values: Mapping[str, Array], trials: int) -> Array:
        """Chance of each cell for a voucher sold by the day, (cells, trials); they sum to 1."""
        world = World(Inputs(self._scenario, values), self._grid, Expected(trials), 0)
        seen, timing = self._seen, Timing(world)
        buyers = shares_of(world) * (1.0 - world.inputs("deal.refunds"))
        kept = buyers * timing.not_early
        unused = kept * (1.0 - timing.redeem)
        early = (buyers * (1.0 - timing.not_early)).sum(axis=1)
        rows = [self._open(world, trials), early]
        for edges, by, share in (
            (seen.in_time_edges, timing.in_time, kept * timing.redeem),
            (seen.late_edges, timing.late_by, unused * timing.late),
            (seen.late_edges, timing.late_by, unused * timing.cash),
        ):
            if len(edges) > 1:
                reached = by(edges.reshape(-1, 1, 1))
                if reached.shape[1] == 1:  # one curve for all segments
                    share = share.sum(axis=1, keepdims=True)
                rows.append(np.diff((share * reached).sum(axis=1), axis=0))
        return np.concatenate([np.broadcast_to(row, (len(row), trials)) for row in rows])

    def _open(self, world: World, trials: int) -> Array:
        """Chances of being refunded, and of being held, (2, trials)."""
        seen = self._seen
        kept, waiting = open_shares(world, seen.day, seen.refunded_early).sum(axis=2)[:, 0]
        refunds = world.inputs("deal.refunds")[0, 0]
        refunded = refunds * shares_of(world).sum(axis=1)[0] - waiting
        return np.stack([np.broadcast_to(row, (trials,)) for row in (refunded, kept + waiting)])

    def _sales(self, values: Mapping[str, Array]) -> Array:
        """Log-chance of what is sold by the day while the sale is on, by demand."""
        from scipy.special import gammaln

        wanted = np.floor(values["deal.demand"] + 0.5)
        if "deal.cap" in values:
            wanted = np.minimum(wanted, np.floor(values["deal.cap"]))
        sold, share = self._seen.sold, np.clip(self._sold_share, LEAST, 1 - LEAST)
        # fewer wanted than are sold, or than make the deal tip: as good as impossible
        short = np.maximum(0.0, np.maximum(sold, values["deal.minimum"]) - wanted)
        total = np.maximum(wanted, sold)
        ways = gammaln(total + 1) - gammaln(total - sold + 1)
        found = ways + (total - sold) * np.log1p(-share)
        return np.asarray(found - 10.0 * short)

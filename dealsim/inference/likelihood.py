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

from dealsim.engine import Array, RedemptionCurves, build_clock, voucher_parameters
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


def outcome_cells(observed: Observations) -> tuple[OutcomeCell, ...]:
    """The register in cells, in the order of `Likelihood.chances`."""
    cells = [
        OutcomeCell("refunded", None, observed.refunded),
        OutcomeCell("still held", None, observed.held),
        OutcomeCell("redeemed before the sale closed", None, observed.early),
    ]
    for fate, counts, edges in (
        ("redeemed in time", observed.in_time, observed.in_time_edges),
        ("presented late", observed.late, observed.late_edges),
        ("cashed out", observed.cashed, observed.late_edges),
    ):
        days = pairwise(edges.tolist())
        cells += [OutcomeCell(fate, bin_, int(n)) for bin_, n in zip(days, counts, strict=True)]
    return tuple(cells)


class Likelihood:
    """The log-likelihood of one register's observations under a scenario (eq. 15.1 to 15.5)."""

    def __init__(self, scenario: Scenario, observed: Observations) -> None:
        self._scenario, self.observed = scenario, observed
        self._clock = build_clock((scenario,))
        self.cells = outcome_cells(observed)
        self.counts = np.array([cell.count for cell in self.cells], dtype=np.float64)

    def __call__(self, values: Mapping[str, Array], trials: int) -> Array:
        """At inputs of `trials` trials each, (trials,); finite, without the constant term."""
        chances = np.maximum(self.chances(values, trials), LEAST)
        found = self.counts @ np.log(chances)
        return found + self._sales(values) if self.observed.selling else found

    def chances(self, values: Mapping[str, Array], trials: int) -> Array:
        """Chance of each cell for a voucher sold by the day, (cells, trials); they sum to 1."""
        numbers = voucher_parameters((self._scenario,), (values,))
        curves, observed = RedemptionCurves(numbers, self._clock), self.observed
        shares, refunds = numbers.customers.share, numbers.deal.refunds
        buyers = shares * (1.0 - refunds)
        kept = buyers * curves.not_early
        unused = kept * (1.0 - curves.redeem)
        still = curves.open_shares(observed.day, observed.refunded_early).sum(axis=2)[:, 0]
        refunded = (refunds * shares.sum(axis=1, keepdims=True))[0, 0] - still[1]
        opened = [refunded[np.newaxis], (still[0] + still[1])[np.newaxis]]
        rows = [*opened, (buyers * (1.0 - curves.not_early)).sum(axis=1)]
        for edges, by, share in (
            (observed.in_time_edges, curves.in_time, kept * curves.redeem),
            (observed.late_edges, curves.late_by, unused * curves.late),
            (observed.late_edges, curves.late_by, unused * curves.cash),
        ):
            if len(edges) > 1:
                reached = by(edges.reshape(-1, 1, 1))
                if reached.shape[1] == 1:  # one curve for all segments
                    share = share.sum(axis=1, keepdims=True)
                rows.append(np.diff((share * reached).sum(axis=1), axis=0))
        return np.concatenate([np.broadcast_to(row, (len(row), trials)) for row in rows])

    def _sales(self, values: Mapping[str, Array]) -> Array:
        """Log-chance of what is sold by the day while the sale is on, by demand."""
        from scipy.special import gammaln

        numbers = voucher_parameters((self._scenario,), (values,))
        wanted = np.floor(numbers.deal.demand[0, 0] + 0.5)
        if "deal.cap" in values:
            wanted = np.minimum(wanted, np.floor(values["deal.cap"]))
        sold, day, close = self.observed.sold, self.observed.day, self.observed.close
        share = np.clip(day / close, LEAST, 1 - LEAST)
        # fewer wanted than are sold, or than make the deal tip: as good as impossible
        short = np.maximum(0.0, np.maximum(sold, values["deal.minimum"]) - wanted)
        total = np.maximum(wanted, sold)
        ways = gammaln(total + 1) - gammaln(total - sold + 1)
        found = ways + (total - sold) * np.log1p(-share)
        return np.asarray(found - 10.0 * short)

"""How likely a register is, given the inputs (docs/model.md, 15).

Given the inputs, customers are independent and alike, so the vouchers of a register are
multinomial over what may have become of each: refunded, presented in one of the bins of time,
or still held. The curves are the engine's own.

A multinomial is a chain of binomials: of the vouchers that are left when a bin begins, how many
go in it. A link far from all that the inputs make likely counts for less, and only that one: one
odd day says little against the rest, and what comes after it is seen from what it left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dealsim.engine import Array, RedemptionCurves, build_clock, voucher_parameters
from dealsim.inference.observations import Observations
from dealsim.scenario import Scenario

LEAST = 1e-12
"""Chance given to what the inputs call impossible, so that no register is."""
ODD = 16.0
"""Deviance of a link, 4 standard errors squared, beyond which it counts for less (eq. 15.6)."""


@dataclass(frozen=True)
class OutcomeCell:
    """What may have become of a voucher: its `fate`, between two days (None: at any time)."""

    fate: str
    days: tuple[float, float] | None
    count: int


def outcome_cells(observed: Observations) -> tuple[OutcomeCell, ...]:
    """The register in cells, in the order of `Likelihood.chances`: that of time, what is still
    held last."""
    cells = [
        OutcomeCell("refunded", None, observed.refunded),
        OutcomeCell("redeemed before the sale closed", None, observed.early),
    ]
    days = pairwise(observed.in_time_edges.tolist())
    for bin_, n in zip(days, observed.in_time, strict=True):
        cells.append(OutcomeCell("redeemed in time", bin_, int(n)))
    days = pairwise(observed.late_edges.tolist())
    for bin_, late, cashed in zip(days, observed.late, observed.cashed, strict=True):
        cells.append(OutcomeCell("presented late", bin_, int(late)))
        cells.append(OutcomeCell("cashed out", bin_, int(cashed)))
    return (*cells, OutcomeCell("still held", None, observed.held))


class Likelihood:
    """The log-likelihood of one register's observations under a scenario (eq. 15.1 to 15.6)."""

    def __init__(self, scenario: Scenario, observed: Observations) -> None:
        self._scenario, self.observed = scenario, observed
        self._clock = build_clock((scenario,))
        self.cells = outcome_cells(observed)
        self.counts = np.array([cell.count for cell in self.cells], dtype=np.float64)
        self._chain = Chain(self.counts)

    def __call__(self, values: Mapping[str, Array], trials: int, dispersion: float = 1.0) -> Array:
        """At inputs of `trials` trials each, (trials,); finite, without the constant term.

        `dispersion` (from 1) is how much wider than multinomial the counts scatter (eq. 15.7).
        """
        off = self._chain.deviances(self.chances(values, trials))
        off /= dispersion
        odd = off > ODD
        if odd.any():
            off[odd] = ODD * (1.0 + np.log(off[odd] / ODD))
        found = -0.5 * off.sum(axis=0)
        if self.observed.selling:
            found += self._sales(values) / dispersion
        return np.asarray(found)

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
        early = (buyers * (1.0 - curves.not_early)).sum(axis=1)
        in_time = _steps(curves.in_time, kept * curves.redeem, observed.in_time_edges)
        late = _steps(curves.late_by, unused * curves.late, observed.late_edges)
        cashed = _steps(
            lambda day: curves.cash_at(curves.late_by(day)), unused, observed.late_edges
        )
        after = [one for pair in zip(late, cashed, strict=True) for one in pair]
        rows = [refunded, early[0], *in_time, *after, still[0] + still[1]]
        return np.array([np.broadcast_to(row, trials) for row in rows])

    def _sales(self, values: Mapping[str, Array]) -> Array:
        """Log-chance of what is sold by the day while the sale is on, by demand."""
        from scipy.special import gammaln

        wanted = np.floor(values["deal.demand"] + 0.5)
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


def _steps(by: Callable[[Array], Array], share: Array, edges: Array) -> list[Array]:
    """What of a share of the vouchers a curve brings from each edge to the next, (trials,) each."""
    if len(edges) < 2:
        return []
    reached = by(edges.reshape(-1, 1, 1))
    if reached.shape[1] == 1:  # one curve for all segments
        share = share.sum(axis=1, keepdims=True)
    return list(np.diff((share * reached).sum(axis=1), axis=0))


class Chain:
    """Counts over cells as a chain of binomials: of those left, how many fall into the next cell.

    `left` is how many are left before each cell but the last, (cells - 1,).
    """

    def __init__(self, counts: Array) -> None:
        self.counts = counts[:-1]
        self.left = np.cumsum(counts[::-1])[::-1][:-1]
        after = self.left - self.counts
        self._greatest = _n_log_n(self.counts) + _n_log_n(after) - _n_log_n(self.left)

    def deviances(self, chances: Array) -> Array:
        """Deviance of each link, (cells - 1, trials): twice the distance of its log-likelihood
        from its greatest, about the square of the distance in standard errors. They add up to
        the deviance of the multinomial."""
        log_ahead = np.log(np.maximum(np.cumsum(chances[::-1], axis=0)[::-1], LEAST))
        log_chance = np.log(np.maximum(chances[:-1], LEAST))
        counts, left = self.counts[:, np.newaxis], self.left[:, np.newaxis]
        found = counts * log_chance + (left - counts) * log_ahead[1:] - left * log_ahead[:-1]
        return np.asarray(np.maximum(0.0, 2.0 * (self._greatest[:, np.newaxis] - found)))

    def means(self, chances: Array) -> tuple[Array, Array]:
        """Mean and variance of each count given how many were left, at chances (cells,)."""
        ahead = np.maximum(np.cumsum(chances[::-1])[::-1], LEAST)
        share = np.clip(chances[:-1] / ahead[:-1], LEAST, 1.0 - LEAST)
        return self.left * share, self.left * share * (1.0 - share)


def _n_log_n(counts: Array) -> Array:
    return np.asarray(counts * np.log(np.maximum(counts, 1.0)))

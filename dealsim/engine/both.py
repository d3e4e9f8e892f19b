"""Draws for both worlds at once, the one with the deal and the one without, on the same luck.

What both worlds have fares alike as far as their chances allow; what only one of them has is drawn
by itself. Each world by itself keeps its exact distribution (docs/model.md, 12).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dealsim.engine.draws import ALL, Array, Draws

WORLDS = ("with the deal", "without the deal")
"""What the segment axis is where both worlds stand side by side, (1, 2, trial)."""

WITH, WITHOUT = slice(0, 1), slice(1, 2)


def both(with_deal: Array, without: Array) -> Array:
    """Two arrays (1, 1, trial) side by side, (1, 2, trial)."""
    return np.concatenate(np.broadcast_arrays(with_deal, without), axis=1)


class BothWorlds:
    """Draws of a step, (1, 2, trial) in and out; a chance may be one for both, (1, 1, trial)."""

    def __init__(self, draws: Draws) -> None:
        self._common, self._each = draws.of(ALL), draws.of(WORLDS)

    def binomial(self, what: str, n: Array, p: Array) -> Array:
        """How many of n, each with probability p: of those whom both worlds have, who does it at
        the lower chance does it at the higher one too (eq. 12.1)."""
        if not n.any():
            return np.zeros_like(n)
        least = n.min(axis=1, keepdims=True)
        if p.shape[1] == 1:  # one chance in both: nobody does it in one of them only
            alike = self._common.binomial(what, least, p)
            return alike + self._each.binomial(f"{what} others", n - least, p)
        low = p.min(axis=1, keepdims=True)
        alike = self._common.binomial(what, least, low)
        gained = np.divide(p - low, 1.0 - low, out=np.zeros_like(p + low), where=low < 1.0)
        more = self._each.binomial(f"{what} more", least - alike + 0.0 * n, gained)
        return alike + more + self._each.binomial(f"{what} others", n - least, p)

    def poisson(self, what: str, mean: Array) -> Array:
        """Counts of the given means; the smaller is part of the greater (eq. 12.1)."""
        if not mean.any():
            return np.zeros_like(mean)
        least = mean.min(axis=1, keepdims=True)
        return self._common.poisson(what, least) + self._each.poisson(
            f"{what} others", mean - least
        )


def allocate(
    draws: Draws, segments: Sequence[str], what: str, groups: Array, taken: Array
) -> Array:
    """Divide `taken` (1, 1, trial) at random over (campaign, group): multivariate hypergeometric.
    Groups are segments, in time and then, where there are twice as many, late."""
    out = np.zeros_like(groups)
    left, remaining = groups.sum(axis=(0, 1), keepdims=True), taken
    for c in range(groups.shape[0]):
        for g in range(groups.shape[1]):
            if not remaining.any():
                return out
            group = groups[c : c + 1, g : g + 1]
            left = left - group
            when = "" if g < len(segments) else " late"
            drawn = draws.of((segments[g % len(segments)],))
            part = drawn.hypergeometric(f"{what}{when} {c}", group, left, remaining)
            out[c : c + 1, g : g + 1] = part
            remaining = remaining - part
    return out

"""Two worlds on the same luck: each draw of a variant is made from the base world's draw.

The customers (or visits, or amounts) that both worlds have fare alike as far as their chances
allow, and each world by itself still has its exact distribution: thinning and superposition of
binomial and Poisson counts, additivity of gamma amounts, and a common permutation of what is drawn
without return (docs/model.md, 16). Where nothing differs the draw is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from dealsim.engine.draws import Array, Drawn, Key, SampledDraws, _whole

Rng: TypeAlias = np.random.Generator
Rows: TypeAlias = tuple[Array, ...]
"""Parameters of a row of draws, (trial,) each."""


class PairedDraws(SampledDraws):
    """Draws of a variant, paired with those on the `base` tape by their keys.

    The base world must have gone through the same step before. What the base did not draw is
    drawn as by itself.
    """

    def __init__(
        self,
        seed: int,
        chunk: int,
        campaigns: Sequence[str],
        segments: Sequence[str],
        base: Mapping[Key, Drawn],
    ) -> None:
        super().__init__(seed, chunk, campaigns, segments)
        self._base = base

    def _binomial(self, key: Key, n: Array, p: Array) -> Array:
        return self._paired(key, paired_binomial, super()._binomial, (n, p))

    def _poisson(self, key: Key, mean: Array) -> Array:
        return self._paired(key, paired_poisson, super()._poisson, (mean,))

    def _hypergeometric(self, key: Key, good: Array, bad: Array, taken: Array) -> Array:
        plain = super()._hypergeometric
        return self._paired(key, paired_hypergeometric, plain, (good, bad, taken))

    def _gamma(self, key: Key, shape: Array) -> Array:
        return self._paired(key, paired_gamma, super()._gamma, (shape,))

    def _paired(
        self,
        key: Key,
        pair: Callable[[Rng, Rows, Array, Rows], Array],
        plain: Callable[..., Array],
        after: Rows,
    ) -> Array:
        """A row of draws: the base world's where nothing differs, made from it where something
        does, and by itself where the base drew nothing."""
        base = self._base.get(key)
        if base is None:
            return plain(key, *after)
        rows = [np.broadcast_to(row, base.result.shape) for row in (*base.parameters, *after)]
        before, now = rows[: len(after)], rows[len(after) :]
        differs = np.any([a != b for a, b in zip(before, now, strict=True)], axis=0)
        if not differs.any():
            return base.result
        found = base.result.copy()
        were, are = (tuple(row[differs] for row in part) for part in (before, now))
        found[differs] = pair(self._stream(key, "paired"), were, found[differs], are)
        return found


def paired_binomial(rng: Rng, before: Rows, x1: Array, after: Rows) -> Array:
    """Bin(n, p) `after` given that Bin(n, p) `before` came out as x1 (eq. 16.1), (trial,).

    The first min(n1, n2) individuals are the same in both; those who did and still would stay.
    """
    (n1, p1), (n2, p2) = before, after
    common = np.minimum(n1, n2)
    kept = x1
    if (n2 < n1).any():
        drawn = rng.hypergeometric(_whole(x1), _whole(n1 - x1), _whole(common))
        kept = drawn.astype(np.float64)
    more = p2 >= p1
    gained = np.divide(p2 - p1, 1.0 - p1, out=np.zeros(np.broadcast(p1, p2).shape), where=p1 < 1)
    held = np.divide(p2, p1, out=np.zeros(np.broadcast(p1, p2).shape), where=p1 > 0)
    left, odds = np.where(more, common - kept, kept), np.where(more, gained, held)
    moved = rng.binomial(_whole(left), np.clip(odds, 0.0, 1.0))
    found = np.where(more, kept + moved, moved)
    if (n2 > n1).any():
        found = found + rng.binomial(_whole(n2 - common), p2)
    return found.astype(np.float64)


def paired_poisson(rng: Rng, before: Rows, x1: Array, after: Rows) -> Array:
    """Poisson(mean) `after` given that Poisson(mean) `before` came out as x1 (eq. 16.2),
    (trial,)."""
    (mean1,), (mean2,) = before, after
    held = np.divide(mean2, mean1, out=np.ones(np.broadcast(mean1, mean2).shape), where=mean1 > 0)
    kept = rng.binomial(_whole(x1), np.minimum(held, 1.0))
    added = rng.poisson(np.maximum(mean2 - mean1, 0.0), len(x1))
    return (kept + added).astype(np.float64)


def paired_gamma(rng: Rng, before: Rows, g1: Array, after: Rows) -> Array:
    """Gamma(shape) of unit scale `after` given that it came out as g1 `before` (eq. 16.3),
    (trial,)."""
    (shape1,), (shape2,) = before, after
    found = g1 + rng.standard_gamma(np.maximum(shape2 - shape1, 0.0))
    fewer = (shape2 < shape1) & (shape2 > 0)
    found[fewer] *= rng.beta(shape2[fewer], (shape1 - shape2)[fewer])
    return np.asarray(np.where(shape2 > 0, found, 0.0))


def paired_hypergeometric(rng: Rng, before: Rows, x1: Array, after: Rows) -> Array:
    """Good ones drawn from (good, bad, taken) `after` given x1 drawn from `before` (eq. 16.4).

    One permutation of the individuals that both worlds have, those of one world only put in at
    random; who stands among the first `taken` is drawn.
    """
    (good1, bad1, taken1), (good2, bad2, taken2) = before, after
    good, bad = np.minimum(good1, good2), np.minimum(bad1, bad2)

    def draw(marked: Array, others: Array, number: Array) -> Array:
        found = rng.hypergeometric(_whole(marked), _whole(others), _whole(number))
        return found.astype(np.float64)

    # of those common to both, who stood among the first in the base world
    first_good = draw(x1, good1 - x1, good)
    first_bad = draw(taken1 - x1, bad1 - (taken1 - x1), bad)
    first = first_good + first_bad
    # how many of the common ones stand among the first in the variant
    new = good2 - good + bad2 - bad
    common = draw(good + bad, new, taken2)
    fewer = draw(first_good, first_bad, np.minimum(common, first))
    further = draw(good - first_good, bad - first_bad, np.maximum(common - first, 0.0))
    return fewer + further + draw(good2 - good, bad2 - bad, taken2 - common)

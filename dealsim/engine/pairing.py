"""Two worlds on the same luck: each draw of a variant is made from the base world's draw.

The customers (or visits, or amounts) that both worlds have fare alike as far as their chances
allow, and each world by itself still has its exact distribution: thinning and superposition of
binomial and Poisson counts, additivity of gamma amounts, and a common permutation of what is drawn
without return (docs/model.md, 16). Where nothing differs the draw is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dealsim.engine.draws import Array, Drawn, Key, SampledDraws, _whole

Rng = np.random.Generator


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
        base = self._base.get(key)
        if base is None:
            return super()._binomial(key, n, p)
        if _same(base, n, p):
            return base.result
        n1, p1 = base.parameters
        return paired_binomial(self._stream(key, "paired"), n1, p1, base.result, n, p)

    def _poisson(self, key: Key, mean: Array) -> Array:
        base = self._base.get(key)
        if base is None:
            return super()._poisson(key, mean)
        if _same(base, mean):
            return base.result
        (mean1,) = base.parameters
        return paired_poisson(self._stream(key, "paired"), mean1, base.result, mean)

    def _hypergeometric(self, key: Key, good: Array, bad: Array, taken: Array) -> Array:
        base = self._base.get(key)
        if base is None:
            return super()._hypergeometric(key, good, bad, taken)
        if _same(base, good, bad, taken):
            return base.result
        stream = self._stream(key, "paired")
        return paired_hypergeometric(stream, base.parameters, base.result, (good, bad, taken))

    def _gamma(self, key: Key, shape: Array) -> Array:
        base = self._base.get(key)
        if base is None:
            return super()._gamma(key, shape)
        if _same(base, shape):
            return base.result
        (shape1,) = base.parameters
        return paired_gamma(self._stream(key, "paired"), shape1, base.result, shape)


def _same(base: Drawn, *parameters: Array) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(base.parameters, parameters, strict=True))


def paired_binomial(rng: Rng, n1: Array, p1: Array, x1: Array, n2: Array, p2: Array) -> Array:
    """Bin(n2, p2) given that Bin(n1, p1) came out as x1 (eq. 16.1), (trial,).

    The first min(n1, n2) individuals are the same in both; those who did and still would stay.
    """
    common = np.minimum(n1, n2)
    kept = x1
    if (n2 < n1).any():
        kept = rng.hypergeometric(_whole(x1), _whole(n1 - x1), _whole(common))
    more = p2 >= p1
    gained = np.divide(p2 - p1, 1.0 - p1, out=np.zeros(np.broadcast(p1, p2).shape), where=p1 < 1)
    held = np.divide(p2, p1, out=np.zeros(np.broadcast(p1, p2).shape), where=p1 > 0)
    left, odds = np.where(more, common - kept, kept), np.where(more, gained, held)
    moved = rng.binomial(_whole(left), np.clip(odds, 0.0, 1.0))
    found = np.where(more, kept + moved, moved)
    if (n2 > n1).any():
        found = found + rng.binomial(_whole(n2 - common), p2)
    return found.astype(np.float64)


def paired_poisson(rng: Rng, mean1: Array, x1: Array, mean2: Array) -> Array:
    """Poisson(mean2) given that Poisson(mean1) came out as x1 (eq. 16.2), (trial,)."""
    held = np.divide(mean2, mean1, out=np.ones(np.broadcast(mean1, mean2).shape), where=mean1 > 0)
    kept = rng.binomial(_whole(x1), np.minimum(held, 1.0))
    return kept + rng.poisson(np.maximum(mean2 - mean1, 0.0), len(x1)).astype(np.float64)


def paired_gamma(rng: Rng, shape1: Array, g1: Array, shape2: Array) -> Array:
    """Gamma(shape2) of unit scale given that Gamma(shape1) came out as g1 (eq. 16.3), (trial,)."""
    added = rng.standard_gamma(np.maximum(shape2 - shape1, 0.0))
    lost = rng.standard_gamma(np.maximum(shape1 - shape2, 0.0))
    kept = rng.standard_gamma(np.minimum(shape1, shape2))
    # Beta(shape2, shape1 - shape2) as a ratio of gammas, nil where nothing is left
    total = kept + lost
    share = np.divide(kept, total, out=np.zeros(np.shape(total)), where=total > 0)
    return np.asarray(np.where(shape2 >= shape1, g1 + added, g1 * share))


def paired_hypergeometric(
    rng: Rng, before: tuple[Array, ...], x1: Array, after: tuple[Array, ...]
) -> Array:
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

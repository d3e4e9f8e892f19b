"""Draws for the world with the deal and the one without: each exact by itself, alike as far as
they can be (docs/model.md, 12.1), and who of several groups is meant (12.5)."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from scipy.special import bdtr, pdtr

from dealsim.engine import Array, MeanDraws, SampledDraws
from dealsim.engine.both import BothWorlds, allocate
from dealsim.streams import CHUNK
from tests.statistical import assert_chi_square, assert_same_distribution

SEGMENTS = ("hunters", "newcomers")
CHUNKS = 4


def of_both(with_deal: float, without: float) -> Array:
    return np.stack([np.full(CHUNK, with_deal), np.full(CHUNK, without)])[np.newaxis]


def drawn(seed: int, what: str, *parameters: Array) -> Array:
    """(2, trial) of several chunks."""
    parts = []
    for chunk in range(CHUNKS):
        worlds = BothWorlds(SampledDraws(seed, chunk, ["deal"], SEGMENTS).on(7))
        parts.append(getattr(worlds, what)("what", *parameters)[0])
    return np.concatenate(parts, axis=1)


def law(cdf: list[float]) -> dict[int, float]:
    return {k: float(p) for k, p in enumerate(np.diff([0.0, *cdf[:-1], 1.0]))}


@pytest.mark.parametrize("n", [(12, 12), (14, 9), (9, 14)])
@pytest.mark.parametrize("p", [(0.5, 0.3), (0.3, 0.5), (0.4, 0.4), (1.0, 0.6), (0.0, 0.2)])
def test_binomial_in_both(n: tuple[int, int], p: tuple[float, float], seed: int) -> None:
    found = drawn(seed, "binomial", of_both(*n), of_both(*p))
    for world in (0, 1):
        expected = law([float(bdtr(k, n[world], p[world])) for k in range(n[world] + 1)])
        expected = {k: q for k, q in expected.items() if q > 0}
        counts = Counter(found[world].astype(int).tolist())
        if len(expected) == 1:
            assert set(counts) == set(expected)
        else:
            assert_chi_square(counts, expected)
    if n[0] >= n[1] and p[0] >= p[1]:
        assert (found[0] >= found[1]).all(), "who does it at the lower chance does at the higher"
    if n[0] == n[1] and p[0] == p[1]:
        np.testing.assert_array_equal(found[0], found[1])


@pytest.mark.parametrize("mean", [(4.0, 2.5), (2.5, 4.0), (3.0, 3.0), (2.0, 0.0)])
def test_poisson_in_both(mean: tuple[float, float], seed: int) -> None:
    found = drawn(seed, "poisson", of_both(*mean))
    for world in (0, 1):
        if mean[world]:
            cdf = [float(pdtr(k, mean[world])) for k in range(30)]
            assert_chi_square(Counter(found[world].astype(int).tolist()), law(cdf))
        else:
            assert not found[world].any()
    low, high = sorted((0, 1), key=lambda world: mean[world])
    assert (found[high] >= found[low]).all()


def test_who_of_several_groups_is_any_of_them(seed: int) -> None:
    """Two campaigns of two segments, three of eleven: each set of three as likely (12.5)."""
    sizes = np.array([[4.0, 1.0], [2.0, 4.0]])
    groups = np.repeat(sizes[:, :, np.newaxis], CHUNK, axis=2)
    draws = SampledDraws(seed, 0, ["one", "two"], SEGMENTS).on(7)
    found = allocate(draws, SEGMENTS, "who", groups, np.full((1, 1, CHUNK), 3.0))
    assert (found.sum(axis=(0, 1)) == 3).all() and (found <= groups).all()
    rng = np.random.default_rng(seed)
    plain = rng.multivariate_hypergeometric(sizes.ravel().astype(int), 3, size=CHUNK)
    ours = found.reshape(4, CHUNK).T.astype(int).tolist()
    assert_same_distribution([tuple(row) for row in ours], [tuple(row) for row in plain.tolist()])
    mean = allocate(MeanDraws(), SEGMENTS, "who", groups[..., :1], np.full((1, 1, 1), 3.0))
    for c, s in product((0, 1), (0, 1)):
        assert mean[c, s, 0] == pytest.approx(3 * sizes[c, s] / 11)

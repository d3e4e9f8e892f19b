"""Draws from what data leave of standard normal variables: tempered sequential Monte Carlo.

Particles begin as independent standard normals and are moved to the posterior through powers of
the likelihood, each chosen so that half of them would still count; at each power they are drawn
again by weight and moved by Metropolis steps whose shape is that of the particles themselves.
Del Moral, Doucet and Jasra, "Sequential Monte Carlo samplers", J. R. Statist. Soc. B 68 (2006);
the proposals between particles: ter Braak, "A Markov chain Monte Carlo version of the genetic
algorithm differential evolution", Statistics and Computing 16 (2006).

There is no step that can fail to converge: any finite likelihood is reached by a finite number
of powers, with one voucher as with a million.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dealsim.inference.observations import Array

LogLikelihood = Callable[[Array], Array]
"""Of normals (inputs, particles), (particles,); finite everywhere."""

KEPT = 0.5
"""Share of the particles that still count after a step, as their effective number."""
MOVES, LAST_MOVES = 6, 24
"""Metropolis steps at each power, and at the last one."""
ACCEPTED = 0.3
"""Share of proposals accepted that their size is tuned to."""
POWERS = 1_000
"""Most powers taken; the last is then one big step (never seen)."""


def sample_posterior(
    log_likelihood: LogLikelihood,
    inputs: int,
    particles: int,
    rng: np.random.Generator,
) -> Array:
    """Particles (inputs, particles) of the normals given the data."""
    z = rng.standard_normal((inputs, particles))
    if not inputs:
        return z
    now, at, size = log_likelihood(z), 0.0, 1.0
    for step in range(POWERS):
        ahead = 1.0 - at
        gain = ahead if step == POWERS - 1 else _step(now, ahead)
        at = 1.0 if gain >= ahead else at + gain
        chosen = _systematic(gain * (now - now.max()), rng)
        z, now = z[:, chosen], now[chosen]
        last = at == 1.0
        z, now, size = _move(log_likelihood, z, now, at, size, LAST_MOVES if last else MOVES, rng)
        if last:
            break
    return z[:, rng.permutation(particles)]


def _step(log_likelihood: Array, ahead: float) -> float:
    """The largest step in the power, up to `ahead`, after which enough particles count."""
    enough = KEPT * len(log_likelihood)
    if _effective(ahead * log_likelihood) >= enough:
        return ahead
    low, high = -60.0, float(np.log(ahead))
    for _ in range(50):
        middle = (low + high) / 2
        if _effective(np.exp(middle) * log_likelihood) >= enough:
            low = middle
        else:
            high = middle
    return float(np.exp(low))


def _effective(log_weights: Array) -> float:
    """Effective number of weighted particles (Kish)."""
    weights = np.exp(log_weights - log_weights.max())
    return float(weights.sum() ** 2 / (weights**2).sum())


def _systematic(
    log_weights: Array, rng: np.random.Generator
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Indices of particles drawn in proportion to their weights, with one uniform for all."""
    weights = np.exp(log_weights - log_weights.max())
    edges = np.cumsum(weights)
    points = (np.arange(len(weights)) + rng.random()) / len(weights) * edges[-1]
    return np.minimum(np.searchsorted(edges, points, side="right"), len(weights) - 1)


def _move(
    log_likelihood: LogLikelihood,
    z: Array,
    now: Array,
    power: float,
    size: float,
    moves: int,
    rng: np.random.Generator,
) -> tuple[Array, Array, float]:
    """Metropolis steps of all particles at one power; the size of proposals is tuned on the way."""
    inputs, particles = z.shape
    root, others = _spread(z), z.copy()
    reach = 2.38 / np.sqrt(inputs)
    for k in range(moves):
        if k % 2:
            first, second = rng.integers(particles, size=(2, particles))
            shift = (others[:, first] - others[:, second]) / np.sqrt(2.0)
            shift = shift + 0.01 * (root @ rng.standard_normal(z.shape))
        else:
            shift = root @ rng.standard_normal(z.shape)
        proposed = z + size * reach * shift
        there = log_likelihood(proposed)
        gain = power * (there - now) + 0.5 * (z**2 - proposed**2).sum(axis=0)
        taken = np.log(rng.random(particles)) < gain
        z, now = np.where(taken, proposed, z), np.where(taken, there, now)
        size = float(np.clip(size * np.exp(taken.mean() - ACCEPTED), 1e-3, 10.0))
    return z, now, size


def _spread(z: Array) -> Array:
    """A square root of the particles' covariance, (inputs, inputs)."""
    covariance = np.atleast_2d(np.cov(z)) + 1e-12 * np.eye(len(z))
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))

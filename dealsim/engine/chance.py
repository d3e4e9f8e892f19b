"""Chance: how the model's steps draw, and its interpreters.

The steps are written once against `Chance`. `Sampled` draws from the exact distributions;
`Expected` puts the mean in place of each draw, so that counts become real numbers
(docs/model.md, 1).
All arrays have the axes (campaign, segment, trial); what a caller passes may have length 1 on an
axis where it does not vary.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dealsim.streams import CHUNK, stream

Array = NDArray[np.float64]
"""Counts or amounts with axes (campaign, segment, trial); counts are whole when sampled."""
Row = tuple[int, int, str, list[Array]]


class Chance(Protocol):
    """The draws a step of the model may ask for. `step` names the stream."""

    whole: bool
    """Whether counts are whole numbers."""
    trials: int
    """Length of the trial axis."""

    def of(self, *segments: str) -> Chance:
        """The same chance for arrays whose segment axis has only these segments, in this order;
        a draw for all segments together names itself."""

    def binomial(self, step: str, n: Array, p: Array) -> Array:
        """How many of n, each with probability p in [0, 1]."""

    def poisson(self, step: str, mean: Array) -> Array:
        """A count of the given mean (>= 0)."""

    def hypergeometric(self, step: str, good: Array, bad: Array, taken: Array) -> Array:
        """How many good ones among `taken` drawn without return from good + bad."""

    def gamma_sum(self, step: str, n: Array, mean: Array, cv: Array) -> Array:
        """The sum of n independent gamma amounts of the given mean and coefficient of variation.

        Exactly gamma(n / cv^2) times mean cv^2; a cv of 0 means every amount is the mean.
        """


class Expected:
    """Every draw replaced by its mean."""

    whole = False

    def __init__(self, trials: int = 1) -> None:
        self.trials = trials

    def of(self, *segments: str) -> Expected:
        return self

    def binomial(self, step: str, n: Array, p: Array) -> Array:
        return n * p

    def poisson(self, step: str, mean: Array) -> Array:
        return mean + 0.0

    def hypergeometric(self, step: str, good: Array, bad: Array, taken: Array) -> Array:
        both = good + bad
        share = np.divide(good, both, out=np.zeros(np.shape(both)), where=both > 0)
        return taken * share

    def gamma_sum(self, step: str, n: Array, mean: Array, cv: Array) -> Array:
        return n * mean


class Sampled:
    """Exact draws from streams named (step, campaign, segment, chunk)."""

    whole = True

    def __init__(self, seed: int, chunk: int, campaigns: list[str], segments: list[str]) -> None:
        self.trials = CHUNK
        self._seed = seed
        self._chunk = chunk
        self._campaigns = campaigns
        self._segments = segments
        self._streams: dict[tuple[str, int, str], np.random.Generator] = {}

    def of(self, *segments: str) -> Sampled:
        other = copy(self)  # shares the streams
        other._segments = list(segments)
        return other

    def _stream(self, step: str, campaign: int, segment: str) -> np.random.Generator:
        key = (step, campaign, segment)
        if key not in self._streams:
            name = ("chance", step, self._campaigns[campaign], segment, self._chunk)
            self._streams[key] = stream(self._seed, *name)
        return self._streams[key]

    def _rows(self, shape: tuple[int, int, int], *arrays: Array) -> Iterator[Row]:
        """Each (campaign, segment) with its stream's names and that row of every array."""
        for c in range(shape[0]):
            for s, segment in enumerate(self._segments):
                rows = [a[min(c, a.shape[0] - 1), min(s, a.shape[1] - 1)] for a in arrays]
                yield c, s, segment, rows

    def binomial(self, step: str, n: Array, p: Array) -> Array:
        out = np.zeros(self._shape(n, p))
        for c, s, segment, (n_row, p_row) in self._rows(out.shape, n, p):
            if n_row.max() > 0 and p_row.max() > 0:
                # numpy counts in int64; the copy in is exact below 2^53
                out[c, s] = self._stream(step, c, segment).binomial(n_row.astype(np.int64), p_row)
        return out

    def poisson(self, step: str, mean: Array) -> Array:
        out = np.zeros(self._shape(mean))
        for c, s, segment, (mean_row,) in self._rows(out.shape, mean):
            if mean_row.max() > 0:
                size = None if mean_row.size == self.trials else self.trials
                out[c, s] = self._stream(step, c, segment).poisson(mean_row, size)
        return out

    def hypergeometric(self, step: str, good: Array, bad: Array, taken: Array) -> Array:
        out = np.zeros(self._shape(good, bad, taken))
        for c, s, segment, rows in self._rows(out.shape, good, bad, taken):
            if rows[2].max() > 0:
                whole = [row.astype(np.int64) for row in rows]
                out[c, s] = self._stream(step, c, segment).hypergeometric(*whole)
        return out

    def gamma_sum(self, step: str, n: Array, mean: Array, cv: Array) -> Array:
        out = np.zeros(self._shape(n))
        for c, s, segment, (n_row, mean_row, cv_row) in self._rows(out.shape, n, mean, cv):
            if n_row.max() > 0:
                rng = self._stream(step, c, segment)
                out[c, s] = _gamma_row(rng, n_row, mean_row, cv_row)
        return out

    def _shape(self, *arrays: Array) -> tuple[int, int, int]:
        campaigns, segments, _ = np.broadcast_shapes(*(a.shape for a in arrays))
        assert segments == len(self._segments), "draws for other segments: see of()"
        return campaigns, segments, self.trials


def _gamma_row(rng: np.random.Generator, n: Array, mean: Array, cv: Array) -> Array:
    if not cv.any():
        return n * mean
    square = cv * cv
    fixed = square == 0
    drawn = rng.standard_gamma(n / np.where(fixed, 1.0, square)) * (mean * square)
    return np.where(fixed, n * mean, drawn) if fixed.any() else drawn

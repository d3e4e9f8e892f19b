"""Draws: how the model's mechanisms meet chance, and its interpreters.

The mechanisms are written once against `Draws`. `SampledDraws` draws from the exact
distributions; `MeanDraws` puts the mean in place of each draw, so that counts become real numbers
(docs/model.md, 1); `PairedDraws` (`dealsim.engine.pairing`) lets two worlds share their luck.

A draw is keyed by what it is for, the campaign, the segment, the chunk of trials and the day on
which its step begins. So another horizon, another payout day or a later step moves no draw before
it, and two worlds can be compared key by key.

All arrays have the axes (campaign, segment, trial); what a caller passes may have length 1 on an
axis where it does not vary.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, MutableMapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dealsim.streams import CHUNK
from dealsim.units import AmountTooLarge

Array: TypeAlias = NDArray[np.float64]
"""Counts or amounts with axes (campaign, segment, trial); counts are whole when sampled."""

LARGEST = 2.0**53
"""Count beyond which floats no longer tell one more from as many."""

ALL = ("all segments",)
"""Names the segment axis of what all segments draw together."""

Key: TypeAlias = tuple[str, str, str, int]
"""What a draw is for: (step, campaign, segment, day)."""


class Draws(Protocol):
    """The draws a mechanism may ask for. `step` says what for."""

    whole: bool
    """Whether counts are whole numbers."""
    trials: int
    """Length of the trial axis."""

    def on(self, day: int) -> Draws:
        """The same draws for the step that begins on a day."""

    def of(self, segments: Sequence[str]) -> Draws:
        """The same draws for arrays whose segment axis has only these segments, in this order;
        `ALL` for what is drawn for all segments together."""

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


class MeanDraws:
    """Every draw replaced by its mean."""

    whole = False

    def __init__(self, trials: int = 1) -> None:
        self.trials = trials

    def on(self, day: int) -> MeanDraws:
        return self

    def of(self, segments: Sequence[str]) -> MeanDraws:
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


@dataclass(frozen=True)
class Drawn:
    """One row of draws as it was asked for and came out: `parameters` as the method takes them
    (of a gamma sum: its shape, of unit scale), `result` (trial,)."""

    kind: Literal["binomial", "poisson", "hypergeometric", "gamma"]
    parameters: tuple[Array, ...]
    result: Array


Tape: TypeAlias = MutableMapping[Key, Drawn]


class SampledDraws:
    """Exact draws, each from a stream of its own.

    `tape`, where given, is told every draw, for another world to pair with.
    """

    whole = True

    def __init__(
        self,
        seed: int,
        chunk: int,
        campaigns: Sequence[str],
        segments: Sequence[str],
        tape: Tape | None = None,
    ) -> None:
        self.trials = CHUNK
        self._campaigns, self._segments = campaigns, segments
        self._day = 0
        self._tape = tape
        self._hash = hashlib.blake2b(f"{seed}\x1fchance\x1f{chunk}".encode(), digest_size=24)
        # SeedSequence by name costs seven times as much as hashing to the generator's state
        self._bits = np.random.SFC64(0)
        self._generator = np.random.Generator(self._bits)

    def on(self, day: int) -> SampledDraws:
        other = copy(self)  # shares the generator, which is placed anew for each draw
        other._day = day
        return other

    def of(self, segments: Sequence[str]) -> SampledDraws:
        other = copy(self)
        other._segments = segments
        return other

    def binomial(self, step: str, n: Array, p: Array) -> Array:
        return self._each(step, self._binomial, (n, p), (n, p))

    def poisson(self, step: str, mean: Array) -> Array:
        return self._each(step, self._poisson, (mean,), (mean,))

    def hypergeometric(self, step: str, good: Array, bad: Array, taken: Array) -> Array:
        return self._each(step, self._hypergeometric, (good, bad, taken), (good, taken))

    def gamma_sum(self, step: str, n: Array, mean: Array, cv: Array) -> Array:
        return self._each(step, self._gamma_sum, (n, mean, cv), (n,))

    def _each(
        self,
        step: str,
        draw: Callable[..., Array],
        parameters: tuple[Array, ...],
        needed: tuple[Array, ...],
    ) -> Array:
        """Draw row by row of (campaign, segment); nil where one of the `needed` is nil in every
        trial, without a draw."""
        campaigns = max(a.shape[0] for a in parameters)
        segments = max(a.shape[1] for a in parameters)
        assert segments == len(self._segments), "draws for other segments: see of()"
        out = np.zeros((campaigns, segments, self.trials))
        most = [a.max(axis=2) for a in needed]
        if any((a > LARGEST).any() for a in most):
            raise AmountTooLarge(f"a number of customers or visits is too large ({step})")
        some = [a > 0 for a in most]
        for c in range(campaigns):
            for s in range(segments):
                if all(a[c % a.shape[0], s % a.shape[1]] for a in some):
                    key = step, self._campaigns[c], self._segments[s], self._day
                    rows = [a[c % a.shape[0], s % a.shape[1]] for a in parameters]
                    out[c, s] = draw(key, *rows)
        return out

    def _binomial(self, key: Key, n: Array, p: Array) -> Array:
        # numpy counts in int64; the copy in is exact below 2^53
        return self._keep(key, "binomial", (n, p), self._stream(key).binomial(_whole(n), p))

    def _poisson(self, key: Key, mean: Array) -> Array:
        return self._keep(key, "poisson", (mean,), self._stream(key).poisson(mean, self.trials))

    def _hypergeometric(self, key: Key, good: Array, bad: Array, taken: Array) -> Array:
        found = self._stream(key).hypergeometric(_whole(good), _whole(bad), _whole(taken))
        return self._keep(key, "hypergeometric", (good, bad, taken), found)

    def _gamma(self, key: Key, shape: Array) -> Array:
        return self._keep(key, "gamma", (shape,), self._stream(key).standard_gamma(shape))

    def _gamma_sum(self, key: Key, n: Array, mean: Array, cv: Array) -> Array:
        square = cv * cv
        fixed = square == 0
        if fixed.all():
            return n * mean
        drawn = self._gamma(key, n / np.where(fixed, 1.0, square)) * (mean * square)
        return np.where(fixed, n * mean, drawn) if fixed.any() else drawn

    def _keep(self, key: Key, kind: object, parameters: tuple[Array, ...], found: object) -> Array:
        row = np.asarray(found, dtype=np.float64)
        if self._tape is not None:
            self._tape[key] = Drawn(kind, parameters, row)  # type: ignore[arg-type]
        return row

    def _stream(self, key: Key, *more: str) -> np.random.Generator:
        """The generator at the beginning of a draw's own stream."""
        name = self._hash.copy()
        name.update("".join(f"\x1f{part}" for part in (*key, *more)).encode())
        state = np.frombuffer(name.digest() + _COUNTER, dtype=np.uint64)
        self._bits.state = {
            "bit_generator": "SFC64",
            "state": {"state": state},
            "has_uint32": 0,
            "uinteger": 0,
        }
        return self._generator


_COUNTER = (1).to_bytes(8, "little")


def _whole(counts: Array) -> NDArray[np.int64]:
    return counts.astype(np.int64)

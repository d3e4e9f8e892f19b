"""Random streams found by name.

A stream is seeded from the seed and the name of what it feeds, never from the order in which
streams are made: adding an input or a step of the model moves nobody else's draws. Trials come
in chunks of a fixed size and each chunk has streams of its own, so trial i is the same however
many trials are asked for and however many workers share them.
"""

from __future__ import annotations

import hashlib

import numpy as np

CHUNK = 5_000
"""Trials of one chunk. Smaller arrays do not scale over threads; larger ones leave the cache."""


def stream(seed: int, *name: str | int) -> np.random.Generator:
    """The generator of the stream called `name` under `seed` (0 is a seed like any other)."""
    text = "\x1f".join(str(part) for part in name)
    digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
    key = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=key)))


def chunks(trials: int) -> list[tuple[int, int, int]]:
    """(chunk, first trial, end trial) of each chunk that `trials` trials need, in order."""
    return [
        (chunk, first, min(first + CHUNK, trials))
        for chunk, first in enumerate(range(0, trials, CHUNK))
    ]

"""Who buys, as parameters: each segment's share, stated or as an audience makes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from dealsim.engine.audience import AudienceParameters
from dealsim.engine.draws import Array
from dealsim.scenario import Scenario


class Shares(Protocol):
    """Where stated shares are found."""

    first: Scenario
    segments: tuple[str, ...]

    def by_segment(self, field: str, default: str | float = 0.0) -> Array:
        """A field of every segment, (campaign, segment, trial)."""


def demand_of(stated: Array, audience: AudienceParameters | None) -> Array:
    """Vouchers wanted: as stated, or as many as the audience buys on average (eq. 13.8),
    (campaign, 1, trial)."""
    return stated if audience is None else np.asarray(sum(audience.expected().values()))


def shares_of(values: Shares, audience: AudienceParameters | None) -> Array:
    """Each segment's share of buyers per trial, (campaign, segment, trial).

    `rest` takes what the others leave and is nil where they exceed 1, when they are rescaled;
    without `rest` each trial is normalised (docs/model.md, 4). Of an audience, the mix that buys on
    average (eq. 13.8).
    """
    if audience is not None:
        return _mix(values.segments, audience)
    shares = values.by_segment("share")
    marked = [values.first.customers[name].share == "rest" for name in values.segments]
    rest = np.array(marked).reshape(1, -1, 1)
    total = shares.sum(axis=1, keepdims=True)
    if rest.any():
        shares = np.where(rest, np.maximum(0.0, 1.0 - total), shares)
        return np.asarray(shares / np.maximum(1.0, total))
    return np.asarray(shares / np.where(total > 0, total, 1.0))


def _mix(segments: Sequence[str], audience: AudienceParameters) -> Array:
    bought = audience.expected()
    mix = np.concatenate(np.broadcast_arrays(*(bought[name] for name in segments)), axis=1)
    whole = mix.sum(axis=1, keepdims=True)
    return np.divide(mix, whole, out=np.full(mix.shape, 1.0 / mix.shape[1]), where=whole > 0)

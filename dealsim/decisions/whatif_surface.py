"""Each future's profit as a polynomial in the numbers that are moved.

Of total degree three in the coordinates, each scaled to -1..1, in Chebyshev polynomials, by least
squares on points that fill the cube. One design serves all futures: coefficients are one product of
matrices. What a future's polynomial misses as things stand, luck included, is kept and added, so
that things as they stand are met exactly.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealsim.decisions.whatif_sliders import CAP, DEMAND, Slider
from dealsim.engine import Array

DEGREE = 3
"""Total degree of the polynomials."""
OVERSAMPLED = 1.4
"""Points of the design for each term."""
LARGEST = 32_767
"""Of the whole numbers that coefficients and places are kept in."""

Setting = Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Coordinate:
    """What the futures answer to: a number, or sales, the lesser of demand and cap.

    `own` are the values of each of `paths` as things stand: (future,), or (1,) where certain;
    infinite for a cap there is none of. `low` to `high` is what the polynomials are learnt on.
    """

    paths: tuple[str, ...]
    own: tuple[Array, ...]
    low: float
    high: float
    whole: bool

    def values(self, setting: Setting) -> Array:
        """Its values in a setting, (future,) or (1,)."""
        given = [
            np.array([setting[path]]) if path in setting else own
            for path, own in zip(self.paths, self.own, strict=True)
        ]
        return given[0] if len(given) == 1 else np.minimum(*given)

    def scaled(self, values: Array) -> Array:
        """Values on -1..1, in whole parts of `LARGEST`; what lies outside the range is taken to its
        end."""
        scaled = 2.0 * (values - self.low) / (self.high - self.low) - 1.0
        return np.floor(np.clip(scaled, -1.0, 1.0) * LARGEST + 0.5) / LARGEST

    def at(self, scaled: float) -> float:
        """The value at a place of -1..1."""
        value = self.low + (self.high - self.low) * (scaled + 1.0) / 2.0
        return float(math.floor(value + 0.5)) if self.whole else value

    def document(self) -> dict[str, Any]:
        """The same for JSON; a value that is certain is a number, null for no limit."""
        own = [
            _encoded(v) if v.size > 1 else float(v[0]) if math.isfinite(v[0]) else None
            for v in self.own
        ]
        return {"paths": list(self.paths), "own": own, "low": self.low, "high": self.high}

    def changes(self, value: float) -> dict[str, float]:
        """Numbers that put it at a value."""
        return dict.fromkeys(self.paths, value)


@dataclass(frozen=True, eq=False)
class Surface:
    """The polynomials of all futures: `terms` are the degrees in each coordinate, `coefficients`
    the whole numbers that `scales` make amounts of, (future, term) and (term,); `sampled` is each
    future's profit as things stand and `luck` what of it is chance. Chance is as great as
    `variances` say, at the low and at the high end of each coordinate, (coordinate, 2)."""

    coordinates: tuple[Coordinate, ...]
    terms: tuple[tuple[int, ...], ...]
    scales: Array
    coefficients: NDArray[np.int16]
    sampled: Array
    luck: Array
    variances: Array

    def profits(self, setting: Setting) -> Array:
        """incremental_profit of each future in a setting, (future,)."""
        there, here = self._places(setting), self._places({})
        moved = self._polynomials(there) - self._polynomials(here)
        after, before = np.broadcast_arrays(self._variance(there), self._variance(here))
        # where chance does nothing now, there is no luck that could grow
        ratio = np.divide(after, before, out=np.ones(before.shape), where=before > 0)
        return np.asarray(self.sampled + moved + (np.sqrt(ratio) - 1.0) * self.luck)

    def _places(self, setting: Setting) -> list[Array]:
        return [one.scaled(one.values(setting)) for one in self.coordinates]

    def _polynomials(self, places: Sequence[Array]) -> Array:
        amounts = basis(places, self.terms) * self.scales
        return np.asarray((self.coefficients * amounts).sum(axis=1))

    def _variance(self, places: Sequence[Array]) -> Array:
        """How much chance does, but for a factor: each coordinate does its part, on a line between
        what it does at its ends."""
        found = np.ones(1)
        for (low, high), place in zip(self.variances.tolist(), places, strict=True):
            found = found * (low + (high - low) * (place + 1.0) / 2.0)
        return found

    def document(self) -> dict[str, Any]:
        """The same for JSON, numbers by the thousand as base64 of little-endian bytes."""
        return {
            "futures": len(self.sampled),
            "coordinates": [one.document() for one in self.coordinates],
            "terms": [list(term) for term in self.terms],
            "scales": self.scales.tolist(),
            "coefficients": base64.b64encode(self.coefficients.astype("<i2").tobytes()).decode(),
            "sampled": _encoded(self.sampled),
            "luck": _encoded(self.luck),
            "variances": self.variances.tolist(),
        }


def _encoded(values: Array) -> str:
    return base64.b64encode(values.astype("<f8").tobytes()).decode()


def terms_of(dimensions: int) -> tuple[tuple[int, ...], ...]:
    """Degrees of every term in each coordinate, the constant first."""
    every = product(range(DEGREE + 1), repeat=dimensions)
    return tuple(sorted((t for t in every if sum(t) <= DEGREE), key=lambda t: (sum(t), t)))


def basis(places: Sequence[Array], terms: Sequence[tuple[int, ...]]) -> Array:
    """Every term at places of -1..1, (future, term); (1, term) where all places are certain."""
    powers = [[np.ones(1), x, 2.0 * x * x - 1.0, (4.0 * x * x - 3.0) * x] for x in places]
    columns = []
    for term in terms:
        column = np.ones(1)
        for degree, own in zip(term, powers, strict=True):
            if degree:
                column = column * own[degree]
        columns.append(column)
    return np.stack(np.broadcast_arrays(*columns), axis=1)


def design(dimensions: int) -> Array:
    """Points that fill the cube -1..1, (point, coordinate), denser towards its sides, where a
    polynomial would swing: a Kronecker sequence of the generalised golden ratio (Roberts 2018)."""
    golden = 2.0
    for _ in range(64):
        golden = (1.0 + golden) ** (1.0 / (dimensions + 1))
    count = math.ceil(OVERSAMPLED * len(terms_of(dimensions)))
    steps = golden ** -np.arange(1.0, dimensions + 1)
    uniform = (0.5 + np.outer(np.arange(1, count + 1), steps)) % 1.0
    return np.asarray(np.sin(np.pi * (uniform - 0.5)))


def coordinates_of(
    sliders: Sequence[Slider], own: Mapping[str, Array], sales: bool
) -> tuple[Coordinate, ...]:
    """The coordinates of sliders, whose values as things stand are `own`; `sales`: demand and cap
    are one."""
    found = []
    of_sales = [one for one in sliders if one.path in (DEMAND, CAP)] if sales else []
    if of_sales:
        pair = np.floor(own[DEMAND] + 0.5), own[CAP]
        low, high = min(one.low for one in of_sales), max(one.high for one in of_sales)
        found.append(Coordinate((DEMAND, CAP), pair, low, high, True))
    for one in sliders:
        if one not in of_sales:
            whole = one.path in (DEMAND, CAP)
            found.append(Coordinate((one.path,), (own[one.path],), one.low, one.high, whole))
    return tuple(found)


def fitted(
    coordinates: tuple[Coordinate, ...],
    points: Array,
    profits: Array,
    sampled: Array,
    luck: Array,
    variances: Array,
) -> Surface:
    """The surface through what the futures earn at the points of a design: (point, coordinate) in
    the coordinates' units, (point, future); `sampled` as things stand."""
    terms = terms_of(len(coordinates))
    places = [one.scaled(points[:, k]) for k, one in enumerate(coordinates)]
    found, *_ = np.linalg.lstsq(basis(places, terms), profits, rcond=None)
    kept = found[1:].T  # the constant is in both of the two settings that are compared
    scales = np.abs(kept).max(axis=0) / LARGEST
    scales[scales == 0] = 1.0
    whole = np.floor(kept / scales + 0.5).astype(np.int16)
    return Surface(coordinates, terms[1:], scales, whole, sampled, luck, variances)

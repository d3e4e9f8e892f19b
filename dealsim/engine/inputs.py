"""Inputs: one value of every uncertain number per trial (docs/model.md, 3).

Uniforms come from a provider, so that streams, Sobol' points or a given matrix fit the same hole;
ranks are correlated through a Gaussian copula; values come from inverse distribution functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from dealsim.engine.chance import Array
from dealsim.scenario import Correlation, Scenario, Segment, normal_matrix, paths_of
from dealsim.streams import CHUNK, stream
from dealsim.uncertain import Uncertain

INSIDE = 2.0**-53
"""Uniforms are kept inside (0, 1), where every inverse distribution function is finite."""


class Provider(Protocol):
    """Where uniforms come from."""

    def uniforms(self, path: str, chunk: int) -> Array:
        """Uniforms in [0, 1) of the input at `path` for the trials of a chunk, shape (CHUNK,)."""


class Streams:
    """Independent uniforms from streams keyed (seed, path, chunk)."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def uniforms(self, path: str, chunk: int) -> Array:
        return stream(self._seed, "input", path, chunk).random(CHUNK)


class Matrix:
    """Uniforms given outright: `columns[path]` has one entry a trial, any number of them."""

    def __init__(self, columns: Mapping[str, Array]) -> None:
        self._columns = columns

    def uniforms(self, path: str, chunk: int) -> Array:
        given = self._columns[path][chunk * CHUNK : (chunk + 1) * CHUNK]
        # a short last chunk is filled up with the median; those trials are cut off again
        return np.concatenate([given, np.full(CHUNK - len(given), 0.5)])


def draw(scenario: Scenario, provider: Provider, chunk: int) -> dict[str, Array]:
    """Values of all inputs for one chunk: (CHUNK,) where uncertain, (1,) where constant."""
    numbers = scenario.numbers()
    uncertain = [path for path, value in numbers.items() if not value.is_constant]
    uniforms = {path: provider.uniforms(path, chunk) for path in uncertain}
    correlate(uniforms, scenario.correlations)
    return {
        path: value.ppf(np.clip(uniforms[path], INSIDE, 1 - INSIDE))
        if path in uniforms
        else np.array([value.mean()])
        for path, value in numbers.items()
    }


def at_means(numbers: Mapping[str, Uncertain]) -> dict[str, Array]:
    """Every input at its mean, shape (1,): the inputs of `--expected`."""
    return {path: np.array([value.mean()]) for path, value in numbers.items()}


def correlate(uniforms: dict[str, Array], correlations: Sequence[Correlation]) -> None:
    """Give independent uniforms the stated rank correlations through a Gaussian copula (eq. 3.2).

    Works in place; `uniforms` must have every path that is correlated.
    """
    if not correlations:
        return
    from scipy.special import ndtr, ndtri

    named = paths_of(correlations)
    # sorted, so that the order in which pairs are written is idle
    order = sorted(range(len(named)), key=named.__getitem__)
    paths = [named[i] for i in order]
    matrix = normal_matrix(correlations)[np.ix_(order, order)]
    normal = ndtri(np.clip([uniforms[path] for path in paths], INSIDE, 1 - INSIDE))
    mixed = np.linalg.cholesky(matrix) @ normal
    for path, row in zip(paths, mixed, strict=True):
        uniforms[path] = ndtr(row)


@dataclass(frozen=True)
class Inputs:
    """A chunk's inputs as the steps read them, with axes (campaign, segment, trial)."""

    scenario: Scenario
    values: Mapping[str, Array]

    def __call__(self, path: str) -> Array:
        """The input at `path`, shape (1, 1, trials or 1)."""
        return self.values[path].reshape(1, 1, -1)

    @property
    def names(self) -> list[str]:
        """The segments in the order of the segment axis: sorted, so that file order is idle."""
        return sorted(self.scenario.customers)

    @property
    def segment_models(self) -> list[Segment]:
        return [self.scenario.customers[name] for name in self.names]

    def has(self, path: str) -> bool:
        return path in self.values

    def segments(self, field: str, default: str | float = 0.0) -> Array:
        """`customers.<segment>.<field>` of all segments, shape (1, segments, trials or 1).

        A segment without it takes `default`: a number, or the path of a shared input, which is
        then the same draw for every segment that shares it.
        """
        rows = []
        for name in self.names:
            path = f"customers.{name}.{field}"
            if path in self.values:
                rows.append(self.values[path])
            elif isinstance(default, str):
                rows.append(self.values[default])
            else:
                rows.append(np.array([float(default)]))
        return np.stack(np.broadcast_arrays(*rows))[np.newaxis]

    def timing(self, field: str) -> Array:
        """A field of `redemption`, (1, segments, n), or (1, 1, n) where no segment overrides it."""
        path = f"redemption.{field}"
        if not any(f"customers.{name}.{path}" in self.values for name in self.names):
            return self(path)
        return self.segments(path, path)

    def margin(self, bill: Array) -> Array:
        """Margin of an ordinary visit with this bill at list prices (docs/model.md, 7)."""
        return bill * (1 - self("business.variable_cost")) - self("business.cost_per_visit")

    def usual_margin(self) -> Array:
        return self.margin(self("business.usual_ticket"))

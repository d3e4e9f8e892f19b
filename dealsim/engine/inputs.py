"""Inputs: one value of every uncertain number per trial (docs/model.md, 3).

Uniforms come from a provider, so that streams, Sobol' points or a given matrix fit the same hole;
ranks are correlated through a Gaussian copula; values come from inverse distribution functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from dealsim.engine.draws import Array
from dealsim.scenario import Correlation, Scenario, normal_matrix, paths_of
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


def draw(scenario: Scenario, provider: Provider, chunk: int, prefix: str = "") -> dict[str, Array]:
    """Values of all inputs for one chunk: (CHUNK,) where uncertain, (1,) where constant.

    `prefix` comes before the paths of the uniforms: other inputs than those of a plain run.
    """
    numbers = scenario.numbers()
    uncertain = [path for path, value in numbers.items() if not value.is_constant]
    uniforms = {path: provider.uniforms(f"{prefix}{path}", chunk) for path in uncertain}
    correlate(uniforms, scenario.correlations)
    return {
        path: value.ppf(np.clip(uniforms[path], INSIDE, 1 - INSIDE))
        if path in uniforms
        else np.array([value.mean()])
        for path, value in numbers.items()
    }


def draw_campaigns(
    scenarios: Sequence[Scenario], provider: Provider, chunk: int
) -> list[dict[str, Array]]:
    """Values of all inputs of each campaign for one chunk.

    What a campaign states as the first one does is the same number in every trial (doubt about an
    average is one doubt); what it states otherwise is drawn for it alone.
    """
    first = draw(scenarios[0], provider, chunk)
    return [
        first,
        *(
            _shared(scenarios[0], one, first, draw(one, provider, chunk, f"campaigns.{k}."))
            for k, one in enumerate(scenarios[1:], start=1)
        ),
    ]


def inputs_of(scenarios: Sequence[Scenario]) -> dict[str, Uncertain]:
    """Every uncertain input of campaigns, by the path under which its uniforms are asked for and
    its values are told: what a campaign states as the first one does is no input of its own."""
    first = scenarios[0].numbers()
    found = {path: value for path, value in first.items() if not value.is_constant}
    for k, one in enumerate(scenarios[1:], start=1):
        found |= {
            f"campaigns.{k}.{path}": value
            for path, value in one.numbers().items()
            if not value.is_constant and first.get(path) != value
        }
    return found


def ranks_of(scenarios: Sequence[Scenario], provider: Provider, chunk: int) -> dict[str, Array]:
    """Uniforms of a chunk by path, correlated as each campaign says, for every path under which
    `draw_campaigns` asks for some."""
    found: dict[str, Array] = {}
    for k, one in enumerate(scenarios):
        prefix = f"campaigns.{k}." if k else ""
        own = {
            path: provider.uniforms(f"{prefix}{path}", chunk)
            for path, value in one.numbers().items()
            if not value.is_constant
        }
        correlate(own, one.correlations)
        found |= {f"{prefix}{path}": ranks for path, ranks in own.items()}
    return found


def at_means_of(scenarios: Sequence[Scenario]) -> list[dict[str, Array]]:
    """Inputs of each campaign at their means, shared as in `draw_campaigns`."""
    first = at_means(scenarios[0].numbers())
    others = [_shared(scenarios[0], s, first, at_means(s.numbers())) for s in scenarios[1:]]
    return [first, *others]


def _shared(
    base: Scenario, other: Scenario, drawn: Mapping[str, Array], own: Mapping[str, Array]
) -> dict[str, Array]:
    """A campaign's values: the first campaign's where both state the same."""
    before, after = base.numbers(), other.numbers()
    return {
        path: drawn[path] if before.get(path) == after[path] else value
        for path, value in own.items()
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

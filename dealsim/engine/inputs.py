"""Inputs: one value of every uncertain number per trial (docs/model.md, 3).

Uniforms come from a provider, so that streams, Sobol' points or a given matrix fit the same hole;
ranks are correlated through a Gaussian copula; values come from inverse distribution functions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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


def draw(scenario: Scenario, provider: Provider, chunk: int) -> dict[str, Array]:
    """Values of all inputs for one chunk: (CHUNK,) where uncertain, (1,) where constant."""
    return draw_campaigns((scenario,), provider, chunk)[0]


def draw_campaigns(
    scenarios: Sequence[Scenario], provider: Provider, chunk: int
) -> list[dict[str, Array]]:
    """Values of all inputs of each campaign for one chunk.

    What a campaign states as one before it does is the same number in every trial (doubt about an
    average is one doubt); what it states otherwise is drawn for it alone.
    """
    uniforms = ranks_of(scenarios, provider, chunk)
    found: list[dict[str, Array]] = []
    for k, stated in enumerate(_stated(scenarios)):
        values = {}
        for path, (first, number) in stated.items():
            if first < k:
                values[path] = found[first][path]
            elif number.is_constant:
                values[path] = np.array([number.mean()])
            else:
                own = uniforms[path_of(k, path)]
                values[path] = number.ppf(np.clip(own, INSIDE, 1 - INSIDE))
        found.append(values)
    return found


def ranks_of(scenarios: Sequence[Scenario], provider: Provider, chunk: int) -> dict[str, Array]:
    """The uniforms behind every uncertain input of all campaigns, correlated as each of them says:
    by the paths of `inputs_of`, (CHUNK,) each."""
    found: dict[str, Array] = {}
    for k, stated in enumerate(_stated(scenarios)):
        paths = {path: path_of(j, path) for path, (j, v) in stated.items() if not v.is_constant}
        own = {path for path in paths if stated[path][0] == k}
        uniforms = {
            path: provider.uniforms(name, chunk) if path in own else found[name]
            for path, name in paths.items()
        }
        correlate(uniforms, scenarios[k].correlations, own)
        found |= {paths[path]: uniforms[path] for path in own}
    return found


def inputs_of(scenarios: Sequence[Scenario]) -> dict[str, Uncertain]:
    """Every uncertain number of all campaigns, by the path of its input: `deal.demand`, and
    `campaigns.1.deal.demand` where a further campaign states it otherwise than those before it."""
    return {
        path_of(k, path): number
        for k, stated in enumerate(_stated(scenarios))
        for path, (first, number) in stated.items()
        if first == k and not number.is_constant
    }


def path_of(campaign: int, path: str) -> str:
    """The path of an input that a campaign states for itself."""
    return f"campaigns.{campaign}.{path}" if campaign else path


def at_means_of(scenarios: Sequence[Scenario]) -> list[dict[str, Array]]:
    """Inputs of each campaign at their means."""
    return [at_means(one.numbers()) for one in scenarios]


def _stated(scenarios: Sequence[Scenario]) -> list[dict[str, tuple[int, Uncertain]]]:
    """The numbers of each campaign by path, with the first campaign that states the same."""
    numbers = [one.numbers() for one in scenarios]
    return [
        {
            path: (next(j for j in range(k + 1) if numbers[j].get(path) == value), value)
            for path, value in own.items()
        }
        for k, own in enumerate(numbers)
    ]


def at_means(numbers: Mapping[str, Uncertain]) -> dict[str, Array]:
    """Every input at its mean, shape (1,): the inputs of `--expected`."""
    return {path: np.array([value.mean()]) for path, value in numbers.items()}


def correlate(
    uniforms: dict[str, Array],
    correlations: Sequence[Correlation],
    own: Collection[str] | None = None,
) -> None:
    """Give independent uniforms the stated rank correlations through a Gaussian copula (eq. 3.2).

    Works in place; `uniforms` must have every path that is correlated. Where `own` paths are named,
    only they are drawn here: the others stand, and the own ones follow from them.
    """
    named = paths_of(correlations)
    own = set(named) if own is None else own
    if not any(path in own for path in named):
        return
    from scipy.special import ndtr, ndtri

    # sorted, so that the order in which pairs are written is idle
    order = sorted(range(len(named)), key=lambda i: (named[i] in own, named[i]))
    paths = [named[i] for i in order]
    matrix = normal_matrix(correlations)[np.ix_(order, order)]
    normal = ndtri(np.clip([uniforms[path] for path in paths], INSIDE, 1 - INSIDE))
    factor = np.linalg.cholesky(matrix)
    given = sum(path not in own for path in paths)
    normal[:given] = np.linalg.solve(factor[:given, :given], normal[:given])
    mixed = factor @ normal
    for path, row in zip(paths[given:], mixed[given:], strict=True):
        uniforms[path] = ndtr(row)

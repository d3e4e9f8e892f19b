"""Whether the stated correlations can hold together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dealsim.scenario.checks.checking import Checking
from dealsim.scenario.language.suggest import did_you_mean
from dealsim.scenario.model.books import Correlation
from dealsim.scenario.model.correlations import Matrix, normal_matrix, paths_of
from dealsim.units import quoted

_SMALLEST_EIGENVALUE = 1e-9


def check_correlations(c: Checking) -> None:
    """Paths must name uncertain inputs, pairs stand once, and the whole be possible."""
    numbers = c.scenario.numbers()
    pairs: set[frozenset[str]] = set()
    valid = c.sound("correlations")
    for index, correlation in enumerate(c.scenario.correlations):
        place = f"correlations.{index}"
        for path in (correlation.a, correlation.b):
            if not c.sound(path):
                valid = False
            elif path not in numbers:
                valid = False
                hint = did_you_mean(path, numbers) or "a dotted path such as deal.demand"
                c.error(place, f"there is no input {quoted(path)} to correlate", hint)
            elif numbers[path].is_constant:
                valid = False
                message = f"{path} is a certain number, which cannot be correlated"
                c.error(place, message, "give it a range, or remove the correlation")
        pair = frozenset((correlation.a, correlation.b))
        if len(pair) == 1:
            valid = False
            c.error(place, f"{correlation.a} is correlated with itself", "name two inputs")
        elif pair in pairs:
            valid = False
            c.error(place, f"{correlation.a} and {correlation.b} are correlated twice")
        pairs.add(pair)
    if valid and c.scenario.correlations:
        _possible_together(c, c.scenario.correlations)


def _possible_together(c: Checking, correlations: Sequence[Correlation]) -> None:
    matrix = normal_matrix(correlations)
    if np.linalg.eigvalsh(matrix)[0] > _SMALLEST_EIGENVALUE:
        return
    message = "these correlations cannot all hold at once"
    weaker = _weaker(correlations, matrix)
    if weaker is None:
        share = f"{100 * _common_factor(matrix):.0f} %"
        c.error("correlations", message, f"weaken them all, to {share} of what they are")
        return
    index, rho = weaker
    pair = correlations[index]
    hint = f"weaken {pair.a} with {pair.b} from {pair.rho:g} to {rho:g}"
    c.error(f"correlations.{index}", message, hint)


def _weaker(correlations: Sequence[Correlation], matrix: Matrix) -> tuple[int, float] | None:
    """The one pair that has to be weakened least for all to be possible, and to what; None where
    weakening one pair is not enough."""
    paths = paths_of(correlations)
    best: tuple[float, int, float] | None = None
    for index, pair in enumerate(correlations):
        allowed = _allowed(matrix, paths.index(pair.a), paths.index(pair.b))
        if allowed is None:
            continue
        # Rounded inwards, so that what is proposed is accepted.
        low, high = np.ceil(100 * allowed[0]) / 100, np.floor(100 * allowed[1]) / 100
        rho = float(np.clip(pair.rho, low, high))
        change = abs(pair.rho) - abs(rho)
        if low <= high and rho * pair.rho >= 0 and change > 0:
            best = min(best or (change, index, rho), (change, index, rho))
    return None if best is None else (best[1], best[2])


def _common_factor(matrix: Matrix) -> float:
    """The largest factor, in whole per cent, on all correlations that makes them possible."""
    identity = np.eye(len(matrix))
    smallest = float(np.linalg.eigvalsh(matrix - identity)[0])
    return float(np.floor(100 / -smallest - 1e-6)) / 100


def _allowed(matrix: Matrix, i: int, j: int) -> tuple[float, float] | None:
    """The rank correlations of inputs `i` and `j` that the others leave possible, as an open
    interval; None where the others are impossible themselves.

    With the others fixed, the determinant is a parabola in the entry (i, j): it is positive
    between b'A c - r and b'A c + r, r = sqrt((1 - b'A b)(1 - c'A c)), where A is the inverse of
    the matrix of the rest and b, c are the rows of i and j in its columns.
    """
    rest = [k for k in range(len(matrix)) if k not in (i, j)]
    inner = matrix[np.ix_(rest, rest)]
    if rest and np.linalg.eigvalsh(inner)[0] <= _SMALLEST_EIGENVALUE:
        return None
    b, c = matrix[i, rest], matrix[j, rest]
    solved = np.linalg.solve(inner, np.stack([b, c], axis=1)) if rest else np.zeros((0, 2))
    left = (1 - b @ solved[:, 0]) * (1 - c @ solved[:, 1])
    if 1 - b @ solved[:, 0] <= 0 or 1 - c @ solved[:, 1] <= 0:
        return None
    centre, radius = float(b @ solved[:, 1]), float(np.sqrt(left))
    low, high = centre - radius, centre + radius
    return _rank(low), _rank(high)


def _rank(normal: float) -> float:
    """The rank correlation that a correlation of normal variables gives."""
    return float(6 / np.pi * np.arcsin(np.clip(normal, -1, 1) / 2))

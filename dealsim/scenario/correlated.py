"""Whether the stated correlations can hold together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dealsim.scenario.books import Correlation
from dealsim.scenario.checking import Checking
from dealsim.scenario.suggest import did_you_mean

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
                c.error(place, f'there is no input "{path}" to correlate', hint)
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
    if _smallest_eigenvalue(correlations) > _SMALLEST_EIGENVALUE:
        return
    index, rho = _weakest_change(correlations)
    pair = correlations[index]
    hint = f"weaken {pair.a} and {pair.b} from {pair.rho:g} to {rho:g} or nearer to 0"
    message = "these correlations cannot all hold at once"
    c.error(f"correlations.{index}", message, hint)


def normal_matrix(correlations: Sequence[Correlation]) -> NDArray[np.float64]:
    """The correlations of the normal variables behind the ranks, 2 sin(pi rho / 6)."""
    paths = list(dict.fromkeys(path for pair in correlations for path in (pair.a, pair.b)))
    matrix = np.eye(len(paths))
    for pair in correlations:
        i, j = paths.index(pair.a), paths.index(pair.b)
        matrix[i, j] = matrix[j, i] = 2 * np.sin(np.pi * pair.rho / 6)
    return matrix


def _smallest_eigenvalue(correlations: Sequence[Correlation]) -> float:
    return float(np.linalg.eigvalsh(normal_matrix(correlations))[0])


def _weakest_change(correlations: Sequence[Correlation]) -> tuple[int, float]:
    """The pair that needs to change least for all to be possible, and what it may be.

    Where no single pair suffices, the strongest one, and 0.
    """
    best: tuple[float, int, float] | None = None
    for index, pair in enumerate(correlations):
        kept = _largest_share(correlations, index)
        if kept is not None and (best is None or abs(pair.rho) * (1 - kept) < best[0]):
            # Rounded towards 0, so that what is proposed is accepted.
            rounded = np.trunc(pair.rho * kept * 100) / 100
            best = (abs(pair.rho) * (1 - kept), index, float(rounded))
    if best is not None:
        return best[1], best[2]
    strongest = max(range(len(correlations)), key=lambda i: abs(correlations[i].rho))
    return strongest, 0.0


def _largest_share(correlations: Sequence[Correlation], index: int) -> float | None:
    """The largest factor on one correlation that makes all possible; None where even 0 fails."""

    def possible(factor: float) -> bool:
        pair = correlations[index]
        weaker = Correlation(a=pair.a, b=pair.b, rho=pair.rho * factor)
        changed = [*correlations[:index], weaker, *correlations[index + 1 :]]
        return _smallest_eigenvalue(changed) > _SMALLEST_EIGENVALUE

    if not possible(0.0):
        return None
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if possible(middle) else (low, middle)
    return low

"""The matrix that the stated correlations make."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dealsim.scenario.model.books import Correlation

Matrix = NDArray[np.float64]


def paths_of(correlations: Sequence[Correlation]) -> list[str]:
    """The inputs that are correlated, in the order of their first mention."""
    return list(dict.fromkeys(path for pair in correlations for path in (pair.a, pair.b)))


def normal_matrix(correlations: Sequence[Correlation]) -> Matrix:
    """The correlations of the normal variables behind the ranks, 2 sin(pi rho / 6)."""
    paths = paths_of(correlations)
    matrix = np.eye(len(paths))
    for pair in correlations:
        i, j = paths.index(pair.a), paths.index(pair.b)
        matrix[i, j] = matrix[j, i] = 2 * np.sin(np.pi * pair.rho / 6)
    return matrix

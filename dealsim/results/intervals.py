"""The error of a simulated probability."""

from __future__ import annotations

import math

Z95 = 1.959964
"""Two-sided 95 % point of the normal distribution."""


def wilson_error(share: float, trials: int) -> float:
    """Standard error of a simulated probability: half the width of Wilson's 95 % interval, over
    the 95 % point (Wilson, J. Am. Statist. Assoc. 22, 1927). Positive at 0 and 1 too."""
    z2 = Z95 * Z95
    inner = share * (1 - share) / trials + z2 / (4 * trials * trials)
    return math.sqrt(inner) / (1 + z2 / trials)

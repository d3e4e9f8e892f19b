"""What the platform owes and when it pays."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dealsim.units import to_minor


def instalments(amount: int, shares: Sequence[Fraction | float]) -> tuple[int, ...]:
    """A payable in instalments: each its share rounded half up, the last takes the rest.

    Whole minor units. Raises ValueError where the shares do not add up to 1.
    """
    if abs(sum(float(share) for share in shares) - 1.0) > 1e-9:
        raise ValueError("the shares of the instalments must add up to 1")
    parts = [int(to_minor(amount * float(share), 0)) for share in shares[:-1]]
    return (*parts, amount - sum(parts))

"""A mean found to a stated precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PreciseMean:
    """The mean of a metric, found to the precision `asked` (docs/model.md, 18).

    `half_width` is half of its 95 % interval, `allowed` what it was to be at most, both in the
    metric's unit; `is_reached` whether it is. `trials` futures were simulated of at most `most`.
    `method` is "control variate" or "plain mean"; `plain_se` the standard error of the plain mean
    of the same futures, and `variance_reduction` how many times as many futures that would need for
    the error reached (1 for the plain mean). `points` are the futures of which only the mean was
    taken, in `scramblings` independent sets.
    """

    metric: str
    asked: str
    mean: float
    se: float
    half_width: float
    allowed: float
    trials: int
    most: int
    method: str
    plain_se: float
    variance_reduction: float
    points: int
    scramblings: int

    @property
    def is_reached(self) -> bool:
        """Whether the interval is as narrow as asked."""
        return self.half_width <= self.allowed

    def document(self) -> dict[str, Any]:
        """The same for JSON."""
        return {**vars(self), "reached": self.is_reached}

"""What all mechanisms of a chunk share and none changes: parameters, days, curves, and shapes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealsim.engine.clock import Clock
from dealsim.engine.curves import RedemptionCurves
from dealsim.engine.draws import Array
from dealsim.engine.parameters import Parameters
from dealsim.scenario import Scenario


@dataclass(frozen=True)
class Context:
    """A chunk's surroundings; `scenarios` are those of the campaigns, `minor_digits` of money.

    `whole` says that counts are whole numbers (sampled) and money whole minor units.
    """

    scenarios: tuple[Scenario, ...]
    parameters: Parameters
    clock: Clock
    curves: RedemptionCurves
    trials: int
    minor_digits: int
    whole: bool

    @property
    def shape(self) -> tuple[int, int, int]:
        """(campaigns, segments, trials)."""
        return len(self.clock.campaigns), len(self.parameters.segments), self.trials

    @property
    def shape_together(self) -> tuple[int, int, int]:
        """(campaigns, 1, trials), of what all segments share."""
        return len(self.clock.campaigns), 1, self.trials

    def zeros(self) -> Array:
        return np.zeros(self.shape)

    def zeros_together(self) -> Array:
        return np.zeros(self.shape_together)

    def days(self, name: str) -> NDArray[np.float64]:
        """A day of each campaign, (campaign, 1, 1); infinite for never (`Clock.days`)."""
        return self.clock.days(name)

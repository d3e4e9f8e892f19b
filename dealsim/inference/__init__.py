"""What a register of vouchers teaches about a scenario's inputs (docs/model.md, 15)."""

from __future__ import annotations

from dealsim.inference.likelihood import Likelihood
from dealsim.inference.observations import Observations, observe, past_of
from dealsim.inference.posterior import GoodnessOfFit, InputUpdate, update_inputs

__all__ = [
    "GoodnessOfFit",
    "InputUpdate",
    "Likelihood",
    "Observations",
    "observe",
    "past_of",
    "update_inputs",
]

"""Inference: what a register of vouchers teaches about a scenario's inputs (docs/model.md, 15)."""

from __future__ import annotations

from dealsim.inference.observations import Observations, observe
from dealsim.inference.posterior import GoodnessOfFit, InputUpdate, update_inputs

__all__ = ["GoodnessOfFit", "InputUpdate", "Observations", "observe", "update_inputs"]

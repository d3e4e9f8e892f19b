"""What a register of vouchers teaches about a scenario's inputs (docs/model.md, 15)."""

from __future__ import annotations

from dealsim.inference.likelihood import Likelihood
from dealsim.inference.observations import Seen, past_of, seen
from dealsim.inference.posterior import Fit, Update, update

__all__ = ["Fit", "Likelihood", "Seen", "Update", "past_of", "seen", "update"]

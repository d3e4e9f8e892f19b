"""What really happened: a voucher register, and what it teaches about a scenario's inputs."""

from __future__ import annotations

from dealsim.actuals.chances import Likelihood
from dealsim.actuals.observed import Daily, Seen, daily, known_day, past_of, seen
from dealsim.actuals.register import EVENTS, Actuals, read_register
from dealsim.actuals.update import Fit, Update, update

__all__ = [
    "EVENTS",
    "Actuals",
    "Daily",
    "Fit",
    "Likelihood",
    "Seen",
    "Update",
    "daily",
    "known_day",
    "past_of",
    "read_register",
    "seen",
    "update",
]

"""The simulation: one scenario, or several on the same futures, through the whole engine."""

from __future__ import annotations

from dealsim.simulation.jobs import KEEP, KEPT, Conditioning, make_context
from dealsim.simulation.run import check_arguments, simulate, simulate_paired
from dealsim.simulation.workers import memory_needed

__all__ = [
    "KEEP",
    "KEPT",
    "Conditioning",
    "check_arguments",
    "make_context",
    "memory_needed",
    "simulate",
    "simulate_paired",
]

"""The simulation: one scenario, or several on the same futures, through the whole engine."""

from __future__ import annotations

from dealsim.simulation.jobs import Conditioning, make_context
from dealsim.simulation.limits import TooMuchMemory, check_arguments, memory_needed
from dealsim.simulation.means import chance_spread, conditional_means
from dealsim.simulation.precision import FIRST, MOST, Precision, read_precision
from dealsim.simulation.run import KEEP, KEPT, simulate, simulate_paired

__all__ = [
    "FIRST",
    "KEEP",
    "KEPT",
    "MOST",
    "Conditioning",
    "Precision",
    "TooMuchMemory",
    "chance_spread",
    "check_arguments",
    "conditional_means",
    "make_context",
    "memory_needed",
    "read_precision",
    "simulate",
    "simulate_paired",
]

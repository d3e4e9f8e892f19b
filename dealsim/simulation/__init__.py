"""The simulation: one scenario, or several on the same futures, through the whole engine."""

from __future__ import annotations

from dealsim.simulation.limits import check_arguments, memory_needed
from dealsim.simulation.means import chance_spread, conditional_means
from dealsim.simulation.run import (
    KEEP,
    KEPT,
    Conditioning,
    make_context,
    simulate,
    simulate_paired,
)

__all__ = [
    "KEEP",
    "KEPT",
    "Conditioning",
    "chance_spread",
    "check_arguments",
    "conditional_means",
    "make_context",
    "memory_needed",
    "simulate",
    "simulate_paired",
]

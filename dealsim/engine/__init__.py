"""The engine: draws, time grid, and the steps of the model."""

from dealsim.engine.chance import Array, Chance, Expected, Sampled
from dealsim.engine.declare import Count, Declaration, Line
from dealsim.engine.grid import Grid, build_grid
from dealsim.engine.inputs import (
    INSIDE,
    Inputs,
    Matrix,
    Provider,
    Streams,
    at_means,
    correlate,
    draw,
)
from dealsim.engine.loop import declared_counts, declared_lines, run_chunk
from dealsim.engine.redeem import EARLY, Timing
from dealsim.engine.resume import Past, open_shares
from dealsim.engine.sell import shares_of
from dealsim.engine.unclaimed import escheat_each, idle_lines
from dealsim.engine.world import Minor, Paths, World, minor_units

__all__ = [
    "EARLY",
    "INSIDE",
    "Array",
    "Chance",
    "Count",
    "Declaration",
    "Expected",
    "Grid",
    "Inputs",
    "Line",
    "Matrix",
    "Minor",
    "Past",
    "Paths",
    "Provider",
    "Sampled",
    "Streams",
    "Timing",
    "World",
    "at_means",
    "build_grid",
    "correlate",
    "declared_counts",
    "declared_lines",
    "draw",
    "escheat_each",
    "idle_lines",
    "minor_units",
    "open_shares",
    "run_chunk",
    "shares_of",
]

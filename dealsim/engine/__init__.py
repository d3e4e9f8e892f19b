"""The engine: draws, time grid, and the steps of the model."""

from dealsim.engine.chance import Array, Chance, Expected, Sampled
from dealsim.engine.declare import Count, Declaration, Line
from dealsim.engine.grid import Grid, build_grid
from dealsim.engine.inputs import Inputs, Matrix, Provider, Streams, at_means, draw
from dealsim.engine.loop import declared_counts, declared_lines, run_chunk
from dealsim.engine.unclaimed import escheat_each, idle_lines
from dealsim.engine.world import Minor, Paths, minor_units

__all__ = [
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
    "Paths",
    "Provider",
    "Sampled",
    "Streams",
    "at_means",
    "build_grid",
    "declared_counts",
    "declared_lines",
    "draw",
    "escheat_each",
    "idle_lines",
    "minor_units",
    "run_chunk",
]

"""The engine: draws, the clock, and the mechanisms of the model."""

from __future__ import annotations

from dealsim.engine.clock import Campaign, Clock, Step, build_clock
from dealsim.engine.context import Context
from dealsim.engine.curves import RedemptionCurves
from dealsim.engine.draws import Array, Draws, MeanDraws, SampledDraws
from dealsim.engine.history import ENDED, History
from dealsim.engine.inputs import (
    INSIDE,
    Matrix,
    Provider,
    Streams,
    at_means,
    at_means_of,
    correlate,
    draw,
    draw_campaigns,
    inputs_of,
    path_of,
    ranks_of,
)
from dealsim.engine.loop import World, run_chunk, run_paired
from dealsim.engine.pairing import PairedDraws
from dealsim.engine.parameters import EARLY, Parameters, parameters, voucher_parameters
from dealsim.engine.recorder import Minor, Recorder, Records, minor_units
from dealsim.engine.sales_tax import Taxed
from dealsim.engine.state import Flows, State

__all__ = [
    "EARLY",
    "ENDED",
    "INSIDE",
    "Array",
    "Campaign",
    "Clock",
    "Context",
    "Draws",
    "Flows",
    "History",
    "Matrix",
    "MeanDraws",
    "Minor",
    "PairedDraws",
    "Parameters",
    "Provider",
    "Recorder",
    "Records",
    "RedemptionCurves",
    "SampledDraws",
    "State",
    "Step",
    "Streams",
    "Taxed",
    "World",
    "at_means",
    "at_means_of",
    "build_clock",
    "correlate",
    "draw",
    "draw_campaigns",
    "inputs_of",
    "minor_units",
    "parameters",
    "path_of",
    "ranks_of",
    "run_chunk",
    "run_paired",
    "voucher_parameters",
]

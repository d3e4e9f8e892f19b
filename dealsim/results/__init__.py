"""Results: measures, summary, verdict and gates of a simulation."""

from __future__ import annotations

from dealsim.results.advice import ENOUGH
from dealsim.results.campaigns import best_number, campaign_names, ordinal
from dealsim.results.gates import parse_statement, unmet
from dealsim.results.measures import (
    PATH_TRIALS,
    TIMELINE_TRIALS,
    Futures,
    Gathered,
    Measured,
    measure,
    own_metrics,
)
from dealsim.results.precise import PreciseMean
from dealsim.results.result import Result
from dealsim.results.series import STOCKS, marks_of, turns_of
from dealsim.results.summary import clipping_warnings
from dealsim.results.typical import typical_weights

__all__ = [
    "ENOUGH",
    "PATH_TRIALS",
    "STOCKS",
    "TIMELINE_TRIALS",
    "Futures",
    "Gathered",
    "Measured",
    "PreciseMean",
    "Result",
    "best_number",
    "campaign_names",
    "clipping_warnings",
    "marks_of",
    "measure",
    "ordinal",
    "own_metrics",
    "parse_statement",
    "turns_of",
    "typical_weights",
    "unmet",
]

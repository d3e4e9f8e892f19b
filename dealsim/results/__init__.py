"""Results: measures, summary, verdict and gates of a simulation."""

from __future__ import annotations

from dealsim.results.futures import Futures
from dealsim.results.gates import parse_statement, unmet
from dealsim.results.measures import STOCKS, Measured, marks_of, measure, turns_of
from dealsim.results.result import Result
from dealsim.results.summary import clipping_warnings
from dealsim.results.typical import typical_weights

__all__ = [
    "STOCKS",
    "Futures",
    "Measured",
    "Result",
    "clipping_warnings",
    "marks_of",
    "measure",
    "parse_statement",
    "turns_of",
    "typical_weights",
    "unmet",
]

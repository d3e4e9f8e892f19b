"""Results: measures, summary, verdict and gates of a simulation."""

from __future__ import annotations

from dealsim.results.futures import Futures
from dealsim.results.gates import parse_statement, unmet
from dealsim.results.measures import Measured, marks_of, measure
from dealsim.results.result import Result
from dealsim.results.summary import clipping_warnings

__all__ = [
    "Futures",
    "Measured",
    "Result",
    "clipping_warnings",
    "marks_of",
    "measure",
    "parse_statement",
    "unmet",
]

"""Scenarios: the file format, its presets, and reading it with every mistake explained."""

from dealsim.scenario.books import (
    Accounting,
    Alternative,
    Correlation,
    Expectation,
    Run,
)
from dealsim.scenario.canonical import dump
from dealsim.scenario.correlated import normal_matrix, paths_of
from dealsim.scenario.customers import (
    Overspend,
    Returns,
    Segment,
    SegmentLate,
    SegmentRedemption,
    SegmentRush,
)
from dealsim.scenario.expectations import METRICS, Measured, parse_measured
from dealsim.scenario.explanation import Row, explain
from dealsim.scenario.models import FORMAT, KINDS, Scenario
from dealsim.scenario.packaged import library, library_text
from dealsim.scenario.presets import Terms, jurisdiction_terms
from dealsim.scenario.provenance import Provenance
from dealsim.scenario.read import check, load
from dealsim.scenario.schema import json_schema
from dealsim.scenario.template import QUESTIONS, Question, new_scenario
from dealsim.scenario.terms import (
    Business,
    Deal,
    Instalment,
    Instalments,
    Late,
    OnRedemption,
    Platform,
    Redemption,
    Rush,
)

__all__ = [
    "FORMAT",
    "KINDS",
    "METRICS",
    "QUESTIONS",
    "Accounting",
    "Alternative",
    "Business",
    "Correlation",
    "Deal",
    "Expectation",
    "Instalment",
    "Instalments",
    "Late",
    "Measured",
    "OnRedemption",
    "Overspend",
    "Platform",
    "Provenance",
    "Question",
    "Redemption",
    "Returns",
    "Row",
    "Run",
    "Rush",
    "Scenario",
    "Segment",
    "SegmentLate",
    "SegmentRedemption",
    "SegmentRush",
    "Terms",
    "check",
    "dump",
    "explain",
    "json_schema",
    "jurisdiction_terms",
    "library",
    "library_text",
    "load",
    "new_scenario",
    "normal_matrix",
    "parse_measured",
    "paths_of",
]

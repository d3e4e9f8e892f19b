"""Scenarios: the file format, its presets, and reading it with every mistake explained."""

from dealsim.scenario.explanation import Row, explain
from dealsim.scenario.language.provenance import Provenance
from dealsim.scenario.language.yamlfile import FORMAT
from dealsim.scenario.loading import check, check_text, in_parts, load
from dealsim.scenario.model.audience import LEAST_DISCOUNT, ON_CREDIT, SEGMENT_OF, Audience
from dealsim.scenario.model.books import (
    Accounting,
    Alternative,
    Correlation,
    Expectation,
    Run,
    SalesTax,
)
from dealsim.scenario.model.correlations import normal_matrix, paths_of
from dealsim.scenario.model.customers import (
    Overspend,
    Returns,
    Segment,
    SegmentLate,
    SegmentRedemption,
    SegmentRush,
    VoucherBill,
)
from dealsim.scenario.model.expectations import METRICS, Statistic, parse_measured
from dealsim.scenario.model.expectations import Statistic as Measured
from dealsim.scenario.model.feedback import feedback
from dealsim.scenario.model.scenario import Scenario, Survey
from dealsim.scenario.model.shape import is_length, number_field
from dealsim.scenario.model.staffing import Staffed
from dealsim.scenario.model.terms import (
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
from dealsim.scenario.model.trades import KINDS, kind_of
from dealsim.scenario.packaged import library, library_text
from dealsim.scenario.presets.jurisdictions import LegalTerms, jurisdiction_terms
from dealsim.scenario.questions import Question, questions
from dealsim.scenario.schema import json_schema
from dealsim.scenario.template import new_scenario
from dealsim.scenario.wording import in_words, range_in_words, value_in_words
from dealsim.scenario.writer import dump

__all__ = [
    "FORMAT",
    "KINDS",
    "LEAST_DISCOUNT",
    "METRICS",
    "ON_CREDIT",
    "SEGMENT_OF",
    "Accounting",
    "Alternative",
    "Audience",
    "Business",
    "Correlation",
    "Deal",
    "Expectation",
    "Instalment",
    "Instalments",
    "Late",
    "LegalTerms",
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
    "SalesTax",
    "Scenario",
    "Segment",
    "SegmentLate",
    "SegmentRedemption",
    "SegmentRush",
    "Staffed",
    "Statistic",
    "Survey",
    "VoucherBill",
    "check",
    "check_text",
    "dump",
    "explain",
    "feedback",
    "in_parts",
    "in_words",
    "is_length",
    "json_schema",
    "jurisdiction_terms",
    "kind_of",
    "library",
    "library_text",
    "load",
    "new_scenario",
    "normal_matrix",
    "number_field",
    "parse_measured",
    "paths_of",
    "questions",
    "range_in_words",
    "value_in_words",
]

"""Scenarios: the file format, its presets, and reading it with every mistake explained."""

from dealsim.scenario.books import (
    Accounting,
    Alternative,
    Correlation,
    Expectation,
    Run,
)
from dealsim.scenario.customers import (
    Overspend,
    Returns,
    Segment,
    SegmentLate,
    SegmentRedemption,
    SegmentRush,
)
from dealsim.scenario.models import FORMAT, KINDS, Scenario
from dealsim.scenario.provenance import Provenance
from dealsim.scenario.read import check, load
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
    "Accounting",
    "Alternative",
    "Business",
    "Correlation",
    "Deal",
    "Expectation",
    "Instalment",
    "Instalments",
    "Late",
    "OnRedemption",
    "Overspend",
    "Platform",
    "Provenance",
    "Redemption",
    "Returns",
    "Run",
    "Rush",
    "Scenario",
    "Segment",
    "SegmentLate",
    "SegmentRedemption",
    "SegmentRush",
    "check",
    "load",
]

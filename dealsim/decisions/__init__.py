"""Decisions: what to ask for, and which of several deals is better, on futures they share."""

from __future__ import annotations

from dealsim.decisions.breakeven import Breakeven, Point, Solution, breakeven
from dealsim.decisions.cluster import cluster
from dealsim.decisions.compare import Comparison, Difference, Option, compare
from dealsim.decisions.counter_offer import LIMIT, CounterOffer, Term, check_limit, counter_offer
from dealsim.decisions.frontier import Frontier, FrontierPoint, frontier
from dealsim.decisions.grid import Axis, parse_axis, parse_over
from dealsim.decisions.optimize import Candidate, Optimum, Range, optimize
from dealsim.decisions.precise import Reached
from dealsim.decisions.sensitivity import InputSensitivity, Sensitivity, sensitivity
from dealsim.decisions.sweep import Cell, Sweep, sweep
from dealsim.decisions.target import DEFAULT, Target, parse_target
from dealsim.decisions.whatif import WhatIf, what_if

__all__ = [
    "DEFAULT",
    "LIMIT",
    "Axis",
    "Breakeven",
    "Candidate",
    "Cell",
    "Comparison",
    "CounterOffer",
    "Difference",
    "Frontier",
    "FrontierPoint",
    "InputSensitivity",
    "Optimum",
    "Option",
    "Point",
    "Range",
    "Reached",
    "Sensitivity",
    "Solution",
    "Sweep",
    "Target",
    "Term",
    "WhatIf",
    "breakeven",
    "check_limit",
    "cluster",
    "compare",
    "counter_offer",
    "frontier",
    "optimize",
    "parse_axis",
    "parse_over",
    "parse_target",
    "sensitivity",
    "sweep",
    "what_if",
]

"""Decisions: what to ask for, and which of several deals is better, on futures they share."""

from __future__ import annotations

from dealsim.decisions.breakeven import Breakeven, Point, Solution, breakeven
from dealsim.decisions.compare import Comparison, Difference, Option, compare
from dealsim.decisions.counter_offer import LIMIT, CounterOffer, Term, counter_offer
from dealsim.decisions.frontier import Frontier, FrontierPoint, frontier
from dealsim.decisions.optimize import Candidate, Optimum, Range, optimize
from dealsim.decisions.sensitivity import InputSensitivity, Sensitivity, sensitivity
from dealsim.decisions.sweep import Axis, Sweep, sweep
from dealsim.decisions.target import DEFAULT, Target, parse_target

__all__ = [
    "DEFAULT",
    "LIMIT",
    "Axis",
    "Breakeven",
    "Candidate",
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
    "Sensitivity",
    "Solution",
    "Sweep",
    "Target",
    "Term",
    "breakeven",
    "compare",
    "counter_offer",
    "frontier",
    "optimize",
    "parse_target",
    "sensitivity",
    "sweep",
]

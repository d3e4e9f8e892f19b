"""Uncertain values: how they are written, and their inverse CDF, mean and quantiles."""

from dealsim.uncertain.datafile import read_values
from dealsim.uncertain.distributions import Distribution
from dealsim.uncertain.excess import Excess, excess
from dealsim.uncertain.field import (
    AT_LEAST_ONE,
    COUNT,
    DURATION,
    DURATION0,
    MONEY,
    NONNEGATIVE,
    NUMBER,
    POSITIVE,
    POSITIVE_MONEY,
    SHARE,
    STARS,
    Field,
)
from dealsim.uncertain.parse import parse
from dealsim.uncertain.problems import ValueProblem, ValueProblems
from dealsim.uncertain.value import Uncertain, constant, from_values

__all__ = [
    "AT_LEAST_ONE",
    "COUNT",
    "DURATION",
    "DURATION0",
    "MONEY",
    "NONNEGATIVE",
    "NUMBER",
    "POSITIVE",
    "POSITIVE_MONEY",
    "SHARE",
    "STARS",
    "Distribution",
    "Excess",
    "Field",
    "Uncertain",
    "ValueProblem",
    "ValueProblems",
    "constant",
    "excess",
    "from_values",
    "parse",
    "read_values",
]

"""Gates: what they measure and where their borders are, on futures made by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from dealsim import UsageError
from dealsim.results import parse_statement, unmet
from dealsim.results.gates import value_of
from dealsim.scenario import parse_measured
from tests.conftest import MakeResult, MakeScenario
from tests.engine.library import PLAIN

NAN = math.nan

DAYS = [10.0, 20.0, NAN, 30.0]
"""Payback of four trials, one of them never: mean 20, defined in three."""


@pytest.mark.parametrize(
    ("measured", "value"),
    [
        ("payback_days", 20.0),
        ("P(payback_days >= 20)", 2 / 4),
        ("P(payback_days > 20)", 1 / 4),
        ("P(payback_days <= 20)", 2 / 4),
        ("P(payback_days < 20)", 1 / 4),
        ("P(loss)", 1 / 4),
        ("incremental_profit", -0.5),
    ],
)
def test_what_a_gate_measures(measured: str, value: float, futures: MakeResult) -> None:
    """An undefined trial is in no relation to anything, and to earn nothing is no loss."""
    found = futures(payback_days=DAYS, incremental_profit=[-3.0, 0.0, 0.0, 1.0])
    assert value_of(parse_measured(measured), found) == value


@pytest.mark.parametrize(
    ("statement", "holds"),
    [
        ("P(loss) >= 25%", True),
        ("P(loss) > 25%", False),
        ("P(loss) <= 0.25", True),
        ("P(loss) < 25 %", False),
        ("incremental_profit >= -0.5", True),
        ("incremental_profit > -0.5", False),
        ("cost_per_new_regular < 5", None),
    ],
)
def test_statements_at_their_very_border(
    statement: str, holds: bool | None, futures: MakeResult
) -> None:
    found = futures(incremental_profit=[-3.0, 0.0, 0.0, 1.0], cost_per_new_regular=[NAN] * 4)
    parsed = parse_statement(statement)
    assert parsed.holds(found) is holds
    failing = unmet(found, (statement,))
    assert bool(failing) == (holds is not False), "a statement that holds, or nobody knows, fails"
    expected = replace(found, mode="expected")
    if statement.startswith("P"):
        assert parsed.holds(expected) is None


def test_limits_are_within_them(scenario: MakeScenario, futures: MakeResult) -> None:
    """A mean of exactly 2.5 meets both limits of 2.5, and neither beyond."""

    def told(low: float, high: float) -> list[str]:
        limits = {"expect": {"incremental_profit": {"at_least": low, "at_most": high}}}
        return unmet(futures(scenario(PLAIN, limits), incremental_profit=[2.0, 3.0]))

    assert told(2.5, 2.5) == []
    assert told(2.51, 3) == [
        "expect incremental_profit is not met: it is 2.5, below at_least: 2.51"
    ]
    assert told(2, 2.49) == ["expect incremental_profit is not met: it is 2.5, above at_most: 2.49"]


@pytest.mark.parametrize("wrong", ["profit", "P(loss) = 3", "P(loss) > x", "margin > 3"])
def test_what_is_no_statement(wrong: str) -> None:
    with pytest.raises(UsageError):
        parse_statement(wrong)

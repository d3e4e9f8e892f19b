"""One number's break-even for people: the value, how sure it is, and what holds on which side."""

from __future__ import annotations

from typing import TextIO

from dealsim.decisions import Breakeven, Solution, parse_target
from dealsim.output.decisions.values import Show, named, shower, wanted
from dealsim.output.drawing.wording import amount
from dealsim.output.labels import unit_of
from dealsim.output.terminal.console import Printer
from dealsim.scenario import Scenario
from dealsim.units import format_count, format_share


def print_breakeven(found: Breakeven, scenario: Scenario, stream: TextIO | None = None) -> None:
    """The answer in sentences, and what it was searched on."""
    out = Printer(stream, scenario.currency)
    show = shower(scenario.currency)
    out.paragraph(answer(found, scenario, show), style="bold")
    out.paragraph("")
    low, high = (show(found.path, end) for end in found.searched)
    now = "" if found.now is None else f" Today it is {show(found.path, found.now)}."
    out.paragraph(f"Looked for from {low} to {high}, everything else as it is, demand too.{now}")


def answer(found: Breakeven, scenario: Scenario, show: Show) -> str:
    """The answer, honest about none and many."""
    goal, name = wanted(found.target, scenario.currency), named(found.path)
    low, high = (show(found.path, end) for end in found.searched)
    if found.status == "none":
        if found.always:
            return f"The deal {goal} whatever {name} is, from {low} to {high}."
        assert found.nearest is not None
        value, reached = found.nearest
        return (
            f"No value of {name} from {low} to {high} will do: that the deal {goal} comes nearest "
            f"at {show(found.path, value)}, with {_reached(found.target, reached, scenario)}."
        )
    if found.status == "found":
        one = found.solutions[0]
        side = "at most" if one.holds == "up to" else "at least"
        return f"The deal {goal} where {name} is {side} {_value(one, found.path, show)}."
    values = "; ".join(f"{s.holds} {_value(s, found.path, show)}" for s in found.solutions)
    return (
        f"That the deal {goal} begins or ends at {len(found.solutions)} values of {name}: {values}."
    )


def _value(solution: Solution, path: str, show: Show) -> str:
    """A value with its simulation error, where that can be seen at all."""
    text = show(path, solution.value)
    if not solution.se or show(path, solution.se) == show(path, 0.0):
        return text
    return f"{text} (\N{PLUS-MINUS SIGN}{show(path, solution.se)})"


def _reached(target: str, value: float, scenario: Scenario) -> str:
    statement = parse_target(target)
    if statement.is_probability:
        return format_share(value)
    if unit_of(statement.metric) == "money":
        return amount(value, scenario.currency)
    return format_count(value)

"""Gates: statements about a result that a script or a scenario's `expect:` wants to hold.

`METRIC >= X` speaks of the metric's mean, `P(loss) <= X` of the chance that incremental_profit is
negative, `P(METRIC >= X) >= Y` of the chance of a statement about single futures.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dealsim.errors import UsageError
from dealsim.simulation import Result
from dealsim.summary import mean_of

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_NUMBER = r"(?P<{0}>[-+]?[\d.,]+(?:[eE][-+]?\d+)?\s*%?)"
_OP = r"(?P<{0}><=|>=|<|>)"
_PROBABILITY = re.compile(
    rf"P\(\s*(?:loss|(?P<metric>\w+)\s*{_OP.format('inner')}\s*{_NUMBER.format('level')})\s*\)"
)
_STATEMENT = re.compile(rf"(?P<left>.+?)\s*{_OP.format('op')}\s*{_NUMBER.format('right')}\s*$")


@dataclass(frozen=True)
class Quantity:
    """What a gate measures: a metric's mean, or the chance of `metric op level`."""

    metric: str
    op: str | None = None
    level: float = 0.0

    def of(self, result: Result) -> float | None:
        """Its value in a result; None where it is undefined (no risk in expected mode)."""
        values = result.metrics[self.metric]
        defined = values[~np.isnan(values)]
        if self.op is None:
            return mean_of(result, self.metric)
        if result.mode == "expected":
            return None
        compare = {"<=": np.less_equal, ">=": np.greater_equal, "<": np.less, ">": np.greater}
        return float(compare[self.op](defined, self.level).sum() / len(values))


def parse_quantity(text: str, known: tuple[str, ...]) -> Quantity:
    """`METRIC`, `P(loss)` or `P(METRIC >= X)`; raises UsageError."""
    text = text.strip()
    match = _PROBABILITY.fullmatch(text)
    if match is None:
        return Quantity(_known(text, known))
    if match["metric"] is None:
        return Quantity("incremental_profit", "<", 0.0)
    return Quantity(_known(match["metric"], known), match["inner"], parse_number(match["level"]))


def parse_number(text: str) -> float:
    """`-5000`, `1,000` or `10%`."""
    text = text.strip().replace(",", "")
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        raise UsageError(f'"{text}" is not a number') from None


@dataclass(frozen=True)
class Statement:
    """A quantity compared with a number."""

    written: str
    quantity: Quantity
    op: str
    right: float

    def holds(self, result: Result) -> bool | None:
        """Whether it holds; None where its quantity is undefined."""
        value = self.quantity.of(result)
        return None if value is None else _COMPARE[self.op](value, self.right)


def parse_statement(text: str, known: tuple[str, ...]) -> Statement:
    """`P(loss) > 10%`, `incremental_profit < 0`; raises UsageError saying what is wrong."""
    match = _STATEMENT.fullmatch(text.strip())
    if match is None:
        raise UsageError(
            f'"{text}" is not a statement such as "P(loss) > 10%" or "incremental_profit < 0"'
        )
    quantity = parse_quantity(match["left"], known)
    return Statement(text, quantity, match["op"], parse_number(match["right"]))


def unmet(result: Result, fail_if: tuple[str, ...] = ()) -> list[str]:
    """Every gate that is not met, in words: those of `expect:`, then the `fail_if` statements."""
    known = tuple(result.metrics)
    found = []
    for name, gate in result.scenario.expect.items():
        quantity = parse_quantity(name, known)
        value = quantity.of(result)
        if value is None:
            found.append(f"expect {name}: undefined here, so it cannot be met")
            continue
        if gate.at_least is not None and value < gate.at_least:
            found.append(f"expect {name}: {value:,.6g} is below at_least {gate.at_least:,.6g}")
        if gate.at_most is not None and value > gate.at_most:
            found.append(f"expect {name}: {value:,.6g} is above at_most {gate.at_most:,.6g}")
    for text in fail_if:
        statement = parse_statement(text, known)
        holds = statement.holds(result)
        if holds is None:
            found.append(f'--fail-if "{text}": undefined here')
        elif holds:
            found.append(f'--fail-if "{text}" holds: {statement.quantity.of(result):,.6g}')
    return found


def _known(name: str, known: tuple[str, ...]) -> str:
    if name not in known:
        import difflib

        near = difflib.get_close_matches(name, known, 1)
        hint = f'; did you mean "{near[0]}"?' if near else f"; known: {', '.join(known)}"
        raise UsageError(f'no metric "{name}"{hint}')
    return name

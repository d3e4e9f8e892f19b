"""Gates: statements about a result that a script or a scenario's `expect:` wants to hold.

`METRIC >= X` speaks of the metric's mean, `P(loss) <= X` of the chance that incremental_profit is
negative, `P(METRIC >= X) >= Y` of the chance of a statement about single futures.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dealsim.engine import Array
from dealsim.errors import UsageError
from dealsim.results.result import Result
from dealsim.results.summary import mean_of
from dealsim.scenario import METRICS, Measured, parse_measured
from dealsim.units import did_you_mean, exact_number, plain_number, quoted

COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_STATEMENT = re.compile(r"(?P<left>P\(.*\)|[\w.]+)\s*(?P<relation><=|>=|<|>)\s*(?P<right>[^<>=]+)")


@dataclass(frozen=True)
class GateStatement:
    """A measured quantity compared with a number."""

    written: str
    measured: Measured
    relation: str
    right: float

    def holds(self, result: Result) -> bool | None:
        """Whether it holds; None where its quantity is undefined."""
        value = value_of(self.measured, result)
        return None if value is None else bool(COMPARE[self.relation](value, self.right))


def value_of(measured: Measured, result: Result) -> float | None:
    """A metric's mean or a probability; None where undefined: no risk in expected mode, no line of
    a section that the scenario does not have, no such deal."""
    values = _values(measured, result)
    if values is None:
        return None
    if measured.relation is None:
        whole = measured.of_campaign is None
        return mean_of(result, measured.metric) if whole else float(values.mean())
    if result.mode == "expected":
        return None
    # an undefined value (NaN) is in no relation to anything
    return float(np.mean(COMPARE[measured.relation](values, measured.bound)))


def _values(measured: Measured, result: Result) -> Array | None:
    """The quantity by trial; None where a result has none."""
    if measured.of_campaign is None:
        return result.metrics.get(measured.metric)
    number, metric = measured.of_campaign
    if number < len(result.by_campaign):
        return result.by_campaign[number].get(metric)
    return result.metrics.get(metric) if number == 0 and not result.by_campaign else None


def parse_statement(text: str) -> GateStatement:
    """`P(loss) > 10%`, `incremental_profit < 0`; raises UsageError saying what is wrong."""
    match = _STATEMENT.fullmatch(text.strip())
    if match is None:
        raise UsageError(
            f'{quoted(text)} is not a statement such as "P(loss) > 10%" or "incremental_profit < 0"'
            f"{_hint(text)}"
        )
    try:
        right = match["right"].strip()
        bound = float(exact_number(right.removesuffix("%"))) / (100 if right[-1] == "%" else 1)
        return GateStatement(text, parse_measured(match["left"]), match["relation"], bound)
    except ValueError as error:
        raise UsageError(f"{error} (in {quoted(text)}){_hint(text)}") from None


def _hint(text: str) -> str:
    """What was probably meant by a statement about no metric: of `loss > 10%`, `P(loss) > 10%`."""
    loss = re.fullmatch(
        r"(?:P\(\s*)?(?:p\(?)?\s*loss\)?\s*([<>]=?[^)]*)\)?", text.strip(), re.IGNORECASE
    )
    if re.fullmatch(r"P\(\s*loss\s*\)", text.strip(), re.IGNORECASE):
        return '; write how great it may be, as in "P(loss) <= 20%"'
    if loss is not None:
        meant = f"P(loss) {loss[1].strip()}"
        return f'; did you mean "{meant}"?' if meant != text.strip() else ""
    word = re.sub(r"^P\(\s*", "", text.strip()).split("<")[0].split(">")[0].strip(" )=")
    inside = [name for name in METRICS if word and word.lower() in name]
    near = did_you_mean(word, METRICS) or (inside[0] if len(inside) == 1 else None)
    if near is None and inside:
        return f"; did you mean one of {', '.join(inside)}?"
    return f'; did you mean "{near}"?' if near is not None and near != word else ""


def unmet(result: Result, fail_if: tuple[str, ...] = ()) -> list[str]:
    """Every gate that is not met, in words: those of `expect:`, then the `fail_if` statements."""
    found = []
    for name, gate in result.scenario.expect.items():
        value = value_of(parse_measured(name), result)
        if value is None:
            found.append(f"expect {name} is not met: it is undefined here")
            continue
        low, high = gate.at_least, gate.at_most
        shown = f"expect {name} is not met: it is {_shown(value)}"
        if low is not None and value < low:
            found.append(f"{shown}, below at_least: {_shown(low)}")
        if high is not None and value > high:
            found.append(f"{shown}, above at_most: {_shown(high)}")
    for statement in map(parse_statement, fail_if):
        holds = statement.holds(result)
        if holds is None:
            found.append(f"--fail-if {quoted(statement.written)}: it is undefined here")
        elif holds:
            value = value_of(statement.measured, result)
            found.append(
                f"--fail-if {quoted(statement.written)}: so it is, at {_shown(value or 0.0)}"
            )
    return found


def _shown(value: float) -> str:
    return plain_number(float(f"{value:.6g}"))

"""A frontier of two terms for people: what the second must be for each value of the first."""

from __future__ import annotations

from typing import TextIO

from dealsim.decisions import Frontier, FrontierPoint
from dealsim.output.decisions.values import Show, named, shower, wanted
from dealsim.output.terminal.console import Printer


def print_frontier(found: Frontier, stream: TextIO | None = None) -> None:
    """The finding, a row for each value of the first term, and how to read it."""
    out, show = Printer(stream, found.scenario.currency), shower(found.scenario.currency)
    out.paragraph(f"{heading_text(found)}.", style="bold")
    out.paragraph("")
    first, second = (named(path) for path in found.paths)
    rows = [
        (show(found.paths[0], point.first), _second(point, found.paths[1], show))
        for point in found.points
    ]
    out.table((f"where {first} is", f"{second} must be"), rows, left=(0, 1), wrapped=(0, 1))
    out.paragraph("")
    low, high = (show(found.paths[1], end) for end in found.searched[1])
    on = (
        "One future, with every input at its mean and nothing left to chance."
        if found.mode == "expected"
        else f"All on the same {found.trials:,} futures; after the sign stands the simulation's "
        "own error."
    )
    out.paragraph(
        f"For {found.target}, everything else as it is, demand too; the second looked for from "
        f"{low} to {high}. {on}"
    )


def heading_text(found: Frontier) -> str:
    """The two ends of the line in a sentence."""
    currency = found.scenario.currency
    goal, show = wanted(found.target, currency), shower(currency)
    known = [point for point in found.points if point.second is not None]
    if not known:
        word = "every" if all(point.status == "always" for point in found.points) else "no"
        return f"The deal {goal} at {word} value of both in the ranges looked at"
    first, second = (named(path) for path in found.paths)
    said = [
        f"{_second(one, found.paths[1], show, False)} with {first} at "
        f"{show(found.paths[0], one.first)}"
        for one in ((known[0],) if len(known) == 1 else (known[0], known[-1]))
    ]
    return f"The deal {goal} where {second} is {', and '.join(said)}"


def left_out(found: Frontier) -> str:
    """Which values of the first term have no point, and why."""
    show, parts = shower(found.scenario.currency), []
    for status, words in (("always", "it holds throughout"), ("never", "it never holds")):
        values = [point.first for point in found.points if point.status == status]
        if values:
            ends = {show(found.paths[0], end) for end in (min(values), max(values))}
            told = " to ".join(
                sorted(ends, key=lambda text: text != show(found.paths[0], values[0]))
            )
            parts.append(f"At {told} {words}.")
    return " ".join(parts)


def _second(point: FrontierPoint, path: str, show: Show, error: bool = True) -> str:
    if point.second is None:
        return "any value" if point.status == "always" else "no value will do"
    side = "at most" if point.holds == "up to" else "at least"
    text = f"{side} {show(path, point.second)}"
    if error and point.se and show(path, point.se) != show(path, 0.0):
        text += f" (\N{PLUS-MINUS SIGN}{show(path, point.se)})"
    return text + (" (not the only one)" if point.status == "many" else "")

"""Sensitivity for people: what matters, what is luck, and what is worth finding out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from dealsim.decisions import InputSensitivity, Sensitivity
from dealsim.output.drawing.wording import amount, count
from dealsim.output.labels import unit_of
from dealsim.output.terminal.console import Printer
from dealsim.scenario import Scenario, in_words, range_in_words
from dealsim.units import format_share

SHOWN = 12
"""Inputs in the table."""
LEAST = 0.005
"""Share of the variance below which an input is not told of."""


def print_sensitivity(found: Sensitivity, scenario: Scenario, stream: TextIO | None = None) -> None:
    """What matters most in a sentence, a table of inputs, and what is worth knowing."""
    out = Printer(stream, scenario.currency)
    out.paragraph(finding(found, scenario), style="bold")
    told = [one for one in found.inputs if one.variance_share >= LEAST][:SHOWN]
    if told:
        out.paragraph("")
        total = ("with others",) if any(one.total_share is not None for one in told) else ()
        headings = ("what you do not know", "range", "moves it", "explains", *total, "worth")
        out.table(
            headings, [_row(one, found, scenario) for one in told], left=(0, 1), wrapped=(0, 1)
        )
    out.paragraph("")
    out.paragraph(note(found, scenario))


def finding(found: Sensitivity, scenario: Scenario) -> str:
    """What explains most, what is luck, and what is most worth finding out."""
    first = next((one for one in found.inputs if one.variance_share >= LEAST), None)
    luck = (
        f"{format_share(found.chance_share)} of the doubt is luck that nobody can know beforehand"
    )
    if first is None:
        return f"No single thing that you do not know matters: {luck}."
    text = (
        f"What matters most is {in_words(first.path)}: it explains "
        f"{format_share(first.variance_share)} of the doubt about {_about(found)}; {luck}."
    )
    worth = [one for one in found.inputs if one.evppi is not None and one.evppi.told > 0]
    if worth and found.evpi is not None:
        best = max(worth, key=lambda one: one.evppi.told if one.evppi is not None else 0.0)
        assert best.evppi is not None
        text += (
            f" Before signing, finding out {in_words(best.path)} is worth up to "
            f"{amount(best.evppi.told, scenario.currency)}."
        )
    elif found.evpi is not None:
        text += " Nothing that you could find out before signing would change what is best."
    return text


def _about(found: Sensitivity) -> str:
    return "the profit" if found.metric == "incremental_profit" else found.metric


def _row(one: InputSensitivity, found: Sensitivity, scenario: Scenario) -> Sequence[str]:
    currency = scenario.currency
    low, high = one.values[0], one.values[-1]
    moves = _moves(one.means, found.metric, currency)
    total = () if one.total_share is None else (format_share(one.total_share),)
    worth = "" if one.evppi is None or one.evppi.told <= 0 else amount(one.evppi.told, currency)
    return (
        in_words(one.path),
        range_in_words(one.path, low, high, currency),
        moves,
        format_share(one.variance_share),
        *total,
        worth,
    )


def _moves(means: Sequence[float], metric: str, currency: str) -> str:
    first, last = (
        amount(value, currency) if unit_of(metric) == "money" else count(value)
        for value in (means[0], means[-1])
    )
    return f"{first}\N{RIGHTWARDS ARROW}{last}"


def note(found: Sensitivity, scenario: Scenario) -> str:
    """How to read it."""
    del scenario
    text = (
        f"Each range is the middle 90 % of what it may be; then the mean of {found.metric} at "
        "either end, all else as uncertain as it is. What it explains is its share of the "
        "variance by itself."
    )
    if found.evpi is not None:
        text += (
            " Worth is what knowing it before signing would add on average, by signing or not "
            "signing accordingly; left blank where that is not beyond the simulation's error."
        )
    return text

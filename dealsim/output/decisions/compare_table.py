"""A comparison for people: which option is best, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

import numpy as np

from dealsim.decisions import Comparison, Difference, Option
from dealsim.output.drawing.wording import amount
from dealsim.output.terminal.console import Printer
from dealsim.results.advice import ACCEPTABLE
from dealsim.units import format_share

PROFIT = "incremental_profit"


def print_comparison(found: Comparison, stream: TextIO | None = None) -> None:
    """The best option in a sentence, a table of all, and every pair's difference."""
    out = Printer(stream, found.currency)
    out.paragraph(f"{finding(found)}{caution(found)}", style="bold")
    out.paragraph("")
    out.table(*rows(found), wrapped=(0, 2))
    out.paragraph("")
    out.paragraph(note(found))


def rows(found: Comparison) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Headings and a row for each option."""
    best = ranking(found)[0]
    headings = ("option", "mean", "5\N{EN DASH}95 %", "loss", "regular", "beaten")
    return headings, [_row(option, best, found.currency) for option in found.options]


def note(found: Comparison) -> str:
    """How to read it."""
    return (
        f"All on the same {found.trials:,} futures, so that a difference is that of the terms and "
        "not of luck. Mean and 5 to 95 % are of profit; regular is what each customer who "
        "comes back at full price costs on average; beaten, how often the best option turns out "
        "better."
    )


def ranking(found: Comparison) -> list[Option]:
    """Options from the greatest mean profit down."""
    return sorted(found.options, key=lambda option: -float(option.metrics[PROFIT].mean()))


def finding(found: Comparison) -> str:
    """Which option brings most on average, and in how many futures it beats the next."""
    best, second, *_ = ranking(found)
    profit = float(best.metrics[PROFIT].mean())
    gain = best.metrics[PROFIT] - second.metrics[PROFIT]
    better = Difference(best.name, second.name, PROFIT, gain).probability_a_better
    if best.kind == "nothing":
        return (
            "Doing nothing is best on average: the next best, "
            f"{second.name}, costs {amount(-float(second.metrics[PROFIT].mean()), found.currency)} "
            f"on average and beats it in {format_share(1 - better)} of futures."
        )
    over = "doing nothing" if second.kind == "nothing" else second.name
    if not np.any(gain):
        return f"{best.name} and {over} come to the same in every future."
    return (
        f"{best.name} is best on average, at {amount(profit, found.currency)}; it is better than "
        f"{over} in {'every future' if better == 1 else format_share(better) + ' of futures'}, by "
        f"{amount(float(gain.mean()), found.currency)} on average."
    )


def caution(found: Comparison) -> str:
    """That the best may still lose, and more often than is sound; nothing where it does not."""
    best = ranking(found)[0]
    loss = float(np.mean(best.metrics[PROFIT] < 0))
    if loss <= ACCEPTABLE:
        return ""
    return f" But it loses money in {format_share(loss)} of futures."


def _row(option: Option, best: Option, currency: str) -> tuple[str, ...]:
    told = option.document()
    profit, cost = told["metrics"][PROFIT], told["cost_per_new_regular"]
    gain = best.metrics[PROFIT] - option.metrics[PROFIT]
    better = Difference(best.name, option.name, PROFIT, gain).probability_a_better
    beaten = "" if option is best else format_share(better)
    if option.kind == "nothing":
        return option.name, amount(0.0, currency), "", "", "", beaten
    each = "" if cost is None else "nothing" if cost <= 0 else amount(cost, currency)
    return (
        option.name,
        amount(profit["mean"], currency),
        _band(profit["p5"], profit["p95"], currency),
        format_share(told["probability_of_loss"]),
        each,
        beaten,
    )


def _band(low: float, high: float, currency: str) -> str:
    first, last = amount(low, currency), amount(high, currency)
    return first if first == last else f"{first} to {last}"

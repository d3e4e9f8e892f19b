"""Decisions on expected values alone for people: one future, hence no chances or errors."""

from __future__ import annotations

from typing import TextIO

from dealsim.decisions import Comparison, CounterOffer, Optimum, Sweep, Term
from dealsim.output.decisions.cells import MEAN, at_an_end, best_of, called, column, ranked
from dealsim.output.decisions.compare_table import ranking
from dealsim.output.decisions.counter_offer_table import reach, worth_text
from dealsim.output.decisions.optimum_text import at_ends, terms
from dealsim.output.decisions.values import Show, shower
from dealsim.output.drawing.wording import amount, earns
from dealsim.output.terminal.console import Printer
from dealsim.scenario import Scenario
from dealsim.units import format_count

PROFIT = "incremental_profit"
ONE_FUTURE = (
    "One future, with every input at its mean and nothing left to chance: what a deal risks it "
    "does not say. Leave --expected out for that."
)


def print_expected_offer(
    offer: CounterOffer, scenario: Scenario, stream: TextIO | None = None
) -> None:
    """What each term is worth and from where the deal breaks even."""
    out, currency = Printer(stream, scenario.currency), scenario.currency
    show, profit = shower(currency), offer.mean_profit
    out.paragraph(f"As it stands the deal {earns(profit, currency)}.", style="bold")
    for heading, levers in (
        ("What you can ask for, each alone:", offer.terms),
        ("What you can do yourself, each alone:", offer.own_levers),
    ):
        if levers:
            out.paragraph("")
            out.paragraph(heading)
            rows = [_term(term, currency, show) for term in levers]
            names = ("term", "now", "one step", "is worth", "breaks even")
            out.table(names, rows, left=(0, 2), wrapped=(0, 1, 2))
    out.paragraph("")
    out.paragraph(
        "A step's worth is what it adds to profit, everything else held as it is, demand too. "
        f"{ONE_FUTURE}"
    )


def _term(term: Term, currency: str, show: Show) -> tuple[str, ...]:
    breaks = reach(term.breakeven, term, show)
    return term.step.label, term.step.now, term.step.step, worth_text(term, currency), breaks


def print_expected_comparison(found: Comparison, stream: TextIO | None = None) -> None:
    """The best option, and the profit of each."""
    out, currency = Printer(stream, found.currency), found.currency
    best, second, *_ = ranking(found)
    gain = float(best.metrics[PROFIT][0] - second.metrics[PROFIT][0])
    first = "Doing nothing" if best.kind == "nothing" else best.name
    over = "doing nothing" if second.kind == "nothing" else second.name
    out.paragraph(f"{first} is best, by {amount(gain, currency)} over {over}.", style="bold")
    out.paragraph("")
    rows = []
    for option in found.options:
        cost = None if option.kind == "nothing" else option.document()["cost_per_new_regular"]
        each = "" if cost is None else "nothing" if cost <= 0 else amount(cost, currency)
        rows.append((option.name, amount(float(option.metrics[PROFIT][0]), currency), each))
    out.table(("option", "profit", "regular"), rows, wrapped=(0,))
    out.paragraph("")
    out.paragraph(f"Regular is what each customer who comes back at full price costs. {ONE_FUTURE}")


def print_expected_sweep(found: Sweep, most_rows: int, stream: TextIO | None = None) -> None:
    """The best and the worst cell, and the profit of each."""
    out, currency, order = Printer(stream, found.currency), found.currency, ranked(found)
    means = column(found, MEAN)
    text = "No cell is a valid deal."
    if order:
        best, worst = order[0], order[-1]
        text = f"{best_of(found)} of {format_count(len(order))} cells: {called(found, best)}, "
        text += f"which {earns(float(means[best]), currency)}."
        if best != worst:
            text += f" Worst: {called(found, worst)}, which {earns(float(means[worst]), currency)}."
        if ends := at_an_end(found, best):
            text += f" The best lies at an end of the values tried for {' and '.join(ends)}: "
            text += "beyond it may be better."
    out.paragraph(text, style="bold")
    out.paragraph("")
    shown = list(range(len(found.cells))) if len(found.cells) <= most_rows else order[:most_rows]
    several = len(found.scenarios) > 1
    named = [*(["scenario"] if several else []), *(axis.path for axis in found.axes)]
    rows = []
    for place in shown:
        cell, row = found.cells[place], found.rows[place]
        values = [*([cell.scenario] if several else []), *map(str, cell.values)]
        profit = amount(float(means[place]), currency) if row else "no valid deal"
        rows.append((*values, profit))
    out.table((*named, "profit"), rows, left=range(len(named)), wrapped=range(len(named)))
    out.paragraph("")
    out.paragraph(ONE_FUTURE)


def print_expected_optimum(found: Optimum, stream: TextIO | None = None) -> None:
    """The best terms, and whether they lie at an end of their ranges."""
    currency = found.scenario.currency
    out, show = Printer(stream, currency), shower(currency)
    now = f"As it stands the deal {earns(found.now.mean, currency)}."
    if found.best is None:
        text = f"Nothing found within these ranges meets {found.limit}. {now}"
    else:
        under = "" if found.limit is None else f" with {found.limit}"
        text = f"Best{under}: {terms(found.best.values, show)}. The deal then "
        text += f"{earns(found.best.mean, currency)}. {now}"
    out.paragraph(text, style="bold")
    if ends := at_ends(found, show):
        out.paragraph("")
        out.paragraph(ends)
    out.paragraph("")
    out.paragraph(f"Everything else is held as it is, demand too. {ONE_FUTURE}")

"""An optimum for people: the best terms, whether they lie at an end, and the frontier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TextIO

from dealsim.decisions import Candidate, Optimum
from dealsim.decisions.optimize import ends_of
from dealsim.output.decisions.values import Show, shower
from dealsim.output.drawing.wording import amount, earns
from dealsim.output.terminal.console import Printer
from dealsim.scenario import Scenario, is_length
from dealsim.units import format_share

NOTE = (
    "The rows are terms that no others found beat in both mean profit and how often they lose: "
    "the frontier. They were searched for on means, and these were simulated, all on the same "
    "futures. Everything else is held as it is, demand too: a dearer voucher may sell less."
)
"""How to read the table."""


def print_optimum(found: Optimum, stream: TextIO | None = None) -> None:
    """The finding, the frontier as a table, and how to read it."""
    scenario = found.scenario
    out, show = Printer(stream, scenario.currency), shower(scenario.currency)
    out.paragraph(finding(found), style="bold")
    if ends := at_ends(found, show):
        out.paragraph("")
        out.paragraph(ends)
    out.paragraph("")
    out.paragraph(scenario.name)
    paths = list(found.frontier[0].values) if found.frontier else []
    rows = [_row(one, paths, found, show) for one in shown(found)]
    headings = (*paths, "mean profit", "loss", "")
    out.table(headings, rows, left=(len(headings) - 1,), wrapped=range(len(paths)))
    out.paragraph("")
    out.paragraph(NOTE)


def shown(found: Optimum) -> list[Candidate]:
    """The frontier from least risk to most profit, the best among it, and the terms as they
    stand."""
    best = [] if found.best is None or found.best in found.frontier else [found.best]
    ordered = sorted([*found.frontier, *best], key=lambda one: one.mean)
    return [*ordered, found.now]


def finding(found: Optimum) -> str:
    """The best terms and what they come to beside those that stand; or how near any come."""
    currency = found.scenario.currency
    show = shower(currency)
    now = (
        f"As it stands the deal {earns(found.now.mean, currency)} on average and loses money in "
        f"{format_share(found.now.probability_of_loss)} of futures."
    )
    if found.best is None:
        text = f"Nothing found within these ranges meets {found.limit}."
        if found.frontier:
            least = found.frontier[0]
            text += (
                f" Least often a loss: {terms(least.values, show)}, in "
                f"{format_share(least.probability_of_loss)} of futures."
            )
        return f"{text} {now}"
    under = "" if found.limit is None else f" with {found.limit}"
    best = found.best
    return (
        f"Best on average{under}: {terms(best.values, show)}. The deal then "
        f"{earns(best.mean, currency)} on average (\N{PLUS-MINUS SIGN}"
        f"{amount(1.96 * best.mean_se, currency)}) and loses money in "
        f"{format_share(best.probability_of_loss)} of futures. {now}"
    )


def terms(values: Mapping[str, float], show: Show) -> str:
    """Terms in words: each path and its value."""
    parts = [f"{path} {show(path, value)}" for path, value in values.items()]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def at_ends(found: Optimum, show: Show) -> str:
    """Which ranges the best, or what comes nearest, lies at an end of: the ranges then decide."""
    best = found.best or next(iter(found.frontier), None)
    ends = () if best is None else ends_of(best, found.over)
    if best is None or not ends:
        return ""
    named = [f"{path} ({show(path, best.values[path])})" for path in ends]
    where = "lies at an end of its range" if len(named) == 1 else "lie at ends of their ranges"
    return (
        f"{' and '.join(named)} {where}: better terms may lie beyond. It says which way to "
        "bargain, not how far."
    )


def _row(one: Candidate, paths: Sequence[str], found: Optimum, show: Show) -> tuple[str, ...]:
    if one is found.now:
        values = [_now(path, found.scenario, show) for path in paths]
        mark = "as it stands"
    else:
        values = [show(path, one.values[path]) for path in paths]
        is_best = found.best is not None and one.values == found.best.values
        mark = "best" if is_best else "" if one.meets else "beyond the limit"
    return (
        *values,
        amount(one.mean, found.scenario.currency),
        format_share(one.probability_of_loss),
        mark,
    )


def _now(path: str, scenario: Scenario, show: Show) -> str:
    """Today's value, the mean where it is uncertain."""
    if is_length(path):
        return show(path, float((scenario.promo_expiry - scenario.sale_close).days))
    value = scenario.numbers().get(path)
    return "none" if value is None else show(path, value.mean())

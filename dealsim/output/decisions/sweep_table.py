"""A sweep for people: the best and the worst cell in a sentence, and a table of cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from dealsim.decisions import Sweep
from dealsim.decisions.sweep import REACHED
from dealsim.output.decisions.cells import (
    LOSS,
    MEAN,
    at_an_end,
    best_of,
    called,
    column,
    ranked,
)
from dealsim.output.drawing.wording import amount, earns
from dealsim.output.terminal.console import Printer
from dealsim.units import format_count, format_share

MOST_ROWS = 40
"""Cells shown in the order of the grid; of more, the best."""
BEST_ROWS = 20
ROOM = 34
"""Letters of a line that are left for what varies."""


def print_sweep(found: Sweep, stream: TextIO | None = None) -> None:
    """The finding, the cells, and how to read them."""
    out = Printer(stream, found.currency)
    out.paragraph(finding(found), style="bold")
    out.paragraph("")
    order = ranked(found)
    shown = range(len(found.cells)) if len(found.cells) <= MOST_ROWS else order[:BEST_ROWS]
    several = ["scenario"] if len(found.scenarios) > 1 else []
    named = [*several, *(axis.path for axis in found.axes)]
    rows = [_row(found, place) for place in shown]
    out.table(
        (*_headings(named, rows), "mean profit", "5\N{EN DASH}95 %", "loss"),
        rows,
        left=range(len(named)),
        wrapped=range(len(named)),
    )
    out.paragraph("")
    out.paragraph(note(found, len(shown)))


def finding(found: Sweep) -> str:
    """The best and the worst cell on average, and whether the best is at an end of what was tried.

    No better cell may be taken for the best there is: values beyond those tried may be better.
    """
    order = ranked(found)
    if not order:
        return "No cell is a valid deal."
    best = order[0]
    text = f"{best_of(found)} of {format_count(len(order))} cells: {_told(found, best)}"
    if len(order) == 1:
        return text
    text += f" Worst: {_told(found, order[-1])}"
    if ends := at_an_end(found, best):
        text += (
            f" The best lies at an end of the values tried for {' and '.join(ends)}: beyond it may "
            "be better."
        )
    return text


def _told(found: Sweep, place: int) -> str:
    profit, loss = column(found, MEAN)[place], column(found, LOSS)[place]
    return (
        f"{called(found, place)}, which {earns(float(profit), found.currency)} and loses money in "
        f"{format_share(float(loss))} of futures."
    )


def _headings(named: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The names of what varies; paths are broken at their dots where one line has no room."""
    widths = [
        max(len(name), *(len(row[place]) for row in rows)) for place, name in enumerate(named)
    ]
    return list(named) if sum(widths) <= ROOM else [name.replace(".", ".\n") for name in named]


def _row(found: Sweep, place: int) -> tuple[str, ...]:
    cell, row, currency = found.cells[place], found.rows[place], found.currency
    named = ([cell.scenario] if len(found.scenarios) > 1 else []) + list(map(str, cell.values))
    if not row:
        return (*named, "no valid deal", "", "")
    low, high = (_money(row[f"incremental_profit_{end}"], currency) for end in ("p5", "p95"))
    return (
        *named,
        _money(row[MEAN], currency),
        low if low == high else f"{low} to {high}",
        format_share(float(row[LOSS] or 0.0)),
    )


def _money(value: float | int | None, currency: str) -> str:
    return "" if value is None else amount(float(value), currency)


def _futures(found: Sweep) -> str:
    """How many futures a cell has, and what they were to be enough for."""
    if found.precision is None:
        return f"{format_count(found.trials)} futures"
    each = [int(row["trials"] or 0) for row in found.rows if row]
    least, most = (format_count(number) for number in (min(each), max(each)))
    many = least if least == most else f"{least} to {most}"
    missed = sum(1 for row in found.rows if row and not row[REACHED])
    short = f", which was not enough in {format_count(missed)} of them," if missed else ""
    return (
        f"as many futures as it took to know its mean profit within {found.precision}, 95 % sure "
        f"({many}){short}"
    )


def note(found: Sweep, shown: int) -> str:
    """How to read the table, and what it leaves out."""
    text = (
        f"Each cell is {_futures(found)} of seed {found.seed}. Loss is how "
        "often the deal leaves you worse off than without it."
    )
    if shown < len(found.cells):
        left_out = format_count(len(found.cells) - shown)
        text += f" These are the best; {left_out} more are in the files of -o."
    if found.refused:
        first = min(found.refused)
        many = len(found.refused)
        are = "1 cell is" if many == 1 else f"{format_count(many)} cells are"
        text += f" {are} no valid deal ({called(found, first)}: {found.refused[first]})."
    return text

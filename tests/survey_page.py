"""docs/surveys.md: the defaults beside the surveys, made of `tests.benchmarks.survey`."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.survey import (
    COST_TIE,
    DEALS,
    EVEN,
    TRIALS,
    chances_table,
    population,
    users_table,
)

_TEXT = Path(__file__).parent / "data" / "surveys.md"


def survey_page() -> str:
    """The page: its text, with the tables of today."""
    found = population(TRIALS)
    return _TEXT.read_text(encoding="utf-8").format(
        even=100 * EVEN,
        tie=COST_TIE,
        deals=_deals(),
        chances=chances_table(found),
        users=users_table(found),
    )


def _deals() -> str:
    rows = [
        "| kind | price | face value | usual ticket | variable cost |",
        "| --- | --- | --- | --- | --- |",
    ]
    for kind, (price, face, ticket, cost) in DEALS.items():
        tickets = ticket.replace("to ", "to $")
        rows.append(f"| {kind} | ${price:g} | ${face:g} | ${tickets} | {cost} |")
    return "\n".join(rows) + "\n"

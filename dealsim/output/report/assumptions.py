"""Sections on what the page rests on: assumptions, warnings, words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dealsim.output.html.blocks import Block, Chapter, Table
from dealsim.parts import PARTS
from dealsim.results import Result
from dealsim.scenario import Row, Scenario, explain, in_words, number_field, value_in_words

WORDS = (
    ("future", "one way it may go, drawn by chance: how many buy, who they are, when they come"),
    ("typical", "the future in the middle: as many turn out better as turn out worse (median)"),
    ("on average", "the sum over all futures, divided by their number (mean); a few very good or "
     "very bad ones pull it away from the typical one"),
    ("in nine futures of ten", "from the value that one future in twenty stays below to the one "
     "that one in twenty exceeds (5 % to 95 %)"),
    ("chance of a loss", "the share of futures in which you would have been better off without it"),
    ("what the deal changes in all", "profit with the deal less profit without it, everything "
     "counted: visits it replaces, people it brings back, service, what stays owed (incremental "
     "profit)"),
    ("the campaign by itself", "what an owner sees at the till: what the site pays, what is spent "
     "on top, less what serving voucher customers costs (campaign profit)"),
    ("people who come back", "customers who come a few times at full price because of the deal "
     "(new regulars)"),
    ("owed by law", "what holders of unused vouchers may ask for, though few do"),
    ("default", "a number that you did not give: dealsim's own, with its source or marked as a "
     "judgement"),
)  # fmt: skip
"""Words of the page, and what they mean."""

_MONEY = re.compile(r"[$\u00a3\u20ac\u00a5]|\b(?:USD|CAD|GBP|EUR)\b")
"""Amounts that a published source speaks of."""

OWN_HEADS = ("what", "your number", "nine in ten between")
DEFAULT_HEADS = ("what", "taken to be", "nine in ten between", "where it comes from")


def assumptions(scenario: Scenario) -> Chapter:
    """Every number simulated with, the owner's own first, defaults with where they come from."""
    rows = [row for row in explain(scenario) if row.mean is not None]
    own = [_cells(row, scenario.currency) for row in rows if not row.is_default]
    hidden = scenario.currency in PARTS
    rest = [(*_cells(row, scenario.currency), _from(row, hidden)) for row in rows if row.is_default]
    blocks = []
    if own:
        blocks.append(Block(table=Table("Your own numbers", OWN_HEADS, own), open=True))
    if rest:
        caption = "Numbers you did not give"
        blocks.append(Block(table=Table(caption, DEFAULT_HEADS, rest, words=(3,))))
    read = (
        f"{len(rest)} of the {len(rows)} numbers are dealsim's defaults, not yours: put your own "
        "in the scenario where you know better. A number in doubt is a range, and every future "
        "draws its own from it."
    )
    return Chapter("assumptions", "What this rests on", read, blocks)


def _cells(row: Row, currency: str) -> tuple[str, str, str]:
    words = in_words(row.path)
    assert row.mean is not None
    mean = _value(row.path, row.mean, currency)
    if row.p5 is None or row.p95 is None or row.p5 == row.p95:
        return words, mean, ""
    low, high = (_value(row.path, value, currency) for value in (row.p5, row.p95))
    return words, f"{mean} on average", f"{low} to {high}"


def _value(path: str, value: float, currency: str) -> str:
    if number_field(path.removeprefix("campaigns.")) is None and "." not in path:
        return f"{value:g}"
    return value_in_words(path, value, currency)


def _from(row: Row, hidden: bool) -> str:
    if hidden and row.source and _MONEY.search(row.source):
        return "judgement" if row.judgement else row.origin
    if row.judgement:
        return row.source or "judgement"
    return row.source or row.origin


def warnings(result: Result) -> Chapter | None:
    """What dealsim warned of; None where there was nothing."""
    found = [one.message + (f"; {one.hint}" if one.hint else "") for one in result.warnings]
    if not found:
        return None
    if result.scenario.currency in PARTS:
        read = "Left out here, since warnings repeat amounts: see the full page."
        return Chapter("warnings", "Warnings", read, [])
    read = "dealsim ran, but the following may not be what you meant, or limits what it can say."
    return Chapter("warnings", "Warnings", read, [Block(items=found)])


def glossary() -> Chapter:
    """The words of the page."""
    table = Table("Words used here", ("word", "meaning"), WORDS, words=(1,))
    read = "What the words on this page mean."
    return Chapter("words", "Words", read, [Block(table=table)], on_paper=False)


def sentences(result: Result) -> Sequence[str]:
    """What made the page: program, scenario, luck."""
    scenario = result.scenario
    return (
        f"{scenario.name}, from {scenario.starts} to {scenario.horizon_end}.",
        f"Amounts in {scenario.currency}, without sales tax.",
    )

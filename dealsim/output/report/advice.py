"""Sections on what to do: what to ask for, what matters, and what else the money could do."""

from __future__ import annotations

from collections.abc import Iterator

from dealsim.decisions import Comparison, CounterOffer, Sensitivity
from dealsim.decisions.briefing import Briefing
from dealsim.output.decisions import (
    compare_plot,
    compare_table,
    counter_offer_table,
    sensitivity_table,
    tornado_plot,
)
from dealsim.output.drawing.wording import amount
from dealsim.output.html.blocks import Block, Chapter, Table
from dealsim.output.html.pictures import Album
from dealsim.output.labels import plain
from dealsim.scenario import Scenario, in_words, range_in_words
from dealsim.units import format_share


def asking(offer: CounterOffer, scenario: Scenario) -> Chapter:
    """The counter-offer in full."""
    currency, heads = scenario.currency, counter_offer_table.headings(offer)
    blocks = []
    for caption, terms, first in (
        ("What you can ask for, each alone", offer.terms, "term"),
        ("What you can do yourself, each alone", offer.own_levers, "lever"),
    ):
        if terms:
            rows = [counter_offer_table.row(term, currency) for term in terms]
            table = Table(caption, (first, *heads), rows, words=(1, 2))
            blocks.append(Block(table=table, open=True))
    read = counter_offer_table.advice(offer, scenario)
    how = counter_offer_table.note(offer)
    return Chapter("ask", "What to ask for", read, blocks, how)


def matters(found: Sensitivity, scenario: Scenario, album: Album) -> Chapter:
    """What the result hangs on, what is luck, and what is worth finding out."""
    told = [one for one in found.inputs if one.means and one.variance_share > 0.005]
    rows = []
    for one in told:
        low, high = one.values[0], one.values[-1]
        worth = 0.0 if one.evppi is None else one.evppi.told
        rows.append(
            (
                in_words(one.path),
                range_in_words(one.path, low, high, scenario.currency),
                amount(one.means[0], scenario.currency),
                amount(one.means[-1], scenario.currency),
                format_share(one.variance_share),
                amount(worth, scenario.currency) if worth > 0 else "",
            )
        )
    heads = ("what you do not know", "nine in ten between", "result at the low end",
             "at the high end", "explains", "finding it out is worth")  # fmt: skip
    table = Table("What matters most", heads, rows, words=(1,))
    picture = album.picture("tornado", tornado_plot.draw(found)) if rows else None
    blocks = [Block(picture, table)] if rows else []
    read = sensitivity_table.finding(found, scenario)
    how = sensitivity_table.note(found, scenario).replace(found.metric, plain(found.metric))
    return Chapter("matters", "What matters, and what is worth finding out", read, blocks, how)


def others(found: Comparison, album: Album) -> Chapter:
    """Other uses of the money beside the deal."""
    heads, rows = compare_table.rows(found)
    picture = album.picture("profits", compare_plot.draw_profits(found))
    read, how = compare_table.finding(found), compare_table.note(found)
    table = Table("The deal and what else the money could do", heads, rows)
    blocks = [Block(picture), Block(table=table, open=True)]
    return Chapter("alternatives", "What else the money could do", read, blocks, how)


def decisions(found: Briefing, album: Album) -> Iterator[Chapter]:
    """The sections that the briefing has, but for what to ask for."""
    if found.sensitivity is not None:
        yield matters(found.sensitivity, found.scenario, album)
    if found.comparison is not None:
        yield others(found.comparison, album)

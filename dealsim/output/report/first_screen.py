"""What an owner reads who reads nothing else: the advice, three figures, and what to ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dealsim.decisions.briefing import Briefing
from dealsim.output.decisions.counter_offer_table import conditions
from dealsim.output.drawing.wording import amount, month
from dealsim.output.html.blocks import KeyFigure, Table
from dealsim.output.html.pictures import Picture
from dealsim.output.run.plots.cash import course
from dealsim.output.run.plots.phrases import median
from dealsim.parts import PARTS
from dealsim.results import Result
from dealsim.results.advice import ACCEPTABLE
from dealsim.units import format_count, format_share

NOTHING_SOLD = (
    "Whether vouchers are sold hangs on how many people may want one, and on how many must before "
    "the deal happens: look at both under What this rests on."
)
"""Why, where no voucher is sold in any future."""


PLACES = (
    ("twenty", "below", 5),
    ("ten", "below", 10),
    ("four", "below", 25),
    ("four", "above", 75),
    ("ten", "above", 90),
    ("twenty", "above", 95),
)
"""Percentiles that stand for the futures, in words."""


@dataclass(frozen=True)
class FirstScreen:
    """The advice and what it rests on: `asked` follows on `lead`; `futures` are the figures of
    the `picture`."""

    advice: str
    decision: str
    figures: Sequence[KeyFigure]
    lead: str
    asked: Sequence[str]
    picture: Picture
    futures: Table
    reasons: Sequence[str]


def first_screen(found: Briefing, picture: Picture) -> FirstScreen:
    """The first screen of a briefing; `picture` is that of the futures."""
    summary = found.result.summary()
    advice, *reasons = summary["verdict_sentences"]
    if not found.result.metrics["vouchers_sold"].any():
        reasons = [NOTHING_SOLD]
    if (currency := found.scenario.currency) in PARTS:
        reasons.insert(0, f"Amounts are hidden: each is told in {currency}.")
    lead, asked = _counter_offer(found)
    decision = (summary.get("advice") or {}).get("decision") or "none"
    figures = (_chance(found.result), _typical(found.result), _lowest(found.result))
    futures = _futures(found.result)
    return FirstScreen(advice, decision, figures, lead, asked, picture, futures, reasons)


def _futures(result: Result) -> Table:
    """The figures of the picture of all futures."""
    profit, currency = result.metrics["incremental_profit"], result.scenario.currency
    rows = [
        (f"one in {count} ends {side}", amount(float(np.percentile(profit, place)), currency))
        for count, side, place in PLACES
    ]
    rows.insert(len(rows) // 2, ("half end below, half above", amount(median(profit), currency)))
    return Table("The figures of this picture", ("of the futures", "result"), rows)


def _chance(result: Result) -> KeyFigure:
    risk = result.summary()["risk"]
    chance = format_share(risk["probability_of_loss"])
    of = f"of {format_count(result.trials)} simulated futures lose money"
    if result.trials == 1:
        of = "of the one simulated future: simulate more"
    tone = "bad" if risk["probability_of_loss"] > ACCEPTABLE else "good"
    return KeyFigure("Chance of a loss", chance, of, tone)


def _typical(result: Result) -> KeyFigure:
    profit, currency = result.metrics["incremental_profit"], result.scenario.currency
    low, middle, high = (float(q) for q in np.percentile(profit, (5, 50, 95)))
    span = f"nine in ten futures lie between {amount(low, currency)} and {amount(high, currency)}"
    tone = "bad" if middle < 0 else "good"
    return KeyFigure("Typical result", amount(middle, currency), f"the middle future; {span}", tone)


def _lowest(result: Result) -> KeyFigure:
    currency = result.scenario.currency
    lowest = float(np.median(result.metrics["lowest_cash"]))
    if lowest >= 0:
        return KeyFigure(
            "Lowest cash", amount(0.0, currency), "it never takes money out of the till"
        )
    days, fan = course(result)
    when = month(days[int(np.argmin(fan.p50))])
    more = f"out of pocket at the deepest, typically; about {when}"
    return KeyFigure("Lowest cash", amount(lowest, currency), more)


def _counter_offer(found: Briefing) -> tuple[str, Sequence[str]]:
    """What to ask for, each alone; none where no term gets there."""
    offer = found.offer
    if offer is None:
        return "", ()
    asked, limit = conditions(offer, found.scenario), format_share(offer.limit)
    if offer.chance <= offer.limit:
        if not asked:
            return f"It loses money in {limit} of futures at most, whatever the terms.", ()
        return "It stays so where one term alone goes no further:", asked
    if not asked:
        return (
            f"No single term, as far as anybody could bargain, brings the chance of a loss down to "
            f"{limit}: ask for several at once, or for none.",
            (),
        )
    return f"Ask for one of these; each alone brings the chance of a loss down to {limit}:", asked

"""The counter-offer for people: what to ask for, in a sentence and a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from dealsim.decisions import CounterOffer, Term
from dealsim.decisions.counter_offer import Crossing
from dealsim.output.decisions.values import Show, named, safe_side, shower
from dealsim.output.drawing.wording import amount, earns, is_nil
from dealsim.output.terminal.console import Printer
from dealsim.scenario import Scenario
from dealsim.units import format_share

MOST_ASKED = 3
"""Terms named in the first sentence."""


def print_counter_offer(
    offer: CounterOffer, scenario: Scenario, stream: TextIO | None = None
) -> None:
    """The advice, the table of terms, and the owner's own levers."""
    out, currency = Printer(stream, scenario.currency), scenario.currency
    show = shower(currency)
    out.paragraph(advice(offer, scenario), style="bold")
    out.paragraph("")
    out.paragraph(scenario.name)
    limit = format_share(offer.limit)
    if offer.terms:
        out.paragraph("What you can ask for, each alone:")
        headings = ("term", "now", "one step", "is worth", "breaks even", f"risk {limit}")
        out.table(
            headings,
            [_row(term, currency, show) for term in offer.terms],
            left=(0, 2),
            wrapped=(0, 1, 2),
        )
    if offer.own_levers:
        out.paragraph("")
        out.paragraph("What you can do yourself, each alone:")
        rows = [_row(term, currency, show)[:4] for term in offer.own_levers]
        out.table(
            ("lever", "now", "one step", "is worth"), rows, left=(0, 2), wrapped=(0, 1, 2, 4, 5)
        )
    out.paragraph("")
    out.paragraph(note(offer, currency))


def advice(offer: CounterOffer, scenario: Scenario) -> str:
    """Whether to sign as it stands, and if not what one of the terms would have to be."""
    limit = format_share(offer.limit)
    stands = (
        f"As it stands the deal loses money in {format_share(offer.chance)} of futures and "
        f"{earns(offer.mean_profit, scenario.currency)} on average."
    )
    asked = conditions(offer, scenario)
    if offer.chance <= offer.limit:
        if not asked:
            return f"{stands} That is within your limit of {limit}."
        return f"{stands} That is within your limit of {limit}, as long as {_any(asked, 'and')}."
    if not asked:
        return (
            f"{stands} No single term gets it down to {limit}: "
            "do not sign without changing several, or at all."
        )
    return f"{stands} To lose in {limit} at most, sign only if {_any(asked, 'or')}."


def conditions(offer: CounterOffer, scenario: Scenario) -> list[str]:
    """What each term alone would have to be for the limit to hold, first the most valuable."""
    show = shower(scenario.currency)
    return [
        _condition(str(term.step.path), term.for_limit, show)
        for term in offer.terms
        if term.for_limit is not None and term.for_limit.value is not None
    ]


def _any(asked: Sequence[str], word: str) -> str:
    few = asked[:MOST_ASKED]
    return few[0] if len(few) == 1 else f"{', '.join(few[:-1])} {word} {few[-1]}"


def _condition(path: str, crossing: Crossing, show: Show) -> str:
    side = "at most" if crossing.holds == "up to" else "at least"
    return f"{named(path)} is {side} {_safe(crossing, path, show)}"


def _safe(crossing: Crossing, path: str, show: Show) -> str:
    """The value of a crossing, rounded to the side on which the target holds."""
    assert crossing.value is not None
    return show(path, safe_side(path, crossing.value, down=crossing.holds == "up to"))


def _row(term: Term, currency: str, show: Show) -> tuple[str, ...]:
    path = str(term.step.path)
    worth = worth_text(term, currency)
    if term.status == "no number":
        return term.step.label, term.step.now, term.step.step, worth, "", ""
    return (
        term.step.label,
        term.step.now,
        term.step.step,
        worth,
        reach(term.breakeven, path, show),
        reach(term.for_limit, path, show),
    )


def worth_text(term: Term, currency: str) -> str:
    """What a step adds to mean profit; where only cash comes earlier, what that is worth.

    The error is told where it is a twentieth of the worth or more.
    """
    if abs(term.worth) <= 2 * term.worth_se or is_nil(term.worth, currency):
        if term.step.path is None and not is_nil(term.worth_npv, currency):
            return f"{_signed(term.worth_npv, currency)} in time"
        return "about nothing"
    error = amount(term.worth_se, currency)
    told = f" \N{PLUS-MINUS SIGN}{error}" if term.worth_se > 0.05 * abs(term.worth) else ""
    return _signed(term.worth, currency) + told


def _signed(value: float, currency: str) -> str:
    return f"{'+' if value > 0 else ''}{amount(value, currency)}"


def reach(crossing: Crossing | None, path: str, show: Show) -> str:
    """Where a target holds, for a table."""
    if crossing is None:
        return "never"
    if crossing.value is None:
        return "always"
    return f"{crossing.holds} {_safe(crossing, path, show)}"


def note(offer: CounterOffer, currency: str) -> str:
    """How to read it."""
    del currency
    return (
        "A step's worth is what it adds to profit on average, the same futures with it and "
        "without; after the sign stands the simulation's own error. Everything else is held as it "
        "is, demand too: a dearer voucher may sell less. \N{LEFT DOUBLE QUOTATION MARK}In "
        "time\N{RIGHT DOUBLE QUOTATION MARK} is money that only comes earlier, discounted. The "
        "last two columns are where the deal breaks even on average, and where it loses money in "
        f"{format_share(offer.limit)} of futures (--limit sets another), that term alone; never, "
        "where no value of it will do."
    )

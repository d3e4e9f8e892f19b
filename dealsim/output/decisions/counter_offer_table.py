"""The counter-offer for people: what to ask for, in a sentence and a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from dealsim.decisions import CounterOffer, Term
from dealsim.decisions.counter_offer import Crossing, is_within_reach
from dealsim.decisions.terms import NEW_ONLY, SERVE_FIRST
from dealsim.output.decisions.values import Show, named, safe_side, shower
from dealsim.output.drawing.wording import amount, earns, is_nil
from dealsim.output.terminal.console import Printer
from dealsim.scenario import Scenario
from dealsim.units import format_share

MOST_ASKED = 3
"""Terms named in the first sentence."""
DONE_OR_NOT = {
    NEW_ONLY: "Sold to none of the customers you have",
    SERVE_FIRST: "With your own customers served first",
}
"""Levers of one's own that are done or not, in a sentence."""
IN_TIME = " in time"
"""After a worth that is only of money which comes earlier."""


def print_counter_offer(
    offer: CounterOffer, scenario: Scenario, stream: TextIO | None = None
) -> None:
    """The advice, the table of terms, and the owner's own levers."""
    out, currency = Printer(stream, scenario.currency), scenario.currency
    out.paragraph(advice(offer, scenario), style="bold")
    out.paragraph("")
    out.paragraph(scenario.name)
    for caption, terms, first in (
        ("What you can ask for, each alone:", offer.terms, "term"),
        ("What you can do yourself, each alone:", offer.own_levers, "lever"),
    ):
        if terms:
            rows = [row(term, currency) for term in terms]
            out.paragraph(caption)
            out.table((first, *headings(offer)), rows, left=(0, 2), wrapped=(0, 1, 2))
            out.paragraph("")
    out.paragraph(note(offer))
    if together := two_together(offer):
        out.paragraph("")
        out.paragraph(together)


def advice(offer: CounterOffer, scenario: Scenario) -> str:
    """Whether to sign as it stands, and if not what one of the terms would have to be."""
    limit = format_share(offer.limit)
    earning = earns(offer.mean_profit, scenario.currency)
    odds = f"loses money in {format_share(offer.chance)} of futures and {earning} on average"
    if offer.chance <= offer.limit and offer.mean_profit > 0:
        held = conditions(offer, scenario)
        stays = f" It stays so where one term alone goes no further: {_any(held)}." if held else ""
        return f"Sign. As it stands the deal {odds}, within your limit of {limit}.{stays}"
    if offer.chance <= offer.limit:
        return f"Do not sign this as it is: it {odds}. Below is where each term breaks even."
    asked = conditions(offer, scenario)
    stands = f"As it stands it {odds}.{_by_oneself(offer)}"
    if not asked:
        return (
            f"Do not sign without changing several terms, or at all: none by itself, as far as "
            f"anybody could bargain, brings the chance of a loss down to {limit}. {stands}"
        )
    return f"Sign only if {_any(asked)}: then it loses money in {limit} of futures. {stands}"


def _by_oneself(offer: CounterOffer) -> str:
    """What the owner alone can do that would be enough, where it is done or not and no number."""
    for term in offer.own_levers:
        enough = term.chance <= offer.limit and offer.mean_profit + term.worth > 0
        if term.step.label in DONE_OR_NOT and enough:
            chance = format_share(term.chance)
            return f" {DONE_OR_NOT[term.step.label]}, it would lose in {chance}."
    return ""


def two_together(offer: CounterOffer) -> str:
    """How to ask for two terms of the contract at once, where the deal does not do as it stands: of
    price and face value, which are the discount both, the one that counts more."""
    if offer.chance <= offer.limit and offer.mean_profit > 0:
        return ""
    better = [str(term.step.path) for term in offer.terms if term.step.path and term.worth > 0]
    paths = [path for path in better if path.startswith(("deal.", "platform."))]
    discount = [path for path in paths if path in ("deal.price", "deal.face_value")][1:]
    two = [path for path in paths if path not in discount][:2]
    if len(two) < 2:
        return ""
    asked = " ".join(f"--vary {path}" for path in two)
    target = f'--target "P(loss) <= {format_share(offer.limit).replace(" ", "")}"'
    return f"Some of each of two terms: the same command with {asked} {target}"


def conditions(offer: CounterOffer, scenario: Scenario) -> list[str]:
    """What each term alone would have to be for the limit to hold, as far as anybody could bargain;
    first the most valuable."""
    show = shower(scenario.currency)
    return [
        _condition(term, show, scenario)
        for term in offer.terms
        if term.status == "within reach"
        and term.for_limit is not None
        and term.for_limit.value is not None
    ]


def _any(asked: Sequence[str]) -> str:
    few = asked[:MOST_ASKED]
    return few[0] if len(few) == 1 else f"{', '.join(few[:-1])} or {few[-1]}"


def _condition(term: Term, show: Show, scenario: Scenario) -> str:
    """What a term would have to be; one that nobody is sure of today would have to be sure."""
    path, crossing = str(term.step.path), term.for_limit
    assert crossing is not None
    side = "at most" if crossing.holds == "up to" else "at least"
    number = scenario.numbers().get(path)
    sure = "" if number is None or number.is_constant else "sure to be "
    return f"{named(path)} is {sure}{side} {_safe(crossing, path, show)}"


def _safe(crossing: Crossing, path: str, show: Show) -> str:
    """The value of a crossing, rounded to the side on which the target holds."""
    assert crossing.value is not None
    return show(path, safe_side(path, crossing.value, down=crossing.holds == "up to"))


def headings(offer: CounterOffer) -> tuple[str, ...]:
    """Of the table's columns but the first."""
    return "now", "one step", "is worth", "breaks even", f"loses in {format_share(offer.limit)}"


def row(term: Term, currency: str) -> tuple[str, ...]:
    """A term or lever in the table."""
    show = shower(currency)
    return (
        term.step.label,
        term.step.now,
        term.step.step,
        worth_text(term, currency),
        reach(term.breakeven, term, show),
        reach(term.for_limit, term, show),
    )


def worth_text(term: Term, currency: str) -> str:
    """What a step adds to mean profit; where only cash comes earlier, what that is worth.

    The error is told where it is a twentieth of the worth or more.
    """
    if abs(term.worth) <= 2 * term.worth_se or is_nil(term.worth, currency):
        if term.step.path is None and not is_nil(term.worth_npv, currency):
            return f"{_signed(term.worth_npv, currency)}{IN_TIME}"
        return "about nothing"
    error = amount(term.worth_se, currency)
    told = f" \N{PLUS-MINUS SIGN}{error}" if term.worth_se > 0.05 * abs(term.worth) else ""
    return _signed(term.worth, currency) + told


def _signed(value: float, currency: str) -> str:
    return f"{'+' if value > 0 else ''}{amount(value, currency)}"


def reach(crossing: Crossing | None, term: Term, show: Show) -> str:
    """Where a target holds, for a table; in brackets where nobody could bargain so far."""
    if term.status == "no number":
        return ""
    if crossing is None:
        return "never"
    if crossing.value is None:
        return "always"
    text = f"{crossing.holds} {_safe(crossing, str(term.step.path), show)}"
    return text if is_within_reach(term.step, crossing) else f"({text})"


def note(offer: CounterOffer) -> str:
    """How to read it."""
    rows = (*offer.terms, *offer.own_levers)
    text = (
        "A step's worth is what it adds to profit on average, the same futures with it and "
        "without; after the sign stands the simulation's own error. Everything else is held as it "
        "is, demand too: a dearer voucher may sell less."
    )
    if any(IN_TIME in worth_text(term, offer.scenario.currency) for term in rows):
        text += (
            f" \N{LEFT DOUBLE QUOTATION MARK}{IN_TIME.strip().capitalize()}"
            "\N{RIGHT DOUBLE QUOTATION MARK} is money that only comes earlier, discounted."
        )
    text += (
        " The last two columns are where the deal breaks even on average, and where it loses money "
        f"in {format_share(offer.limit)} of futures (--limit sets another), that term alone; "
        "never, where no value of it will do"
    )
    crossings = [(one, term) for term in rows for one in (term.breakeven, term.for_limit)]
    beyond = any(one is not None and not is_within_reach(term.step, one) for one, term in crossings)
    return text + ("; in brackets, where you would have to get more than half way." * beyond or ".")

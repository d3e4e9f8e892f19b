"""`counter-offer`: what a step of each term is worth, as bars."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from dealsim.decisions import CounterOffer, Term
from dealsim.output.decisions.counter_offer_table import headings, reach, worth_text
from dealsim.output.decisions.scales import columns, facts
from dealsim.output.decisions.values import shower
from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style
from dealsim.output.drawing.wording import amount
from dealsim.units import format_share

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW = 0.18
FRAME = 2.65
"""Inches: height of a line of a row's name, and of all that is not rows."""
NAME_WIDTH, SHORT = 24, 8
"""Characters of a line of a row's name; of today's value, where it stands in it."""
ERRORS = 1.96


def title(offer: CounterOffer) -> str:
    """The finding: which single step of a term is worth most."""
    if not offer.terms or offer.terms[0].worth <= 0:
        return "No step of a term that could be asked for adds to the profit"
    best, currency = offer.terms[0], offer.scenario.currency
    return (
        f"Of what you can ask for, the {best.step.label} counts most: {best.step.step} is worth "
        f"{amount(best.worth, currency)} on average"
    )


@style.settings()
def draw(offer: CounterOffer) -> Figure:
    """A bar for each term, then for each lever of one's own; beside it where the limit is met."""
    rows = [*offer.terms, *offer.own_levers]
    names = [_name(term) for term in rows]
    tallest = max((name.count("\n") for name in names), default=1) + 1
    figure, axes = sheet.new_sheet(FRAME + ROW * max(2, tallest) * max(len(rows), 3))
    currency, show = offer.scenario.currency, shower(offer.scenario.currency)
    ends = [term.worth + sign * ERRORS * term.worth_se for term in rows for sign in (-1, 1)]
    unit = ax.money_axis(axes, "x", (min(0.0, *ends), max(0.0, *ends)), currency, (0.03, 0.05))
    axes.set_ylim(len(rows) - 0.4, -1.3)
    axes.set_yticks(range(len(rows)), names)
    ax.grid(axes, "x")
    ax.zero_line(axes, "x")
    for place, term in enumerate(rows):
        _draw_bar(axes, place, term, own=place >= len(offer.terms))
    limits = [reach(term.for_limit, term, show) for term in rows]
    columns(
        axes,
        -0.9,
        [
            ["is worth", *(worth_text(term, currency) for term in rows)],
            [headings(offer)[-1], *limits],
        ],
    )
    axes.set_xlabel(f"added to mean profit ({unit})")
    sheet.finish(
        figure, axes, facts(offer.scenario, offer.trials, offer.seed), title(offer), _note(offer),
        _key(offer),
    )  # fmt: skip
    return figure


def _name(term: Term) -> str:
    """A term and its step, in lines that leave the bars room."""
    now = f"{term.step.now}: " if len(term.step.now) <= SHORT else ""
    lines = [*wrap(term.step.label, NAME_WIDTH), *wrap(f"{now}{term.step.step}", NAME_WIDTH)]
    return "\n".join(lines)


def _draw_bar(axes: Axes, place: int, term: Term, own: bool) -> None:
    loss = term.worth < 0
    colour = style.VERMILLION if loss else style.GREEN if own else style.SKY
    axes.barh(
        place, term.worth, height=0.6, fc=colour, ec=style.PAPER, lw=0.4,
        hatch=style.LOSS_HATCH if loss else None, zorder=2,
    )  # fmt: skip
    if term.worth_se > 0:
        ends = [term.worth - ERRORS * term.worth_se, term.worth + ERRORS * term.worth_se]
        axes.plot(ends, [place] * 2, color=style.INK, lw=1.0, marker="|", ms=5, zorder=3)


def _key(offer: CounterOffer) -> list[Artist]:
    from matplotlib.patches import Patch

    key: list[Artist] = [Patch(fc=style.SKY, label="what you can ask for")]
    if offer.own_levers:
        key.append(Patch(fc=style.GREEN, label="what you can do yourself"))
    if any(term.worth < 0 for term in (*offer.terms, *offer.own_levers)):
        key.append(Patch(fc=style.VERMILLION, hatch=style.LOSS_HATCH, label="costs you"))
    return key


def _note(offer: CounterOffer) -> str:
    return (
        "Each step alone, all else as it stands, on the same futures; the strokes are the "
        "simulation's error (95 %). The last column: where that term alone brings the chance of a "
        f"loss to {format_share(offer.limit)}."
    )

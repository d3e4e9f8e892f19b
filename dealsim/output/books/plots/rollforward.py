"""`rollforward`: what each period adds to the liability and takes off it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from dealsim.books import DISCLAIMER, Liability
from dealsim.output.books.amounts import sentence_money, units
from dealsim.output.books.plots.phrases import (
    capital,
    facts,
    mark_register,
    note,
    on_average,
    policy,
)
from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style
from dealsim.output.drawing.bands import Array
from dealsim.output.drawing.wording import day
from dealsim.output.labels import label

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOOKS: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "issued": (style.SKY, None),
        "redeemed_in_time": (style.BLUE, None),
        "presented_late": (style.ORANGE, r"\\\\"),
        "refunded": (style.RULE, None),
        "cashed_out": (style.VERMILLION, None),
        "lapsed": (style.GREY, "...."),
        "escheated": (style.INK, "xxxx"),
        "breakage": (style.GREEN, "////"),
        "breakage_reestimate": (style.GREEN, "++++"),
    }
)
"""Colour and hatch of each line that moves the liability."""


STILL = 0.01
"""The picture ends where no period moves more than this share of what the busiest does."""
LEAST = 3
EMPTY = 0.95
"""Periods shown at least, and inches where there are no bars."""


def title(books: Liability) -> str:
    """The finding: of what was issued, how much was served, recognised, and is still owed."""
    if books.on_redemption:
        return "Nothing enters the liability: the platform pays on redemption"
    mean = {name: float(units(books, v).sum()) for name, v in books.table.mean.items()}
    issued = mean["issued"] - mean["refunded"]
    served = mean["redeemed_in_time"] + mean["presented_late"]
    earned = mean["breakage"] + mean["breakage_reestimate"] + mean["lapsed"]
    left = float(units(books, books.table.mean["closing"])[-1])
    said = [sentence_money(books, value) for value in (issued, served, earned, left)]
    if said[0] == "nothing":
        return capital(f"{on_average(books)}, no voucher is sold and nothing is owed")
    return (
        f"Of {said[0]} issued net of refunds, {said[1]} is redeemed and {said[2]} recognised as"
        f" breakage; {said[3]} is still owed on {day(books.period_ends[-1])}"
    )


def shown(books: Liability) -> int:
    """The periods in the picture: up to the last in which something moves, and one after it."""
    moves = np.sum([np.abs(books.table.mean[name]) for name in LOOKS], axis=0)
    worth = np.flatnonzero(moves > STILL * moves.max(initial=0))
    return min(len(moves), max(LEAST, int(worth[-1]) + 2)) if worth.size else len(moves)


@style.settings()
def draw(books: Liability) -> Figure:
    """Stacked bars of the mean lines by period, and the closing balance."""
    currency, count = books.scenario.currency, shown(books)
    lines = {name: units(books, books.table.mean[name])[:count] for name in LOOKS}
    signed = {name: v if name == "issued" else -v for name, v in lines.items() if np.any(v)}
    closing = units(books, books.table.mean["closing"])[:count]
    figure, axes = sheet.new_sheet(sheet.HEIGHT if signed else EMPTY)
    ax.date_axis(axes, books.starts, books.period_ends[count - 1])
    reach = (-_reach(signed, -1), max(_reach(signed, 1), float(closing.max(initial=0.0))))
    unit = ax.money_axis(axes, "y", reach, currency, (0.05, 0.08))
    if signed:
        mark_register(axes, books)
    else:
        ax.only_zero(axes)
    ax.grid(axes)
    ax.zero_line(axes)
    key = _draw_bars(axes, books, signed)
    key += _draw_closing(axes, books, closing) if signed else []
    axes.set_ylabel(f"change of the liability in each {books.period} ({unit})")
    sheet.finish(figure, axes, facts(books), title(books), _note(books), key)
    return figure


def _reach(signed: Mapping[str, Array], sign: int) -> float:
    """How high the bars of a sign stack up."""
    if not signed:
        return 0.0
    stacked = sum(np.maximum(sign * values, 0.0) for values in signed.values())
    return float(np.max(stacked))


def _spans(books: Liability) -> tuple[Array, Array]:
    """Middle and length in days of each period."""
    ends = [end + timedelta(days=1) for end in books.period_ends]
    cuts = np.array([d.toordinal() for d in (books.starts, *ends)], dtype=float)
    return (cuts[:-1] + cuts[1:]) / 2, np.maximum(np.diff(cuts), 1.0)


def _draw_bars(axes: Axes, books: Liability, signed: Mapping[str, Array]) -> list[Artist]:
    from matplotlib.patches import Patch

    middle, length = (part[: shown(books)] for part in _spans(books))
    up, down = np.zeros(len(middle)), np.zeros(len(middle))
    key: list[Artist] = []
    for name, values in signed.items():
        colour, hatch = LOOKS[name]
        bottom = np.where(values > 0, up, down)
        axes.bar(
            middle,
            values,
            bottom=bottom,
            width=0.76 * length,
            fc=colour,
            ec=style.PAPER,
            lw=0.3,
            hatch=hatch,
            zorder=2,
        )
        up, down = up + np.maximum(values, 0), down + np.minimum(values, 0)
        key.append(Patch(fc=colour, ec=style.PAPER, hatch=hatch, lw=0, label=label(name)))
    return key


def _draw_closing(axes: Axes, books: Liability, closing: Array) -> list[Artist]:
    """The closing balance at each period's end; its bands are those of the plot `outstanding`."""
    days = [d.toordinal() for d in books.period_ends[: len(closing)]]
    size = 3.5 if len(days) > 24 else 5
    line = axes.plot(days, closing, "o-", color=style.INK, lw=1.3, label="closing balance")
    line[0].set(markersize=size, markerfacecolor=style.PAPER, zorder=3.5)
    return list(line)


def _note(books: Liability) -> str:
    if books.on_redemption:
        return f"There is no contract liability to roll forward. {DISCLAIMER}"
    last = books.period_ends[shown(books) - 1]
    rest = f"After {day(last)} next to nothing moves." if last < books.period_ends[-1] else ""
    return note(
        books,
        "" if books.trials == 1 else "Means over all futures.",
        "What adds to the liability stands above the line, what lowers it below;"
        f" breakage policy: {policy(books)}.",
        rest,
    )

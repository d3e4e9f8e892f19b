"""`waterfall`: from the platform's remittance to incremental profit, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style
from dealsim.output.drawing.wording import amount, earns
from dealsim.output.labels import label, plain
from dealsim.output.run.plots.phrases import facts
from dealsim.results import Result, typical_weights
from dealsim.units import format_money

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW = 0.44
FRAME = 0.95
GAP = 0.2
"""Inches: height of a row (its words, and the bar under them), of the axes' rest, and the gap
before the amounts."""
WORDS, BAR, HEADER_ROW = -0.15, 0.17, -1.0
"""Where the words and the bar of a row stand, in rows, and the heading of the amounts."""
HIGH = 0.40
"""Height of a bar, in rows."""


@dataclass(frozen=True)
class Bar:
    """One row: an amount `start` to `end` on the scale of profit, and its 5-95 % over all futures.

    `change` is what the line adds in the typical future (a cost: a negative amount); a total
    starts at zero.
    """

    name: str
    start: float
    change: float
    p5: float
    p95: float
    total: bool

    @property
    def end(self) -> float:
        return self.start + self.change


def bars(result: Result) -> list[Bar]:
    """The rows from top to bottom: the lines, campaign profit after its own, and the result.

    The result is the median of incremental profit, and the lines add up to it. Lines that are nil
    in every future are left out (`nil_lines` names them), unless all are.
    """
    weights = typical_weights(result.metrics["incremental_profit"])

    def bar(name: str, sign: int = 1, start: float = 0.0, total: bool = False) -> Bar:
        change = sign * result.metrics[name]
        p5, p95 = (float(q) for q in np.quantile(change, (0.05, 0.95)))
        return Bar(name, start, float(weights @ change), p5, p95, total)

    rows: list[Bar] = []
    running = 0.0
    counted = [line for line in result.lines if line.sign]
    nil = nil_lines(result)
    own = [line.name for line in counted if line.campaign]
    for line in counted:
        if line.name not in nil:
            rows.append(bar(line.name, line.sign, running))
            running = rows[-1].end
        if own and line.name == own[-1]:
            rows.append(bar("campaign_profit", total=True))
    rows.append(bar("incremental_profit", total=True))
    return rows


def nil_lines(result: Result) -> list[str]:
    """The lines that are zero in every future; none where all are."""
    counted = [line for line in result.lines if line.sign]
    nil = [line.name for line in counted if not np.any(result.metrics[line.name])]
    return nil if len(nil) < len(counted) else []


def title(result: Result) -> str:
    """The finding: what the campaign itself brings, and what is left of it."""
    currency = result.scenario.currency
    campaign, profit = (row.change for row in bars(result) if row.total)
    opening = "In a typical future " if facts(result).has_spread else "In the one future simulated "
    opening = "Expected: " if facts(result).is_expected else opening
    return (
        f"{opening}the campaign itself {earns(campaign, currency)};"
        f" all counted, the deal {earns(profit, currency)}"
    )


@style.settings()
def draw(result: Result) -> Figure:
    """Each money line of the typical future as a bar from where the last one ended."""
    rows, currency, run = bars(result), result.scenario.currency, facts(result)
    figure, axes = sheet.new_sheet(FRAME + ROW * len(rows))
    ends = [0.0, *(row.end for row in rows)]
    unit = ax.money_axis(axes, "x", (min(ends), max(ends)), currency, (0.02, 0.02))
    axes.set_ylim(len(rows) - 0.4, HEADER_ROW - 0.4)
    axes.set_yticks([])
    ax.grid(axes, "x")
    for place, row in enumerate(rows):
        _draw_row(axes, place, row)
    _connect(axes, rows)
    _write_names(figure, axes, rows, _write_amounts(figure, axes, rows, result))
    axes.set_xlabel(f"{'expected ' if run.is_expected else ''}amount ({unit})")
    sheet.finish(figure, axes, run, title(result), _note(result))
    return figure


def _draw_row(axes: Axes, place: int, row: Bar) -> None:
    loss = row.change < 0
    colour = style.VERMILLION if loss else style.SKY
    if row.total:
        colour = style.INK if not loss else style.VERMILLION
    axes.barh(
        place + BAR,
        row.change,
        left=row.start,
        height=HIGH,
        fc=style.tint(colour, 0.75) if row.total and not loss else colour,
        ec=style.PAPER,
        lw=0.4,
        hatch=style.LOSS_HATCH if loss else None,
        zorder=2,
    )
    beside = [place + BAR - 0.6 * HIGH, place + BAR + 0.6 * HIGH]
    axes.plot([0, 0], beside, color=style.INK, lw=0.9, zorder=2.5)


def _write_names(figure: Figure, axes: Axes, rows: Sequence[Bar], room: float) -> None:
    """What each row is, above its bar: in everyday words, and the term for it in small where there
    is `room` for it; of totals, of which verdict and table speak, the term first."""
    for place, row in enumerate(rows):
        term, words = label(row.name), plain(row.name)
        first, second = (term, words) if row.total else (words, term)
        after = sheet.text_width(figure, first, style.TEXT_SIZE, bold=row.total) + 0.08
        whole = after + sheet.text_width(figure, second, style.SMALL_SIZE)
        for text, shift in ((first, 0.0), (second, after))[: 2 if whole <= room else 1]:
            axes.annotate(
                text,
                (0.0, place + WORDS),
                xycoords=axes.get_yaxis_transform(),
                xytext=(72 * shift, 0),
                textcoords="offset points",
                ha="left",
                va="baseline",
                fontsize=style.SMALL_SIZE if shift else style.TEXT_SIZE,
                fontweight="bold" if row.total and not shift else "normal",
                color=style.GREY if shift else style.INK,
                bbox={"boxstyle": "square,pad=0.1", "fc": style.PAPER, "ec": "none"},
                annotation_clip=False,
                zorder=3,
            )


def _connect(axes: Axes, rows: Sequence[Bar]) -> None:
    """Thin uprights from where a bar ends to where the next begins."""
    for place, row in enumerate(rows[:-1]):
        ends = [place + BAR + HIGH / 2, place + 1 + BAR - HIGH / 2]
        axes.plot([row.end] * 2, ends, color=style.GREY, lw=0.8, zorder=2)


def _write_amounts(figure: Figure, axes: Axes, rows: Sequence[Bar], result: Result) -> float:
    """The amounts on the right, outside the picture, where nothing runs into them; returns the
    width that is left beside them."""
    currency, run = result.scenario.currency, facts(result)
    written = amount if max(abs(row.change) for row in rows) < 100 else format_money
    amounts = [written(row.change, currency) for row in rows]
    spans = [f"{written(row.p5, currency)} to {written(row.p95, currency)}" for row in rows]
    heading = ("typical", "nine in ten")
    if not run.has_spread:
        spans = [""] * len(rows)
        heading = ("expected" if run.is_expected else "", "")
    cells = [heading, *zip(amounts, spans, strict=True)]
    size, bold = style.TEXT_SIZE, [False, *(row.total for row in rows)]
    widths = [sheet.text_width(figure, text, size, bold=True) for pair in cells for text in pair]
    for place, (pair, strong) in enumerate(zip(cells, bold, strict=True)):
        row = place - 1 if place else HEADER_ROW
        for text, where in zip(pair, (WORDS, BAR), strict=True):
            axes.annotate(
                text,
                (1.0, row + where),
                xycoords=axes.get_yaxis_transform(),
                xytext=(72 * (GAP + max(widths)), 0),
                textcoords="offset points",
                ha="right",
                va="baseline" if where == WORDS else "center",
                fontsize=size,
                fontweight="bold" if strong else "normal",
                color=style.INK if place and where == WORDS else style.GREY,
                annotation_clip=False,
            )
    beside = [sheet.text_width(figure, text, size, bold=True) for text in amounts]
    return sheet.WIDTH - 2 * sheet.MARGIN - max(beside) - GAP / 2


def _note(result: Result) -> str:
    text = "Costs (hatched) are taken off from where the line above ends."
    if facts(result).has_spread:
        text += (
            " Amounts are those of a typical future, the middle of all by what the deal comes to;"
            " below each is its range in nine futures of ten."
        )
    nil = nil_lines(result)
    if nil:
        every = " in every future" if facts(result).has_spread else ""
        text += f" Nil{every}: {', '.join(map(label, nil))}."
    return text

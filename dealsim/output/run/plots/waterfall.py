"""`waterfall`: from the platform's remittance to incremental profit, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style
from dealsim.output.drawing.bands import Array
from dealsim.output.drawing.wording import amount, earns
from dealsim.output.labels import label
from dealsim.output.run.plots.phrases import facts
from dealsim.results import Result
from dealsim.units import format_money

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW = 0.30
FRAME = 2.55
GAP = 0.16
"""Inches: height of a row, of all that is not rows, and the gap before a column of amounts."""
CELL_SIZE = 8.5
HEADER_ROW = -0.9


@dataclass(frozen=True)
class Bar:
    """One row: a mean amount `start` to `end` on the scale of profit, and its 5-95 % `change`.

    `change` is what the line adds (a cost: a negative amount); a total starts at zero.
    """

    label: str
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

    Lines that are nil in every future are left out (`nil_lines` names them), unless all are.
    """
    rows: list[Bar] = []
    running = 0.0
    counted = [line for line in result.lines if line.sign]
    nil = nil_lines(result)
    own = [line.name for line in counted if line.campaign]
    for line in counted:
        name = label(line.name)
        if name not in nil:
            bar = _bar(name, line.sign * result.metrics[line.name], running)
            rows.append(bar)
            running = bar.end
        if own and line.name == own[-1]:
            rows.append(_bar("campaign profit", result.metrics["campaign_profit"], 0.0, True))
    rows.append(_bar("incremental profit", result.metrics["incremental_profit"], 0.0, True))
    return rows


def nil_lines(result: Result) -> list[str]:
    """The lines that are zero in every future, in words; none where all are."""
    counted = [line for line in result.lines if line.sign]
    nil = [label(line.name) for line in counted if not np.any(result.metrics[line.name])]
    return nil if len(nil) < len(counted) else []


def _bar(label: str, change: Array, start: float, total: bool = False) -> Bar:
    p5, p95 = (float(q) for q in np.quantile(change, (0.05, 0.95)))
    return Bar(label, start, float(change.mean()), p5, p95, total)


def title(result: Result) -> str:
    """The finding: what the campaign itself brings, and what is left of it."""
    currency = result.scenario.currency
    campaign = float(result.metrics["campaign_profit"].mean())
    profit = float(result.metrics["incremental_profit"].mean())
    opening = "On average " if facts(result).has_spread else "In the one future simulated, "
    opening = "Expected: " if facts(result).is_expected else opening
    return (
        f"{opening}the campaign itself {earns(campaign, currency)};"
        f" all counted, the deal {earns(profit, currency)}"
    )


@style.settings()
def draw(result: Result) -> Figure:
    """Mean of each money line as a bar from where the last one ended, 5-95 % as whiskers."""
    rows, currency, run = bars(result), result.scenario.currency, facts(result)
    figure, axes = sheet.new_sheet(FRAME + ROW * len(rows))
    unit = ax.money_axis(axes, "x", _reach(rows, run.has_spread), currency, (0.03, 0.03))
    axes.set_ylim(len(rows) - 0.4, HEADER_ROW - 0.5)
    axes.set_yticks(range(len(rows)), [row.label for row in rows])
    ax.grid(axes, "x")
    ax.zero_line(axes, "x")
    for place, row in enumerate(rows):
        _draw_row(axes, place, row, run.has_spread)
    _connect(axes, rows)
    _write_amounts(figure, axes, rows, result)
    axes.set_xlabel(f"{'expected' if run.is_expected else 'mean'} amount ({unit})")
    sheet.finish(figure, axes, run, title(result), _note(result))
    return figure


def _reach(rows: Sequence[Bar], spread: bool) -> tuple[float, float]:
    ends = [0.0, *(row.end for row in rows)]
    if spread:
        ends += [row.start + reach for row in rows for reach in (row.p5, row.p95)]
    return min(ends), max(ends)


def _draw_row(axes: Axes, place: int, row: Bar, spread: bool) -> None:
    loss = row.change < 0
    colour = style.VERMILLION if loss else style.SKY
    if row.total:
        colour = style.INK if not loss else style.VERMILLION
    axes.barh(
        place,
        row.change,
        left=row.start,
        height=0.62,
        fc=style.tint(colour, 0.75) if row.total and not loss else colour,
        ec=style.PAPER,
        lw=0.4,
        hatch=style.LOSS_HATCH if loss else None,
        zorder=2,
    )
    if spread and row.p5 < row.p95:
        reach = [row.start + row.p5, row.start + row.p95]
        axes.plot(reach, [place] * 2, color=style.PAPER, lw=2.6, zorder=3, solid_capstyle="butt")
        axes.plot(reach, [place] * 2, color=style.INK, lw=1.0, marker="|", ms=5, zorder=3.1)


def _connect(axes: Axes, rows: Sequence[Bar]) -> None:
    """Thin uprights from where a bar ends to where the next begins."""
    for place, row in enumerate(rows[:-1]):
        axes.plot([row.end] * 2, [place + 0.31, place + 0.69], color=style.GREY, lw=0.8, zorder=2)


def _write_amounts(figure: Figure, axes: Axes, rows: Sequence[Bar], result: Result) -> None:
    """The amounts in columns on the right, outside the picture, where nothing runs into them."""
    currency = result.scenario.currency
    written = amount if max(abs(row.change) for row in rows) < 100 else format_money
    columns = [
        [
            "expected" if facts(result).is_expected else "mean",
            *(written(r.change, currency) for r in rows),
        ]
    ]
    if facts(result).has_spread:
        reaches = [f"{written(r.p5, currency)} to {written(r.p95, currency)}" for r in rows]
        columns.append(["5\N{EN DASH}95 %", *reaches])
    offset = 0.0
    for cells in columns:
        offset += GAP + max(sheet.text_width(figure, cell, CELL_SIZE, bold=True) for cell in cells)
        for number, cell in enumerate(cells):
            row = rows[number - 1] if number else None
            axes.annotate(
                cell,
                (1.0, number - 1 if row else HEADER_ROW),
                xycoords=axes.get_yaxis_transform(),
                xytext=(72 * offset, 0),
                textcoords="offset points",
                ha="right",
                va="center_baseline",
                fontsize=CELL_SIZE,
                fontweight="bold" if row and row.total else "normal",
                color=style.INK if row else style.GREY,
                annotation_clip=False,
            )
    for name, row in zip(axes.get_yticklabels(), rows, strict=True):
        name.set_fontweight("bold" if row.total else "normal")


def _note(result: Result) -> str:
    text = "Costs are taken off from where the line above ends."
    if facts(result).has_spread:
        text += " The thin lines show where each lies in nine futures of ten (5\N{EN DASH}95 %)."
    nil = nil_lines(result)
    if nil:
        text += f" Nil{' in every future' if facts(result).has_spread else ''}: {', '.join(nil)}."
    return text

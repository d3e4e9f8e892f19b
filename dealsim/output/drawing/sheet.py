"""The sheet a plot is printed on: title, note, key, axes, footer, each in its own place.

All text outside the axes is laid out here, in inches from the sheet's edges and by its measured
width, so that a long title moves the axes down instead of running over them. matplotlib's
constrained layout does the last part only: it gives the axes the room that is left, but neither
wraps text to a margin, nor evens out a title's lines, nor sets a key in as many rows as it needs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import style
from dealsim.output.drawing.wording import day
from dealsim.scenario import Scenario
from dealsim.units import format_count

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

WIDTH = 8.0
HEIGHT = 5.0
MARGIN = 0.28
"""Inches; as are all lengths here."""

LINE = {style.TITLE_SIZE: 0.265, style.TEXT_SIZE: 0.185, style.SMALL_SIZE: 0.16}
KEPT = re.compile(
    r"(?<=\d) (?=%|[A-Z][a-z]{2} \d{4})|(?<= [A-Z][a-z]{2}) (?=\d{4})|(?<=[A-Z]{3}) (?=\d)"
)
"""Spaces at which no line ends: in "38 %", "3 Sep 2011", "CHF 20"."""
TITLE_LINES = 3
NOTE_LINES = 3


@dataclass(frozen=True)
class RunFacts:
    """What footer and key say of the simulation behind a picture; `until` is its last day.

    `name`, `sha256` and `since`, the first day, stand in place of the scenario's where a picture
    is of several.
    """

    scenario: Scenario
    trials: int
    seed: int
    until: date
    mode: str = "sampled"
    name: str = ""
    sha256: str = ""
    since: date | None = None

    @property
    def is_expected(self) -> bool:
        """Whether it is the expectation alone, without chance and so without a spread."""
        return self.mode == "expected"

    @property
    def has_spread(self) -> bool:
        """Whether there are several futures to show a band of."""
        return not self.is_expected and self.trials > 1


def new_sheet(height: float = HEIGHT) -> tuple[Figure, Axes]:
    """An empty sheet and its axes; `finish` puts both in order once the data are drawn."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), dpi=style.DPI, facecolor=style.PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.1, 0.2, 0.8, 0.6))
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(style.RULE)
    axes.tick_params(colors=style.GREY, labelcolor=style.INK, labelsize=8.5, length=3)
    axes.tick_params(axis="y", length=0)
    return figure, axes


def finish(
    figure: Figure, axes: Axes, run: RunFacts, title: str, note: str, key: Sequence[Artist] = ()
) -> None:
    """Write everything around the axes and give the axes the room that is left.

    Above them stand the finding (`title`), how to read it, and the key to the marks.
    """
    figure.set_label(title)
    top = figure.get_figheight() - MARGIN
    top = _write(figure, title, top, style.TITLE_SIZE, TITLE_LINES)
    top = _write(figure, note, top - 0.05, style.TEXT_SIZE, NOTE_LINES)
    if key:
        top = _write_key(figure, key, top - 0.06)
    bottom = _write_footer(figure, run)
    _place_axes(figure, axes, bottom + 0.1, top - 0.1)


def _write(figure: Figure, text: str, top: float, size: float, most: int) -> float:
    """Write `text` from `top` down, wrapped to the sheet; returns where it ends."""
    title = size == style.TITLE_SIZE
    lines = wrap(figure, text, size, WIDTH - 2 * MARGIN, most, bold=title)
    for number, line in enumerate(lines):
        figure.text(
            MARGIN / WIDTH,
            (top - number * LINE[size]) / figure.get_figheight(),
            line,
            fontsize=size,
            fontweight="bold" if title else "normal",
            color=style.INK if title else style.GREY,
            va="top",
        )
    return top - len(lines) * LINE[size]


def _write_key(figure: Figure, key: Sequence[Artist], top: float) -> float:
    """The key in one row, or in as many as its width asks for; returns where it ends."""
    for columns in range(len(key), 0, -1):
        legend = figure.legend(
            handles=list(key),
            loc="upper left",
            bbox_to_anchor=(MARGIN / WIDTH, top / figure.get_figheight()),
            ncols=columns,
            frameon=False,
            fontsize=8.5,
            labelcolor=style.INK,
            handlelength=1.6,
            handletextpad=0.6,
            columnspacing=1.8,
            borderpad=0.0,
            borderaxespad=0.0,
        )
        box = legend.get_window_extent().transformed(figure.dpi_scale_trans.inverted())
        if box.x1 <= WIDTH - MARGIN or columns == 1:
            break
        legend.remove()
    return float(box.y0)


def _write_footer(figure: Figure, run: RunFacts) -> float:
    """Scenario, and what made this picture; returns where it begins."""
    scenario = run.scenario
    name = style.drawable(run.name or scenario.name)
    trials = f"{format_count(run.trials)} {'trial' if run.trials == 1 else 'trials'}"
    facts = "  \N{MIDDLE DOT}  ".join(
        (
            f"{day(run.since or scenario.starts)} to {day(run.until)}",
            scenario.currency,
            f"seed {run.seed}",
            "expected values" if run.is_expected else trials,
            f"sha256 {(run.sha256 or scenario.sha256)[:12]}",
        )
    )
    size = style.SMALL_SIZE
    for number, line in enumerate((facts, name)):
        text = _shortened(figure, line, size, WIDTH - 2 * MARGIN)
        figure.text(
            MARGIN / WIDTH,
            (MARGIN * 0.7 + number * LINE[size]) / figure.get_figheight(),
            text,
            fontsize=size,
            family=style.families(text),
            color=style.GREY,
            va="bottom",
        )
    return MARGIN * 0.7 + 2 * LINE[size]


def _place_axes(figure: Figure, axes: Axes, bottom: float, top: float) -> None:
    """Fit the axes with their tick and axis labels between `bottom` and `top`."""
    height = figure.get_figheight()
    axes.yaxis.label.set(rotation=0, ha="left", va="bottom", color=style.GREY, fontsize=8.5)
    axes.xaxis.label.set(color=style.GREY, fontsize=8.5)
    if axes.get_ylabel():
        top -= 0.24
    x0, y0, x1, y1 = 0.2 * WIDTH, 0.3 * height, 0.9 * WIDTH, 0.7 * height
    axes.set_position((x0 / WIDTH, y0 / height, (x1 - x0) / WIDTH, (y1 - y0) / height))
    axes.yaxis.set_label_coords(0.0, 1.02)
    drawn = axes.get_tightbbox()
    assert drawn is not None
    box = drawn.transformed(figure.dpi_scale_trans.inverted())
    left = MARGIN + max(0.0, x0 - box.x0)
    right = WIDTH - MARGIN - max(0.0, box.x1 - x1)
    bottom += max(0.0, y0 - box.y0)
    axes.set_position(
        (left / WIDTH, bottom / height, (right - left) / WIDTH, (top - bottom) / height)
    )
    ax.thin_ticks(axes)
    axes.yaxis.set_label_coords((MARGIN - left) / (right - left), 1 + 0.08 / (top - bottom))


def wrap(
    figure: Figure, text: str, size: float, width: float, most: int, bold: bool = False
) -> list[str]:
    """`text` in lines no wider than `width` inches, at most `most`, the last one shortened.

    Two lines part at a semicolon where they can; a title's (bold) are else evened out, so that
    none is left with a word alone.
    """
    words = KEPT.sub("\N{NO-BREAK SPACE}", text).split(" ")
    space = text_width(figure, "n n", size, bold) - text_width(figure, "nn", size, bold)
    widths = [text_width(figure, word, size, bold) + space for word in words]
    lines = _filled(words, widths, width + space, most)
    halves = text.replace("; ", ";\n", 1).split("\n")
    if len(lines) == 2 == len(halves) and all(
        text_width(figure, half, size, bold) <= width for half in halves
    ):
        return halves
    narrower, narrow = lines, width
    while bold and 1 < len(lines) == len(narrower) < most and narrow > 1:
        lines, narrow = narrower, narrow - 0.1
        narrower = _filled(words, widths, narrow + space, most)
    return [_shortened(figure, line, size, width, bold) for line in lines]


def _filled(words: Sequence[str], widths: Sequence[float], width: float, most: int) -> list[str]:
    """Each line as full as it gets, the rest in the last; a word's width includes a space."""
    lines: list[list[str]] = [[]]
    room = width
    for word, needed in zip(words, widths, strict=True):
        if needed > room and lines[-1] and len(lines) < most:
            lines.append([])
            room = width
        lines[-1].append(word)
        room -= needed
    return [" ".join(line) for line in lines]


def _shortened(figure: Figure, text: str, size: float, width: float, bold: bool = False) -> str:
    """`text`, or as much of its beginning as fits with an ellipsis."""
    if text_width(figure, text, size, bold) <= width:
        return text

    def cut(length: int) -> str:
        return text[:length].rstrip() + "\N{HORIZONTAL ELLIPSIS}"

    lengths = range(1, len(text))
    fits = bisect_right(lengths, width, key=lambda n: text_width(figure, cut(n), size, bold))
    return cut(fits)


def text_width(figure: Figure, text: str, size: float, bold: bool = False) -> float:
    """The width of one line of text, in inches."""
    from matplotlib.text import Text

    probe: Text = Text(
        0, 0, text, fontsize=size, fontweight="bold" if bold else "normal", parse_math=False
    )
    probe.set_figure(figure)
    probe.set_fontfamily(style.families(text))
    return float(probe.get_window_extent().width) / figure.dpi

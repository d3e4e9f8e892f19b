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
    from matplotlib.legend import Legend
    from matplotlib.text import Text

WIDTH = 5.6
"""Narrow, so that its type can still be read where a telephone shows the whole width of it."""
HEIGHT = 3.3
"""Of the axes with their labels: what stands above and below them makes the sheet as high as it
has to be."""
MARGIN = 0.2
"""Inches; as are all lengths here."""

LINE = {style.TITLE_SIZE: 0.265, style.TEXT_SIZE: 0.195, style.SMALL_SIZE: 0.165}
KEPT = re.compile(
    r"(?<=\d) (?=%|[A-Z][a-z]{2} \d{4})|(?<= [A-Z][a-z]{2}) (?=\d{4})|(?<=[A-Z]{3}) (?=\d)"
)
"""Spaces at which no line ends: in "38 %", "3 Sep 2011", "CHF 20"."""
ABOVE_NOTE, ABOVE_KEY, ABOVE_AXES, BELOW_AXES = 0.05, 0.08, 0.1, 0.1
FOOTER = 0.7 * MARGIN + 3 * LINE[style.SMALL_SIZE]
TITLE_LINES = 4
NOTE_LINES = 6
NOTE = "how to read it"


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
    """An empty sheet and its axes, `height` high; `finish` puts both in order once the data are
    drawn."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), dpi=style.DPI, facecolor=style.PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.1, 0.2, 0.8, 0.6))
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(style.RULE)
    axes.tick_params(colors=style.GREY, labelcolor=style.INK, labelsize=style.TEXT_SIZE, length=3)
    axes.tick_params(axis="y", length=0)
    return figure, axes


def finish(
    figure: Figure, axes: Axes, run: RunFacts, title: str, note: str, key: Sequence[Artist] = ()
) -> None:
    """Write everything around the axes, on a sheet that is as high as all of it needs.

    Above them stand the finding (`title`), how to read it, and the key to the marks. The finding
    stays with the figure as its label, how to read it as a text that is not shown (`note_of`), for
    pages that say both in type of their own.
    """
    figure.set_label(title)
    figure.text(0, 0, note, visible=False, label=NOTE)
    found = _wrapped(figure, title, style.TITLE_SIZE, TITLE_LINES)
    read = _wrapped(figure, note, style.TEXT_SIZE, NOTE_LINES)
    columns, key_height = _key_layout(figure, key)
    above = MARGIN + len(found) * LINE[style.TITLE_SIZE]
    above += ABOVE_NOTE + len(read) * LINE[style.TEXT_SIZE]
    above += (ABOVE_KEY + key_height if key else 0.0) + ABOVE_AXES
    below = FOOTER + BELOW_AXES
    height = above + figure.get_figheight() + below
    figure.set_figheight(height)
    top = _write(figure, found, height - MARGIN, style.TITLE_SIZE)
    top = _write(figure, read, top - ABOVE_NOTE, style.TEXT_SIZE)
    if key:
        _make_key(figure, key, columns, (top - ABOVE_KEY) / height)
    _write_footer(figure, run)
    _place_axes(figure, axes, below, height - above)


def note_of(figure: Figure) -> str:
    """How to read a finished sheet, in one line."""
    return next((text.get_text() for text in figure.texts if text.get_label() == NOTE), "")


def _wrapped(figure: Figure, text: str, size: float, most: int) -> list[str]:
    """`text` in lines as wide as the sheet."""
    return wrap(figure, text, size, WIDTH - 2 * MARGIN, most, bold=size == style.TITLE_SIZE)


def _write(figure: Figure, lines: Sequence[str], top: float, size: float) -> float:
    """Write `lines` from `top` down; returns where they end."""
    title = size == style.TITLE_SIZE
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


def _key_layout(figure: Figure, key: Sequence[Artist]) -> tuple[int, float]:
    """The columns of the key, as many as fit side by side, and its height."""
    for columns in range(len(key), 0, -1):
        legend = _make_key(figure, key, columns, 1.0)
        box = legend.get_window_extent().transformed(figure.dpi_scale_trans.inverted())
        legend.remove()
        if box.x1 <= WIDTH - MARGIN or columns == 1:
            return columns, float(box.height)
    return 1, 0.0


def _make_key(figure: Figure, key: Sequence[Artist], columns: int, top: float) -> Legend:
    """The key with its upper edge at `top`, a share of the sheet's height."""
    return figure.legend(
        handles=list(key),
        loc="upper left",
        bbox_to_anchor=(MARGIN / WIDTH, top),
        ncols=columns,
        frameon=False,
        fontsize=style.TEXT_SIZE,
        labelcolor=style.INK,
        handlelength=1.6,
        handletextpad=0.6,
        columnspacing=1.4,
        labelspacing=0.35,
        borderpad=0.0,
        borderaxespad=0.0,
    )


def _write_footer(figure: Figure, run: RunFacts) -> None:
    """Scenario, and what made this picture."""
    scenario = run.scenario
    name = style.drawable(run.name or scenario.name)
    trials = f"{format_count(run.trials)} {'trial' if run.trials == 1 else 'trials'}"
    dot, size = "  \N{MIDDLE DOT}  ", style.SMALL_SIZE
    made = f"seed {run.seed}", "expected values" if run.is_expected else trials
    period = f"{day(run.since or scenario.starts)} to {day(run.until)}", scenario.currency
    lines = (
        dot.join((*made, f"sha256 {(run.sha256 or scenario.sha256)[:12]}")),
        dot.join(period),
        name,
    )
    for number, line in enumerate(lines):
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


def _place_axes(figure: Figure, axes: Axes, bottom: float, top: float) -> None:
    """Fit the axes with their tick and axis labels between `bottom` and `top`."""
    height = figure.get_figheight()
    size = style.TEXT_SIZE
    axes.yaxis.label.set(rotation=0, ha="left", va="bottom", color=style.GREY, fontsize=size)
    axes.xaxis.label.set(color=style.GREY, fontsize=size)
    if axes.get_ylabel():
        top -= 0.26
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

    Those of a title (bold) part at a semicolon where that takes no more of them, and are else
    evened out, so that none is left with a word alone.
    """
    parts = text.split("; ", 1)
    if bold and len(parts) == 2:
        found = _parted(figure, text, size, width, most, bold)
        first, second = (
            _parted(figure, part, size, width, most, bold) for part in (f"{parts[0]};", parts[1])
        )
        return [*first, *second] if len(first) + len(second) == len(found) else found
    return _parted(figure, text, size, width, most, bold)


def _parted(
    figure: Figure, text: str, size: float, width: float, most: int, bold: bool
) -> list[str]:
    """`text` in lines, those of a title evened out."""
    words = KEPT.sub("\N{NO-BREAK SPACE}", text).split(" ")
    space = text_width(figure, "n n", size, bold) - text_width(figure, "nn", size, bold)
    widths = [text_width(figure, word, size, bold) + space for word in words]
    lines = _filled(words, widths, width + space, most)
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

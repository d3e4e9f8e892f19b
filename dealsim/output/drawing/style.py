"""How every plot looks: colours, type, and the way it becomes PNG and SVG bytes.

Figures are built with matplotlib's objects, never through pyplot: nothing is registered
anywhere, and neither the reader's own matplotlib settings nor other figures in the process
change what is drawn.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from dealsim.output.drawing.library import ensure_matplotlib

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart by the colour-blind (jfly.uni-koeln.de/color). Pairs shown
# together also differ in lightness or hatching, for grey print.
BLUE = "#0072B2"
SKY = "#56B4E9"
GREEN = "#009E73"
ORANGE = "#E69F00"
VERMILLION = "#D55E00"
INK = "#1A1A1A"
GREY = "#595959"
RULE = "#B8B8B8"
GRID = "#E4E4E4"
PAPER = "#FFFFFF"

LOSS_HATCH = "////"
"""White strokes that set losses and costs apart from gains without colour."""

TITLE_SIZE = 14.0
TEXT_SIZE = 10.0
SMALL_SIZE = 8.5
"""Points: of the finding; of notes, keys and axes; of the footer. Where a telephone shows a sheet
(of `sheet.WIDTH`) 390 pixels wide, a point is a pixel."""
FAMILY = "DejaVu Sans"
DPI = 160
FORMATS = ("png", "svg")

_SETTINGS: Mapping[str, object] = {
    "svg.hashsalt": "dealsim",  # the names inside an SVG do not change from run to run
    "svg.fonttype": "path",
    "text.parse_math": False,  # "$10 for $20" is money, not mathematics
    "font.family": [FAMILY],
    "font.size": TEXT_SIZE,
    "hatch.linewidth": 0.6,
    "axes.unicode_minus": False,
    "path.simplify": True,
}


@contextmanager
def settings() -> Iterator[None]:
    """matplotlib's own defaults and dealsim's on top, whatever the reader has configured."""
    ensure_matplotlib()
    import matplotlib.style

    with matplotlib.style.context(["default", dict(_SETTINGS)]):
        yield


def render(figure: Figure, formats: Sequence[str] = FORMATS) -> dict[str, bytes]:
    """The figure in each format ("png", "svg"), without dates: the same bytes every time."""
    title = str(figure.get_label())
    metadata: dict[str, dict[str, str | None]] = {
        "png": {"Software": "dealsim", "Title": title},
        "svg": {"Creator": "dealsim", "Title": title, "Date": None},
    }
    pictures = {}
    for name in formats:
        buffer = io.BytesIO()
        with settings():
            figure.savefig(buffer, format=name, dpi=DPI, metadata=metadata[name])
        pictures[name] = buffer.getvalue()
    return pictures


def pictures(
    draw: Callable[[str], Figure], names: Sequence[str], formats: Sequence[str] = FORMATS
) -> Iterator[tuple[str, bytes]]:
    """File names (`profit.png`) and their contents, one plot in memory at a time."""
    for name in names:
        for suffix, picture in render(draw(name), formats).items():
            yield f"{name}.{suffix}", picture


def drawable(text: str) -> str:
    """`text` on one line, with a square for each character that no font here can draw."""
    flat = "".join(" " if unicodedata.category(c).startswith(("C", "Z")) else c for c in text)
    line = " ".join(flat.split())
    unknown = {chr(point) for point in _missing(line)} if len(families(line)) == 1 else set()
    return "".join("\N{WHITE SQUARE}" if c in unknown else c for c in line)


def families(text: str) -> list[str]:
    """Font families that draw `text`: matplotlib's own, and an installed one where it must be."""
    missing = _missing(text)
    if not missing:
        return [FAMILY]
    from matplotlib.font_manager import fontManager

    upright = [font for font in fontManager.ttflist if font.style == "normal"]
    for font in sorted(upright, key=lambda font: (font.weight not in (400, "normal"), font.name)):
        # "Last Resort" has a glyph for everything: a box with the name of its script.
        if missing <= _characters(font.fname) and not font.name.startswith("Last Resort"):
            return [FAMILY, font.name]
    return [FAMILY]


def _missing(text: str) -> frozenset[int]:
    """Characters of `text` that matplotlib's own font does not have."""
    from matplotlib.font_manager import findfont

    return frozenset(ord(c) for c in text) - _characters(findfont(FAMILY))


@cache
def _characters(font_file: str) -> frozenset[int]:
    from matplotlib.font_manager import get_font

    try:
        return frozenset(get_font(font_file).get_charmap())
    except (OSError, RuntimeError, ValueError):  # a broken font on this machine
        return frozenset()


def tint(colour: str, share: float) -> tuple[float, float, float]:
    """`colour` mixed with white; `share` of the colour is 0 (white) to 1."""
    from matplotlib.colors import to_rgb

    red, green, blue = (1 - share * (1 - part) for part in to_rgb(colour))
    return red, green, blue

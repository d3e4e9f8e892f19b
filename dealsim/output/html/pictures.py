"""Plots within a page: as SVG without the words around them, in colours of the page.

A plot's finding and how to read it stand on the page as text. Its colours become classes and
custom properties, so that they turn light on dark where the reader's screen is dark, and the page
needs no style attribute, which its content policy refuses.
"""

from __future__ import annotations

import colorsys
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dealsim.output.drawing import sheet, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
_STYLE = re.compile(r'\sstyle="([^"]*)"')
_LIGHTEST, _DARKEST = 0.95, 0.09
"""Lightness of ink and of paper on a dark screen."""


@dataclass(frozen=True)
class Picture:
    """A plot for the page: its name, what it shows, how to read it, and the SVG as text."""

    name: str
    finding: str
    note: str
    svg: str


class Album:
    """The plots of one page, and the classes and colours that they share."""

    def __init__(self) -> None:
        self._classes: dict[str, str] = {}

    def picture(self, name: str, figure: Figure) -> Picture:
        """A finished plot (`sheet.finish`) as it stands on the page."""
        finding, note = str(figure.get_label()), sheet.note_of(figure)
        for text in list(figure.texts):
            text.remove()
        return Picture(name, finding, note, self._inline(_svg(figure), name))

    def css(self) -> str:
        """Rules of every class that the pictures use, and their colours for light and dark."""
        rules = [f".{name}{{{_in_page(text)}}}" for text, name in self._classes.items()]
        colours = sorted({c.lower() for text in self._classes for c in _COLOUR.findall(text)})
        return "\n".join([_properties(colours), *rules])

    def _inline(self, svg: str, name: str) -> str:
        """The SVG with ids of its own and classes in place of styles."""
        svg = svg[svg.index("<svg") :]
        svg = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>", "", svg, flags=re.S)
        svg = re.sub(r'\sid="([^"]+)"', rf' id="{name}-\1"', svg)
        svg = re.sub(r'href="#', rf'href="#{name}-', svg).replace("url(#", f"url(#{name}-")
        head, rest = svg.split(">", 1)
        box = re.search(r'viewBox="[^"]+"', head)
        assert box is not None, "matplotlib writes one"
        attributes = f'{box[0]} class="picture" aria-hidden="true" focusable="false"'
        links = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
        return f"<svg {attributes} {links}>" + _STYLE.sub(self._class_of, rest)

    def _class_of(self, found: re.Match[str]) -> str:
        text = found[1].strip()
        name = self._classes.setdefault(text, f"s{len(self._classes)}")
        return f' class="{name}"'


def _svg(figure: Figure) -> str:
    buffer = io.BytesIO()
    with style.settings():
        figure.savefig(
            buffer, format="svg", bbox_inches="tight", pad_inches=0.04, transparent=True,
            metadata={"Creator": None, "Date": None, "Format": None, "Type": None},
        )  # fmt: skip
    return buffer.getvalue().decode("utf-8")


def _in_page(text: str) -> str:
    return _COLOUR.sub(lambda found: f"var(--c{found[0][1:].lower()})", text)


def _properties(colours: Iterable[str]) -> str:
    """The colours as custom properties, dark ones where the screen is dark and not on paper."""
    light = "".join(f"--c{one[1:]}:{one};" for one in colours)
    dark = "".join(f"--c{one[1:]}:{turned(one)};" for one in colours)
    return f":root{{{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def turned(colour: str) -> str:
    """A colour for a dark page: the same hue, its lightness turned round."""
    red, green, blue = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    lightness = _LIGHTEST - (_LIGHTEST - _DARKEST) * lightness
    parts = colorsys.hls_to_rgb(hue, lightness, saturation)
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)

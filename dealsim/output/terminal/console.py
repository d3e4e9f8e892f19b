"""Where text for people goes: a terminal or a pipe, in colour or not, in any encoding."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Container, Iterable, Sequence
from typing import TYPE_CHECKING, Literal, TextIO

from dealsim.text import visible, visible_lines
from dealsim.units import CURRENCIES

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 80
WIDEST = 100
COLUMN_GAP = 3
"""Blanks between the columns of a table."""
LEAST_WIDTH = 4
"""Characters that a column keeps at least."""
LONGEST_WORD = 20
"""Characters up to which a word is kept whole: longer ones are paths."""
NO_BREAK = "\N{NO-BREAK SPACE}"

PLAIN = {
    "\N{PLUS-MINUS SIGN}": "+/-",
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{MINUS SIGN}": "-",
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{MIDDLE DOT}": "-",
    "\N{MULTIPLICATION SIGN}": "x",
    "\N{LESS-THAN OR EQUAL TO}": "<=",
    "\N{GREATER-THAN OR EQUAL TO}": ">=",
    "\N{RIGHTWARDS ARROW}": "->",
}
"""What is written where an encoding lacks a character; currency signs become codes."""


class EncodableStream:
    """A text stream that never fails over a character its encoding cannot take."""

    def __init__(self, stream: TextIO, currency: str | None = None) -> None:
        self._stream = stream
        self.encoding = getattr(stream, "encoding", None) or "utf-8"
        self._plain = dict(PLAIN)
        if currency is not None and currency in CURRENCIES:
            self._plain[CURRENCIES[currency].sign] = f"{currency} "

    def write(self, text: str) -> int:
        self._stream.write(self.encodable(text))
        return len(text)

    def encodable(self, text: str) -> str:
        """`text` with other words for what the stream's encoding lacks."""
        lacking = {c for c in text if not c.encode(self.encoding, "ignore")}
        return "".join(self._plain.get(c, "?") if c in lacking else c for c in text)

    def flush(self) -> None:
        self._stream.flush()

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()


def make_console(stream: TextIO | None = None, currency: str | None = None) -> Console:
    """A rich console on `stream` (stdout): plain, and 80 wide, unless that is a terminal.

    With NO_COLOR a terminal gets no colour either. rich draws boxes in ASCII where the encoding
    is not a Unicode one.
    """
    from rich.console import Console

    stream = sys.stdout if stream is None else stream
    terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
    console = Console(
        file=EncodableStream(stream, currency),  # type: ignore[arg-type]
        force_terminal=terminal,
        no_color=not terminal or bool(os.environ.get("NO_COLOR")),
        color_system="auto" if terminal else None,
        width=None if terminal else PIPE_WIDTH,
        highlight=False,
        markup=False,
        emoji=False,
    )
    if terminal and console.width > WIDEST:
        console.width = WIDEST
    return console


class Printer:
    """Paragraphs, lines and tables for people; words are made encodable before they are set."""

    def __init__(self, stream: TextIO | None = None, currency: str | None = None) -> None:
        stream = sys.stdout if stream is None else stream
        self._console = make_console(stream, currency)
        self._stream = EncodableStream(stream, currency)

    def _encodable(self, text: str) -> str:
        """`text` with nothing that the terminal would obey, nor lacks; its lines stay lines."""
        return self._stream.encodable(visible_lines(text))

    def paragraph(self, text: str, style: str = "", indent: str = "") -> None:
        """Text wrapped to the width, lines after the first indented; addresses stay whole, and a
        number and its per cent sign on one line."""
        from rich.text import Text

        kept = _kept(self._encodable(text.replace("\n", " ")))
        lines = textwrap.wrap(
            kept,
            self._console.width,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in lines or [""]:
            whole = line.replace(f"{NO_BREAK}%", " %")
            self._console.print(Text(whole, style=style), soft_wrap=True)

    def line(self, text: str) -> None:
        """Text on one line, however long: a path can then be copied."""
        self._console.print(self._encodable(visible(text)), soft_wrap=True)

    def table(
        self,
        headings: Sequence[str],
        rows: Iterable[Sequence[str]],
        left: Container[int] = (0,),
        wrapped: Container[int] | None = None,
    ) -> None:
        """A table; columns of text (`left`) stand to the left, figures to the right.

        Cells of `wrapped` columns take several lines where there is no room: of all but the first
        unless told.
        """
        from rich.box import SIMPLE_HEAD
        from rich.table import Table

        table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
        lines = [[self._encodable(cell) for cell in row] for row in (headings, *rows)]
        told = range(1, len(headings)) if wrapped is None else wrapped
        narrow = [place for place in range(len(headings)) if place in told]
        widths = _widths(lines, narrow, self._console.width - COLUMN_GAP * (len(headings) - 1))
        for place, heading in enumerate(lines[0]):
            justify: Literal["left", "right"] = "left" if place in left else "right"
            table.add_column(_folded(heading, widths[place]), justify=justify, overflow="fold")
        for row in lines[1:]:
            table.add_row(*map(_folded, row, widths))
        if self._console.is_terminal:
            self._console.print(table)
            return
        with self._console.capture() as captured:  # the blanks that fill its last column
            self._console.print(table)
        for line in captured.get().splitlines():
            self.line(line.rstrip())


def _widths(lines: Sequence[Sequence[str]], narrow: Sequence[int], room: int) -> list[int]:
    """How wide each column is: as its longest cell, unless all together have no room; then the
    widest of the `narrow` ones gives way, as far as its longest word (of a path, too long to be
    one, as far as `LONGEST_WORD`), and beyond that only where there is no other way."""
    columns = zip(*lines, strict=True)
    cells = [[line for cell in column for line in cell.split("\n")] for column in columns]
    widths = [max(map(len, column)) for column in cells]
    words = [
        max(
            (min(len(w), LONGEST_WORD) for line in column for w in _kept(line).split(" ")),
            default=1,
        )
        for column in cells
    ]
    for least in (words, [LEAST_WIDTH] * len(words)):
        while sum(widths) > room:
            wide = [place for place in narrow if widths[place] > least[place]]
            if not wide:
                break
            widths[max(wide, key=lambda place: widths[place])] -= 1
    return widths


def _folded(cell: str, width: int) -> str:
    """A cell in lines of this width, a number and its per cent sign on one."""
    lines = [
        part
        for line in cell.split("\n")
        for part in (textwrap.wrap(_kept(line), width) if len(line) > width else [line])
    ]
    return "\n".join(lines).replace(f"{NO_BREAK}%", " %")


def _kept(text: str) -> str:
    return text.replace(" %", f"{NO_BREAK}%")

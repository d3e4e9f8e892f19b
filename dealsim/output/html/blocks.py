"""What a page is made of: chapters of pictures, tables and text, in plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dealsim.output.html.pictures import Picture


@dataclass(frozen=True)
class KeyFigure:
    """A figure of the first screen: what it is, the figure, and what it says more exactly; its
    `tone` is `good`, `bad` or neither."""

    name: str
    value: str
    more: str
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """A table: its caption, headings, and rows of cells; the first column is a heading of its row
    and the columns of `words` (by place) hold text, the others numbers. Of `totals` (by place),
    rows are set apart."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: Sequence[int] = ()
    totals: Sequence[int] = ()


@dataclass(frozen=True)
class Block:
    """A part of a chapter: a picture, a table, text or a list, whichever there is; a table beside
    a picture holds its figures and is folded away beneath it, unless it stands `open`. `markup` is
    HTML of a template, in which all text is escaped."""

    picture: Picture | None = None
    table: Table | None = None
    paragraphs: Sequence[str] = ()
    items: Sequence[str] = ()
    open: bool = False
    markup: str = ""


@dataclass(frozen=True)
class Chapter:
    """A part of the page: its anchor, heading, a sentence that says what is found, its blocks, and
    how to read them, folded away; `on_paper` says whether it is printed too."""

    anchor: str
    heading: str
    read: str
    blocks: Sequence[Block]
    how: str = ""
    on_paper: bool = True

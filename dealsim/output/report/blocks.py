"""What a page is made of: sections of pictures, tables and text, in plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dealsim.output.report.pictures import Picture


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
    """A part of a section: a picture, a table, text or a list, whichever there is; a table beside
    a picture holds its figures and is folded away beneath it, unless it stands `open`."""

    picture: Picture | None = None
    table: Table | None = None
    paragraphs: Sequence[str] = ()
    items: Sequence[str] = ()
    open: bool = False


@dataclass(frozen=True)
class Chapter:
    """A section of the page: its anchor, heading, a sentence on how to read it, and its parts;
    `on_paper` those that are printed too."""

    anchor: str
    heading: str
    read: str
    blocks: Sequence[Block]
    on_paper: bool = True
    folded: bool = field(default=False)

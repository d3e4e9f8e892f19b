"""A page of dealsim's read back as a browser would: its elements, their attributes, its tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "br", "hr", "img", "input"})


@dataclass
class ReadTable:
    """A table as it stands: `rows` of cells' text with the head first, `scopes` those of its
    headings."""

    caption: str = ""
    rows: list[list[str]] = field(default_factory=list)
    scopes: list[str | None] = field(default_factory=list)

    def row(self, name: str) -> list[str]:
        """The cells of the row headed by `name`, without the heading."""
        return next(row[1:] for row in self.rows if row[0] == name)

    def numbers(self, name: str) -> list[Decimal]:
        """The amounts of that row."""
        return [amount(cell) for cell in self.row(name)]

    def column(self, head: str) -> list[str]:
        """The cells beneath a heading."""
        place = self.rows[0].index(head)
        return [row[place] for row in self.rows[1:]]


class ReadPage(HTMLParser):
    """What stands on a page; raises AssertionError where an element is not closed as opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[ReadTable] = []
        self.words: list[str] = []
        self.style = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def table(self, caption: str) -> ReadTable:
        """The one table of a caption."""
        (found,) = (one for one in self.tables if one.caption == caption)
        return found

    @property
    def text(self) -> str:
        """All that is read, on one line."""
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in VOID:
            return
        self._open.append(tag)
        if tag == "table":
            self.tables.append(ReadTable())
        elif tag == "tr":
            self.tables[-1].rows.append([])
        elif tag in ("th", "td"):
            self.tables[-1].rows[-1].append("")
            if tag == "th":
                self.tables[-1].scopes.append(dict(attrs).get("scope"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            self.style += data
            return
        self.words.append(data)
        if "caption" in self._open:
            self.tables[-1].caption += data
        elif {"th", "td"} & set(self._open):
            self.tables[-1].rows[-1][-1] += data


def amount(text: str) -> Decimal:
    """`-$3,080.25` as a number."""
    return Decimal(re.sub(r"[^0-9.\-]", "", text))

"""The HTML of pages: well-formed, and what points at something points at something there."""

from __future__ import annotations

import itertools
import re
from xml.etree.ElementTree import Element

import html5lib
import pytest

from tests.report.conftest import PageFile
from tests.report.pages import CASES

REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "for", "headers")
UNWRITTEN = re.compile(r"\b(None|nan|NaN|inf|undefined|Infinity)\b|\bn/a\b")
"""What a program writes where nobody has told it what to write."""


def parsed(html: str) -> Element:
    """The document as a browser reads it; an error of parsing is raised."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    found: Element = parser.parse(html)
    return found


@pytest.fixture(params=CASES)
def html(request: pytest.FixtureRequest, page_file: PageFile) -> str:
    """The text of the page of each case."""
    return page_file(request.param).read_text(encoding="utf-8")


def words(root: Element) -> str:
    """What is read of a page: its text, without style sheet and pictures."""
    parts: list[str] = []

    def walk(element: Element) -> None:
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "comment"
        if name not in ("style", "script", "svg", "comment"):
            parts.append(element.text or "")
            for inner in element:
                walk(inner)
        parts.append((element.tail or "") + "\n")

    walk(root)
    return "".join(parts)


def test_is_well_formed(html: str) -> None:
    root = parsed(html)
    assert root.get("lang") == "en"
    ids = [one.get("id", "") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    pointed = [
        name for one in root.iter() for ref in REFERENCES for name in one.get(ref, "").split()
    ]
    pointed += [one.get("href", "")[1:] for one in root.iter("a")]
    assert set(pointed) <= set(ids)
    links = {one.get("href", "")[:1] for one in root.iter("a")}
    assert links == {"#"}, "a page leads to no other"


def test_headings_are_in_order(html: str) -> None:
    found = [int(one.tag[1]) for one in parsed(html).iter() if re.fullmatch("h[1-6]", str(one.tag))]
    assert found[0] == 1
    assert found.count(1) == 1
    assert all(later <= before + 1 for before, later in itertools.pairwise(found))


def test_tables_are_whole(html: str) -> None:
    """As many cells as headings in every row, rows, and something in them."""
    for table in parsed(html).iter("table"):
        heads = table.findall("./thead/tr/th")
        rows = table.findall("./tbody/tr")
        caption = table.findtext("./caption")
        assert caption
        assert rows, caption
        assert all(len(list(row)) == len(heads) > 1 for row in rows), caption
        assert all("".join(head.itertext()).strip() for head in heads), caption


def test_headings_are_followed_by_something(html: str) -> None:
    for block in parsed(html).iter():
        inner = list(block)
        for one, after in zip(inner, [*inner[1:], None], strict=False):
            if re.fullmatch("h[1-6]", str(one.tag)):
                assert after is not None, one.text
                assert "".join(after.itertext()).strip(), one.text


def test_says_nothing_that_no_owner_says(html: str) -> None:
    """Names of keys stand in sources, which quote, and in warnings, which say what to write."""
    root = parsed(html)
    said = words(root)
    assert not UNWRITTEN.search(said), UNWRITTEN.search(said)
    assert "never to never" not in said
    for chapter in root.iter("section"):
        if chapter.get("id") not in ("assumptions", "warnings"):
            assert not re.search(r"\b[a-z]+_[a-z_]+\b", words(chapter))

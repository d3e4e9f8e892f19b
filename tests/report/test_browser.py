"""Pages in a real Chromium: nothing loaded, nothing complained of, nothing out of reach."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.report.conftest import PageFile

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SHOWN = ("plain", "rich", "deals", "forty segments", "long name", "right to left", "no sale")
"""Pages that differ in what stands on them."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAPER = {"A4": (595, 842), "Letter": (612, 792)}
"""Width and height in points."""
MOST_SHEETS = 4


@pytest.fixture
def opened(browser: Browser) -> Iterator[Page]:
    """An empty page of a browser without memory."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def show(page: Page, file: Path) -> None:
    """Load a page from disk, and unfold all that is folded."""
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


@pytest.mark.parametrize("name", SHOWN)
def test_loads_nothing_and_complains_of_nothing(
    name: str, opened: Page, page_file: PageFile
) -> None:
    """The console also tells what the page's content policy refuses."""
    file = page_file(name)
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda one: asked.append(one.url))
    opened.on("console", lambda one: said.append(one.text))
    opened.on("pageerror", lambda one: said.append(str(one)))
    show(opened, file)
    assert asked == [file.as_uri()]
    assert said == []
    assert opened.evaluate("document.styleSheets.length") == 1
    assert file.stat().st_size < 3_000_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["plain", "rich", "no sale"])
def test_is_accessible(name: str, scheme: str, browser: Browser, page_file: PageFile) -> None:
    """No rule of axe-core is broken on a telephone, a tablet and a screen."""
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(page_file(name).as_uri())
    found = {}
    for width in (390, 768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        show(page, page_file(name))
        told = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
        if told.violations_count:
            found[width] = told.generate_report()
    context.close()
    assert not found, "\n".join(found.values())


@pytest.mark.parametrize("name", SHOWN)
def test_is_never_wider_than_the_screen(name: str, opened: Page, page_file: PageFile) -> None:
    """What is wide scrolls in a frame of its own."""
    show(opened, page_file(name))
    too_wide = {}
    for width in (320, 360, 390, 768, 1024, 1440, 1920, 2560):
        opened.set_viewport_size({"width": width, "height": 800})
        found = opened.evaluate("document.documentElement.scrollWidth")
        if found > width:
            too_wide[width] = found
    assert not too_wide


def test_is_read_without_a_mouse(opened: Page, page_file: PageFile) -> None:
    """Tab reaches every link, every fold and every frame that scrolls, in the order of the page,
    each time where it can be seen that it did; and leaves again."""
    opened.set_viewport_size({"width": 390, "height": 800})
    opened.goto(page_file("rich").as_uri())
    wanted = opened.evaluate(
        "[...document.querySelectorAll('a, summary, [tabindex], input, button')].filter("
        "one => one.checkVisibility() && !one.disabled && one.tabIndex >= 0).length"
    )
    order: list[float] = []
    for _ in range(wanted + 5):
        opened.keyboard.press("Tab")
        place = opened.evaluate(
            """() => {
              const one = document.activeElement;
              if (one === document.body || one === null) return null;
              const all = [...document.querySelectorAll('*')];
              const style = getComputedStyle(one), box = one.getBoundingClientRect();
              const marked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
              const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0;
              return [all.indexOf(one), marked && seen];
            }"""
        )
        if place is None:
            break
        assert place[1], f"element {place[0]} has the focus and does not show it"
        order.append(place[0])
    assert len(order) == wanted
    assert order == sorted(order)


def test_folds_open_with_the_keyboard(opened: Page, page_file: PageFile) -> None:
    opened.goto(page_file("plain").as_uri())
    opened.focus("summary")
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.querySelector('details').open")


@pytest.mark.parametrize("paper", PAPER)
@pytest.mark.parametrize("name", ["rich", "plain"])
def test_prints_on_few_sheets(name: str, paper: str, opened: Page, page_file: PageFile) -> None:
    """Four at most, numbered, on the paper that is asked for."""
    from pypdf import PdfReader

    opened.goto(page_file(name).as_uri())
    document = opened.pdf(format=paper, prefer_css_page_size=False)
    sheets = PdfReader(io.BytesIO(document)).pages
    texts = [sheet.extract_text() for sheet in sheets]
    assert len(sheets) <= MOST_SHEETS
    for number, (sheet, text) in enumerate(zip(sheets, texts, strict=True), start=1):
        size = (round(float(sheet.mediabox.width)), round(float(sheet.mediabox.height)))
        assert all(abs(ours - theirs) <= 1 for ours, theirs in zip(size, PAPER[paper], strict=True))
        assert re.search(rf"\b{number}\s*/\s*{len(sheets)}\b", text), f"sheet {number}"
        assert len(text) > 300, f"sheet {number} is nearly empty"

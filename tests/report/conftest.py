"""A real browser for the pages, and pages that are built once for all tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.report import pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
"""Programs that are Chromium, as the systems call it."""

PageFile = Callable[[str], Path]
OpenPage = Callable[..., "Page"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, without a window; tests are skipped where there is none."""
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        if os.environ.get("DEALSIM_REQUIRE_PROGRAMS") == "1":
            pytest.fail("chromium is required and not installed")
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        # containers allow no sandbox of its own, and give little shared memory
        opened = play.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> PageFile:
    """The file of a page of `pages.CASES` by its name, made by whichever worker needs it first."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "report-pages"
    folder.mkdir(exist_ok=True)
    return lambda name: pages.built(name, folder)


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[OpenPage]:
    """Opens HTML from disk: `open_page(text, hash="a=1", width=390)`. At the end no page may have
    asked for anything but its file, nor have written to the console, nor have failed."""
    contexts, asked, said = [], list[str](), list[str]()
    file = tmp_path / "page.html"

    def watch(request: Request) -> None:
        if not request.url.startswith((file.as_uri(), "data:")):
            asked.append(request.url)

    def opened(
        html: str, hash: str = "", width: int = 1280, dark: bool = False, scripts: bool = True
    ) -> Page:
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", watch)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(file.as_uri() + (f"#{hash}" if hash else ""))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert asked == []
    assert said == []

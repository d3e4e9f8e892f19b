"""A real browser for pages: Debian's Chromium, and pages that may ask nobody for anything."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window; skipped where it is not installed, unless it has to be."""
    program = shutil.which("chromium")
    if program is None:
        if os.environ.get("DEALSIM_REQUIRE_PROGRAMS") == "1":
            pytest.fail("chromium is required and not installed")
        pytest.skip("chromium is not installed")
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield found
        found.close()


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

"""What others wrote is text on a page, whatever it says: no script, no style, no structure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

import pytest

import dealsim
from dealsim.decisions.briefing import Briefing, briefing
from dealsim.errors import Problem
from dealsim.output.report.page import page
from tests.report.pages import RICH
from tests.report.test_markup import parsed

if TYPE_CHECKING:
    from playwright.sync_api import Browser

STRINGS = Path(__file__).parents[1] / "data" / "naughty_strings.txt"
CANARY = """
window.alert = window.confirm = window.prompt = window.eval = () => { window.sung = true; };
Object.defineProperty(window, 'javascript', {set() { window.sung = true; }});
"""
"""Runs before anything of the page, and remembers whether a script called what scripts call."""

OWN = (
    "</title><script>alert(1)</script>",
    "--></style><style>*{display:none}</style><!--",
    "]]></svg><svg onload=alert(1)>",
    "\"><img src=x onerror=alert(1)>'",
    '" autofocus onfocus="alert(1)" x="',
    "{{ 7*7 }}{% include 'base.html.j2' %}",
    '=HYPERLINK("http://example.com","x")',
    "$\\frac{1}{2}$ $x^2$ \\input{x}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    '<!-- -- > <metadata></metadata> style="x" id="main"',
)
"""For the places where text stands: title, style sheet, picture, attribute, template, cell."""


@cache
def strings() -> tuple[str, ...]:
    """The published strings and ours."""
    lines = STRINGS.read_text(encoding="utf-8").split("\n")
    return (*OWN, *(line for line in lines if line and not line.startswith(("#\t", "# "))))


def quoted(text: str) -> str:
    """A text for YAML."""
    return "'" + text.replace("'", "''") + "'"


def hostile_scenario(say: Sequence[str]) -> str:
    """The rich scenario with a string in every place that takes text of the owner's."""
    taken = iter(say)
    text = RICH.replace('"A restaurant, with everything"', quoted(next(taken)))
    text = text.replace("name: Groupon", f"name: {quoted(next(taken))}")
    text = text.replace('"judgement: my till"', quoted(next(taken)))
    text = text.replace("an advert in the paper", quoted(next(taken)))
    text += f"campaigns: [{{starts: 2024-02-01, name: {quoted(next(taken))}}}, "
    return text + f"{{starts: 2024-08-01, name: {quoted(next(taken))}}}]\n"


def told(text: str, folder: Path) -> Briefing:
    """A short briefing of a scenario's text."""
    file = folder / "hostile.yaml"
    file.write_text(f"dealsim: 1\n{text}", encoding="utf-8")
    return briefing(dealsim.load(file), trials=20, workers=1)


def outline(root: Element) -> list[str]:
    """The elements of a page in their order, those of a picture aside: its letters are drawn."""
    found: list[str] = []
    for one in root:
        found.append(str(one.tag))
        if not str(one.tag).endswith("}svg"):
            found += outline(one)
    return found


def sings(html: str, browser: Browser, folder: Path) -> list[str]:
    """What the browser says of a page, and what it asked for, if a script runs or anything is."""
    file = folder / "hostile.html"
    file.write_text(html, encoding="utf-8")
    context = browser.new_context(bypass_csp=True)  # escaping alone has to do, without the policy
    context.add_init_script(CANARY)
    shown = context.new_page()
    said: list[str] = []
    shown.on("console", lambda one: said.append(one.text))
    shown.on("request", lambda one: said.append(one.url))
    shown.on("dialog", lambda one: one.dismiss())
    shown.goto(file.as_uri())
    shown.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    shown.mouse.move(200, 200)
    shown.keyboard.press("Tab")
    if shown.evaluate("window.sung === true"):
        said.append("a script ran")
    if shown.evaluate("getComputedStyle(document.querySelector('h1')).display") == "none":
        said.append("the style changed")
    context.close()
    return [one for one in said if one != file.as_uri()]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Briefing:
    """A scenario in which text of the owner's stands wherever it may."""
    return told(hostile_scenario(OWN), tmp_path_factory.mktemp("hostile"))


def test_a_scenario_that_attacks(hostile: Briefing, browser: Browser, tmp_path: Path) -> None:
    """From the file to the page: the same elements as with plain words, and no script."""
    harmless = told(hostile_scenario([f"word {k}" for k in range(6)]), tmp_path)
    html = page(hostile, command=" ".join(OWN))
    assert outline(parsed(html)) == outline(parsed(page(harmless, command="x")))
    assert sings(html, browser, tmp_path) == []


def test_published_strings(hostile: Briefing, browser: Browser, tmp_path: Path) -> None:
    """All of them, as warnings, as the name, and as the command line."""
    assert len(strings()) > 250
    html = page(_saying(hostile, strings()), command=" ".join(strings()))
    harmless = page(_saying(hostile, ["word"] * len(strings())), command="word")
    assert outline(parsed(html)) == outline(parsed(harmless))
    assert sings(html, browser, tmp_path) == []


def _saying(found: Briefing, texts: Sequence[str]) -> Briefing:
    """The briefing with these as warnings, and together as the scenario's name."""
    scenario = found.scenario.model_copy(update={"name": " ".join(texts)})
    warnings = tuple(Problem(text, text) for text in texts)
    return replace(found, result=replace(found.result, scenario=scenario, warnings=warnings))

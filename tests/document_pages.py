"""The parts of the documentation that are made, not written: pages, pictures, quoted output."""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import dealsim
from dealsim import Liability
from dealsim.output.books import plots as books_plots
from dealsim.output.books.plots import actuals
from dealsim.output.decisions import counter_offer_plot, joint_plot
from dealsim.output.decisions.values import shower
from dealsim.output.drawing import style
from dealsim.output.run.plots import (
    campaigns,
    cash,
    draw_all,
    liability,
    profit,
    redemption,
    waterfall,
)
from dealsim.records import read_register
from dealsim.results import Result
from dealsim.scenario.reference import reference
from tests.api_page import api_page
from tests.defaults_page import defaults_page
from tests.documents import DOCUMENTS, ROOT, Block, Command, agrees, blocks, commands, run
from tests.survey_page import survey_page

IMAGES: Mapping[str, tuple[str, str, int]] = {
    "profit": ("one-coupon", "profit", 10_000),
    "cash": ("one-coupon", "cash", 10_000),
    "waterfall": ("one-coupon", "waterfall", 10_000),
    "liability": ("one-coupon", "liability", 10_000),
    "redemption": ("one-coupon", "redemption", 10_000),
    "campaigns": ("blend-creations", "campaigns", 10_000),
    "redemption-capacity": ("need-a-cake", "redemption", 2_000),
    "waffles-profit": ("back-alley-waffles", "profit", 10_000),
    "waffles-cash": ("back-alley-waffles", "cash", 10_000),
}
"""The pictures in docs/images: scenario of the library, plot, trials."""

REGISTER = ("docs/examples/blend-register.csv", date(2011, 12, 31), "proportional")
"""The register of docs/accounting.md, the day it is as of, and the breakage policy there."""

BOOKS_IMAGES = ("actuals",)
"""Pictures in docs/images that `dealsim liability` draws of it."""

DECISION_IMAGES = ("waffles-counter-offer", "waffles-frontier")
"""Pictures in docs/images that `dealsim breakeven` draws of Back Alley Waffles."""

PAGE_IMAGES = ("waffles-report",)
"""Pictures in docs/images of the first screen of a page, taken with Chromium."""

FRONTIER = ("platform.commission", "deal.face_value")
"""The two terms of the latter."""

_TITLES = {
    "profit": profit.title,
    "cash": cash.title,
    "waterfall": waterfall.title,
    "liability": liability.title,
    "redemption": redemption.title,
    "campaigns": campaigns.title,
}


@cache
def result_of(scenario: str, trials: int) -> Result:
    """A scenario of the library as `dealsim run` simulates it."""
    return dealsim.simulate(dealsim.load(ROOT / "scenarios" / f"{scenario}.yaml"), trials=trials)


@cache
def books_of_register() -> Liability:
    """The books that go on from the register of the documentation."""
    file, as_of, breakage = REGISTER
    overrides = {"accounting.breakage": breakage}
    scenario = dealsim.load(ROOT / "scenarios" / "one-coupon.yaml", overrides)
    return dealsim.liability(scenario, actuals=read_register(ROOT / file, as_of, scenario))


@cache
def decision_picture(name: str) -> tuple[str, bytes]:
    """The title of a decision's plot, and the plot."""
    scenario = dealsim.load(ROOT / "scenarios" / "back-alley-waffles.yaml")
    if name == "waffles-frontier":
        figure = joint_plot.draw(dealsim.frontier(scenario, FRONTIER, target="P(loss) <= 20%"))
    else:
        offer = dealsim.counter_offer(scenario, show=shower(scenario.currency))
        figure = counter_offer_plot.draw(offer)
    return str(figure.get_label()), style.render(figure, ["png"])["png"]


def _take_picture(file: Path) -> None:
    """The first screen of Back Alley Waffles' page, as a screen of 1,000 pixels shows it."""
    from playwright.sync_api import sync_playwright

    scenario = dealsim.load(ROOT / "scenarios" / "back-alley-waffles.yaml")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1_000, "height": 860})
        page.set_content(dealsim.report(scenario))
        page.screenshot(path=file)
        browser.close()


def picture_text(name: str) -> str:
    """The text beside a picture: what kind of plot it is, and the title it bears."""
    if name in DECISION_IMAGES:
        title, _ = decision_picture(name)
        return f"{name.removeprefix('waffles-')}: {' '.join(title.split())}"
    if name in PAGE_IMAGES:
        result = result_of(name.replace("waffles-report", "back-alley-waffles"), 10_000)
        return f"report: {result.summary()['verdict_sentences'][0]}"
    if name in BOOKS_IMAGES:
        books = books_of_register()
        assert books.actuals is not None
        return f"{name}: {' '.join(actuals.title(books, books.actuals).split())}"
    scenario, plot, trials = IMAGES[name]
    return f"{plot}: {' '.join(_TITLES[plot](result_of(scenario, trials)).split())}"


def workplace(folder: Path) -> None:
    """What the commands of a document find where they are run: scenarios and examples."""
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    shutil.copytree(ROOT / "docs" / "examples", folder / "docs" / "examples")


def write_file(block: Block, folder: Path) -> None:
    """Make the file that a block is marked as."""
    if block.file is not None:
        (folder / block.file).write_text(block.text, encoding="utf-8")


def accept() -> None:
    """Write pages, pictures and quoted output anew. Read the difference before committing it."""
    docs = ROOT / "docs"
    (docs / "scenario.md").write_text(reference(), encoding="utf-8", newline="\n")
    (docs / "defaults.md").write_text(defaults_page(), encoding="utf-8", newline="\n")
    (docs / "api.md").write_text(api_page(), encoding="utf-8", newline="\n")
    (docs / "surveys.md").write_text(survey_page(), encoding="utf-8", newline="\n")
    for name, (scenario, plot, trials) in IMAGES.items():
        for _, content in draw_all(result_of(scenario, trials), [plot], ["png"]):
            (docs / "images" / f"{name}.png").write_bytes(content)
    for name, content in books_plots.draw_all(books_of_register(), BOOKS_IMAGES, ["png"]):
        (docs / "images" / name).write_bytes(content)
    for name in DECISION_IMAGES:
        (docs / "images" / f"{name}.png").write_bytes(decision_picture(name)[1])
    for name in PAGE_IMAGES:
        _take_picture(docs / "images" / f"{name}.png")
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for name in (*IMAGES, *BOOKS_IMAGES, *DECISION_IMAGES, *PAGE_IMAGES):
            text = re.sub(
                rf"!\[[^\]]*\](\([\w/]*images/{name}\.png\))",
                lambda found, name=name: f"![{picture_text(name)}]{found[1]}",  # type: ignore[misc]
                text,
            )
        for block, now in _blocks_now(document):
            text = text.replace(block.text, now)
        document.write_text(text, encoding="utf-8", newline="\n")


def _blocks_now(document: Path) -> list[tuple[Block, str]]:
    """The console blocks of a document with the output of today."""
    found = []
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        workplace(Path(folder))
        for block in blocks(document):
            write_file(block, Path(folder))
            if block.language == "console":
                found.append((block, "".join(_now(command) for command in commands(block))))
    return found


def _opening(said: list[str]) -> list[str]:
    """The first paragraph, and the first item of a list that follows it."""
    end = [*said, ""].index("")
    items = [k for k, line in enumerate(said) if line.startswith("- ")]
    if items[:1] != [end + 1]:
        return said[:end]
    over = (k for k in range(end + 2, len(said)) if not said[k].startswith("  "))
    return said[: next(over, len(said))]


def _now(command: Command) -> str:
    """A command and its output: all of it, or its opening where the rest is left out."""
    _, said = run(command.text, command.typed)
    quoted = list(command.quoted)
    if not agrees(command.quoted, said) and quoted.count("...") <= 1:
        if quoted[-1:] == ["..."]:
            quoted = [*_opening(said), "..."]
        elif quoted and quoted[0] != "...":
            quoted = said
    elif quoted == ["..."]:
        quoted = [*_opening(said), "..."]
    return "".join(f"{line}\n" for line in [f"$ {command.text}", *quoted])

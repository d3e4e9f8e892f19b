"""`report`: one page to take along, a single HTML file that needs nothing from elsewhere."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from dealsim.decisions import LIMIT, WhatIf
from dealsim.decisions.briefing import Briefing, Progress, briefing
from dealsim.output.decisions.values import shower
from dealsim.output.html.blocks import Block, Chapter
from dealsim.output.html.frame import asset, environment, footer, rendered
from dealsim.output.html.pictures import Album
from dealsim.output.report.advice import asking, decisions
from dealsim.output.report.assumptions import assumptions, glossary, warnings
from dealsim.output.report.first_screen import first_screen
from dealsim.output.report.outcome import outcome
from dealsim.output.report.whatif_view import what_if_view
from dealsim.output.run.plots import draw
from dealsim.parts import PARTS
from dealsim.scenario import Scenario

ROOM = "dealsim.output.report"


def report(
    scenario: Scenario,
    *,
    limit: float = LIMIT,
    trials: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> str:
    """The page of a scenario as HTML, to be written to a file: what the deal will do, what to ask
    for, what matters, on what it rests.

    `limit` is the chance of a loss that one accepts, of 1; trials and seed default to the
    scenario's; `progress` is told the share done, of 1. Raises UsageError where an argument is out
    of range.
    """
    found = briefing(
        scenario,
        limit=limit,
        trials=trials,
        seed=seed,
        workers=workers,
        show=shower(scenario.currency),
        progress=progress,
    )
    file = "FILE" if scenario.file is None else scenario.file.name
    return page(found, file=shlex.quote(file))


def page(found: Briefing, *, command: str = "", file: str = "") -> str:
    """The page of a briefing as HTML; `command` is the command line that makes it again, `file` the
    scenario's as a command line has it.

    Of a scenario told in parts of a whole (`in_parts`) neither is shown, nor the hash of
    the scenario: all may tell amounts.
    """
    album, result = Album(), found.result
    hidden = result.scenario.currency in PARTS
    file = "FILE" if hidden else file
    futures = album.picture("profit", draw(result, "profit"))
    first = first_screen(found, futures)
    chapters = list(_chapters(found, album, file))
    made = footer(
        sha256="" if hidden else result.scenario.sha256,
        seed=result.seed,
        trials=result.trials,
        currency=result.scenario.currency,
        command="" if hidden else command,
    )
    return rendered(
        ROOM,
        "page.html.j2",
        title=result.scenario.name,
        chapters=chapters,
        footer=made,
        rules=f"{asset(ROOM, 'whatif.css')}\n{album.css()}",
        script="" if found.what_if is None else asset(ROOM, "whatif.js"),
        first=first,
    )


def _chapters(found: Briefing, album: Album, file: str) -> Iterator[Chapter]:
    if found.offer is not None:
        yield asking(found.offer, found.scenario)
    if found.what_if is not None and found.what_if.sliders:
        yield _sliders(found.what_if, file)
    yield from outcome(found, album)
    yield from decisions(found, album)
    yield assumptions(found.scenario)
    if (told := warnings(found.result)) is not None:
        yield told
    yield glossary()


def _sliders(found: WhatIf, file: str) -> Chapter:
    view = what_if_view(found, file)
    markup = environment(ROOM).get_template("whatif.html.j2").render(what_if=view)
    read = (
        "Move a number to see what the deal would do. All else stays as it is: what you do not "
        "know stays uncertain until you move it."
    )
    return Chapter("what-if", "What if", read, [Block(markup=markup)], on_paper=False)

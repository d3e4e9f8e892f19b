"""`report`: one page to take along, a single HTML file that needs nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from dealsim.decisions.briefing import Briefing
from dealsim.output.html.blocks import Chapter
from dealsim.output.html.frame import footer, rendered
from dealsim.output.html.pictures import Album
from dealsim.output.report.advice import asking, decisions
from dealsim.output.report.assumptions import assumptions, glossary, warnings
from dealsim.output.report.first_screen import first_screen
from dealsim.output.report.outcome import outcome
from dealsim.output.run.plots import draw

ROOM = "dealsim.output.report"


def page(found: Briefing, *, command: str = "") -> str:
    """The page of a briefing as HTML; `command` is the command line that makes it again."""
    album, result = Album(), found.result
    futures = album.picture("profit", draw(result, "profit"))
    first = first_screen(found, futures)
    chapters = list(_chapters(found, album))
    made = footer(
        sha256=result.scenario.sha256,
        seed=result.seed,
        trials=result.trials,
        currency=result.scenario.currency,
        command=command,
    )
    return rendered(
        ROOM,
        "page.html.j2",
        title=result.scenario.name,
        chapters=chapters,
        footer=made,
        rules=album.css(),
        first=first,
    )


def _chapters(found: Briefing, album: Album) -> Iterator[Chapter]:
    if found.offer is not None:
        yield asking(found.offer, found.scenario)
    yield from outcome(found, album)
    yield from decisions(found, album)
    yield assumptions(found.scenario)
    if (told := warnings(found.result)) is not None:
        yield told
    yield glossary()

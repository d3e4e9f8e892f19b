"""`report`: one page to take along, a single HTML file that needs nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import dealsim
from dealsim.decisions.briefing import Briefing
from dealsim.output.report.advice import asking, decisions
from dealsim.output.report.assumptions import assumptions, glossary, warnings
from dealsim.output.report.blocks import Chapter
from dealsim.output.report.first_screen import FirstScreen, first_screen
from dealsim.output.report.outcome import outcome
from dealsim.output.report.pictures import Album
from dealsim.output.run.plots import draw
from dealsim.text import visible
from dealsim.units import format_count

if TYPE_CHECKING:
    from jinja2 import Environment

ASSETS = "dealsim.output.report"


@dataclass(frozen=True)
class Footer:
    """What made the page, so that it can be made again."""

    version: str
    sha256: str
    seed: int
    trials: str
    command: str


def page(found: Briefing, *, command: str = "") -> str:
    """The page of a briefing as HTML; `command` is the command line that makes it again."""
    album = Album()
    futures = album.picture("profit", draw(found.result, "profit"))
    first = first_screen(found, futures)
    sections = list(_sections(found, album))
    return _rendered(found, first, sections, album.css(), command)


def _sections(found: Briefing, album: Album) -> Iterator[Chapter]:
    if found.offer is not None:
        yield asking(found.offer, found.scenario, album)
    yield from outcome(found, album)
    yield from decisions(found, album)
    yield assumptions(found.scenario)
    if (told := warnings(found.result)) is not None:
        yield told
    yield glossary()


def _rendered(
    found: Briefing, first: FirstScreen, sections: Sequence[Chapter], rules: str, command: str
) -> str:
    result = found.result
    footer = Footer(
        dealsim.__version__,
        result.scenario.sha256,
        result.seed,
        format_count(result.trials),
        visible(command),
    )
    css = f"{_asset('page.css')}\n{rules}"
    context: Mapping[str, Any] = {
        "title": result.scenario.name,
        "scenario": result.scenario,
        "first": first,
        "sections": sections,
        "footer": footer,
        "css": css,
        "policy": _policy(css),
    }
    return environment().get_template("page.html.j2").render(context)


def _policy(css: str) -> str:
    """The page's content policy: nothing from anywhere, the one style sheet by its hash."""
    digest = base64.b64encode(hashlib.sha256(css.encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def environment() -> Environment:
    """Templates of the pages; all text is escaped, and a name that is missing is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(ASSETS, "assets"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _asset(name: str) -> str:
    return files(ASSETS).joinpath("assets", name).read_text(encoding="utf-8")

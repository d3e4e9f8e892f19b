"""The frame of a page: one HTML file that needs nothing from elsewhere, and says what made it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import dealsim
from dealsim.output.html.blocks import Chapter
from dealsim.text import visible
from dealsim.units import format_count

if TYPE_CHECKING:
    from jinja2 import Environment

ROOM = "dealsim.output.html"
CSS = "page.css"


@dataclass(frozen=True)
class Footer:
    """What made the page, so that it can be made again."""

    version: str
    sha256: str
    seed: int
    trials: str
    currency: str
    command: str


def footer(*, sha256: str, seed: int, trials: int, currency: str, command: str) -> Footer:
    """The footer of what is simulated in `trials` futures; `command` is the command line."""
    count, told = format_count(trials), visible(command)
    return Footer(dealsim.__version__, sha256, seed, count, currency, told)


def rendered(
    room: str,
    template: str,
    *,
    title: str,
    chapters: Sequence[Chapter],
    footer: Footer,
    rules: str,
    script: str = "",
    **more: object,
) -> str:
    """A page as HTML: a template of the package `room` that extends `base.html.j2`.

    `rules` is CSS beside that of every page (colours of the pictures, for one), `script` what the
    page runs, if anything; `more` is what the template shows besides.
    """
    css = f"{asset(ROOM, CSS)}\n{rules}"
    context = {
        "title": title,
        "chapters": chapters,
        "footer": footer,
        "css": css,
        "script": script,
        "policy": _policy(css, script),
    }
    return environment(room).get_template(template).render(context | more)


def _policy(css: str, script: str) -> str:
    """The content policy: nothing from anywhere, the page's own style and script by their hash."""
    parts = ["default-src 'none'", f"style-src {_source(css)}"]
    if script:
        parts.append(f"script-src {_source(script)}")
    return "; ".join([*parts, "base-uri 'none'", "form-action 'none'"])


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


@cache
def environment(room: str) -> Environment:
    """Templates of a room and those of every page; all text is escaped, and a name that is missing
    is an error."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=ChoiceLoader([PackageLoader(one, "assets") for one in (room, ROOM)]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _shown(value: object) -> object:
    """Text with escapes for what is not shown as a character: a page that holds a control character
    is not HTML, and a mark of writing direction turns a line round. Markup of ours stays."""
    return visible(value) if type(value) is str else value


def asset(room: str, name: str) -> str:
    """A file of a room's assets as text."""
    return files(room).joinpath("assets", name).read_text(encoding="utf-8")

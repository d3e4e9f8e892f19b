"""Pages of the commands that write one: their name in a folder, how to make them again, opening."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

import click

from dealsim.cli.common import Options
from dealsim.cli.process import say
from dealsim.text import shown_path

REPORT = "report.html"
"""The page in the folder of a run, or of books."""


def command_of(command: str, files: Sequence[Path], options: Options, *more: str) -> str:
    """The command line that makes the page again, without where it is written to; `more` are
    words of its own."""
    given: list[str] = ["dealsim", command, *(file.name for file in files)]
    for text in options["overrides"]:
        given += ["--set", text]
    for name in ("trials", "seed", "limit"):
        if options.get(name) is not None:
            given += [f"--{name}", str(options[name])]
    return shlex.join((*given, *more))


def open_page(page: Path) -> None:
    """Show the page in the browser; says so where there is none."""
    if click.launch(str(page)):
        say(f"note: no browser could be started; the page is {shown_path(page)}")

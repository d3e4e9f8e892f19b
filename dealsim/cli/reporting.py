"""What `report` and `run --report` do: find out all that the page tells, write it, open it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import click

from dealsim.cli import common
from dealsim.cli.common import Options, is_silent
from dealsim.cli.folders import folder_called
from dealsim.cli.process import say
from dealsim.cli.telling import how, loaded
from dealsim.decisions import LIMIT
from dealsim.decisions.briefing import Briefing, briefing
from dealsim.output.decisions.values import shower
from dealsim.output.files.atomic import write_text
from dealsim.output.report.files import check_page
from dealsim.output.report.page import page
from dealsim.output.terminal.console import Printer
from dealsim.output.terminal.problems import print_problems
from dealsim.output.terminal.progress import progress
from dealsim.results import Result
from dealsim.scenario import Scenario
from dealsim.text import shown_path

STEPS = 100
REPORT = "report.html"
"""The page in the folder of a run."""


def report_file(file: Path, options: Options) -> None:
    """`report`: load, find out, write the page, tell."""
    limit = LIMIT if options["limit"] is None else common.read_number(options["limit"], "--limit")
    scenario = loaded(file, options["overrides"], options)
    target = _target(file, options)
    check_page(target, force=options["force"])
    with progress(f"reporting on {file.name}", STEPS, quiet=options["quiet"]) as tell:
        found = briefed(scenario, options, tell, limit=limit)
    if not options["quiet"]:
        known = {problem.text() for problem in scenario.warnings}
        print_problems(warnings=[w for w in found.result.warnings if w.text() not in known])
    write_text(target, page(found, command=command_of("report", file, options)))
    if options["as_json"]:
        common.print_json(found.document())
    elif not options["quiet"]:
        out = Printer(currency=scenario.currency)
        out.paragraph(found.result.summary()["verdict_sentences"][0], style="bold")
        out.paragraph("")
        out.line(f"The page: {shown_path(target)}")
    if options["opened"]:
        open_page(target)


def briefed(
    scenario: Scenario,
    options: Options,
    tell: Callable[[int], None],
    *,
    result: Result | None = None,
    limit: float = LIMIT,
) -> Briefing:
    """The briefing of a scenario, values of terms in its currency."""
    return briefing(
        scenario,
        result=result,
        limit=limit,
        show=shower(scenario.currency),
        progress=lambda share: tell(round(STEPS * share)),
        **how(options, "workers"),
    )


def report_of(result: Result, file: Path, options: Options) -> list[tuple[str, bytes]]:
    """`run --report`: the page of a run that has been simulated, as a file of its folder."""
    with progress(f"reporting on {file.name}", STEPS, quiet=is_silent(options)) as tell:
        found = briefed(result.scenario, options, tell, result=result)
    written = page(found, command=command_of("report", file, options))
    return [(REPORT, written.encode("utf-8"))]


def command_of(command: str, file: Path, options: Options) -> str:
    """The command line that makes the page again, without where it is written to."""
    given: list[str] = ["dealsim", command, file.name]
    for text in options["overrides"]:
        given += ["--set", text]
    for name in ("trials", "seed", "limit"):
        if options.get(name) is not None:
            given += [f"--{name}", str(options[name])]
    return shlex.join(given)


def _target(file: Path, options: Options) -> Path:
    name = f"{folder_called(file.stem, options['overrides'])}.html"
    out: Path | None = options["out"]
    if out is None:
        return Path(name)
    return out / name if out.is_dir() else out


def open_page(page: Path) -> None:
    """Show the page in the browser; says so where there is none."""
    if click.launch(str(page)):
        say(f"note: no browser could be started; the page is {shown_path(page)}")

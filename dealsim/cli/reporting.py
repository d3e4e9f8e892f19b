"""What `report` and `run --report` do: find out all that the page tells, write it, open it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

from dealsim.cli import common
from dealsim.cli.common import Options, is_silent
from dealsim.cli.folders import folder_called
from dealsim.cli.pages import REPORT, command_of, open_page
from dealsim.cli.telling import loaded
from dealsim.decisions import LIMIT, check_limit
from dealsim.decisions.briefing import Briefing, briefing
from dealsim.decisions.incognito import incognito
from dealsim.errors import UsageError
from dealsim.output.decisions.values import shower
from dealsim.output.files.atomic import write_bytes, write_text
from dealsim.output.report.files import check_page, check_workbook
from dealsim.output.report.page import page
from dealsim.output.run.workbook import run_workbook
from dealsim.output.terminal.console import Printer
from dealsim.output.terminal.problems import print_problems
from dealsim.output.terminal.progress import progress
from dealsim.results import Result
from dealsim.scenario import Scenario
from dealsim.text import shown_path

STEPS = 100
WORKBOOK = "run.xlsx"
"""The workbook in the folder of a run; beside a page of its own it is called as the page."""


def report_file(file: Path, options: Options) -> None:
    """`report`: load, find out, write the page, tell."""
    limit = LIMIT if options["limit"] is None else common.read_number(options["limit"], "--limit")
    check_limit(limit)
    scenario = loaded(file, options["overrides"], options)
    target = _target(file, options)
    check_page(target, file, force=options["force"])
    beside = _beside(target) if options["xlsx"] else None
    if beside is not None:
        check_workbook(beside, force=options["force"])
    if options["incognito"]:
        scenario = incognito(scenario)
    with progress(f"reporting on {file.name}", STEPS, quiet=is_silent(options)) as tell:
        found = briefed(scenario, options, tell, limit=limit)
    if not (options["quiet"] or options["incognito"]):
        known = {problem.text() for problem in scenario.warnings}
        print_problems(warnings=[w for w in found.result.warnings if w.text() not in known])
    write_text(
        target,
        page(found, command=command_of("report", (file,), options), file=shlex.quote(file.name)),
    )
    if beside is not None:
        write_bytes(beside, run_workbook(found.result))
    if options["as_json"]:
        common.print_json(found.document())
    elif not options["quiet"]:
        out = Printer(currency=scenario.currency)
        out.paragraph(found.result.summary()["verdict_sentences"][0], style="bold")
        out.paragraph("")
        out.line(f"The page: {shown_path(target)}")
        if beside is not None:
            out.line(f"Its workbook: {shown_path(beside)}")
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
        apart=options["workers"] != 1,
        **{name: options[name] for name in ("trials", "seed", "workers")},
    )


def report_of(result: Result, file: Path, options: Options) -> list[tuple[str, bytes]]:
    """`run --report`: the page of a run that has been simulated, as a file of its folder."""
    same = {**options, "trials": result.trials, "seed": result.seed}
    with progress(f"reporting on {file.name}", STEPS, quiet=is_silent(options)) as tell:
        if options["incognito"]:  # other amounts of the same deal: simulated anew
            found = briefed(incognito(result.scenario), same, tell)
        else:
            found = briefed(result.scenario, options, tell, result=result)
    asked = options if options["precision"] is None else same
    written = page(found, command=command_of("report", (file,), asked), file=shlex.quote(file.name))
    return [(REPORT, written.encode("utf-8"))]


def workbook_of(result: Result) -> list[tuple[str, bytes]]:
    """`run --xlsx`: the workbook of a run, as a file of its folder."""
    return [(WORKBOOK, run_workbook(result))]


def _target(file: Path, options: Options) -> Path:
    name = f"{folder_called(file.stem, options['overrides'])}.html"
    if options["incognito"]:  # names of files may tell amounts, too
        name = "the-deal.html"
    out: Path | None = options["out"]
    if out is None:
        return Path(name)
    return out / name if out.is_dir() else out


def _beside(page: Path) -> Path:
    """The workbook of a page: the same name, as .xlsx."""
    beside = page.with_suffix(".xlsx")
    if beside == page:
        raise UsageError(f"{shown_path(page)}: name the page .html; its workbook is the .xlsx")
    return beside

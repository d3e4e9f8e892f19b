"""What `run` and `liability` do alike: simulate with a bar of progress, write, tell."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, TypeVar

from dealsim import simulation
from dealsim.cli import common
from dealsim.cli.common import Options, is_silent
from dealsim.cli.folders import checked_folder
from dealsim.cli.pages import REPORT, open_page
from dealsim.cli.process import say
from dealsim.cli.reporting import report_of, workbook_of
from dealsim.output.files.maker import maker_of
from dealsim.output.run.files import write_run
from dealsim.output.run.summary_table import print_run
from dealsim.output.terminal.console import Printer
from dealsim.output.terminal.problems import print_problems
from dealsim.output.terminal.progress import progress
from dealsim.results import Result, gates
from dealsim.scenario import Scenario
from dealsim.simulation import FIRST, read_precision
from dealsim.text import shown_path, visible

if TYPE_CHECKING:
    from dealsim.books import Liability

Found = TypeVar("Found", bound="Result | Liability")


def simulated(
    path: Path,
    scenario: Scenario,
    options: Options,
    simulate: Callable[..., Found],
    *,
    times: int = 1,
    **more: Any,
) -> tuple[Found, dict[str, Any]]:
    """What `simulate` finds, its warnings told, and the options with which it is to be written.

    It is shown progress of `times` the scenario's trials, and given `more`.
    """
    begun = time.monotonic()
    asked = options.get("precision")
    most = scenario.run.trials if options["trials"] is None else options["trials"]
    trials = times * most if asked is None else FIRST
    with progress(f"simulating {path.name}", trials, quiet=is_silent(options)) as tell:
        how = {name: options[name] for name in ("trials", "seed", "workers")}
        if asked is not None:
            precision = read_precision(asked, scenario.currency)
            how["precision"] = replace(precision, planned=tell.plan)
        found = simulate(scenario, progress=tell, **how, **more)
    if not options["quiet"]:
        print_problems(warnings=found.warnings)
    writing = {"overrides": options["overrides"], "force": options["force"]}
    return found, writing | {"wall_seconds": time.monotonic() - begun}


def _tell_next(path: Path, summary: dict[str, Any], options: Options) -> None:
    """The command that says what to ask for, where a deal is not to be signed as it stands."""
    decision = summary.get("advice", {}).get("decision")
    if decision in ("sign_only_if", "do_not_sign") and not options["overrides"]:
        Printer().line(f"next: dealsim breakeven {quote(shown_path(path))}   what to ask for")


def run_file(path: Path, target: Path, options: Options) -> tuple[dict[str, Any], list[str]]:
    """Load, simulate, write and tell; returns the summary and the gates not met."""
    for statement in options["fail_if"]:
        gates.parse_statement(statement)
    loaded = common.load(path, options["overrides"], options["strict"])
    before = checked_folder(target, options, maker_of("run", [loaded]))
    found, writing = simulated(
        path, loaded, options, simulation.simulate, expected=options["expected"]
    )
    more = workbook_of(found) if options["xlsx"] else []
    more += report_of(found, path, options) if options["report"] else []
    written = write_run(
        found, target, trials=not options["no_trials"], before=before, more=more, **writing
    )
    if not is_silent(options):
        print_run(found.summary(), target, written, overrides=options["overrides"])
        _tell_next(path, found.summary(), options)
    if options["opened"]:
        open_page(target / REPORT)
    unmet = gates.unmet(found, options["fail_if"])
    for gate in unmet:
        say(f"{shown_path(path)}: {visible(gate)}")
    return found.summary(), unmet

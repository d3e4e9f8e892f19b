"""What `run` and `liability` do alike: simulate with a bar of progress, write, tell."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dealsim import simulation
from dealsim.cli import common
from dealsim.errors import UsageError
from dealsim.output.files.folder import check_folder
from dealsim.output.run.files import write_run
from dealsim.output.run.summary_table import print_run
from dealsim.output.terminal.problems import print_problems
from dealsim.output.terminal.progress import progress
from dealsim.results import Result, gates
from dealsim.scenario import Scenario

if TYPE_CHECKING:
    from dealsim.books import Liability

Options = Mapping[str, Any]
"""The options of a command by their names, as its help describes them."""

Found = TypeVar("Found", bound="Result | Liability")


def folders_for(paths: tuple[Path, ...], out: Path | None) -> dict[Path, Path]:
    """The results folder of each scenario file; raises UsageError where two would share one."""
    if out is not None and len(paths) == 1:
        return {paths[0]: out}
    base = Path("out") if out is None else out
    found = {path: base / path.stem for path in paths}
    if len(set(found.values())) < len(paths):
        raise UsageError("two of the scenario files have the same name: run them apart, with -o")
    return found


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
    trials = times * (scenario.run.trials if options["trials"] is None else options["trials"])
    with progress(f"simulating {path.name}", trials, quiet=is_silent(options)) as tell:
        how = {name: options[name] for name in ("trials", "seed", "workers")}
        found = simulate(scenario, progress=tell, **how, **more)
    if not options["quiet"]:
        print_problems(warnings=found.warnings)
    writing = {"overrides": options["overrides"], "force": options["force"]}
    return found, writing | {"wall_seconds": time.monotonic() - begun}


def is_silent(options: Options) -> bool:
    """Whether people are told nothing on stdout."""
    return bool(options["quiet"] or options["as_json"])


def run_file(path: Path, target: Path, options: Options) -> tuple[dict[str, Any], list[str]]:
    """Load, simulate, write and tell; returns the summary and the gates not met."""
    for statement in options["fail_if"]:
        gates.parse_statement(statement)
    loaded = common.load(path, options["overrides"], options["strict"])
    check_folder(target, options["force"])
    found, writing = simulated(
        path, loaded, options, simulation.simulate, expected=options["expected"]
    )
    written = write_run(found, target, trials=not options["no_trials"], **writing)
    if not is_silent(options):
        print_run(found.summary(), target, written, overrides=options["overrides"])
    unmet = gates.unmet(found, options["fail_if"])
    for gate in unmet:
        click.echo(f"{path}: {gate}", err=True)
    return found.summary(), unmet

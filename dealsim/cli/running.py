"""Running scenario files: what `dealsim run` does with each of them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from dealsim import gates, simulation
from dealsim.cli import common
from dealsim.errors import UsageError
from dealsim.output.files import folder
from dealsim.output.run.files import write_run
from dealsim.output.run.summary_table import print_run
from dealsim.output.terminal import progress as terminal

Gates = list[str]


@dataclass(frozen=True)
class RunOptions:
    """The options of `dealsim run`, as its help describes them."""

    trials: int | None
    seed: int | None
    overrides: tuple[str, ...]
    expected: bool
    workers: int | None
    no_trials: bool
    fail_if: tuple[str, ...]
    as_json: bool
    quiet: bool
    strict: bool
    force: bool


def folders_for(paths: tuple[Path, ...], out: Path | None) -> dict[Path, Path]:
    """The results folder of each scenario file; raises UsageError where two would share one."""
    if out is not None and len(paths) == 1:
        return {paths[0]: out}
    base = Path("out") if out is None else out
    found = {path: base / path.stem for path in paths}
    if len(set(found.values())) < len(paths):
        raise UsageError("two of the scenario files have the same name: run them apart, with -o")
    return found


def run_file(path: Path, target: Path, options: RunOptions) -> tuple[dict[str, Any], Gates]:
    """Load, simulate, write and tell; returns the summary and the gates not met."""
    for statement in options.fail_if:
        gates.parse_statement(statement)
    loaded = common.load(path, options.overrides, options.strict)
    folder.check_folder(target, options.force)
    begun = time.monotonic()
    trials = loaded.run.trials if options.trials is None else options.trials
    silent = options.quiet or options.as_json
    with terminal.progress(f"simulating {path.name}", trials, quiet=silent) as progress:
        result = simulation.simulate(
            loaded,
            trials=options.trials,
            seed=options.seed,
            workers=options.workers,
            expected=options.expected,
            progress=progress,
        )
    if not options.quiet:
        terminal.print_warnings(result.warnings)
    written = write_run(
        result,
        target,
        overrides=options.overrides,
        wall_seconds=time.monotonic() - begun,
        trials=not options.no_trials,
        force=options.force,
    )
    document = result.summary()
    if not silent:
        print_run(document, target, written, overrides=options.overrides)
    unmet = gates.unmet(result, options.fail_if)
    for gate in unmet:
        click.echo(f"{path}: {gate}", err=True)
    return document, unmet

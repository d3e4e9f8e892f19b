"""What `sweep` and `optimize` do: read their options, reckon with a bar, write, tell."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from pathlib import Path

import click

from dealsim.cli.common import Options, is_silent
from dealsim.cli.telling import Telling, how, loaded
from dealsim.decisions import (
    Axis,
    Sweep,
    cluster,
    optimize,
    parse_axis,
    parse_over,
    sweep,
)
from dealsim.errors import DealsimError, UsageError
from dealsim.output.decisions.expected_text import (
    print_expected_optimum,
    print_expected_sweep,
)
from dealsim.output.decisions.optimum_text import print_optimum
from dealsim.output.decisions.sweep_files import journal_of
from dealsim.output.decisions.sweep_table import MOST_ROWS, print_sweep
from dealsim.output.terminal.progress import progress
from dealsim.scenario import Scenario


def sweep_files(files: tuple[Path, ...], options: Options) -> None:
    """`sweep`: load, simulate every cell, write and tell."""
    axes = [parse_axis(text) for text in options["axes"]]
    if not axes and len(files) == 1:
        raise UsageError("say what to vary, as in --vary platform.commission=30%:50%:5%")
    scenarios = {
        name: loaded(file, options["overrides"], options) for name, file in names_of(files).items()
    }
    telling = Telling("sweep", list(scenarios.values()), options)
    journal = None if telling.out is None else journal_of(telling.out)
    found = _swept(scenarios, axes, journal, options)
    if found.mode == "expected":
        telling.tell(found, lambda: print_expected_sweep(found, MOST_ROWS))
    else:
        telling.tell(found, lambda: print_sweep(found))
    if journal is not None:
        journal.unlink(missing_ok=True)


def names_of(files: tuple[Path, ...]) -> dict[str, Path]:
    """Each file by a name of its own: its stem, its path where two have the same."""
    stems = [file.stem for file in files]
    names = [
        file.stem if stems.count(file.stem) == 1 else file.with_suffix("").as_posix()
        for file in files
    ]
    found = dict(zip(names, files, strict=True))
    if len(found) < len(files):
        raise UsageError("the same scenario file is named twice")
    return found


def _swept(
    scenarios: Mapping[str, Scenario], axes: list[Axis], journal: Path | None, options: Options
) -> Sweep:
    total, done = len(scenarios), 0
    for axis in axes:
        total *= len(axis.values)
    with progress(f"{total:,} cells", total, quiet=is_silent(options)) as tell:
        told = _telling(tell, total, journal, options["quiet"])

        def count(cells: int) -> None:
            nonlocal done
            done = cells
            told(cells)

        try:
            with _executor(options["cluster"]) as executor:
                return sweep(
                    scenarios, axes, executor=executor, journal=journal, progress=count,
                    workers=options["workers"] or os.cpu_count(),
                    **how(options, "force"),
                )  # fmt: skip
        except KeyboardInterrupt:
            click.echo(_left(done, total, journal), err=True)
            raise
        except DealsimError as error:
            if not done:
                raise
            raise DealsimError(f"{error}; {_left(done, total, journal)}") from error


def _telling(
    tell: Callable[[int], None], total: int, journal: Path | None, quiet: bool
) -> Callable[[int], None]:
    """Tells the bar, and says at first what is there from before."""
    is_first = True

    def told(done: int) -> None:
        nonlocal is_first
        if is_first and done and not quiet:
            click.echo(f"going on: {done:,} of {total:,} cells are in {journal}", err=True)
        is_first = False
        tell(done)

    return told


def _left(done: int, total: int, journal: Path | None) -> str:
    if journal is None:
        return f"{done:,} of {total:,} cells were done; with -o they would have been kept"
    return f"{done:,} of {total:,} cells are kept in {journal}: the same command goes on from there"


@contextlib.contextmanager
def _executor(address: str | None) -> Iterator[Executor | None]:
    if address is None:
        yield None
        return
    with cluster(address) as executor:
        yield executor


def optimize_file(file: Path, options: Options) -> None:
    """`optimize`: load, search, write and tell."""
    over = [parse_over(text) for text in options["over"]]
    scenario = loaded(file, options["overrides"], options)
    telling = Telling("optimize", [scenario], options)
    with progress(f"searching for terms of {file.name}", 100, quiet=telling.silent) as tell:
        found = optimize(
            scenario,
            over,
            limit=options["limit"],
            progress=lambda share: tell(round(100 * share)),
            **how(options, "workers"),
        )
    show = print_expected_optimum if found.mode == "expected" else print_optimum
    telling.tell(found, lambda: show(found))

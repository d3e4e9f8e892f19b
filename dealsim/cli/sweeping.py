"""What `sweep` and `optimize` do: read their options, reckon with a bar, write, tell."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import click

from dealsim.cli import common
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
from dealsim.output.decisions.optimum_files import write_optimum
from dealsim.output.decisions.optimum_text import print_optimum
from dealsim.output.decisions.sweep_files import journal_of, write_sweep
from dealsim.output.decisions.sweep_table import print_sweep
from dealsim.output.files.folder import check_folder
from dealsim.output.terminal.progress import progress
from dealsim.scenario import Scenario

Options = Mapping[str, Any]


def sweep_files(files: tuple[Path, ...], options: Options) -> None:
    """`sweep`: load, simulate every cell, write and tell."""
    axes = [parse_axis(text) for text in options["axes"]]
    if not axes and len(files) == 1:
        raise UsageError("say what to vary, as in --vary platform.commission=30%:50%:5%")
    out: Path | None = options["out"]
    if out is not None:
        check_folder(out, options["force"])
    scenarios = {
        name: common.load(file, options["overrides"], options["strict"])
        for name, file in names_of(files).items()
    }
    begun = time.monotonic()
    journal = None if out is None else journal_of(out)
    found = _swept(scenarios, axes, journal, options)
    written: tuple[str, ...] = ()
    if out is not None and journal is not None:
        written = write_sweep(
            found, out, overrides=options["overrides"], wall_seconds=time.monotonic() - begun,
            force=options["force"],
        )  # fmt: skip
        journal.unlink(missing_ok=True)
    if options["as_json"]:
        common.print_json(found.document())
    elif not options["quiet"]:
        print_sweep(found, out, written)


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
    with progress(f"{total:,} cells", total, quiet=_silent(options)) as tell:
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
                    **{name: options[name] for name in ("trials", "seed", "force")},
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
    out: Path | None = options["out"]
    if out is not None:
        check_folder(out, options["force"])
    loaded = common.load(file, options["overrides"], options["strict"])
    begun = time.monotonic()
    with progress(f"searching for terms of {file.name}", 100, quiet=_silent(options)) as tell:
        found = optimize(
            loaded,
            over,
            limit=options["limit"],
            progress=lambda share: tell(round(100 * share)),
            **{name: options[name] for name in ("trials", "seed", "workers")},
        )
    written: tuple[str, ...] = ()
    if out is not None:
        written = write_optimum(
            found, loaded, out, overrides=options["overrides"],
            wall_seconds=time.monotonic() - begun, force=options["force"],
        )  # fmt: skip
    if options["as_json"]:
        common.print_json(found.document())
    elif not options["quiet"]:
        print_optimum(found, loaded, out, written)


def _silent(options: Options) -> bool:
    return bool(options["quiet"] or options["as_json"])

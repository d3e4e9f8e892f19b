"""`dealsim sweep`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dealsim.cli import common


@click.command()
@common.stack(
    common.files,
    click.option(
        "--vary", "axes", multiple=True, metavar="PATH=VALUES",
        help="A number or word and the values it takes: from, to and step, e.g. "
        "platform.commission=30%:50%:5%, or a list, e.g. deal.cap=300,500,none (repeatable: every "
        "combination is a cell).",
    ),
    common.out(common.NO_FILES),
    common.trials,
    common.precision_of("the mean profit of each cell"),
    common.seed,
    common.expected,
    common.overrides,
    click.option(
        "--workers", type=click.IntRange(min=1), metavar="N",
        help="Processes to work with (default: the machine's cores; the result is the same).",
    ),
    click.option(
        "--cluster", metavar="ADDRESS",
        help="Work on the Dask cluster whose scheduler is there, e.g. tcp://host:8786; needs "
        "dealsim[cluster].",
    ),
    common.as_json,
    common.quiet,
    common.strict,
    click.option(
        "--force", is_flag=True,
        help="Replace changed or foreign files in the output folder, and start an unfinished sweep "
        "of something else anew.",
    ),
)  # fmt: skip
def sweep(files: tuple[Path, ...], **options: Any) -> int:
    """Simulate scenarios over a grid of values: what each cell brings, and how often it loses.

    Several files are swept side by side: the branches of a chain, a portfolio. With -o, writes
    sweep.csv (and sweep.parquet where pyarrow is installed) and the pictures profit and loss: heat
    maps of two axes, curves of one. Finished cells are kept beside the folder until it is written,
    so that a sweep that was cut off goes on where it was when the same command is given again.
    """
    from dealsim.cli.sweeping import sweep_files

    sweep_files(files, options)
    return 0

"""`dealsim sensitivity`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dealsim.cli import common


@click.command()
@common.stack(
    common.file,
    click.option(
        "--metric", default="incremental_profit", metavar="METRIC",
        help="What is to be explained (default: incremental_profit).",
    ),
    click.option(
        "--sobol", is_flag=True,
        help="Also what each input explains together with others (slower).",
    ),
    common.trials,
    common.seed,
    common.overrides,
    common.workers,
    common.as_json,
    common.quiet,
    common.strict,
)  # fmt: skip
def sensitivity(file: Path, **options: Any) -> int:
    """What the result depends on, what is luck, and what is worth finding out before signing."""
    from dealsim.cli.deciding import print_sensitivity_of

    loaded = common.load(file, options["overrides"], options["strict"])
    print_sensitivity_of(file, loaded, options)
    return 0

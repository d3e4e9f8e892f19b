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
    common.out(common.NO_FILES),
    common.precision_of("the mean of the metric", amount="in its unit"),
    common.expected,
    common.usual,
)  # fmt: skip
def sensitivity(file: Path, **options: Any) -> int:
    """What the result depends on, what is luck, and what is worth finding out before signing.

    With -o also as files: JSON, CSV, the plot tornado (PNG and SVG) and manifest.json.
    """
    from dealsim.cli.deciding import print_sensitivity_of

    print_sensitivity_of(file, options)
    return 0

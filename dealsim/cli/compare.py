"""`dealsim compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dealsim.cli import common


@click.command()
@common.stack(
    common.files,
    click.option(
        "--set", "overrides", multiple=True, metavar="[NAME:] PATH=VALUE",
        help="A variant of the first file with this value, compared with it, e.g. --set 'my offer: "
        "platform.commission=35%; deal.cap=250' (repeatable: each is a variant of its own).",
    ),
    common.out(common.NO_FILES),
    common.trials,
    common.precision_of(
        "every mean profit and difference of two", "of the greatest mean profit"
    ),
    common.seed,
    common.expected,
    common.workers,
    common.as_json,
    common.quiet,
    common.strict,
    common.force,
)  # fmt: skip
def compare(files: tuple[Path, ...], **options: Any) -> int:
    """Compare offers with each other, with doing nothing, and with other uses of the money.

    All are simulated on the same futures, so that "better in 94 % of futures" says something about
    the terms. What else the money could do stands under alternatives: in a scenario.
    With -o also as files: JSON, CSV, plots of profits and differences (PNG and SVG), manifest.json.
    """
    from dealsim.cli.deciding import print_comparison_of

    print_comparison_of(files, options)
    return 0

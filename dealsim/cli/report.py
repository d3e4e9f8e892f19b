"""`dealsim report`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dealsim.cli import common


@click.command()
@common.stack(
    common.file,
    click.option(
        "-o", "--out", type=common.SCENARIO, metavar="PAGE",
        help="The page to write, or a folder for it (default: <scenario file's name>.html here).",
    ),
    common.limit,
    click.option(
        "--xlsx", is_flag=True,
        help="Write the workbook beside the page: results, inputs, cash by month, and one voucher "
        "to reckon with.",
    ),
    click.option("--open", "opened", is_flag=True, help="Open the page in the browser."),
    common.incognito,
    common.usual,
)  # fmt: skip
def report(file: Path, **options: Any) -> int:
    """One page to take along: what the deal will do, what to ask for, and why.

    A single HTML file that opens anywhere, on a telephone too, prints on a few sheets, and loads
    nothing from the network.
    """
    from dealsim.cli.reporting import report_file
    from dealsim.errors import UsageError

    if options["incognito"] and options["as_json"]:
        raise UsageError("--json prints the amounts that --incognito hides: give one of the two")
    if options["incognito"] and options["xlsx"]:
        raise UsageError("--xlsx writes the amounts that --incognito hides: give one of the two")

    report_file(file, options)
    return 0

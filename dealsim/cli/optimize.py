"""`dealsim optimize`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dealsim.cli import common


@click.command()
@common.stack(
    common.file,
    click.option(
        "--over", multiple=True, required=True, metavar="PATH=RANGE",
        help="A number and the range it may lie in, e.g. platform.commission=30%:50%, with a step "
        "between allowed values if there is one, e.g. deal.cap=100:900:50 (repeatable, four at "
        "most).",
    ),
    click.option(
        "--limit", metavar="EXPR",
        help='What must hold, e.g. "P(loss) <= 10%" (default: nothing).',
    ),
    common.out(common.NO_FILES),
    common.precision_of("the mean profits of the best terms and of today's"),
    common.expected,
    common.usual,
)  # fmt: skip
def optimize(file: Path, **options: Any) -> int:
    """Find the terms within ranges that bring the greatest mean profit, under a limit on risk.

    Also shows the frontier: the terms that no others beat in both profit and risk. With -o, writes
    optimum.json, frontier.csv and the picture frontier.
    """
    from dealsim.cli.sweeping import optimize_file

    optimize_file(file, options)
    return 0

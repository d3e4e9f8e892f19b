"""`dealsim breakeven`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dealsim.cli import common


@click.command()
@common.stack(
    common.file,
    click.option(
        "--vary", "paths", multiple=True, metavar="PATH",
        help="Solve for this number instead of all terms, e.g. platform.commission (repeatable "
        "once: the frontier of both together).",
    ),
    click.option(
        "--range", "search", multiple=True, metavar="A..B",
        help="Where to look for it, e.g. 20%..60% (default: its own limits, or up to four times "
        "today's value; of a frontier's first number, half of today's to half as much again). "
        "It is repeatable, in the order of --vary.",
    ),
    click.option(
        "--target", metavar="EXPR",
        help='What is to hold, e.g. "P(loss) <= 10%" or "npv >= 500" (default: '
        "incremental_profit >= 0).",
    ),
    common.limit,
    common.out(common.NO_FILES),
    common.precision_of(
        "what is told (the values found with --vary; without, the mean profit and what each step "
        "is worth)", "of the value, or of the mean profit,", "in its unit or of the currency",
    ),
    common.expected,
    common.usual,
)  # fmt: skip
def breakeven(file: Path, **options: Any) -> int:
    """What to ask for: what each term is worth, and from where the deal pays.

    Without --vary, the counter-offer: every term that can be bargained for, what a step of it is
    worth, and the value at which the deal breaks even on average and at which it loses money in
    --limit of futures at most; then what you can do yourself. With -o also as files: JSON, CSV,
    a plot (PNG and SVG) and manifest.json.
    """
    from dealsim.cli.deciding import print_breakeven_of, print_counter_offer_of

    if options["paths"]:
        print_breakeven_of(file, options)
    else:
        print_counter_offer_of(file, options)
    return 0

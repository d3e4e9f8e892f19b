"""`dealsim liability`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from dealsim.cli import common


@click.command()
@common.stack(
    common.file,
    click.option(
        "-o", "--out", type=common.SCENARIO, metavar="DIR",
        help="Folder for the results (default: out/<scenario file's name>-liability).",
    ),
    click.option(
        "--period", type=click.Choice(["month", "quarter", "year"]), default="month",
        help="Reporting period of the roll-forward (default: month).",
    ),
    click.option(
        "--fiscal-year-end", type=click.IntRange(1, 12), default=12, metavar="MM",
        help="Month in which the fiscal year ends, 1 to 12; quarters count from it (default: 12).",
    ),
    common.trials,
    common.seed,
    common.overrides,
    common.workers,
    common.as_json,
    common.quiet,
    common.strict,
    common.force,
)  # fmt: skip
def liability(file: Path, out: Path | None, **options: Any) -> int:
    """Forecast what is owed on vouchers, month by month, and the entries to book.

    How they are booked is the scenario's accounting:. Writes rollforward.csv, ageing.csv,
    triangle.csv, the expected journal (CSV, beancount, hledger, QuickBooks Online, Xero),
    liability.xlsx, liability.json and the plots outstanding, rollforward and breakage to the
    folder -o. Not legal, tax or accounting advice.
    """
    from dealsim import liabilities
    from dealsim.output import books, folder, owed, terminal

    loaded = common.load(file, options["overrides"], options["strict"])
    target = Path("out") / f"{file.stem}-liability" if out is None else out
    folder.check_folder(target, options["force"])
    begun = time.monotonic()
    trials = loaded.run.trials if options["trials"] is None else options["trials"]
    silent = options["quiet"] or options["as_json"]
    with terminal.progress(f"simulating {file.name}", trials, quiet=silent) as progress:
        found = liabilities.liability(
            loaded,
            trials=options["trials"],
            seed=options["seed"],
            workers=options["workers"],
            period=options["period"],
            fiscal_year_end=options["fiscal_year_end"],
            progress=progress,
        )
    if not options["quiet"]:
        terminal.print_warnings(found.warnings)
    written = books.write_books(
        found,
        target,
        overrides=options["overrides"],
        wall_seconds=time.monotonic() - begun,
        force=options["force"],
    )
    if options["as_json"]:
        common.print_json(books.document(found))
    elif not options["quiet"]:
        owed.print_liability(found, target, written)
    return 0

"""`dealsim run`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dealsim.cli import common
from dealsim.cli.folders import folders_for


@click.command()
@common.stack(
    common.files,
    common.out(
        "out/<scenario file's name>, with the changed terms of a --set in its name; with several "
        "files each gets a folder of its name in it"
    ),
    common.trials,
    common.precision,
    common.seed,
    common.overrides,
    common.expected,
    common.workers,
    click.option("--no-trials", is_flag=True, help="Leave out trials.csv (one row a future)."),
    click.option(
        "--xlsx", is_flag=True,
        help="Also write run.xlsx: results, inputs, cash by month, and one voucher to reckon with.",
    ),
    click.option(
        "--fail-if", multiple=True, metavar="STATEMENT",
        help='Exit with code 4 where a statement holds, e.g. "P(loss) > 10%" (repeatable).',
    ),
    click.option(
        "--report", is_flag=True,
        help="Also write report.html: one page to take along (see dealsim report).",
    ),
    click.option("--open", "opened", is_flag=True, help="Open that page in the browser."),
    common.incognito,
    common.as_json,
    common.quiet,
    common.strict,
    common.force,
)  # fmt: skip
def run(files: tuple[Path, ...], out: Path | None, **options: Any) -> int:
    """Simulate scenarios: the verdict, plots, and all figures as files.

    Writes summary.json, trials.csv, timeline.csv, manifest.json and the plots profit, cash,
    waterfall, liability and redemption (PNG and SVG) to the folder -o; reputation where the
    scenario has a section service, and campaigns (what each adds to those before it) where it has
    several deals; and run.xlsx with --xlsx. Exit code 4 where the scenario's expect: or a --fail-if
    is not met.
    """
    from dealsim.cli.running import run_file
    from dealsim.errors import UsageError

    if options["opened"] and not options["report"]:
        raise UsageError("--open opens the page that --report writes: give both")
    if options["incognito"] and not options["report"]:
        raise UsageError("--incognito is for the page that --report writes: give both")
    if options["report"] and options["expected"]:
        raise UsageError("a report is of many futures: leave out --expected")
    folders = folders_for(files, out, options["overrides"])
    done = [run_file(file, folder, options) for file, folder in folders.items()]
    if options["as_json"]:
        common.print_json(*(summary for summary, _ in done))
    return 4 if any(unmet for _, unmet in done) else 0

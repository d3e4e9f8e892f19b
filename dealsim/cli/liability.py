"""`dealsim liability`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dealsim.cli import common
from dealsim.cli.folders import folders_for

if TYPE_CHECKING:
    from dealsim.records import Actuals
    from dealsim.scenario import Scenario


@click.command()
@common.stack(
    common.file,
    common.out(
        "out/<scenario file's name>-liability, with the changed terms of a --set in its name"
    ),
    click.option(
        "--period", type=click.Choice(["month", "quarter", "year"]), default="month",
        help="Reporting period of the roll-forward (default: month).",
    ),
    click.option(
        "--fiscal-year-end", type=click.IntRange(1, 12), default=12, metavar="MM",
        help="Month in which the fiscal year ends, 1 to 12; quarters count from it (default: 12).",
    ),
    click.option(
        "--actuals", type=common.SCENARIO, metavar="REGISTER.csv",
        help="What has happened so far: columns date, event (sold, redeemed, refunded or "
        "cashed_out), vouchers[, amount][, currency][, campaign] (default: none, a forecast only).",
    ),
    click.option(
        "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
        help="Last day that the register covers, e.g. 2011-09-30; needed with --actuals.",
    ),
    click.option(
        "--booked-share", metavar="SHARE",
        help="Share used in the end that the books took for breakage so far, e.g. 88% (default: "
        "that of the forecast made without the register).",
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

    How they are booked is the scenario's accounting:. Writes rollforward.csv, cohorts.csv,
    ageing.csv, triangle.csv, the expected journal (CSV, beancount, hledger, QuickBooks Online,
    Xero), liability.xlsx, liability.json and the plots outstanding, rollforward and breakage to
    the folder -o. Not legal, tax or accounting advice.

    With --actuals the past is what the register says; the forecast goes on from the vouchers
    really held, its inputs updated by what has been seen, and is compared with the forecast made
    without the register: in actuals.csv, inputs.csv and the plot actuals.
    """
    from dealsim.books import forecasts, liability
    from dealsim.cli import running
    from dealsim.output.books.document import document
    from dealsim.output.books.files import write_books
    from dealsim.output.books.summary_table import print_liability
    from dealsim.output.files.maker import Maker

    check_register_options(options)
    how = {name: options[name] for name in ("period", "fiscal_year_end")}
    how["booked_share"] = read_share(options["booked_share"])
    loaded = common.load(file, options["overrides"], options["strict"])
    how["actuals"] = known = read_actuals(options, loaded)
    target = folders_for([file], out, options["overrides"], "-liability")[file]
    before = running.checked_folder(target, options, Maker("liability", loaded.name, loaded.file))
    times = forecasts(known)
    found, writing = running.simulated(file, loaded, options, liability, times=times, **how)
    written = write_books(found, target, before=before, **writing)
    if options["as_json"]:
        common.print_json(document(found))
    elif not options["quiet"]:
        print_liability(found, target, written)
    return 0


def check_register_options(options: dict[str, Any]) -> None:
    """Raise UsageError where an option of the register stands without the others it needs."""
    from dealsim.errors import UsageError

    given = {"--actuals": options["actuals"], "--as-of": options["as_of"]}
    if options["booked_share"] is not None and options["actuals"] is None:
        raise UsageError("--booked-share needs --actuals: there is nothing to catch up with")
    missing = [name for name, value in given.items() if value is None]
    if len(missing) == 1:
        present = next(name for name in given if name != missing[0])
        raise UsageError(
            f"{present} needs {missing[0]}: a register, and the last day that it covers"
        )


def read_actuals(options: dict[str, Any], scenario: Scenario) -> Actuals | None:
    """The register asked for, if any; with --strict its warnings are errors."""
    if options["actuals"] is None:
        return None
    from dealsim.errors import ScenarioError
    from dealsim.records import read_register

    found = read_register(options["actuals"], options["as_of"].date(), scenario)
    if options["strict"] and found.warnings:
        raise ScenarioError(found.warnings)
    return found


def read_share(text: str | None) -> float | None:
    """A share as scenarios write it, `88%` or `0.88`; raises UsageError for any other text."""
    if text is None:
        return None
    from dealsim.errors import UsageError
    from dealsim.units import exact_number

    try:
        share = float(exact_number(text.strip().removesuffix("%").strip()))
    except ValueError as error:
        raise UsageError(f"--booked-share: {error}") from None
    if text.strip().endswith("%"):
        share /= 100
    if not 0 <= share <= 1:
        raise UsageError(f"--booked-share must be from 0% to 100%, not {text}")
    return share

"""`dealsim liability`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dealsim.cli import common


@click.command()
@common.stack(
    common.files,
    common.out(
        "out/<scenario files' names>-liability, with the changed terms of a --set in its name"
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
        "--booked-share", multiple=True, metavar="[CAMPAIGN=]SHARE",
        help="Share used in the end that the books took for breakage so far, e.g. 88% (default: "
        "that of the forecast made without the register; repeatable, one a campaign).",
    ),
    click.option(
        "--daily", is_flag=True,
        help="One journal for each entry in the files for QuickBooks Online and Xero (default: a "
        "summary a month).",
    ),
    click.option(
        "--import-forecast", is_flag=True,
        help="Write the files for QuickBooks Online and Xero of what is forecast too (default: of "
        "what happened only, by the register).",
    ),
    click.option(
        "--dates", type=click.Choice(["mdy", "dmy", "ymd"]),
        help="Order of day, month and year in those files, as your company's settings have it "
        "(default: mdy for QuickBooks Online, dmy for Xero).",
    ),
    click.option(
        "--tax-name", "tax_names", multiple=True, metavar="[ACCOUNT=]NAME",
        help="Full name of a tax rate in Xero: of an account (4010='20% (VAT on Income)'), or "
        "alone of all lines without one (default: Tax Exempt; repeatable).",
    ),
    click.option(
        "--report", is_flag=True,
        help="Also write report.html: one page for the accountant, to read, print and sign.",
    ),
    click.option("--open", "opened", is_flag=True, help="Open that page in the browser."),
    common.usual,
)  # fmt: skip
def liability(files: tuple[Path, ...], out: Path | None, **options: Any) -> int:
    """Forecast what is owed on vouchers, month by month, and the entries to book.

    How they are booked is the scenario's accounting:. Several files are added up, each a campaign
    called by its file's name; so are the deals of a file that lists several (campaigns:), called
    deal 1, deal 2 or by their names. Writes rollforward.csv, cohorts.csv, ageing.csv,
    triangle.csv, the expected journal (CSV, beancount, hledger), liability.xlsx, liability.json
    and the plots outstanding, rollforward and breakage to the folder -o; with --report also
    report.html, the same as one page. Not legal, tax or accounting advice.

    With --actuals the past is what the register says; the forecast goes on from the vouchers
    really held, its inputs updated by what has been seen, and is compared with the forecast made
    without the register: in actuals.csv, inputs.csv and the plot actuals. What happened is then
    written to import into QuickBooks Online and Xero too. Of several files the register says
    whose a row is in its column campaign.
    """
    from dealsim.books import forecasts, liability
    from dealsim.cli import liability_options as asked
    from dealsim.cli import running
    from dealsim.cli.booking import page_of, tell
    from dealsim.cli.folders import checked_folder
    from dealsim.output.books.files import write_books
    from dealsim.output.files.maker import maker_of

    asked.check_register_options(options)
    asked.check_page_options(options)
    imports, stems = asked.import_style(options), asked.campaign_stems(files)
    loaded = asked.load_all(files, options)
    names = asked.names_of_deals(stems, loaded)
    shares = asked.read_shares(options["booked_share"], names)
    loaded, deals = asked.deals_of(loaded, options)
    known = asked.read_registers(options, names, deals)[: len(loaded)]
    shares = shares[: len(loaded)]
    target = asked.default_folder(stems, options["overrides"]) if out is None else out
    before = checked_folder(target, options, maker_of("liability", deals))
    how = {name: options[name] for name in ("period", "fiscal_year_end")}
    # one scenario keeps the name it states
    how |= {"actuals": known, "booked_share": shares, "names": names if len(names) > 1 else None}
    title = files[0] if len(files) == 1 else Path(f"{len(files)} campaigns")
    found, writing = running.simulated(
        title,
        loaded[0],
        options,
        lambda _, **given: liability(loaded, **given),
        times=forecasts(*known),
        **how,
    )
    more = page_of(found, files, options) if options["report"] else ()
    written = write_books(found, target, imports=imports, before=before, more=more, **writing)
    tell(found, target, written, options)
    return 0

"""What `liability` writes with --report, the accountant's page, and what it tells at its end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dealsim.books import Liability
from dealsim.cli.common import Options, print_json
from dealsim.cli.pages import REPORT, command_of, open_page
from dealsim.output.books.document import document
from dealsim.output.books.page import books_page
from dealsim.output.books.summary_table import print_liability


def page_of(found: Liability, files: Sequence[Path], options: Options) -> list[tuple[str, bytes]]:
    """The page of books, as a file of their folder."""
    command = command_of("liability", files, options, *_own(options))
    return [(REPORT, books_page(found, command=command).encode("utf-8"))]


def tell(found: Liability, target: Path, written: Sequence[str], options: Options) -> None:
    """Say what was found and written, and open the page where that is asked for."""
    if options["as_json"]:
        print_json(document(found))
    elif not options["quiet"]:
        print_liability(found, target, written)
    if options["opened"]:
        open_page(target / REPORT)


def _own(options: Options) -> list[str]:
    """The options of the command that decide what the page says; files without their folders."""
    given: list[str] = []
    if options["period"] != "month":
        given += ["--period", options["period"]]
    if options["fiscal_year_end"] != 12:
        given += ["--fiscal-year-end", str(options["fiscal_year_end"])]
    if options["actuals"] is not None:
        given += ["--actuals", options["actuals"].name]
        given += ["--as-of", f"{options['as_of']:%Y-%m-%d}"]
    for share in options["booked_share"]:
        given += ["--booked-share", share]
    return [*given, "--report"]

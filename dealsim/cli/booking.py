"""What `liability --report` does: the accountant's page, and the command line that makes it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dealsim.books import Liability
from dealsim.cli.common import Options
from dealsim.cli.pages import REPORT, command_of
from dealsim.output.books.page import books_page


def page_of(found: Liability, files: Sequence[Path], options: Options) -> list[tuple[str, bytes]]:
    """The page of books, as a file of their folder."""
    command = command_of("liability", files, options, *_own(options))
    return [(REPORT, books_page(found, command=command).encode("utf-8"))]


def _own(options: Options) -> list[str]:
    """The options of the command that decide what the page says, by their last folder's names."""
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

"""`report.html` of `dealsim liability`: the books as one page for the accountant."""

from __future__ import annotations

from collections.abc import Iterator

from dealsim.books import Liability
from dealsim.output.books.page.basis import assumptions, warnings, words
from dealsim.output.books.page.checks import sign_off
from dealsim.output.books.page.first_screen import first_screen
from dealsim.output.books.page.ledger import entries, trial_balance
from dealsim.output.books.page.movement import campaigns, policies, roll_forward
from dealsim.output.books.page.register import register
from dealsim.output.books.page.vouchers import ageing, triangle
from dealsim.output.html.blocks import Chapter
from dealsim.output.html.frame import asset, footer, rendered
from dealsim.output.html.pictures import Album
from dealsim.text import visible

ROOM = "dealsim.output.books.page"


def books_page(found: Liability, *, command: str = "") -> str:
    """The page as HTML; `command` is the command line that makes it again.

    Its figures are those of `liability.json`; the same books and command make the same bytes.
    """
    album = Album()
    first = first_screen(found, album)
    chapters = list(_chapters(found, album))
    made = footer(
        sha256=found.sha256,
        seed=found.seed,
        trials=found.trials,
        currency=found.scenario.currency,
        command=command,
    )
    return rendered(
        ROOM,
        "books.html.j2",
        title=visible(found.name),
        chapters=chapters,
        footer=made,
        rules=f"{asset(ROOM, 'books.css')}\n{album.css()}",
        first=first,
    )


def _chapters(found: Liability, album: Album) -> Iterator[Chapter]:
    """Those that the books have, in the order in which an accountant asks."""
    yield roll_forward(found, album)
    if found.actuals is not None:
        yield register(found, found.actuals, album)
    if len(found.campaigns) > 1:
        yield campaigns(found)
    yield policies(found, album)
    yield entries(found)
    if any(one.postings for one in found.journal):
        yield trial_balance(found)
    yield ageing(found)
    if found.triangle.size:
        yield triangle(found)
    yield assumptions(found)
    if found.warnings:
        yield warnings(found)
    yield words()
    yield sign_off(found)

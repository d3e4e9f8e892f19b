"""What the books rest on, and the block in which they are signed off."""

from __future__ import annotations

from collections.abc import Sequence

from dealsim import __version__
from dealsim.books import DISCLAIMER, CampaignBooks
from dealsim.output.books.workbook.comparison import RegisterCells, register_rows
from dealsim.output.books.workbook.page import Page
from dealsim.output.drawing.wording import day
from dealsim.output.spreadsheet.sheet import Check
from dealsim.units import format_count, format_share

WIDTHS = (34.0, 44.0, 90.0)
SIGNATURES = ("prepared by", "date", "reviewed by", "date")


def write_assumptions(page: Page) -> None:
    """The choices behind the books with their sources, and the estimate that was used."""
    notes = ("Every one of them can be overridden in the scenario.", DISCLAIMER)
    heads = list(zip(("assumption", "value", "source"), WIDTHS, strict=True))
    page.head("Assumptions", notes, heads, right_from=len(heads))
    rows = [(one.name, one.value, one.source) for one in page.books.assumptions]
    for row in [*rows, *_estimate(page)]:
        page.wrapped(row, WIDTHS)
        page.row += 1


def _estimate(page: Page) -> list[tuple[str, str, str]]:
    """The shares used in the end of each campaign, and of all where there are several."""
    books = page.books
    several = len(books.campaigns) > 1
    found = []
    for one in books.campaigns:
        found += _estimates(page, one, f"{one.name}: " if several else "")
    source = f"simulated, {format_count(books.trials)} futures"
    if several:
        used = "share of what was issued net of refunds; each campaign books its own"
        for words, share, why in (
            ("ultimate redemptions of all, best estimate", books.best_estimate, source),
            ("ultimate redemptions of all, used", books.ultimate_share, used),
        ):
            found.append((words, format_share(share), why))
    return found


def _estimates(page: Page, one: CampaignBooks, whose: str) -> list[tuple[str, str, str]]:
    source = f"simulated, {format_count(page.books.trials)} futures"
    return [
        (f"{whose}ultimate redemptions, best estimate", format_share(one.best_estimate), source),
        (
            f"{whose}ultimate redemptions, constrained at {format_share(one.constraint)}",
            format_share(one.constrained),
            f"{source}; the quantile is a choice of policy, no standard names one",
        ),
        (
            f"{whose}ultimate redemptions used",
            format_share(one.ultimate_share),
            f"share of what was issued net of refunds; breakage policy: {one.policy}",
        ),
    ]


def write_sign_off(
    page: Page, checks: Sequence[Check], register: RegisterCells | None = None
) -> None:
    """What made the workbook, whether its checks hold, and room for two signatures.

    With a register it is signed as of the register's day, with what was owed then.
    """
    books = page.books
    scenario = books.scenario
    known = books.actuals
    title = "Sign-off" if known is None else f"Sign-off as of {day(known.as_of)}"
    page.head(title, (DISCLAIMER,), [("what", 64.0), ("figure", 72.0)], right_from=2)
    facts = (
        *_scenarios(page),
        ("seed", str(books.seed)),
        ("futures simulated", format_count(books.trials)),
        ("dealsim version", __version__),
        ("period", _period(page)),
        ("currency", scenario.currency),
        ("breakage policy", books.policy or "each campaign's own"),
        *(() if books.actuals is None else register_rows(books.actuals)),
    )
    for name, value in facts:
        page.text(page.row, 0, name)
        page.text(page.row, 1, value, "wrap")
        page.row += 1
    if known is not None and register is not None:
        _write_owed(page, register, day(known.as_of))
    page.row += 1
    page.text(page.row, 0, "checks (live)", "bold")
    for check in checks:
        page.row += 1
        page.text(page.row, 0, check.claim)
        page.formula(page.row, 1, f"={check.cell}", check.value, "bold")
    page.row += 2
    for name in SIGNATURES:
        page.text(page.row, 0, name, "bold")
        page.sheet.write_blank(page.row, 1, None, page.book.formats["blank"])
        page.sheet.set_row(page.row, 24)
        page.row += 1


def _scenarios(page: Page) -> list[tuple[str, str]]:
    """The scenario and its hash, of several campaigns each one's."""
    books = page.books
    if len(books.campaigns) < 2:
        return [("scenario", books.name), ("scenario hash (sha256)", books.sha256)]
    found = []
    for one in books.campaigns:
        found += [(f"scenario of {one.name}", one.scenario.name)]
        found += [("scenario hash (sha256)", one.scenario.sha256)]
    return found


def _period(page: Page) -> str:
    """What is signed for, and what is forecast beyond it."""
    books = page.books
    first, last = day(books.starts), day(books.month_ends[-1])
    if books.actuals is None:
        return f"forecast, {first} to {last}, by {books.period}"
    return f"{first} to {day(books.actuals.as_of)}; a forecast from there to {last}"


def _write_owed(page: Page, register: RegisterCells, when: str) -> None:
    """What is owed on the register's day, and what of it customers hold."""
    for words, place, amount in (
        (f"owed in the books on {when}", register.liability, register.owed),
        (f"paid value of vouchers held on {when}", register.outstanding, register.held),
    ):
        page.text(page.row, 0, f"{words} ({page.books.scenario.currency})")
        page.formula(page.row, 1, f"={place}", page.units(amount), "figure")
        page.row += 1

"""The register beside the forecast made without it: figures, estimates, inputs, cross-check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dealsim.books.actual_versus_forecast import (
    ActualVersusForecast,
    ChainLadderCheck,
    InputRevision,
    RegisterComparison,
    SummaryStatistics,
)
from dealsim.output.books.comparison import register_name
from dealsim.output.books.workbook.journal import JournalCells
from dealsim.output.books.workbook.page import Page
from dealsim.output.drawing.wording import day
from dealsim.output.labels import label
from dealsim.output.spreadsheet.sheet import Check, cell
from dealsim.scenario import in_words
from dealsim.units import to_minor

HEADS = (
    ("figure at the end of the register", 58.0),
    ("register", 14.0),
    ("forecast without it, mean", 14.0),
    ("difference", 14.0),
    ("p5", 14.0),
    ("p50", 14.0),
    ("p95", 14.0),
    ("futures below", 12.0),
    ("", 12.0),
)
BESIDE = "difference"
REESTIMATE = "Breakage, change of estimate"


@dataclass(frozen=True)
class RegisterCells:
    """Where what is owed on the register's day stands, as formulas on other sheets name it, and
    its amount in minor units; the same of the paid value of vouchers held."""

    liability: str
    owed: int
    outstanding: str
    held: int
    checks: tuple[Check, ...]


def register_rows(found: RegisterComparison) -> Iterator[tuple[str, str]]:
    """What the register was, in words."""
    yield "register", register_name(found)
    yield "register hash (sha256)", found.sha256
    yield "register's rows", str(found.rows)
    yield "register to", day(found.as_of)


def write_register(page: Page, found: RegisterComparison, booked: JournalCells) -> RegisterCells:
    """All of the comparison; differences are formulas. Returns where the amounts owed stand."""
    notes = (
        f"Up to {day(found.as_of)} the books are what the register says; the forecast goes on from"
        " there with the inputs that it leaves.",
        "Futures below: the share of the futures forecast without it that fall below what came;"
        " those equal count half.",
    )
    page.head("Register beside its forecast", notes, HEADS)
    for one in found.vouchers:
        _write_beside(page, one, "mean_count", 1.0)
    places = {}
    for one in found.owed:
        places[one.name] = page.at(page.row, 1), int(to_minor(one.actual, 0))
        _write_beside(page, one, "money", 10.0**page.book.digits)
    used = _write_estimate(page, found)
    checks = _write_catch_up(page, found, booked)
    _write_ladder(page, found.ladder, used)
    _write_inputs(page, found.inputs)
    _write_source(page, found)
    return RegisterCells(*places["liability"], *places["outstanding"], checks)


def _write_beside(page: Page, one: ActualVersusForecast, form: str, unit: float) -> None:
    row, spread = page.row, one.forecast
    actual, mean, *marks = (
        _whole(v, form) / unit for v in (one.actual, spread.mean, spread.p5, spread.p50, spread.p95)
    )
    counted = form == "mean_count"
    name = label(one.name) if counted else f"{label(one.name)} ({_currency(page)})"
    page.text(row, 0, name)
    page.number(row, 1, actual, "count" if counted else form)
    page.number(row, 2, mean, form)
    page.formula(row, 3, f"={cell(row, 1)}-{cell(row, 2)}", actual - mean, form)
    for column, mark in enumerate(marks, start=4):
        page.number(row, column, mark, form)
    page.number(row, 7, one.rank, "share")
    page.row += 1


def _whole(value: float, form: str) -> float:
    """Amounts in whole minor units; counts as they are."""
    return float(to_minor(value, 0)) if form == "money" else value


def _currency(page: Page) -> str:
    return page.books.scenario.currency


def _section(page: Page, title: str, heads: tuple[str, ...]) -> None:
    """A blank row, then a section's own heads."""
    page.row += 1
    for column, name in enumerate((title, *heads)):
        page.text(page.row, column, name, "head_right" if column else "head")
    page.row += 1


def _write_estimate(page: Page, found: RegisterComparison) -> int:
    """Shares used in the end, before and after; returns the row of the expected one."""
    heads = ("with the register", "without it", BESIDE, "p5 with it", "p50", "p95")
    _section(page, "estimate, share of what was issued net of refunds", heads)
    row = page.row
    after, before = found.used_after, found.used_before
    _write_shares(page, "expected to be used in the end", after.mean, before.mean)
    for column, mark in enumerate((after.p5, after.p50, after.p95), start=4):
        page.number(row, column, mark, "share")
    _write_shares(page, "taken by the books", found.taken_after, found.taken_before)
    return row


def _write_shares(page: Page, name: str, after: float, before: float) -> None:
    row = page.row
    page.text(row, 0, name)
    page.number(row, 1, after, "share")
    page.number(row, 2, before, "share")
    page.formula(row, 3, f"={cell(row, 1)}-{cell(row, 2)}", after - before, "share")
    page.row += 1


def _write_catch_up(
    page: Page, found: RegisterComparison, booked: JournalCells
) -> tuple[Check, ...]:
    """The change of estimate at the register's end, and that the journal books as much."""
    page.row += 1
    row = page.row
    page.text(row, 0, f"catch-up: breakage by the change of estimate ({_currency(page)})", "bold")
    page.money(row, 1, found.catch_up, "bold_money")
    page.row += 1
    if not any(one.policy == "proportional" for one in page.books.campaigns):
        return ()
    several = "*" if len(page.books.campaigns) > 1 else ""  # a memo then names its campaign
    page.text(row + 1, 0, f"as the journal books it on {day(found.as_of)}")
    sides = (
        f'SUMIFS({side},{booked.keys},"recognised_breakage",{booked.days},{excel_day(found.as_of)},'
        f'{booked.memos},"{REESTIMATE}{several}")'
        for side in (booked.debits, booked.credits)
    )
    journal = _journal(page, found)
    page.sum(row + 1, 1, "-".join(sides), journal)
    claim = "the change of estimate is booked as the catch-up"
    page.row = row + 3
    off = f"{cell(row, 1)}-{cell(row + 1, 1)}"
    return (page.check(row + 2, claim, off, journal == found.catch_up),)


def excel_day(value: date) -> str:
    """A day as formulas write it."""
    return f"DATE({value.year},{value.month},{value.day})"


def _journal(page: Page, found: RegisterComparison) -> int:
    return sum(
        posting.amount
        for one in page.books.journal
        for posting in one.postings
        if one.day == found.as_of
        and one.event == "breakage_reestimate"
        and posting.account == "recognised_breakage"
    )


def _write_ladder(page: Page, one: ChainLadderCheck | None, used: int) -> None:
    """The chain ladder, a cross-check, or why there is none."""
    if one is None:
        page.row += 1
        page.text(
            page.row, 0, "No chain ladder: that takes three whole months, two of issue.", "note"
        )
        page.row += 1
        return
    heads = ("chain ladder", "this forecast", BESIDE)
    _section(page, "cross-check from the register alone", heads)
    row = page.row
    found = page.books.actuals
    assert found is not None
    page.text(row, 0, f"share used, from {one.months} months of issue")
    page.number(row, 1, one.share, "share")
    mean = found.used_after.mean
    page.formula(row, 2, f"={cell(used, 1)}", mean, "share")
    page.formula(row, 3, f"={cell(row, 1)}-{cell(row, 2)}", one.share - mean, "share")
    page.text(row + 1, 0, f"paid value used in the end ({_currency(page)})")
    page.money(row + 1, 1, float(to_minor(one.ultimate, 0)))
    page.text(row + 2, 0, "its standard error (Mack)")
    page.money(row + 2, 1, float(to_minor(one.standard_error, 0)))
    told = "Uses put down to months of issue in proportion to what was held. Not used."
    page.text(row + 3, 0, told, "note")
    page.row = row + 4


def _write_inputs(page: Page, inputs: tuple[InputRevision, ...]) -> None:
    """Inputs before and after in the scenario's units, the furthest moved first."""
    heads = ("mean before", "mean after", "sd before", "sd after", "p5 after", "p95 after")
    _section(page, "inputs that the register updates", (*heads, "moved, in sd", "doubt left"))
    for one in inputs:
        row = page.row
        known = in_words(one.path)
        page.text(row, 0, one.place if known == one.path else f"{one.place}: {known}")
        for column, value in enumerate(_marks(one.before, one.after), start=1):
            page.number(row, column, value, "input")
        before, after, doubt, left = (cell(row, column) for column in range(1, 5))
        moved = f"=IF({doubt}=0,0,({after}-{before})/{doubt})"
        page.formula(row, 7, moved, one.shift, "moved")
        page.formula(row, 8, f"=IF({doubt}=0,0,{left}/{doubt})", one.doubt_left, "share")
        page.row += 1


def _marks(before: SummaryStatistics, after: SummaryStatistics) -> tuple[float, ...]:
    return before.mean, after.mean, before.sd, after.sd, after.p5, after.p95


def _write_source(page: Page, found: RegisterComparison) -> None:
    _section(page, "source", ())
    for name, value in register_rows(found):
        page.text(page.row, 0, name)
        page.text(page.row, 1, value)
        page.row += 1

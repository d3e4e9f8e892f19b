"""What `dealsim liability` says: the finding, the roll-forward by fiscal year, the register."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from dealsim.books import DISCLAIMER, LINES, Liability
from dealsim.output.books.amounts import long_day, money
from dealsim.output.books.comparison_text import print_register, short_name
from dealsim.output.books.finding import finding, year_ends
from dealsim.output.labels import label
from dealsim.output.terminal.console import Printer
from dealsim.output.terminal.file_list import file_list
from dealsim.units import format_count

ROOM = 4
"""Fiscal years that 80 columns have room for."""

ALWAYS = ("opening", "issued", "closing")
"""Lines of the table; those that are nil throughout are left out, but for these."""


def print_liability(
    found: Liability, folder: Path, files: Sequence[str], stream: TextIO | None = None
) -> None:
    """The finding, the roll-forward by fiscal year, and where the files are."""
    out = Printer(stream, found.scenario.currency)
    out.paragraph(finding(found), style="bold")
    out.paragraph("")
    known = found.actuals
    known_to = "" if known is None else f", from the register to {long_day(known.as_of)} on"
    futures = f"mean of {format_count(found.trials)} futures{known_to}"
    out.paragraph(f"{found.name}: {futures}")
    shown = _years_shown(found)
    ends = [year_ends(found)[k] for k in shown]
    names = [n for n in LINES if n in ALWAYS or found.yearly.mean[n].any()]
    rows = []
    for name in names:
        sign = 1 if name in ALWAYS else -1
        line = found.yearly.mean[name]
        amounts = [money(found, sign * int(line[k]), cents=True) for k in shown]
        rows.append((label(name), *amounts))
    for percent in (5, 95):
        closing = found.yearly.bands[percent]["closing"]
        amounts = [money(found, int(closing[k]), cents=True) for k in shown]
        rows.append((f"closing, {percent} %", *amounts))
    out.table(("to", *(day.isoformat() for day in ends)), rows)
    if len(shown) < len(found.years):
        out.paragraph(
            f"{len(shown)} of {len(found.years)} fiscal years; all are in liability.json."
        )
    out.paragraph("")
    if len(found.campaigns) > 1:
        _print_campaigns(out, found)
    if known is not None:
        print_register(out, found, known)
    if not any(name.startswith("journal-") for name in files):
        out.paragraph(
            "No files to import into QuickBooks Online or Xero: nothing of this has happened yet "
            "(--import-forecast writes them all the same)."
        )
    out.paragraph(DISCLAIMER)
    out.line(file_list(folder, files))


def _years_shown(found: Liability) -> list[int]:
    """The fiscal years that a terminal has room for: those about the register's day, or the
    first ones, and the last."""
    years = len(found.years)
    if years <= ROOM:
        return list(range(years))
    first = 0
    if found.actuals is not None:
        ends = enumerate(year_ends(found))
        first = next(k for k, end in ends if end >= found.actuals.as_of)
    first = min(max(first - 1, 0), years - ROOM)
    return [*range(first, first + ROOM - 1), years - 1]


def _print_campaigns(out: Printer, found: Liability) -> None:
    """What is owed on each campaign at its promotion's end and at the end of what is simulated."""
    rows = []
    for one in found.campaigns:
        owed = one.owed_at_expiry
        at_expiry = "" if owed is None else money(found, float(owed.mean()), cents=True)
        closing = money(found, int(one.lines["closing"][-1]), cents=True)
        policy = "paid on redemption" if one.on_redemption else one.policy
        rows.append((short_name(one.name), one.expiry.isoformat(), at_expiry, closing, policy))
    end = found.period_ends[-1].isoformat()
    out.table(("campaign", "expires", "held then", f"owed {end}", "breakage"), rows)
    out.paragraph("")

"""What `dealsim liability` says: what is owed and when it becomes revenue, in words and a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import numpy as np

from dealsim.accounting import LINES
from dealsim.accounting.register import IntArray
from dealsim.liabilities import DISCLAIMER, Liability
from dealsim.output.books.amounts import day, money
from dealsim.output.books.comparison_text import held_now, owed_now, print_register
from dealsim.output.terminal.console import Out
from dealsim.output.terminal.whereabouts import whereabouts
from dealsim.units import format_count, format_share

ROOM = 4
"""Fiscal years that 80 columns have room for."""

ALWAYS = ("opening", "issued", "closing")
"""Lines of the table; those that are nil throughout are left out, but for these."""


def finding(found: Liability) -> str:
    """What is owed at expiry and at each fiscal year end, and what is recognised when.

    With a register, what is owed at its end comes first.
    """
    if found.on_redemption:
        return (
            "Nothing is owed in the books: the platform pays for vouchers once they are "
            f"redeemed. {held_now(found)}At the end of what is simulated customers hold "
            f"{format_count(float(found.memo_held[-1]))} vouchers, a memorandum."
        )
    sentences = [owed_now(found), _at_expiry(found), _at_year_ends(found), _recognised(found)]
    return " ".join(sentence for sentence in sentences if sentence)


def print_liability(
    found: Liability, folder: Path, files: Sequence[str], stream: TextIO | None = None
) -> None:
    """The finding, the roll-forward by fiscal year, and where the files are."""
    out = Out(stream, found.scenario.currency)
    out.paragraph(finding(found), style="bold")
    out.paragraph("")
    known = found.actuals
    known_to = "" if known is None else f", from the register to {day(known.as_of)} on"
    futures = f"mean of {format_count(found.trials)} futures{known_to}"
    out.paragraph(f"{found.scenario.name}: {futures}")
    shown = _years_shown(found)
    ends = [found.month_ends[found.years[k].stop - 1] for k in shown]
    names = [n for n in LINES if n in ALWAYS or found.yearly.mean[n].any()]
    rows = []
    for name in names:
        sign = 1 if name in ALWAYS else -1
        line = found.yearly.mean[name]
        amounts = [money(found, sign * int(line[k]), cents=True) for k in shown]
        rows.append((name.replace("_", " "), *amounts))
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
    if known is not None:
        print_register(out, found, known)
    out.paragraph(DISCLAIMER)
    out.line(whereabouts(folder, files))


def _years_shown(found: Liability) -> list[int]:
    """The fiscal years that a terminal has room for: those about the register's day, or the
    first ones, and the last."""
    years = len(found.years)
    if years <= ROOM:
        return list(range(years))
    first = 0
    if found.actuals is not None:
        ends = [found.month_ends[group.stop - 1] for group in found.years]
        first = next(k for k, end in enumerate(ends) if end >= found.actuals.as_of)
    first = min(max(first - 1, 0), years - ROOM)
    return [*range(first, first + ROOM - 1), years - 1]


def _at_expiry(found: Liability) -> str:
    if found.owed_at_expiry is None:
        return ""
    when = day(found.expiry)
    if found.actuals is not None and found.expiry <= found.actuals.as_of:
        owed = money(found, int(found.owed_at_expiry[0]))
        return f"When the promotion ended on {when}, they held {owed}."
    owed = _spread(found, found.owed_at_expiry)
    return f"When the promotion ends on {when}, customers hold {owed} of paid value."


def _at_year_ends(found: Liability) -> str:
    """What is owed at the first fiscal year end to come and at the last."""
    ends = [found.month_ends[group.stop - 1] for group in found.years]
    known = found.actuals
    ahead = [k for k, end in enumerate(ends) if known is None or end > known.as_of]
    told = [f"{_band(found, k)} on {day(ends[k])}" for k in sorted({*ahead[:1], *ahead[-1:]})]
    if not told:  # the register reaches the end of what is simulated
        return ""
    return f"Owed in the books{' by the forecast' if known else ''}: {', then '.join(told)}."


def _recognised(found: Liability) -> str:
    if found.policy == "none":
        lapses = found.monthly.mean["lapsed"].any()
        until = "it is used or lapses" if lapses else "it is used"
        return f"No breakage is recognised: what is owed stays owed until {until}."
    to_date, end = int(found.policies[found.policy][-1]), day(found.period_ends[-1])
    if found.policy == "remote":
        first = np.flatnonzero(found.policies["remote"])
        if not len(first):
            return "Redemption is not yet remote within what is simulated: no breakage."
        when = day(found.period_ends[int(first[0])])
        return f"{money(found, to_date)} is breakage by {end}, the first of it on {when}."
    return (
        f"Breakage is recognised with redemptions, {money(found, to_date)} by {end}: "
        f"{format_share(found.ultimate_share)} are taken to be used in the end "
        f"({format_share(found.best_estimate)} are expected)."
    )


def _band(found: Liability, year: int) -> str:
    bands, mean = found.yearly.bands, found.yearly.mean["closing"][year]
    return _around(found, int(mean), *(int(bands[p]["closing"][year]) for p in (5, 95)))


def _spread(found: Liability, amounts: IntArray) -> str:
    return _around(found, int(amounts.mean()), *map(int, np.percentile(amounts, (5, 95))))


def _around(found: Liability, mean: int, low: int, high: int) -> str:
    """A mean with its band, left out where it says no more."""
    said, *ends = (money(found, amount) for amount in (mean, low, high))
    if {*ends} == {said}:
        return said
    return f"{said} (5\N{EN DASH}95 %: {ends[0]} to {ends[1]})"

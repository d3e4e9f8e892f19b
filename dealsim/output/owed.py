"""What `dealsim liability` says: what is owed and when it becomes revenue, in words and a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TextIO

import numpy as np

from dealsim.accounting import LINES
from dealsim.accounting.register import IntArray
from dealsim.liabilities import DISCLAIMER, Liability
from dealsim.output.console import Out
from dealsim.output.terminal import whereabouts
from dealsim.units import format_count, format_money, format_share, minor_digits

ALWAYS = ("opening", "issued", "closing")
"""Lines of the table; those that are nil throughout are left out, but for these."""


def finding(found: Liability) -> str:
    """What is owed at expiry and at each fiscal year end, and what is recognised when."""
    if found.on_redemption:
        return (
            "Nothing is owed in the books: the platform pays for vouchers once they are "
            f"redeemed. At the end of what is simulated customers hold "
            f"{format_count(float(found.memo_held[-1]))} vouchers, a memorandum."
        )
    sentences = [_at_expiry(found), _at_year_ends(found), _recognised(found)]
    return " ".join(sentence for sentence in sentences if sentence)


def print_liability(
    found: Liability, folder: Path, files: Sequence[str], stream: TextIO | None = None
) -> None:
    """The finding, the roll-forward by fiscal year, and where the files are."""
    out = Out(stream, found.scenario.currency)
    out.paragraph(finding(found), style="bold")
    out.paragraph("")
    out.paragraph(f"{found.scenario.name}: mean of {format_count(found.trials)} futures")
    ends = [found.month_ends[group.stop - 1] for group in found.years]
    names = [n for n in LINES if n in ALWAYS or found.yearly.mean[n].any()]
    rows = []
    for name in names:
        sign = 1 if name in ALWAYS else -1
        amounts = [_money(found, sign * int(a), cents=True) for a in found.yearly.mean[name]]
        rows.append((name.replace("_", " "), *amounts))
    for percent in (5, 95):
        closing = found.yearly.bands[percent]["closing"]
        amounts = [_money(found, int(amount), cents=True) for amount in closing]
        rows.append((f"closing, {percent} %", *amounts))
    out.table(("to", *(day.isoformat() for day in ends)), rows)
    out.paragraph("")
    out.paragraph(DISCLAIMER)
    out.line(whereabouts(folder, files))


def _at_expiry(found: Liability) -> str:
    if found.owed_at_expiry is None:
        return ""
    owed, when = _spread(found, found.owed_at_expiry), day(found.expiry)
    return f"When the promotion ends on {when}, customers hold {owed} of paid value."


def _at_year_ends(found: Liability) -> str:
    """What is owed at the first fiscal year end after the sale and at the last."""
    ends = [found.month_ends[group.stop - 1] for group in found.years]
    shown = sorted({0, len(ends) - 1})
    told = [f"{_band(found, k)} on {day(ends[k])}" for k in shown]
    return f"Owed in the books: {', then '.join(told)}."


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
        return f"{_money(found, to_date)} is breakage by {end}, the first of it on {when}."
    return (
        f"Breakage is recognised with redemptions, {_money(found, to_date)} by {end}: "
        f"{format_share(found.ultimate_share)} are taken to be used in the end "
        f"({format_share(found.best_estimate)} are expected)."
    )


def _band(found: Liability, year: int) -> str:
    bands, mean = found.yearly.bands, found.yearly.mean["closing"][year]
    low, high = (_money(found, int(bands[p]["closing"][year])) for p in (5, 95))
    return f"{_money(found, int(mean))} (5\N{EN DASH}95 %: {low} to {high})"


def _spread(found: Liability, amounts: IntArray) -> str:
    low, high = (_money(found, int(mark)) for mark in np.percentile(amounts, (5, 95)))
    return f"{_money(found, int(amounts.mean()))} (5\N{EN DASH}95 %: {low} to {high})"


def _money(found: Liability, amount: int, cents: bool = False) -> str:
    currency = found.scenario.currency
    return format_money(amount / 10.0 ** minor_digits(currency), currency, cents=cents)


def day(value: date) -> str:
    """`4 September 2011`."""
    return f"{value.day} {value:%B %Y}"

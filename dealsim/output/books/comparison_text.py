"""What a register shows, in words and small tables, for `dealsim liability`."""

from __future__ import annotations

from dealsim.books import Liability
from dealsim.books.actual_versus_forecast import (
    ActualVersusForecast,
    InputRevision,
    RegisterComparison,
    SummaryStatistics,
)
from dealsim.output.books.amounts import long_day, money
from dealsim.output.drawing.wording import count
from dealsim.output.labels import OWED, label
from dealsim.output.terminal.console import Printer
from dealsim.scenario import in_words, value_in_words
from dealsim.units import format_share

MOST = 3
"""Inputs told of."""
TO = "\N{EN DASH}"
ROOM = 26
"""Characters of a campaign's name in a table."""


def print_register(out: Printer, found: Liability, known: RegisterComparison) -> None:
    """The register beside the earlier forecast, what it changed, and the cross-check."""
    out.paragraph(f"Register to {long_day(known.as_of)}, beside the forecast made without it")
    rows = [beside(found, one) for one in figures(found, known)]
    out.table(("", "register", "forecast", f"5{TO}95 %", "futures below"), rows)
    out.paragraph("")
    for sentence in (used(known), catch_up(found, known), chain_ladder(found, known)):
        if sentence:
            out.paragraph(sentence)
    out.paragraph("")
    moved = known.inputs[:MOST]
    for campaign in dict.fromkeys(one.campaign for one in moved):
        whose = f" of {campaign}" if campaign else ""
        out.paragraph(f"Inputs{whose} that the register moved most, mean (5{TO}95 %)")
        for one in (one for one in moved if one.campaign == campaign):
            before, after = (input_text(found, one, spread) for spread in (one.before, one.after))
            out.paragraph(f"- {in_words(one.path)}: {before} before, {after} now", indent="  ")
        out.paragraph("")


def short_name(name: str) -> str:
    """A campaign's name for a table of 80 columns: a long one keeps both its ends."""
    return name if len(name) <= ROOM else f"{name[: ROOM - 12]}..{name[-10:]}"


def figures(found: Liability, known: RegisterComparison) -> tuple[ActualVersusForecast, ...]:
    """What is set beside the forecast; no liability where nothing is ever owed."""
    owed = (one for one in known.owed if one.name != "liability" or not found.on_redemption)
    return (*known.vouchers, *owed)


def used(known: RegisterComparison) -> str:
    """What is expected to be used in the end, now and before."""
    now, before = (_share(one) for one in (known.used_after, known.used_before))
    return f"Expected to be used in the end: {now}; before the register {before}."


def catch_up(found: Liability, known: RegisterComparison) -> str:
    """What the change of estimate brings into the books, where breakage rests on an estimate."""
    if not any(one.policy == "proportional" for one in found.campaigns):
        return ""
    taken = (
        f"The books take {format_share(known.taken_after)} to be used, where they took "
        f"{format_share(known.taken_before)}{' as you state' if known.taken_stated else ''}"
    )
    taken = f"{taken} (for the next close: {_next_close(known)})"
    if not known.catch_up:
        return f"{taken}; there is no breakage to catch up."
    amount = money(found, abs(known.catch_up), cents=True)
    change = "more breakage" if known.catch_up > 0 else "of breakage less"
    return (
        f"{taken}: the change of estimate, booked on {long_day(known.as_of)}, is {amount} {change}."
    )


def _next_close(known: RegisterComparison) -> str:
    """The options that say which share the books took, one for each campaign."""
    several = len(known.shares) > 1
    return " ".join(
        f"--booked-share {f'{name}=' if several else ''}{100 * share:.6f}%"
        for name, share, _ in known.shares
    )


def chain_ladder(found: Liability, known: RegisterComparison) -> str:
    """The estimate from the register alone, or why there is none."""
    one = known.ladder
    if one is None and len(known.shares) > 1:
        return ""
    if one is None:
        return (
            "No chain ladder beside it: that takes three whole months, two of them of issue, the "
            "older to tell the younger."
        )
    return (
        f"Chain ladder, from the register's {one.months} months of issue alone: "
        f"{format_share(one.share)} used, {money(found, one.ultimate)} with a standard error of "
        f"{money(found, one.standard_error)}, as far as the oldest month is seen; redemptions put "
        "down to months in proportion. A cross-check, not used."
    )


def beside(found: Liability, one: ActualVersusForecast) -> tuple[str, str, str, str, str]:
    """A figure: what it is, what is so, the forecast's mean, its band, the share of futures
    below."""
    name = OWED.get(one.name, label(one.name))
    amounts = (one.actual, one.forecast.mean, one.forecast.p5, one.forecast.p95)
    if one.name in OWED:
        actual, mean, low, high = (money(found, amount) for amount in amounts)
    else:
        actual, mean, low, high = (count(amount) for amount in amounts)
    return name, actual, mean, f"{low} to {high}", format_share(one.rank)


def _share(spread: SummaryStatistics) -> str:
    low, high = format_share(spread.p5), format_share(spread.p95)
    return f"{format_share(spread.mean)} (5{TO}95 %: {low} to {high})"


def input_text(found: Liability, moved: InputRevision, spread: SummaryStatistics) -> str:
    """An input's mean and band in words."""
    currency = found.scenario.currency
    mean, low, high = (
        value_in_words(moved.path, v, currency) for v in (spread.mean, spread.p5, spread.p95)
    )
    return mean if low == high else f"{mean} ({low} to {high})"

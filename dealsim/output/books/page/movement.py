"""How the liability moves: the roll-forward, the breakage policies side by side, campaigns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from dealsim.books import LINES, Liability, Statement
from dealsim.output.books.amounts import long_day
from dealsim.output.books.finding import year_ends
from dealsim.output.books.page.cells import exact, futures, shown, signed
from dealsim.output.books.page.plot import plot
from dealsim.output.drawing.wording import day
from dealsim.output.html.blocks import Block, Chapter, Table
from dealsim.output.html.pictures import Album
from dealsim.output.labels import label
from dealsim.units import format_share

ACROSS = 6
"""Periods beside one another: what a sheet of paper has room for."""
ALWAYS = ("opening", "issued", "closing")
"""Lines told with their own sign, and though they are nil; what is taken off is negative."""
POLICIES = ("none", "proportional", "remote")


def roll_forward(found: Liability, album: Album) -> Chapter:
    """By quarter where quarters are reported, else by fiscal year; months folded away."""
    quarterly = found.period == "quarter"
    ends = found.period_ends if quarterly else year_ends(found)
    statement = found.table if quarterly else found.yearly
    every = "quarter" if quarterly else "fiscal year"
    blocks = [Block(plot(found, album, "rollforward"))]
    for start in range(0, len(ends), ACROSS):
        part = range(start, min(start + ACROSS, len(ends)))
        span = "" if len(ends) <= ACROSS else f", {day(ends[part[0]])} to {day(ends[part[-1]])}"
        table = _across(found, statement, ends, part, f"Roll-forward by {every}{span}")
        blocks.append(Block(table=table, open=True))
    blocks.append(Block(table=_by_month(found)))
    read = (
        "Opening, plus vouchers issued, less what is used, given back, lapses or is recognised, is "
        f"closing. Each line is the {futures(found)}; what lowers the liability is negative."
    )
    if found.on_redemption:
        read = (
            "The platform pays on redemption: there is no contract liability, and every line is "
            "nil. The paid value of vouchers held is a memorandum."
        )
    how = (
        "Closing balances of 5 % and 95 %: in one future of twenty less is owed, in one more. Such "
        "bands are of each line by itself and do not add up. Paid value held is the price of the "
        "vouchers that customers still have; what of it is not in the liability has been "
        "recognised as breakage or gone to the state."
    )
    return Chapter("roll-forward", "Roll-forward of the liability", read, blocks, how)


def _across(
    found: Liability, table: Statement, ends: Sequence[date], part: range, caption: str
) -> Table:
    """Lines down, periods across."""
    rows: list[tuple[str, ...]] = []
    for name in (n for n in LINES if n in ALWAYS or table.mean[n].any()):
        sign = 1 if name in ALWAYS else -1
        amounts = [signed(found, table.mean[name][k], sign) for k in part]
        rows.append((label(name), *amounts))
    total = len(rows) - 1
    if found.trials > 1 and not found.on_redemption:
        for percent in (5, 95):
            closing = table.bands[percent]["closing"]
            rows.append((f"closing, {percent} %", *(exact(found, closing[k]) for k in part)))
    held = [int(found.ageing[ends[k]].sum()) for k in part]
    rows.append(("paid value held", *(exact(found, one) for one in held)))
    if not found.on_redemption:
        owed = [int(table.mean["closing"][k]) for k in part]
        apart = [exact(found, one - left) for one, left in zip(held, owed, strict=True)]
        rows.append(("of it not in the liability", *apart))
    if found.actuals is not None:
        rows.append(("what it is", *(standing(found, ends, k) for k in part)))
    return Table(caption, ("to", *(day(ends[k]) for k in part)), rows, totals=(total,))


def standing(found: Liability, ends: Sequence[date], period: int) -> str:
    """Whether a period is actual, part actual or forecast; nothing without a register."""
    if found.actuals is None:
        return ""
    as_of = found.actuals.as_of
    before = ends[period - 1] if period else found.starts - timedelta(days=1)
    return "actual" if ends[period] <= as_of else "part actual" if before < as_of else "forecast"


def _by_month(found: Liability) -> Table:
    """Months down, lines across."""
    lines = found.monthly.mean
    names = [name for name in LINES if name in ALWAYS or lines[name].any()]
    heads = ["month to", *map(label, names)]
    told = found.actuals is not None
    rows = []
    for k, end in enumerate(found.month_ends):
        amounts = [signed(found, lines[n][k], 1 if n in ALWAYS else -1) for n in names]
        rows.append((day(end), *amounts, *([standing(found, found.month_ends, k)] * told)))
    words = (len(heads),) if told else ()
    return Table("Roll-forward by month", (*heads, *(["what it is"] * told)), rows, words=words)


def policies(found: Liability, album: Album) -> Chapter:
    """Breakage to date and the liability under each policy, at the ends of fiscal years."""
    heading, blocks = "Breakage policies side by side", []
    blocks.append(Block(plot(found, album, "breakage")))
    if not found.policies:
        read = "There is no breakage: the platform pays on redemption and keeps what is not used."
        return Chapter("policies", heading, read, blocks)
    places = [found.period_ends.index(end) for end in year_ends(found)]
    owed = found.policy_closings
    for caption, amounts in (
        ("Breakage recognised to date, by policy", found.policies),
        ("Owed in the books, by policy", owed),
    ):
        names = [name for name in POLICIES if name in amounts]
        if names:
            heads = ("to", *(f"{name}{' (used)' * (name == found.policy)}" for name in names))
            rows = [
                (day(found.period_ends[k]), *(exact(found, amounts[name][k]) for name in names))
                for k in places
            ]
            blocks.append(Block(table=Table(caption, heads, rows), open=True))
    used = f"These books use {found.policy}." if found.policy else "Each campaign has its own."
    read = (
        f"{used} The policy decides when the price of vouchers that nobody uses becomes revenue, "
        "and so what is owed until then; cash is the same under all three."
    )
    how = (
        "None: it stays owed until it is used or lapses. Proportional: it is recognised as "
        "others use theirs (ASC 606-10-55-48, IFRS 15.B46). Remote: once it is no longer likely "
        "to be asked for."
    )
    return Chapter("policies", heading, read, blocks, how)


def campaigns(found: Liability) -> Chapter:
    """What is owed on each campaign; they add up to the whole."""
    ends = year_ends(found)
    places = [found.period_ends.index(end) for end in ends]
    owed = [
        (shown(one.name), *(exact(found, one.lines["closing"][k]) for k in places))
        for one in found.campaigns
    ]
    owed.append(("all", *(exact(found, found.yearly.mean["closing"][k]) for k in range(len(ends)))))
    terms = []
    for one in found.campaigns:
        held = one.owed_at_expiry
        policy = "paid on redemption" if one.on_redemption else one.policy
        used = format_share(one.ultimate_share)
        then = "" if held is None else exact(found, round(float(held.mean())))
        terms.append((shown(one.name), day(one.expiry), then, policy, used))
    heads = ("campaign", "promotion ends", "paid value held then", "breakage", "taken to be used")
    each = Table("Terms and estimates, by campaign", heads, terms, words=(1, 3))
    heads_owed = ("campaign", *map(day, ends))
    whole = Table("Owed in the books, by campaign", heads_owed, owed, totals=(len(owed) - 1,))
    blocks = [Block(table=whole, open=True), Block(table=each, open=True)]
    first, last = (long_day(pick(c.expiry for c in found.campaigns)) for pick in (min, max))
    read = (
        f"{len(found.campaigns)} campaigns, whose promotions end from {first} to {last}, are added "
        "up. Each has its own estimate, policy and days."
    )
    return Chapter("campaigns", "Campaign by campaign", read, blocks)

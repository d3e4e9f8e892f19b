"""What ties the books together, each tie worked out from both its sides, and the sign-off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dealsim.books import DISCLAIMER, FLOWS, Liability
from dealsim.output.books.amounts import long_day
from dealsim.output.books.page.cells import exact
from dealsim.output.books.page.ledger import credits, debits, owed_by
from dealsim.output.html.blocks import Block, Chapter, Table
from dealsim.units import to_minor

YES, NO = "\N{CHECK MARK} yes", "\N{BALLOT X} NO"


@dataclass(frozen=True)
class Tie:
    """Two amounts, each from a source of its own, that must be the same; `holds` may ask for more
    than the two shown, such as the same in every period."""

    claim: str
    left: int
    right: int
    holds: bool


def ties(found: Liability) -> Iterator[Tie]:
    """All that must tie: the roll-forward, the journal and the register among them."""
    yield _closes(found)
    yield _opens(found)
    yield _balances(found)
    if not found.on_redemption:
        yield from _ledger(found)
    yield _ages(found)
    if len(found.campaigns) > 1:
        yield _campaigns(found)
    if found.actuals is not None:
        yield from _register(found)


def _tie(claim: str, left: int, right: int, holds: bool = True) -> Tie:
    return Tie(claim, left, right, holds and left == right)


def _closes(found: Liability) -> Tie:
    mean = found.monthly.mean
    closing = mean["opening"] + mean["issued"] - sum(mean[name] for name in FLOWS[1:])
    same = bool(np.array_equal(closing, mean["closing"]))
    claim = "opening, plus issued, less all taken off, is closing: every month, and the last"
    return _tie(claim, int(closing[-1]), int(mean["closing"][-1]), same)


def _opens(found: Liability) -> Tie:
    yearly, closing = found.yearly.mean, found.monthly.mean["closing"]
    ends = [int(closing[group.stop - 1]) for group in found.years]
    same = yearly["opening"].tolist() == [0, *ends[:-1]]
    claim = "each year opens where the one before closed, and closes with its last month"
    return _tie(claim, int(yearly["closing"][-1]), ends[-1], same)


def _balances(found: Liability) -> Tie:
    each = all(debits([one]) == credits([one]) for one in found.journal)
    claim = "debits equal credits in the journal, entry by entry, and in all"
    return _tie(claim, debits(found.journal), credits(found.journal), each)


def _ledger(found: Liability) -> Iterator[Tie]:
    """The liability of the journal beside that of the roll-forward, on both days."""
    told = found.position
    then = owed_by(one for one in found.journal if one.day <= told.day)
    when = long_day(told.day)
    yield _tie(f"the journal's liability on {when} is that of the roll-forward", then, told.owed)
    last, end = long_day(found.month_ends[-1]), int(found.monthly.mean["closing"][-1])
    claim = f"the journal's liability on {last} is the roll-forward's last closing balance"
    yield _tie(claim, owed_by(found.journal), end)


def _ages(found: Liability) -> Tie:
    aged = [int(found.ageing[end].sum()) for end in found.period_ends]
    held = [int(amount) for amount in to_minor(found.outstanding.mean(axis=1), 0)]
    claim = "the ageing adds up to the paid value held: every period, and the last"
    return _tie(claim, aged[-1], held[-1], aged == held)


def _campaigns(found: Liability) -> Tie:
    each = sum(one.lines["closing"] for one in found.campaigns)
    whole = found.table.mean["closing"]
    same = bool(np.array_equal(each, whole))
    claim = "the campaigns add up to the whole: every period, and the last"
    return _tie(claim, int(np.asarray(each)[-1]), int(whole[-1]), same)


def _register(found: Liability) -> Iterator[Tie]:
    """What the register's vouchers come to beside the books on its last day."""
    known, told = found.actuals, found.position
    assert known is not None
    owed = {one.name: int(to_minor(one.actual, 0)) for one in known.owed}
    when = long_day(known.as_of)
    yield _tie(
        f"paid value of the register's vouchers still held on {when} is that of the books",
        owed["outstanding"],
        told.held,
    )
    claim = f"owed in the books beside the register on {when} is that of the roll-forward"
    yield _tie(claim, owed["liability"], told.owed)


def sign_off(found: Liability) -> Chapter:
    """The checks with their marks; the lines to sign on follow on the page."""
    told = list(ties(found))
    rows = [
        (tie.claim, exact(found, tie.left), exact(found, tie.right), YES if tie.holds else NO)
        for tie in told
    ]
    heads = ("check", "one side", "the other", "ties")
    blocks = [Block(table=Table("Checks", heads, rows, words=(3,)), open=True)]
    failed = sum(not tie.holds for tie in told)
    read = f"All {len(told)} checks tie." if not failed else f"{failed} of {len(told)} do NOT tie."
    what = long_day(found.position.day)
    read = f"{read} Signed as of {what}. {DISCLAIMER}"
    return Chapter("sign-off", "Checks and sign-off", read, blocks)

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

YES, NO = "\N{CHECK MARK}\N{NO-BREAK SPACE}yes", "\N{BALLOT X}\N{NO-BREAK SPACE}NO"


SIGNED_HEADS = ("who", "name and signature", "date")
SIGNED = (("Prepared by", "", ""), ("Reviewed by", "", ""))
"""The lines to sign on; the rest is written by hand."""


@dataclass(frozen=True)
class Tie:
    """Two amounts, each from a source of its own, that must be the same; `holds` may ask for more
    than the two shown, such as the same in every period. Amounts are whole minor units."""

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
        yield _sub_ledger(found)
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
    held = _held(found)
    claim = "the ageing adds up to the paid value held: every period, and the last"
    return _tie(claim, aged[-1], held[-1], aged == held)


def _held(found: Liability, owed: bool = False) -> list[int]:
    """Paid value of vouchers held at the ends of periods; with `owed`, without that of campaigns
    whose platform pays on redemption."""
    counted = [one for one in found.campaigns if not (owed and one.on_redemption)]
    return [int(amount) for amount in np.sum([one.outstanding for one in counted], axis=0)]


def _sub_ledger(found: Liability) -> Tie:
    """The liability with what it leaves out of vouchers still held, beside the voucher register."""
    mean = found.monthly.mean
    apart = sum(mean[name].cumsum() for name in ("breakage", "breakage_reestimate", "escheated"))
    books = mean["closing"] + apart - found.monthly.released.cumsum()
    owed = [int(books[group.stop - 1]) for group in found.groups]
    held = _held(found, owed=True)
    # means are rounded one by one, so each campaign may be a minor unit apart
    near = all(abs(a - b) <= len(found.campaigns) for a, b in zip(owed, held, strict=True))
    claim = (
        "owed, plus breakage on vouchers still held and what went to the state, is the paid value "
        "held by the voucher register: every period, and the last (to a rounding)"
    )
    return Tie(claim, owed[-1], held[-1], near)


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
    """The checks with their marks, and the lines to sign on."""
    told = list(ties(found))
    rows = [
        (tie.claim, YES if tie.holds else NO, exact(found, tie.left), exact(found, tie.right))
        for tie in told
    ]
    heads = ("check", "ties", "one side", "the other")
    blocks = [
        Block(table=Table("Checks", heads, rows, words=(1,)), open=True),
        Block(table=Table("Sign-off", SIGNED_HEADS, SIGNED, words=(1, 2)), open=True),
    ]
    failed = sum(not tie.holds for tie in told)
    read = f"All {len(told)} checks tie." if not failed else f"{failed} of {len(told)} do NOT tie."
    what = long_day(found.position.day)
    read = f"{read} Signed as of {what}. {DISCLAIMER}"
    return Chapter("sign-off", "Checks and sign-off", read, blocks)

"""What an accountant reads first: what is owed on the closing day, and of what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dealsim.books import DISCLAIMER, Liability
from dealsim.output.books.amounts import long_day, money
from dealsim.output.books.finding import finding
from dealsim.output.books.page.plot import plot
from dealsim.output.html.blocks import KeyFigure
from dealsim.output.html.pictures import Album, Picture


@dataclass(frozen=True)
class BooksScreen:
    """The heading, three figures, what was found in sentences, and the picture of what is owed."""

    heading: str
    figures: Sequence[KeyFigure]
    sentences: Sequence[str]
    picture: Picture


def first_screen(found: Liability, album: Album) -> BooksScreen:
    """The first screen, as of the register's day or of the end of the first fiscal year."""
    figures = (_owed(found), _likely(found), _recognised(found))
    picture = plot(found, album, "outstanding")
    return BooksScreen(_heading(found), figures, (finding(found), DISCLAIMER), picture)


def _heading(found: Liability) -> str:
    told = found.position
    when = long_day(told.day)
    if found.on_redemption:
        return f"Nothing is owed in the books on {when}: the platform pays on redemption"
    if not (told.owed or any(told.owed_bands)):
        return f"Nothing is owed on vouchers on {when}"
    how = ", on average" if told.owed_bands[0] != told.owed_bands[2] else ""
    return f"On {when} {money(found, told.owed, cents=True)} is owed on vouchers{how}"


def _owed(found: Liability) -> KeyFigure:
    told = found.position
    what = "owed in the books"
    name = f"{what.capitalize()} on {long_day(told.day)}"
    value = money(found, told.owed, cents=True)
    low, _, high = told.owed_bands
    if found.on_redemption:
        more = "no contract liability: vouchers held are a memorandum"
    elif low == high:
        more = "by the register" if found.actuals is not None else "the same in every future"
    else:
        ends = f"{money(found, low, cents=True)} and {money(found, high, cents=True)}"
        more = f"the mean; nine futures in ten lie between {ends}"
    return KeyFigure(name, value, more)


def _likely(found: Liability) -> KeyFigure:
    told = found.position
    held = money(found, told.held, cents=True)
    more = f"still expected of the {held} of paid value that customers hold, on average"
    value = money(found, told.likely, cents=True)
    return KeyFigure("Likely to be asked for", value, more)


def _recognised(found: Liability) -> KeyFigure:
    value = money(found, found.position.recognised, cents=True)
    if found.on_redemption:
        more = "vouchers never redeemed bring the merchant nothing"
    elif found.policy is None:
        more = "revenue from vouchers not used, of each campaign by its own policy"
    elif found.policy == "none":
        more = "no breakage is expected: policy none"
    else:
        more = f"revenue from vouchers not expected to be used: policy {found.policy}"
    return KeyFigure("Breakage recognised by then", value, more)

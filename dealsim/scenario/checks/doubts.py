"""Values that can be read and run, but were hardly meant: each with what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from dealsim.scenario.checks.checking import Checking
from dealsim.scenario.language.node import Node, leaves
from dealsim.scenario.language.overrides import split_path
from dealsim.scenario.model.fields import Quantity
from dealsim.scenario.model.shape import scenario_shape
from dealsim.uncertain import Uncertain
from dealsim.units import format_share, minor_digits, plain_number

FIRST_DEAL_YEAR = 2008
"""The year in which daily deals began."""

LAST_YEAR = 2100
"""A deal that starts after it was hardly meant."""

LONGEST_PROMOTION_YEARS = 10

LOW_SHARE, HIGH_SHARE = 0.01, 0.95
"""A commission, or a cost, below or above is probably a per cent sign too much or too few."""

LOW_TICKET, HIGH_TICKET = 0.25, 20.0
"""A usual ticket below or above these shares of the face value is probably another amount."""

LOW_PRICE = 0.05
"""A price below this share of the face value: 95 % off."""

_POINTED = re.compile(r"(?<![0-9.,])[1-9][0-9]{0,2}\.[0-9]{3}(?![0-9.,/%])")
_COMMENT = re.compile(r"[ \t]+(#[^\s#].*)")


def check_doubts(c: Checking) -> None:
    """Note every value that is probably another than the one meant."""
    for check in _DOUBTS:
        check(c)


def _thousands(c: Checking) -> None:
    """`1.500` vouchers are one and a half, where a comma marks decimals at home."""
    for path, node in leaves(c.completed.tree, scenario_shape()):
        reader = scenario_shape().at(split_path(path)).reader
        if not isinstance(reader, Quantity) or not c.sound(path):
            continue
        kind = reader.field.kind
        three = kind == "money" and minor_digits(c.scenario.currency) == 3
        if kind not in ("money", "count") or three:
            continue
        found = _POINTED.search("\n".join(_typed(node)))
        if found is not None:
            whole = found[0].replace(".", "")
            c.warn(
                path,
                f"{found[0]} is read as {plain_number(float(found[0]))}: the point marks decimals",
                f"if {whole} is meant, write {whole}",
            )


def _typed(node: Node) -> Iterator[str]:
    """The scalars of a value as somebody typed them."""
    if node.origin not in ("file", "extends", "set"):
        return
    for key, inner in node.entries.items():
        if key not in ("source", "values", "dist"):
            yield from _typed(inner)
        if key == "choices":
            yield from inner.entries
    # what Python hands over was not typed
    if node.text is not None and node.place.source.text:
        yield node.text


def _shares(c: Checking) -> None:
    """`0.5%` where 50% is meant, and `1` where 1% is."""
    commission, cost = c.scenario.platform.commission, c.scenario.business.variable_cost
    _share(c, "platform.commission", commission, "the platform would keep {} of the price")
    _share(c, "business.variable_cost", cost, "a visit would cost {} of what it brings")
    for name, segment in c.scenario.customers.items():
        for key in ("redeem", "use"):
            path, value = f"customers.{name}.{key}", getattr(segment, key)
            what = {"redeem": "{} would redeem", "use": "{} of a voucher would be used"}[key]
            if _is_typed(c, path) and value.mean() < LOW_SHARE:
                _share(c, path, value, what)


def _is_typed(c: Checking, path: str) -> bool:
    node = c.completed.tree.get(*split_path(path))
    return node is not None and node.origin in ("file", "extends", "set")


def _share(c: Checking, path: str, value: Uncertain, what: str) -> None:
    mean = value.mean()
    if not c.sound(path) or LOW_SHARE <= mean < HIGH_SHARE or mean == 0:
        return
    shown = f"{100 * mean:.3g}"
    if mean < LOW_SHARE:
        hint = f"if {plain_number(float(shown) * 100)}% is meant, write it so"
    elif mean == 1:
        hint = "if one per cent is meant, write 1%"
    else:
        hint = "it is a share of the whole, such as 50% or 0.5"
    c.warn(path, what.format(format_share(mean)), hint)


def _amounts(c: Checking) -> None:
    """A price or a ticket that is far from the face value."""
    face, price = c.scenario.deal.face_value.mean(), c.scenario.deal.price.mean()
    ticket = c.scenario.business.usual_ticket.mean()
    if c.sound("deal.price", "deal.face_value") and price < LOW_PRICE * face:
        off = format_share(1 - price / face)
        c.warn(
            "deal.price",
            f"a price of {price:g} beside a face value of {face:g} is {off} off",
            _nearer(price, LOW_PRICE * 2 * face, face, "price")
            or "price is what the customer pays for one voucher",
        )
    if not c.sound("business.usual_ticket", "deal.face_value", "deal.uses"):
        return
    face /= c.scenario.deal.uses
    if LOW_TICKET * face <= ticket <= HIGH_TICKET * face:
        return
    far, otherwise = (
        ("below", "not the price of one item")
        if ticket < face
        else ("above", "not a day's takings")
    )
    shown = f"{face:g}" if c.scenario.deal.uses == 1 else f"a use, {face:.4g}"
    c.warn(
        "business.usual_ticket",
        f"a usual ticket of {ticket:g} is far {far} the face value of {shown}",
        _nearer(ticket, face / 2, 4 * face, "ticket")
        or f"usual_ticket is the bill of one ordinary visit, {otherwise}",
    )


def _nearer(amount: float, low: float, high: float, what: str) -> str | None:
    """The hint that a digit or the decimal point was slipped, where that explains the amount."""
    for factor in (10, 100, 0.1, 0.01):
        meant = amount * factor
        if low <= meant <= high:
            return f"is a {what} of {meant:.6g} meant?"
    return None


def _visit_cost(c: Checking) -> None:
    business = c.scenario.business
    paths = ("business.cost_per_visit", "business.usual_ticket", "business.variable_cost")
    if not c.sound(*paths):
        return
    ticket, each = business.usual_ticket.mean(), business.cost_per_visit.mean()
    cost = business.variable_cost.mean() * ticket + each
    if each > 0 and cost > ticket:
        c.warn(
            "business.cost_per_visit",
            f"an ordinary visit of {ticket:g} would cost {cost:g}: a loss without any deal",
            "cost_per_visit comes on top of variable_cost: count each cost in one of them only",
        )


def _years(c: Checking) -> None:
    """A date in another century than the one meant."""
    starts = c.scenario.starts
    if c.sound("starts") and not FIRST_DEAL_YEAR <= starts.year <= LAST_YEAR:
        when = "before there were daily deals" if starts.year < FIRST_DEAL_YEAR else "far ahead"
        meant = _in_this_century(starts)
        c.warn("starts", f"the deal starts in {starts.year}, {when}", f"is {meant} meant?")
        return
    if not c.sound("starts", "deal.sale_window", "deal.promo_expires"):
        return
    expiry, close = c.scenario.promo_expiry, c.scenario.sale_close
    if expiry.year - close.year > LONGEST_PROMOTION_YEARS:
        c.warn(
            "deal.promo_expires",
            f"the offer runs until {expiry}, {expiry.year - close.year} years after the sale",
            "most deals run for some months: is another date or unit meant?",
        )


def _in_this_century(day: date) -> date:
    """The same day in the years from 2000 to 2099; 29 February may become the 28th."""
    year = 2000 + day.year % 100
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _cut_texts(c: Checking) -> None:
    """`name: Deal #1`, of which YAML reads `Deal`."""
    for path in ("name", "platform.name"):
        node = c.completed.tree.get(*split_path(path))
        if node is None or not node.text or node.origin not in ("file", "extends"):
            continue
        text, end = node.place.source.text, node.place.index + len(node.text)
        line_end = text.find("\n", end)
        rest = _COMMENT.fullmatch(text[end : line_end if line_end >= 0 else None].rstrip())
        if rest is not None and text[node.place.index : end] == node.text:
            c.warn(
                path,
                f'the text ends at "{node.text}": what follows a space and # is a comment',
                f'put the whole in quotation marks: "{node.text} {rest[1]}"',
            )


_DOUBTS: tuple[Callable[[Checking], None], ...] = (
    _thousands,
    _shares,
    _amounts,
    _visit_cost,
    _years,
    _cut_texts,
)

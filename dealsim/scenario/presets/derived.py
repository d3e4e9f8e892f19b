"""Values that a preset derives from the owner's own.

A preset cannot know what a dollar buys: it says `{times: business.usual_ticket, value: 80% to
105%}`. Every time a scenario is completed, when it is loaded and when it is changed in memory, that
becomes an amount from the ticket of that moment (its mean, where it is uncertain: the ratio and the
ticket are not drawn together). It also knows how many redeem a voucher of usual terms only:
`{valid_for: 6 months, value: {mean: , sd: }}` becomes the share for the terms of this deal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import sqrt

from dealsim.scenario.language.node import Node, with_data_file
from dealsim.scenario.model.fields import CalendarDate, CalendarTime, Reading
from dealsim.uncertain import POSITIVE_MONEY, ValueProblems
from dealsim.units import Span, exact_number, plain_number

EXPIRY_POWER = 0.4
"""With the time to redeem, the odds that a voucher is redeemed rise with this power of it.

Judgement: of gift cards, which have no deadline, a little over 70 % are redeemed within six months
and just under 80 % within a year
(https://thehustle.co/what-happens-to-unused-gift-cards/amp/): odds that rise with the power 0.7 to
0.8. A deadline brings visits forward (Inman and McAlister 1994,
https://topsight.net/paper/W4249178893), so about half of that: 78 % of those valid for six months
are 73 % of those valid for three, and 83 % of those valid for a year.
"""

_FACTOR = re.compile(r"(\S+)( to (\S+))?")


def derive_amounts(node: Node, root: Node, reading: Reading) -> Node:
    """A part of the tree `root` with every `{times: path, value: , source: }` of a preset as an
    amount, and every `{valid_for: , value: , source: }` as the share of this deal's terms."""
    entries = node.mapping
    if entries is None:
        return node
    if "times" in entries and node.origin == "kind":
        return _amount(node, entries, root, reading)
    if "valid_for" in entries and node.origin == "kind":
        return _redeemed(node, entries, root, reading)
    changed = {key: derive_amounts(inner, root, reading) for key, inner in entries.items()}
    if all(changed[key] is inner for key, inner in entries.items()):
        return node
    return node.with_entries(changed)


def _amount(node: Node, entries: Mapping[str, Node], root: Node, reading: Reading) -> Node:
    path = str(entries["times"].value)
    unit = Fraction(_mean(root.get(*path.split(".")), reading))
    parts = _FACTOR.fullmatch(str(entries["value"].value))
    assert parts is not None, f"{path}: a preset's factor is a number or a range"
    amount = " to ".join(_times(part, unit) for part in (parts[1], parts[3]) if part)
    text = f"{amount} ({parts[0]} of {path})"
    value = replace(entries["value"], value=amount, text=text)
    kept = {key: inner for key, inner in entries.items() if key == "source"}
    return node.with_entries({"value": value} | kept)


def _mean(node: Node | None, reading: Reading) -> float:
    """The mean of the owner's amount; 1 where it is missing or wrong, which is reported there."""
    if node is None:
        return 1.0
    try:
        value = with_data_file(node, None).plain()
        return reading.parse(value, POSITIVE_MONEY).mean()
    except ValueProblems:
        return 1.0


def _times(factor: str, unit: Fraction) -> str:
    share = exact_number(factor.removesuffix("%")) / (100 if factor.endswith("%") else 1)
    return plain_number(float(f"{float(share * unit):.6g}"))


def _redeemed(node: Node, entries: Mapping[str, Node], root: Node, reading: Reading) -> Node:
    """The share redeemed of vouchers with this deal's time to redeem (docs/model.md, 5.10); the
    preset's own where that is as long, or not to be told."""
    usual, days = _span(entries["valid_for"], reading).days(), _validity(root, reading)
    value = entries["value"]
    if days is not None and abs(days - usual) > _ALIKE:
        stated = {key: _share(inner) for key, inner in value.entries.items()}
        odds = stated["mean"] / (1 - stated["mean"]) * (days / usual) ** EXPIRY_POWER
        mean = odds / (1 + odds)
        # as well known as before: a beta of the same weight
        spread = sqrt(mean * (1 - mean) / (stated["mean"] * (1 - stated["mean"])))
        wanted = {"mean": mean, "sd": stated["sd"] * spread}
        value = value.with_entries(
            {key: _percent(value.entries[key], share) for key, share in wanted.items()}
        )
    kept = {key: inner for key, inner in entries.items() if key == "source"}
    return node.with_entries({"value": value} | kept)


_ALIKE = 4.0
"""Days: six months are 181 to 184 of them, and are six months all the same."""


def _share(node: Node) -> float:
    return float(exact_number(str(node.value).removesuffix("%"))) / 100


def _percent(node: Node, share: float) -> Node:
    text = f"{100 * share:.4g}%"
    return replace(node, value=text, text=f"{text} ({node.text} if valid for 6 months)")


def _span(node: Node, reading: Reading) -> Span:
    span = CalendarTime().read(node.plain(), reading)
    assert isinstance(span, Span)
    return span


def _validity(root: Node, reading: Reading) -> float | None:
    """Days from sale close to the end of the promotional value; None where it is wrong, which is
    reported there."""
    expires, window, starts = (
        root.get(*path)
        for path in (("deal", "promo_expires"), ("deal", "sale_window"), ("starts",))
    )
    if expires is None or window is None or starts is None:
        return None
    try:
        end = CalendarTime(dates=True).read(expires.plain(), reading)
        if isinstance(end, date):
            first = CalendarDate().read(starts.plain(), reading)
            days = (end - _span(window, reading).after(first)).days
            return float(days) if days > 0 else None
        return end.days() if isinstance(end, Span) and end.count > 0 else None
    except (ValueProblems, ValueError):
        return None

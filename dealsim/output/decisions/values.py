"""A value of a scenario's number in words: `31 %`, `$12.40`, `350`, `120 days`."""

from __future__ import annotations

import math
from collections.abc import Callable

from dealsim.decisions import DEFAULT, parse_target
from dealsim.output.drawing.wording import amount
from dealsim.scenario import in_words, is_length, number_field
from dealsim.units import format_count, format_money, format_share, minor_digits, plain_number

Show = Callable[[str, float], str]
LOSS = ("incremental_profit", "<", 0.0)
"""What P(loss) measures."""


TERMS = {
    "platform.commission": "the commission",
    "platform.fixed_fee": "the fixed fee",
    "deal.price": "the price",
    "deal.face_value": "the face value",
    "deal.cap": "the cap on vouchers",
    "deal.minimum": "the number that must be wanted",
    "deal.promo_expires": "the time until it expires",
}
"""Terms by the words that are used in bargaining."""


SHOWN_WHOLE = 0.0995
"""A share from this up is shown in whole per cents."""
CENTS_BELOW = 100.0
"""An amount of money from this up is shown in whole units."""


def named(path: str) -> str:
    """What the number at a path is called in a sentence."""
    parts = path.split(".")
    if parts[0] == "customers" and parts[-1] == "share":
        return f"the share of {parts[1].replace('_', ' ')}"
    return TERMS.get(path) or in_words(path)


def wanted(target: str, currency: str) -> str:
    """A target as the end of "the deal ...": what it does where the target holds."""
    statement = parse_target(target).statement
    measured, right = statement.measured, statement.right
    if target == DEFAULT:
        return "breaks even on average"
    is_loss = (measured.metric, measured.relation, measured.bound) == LOSS
    if is_loss and statement.relation in ("<=", "<"):
        return f"loses money in {format_share(right)} of futures at most"
    is_profit = measured.relation is None and measured.metric == "incremental_profit"
    if is_profit and statement.relation in (">=", ">"):
        return f"earns {amount(right, currency)} or more on average"
    return f"meets {target}"


def shower(currency: str) -> Show:
    """Writes a value of the number at a path, money in this currency."""

    def show(path: str, value: float) -> str:
        field = number_field(path)
        kind = "duration" if is_length(path) else field.kind if field is not None else "number"
        if kind == "share":
            return format_share(round(value, 3))
        if kind == "money":
            return price(value, currency)
        if kind == "count":
            return format_count(value)
        if kind == "duration":
            return f"{format_count(value)} days"
        return plain_number(float(f"{value:.3g}"))

    return show


def safe_side(path: str, value: float, down: bool) -> float:
    """A value in as few digits as it is shown with, rounded down or up."""
    field = number_field(path)
    if field is None or field.kind not in ("share", "money"):
        return value
    if field.kind == "share":
        unit = 0.01 if abs(value) >= SHOWN_WHOLE else 0.001
    else:
        unit = 1.0 if abs(value) >= CENTS_BELOW else 0.01
    steps = value / unit
    whole = math.floor(steps + 1e-6) if down else math.ceil(steps - 1e-6)
    return round(whole * unit, 6)


def price(value: float, currency: str) -> str:
    """Money as a price tag: with minor units below 100, unless it has none."""
    digits = minor_digits(currency)
    whole = round(value, digits) == round(value)
    if abs(value) < CENTS_BELOW and not whole:
        return format_money(value, currency, cents=True)
    return amount(value, currency)

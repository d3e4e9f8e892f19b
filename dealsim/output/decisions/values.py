"""A value of a scenario's number in words: `31 %`, `$12.40`, `350`, `120 days`."""

from __future__ import annotations

from collections.abc import Callable

from dealsim.output.drawing.wording import amount
from dealsim.scenario import is_length, number_field
from dealsim.units import format_count, format_money, format_share, minor_digits, plain_number

Show = Callable[[str, float], str]


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


def price(value: float, currency: str) -> str:
    """Money as a price tag: with minor units below 100, unless it has none."""
    digits = minor_digits(currency)
    whole = round(value, digits) == round(value)
    if abs(value) < 100 and not whole:
        return format_money(value, currency, cents=True)
    return amount(value, currency)

"""Live cells: a formula and the value it has, made together so that neither can stray.

Reckon with cells as with numbers: `price * (1 - commission)` is the formula `B4*(1-B6)` and what
it comes to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dealsim.units import to_minor

ATOM, PRODUCT, SUM = 3, 2, 1
"""How tightly a formula holds together: what binds less is put in parentheses."""

NEVER = 1e-9
"""Chances below this are nil, as in the simulation."""


@dataclass(frozen=True)
class Live:
    """A formula without its equals sign, its value, and how tightly it binds."""

    text: str
    value: float
    binds: int = ATOM

    def __add__(self, other: Live | float) -> Live:
        right = live(other)
        return Live(f"{self.text}+{right.text}", self.value + right.value, SUM)

    def __radd__(self, other: float) -> Live:
        return live(other) + self

    def __sub__(self, other: Live | float) -> Live:
        right = live(other)
        return Live(f"{self.text}-{right.within(PRODUCT)}", self.value - right.value, SUM)

    def __rsub__(self, other: float) -> Live:
        return live(other) - self

    def __mul__(self, other: Live | float) -> Live:
        right = live(other)
        text = f"{self.within(PRODUCT)}*{right.within(PRODUCT)}"
        return Live(text, self.value * right.value, PRODUCT)

    def __rmul__(self, other: float) -> Live:
        return live(other) * self

    def __neg__(self) -> Live:
        return Live(f"-{self.within(PRODUCT)}", -self.value, SUM)

    def within(self, binds: int) -> str:
        """The formula as part of another that binds so tightly."""
        return self.text if self.binds >= binds else f"({self.text})"


def live(value: Live | float) -> Live:
    """A number as a formula; a live cell as it is."""
    if isinstance(value, Live):
        return value
    return Live(f"{value:.15g}", float(value), ATOM if value >= 0 else SUM)


def ratio(part: Live, whole: Live) -> Live:
    """part / whole, nil where the whole is."""
    value = part.value / whole.value if whole.value else 0.0
    return Live(f"IF({whole.text}=0,0,{part.within(PRODUCT)}/{whole.within(ATOM)})", value)


def at_least_zero(amount: Live) -> Live:
    """The amount, or nothing where it is negative."""
    return Live(f"MAX(0,{amount.text})", max(0.0, amount.value))


def rounded(amount: Live, digits: int) -> Live:
    """The amount in whole minor units, half up."""
    value = float(to_minor(amount.value, digits)) / 10.0**digits
    return Live(f"ROUND({amount.text},{digits})", value)


def where_positive(test: Live, then: Live | float, other: Live | float) -> Live:
    """`then` where `test` is above nil, else `other`."""
    first, second = live(then), live(other)
    text = f"IF({test.text}>0,{first.text},{second.text})"
    return Live(text, first.value if test.value > 0 else second.value)


def total(span: str, values: Sequence[Live]) -> Live:
    """The sum of the cells of a span."""
    return Live(f"SUM({span})", sum(one.value for one in values))


def weighted(span: str, values: Sequence[Live], weights: str, shares: Sequence[Live]) -> Live:
    """The mean of the cells of a span, weighted with those of another."""
    whole = sum(one.value for one in shares)
    parts = sum(one.value * share.value for one, share in zip(values, shares, strict=True))
    text = f"IF(SUM({weights})=0,0,SUMPRODUCT({weights},{span})/SUM({weights}))"
    return Live(text, parts / whole if whole else 0.0)


def chance_beyond(mean: Live, cv: Live, limit: Live) -> Live:
    """The chance that an amount Gamma(mean, cv) exceeds a limit (docs/model.md, 7.8)."""
    fixed = f"IF({mean.text}>{limit.text},1,0)"
    text = f"IF(OR({cv.text}=0,{mean.text}=0),{fixed},{_beyond(mean, cv, limit, 0)})"
    return Live(text, _tail(mean.value, cv.value, limit.value, 0))


def mean_beyond(mean: Live, cv: Live, limit: Live, chance: Live) -> Live:
    """By how much such an amount exceeds the limit, of those that do; nil where `chance`, that of
    it, is."""
    above = at_least_zero(mean - limit)
    over = f"{mean.text}*{_beyond(mean, cv, limit, 1)}/{chance.text}-{limit.within(PRODUCT)}"
    text = f"IF({chance.text}<{NEVER:g},0,IF({cv.text}=0,{above.text},{over}))"
    if chance.value < NEVER:
        return Live(text, 0.0)
    if cv.value == 0 or mean.value == 0:
        return Live(text, above.value)
    tail = _tail(mean.value, cv.value, limit.value, 1)
    return Live(text, mean.value * tail / chance.value - limit.value)


def _beyond(mean: Live, cv: Live, limit: Live, more: int) -> str:
    """Q(k + more, x) with k = 1/cv^2, x = k limit / mean, as spreadsheets have it."""
    shape = f"1/{cv.text}^2" + (f"+{more}" if more else "")
    scale = f"{mean.within(PRODUCT)}*{cv.text}^2"
    return f"(1-GAMMADIST({limit.text},{shape},{scale},TRUE))"


def _tail(mean: float, cv: float, limit: float, more: int) -> float:
    from scipy.special import gammaincc

    if cv == 0 or mean == 0:
        return float(mean > limit)
    shape = 1.0 / cv**2
    return float(gammaincc(shape + more, shape * limit / mean))

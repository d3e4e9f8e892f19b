"""What was reached of a precision that was asked for, in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from dealsim.output.drawing.wording import amount
from dealsim.units import format_count, plain_number

SURE = 1.959964
"""Standard errors to either side of a 95 % interval."""


def mean_in_words(found: Mapping[str, Any], currency: str) -> str:
    """The mean profit, how sure it is, and whether as sure as asked; `found` as in the summary."""
    mean = f"{amount(found['mean'], currency)} {give_or_take(found['half_width'], currency)}"
    futures, plain = format_count(found["trials"]), SURE * found["plain_se"]
    if not found["reached"]:
        return (
            f"After {futures} futures, as many as were allowed, the mean profit is {mean}; asked "
            f"for was {give_or_take(found['allowed'], currency)} ({found['asked']}). "
            f"{remedy(found, currency)}"
        )
    text = (
        f"The mean profit is {mean}, 95 % sure, within {found['asked']} as asked: "
        f"--trials {found['trials']} gives the same {futures} futures."
    )
    if found["method"] != "plain mean":
        text += (
            f" A plain mean of them would be {give_or_take(plain, currency)} only: the inputs were "
            "evened out."
        )
    return text


def reached_in_words(found: object) -> str:
    """What was reached of a precision of a decision, `found` as in its document; nothing where none
    was asked for, or where each row says so by itself."""
    if not isinstance(found, Mapping):
        return ""
    of, futures = found.get("of") or f"the mean of {found['metric']}", found["trials"]
    if found["reached"]:
        return (
            f"Simulated until {of} was known within {found['asked']}, 95 % sure: --trials "
            f"{futures} gives the same {format_count(futures)} futures."
        )
    wide = found["half_width"] / found["allowed"] if found["allowed"] else math.inf
    times = f", {wide:.2g} times as widely as asked" if math.isfinite(wide) else ""
    remedy = "Allow more futures with --trials, or ask for less."
    if found["asked"].endswith("%"):
        remedy += " A share of next to nothing is hard to reach: an amount may be what you want."
    return (
        f"After {format_count(futures)} futures, as many as were allowed, {of} is not known within "
        f"{found['asked']}{times}. {remedy}"
    )


def give_or_take(half: float, currency: str) -> str:
    """`\N{PLUS-MINUS SIGN}$12`, to the cent where it is small."""
    return f"\N{PLUS-MINUS SIGN}{amount(half, currency)}"


def remedy(found: Mapping[str, Any], currency: str) -> str:
    """What to do where it was not reached."""
    if found["asked"].endswith("%") and found["half_width"] > 0.1 * abs(found["mean"]):
        return (
            "A share of next to nothing is hard to reach: ask for an amount, as --precision "
            f"{plain_number(_rounded_up(found['half_width']))}."
        )
    return "Allow more futures with --trials, or ask for less."


def _rounded_up(size: float) -> float:
    """1, 2 or 5 times a power of ten, at least a size."""
    power = 10.0 ** math.floor(math.log10(size)) if size > 0 else 1.0
    return next(power * times for times in (1, 2, 5, 10) if power * times >= size * (1 - 1e-9))

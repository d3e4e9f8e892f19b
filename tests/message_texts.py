"""A scenario without mistakes, and ways to make one in it, for the catalogue of messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

BASE = """\
dealsim: 1
currency: USD
kind: none
deal: {price: 20, face_value: 40, demand: 200 to 300}
platform: {commission: 50%}
business: {usual_ticket: 50, variable_cost: 40%}
"""
"""A scenario without mistakes, on six lines; what a case adds begins on line 7."""


@dataclass(frozen=True)
class Case:
    """A scenario with a mistake: its text, `--set` values, and other files beside it."""

    text: str
    overrides: Sequence[str] = ()
    files: Mapping[str, str] = field(default_factory=dict)


def added(text: str) -> Case:
    """The base with lines added."""
    return Case(BASE + text + "\n")


def deal(more: str) -> Case:
    """The base with something added to its deal."""
    return Case(BASE.replace("200 to 300", f"200 to 300, {more}"))


def price(value: str) -> Case:
    """The base with another price."""
    return Case(BASE.replace("price: 20", f"price: {value}"))


def demand(value: str, **files: str) -> Case:
    """The base with another demand, and data files beside it."""
    text = BASE.replace("200 to 300", value)
    return Case(text, files={f"{name}.csv": content for name, content in files.items()})


def platform(more: str) -> Case:
    """The base with something added to its platform."""
    return Case(BASE.replace("50%", f"50%, {more}"))


def business(more: str) -> Case:
    """The base with something added to its business."""
    return Case(BASE.replace("40%", f"40%, {more}"))


def places(value: str) -> Case:
    """The base with ordinary trade, and places a week."""
    return business(f"visits_per_week: 40, capacity_per_week: {value}")


def segments(*lines: str) -> Case:
    """The base with segments of customers, one a line, from line 8."""
    return added("\n  ".join(["customers:", *lines]))


def returns(form: str) -> Case:
    """The base with one segment that returns."""
    return segments("all: {share: 100%, returns: {" + form + "}}")


def overridden(*overrides: str) -> Case:
    """The base with `--set` values."""
    return Case(BASE, overrides)


def overridden_and(text: str, *overrides: str) -> Case:
    """The base with something added, and `--set` values."""
    return Case(added(text).text, overrides)


CROWDED = ("business.visits_per_week=40", "business.capacity_per_week=60")
"""Trade and places, which the sections on a crowd need."""

"""The keys of a mapping form: those that belong, those misspelt, and the comma of 1,000."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dealsim.uncertain.field import Field
from dealsim.uncertain.problems import Collector, problem, shown
from dealsim.units import did_you_mean, quoted

Form = Mapping[object, object]

_CUT_NUMBER = re.compile(r"(?:.*[^0-9.,])?[0-9]{1,3}")
"""A number, or a text that ends in one, to which the thousands after a comma may belong."""

_WORDS = ("low", "likely", "high", "mean", "sd", "cv", "a", "b", "p10", "p50", "p90")
KEYS = ("dist", "values", "choices", "value", "source", *_WORDS)
"""Every key of a value form."""


@dataclass(frozen=True)
class FormContext:
    """What reading a form depends on besides the form."""

    field: Field
    currency: str | None
    read_values: Callable[[str], Sequence[float]] | None


def step_of(key: object) -> str:
    """A key as a step of a path."""
    return key if isinstance(key, str) else shown(key)


def explain_comma(form: Form) -> None:
    """Raise where a key is a stray `000`: the comma of 1,000 separated two keys."""
    for before, key in pairwise(form):
        value, digits = form[before], step_of(key).zfill(3)
        if form[key] is not None or not re.fullmatch("[0-9]{3}", digits):
            continue
        if isinstance(value, int | str) and _CUT_NUMBER.fullmatch(text := str(value)[:100]):
            raise problem(
                f"YAML reads {step_of(before)}: {text},{digits} as two keys, "
                f"{step_of(before)}: {text} and {digits}: the comma separates keys",
                f'write {text}{digits}, or "{text},{digits}" in quotes',
                step_of(before),
            )


def refuse_keys(
    form: Form, allowed: Sequence[str], known: Sequence[str], name: str, collector: Collector
) -> frozenset[str]:
    """Note keys that do not belong to the form; returns the keys they were perhaps meant as."""
    meant: set[str] = set()
    for key in form:
        if key in allowed or key == "source":
            continue
        close = did_you_mean(key, known) if isinstance(key, str) else None
        if key in KEYS:
            collector.add(
                f"{shown(key)} does not belong to the form {name}",
                f"leave out {key}, or use another form",
                step_of(key),
            )
        elif close is not None:
            meant.add(close)
            collector.add(
                f"unknown key {shown(key)}; did you mean {quoted(close)}?", None, step_of(key)
            )
        else:
            collector.add(
                f"unknown key {shown(key)} in {name}", f"keys: {', '.join(known)}", step_of(key)
            )
    return frozenset(meant)

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

_UP_TO_999 = re.compile("[0-9]{1,3}")

_WORDS = ("low", "likely", "high", "mean", "sd", "cv", "a", "b", "p10", "p50", "p90")
KEYS = ("dist", "values", "choices", "value", "source", *_WORDS)
"""Every key of a value form."""


@dataclass(frozen=True)
class Context:
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
        key_text = step_of(key)
        digits = key_text.zfill(3) if form[key] is None and _UP_TO_999.fullmatch(key_text) else ""
        value = form[before]
        if digits and isinstance(value, int | float | str) and len(str(value)) < 20:
            number = f"{value},{digits}"
            raise problem(
                f"YAML reads {before}: {number} as two keys, {before}: {value} and {digits}: "
                "the comma separates keys",
                f'write {number.replace(",", "")}, or "{number}" in quotes',
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

"""Reading the mapping forms of a value: `{low: , likely: , high: }`, `{dist: gamma, ...}`, listed
values, and the keys that do not belong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from dealsim.uncertain.distributions import (
    Beta,
    Choices,
    Constant,
    Data,
    Distribution,
    Normal,
    Pert,
    Triangular,
    Uniform,
)
from dealsim.uncertain.field import NONNEGATIVE, SHARE, Field
from dealsim.uncertain.problems import Collector, ValueProblems, problem, shown
from dealsim.uncertain.quantity import read_quantity
from dealsim.uncertain.value import (
    LEAST_EXPONENT,
    MOST_EXPONENT,
    from_mean_sd,
    from_percentiles,
    gamma_of,
    lognormal_of,
)
from dealsim.units import did_you_mean, finite_number, quoted

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
    form: Form, allowed: Sequence[str], wanted: Sequence[str], name: str, collector: Collector
) -> frozenset[str]:
    """Note keys that do not belong to the form; returns the keys they were perhaps meant as."""
    meant: set[str] = set()
    for key in form:
        if key in allowed or key == "source":
            continue
        close = did_you_mean(key, wanted) if isinstance(key, str) else None
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
                f"unknown key {shown(key)} in {name}",
                f"keys: {', '.join(wanted)}",
                step_of(key),
            )
    return frozenset(meant)


_PERCENTILE = re.compile(r"p([0-9]{1,2}(?:\.[0-9]{1,6})?)")
_MAIN_KEYS = ("low", "likely", "high", "mean", "sd", "p10", "p90", "dist", "choices", "values")

Numbers = Mapping[str, float]
Build = Callable[[Numbers, Field], Distribution]


def _between(family: Callable[..., Distribution]) -> Build:
    """A family from `low` to `high`, or a certain number where the two are one."""
    return lambda n, field: family(**n) if n["low"] < n["high"] else Constant(n["low"])


def _normal(n: Numbers, field: Field) -> Distribution:
    return Normal(n["mean"], n["sd"]) if n["sd"] > 0 else Constant(n["mean"])


def _lognormal(n: Numbers, field: Field) -> Distribution:
    return lognormal_of(**n) if n["sd"] > 0 else Constant(n["mean"])


def _gamma(n: Numbers, field: Field) -> Distribution:
    return gamma_of(**n) if n["cv"] > 0 else Constant(n["mean"])


def _mean_sd(n: Numbers, field: Field) -> Distribution:
    return from_mean_sd(n["mean"], n["sd"], field)


def _beta(n: Numbers, field: Field) -> Distribution:
    if field.kind in ("money", "count", "duration"):
        raise problem(
            f"a beta lies between 0 and 1 and does not suit {field.name()}",
            "write {low: , likely: , high: }, which stretches a beta between two ends",
        )
    return Beta(**n)


@dataclass(frozen=True)
class _Shape:
    """A form made of plain numbers: its keys, in order, and the family they make."""

    keys: tuple[str, ...]
    build: Build


_LOW_LIKELY_HIGH = ("low", "likely", "high")
_PERT = _Shape(_LOW_LIKELY_HIGH, _between(Pert))

_DISTS: Mapping[str, _Shape] = MappingProxyType(
    {
        "uniform": _Shape(("low", "high"), _between(Uniform)),
        "triangular": _Shape(_LOW_LIKELY_HIGH, _between(Triangular)),
        "pert": _Shape(_LOW_LIKELY_HIGH, _between(Pert)),
        "normal": _Shape(("mean", "sd"), _normal),
        "lognormal": _Shape(("mean", "sd"), _lognormal),
        "beta": _Shape(("a", "b"), _beta),
        "gamma": _Shape(("mean", "cv"), _gamma),
    }
)

_MEAN_SD = _Shape(("mean", "sd"), _mean_sd)


def read_form(form: Form, context: FormContext) -> Distribution:
    """The distribution a mapping describes; `source` and `value` are not its business.

    Raises ValueProblems with everything found wrong.
    """
    explain_comma(form)
    if "dist" in form:
        return _read_dist(form, context)
    if "values" in form:
        return read_data(form, context)
    if "choices" in form:
        return read_choices(form, context)
    if any(isinstance(key, str) and _PERCENTILE.fullmatch(key) for key in form):
        return _read_percentiles(form, context)
    if {"low", "likely", "high"} & form.keys():
        return _read_shape(form, _PERT, "low, likely, high", context)
    if {"mean", "sd"} & form.keys():
        return _read_shape(form, _MEAN_SD, "mean, sd", context)
    raise _not_a_form(form, context)


def _not_a_form(form: Form, context: FormContext) -> ValueProblems:
    """The error of a mapping that is no form: which keys were not understood."""
    if not form:
        return problem("an empty mapping has no value", f"write {context.field.example()}")
    collector = Collector()
    refuse_keys(form, KEYS, _MAIN_KEYS, "a value", collector)
    if not collector.problems:
        collector.add(
            f"{', '.join(map(shown, form))} alone is not a value",
            f"write {context.field.example()}, or {{low: , likely: , high: }}",
        )
    return collector.error()


def _read_shape(
    form: Form, shape: _Shape, name: str, context: FormContext, also: tuple[str, ...] = ()
) -> Distribution:
    """Read the numbers of a form and build its family."""
    collector = Collector()
    meant = refuse_keys(form, shape.keys + also, shape.keys + also, f"{{{name}}}", collector)
    numbers: dict[str, float] = {}
    for key in shape.keys:
        if key not in form:
            if key not in meant:
                collector.add(f"{key} is missing", _missing_hint(form, shape, name, context), key)
            continue
        value = collector.attempt((key,), _read_part, key, form[key], context)
        if value is not None:
            numbers[key] = value
    _check_order(numbers, context.field, collector)
    collector.finish()
    return shape.build(numbers, context.field)


def _read_part(key: str, raw: object, context: FormContext) -> float:
    """One number of a form: a value of the field, a spread, or a plain number."""
    field = context.field.closed()
    if key in ("a", "b"):
        field = Field("number", LEAST_EXPONENT, MOST_EXPONENT)
    elif key == "cv":
        field = NONNEGATIVE
    elif key == "sd":
        field = Field(field.kind, 0)
    return read_quantity(raw, field, context.currency)


def _missing_hint(form: Form, shape: _Shape, name: str, context: FormContext) -> str:
    if shape is _PERT and {"low", "high"} <= form.keys():
        return (
            f"add likely:, or {context.field.range_example()} (the central 90 %), "
            "or {dist: uniform, low: , high: }"
        )
    if shape is _MEAN_SD and "cv" in form:
        return "cv goes with {dist: gamma, mean: , cv: }"
    return f"the form is {{{name}}}"


def _check_order(numbers: Numbers, field: Field, collector: Collector) -> None:
    """Note where low, likely and high are not in ascending order."""
    present = [key for key in _LOW_LIKELY_HIGH if key in numbers]
    for lower, upper in pairwise(present):
        if numbers[lower] > numbers[upper]:
            collector.add(
                f"{lower} ({field.show(numbers[lower])}) is above "
                f"{upper} ({field.show(numbers[upper])})",
                f"{', '.join(present)} must be in ascending order",
                lower,
            )


def _read_dist(form: Form, context: FormContext) -> Distribution:
    name = form["dist"]
    shape = _DISTS.get(name) if isinstance(name, str) else None
    if shape is None:
        close = did_you_mean(name, _DISTS) if isinstance(name, str) else None
        asked = f"; did you mean {quoted(close)}?" if close else ""
        raise problem(
            f"{shown(name)} is not a distribution{asked}", f"known: {', '.join(_DISTS)}", "dist"
        )
    described = f"dist: {name}, {', '.join(shape.keys)}"
    return _read_shape(form, shape, described, context, also=("dist",))


def _read_percentiles(form: Form, context: FormContext) -> Distribution:
    collector = Collector()
    found: list[tuple[float, float]] = []
    percentiles = [key for key in form if isinstance(key, str) and _PERCENTILE.fullmatch(key)]
    refuse_keys(form, percentiles, ("p10", "p90"), "{p10, p90}", collector)
    if len(percentiles) != 2:
        collector.add(
            f"two percentiles are expected, not {len(percentiles)}", "write {p10: , p90: }"
        )
    for key in percentiles:
        percent = float(key[1:])
        if percent <= 0:
            collector.add("p0 is not a percentile", "write one between p1 and p99", key)
        value = collector.attempt((key,), read_quantity, form[key], context.field, context.currency)
        if value is not None:
            found.append((percent, value))
    collector.finish()
    first, second = sorted(found)
    if first[0] == second[0]:
        raise problem(f"the same percentile is given twice, p{first[0]:g}", "write {p10: , p90: }")
    if first[1] > second[1]:
        raise problem(
            f"p{first[0]:g} ({context.field.show(first[1])}) is above "
            f"p{second[0]:g} ({context.field.show(second[1])})",
            "the lower percentile must have the lower value",
            f"p{first[0]:g}",
        )
    return from_percentiles(first, second, context.field)


MOST_CHOICES = 1000
"""Most values of `choices:`."""


def read_choices(form: Form, context: FormContext) -> Distribution:
    """The distribution of `choices:`; raises ValueProblems."""
    collector = Collector()
    refuse_keys(form, ("choices",), ("choices", "source"), "{choices}", collector)
    choices = form["choices"]
    if not isinstance(choices, Mapping) or not choices:
        collector.add(
            "choices needs values and their probabilities",
            "write {choices: {200: 70%, 900: 30%}}",
            "choices",
        )
        raise collector.error()
    if len(choices) > MOST_CHOICES:
        raise problem(
            f"{len(choices):,} choices are too many (at most {MOST_CHOICES:,})",
            "put them in a file: {values: file.csv}",
            "choices",
        )
    collector.attempt(("choices",), explain_comma, choices)
    collector.finish()
    pairs: dict[float, float] = {}
    for key, raw in choices.items():
        path = ("choices", step_of(key))
        value = collector.attempt(path, read_quantity, key, context.field, context.currency)
        chance = collector.attempt(path, read_quantity, raw, SHARE, None)
        if value is None or chance is None:
            continue
        if value in pairs:
            collector.add(f"{shown(key)} is given twice", "add up their chances", *path)
        pairs[value] = chance
    collector.finish()
    return _choices(pairs)


def _choices(pairs: Mapping[float, float]) -> Distribution:
    """The choices, rescaled by a rounding error; raises where probabilities do not sum to 1."""
    total = sum(pairs.values())
    if abs(total - 1) > 1e-6:
        raise problem(
            f"the probabilities sum to {100 * total:.6g} %, not 100 %",
            "make them sum to 100 %; thirds can be written 1/3",
            "choices",
        )
    kept = sorted((value, chance / total) for value, chance in pairs.items() if chance > 0)
    if len(kept) == 1:
        return Constant(kept[0][0])
    return Choices(tuple(value for value, _ in kept), tuple(chance for _, chance in kept))


def read_data(form: Form, context: FormContext) -> Distribution:
    """The distribution of `values:`; raises ValueProblems."""
    collector = Collector()
    refuse_keys(form, ("values",), ("values", "source"), "{values}", collector)
    values = collector.attempt(("values",), _values, form["values"], context)
    if collector.problems or values is None:
        raise collector.error()
    return Data(tuple(sorted(values)))


def _values(raw: object, context: FormContext) -> list[float]:
    """The numbers of a data file, or those listed in place; raises ValueProblems."""
    if isinstance(raw, list | tuple):
        numbers = list(raw)
    elif isinstance(raw, str) and context.read_values is not None:
        try:
            numbers = list(context.read_values(raw))
        except (ValueError, OSError) as error:
            raise problem(str(error), "a file of values has one number a row") from None
    else:
        raise problem("values needs the name of a file", "write {values: file.csv}")
    if not numbers:
        raise problem("there are no values", "write {values: file.csv} or {values: [300, 420]}")
    collector = Collector()
    for place, number in enumerate(numbers):
        if isinstance(number, bool) or not isinstance(number, int | float):
            collector.add(f"{shown(number)} is not a number", "write a list of numbers", place)
            continue
        try:
            finite_number(number)
        except ValueError as error:
            collector.add(str(error), "write a list of numbers", place)
    collector.finish()
    return [float(number) for number in numbers]

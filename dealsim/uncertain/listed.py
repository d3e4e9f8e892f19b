"""Reading listed values: `{choices: {200: 70%, 900: 30%}}` and `{values: file.csv}`."""

from __future__ import annotations

from collections.abc import Mapping

from dealsim.uncertain.distributions import Choices, Constant, Data, Distribution
from dealsim.uncertain.field import SHARE
from dealsim.uncertain.keys import Form, FormContext, explain_comma, refuse_keys, step_of
from dealsim.uncertain.problems import Collector, problem, shown
from dealsim.uncertain.quantity import read_quantity
from dealsim.units import finite_number

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

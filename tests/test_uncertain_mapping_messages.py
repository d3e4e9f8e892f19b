"""The catalogue of messages about the mapping forms of values."""

from __future__ import annotations

import math

import pytest

from dealsim.uncertain import (
    AT_LEAST_ONE,
    COUNT,
    DURATION,
    MONEY,
    NUMBER,
    POSITIVE_MONEY,
    SHARE,
    Field,
    ValueProblems,
    parse,
)


def case(raw: object, field: Field, *lines: str) -> tuple[object, Field, list[str]]:
    """What is written, where, and the lines of the messages: each problem, then `-> ` its hint."""
    return raw, field, list(lines)


CASES = [
    case(
        {"low": 1, 0: None},
        MONEY,
        "low: YAML reads low: 1,000 as two keys, low: 1 and 000: the comma separates keys",
        '-> write 1000, or "1,000" in quotes',
    ),
    case(
        {"value": "$12", "500": None},
        MONEY,
        (
            "value: YAML reads value: $12,500 as two keys, value: $12 and 500: the comma "
            "separates keys"
        ),
        '-> write $12500, or "$12,500" in quotes',
    ),
    case(
        {"lo": 1, "likley": 2, "hi": 3},
        COUNT,
        'lo: unknown key "lo"; did you mean "low"?',
        'likley: unknown key "likley"; did you mean "likely"?',
        'hi: unknown key "hi"; did you mean "high"?',
    ),
    case(
        {"low": 1, "likley": 2, "high": 3},
        COUNT,
        'likley: unknown key "likley"; did you mean "likely"?',
    ),
    case(
        {"low": 1, "zzz": 2},
        COUNT,
        'zzz: unknown key "zzz" in {low, likely, high}',
        "-> keys: low, likely, high",
        "likely: likely is missing",
        "-> the form is {low, likely, high}",
        "high: high is missing",
        "-> the form is {low, likely, high}",
    ),
    case(
        {"low": 1, "high": 3},
        COUNT,
        "likely: likely is missing",
        "-> add likely:, or 300 to 900 (the central 90 %), or {dist: uniform, low: , high: }",
    ),
    case(
        {"low": 1, "likely": 2, "high": 3, "mean": 2},
        COUNT,
        'mean: "mean" does not belong to the form {low, likely, high}',
        "-> leave out mean, or use another form",
    ),
    case(
        {"low": 3, "likely": 2, "high": 1},
        COUNT,
        "low: low (3) is above likely (2)",
        "-> low, likely, high must be in ascending order",
        "likely: likely (2) is above high (1)",
        "-> low, likely, high must be in ascending order",
    ),
    case(
        {"low": "8 weeks", "likely": 2, "high": "10%"},
        DURATION,
        "likely: 2 has no unit of time",
        "-> write 2 days, 2 weeks or 2 months",
        'high: "10%" is a percentage, not a duration',
        "-> expected a duration, such as 6 months or 8 to 16 weeks",
    ),
    case(
        {"low": "1 to 2", "likely": {"mean": 2}, "high": [3]},
        COUNT,
        'low: "1 to 2" is a range',
        "-> one certain number is expected here, such as 500",
        "likely: a mapping is not a number",
        "-> one certain number is expected here, such as 500",
        "high: a list is not a number",
        "-> expected a number, such as 500 or 300 to 900",
    ),
    case(
        {"mean": 2},
        COUNT,
        "sd: sd is missing",
        "-> the form is {mean, sd}",
    ),
    case(
        {"mean": 2, "cv": 1},
        COUNT,
        'cv: "cv" does not belong to the form {mean, sd}',
        "-> leave out cv, or use another form",
        "sd: sd is missing",
        "-> cv goes with {dist: gamma, mean: , cv: }",
    ),
    case(
        {"mean": "30%", "sd": "50%"},
        SHARE,
        (
            "sd: a share of mean 30 % cannot have a standard deviation of 50 %: it must be "
            "below 45.8 %"
        ),
        "-> give a smaller sd, or a range such as 20% to 60%",
    ),
    case(
        {"mean": "1%", "sd": "9%"},
        SHARE,
        "sd: with a standard deviation of 9 % nearly every draw would be 0 % or 100 %",
        "-> give a smaller sd, or {choices: {0: 30%, 1: 70%}}",
    ),
    case(
        {"mean": "50%", "sd": "0.0001%"},
        SHARE,
        "sd: the spread is too small to mean anything (0.0001 %)",
        "-> write the mean alone",
    ),
    case(
        {"mean": 0, "sd": 1},
        MONEY,
        "mean: the mean of a lognormal must be above 0, not 0",
        "-> give a mean above 0",
    ),
    case(
        {"mean": 1, "sd": -1},
        NUMBER,
        "sd: -1 is outside the limits: a number here is 0 or more",
        "-> expected a number, such as 0.5 or -1 to 2",
    ),
    case(
        {"p10": 1, "p50": 2, "p90": 3},
        COUNT,
        "two percentiles are expected, not 3",
        "-> write {p10: , p90: }",
    ),
    case(
        {"p10": 1},
        COUNT,
        "two percentiles are expected, not 1",
        "-> write {p10: , p90: }",
    ),
    case(
        {"p10": 3, "p90": 1},
        COUNT,
        "p10: p10 (3) is above p90 (1)",
        "-> the lower percentile must have the lower value",
    ),
    case(
        {"p10": 3, "p10.0": 4},
        COUNT,
        "the same percentile is given twice, p10",
        "-> write {p10: , p90: }",
    ),
    case(
        {"p0": 3, "p90": 4},
        COUNT,
        "p0: p0 is not a percentile",
        "-> write one between p1 and p99",
    ),
    case(
        {"p10": 0, "p90": "40%"},
        SHARE,
        "p10 is 0 %, the limit itself, which draws never reach",
        "-> write a uniform instead: {dist: uniform, low: , high: }",
    ),
    case(
        {"p50": "1%", "p50.1": "99%"},
        SHARE,
        "nearly every draw would be 0 % or 100 %",
        "-> give closer values, or percentiles further apart",
    ),
    case(
        {"dist": "gama", "mean": 1, "cv": 1},
        MONEY,
        'dist: "gama" is not a distribution; did you mean "gamma"?',
        "-> known: uniform, triangular, pert, normal, lognormal, beta, gamma",
    ),
    case(
        {"dist": "normal", "mean": 1, "std": 5},
        NUMBER,
        'std: unknown key "std"; did you mean "sd"?',
    ),
    case(
        {"dist": "normal", "mean": 1, "sd": 5},
        MONEY,
        "42 % of the draws of this normal are not 0 or more",
        "-> use {dist: lognormal, mean: , sd: } or {dist: gamma, mean: , cv: }",
    ),
    case(
        {"dist": "normal", "mean": "50%", "sd": "50%"},
        SHARE,
        "32 % of the draws of this normal are not between 0 % and 100 %",
        "-> write {mean: , sd: } without dist (a beta), or a range such as 20% to 60%",
    ),
    case(
        {"dist": "normal", "mean": -1, "sd": 1},
        Field("number", None, 0),
        "16 % of the draws of this normal are not at most 0",
        "-> write {low: , likely: , high: } or {dist: uniform, low: , high: } within the limits",
    ),
    case(
        {"dist": "beta", "a": 2, "b": 2},
        MONEY,
        "a beta lies between 0 and 1 and does not suit an amount of money",
        "-> write {low: , likely: , high: }, which stretches a beta between two ends",
    ),
    case(
        {"dist": "beta", "a": 0, "b": 2},
        SHARE,
        "a: 0 is outside the limits: a number here is between 0.01 and 100000000",
        "-> expected a number, such as 0.5 or -1 to 2",
    ),
    case(
        {"dist": "gamma", "mean": 5, "cv": 9},
        MONEY,
        "cv: a coefficient of variation of 9 is too wide: nearly every draw would be near 0",
        "-> write a cv of at most 5",
    ),
    case(
        {"dist": "gamma", "mean": 5, "cv": 1e-6},
        MONEY,
        "cv: the spread is too small to mean anything (cv 1e-06)",
        "-> write the mean alone",
    ),
    case(
        {"dist": "gamma", "mean": 0, "cv": 1},
        MONEY,
        "mean: the mean of a gamma must be above 0, not 0",
        "-> give a mean above 0",
    ),
    case(
        {"choices": {200: "70%", 900: "20%"}},
        COUNT,
        "choices: the probabilities sum to 90 %, not 100 %",
        "-> make them sum to 100 %; thirds can be written 1/3",
    ),
    case(
        {"choices": {200: 70, "x": "30%"}},
        COUNT,
        "choices.200: 70 is not a share between 0 and 1: is it meant as 70% or 0.7?",
        "-> write 70% for 70 per cent",
        'choices.x: "x" is not a number',
        "-> expected a number, such as 500 or 300 to 900",
    ),
    case(
        {"choices": {"0.5": "70%", "1/2": "30%"}},
        COUNT,
        'choices.1/2: "1/2" is given twice',
        "-> add up their chances",
    ),
    case(
        {"choices": 3},
        COUNT,
        "choices: choices needs values and their probabilities",
        "-> write {choices: {200: 70%, 900: 30%}}",
    ),
    case(
        {"choices": {200: "30%", 900: None}},
        COUNT,
        "choices.900: there is no value here",
        "-> write a share, such as 45%, 0.45, 1/3 or 40% to 60%",
    ),
    case(
        {"value": "300 to 1", "000": None},
        COUNT,
        (
            "value: YAML reads value: 300 to 1,000 as two keys, value: 300 to 1 and 000: "
            "the comma separates keys"
        ),
        '-> write 300 to 1000, or "300 to 1,000" in quotes',
    ),
    case(
        {"choices": dict.fromkeys(range(2000), 1 / 2000)},
        COUNT,
        "choices: 2,000 choices are too many (at most 1,000)",
        "-> put them in a file: {values: file.csv}",
    ),
    case(
        {"values": 3},
        COUNT,
        "values: values needs the name of a file",
        "-> write {values: file.csv}",
    ),
    case(
        {"values": []},
        COUNT,
        "values: there are no values",
        "-> write {values: file.csv} or {values: [300, 420]}",
    ),
    case(
        {"values": [1, "a", True, math.nan]},
        COUNT,
        'values.1: "a" is not a number',
        "-> write a list of numbers",
        "values.2: true is not a number",
        "-> write a list of numbers",
        "values.3: NaN is not a number",
        "-> write a list of numbers",
    ),
    case(
        {"values": [0.1, 5]},
        SHARE,
        "one of the values is not between 0 % and 100 %, such as 500 %",
        "-> expected a share, between 0 % and 100 %",
    ),
    case(
        {"values": [0, -1, 3]},
        POSITIVE_MONEY,
        "2 of the values are not more than 0, such as -1",
        "-> expected an amount of money, more than 0",
    ),
    case(
        {"values": [0.1, 0.2]},
        AT_LEAST_ONE,
        "the mean, 0.15, must be 1 or more",
        "-> expected a number, 1 or more",
    ),
    case(
        {"value": {"low": 1}, "source": "", "sorce": 1},
        COUNT,
        'sorce: unknown key "sorce" beside value; did you mean "source"?',
        "-> the form is {value: , source: }",
        "source: the source must be a text",
        '-> write {value: 21.7%, source: "Dholakia 2011"}',
        "value.likely: likely is missing",
        "-> the form is {low, likely, high}",
        "value.high: high is missing",
        "-> the form is {low, likely, high}",
    ),
    case(
        {"value": {"value": 1}},
        COUNT,
        "value: a value inside a value",
        "-> write {value: , source: } once",
    ),
    case(
        {"value": None},
        COUNT,
        "value: there is no value here",
        "-> write a number, such as 500 or 300 to 900",
    ),
    case(
        {"source": "me"},
        COUNT,
        '"source" alone is not a value',
        "-> write 500 or 300 to 900, or {low: , likely: , high: }",
    ),
    case(
        {},
        COUNT,
        "an empty mapping has no value",
        "-> write 500 or 300 to 900",
    ),
]


@pytest.mark.parametrize(("raw", "field", "lines"), CASES, ids=range(len(CASES)))
def test_message_about_a_mapping(raw: object, field: Field, lines: list[str]) -> None:
    with pytest.raises(ValueProblems) as caught:
        parse(raw, field, currency="CAD")
    shown: list[str] = []
    for subpath, message, hint in caught.value.problems:
        path = ".".join(map(str, subpath))
        shown.append(f"{path}: {message}" if path else message)
        shown += [f"-> {hint}"] if hint is not None else []
    assert shown == lines


def test_what_a_reader_of_files_says_is_passed_on() -> None:
    def read_values(name: str) -> list[float]:
        raise ValueError(f"there is no file {name}")

    with pytest.raises(ValueProblems) as caught:
        parse({"values": "past.csv"}, COUNT, read_values=read_values)
    assert caught.value.problems == [
        (("values",), "there is no file past.csv", "a file of values has one number a row")
    ]

"""The JSON Schema of scenario files, for editors: completion, descriptions, early warnings.

It is read off the shape of the language and is wider than `check`: what `check` accepts validates.
Not by pydantic's own generator: that describes the sections as they are once presets have filled
them, while a file may leave out nearly every key, and to turn one into the other takes more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dealsim.scenario.language.migrate import FORMAT
from dealsim.scenario.language.shape import Shape
from dealsim.scenario.model.books import Expectation
from dealsim.scenario.model.customers import Overspend, Returns
from dealsim.scenario.model.expectations import METRICS
from dealsim.scenario.model.fields import Reader
from dealsim.scenario.model.scenario import REQUIRED
from dealsim.scenario.model.shape import scenario_shape
from dealsim.scenario.presets.jurisdictions import jurisdictions
from dealsim.units import CURRENCIES

Json = dict[str, Any]

_NUMBER_KINDS: Mapping[str, tuple[str, list[Any]]] = {
    "share": ("A share or chance, between 0 and 100 %.", ["45%", 0.45, "1/3", "40% to 60%"]),
    "money": ("An amount in the scenario's currency.", [10, "$10", "8 to 12"]),
    "count": ("A count, or a mean of one.", [500, "300 to 900"]),
    "number": ("A plain number.", [0.5, "0.2 to 0.8"]),
    "rate": ("Something per unit of time.", [0.2, "0.1 to 0.4"]),
    "duration": ("A mean length of time, with its unit.", ["12 weeks", "8 to 16 weeks"]),
}

_FORMS = (
    "One certain value; a range `a to b` (the central 90 %); {low, likely, high}; {p10, p90}; "
    "{mean, sd}; {dist: uniform, triangular, normal, lognormal, beta or gamma, ...}; "
    "{choices: {value: chance}}; {values: file.csv}; any of them as {value: , source: }."
)


def json_schema() -> Json:
    """The schema of a scenario file, JSON Schema draft 7."""
    root = _section(scenario_shape())
    properties = root["properties"]
    choices = {"dealsim": [FORMAT], "currency": CURRENCIES, "jurisdiction": jurisdictions()}
    for name, words in choices.items():
        properties[name] = {"enum": list(words), "description": properties[name]["description"]}
    properties["extends"] = {
        "type": "string",
        "description": "A scenario file, relative to this one, which this one changes.",
    }
    required: dict[str, list[str]] = {}
    for path in REQUIRED:
        section, name = path.split(".")
        required.setdefault(section, []).append(name)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "dealsim scenario",
        "description": "One deal of a small business, for dealsim to simulate.",
        **root,
        "type": "object",
        "if": {"not": {"required": ["extends"]}},
        "then": {
            "required": list(required),
            "properties": {
                section: {"type": "object", "required": names}
                for section, names in required.items()
            },
        },
        "definitions": _definitions(),
    }


def _section(shape: Shape) -> Json:
    return {
        "type": ["object", "null"],
        "properties": {key: _described(_schema(part), part) for key, part in shape.fields.items()},
        "additionalProperties": False,
    }


def _described(schema: Json, shape: Shape) -> Json:
    """With a description; beside a reference, draft 7 would not see it."""
    outer = {"allOf": [schema]} if "$ref" in schema else schema
    return {**outer, "description": shape.description}


def _schema(shape: Shape) -> Json:
    if isinstance(shape.reader, Reader):
        return shape.reader.json_schema()
    if shape.element is not None:
        elements: Json = {"type": "array", "items": _schema(shape.element)}
        if not shape.fields:
            return elements
        return {"anyOf": [{**elements, "minItems": 1}, _section(shape)]}
    if shape.item is not None:
        return _names(_schema(shape.item), shape.item)
    if shape.model in (Overspend, Returns):
        return {"anyOf": [{"enum": ["none"]}, _section(shape)]}
    return _section(shape)


def _names(item: Json, shape: Shape) -> Json:
    """Names mapped to something; those of what is expected are metrics and chances."""
    if shape.model is not Expectation:
        return {"type": ["object", "null"], "additionalProperties": item}
    return {
        "type": ["object", "null"],
        "properties": {"P(loss)": item} | dict.fromkeys(METRICS, item),
        "patternProperties": {r"^\s*P\(.*\)\s*$": item},
        "additionalProperties": False,
    }


def _definitions() -> Json:
    scalar = {"type": ["number", "string"]}
    source = {"type": "string", "description": "Where the value comes from."}
    definitions: Json = {}
    for kind, (text, examples) in _NUMBER_KINDS.items():
        definitions[kind] = {
            "description": f"{text} {_FORMS}",
            "examples": examples,
            "anyOf": [
                scalar,
                _form(scalar, source),
                _wrapper({"anyOf": [scalar, _form(scalar, source)]}),
            ],
        }
    for name, text, inner, examples in _SINGLE:
        schema: Json = {"anyOf": [inner, _wrapper(inner)], "examples": examples}
        definitions[name] = {"description": text, **schema}
    definitions["correlation"] = {
        "description": "Two paths and the rank correlation between them, above -1 and below 1.",
        "examples": [["deal.demand", "deal.refunds", 0.4]],
        "type": "array",
        "items": [{"type": "string"}, {"type": "string"}, scalar],
        "minItems": 3,
        "additionalItems": False,
    }
    return definitions


_SINGLE: tuple[tuple[str, str, Json, list[Any]], ...] = (
    (
        "time",
        "A length of time: days, business days, weeks, months or years.",
        {"type": "string"},
        ["3 days", "5 business days", "6 months"],
    ),
    (
        "time_or_date",
        "A length of time after the sale closes, or a date.",
        {"type": "string"},
        ["6 months", "2011-09-30"],
    ),
    ("date", "A day: year-month-day.", {"type": "string"}, ["2011-03-01"]),
    (
        "portion",
        "An exact share: 1/3 is a third and nothing near it.",
        {"type": ["number", "string"]},
        ["1/3", "50%", 0.25],
    ),
    ("whole_number", "A whole number.", {"type": ["integer", "number", "string"]}, [10000]),
)
"""Kinds of value that are certain: name, description, schema and examples."""


def _wrapper(inner: Json) -> Json:
    return {
        "type": "object",
        "properties": {"value": inner, "source": {"type": "string"}},
        "required": ["value"],
        "additionalProperties": False,
    }


def _form(scalar: Json, source: Json) -> Json:
    dists = ["uniform", "triangular", "pert", "normal", "lognormal", "beta", "gamma"]
    numbers = ("low", "likely", "high", "mean", "sd", "cv", "a", "b")
    return {
        "type": "object",
        "properties": {
            **dict.fromkeys(numbers, scalar),
            "dist": {"enum": dists},
            "values": {"type": "string", "description": "A CSV file of past values."},
            "choices": {
                "type": "object",
                "description": "The possible values, each with its chance.",
                "additionalProperties": scalar,
            },
            "source": source,
        },
        "patternProperties": {r"^p[0-9]{1,2}(\.[0-9]+)?$": scalar},
        "additionalProperties": False,
    }

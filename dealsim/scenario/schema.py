"""The JSON Schema of scenario files, for editors: completion, descriptions, early warnings.

It is read off the shape of the language and is wider than `check`: what `check` accepts validates.
Not by pydantic's own generator: that describes the sections as they are once presets have filled
them, while a file may leave out nearly every key, and to turn one into the other takes more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dealsim.registry import OWN_METRICS
from dealsim.scenario.language.node import Shape
from dealsim.scenario.language.yamlfile import FORMAT
from dealsim.scenario.model.audience import Names
from dealsim.scenario.model.books import Correlate, Expectation
from dealsim.scenario.model.customers import Overspend, Returns, VoucherBill
from dealsim.scenario.model.expectations import METRICS
from dealsim.scenario.model.fields import (
    Bound,
    CalendarDate,
    CalendarTime,
    Portion,
    Quantity,
    Text,
    Whole,
    Word,
    YesNo,
)
from dealsim.scenario.model.scenario import REQUIRED
from dealsim.scenario.model.shape import scenario_shape
from dealsim.scenario.model.staffing import Places
from dealsim.scenario.presets.jurisdictions import jurisdictions
from dealsim.units import CURRENCIES

Json = dict[str, Any]

_VALUES = Path(__file__).with_name("schema_values.json")
"""What may be written for each kind of value."""


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
        if path != "deal.demand":  # an audience may stand in its place
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
        "allOf": [
            {
                "if": {"not": {"anyOf": [{"required": [key]} for key in ("extends", "audience")]}},
                "then": {"properties": {"deal": {"required": ["demand"]}}},
            }
        ],
        "definitions": json.loads(_VALUES.read_text(encoding="utf-8")),
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
    if shape.reader is not None:
        return _value(shape.reader)
    if shape.element is not None:
        elements: Json = {"type": "array", "items": _schema(shape.element)}
        if not shape.fields:
            return elements
        return {"anyOf": [{**elements, "minItems": 1}, _section(shape)]}
    if shape.item is not None:
        return _names(_schema(shape.item), shape.item)
    if shape.model in (Overspend, Returns, VoucherBill):
        return {"anyOf": [{"enum": ["none"]}, _section(shape)]}
    return _section(shape)


def _value(reader: object) -> Json:
    """What an editor may accept where a reader reads."""
    match reader:
        case Places(words=words):
            one = _reference(reader.field.kind)
            return {"anyOf": [{"enum": list(words)}, one, _reference("dated_places")]}
        case Quantity(words=words):
            return _or(words, _reference(reader.field.kind))
        case CalendarTime(dates=dates, never=never):
            kind = _reference("time_or_date" if dates else "time")
            return _or(("never",) if never else (), kind)
        case Word(words=words):
            return {"enum": list(words)}
        case YesNo():
            return {"enum": ["yes", "no", True, False]}
        case Names():
            return {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}
        case Text():
            return {"type": ["string", "number", "boolean"]}
    return _reference(_KINDS[type(reader)])


_KINDS: Mapping[type, str] = {
    Bound: "scalar",
    CalendarDate: "date",
    Correlate: "correlation",
    Portion: "portion",
    Whole: "whole_number",
}


def _reference(kind: str) -> Json:
    return {"$ref": f"#/definitions/{kind}"}


def _or(words: Sequence[str], schema: Json) -> Json:
    return {"anyOf": [{"enum": list(words)}, schema]} if words else schema


def _names(item: Json, shape: Shape) -> Json:
    """Names mapped to something; those of what is expected are metrics and chances."""
    if shape.model is not Expectation:
        return {"type": ["object", "null"], "additionalProperties": item}
    return {
        "type": ["object", "null"],
        "properties": {"P(loss)": item} | dict.fromkeys(METRICS, item),
        "patternProperties": {
            r"^\s*P\(.*\)\s*$": item,
            rf"^campaigns\.[0-9]+\.({'|'.join(OWN_METRICS)})$": item,
        },
        "additionalProperties": False,
    }

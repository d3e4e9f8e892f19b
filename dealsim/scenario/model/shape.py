"""The shape of the scenario language, read off the sections."""

from __future__ import annotations

import types
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from dealsim.scenario.language.node import Shape
from dealsim.scenario.model.base import Section
from dealsim.scenario.model.campaigns import OWN_TERMS
from dealsim.scenario.model.fields import InWords, Quantity, Reader, Text
from dealsim.scenario.model.scenario import Scenario
from dealsim.scenario.model.terms import Instalment, OnRedemption
from dealsim.uncertain import Field


@cache
def scenario_shape() -> Shape:
    """The shape of a whole scenario."""
    whole = _section(Scenario)
    entry = Shape(fields={key: whole.fields[key] for key in OWN_TERMS})
    listed = replace(
        whole.fields["campaigns"], reader=None, whole=True, element=entry, numbered=True
    )
    return replace(whole, fields={**whole.fields, "campaigns": listed})


def number_field(path: str) -> Field | None:
    """What the number at a dotted path takes; None where no number stands there."""
    reader = scenario_shape().at(tuple(path.split("."))).reader
    return reader.field if isinstance(reader, Quantity) else None


VARIED_LENGTHS = ("deal.promo_expires",)
"""Lengths of time that are terms one can bargain for."""


def is_length(path: str) -> bool:
    """Whether a length of time stands at a dotted path that can be varied in days."""
    return path in VARIED_LENGTHS


def _section(model: type[Section]) -> Shape:
    fields = {name: _field(info) for name, info in model.model_fields.items()}
    return Shape(model, fields, forms=getattr(model, "FORMS", None))


def _field(info: FieldInfo) -> Shape:
    """The shape of a key, with what it means."""
    reader = next((entry for entry in info.metadata if isinstance(entry, Reader)), None)
    shape = _value(reader) if reader is not None else _of(info.annotation)
    text = " ".join((info.description or "").split())
    words = next((entry for entry in info.metadata if isinstance(entry, InWords)), None)
    return replace(shape, description=text, words=words, required=info.is_required())


def _value(reader: Reader) -> Shape:
    is_text, is_number = isinstance(reader, Text), isinstance(reader, Quantity)
    return Shape(reader=reader, is_text=is_text, is_number=is_number)


def _of(annotation: Any) -> Shape:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        reader = next((entry for entry in arguments[1:] if isinstance(entry, Reader)), None)
        return _value(reader) if reader is not None else _of(arguments[0])
    if origin in (Union, types.UnionType):
        inner = [argument for argument in arguments if argument is not type(None)]
        if len(inner) == 1:
            return _of(inner[0])
        # Only the payout has two forms; one never merges into the other.
        return replace(_section(OnRedemption), whole=True, element=_section(Instalment))
    if origin is dict:
        return Shape(item=_of(arguments[1]))
    if origin is tuple:
        return Shape(whole=True, element=_of(arguments[0]))
    assert issubclass(annotation, Section), annotation
    return _section(annotation)

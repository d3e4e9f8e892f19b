"""Sections as plain data: for the fingerprint, and the numbers in them by path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields as dataclass_fields
from datetime import date
from fractions import Fraction

from pydantic import BaseModel

from dealsim.scenario.model.staffing import Change, Staffed
from dealsim.uncertain import Uncertain
from dealsim.units import Span


def canonical_data(value: object) -> object:
    """Numbers as family and parameters, data files by their contents, lengths of time and dates
    as text; how a value was written and where it came from play no part.

    A section's keys that are `LATER` than the format are left out where they are not used, so that
    scenarios without them keep their fingerprint."""
    if isinstance(value, Uncertain):
        return _uncertain(value)
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        if set(fields) == {"root"}:
            return canonical_data(getattr(value, "root"))  # noqa: B009
        later = getattr(type(value), "LATER", ())
        return {
            name: canonical_data(getattr(value, name))
            for name, field in fields.items()
            if name not in later or getattr(value, name) != field.default
        }
    if isinstance(value, Mapping):
        return {str(key): canonical_data(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [canonical_data(inner) for inner in value]
    if isinstance(value, Staffed | Change):
        return {f.name: canonical_data(getattr(value, f.name)) for f in dataclass_fields(value)}
    if isinstance(value, Fraction | Span):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    assert value is None or isinstance(value, bool | int | float | str), value
    return value


def _uncertain(value: Uncertain) -> dict[str, object]:
    # Twelve digits: logarithms differ in the last ones from machine to machine.
    parameters = {key: float(f"{number:.12g}") for key, number in value.parameters.items()}
    data: dict[str, object] = {"family": value.family, "parameters": parameters}
    if value.family == "data":
        data["values"] = list(value.values)
    if value.trimmed:
        data["trimmed"] = True
    return data


def numbers_of(value: object, path: str = "") -> Iterator[tuple[str, Uncertain]]:
    """Every uncertain value at or below `value`, with its dotted path below `path`."""
    if isinstance(value, Uncertain):
        yield path, value
        return
    if isinstance(value, Staffed):
        yield path, value.first  # what is planned is no input that is drawn
        return
    inner: Mapping[str, object] = {}
    if isinstance(value, BaseModel):
        inner = {name: getattr(value, name) for name in type(value).model_fields}
    elif isinstance(value, Mapping):
        inner = value
    for name, part in inner.items():
        yield from numbers_of(part, f"{path}.{name}" if path else name)

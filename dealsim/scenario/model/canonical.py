"""The resolved scenario as data: for its fingerprint, and as a file that reads back the same."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from ruamel.yaml import YAML

from dealsim.scenario.language.node import Node
from dealsim.scenario.language.plain import to_plain
from dealsim.scenario.model.shape import Shape, scenario_shape
from dealsim.uncertain import Uncertain
from dealsim.units import Span

if TYPE_CHECKING:
    from dealsim.scenario.model.scenario import Scenario


def canonical(scenario: Scenario) -> dict[str, object]:
    """Numbers as family and parameters, data files by their contents, lengths of time and dates
    as text; how a value was written and where it came from play no part."""
    data = _data(scenario)
    assert isinstance(data, dict)
    if _is_default_name(scenario):
        data["name"] = None
    data["correlations"] = sorted(
        [*sorted((pair.a, pair.b)), pair.rho] for pair in scenario.correlations
    )
    return data


def _is_default_name(scenario: Scenario) -> bool:
    """Whether the title is only the file's name, which says nothing about the scenario."""
    name = scenario.provenance.get("name")
    return name is not None and name.is_default


def _data(value: object) -> object:
    if isinstance(value, Uncertain):
        return _uncertain(value)
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        if set(fields) == {"root"}:
            return _data(getattr(value, "root"))  # noqa: B009
        return {name: _data(getattr(value, name)) for name in fields}
    if isinstance(value, Mapping):
        return {str(key): _data(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_data(inner) for inner in value]
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


def dump(scenario: Scenario) -> str:
    """The complete scenario as YAML that loads to an equal scenario, presets included.

    Values stand as they were written, with their sources. Data files are named by their full
    path. Raises ValueError for a scenario that was not loaded.
    """
    tree = scenario._tree
    if tree is None:
        raise ValueError("only a scenario that was loaded can be written")
    plain = to_plain(_own(tree), scenario_shape(), None)
    assert isinstance(plain, dict)
    if _is_default_name(scenario):
        del plain["name"]
    for segment in _segments(plain):
        # Left out, it would come back from the preset's segment of that name.
        segment.setdefault("returns", "none")
    writer: Any = YAML(typ="safe", pure=True)
    writer.default_flow_style = None
    writer.sort_base_mapping_type_on_output = False
    writer.allow_unicode = True
    writer.width = 100
    stream = io.StringIO()
    writer.dump(plain, stream)
    return stream.getvalue()


def _segments(plain: Mapping[str, object]) -> list[dict[str, object]]:
    customers = plain.get("customers")
    values = customers.values() if isinstance(customers, dict) else []
    return [segment for segment in values if isinstance(segment, dict)]


def _own(tree: Node) -> Node:
    """The tree without what its jurisdiction says on accounting, which comes back by itself."""
    accounting = tree.get("accounting")
    if accounting is None:
        return tree
    kept = _stated(accounting, scenario_shape().fields["accounting"])
    return tree.with_entries(
        {
            key: node if key != "accounting" else kept
            for key, node in tree.entries.items()
            if key != "accounting" or kept.mapping
        }
    )


def _stated(node: Node, shape: Shape) -> Node:
    """A section without the values of a jurisdiction."""
    kept = {}
    for key, inner in node.entries.items():
        child = shape.child(key)
        if child is not None and not child.is_value:
            own = _stated(inner, child)
            if own.mapping or not inner.mapping:
                kept[key] = own
        elif inner.origin != "jurisdiction":
            kept[key] = inner
    return node.with_entries(kept)

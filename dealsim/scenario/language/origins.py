"""The provenance of every value of a complete tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dealsim.scenario.language.node import Node
from dealsim.scenario.language.provenance import Provenance
from dealsim.scenario.model.shape import Shape, scenario_shape
from dealsim.scenario.presets.complete import Resolved


def leaves(tree: Node, shape: Shape | None = None, path: str = "") -> Iterator[tuple[str, Node]]:
    """Every value of a tree with its dotted path; what is no known key is passed over."""
    shape = shape or scenario_shape()
    if shape.is_value or tree.mapping is None:
        yield path, tree
        return
    for key, node in tree.mapping.items():
        child = shape.child(key)
        if child is not None:
            yield from leaves(node, child, f"{path}.{key}" if path else key)


def provenance_of(resolved: Resolved) -> Mapping[str, Provenance]:
    """Where each value of the scenario came from, by dotted path."""
    law = resolved.jurisdiction.source if resolved.jurisdiction is not None else None
    return {path: _provenance(path, node, law) for path, node in leaves(resolved.tree)}


def _provenance(path: str, node: Node, law: str | None) -> Provenance:
    place = node.key or node.place
    line: int | None = None
    column: int | None = None
    if place.source.name is not None:
        line, column = place.source.position(place.index)
    of_law = node.origin == "jurisdiction" and path != "currency"
    source = source_of(node) or (law if of_law else None)
    judgement = source is not None and source.startswith("judgement")
    return Provenance(node.origin, place.source.name, line, column, source, judgement)


def source_of(node: Node) -> str | None:
    """The source written beside a value, if any."""
    for part in node.items or ():
        found = source_of(part)
        if found is not None:
            return found
    source = node.get("source")
    if source is not None:
        return source.value if isinstance(source.value, str) else None
    # Of an instalment the source stands beside one of its parts.
    inner = [source_of(part) for part in node.entries.values() if part.mapping is not None]
    return next((found for found in inner if found is not None), None)

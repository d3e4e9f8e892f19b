"""Where each value came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dealsim.scenario.language.node import Node, Origin, Shape, leaves


@dataclass(frozen=True)
class Provenance:
    """Origin of one value of a scenario.

    `origin` says whose value it is: the user's (`set`, `file`, `extends`) or dealsim's (`kind`,
    `jurisdiction`, `default`). `file`, `line` and `column` (from 1) say where it stands, a preset
    being named like a file. `source` is the citation given with it, and `judgement` tells that it
    is a considered guess rather than a published figure.
    """

    origin: Origin
    file: str | None = None
    line: int | None = None
    column: int | None = None
    source: str | None = None
    judgement: bool = False

    @property
    def is_default(self) -> bool:
        """Whether dealsim, not the owner, chose the value."""
        return self.origin in ("kind", "jurisdiction", "default")


def provenance_of(tree: Node, shape: Shape, law: str | None) -> Mapping[str, Provenance]:
    """Where each value of a complete tree came from, by dotted path; `law` is the source of what
    its jurisdiction says."""
    return {path: _provenance(path, node, law) for path, node in leaves(tree, shape)}


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

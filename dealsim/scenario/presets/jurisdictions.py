"""The presets of the jurisdictions: what the law says of a voucher, as far as it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dealsim.scenario.language.node import Node, Source
from dealsim.scenario.language.yamlfile import parse_yaml
from dealsim.scenario.model.shape import scenario_shape
from dealsim.units import Span, parse_span

_SECTIONS = {
    "after_expiry": "deal",
    "paid_value_expires": "deal",
    "cash_out": "accounting",
    "escheat": "accounting",
    "sales_tax": "accounting",
}
"""The section of a scenario that a key of a jurisdiction belongs to."""


@dataclass(frozen=True, eq=False)
class Jurisdiction:
    """The preset of a jurisdiction: a scenario tree, and what else its row says of the law.

    `forfeit` tells whether what a bill leaves of a voucher may lapse (None where no answer was
    found).
    """

    code: str
    name: str
    tree: Node
    forfeit: bool | None
    source: str | None


@dataclass(frozen=True)
class LegalTerms:
    """What a jurisdiction's law lets lapse, as far as it was read.

    `paid_value_expires` is counted from sale close, None for never. The scenario may promise
    more, or less.
    """

    after_expiry: str
    paid_value_expires: Span | None
    source: str | None


@cache
def jurisdictions() -> Mapping[str, Jurisdiction]:
    """Every jurisdiction there is a preset of, by its code."""
    path = Path(__file__).parent / "data" / "jurisdictions.yaml"
    source = Source(
        "jurisdiction", "preset jurisdictions.yaml", path.read_text(encoding="utf-8"), path.parent
    )
    root = parse_yaml(source).entries
    return {code: _jurisdiction(code, node) for code, node in root.items()}


def _jurisdiction(code: str, node: Node) -> Jurisdiction:
    tree = Node({}, node.place)
    for key, value in node.entries.items():
        if key in _SECTIONS:
            section = tree.get(_SECTIONS[key]) or Node({}, node.place, value.key)
            tree = tree.put(_SECTIONS[key], section.put(key, value))
        elif key in scenario_shape().fields and key != "name":
            tree = tree.put(key, value)
    name, forfeit, source = (node.get(key) for key in ("name", "forfeit", "source"))
    return Jurisdiction(
        code,
        str(name.value) if name else code,
        tree,
        forfeit.value if forfeit is not None and isinstance(forfeit.value, bool) else None,
        str(source.value) if source else None,
    )


def jurisdiction_terms(code: str | None) -> LegalTerms | None:
    """The terms of a jurisdiction by its code; None for a code without a preset."""
    law = jurisdictions().get(code) if code is not None else None
    if law is None:
        return None
    survives, expires = law.tree.get("deal", "after_expiry"), law.tree.get("deal", _EXPIRES)
    text = str(expires.value) if expires is not None else "never"
    return LegalTerms(
        str(survives.value) if survives is not None else "paid_value",
        None if text == "never" else parse_span(text),
        " ".join(law.source.split()) if law.source else None,
    )


_EXPIRES = "paid_value_expires"

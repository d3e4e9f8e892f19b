"""The presets of the jurisdictions: what the law says of a voucher, as far as it was read.

A value may depend on the day of the sale, on which the law of a voucher is decided, and on the kind
of business: the data file then has a list of cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from dealsim.scenario.language.node import Node, Source
from dealsim.scenario.language.yamlfile import parse_yaml
from dealsim.scenario.model.shape import scenario_shape
from dealsim.scenario.model.yearend import parse_span_from
from dealsim.units import Span

_SECTIONS = {
    "after_expiry": "deal",
    "paid_value_expires": "deal",
    "cash_out": "accounting",
    "escheat": "accounting",
    "sales_tax": "accounting",
}
"""The section of a scenario that a key of a jurisdiction belongs to."""
_CONDITIONS = ("from", "kinds")
"""What a case may depend on: the first day of sale it holds for, and the kinds of business."""


@dataclass(frozen=True, eq=False)
class Jurisdiction:
    """The row of a jurisdiction.

    `forfeit` tells whether what a bill leaves of a voucher may lapse (None where no answer was
    found). `changes` are the days from which other values hold for what is sold.
    """

    code: str
    name: str
    row: Node
    forfeit: bool | None
    source: str | None
    changes: tuple[date, ...]

    def tree(self, kind: str, sold: date) -> Node:
        """What the law says of a voucher of a kind of business, sold on a day, as a scenario."""
        return _tree(self, kind, sold)


@lru_cache(maxsize=256)
def _tree(law: Jurisdiction, kind: str, sold: date) -> Node:
    tree = Node({}, law.row.place)
    for key, value in law.row.entries.items():
        holding = _holding(value, kind, sold) if value.items is not None else value
        if holding is None:
            continue
        if key in _SECTIONS:
            section = tree.get(_SECTIONS[key]) or Node({}, law.row.place, value.key)
            tree = tree.put(_SECTIONS[key], section.put(key, holding))
        elif key in scenario_shape().fields and key != "name":
            tree = tree.put(key, holding)
    return tree


def _holding(cases: Node, kind: str, sold: date) -> Node | None:
    """The last of the cases that holds; None where none does."""
    found = None
    for case in cases.items or ():
        since, kinds = case.get("from"), case.get("kinds")
        if since is not None and sold < date.fromisoformat(str(since.value)):
            continue
        if kinds is not None and kind not in [one.value for one in kinds.items or ()]:
            continue
        rest = {key: node for key, node in case.entries.items() if key not in _CONDITIONS}
        found = rest["value"] if "value" in rest else case.with_entries(rest)
    return found


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
    name, forfeit, source = (node.get(key) for key in ("name", "forfeit", "source"))
    days = {
        date.fromisoformat(str(since.value))
        for value in node.entries.values()
        for case in value.items or ()
        if (since := case.get("from")) is not None
    }
    return Jurisdiction(
        code,
        str(name.value) if name else code,
        node,
        forfeit.value if forfeit is not None and isinstance(forfeit.value, bool) else None,
        str(source.value) if source else None,
        tuple(sorted(days)),
    )


def jurisdiction_terms(code: str | None, kind: str, sold: date) -> LegalTerms | None:
    """The terms of a jurisdiction by its code, for what a kind of business sells on a day; None
    for a code without a preset."""
    law = jurisdictions().get(code) if code is not None else None
    if law is None:
        return None
    tree = law.tree(kind, sold)
    survives, expires = tree.get("deal", "after_expiry"), tree.get("deal", "paid_value_expires")
    text = str(expires.value) if expires is not None else "never"
    return LegalTerms(
        str(survives.value) if survives is not None else "paid_value",
        None if text == "never" else parse_span_from(text),
        " ".join(law.source.split()) if law.source else None,
    )


def tax_is_in_prices(code: object) -> bool:
    """Whether what customers pay includes sales tax in a jurisdiction, by its code; False for a
    code without a preset."""
    law = jurisdictions().get(code) if isinstance(code, str) else None
    included = law.row.get("sales_tax", "included") if law is not None else None
    # YAML 1.2 has `yes` as a text
    return included is not None and included.value in (True, "yes")

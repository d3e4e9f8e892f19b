"""The packaged presets: kinds of business, jurisdictions, and what neither decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dealsim.scenario.language.merge import merge
from dealsim.scenario.language.node import Node, Source, from_plain
from dealsim.scenario.language.yamlfile import parse_yaml
from dealsim.scenario.model.scenario import FORMAT
from dealsim.scenario.model.shape import scenario_shape
from dealsim.uncertain import SHARE, parse
from dealsim.units import Span, parse_span

_DATA = Path(__file__).parent / "data"

_DEFAULTS = {
    "dealsim": FORMAT,
    "kind": "services",
    "starts": "2025-01-01",
    "horizon": "36 months",
    "deal": {
        "cap": "none",
        "minimum": 0,
        "after_expiry": "paid_value",
        "paid_value_expires": "never",
    },
    "platform": {"name": "the platform", "fixed_fee": 0},
    "business": {
        "visits_per_week": "none",
        "capacity_per_week": "none",
        "serve_first": "first_come",
        "turned_away": "honoured",
    },
    "redemption": {"late": {"bill": "worth"}},
    "run": {"trials": 10_000, "seed": 1},
}
"""What holds where neither the owner nor a preset says anything: the absence of an option, and
settings that no study could supply. Nothing here depends on today's date."""


@dataclass(frozen=True)
class Survey:
    """The share of owners of a trade who said that their deal made money, and who asked them."""

    profitable: float
    source: str


@dataclass(frozen=True, eq=False)
class Kind:
    """The preset of a kind of business: a scenario tree, and the `redeem` of segments that are
    the owner's own, and what a survey of the trade found."""

    tree: Node
    redeem: Node | None
    survey: Survey | None = None


@dataclass(frozen=True, eq=False)
class Jurisdiction:
    """The preset of a jurisdiction: a scenario tree, and what else is known about its law.

    `forfeit` tells whether what a bill leaves of a voucher may lapse (None: not known).
    """

    code: str
    name: str
    tree: Node
    forfeit: bool | None
    source: str | None


@cache
def defaults() -> Node:
    """The values no preset states."""
    return from_plain(_DEFAULTS, Source("default"))


@cache
def kind_preset(name: str) -> Kind:
    """The preset of a kind, over what all kinds share; `name` is one of `models.KINDS`."""
    common, own = _read_kind("common"), _read_kind(name)
    known = scenario_shape().fields
    trees = [
        node.with_entries({key: n for key, n in node.entries.items() if key in known})
        for node in (common, own)
    ]
    redeem = own.get("redeem") or common.get("redeem")
    survey = own.get("survey")
    return Kind(
        merge(trees[0], trees[1], scenario_shape()),
        redeem,
        None if survey is None else _survey(survey),
    )


def _survey(node: Node) -> Survey:
    told = node.plain()
    assert isinstance(told, Mapping)
    return Survey(parse(told["profitable"], SHARE).mean(), " ".join(str(told["source"]).split()))


def _read_kind(name: str) -> Node:
    path = _DATA / "kinds" / f"{name}.yaml"
    shown = f"preset kinds/{name}.yaml"
    return parse_yaml(Source("kind", shown, path.read_text(encoding="utf-8"), path.parent))


@cache
def jurisdictions() -> Mapping[str, Jurisdiction]:
    """Every jurisdiction known, by its code."""
    path = _DATA / "jurisdictions.yaml"
    source = Source(
        "jurisdiction", "preset jurisdictions.yaml", path.read_text(encoding="utf-8"), path.parent
    )
    root = parse_yaml(source).entries
    return {code: _jurisdiction(code, node) for code, node in root.items()}


_SECTIONS = {
    "after_expiry": "deal",
    "paid_value_expires": "deal",
    "cash_out": "accounting",
    "escheat": "accounting",
    "sales_tax": "accounting",
}
"""The section of a scenario that a key of a jurisdiction belongs to."""


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


@dataclass(frozen=True)
class Terms:
    """What a jurisdiction's law lets lapse, as far as it was read.

    `paid_value_expires` is counted from sale close, None for never. The scenario may promise
    more, or less.
    """

    after_expiry: str
    paid_value_expires: Span | None
    source: str | None


def jurisdiction_terms(code: str | None) -> Terms | None:
    """The terms of a jurisdiction by its code; None for one that is not known."""
    known = jurisdictions().get(code) if code is not None else None
    if known is None:
        return None
    deal = known.tree.get("deal") or Node({}, known.tree.place)
    survives, expires = deal.get("after_expiry"), deal.get("paid_value_expires")
    text = str(expires.value) if expires is not None else "never"
    return Terms(
        str(survives.value) if survives is not None else "paid_value",
        None if text == "never" else parse_span(text),
        " ".join(known.source.split()) if known.source else None,
    )

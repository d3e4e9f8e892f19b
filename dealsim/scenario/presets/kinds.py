"""The presets of the kinds of business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dealsim.scenario.language.node import Node, Source, merge
from dealsim.scenario.language.yamlfile import parse_yaml
from dealsim.scenario.model.scenario import Survey
from dealsim.scenario.model.shape import scenario_shape
from dealsim.uncertain import SHARE, parse

_FOLDER = Path(__file__).parent / "data" / "kinds"


@dataclass(frozen=True, eq=False)
class Kind:
    """The preset of a kind of business: a scenario tree, and the `redeem` and `bill` of segments
    that are the owner's own, and what a survey of the trade found."""

    tree: Node
    redeem: Node | None
    bill: Node | None = None
    survey: Survey | None = None


@cache
def kind_preset(name: str) -> Kind:
    """The preset of a kind, over what all kinds share; `name` is one of `KINDS`."""
    common, own = _read_kind("common"), _read_kind(name)
    shape = scenario_shape()
    low, high = (
        tree.with_entries({key: n for key, n in tree.entries.items() if key in shape.fields})
        for tree in (common, own)
    )
    survey = own.get("survey")
    return Kind(
        merge(low, high, shape),
        own.get("redeem") or common.get("redeem"),
        own.get("bill") or common.get("bill"),
        None if survey is None else _survey(survey),
    )


def _survey(node: Node) -> Survey:
    found = node.plain()
    assert isinstance(found, Mapping)
    source = " ".join(str(found["source"]).split())
    return Survey(parse(found["profitable"], SHARE).mean(), source)


@cache
def _read_kind(name: str) -> Node:
    path = _FOLDER / f"{name}.yaml"
    shown = f"preset kinds/{name}.yaml"
    return parse_yaml(Source("kind", shown, path.read_text(encoding="utf-8"), path.parent))

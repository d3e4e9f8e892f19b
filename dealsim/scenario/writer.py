"""A scenario as a file that reads back the same."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML

from dealsim.scenario.campaigns import own_terms
from dealsim.scenario.language.node import Node, Plain, Shape, to_plain
from dealsim.scenario.model.scenario import Scenario
from dealsim.scenario.model.shape import scenario_shape


def dump(scenario: Scenario) -> str:
    """The complete scenario as YAML that loads to an equal scenario, presets included.

    Values stand as they were written, with their sources; amounts that a preset derives stand as
    amounts. Data files are named by their full path. Raises ValueError for a scenario that was
    not loaded.
    """
    tree = scenario.tree
    if tree is None:
        raise ValueError("only a scenario that was loaded can be written")
    plain = to_plain(_own(tree), scenario_shape(), None)
    assert isinstance(plain, dict)
    if not scenario.has_title:
        del plain["name"]
    _as_stated(plain)
    for place, deal in enumerate(scenario.further, start=1):
        # whole: what a preset makes of its terms may differ from the first deal's
        own = to_plain(tree.with_entries(own_terms(deal)), scenario_shape(), None)
        assert isinstance(own, dict) and isinstance(plain["campaigns"], list)
        _as_stated(own)
        plain["campaigns"][place] = own
    return yaml_text(plain, width=100)


def _as_stated(plain: dict[str, Plain]) -> None:
    """Say of segments that do not return that they do not; of a worth, not what is idle beside
    it; and not what an audience says in its place."""
    customers, deal, audience = plain.get("customers"), plain.get("deal"), plain.get("audience")
    if audience is not None and isinstance(deal, dict):
        deal.pop("demand", None)
    for segment in customers.values() if isinstance(customers, dict) else ():
        if isinstance(segment, dict):
            if audience is not None:
                segment.pop("share", None)
            # Left out, it would come back from the preset's segment of that name.
            returns = segment.setdefault("returns", "none")
            if isinstance(returns, dict) and "worth" in returns:
                returns.pop("cv", None)


def yaml_text(value: object, flow: bool | None = None, width: int = 10_000) -> str:
    """Plain data as YAML: keys in their order, in lines or, with `flow`, in braces; by default
    what is innermost stands in braces."""
    writer: Any = YAML(typ="safe", pure=True)
    writer.default_flow_style = flow
    writer.sort_base_mapping_type_on_output = False
    writer.allow_unicode = True
    writer.width = width
    stream = io.StringIO()
    writer.dump(value, stream)
    return stream.getvalue()


def _own(tree: Node) -> Node:
    """The tree without what its jurisdiction says on accounting, which comes back by itself."""
    accounting = tree.get("accounting")
    if accounting is None:
        return tree
    kept = _stated(accounting, scenario_shape().fields["accounting"])
    if kept.mapping:
        return tree.put("accounting", kept)
    return tree.with_entries({k: node for k, node in tree.entries.items() if k != "accounting"})


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

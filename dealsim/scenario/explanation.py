"""Every value of a scenario as it was understood, and whose it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date

import numpy as np

from dealsim.scenario.language.node import Node, leaves
from dealsim.scenario.language.overrides import split_path
from dealsim.scenario.language.provenance import Provenance, source_of
from dealsim.scenario.model.canonical import numbers_of
from dealsim.scenario.model.fields import Quantity
from dealsim.scenario.model.scenario import Scenario
from dealsim.scenario.model.shape import scenario_shape
from dealsim.scenario.presets.crowd import CROWD_PRESET
from dealsim.uncertain import Uncertain, excess

LONGEST_WRITTEN = 120


@dataclass(frozen=True)
class Row:
    """One value: what was written, what it means, and where it came from.

    `family`, `mean`, `p5` and `p95` are of numbers only (shares of 1, durations in days, money in
    the currency), `unit` says what is counted. `meaning` is the day that a length of time comes
    to. `origin` is `pizza.yaml:4`, `--set`, `kind restaurant`, `jurisdiction CA-ON`, `default`, or
    `derived` of what follows from other values;
    `is_default` tells that dealsim chose the value, and `judgement` that no figure stands behind
    it.
    """

    path: str
    written: str
    family: str | None
    mean: float | None
    p5: float | None
    p95: float | None
    unit: str
    meaning: str | None
    origin: str
    is_default: bool
    source: str | None
    judgement: bool

    def as_dict(self) -> dict[str, object]:
        """The row as `explain --json` prints it."""
        return asdict(self)


def explain(scenario: Scenario) -> list[Row]:
    """Every value, in the order of the sections; raises ValueError for one not loaded."""
    tree = scenario.tree
    if tree is None:
        raise ValueError("only a scenario that was loaded can be explained")
    numbers = dict(numbers_of(scenario))
    rows: list[Row] = []
    for path, node in leaves(tree, scenario_shape()):
        # a list of numbers, such as dated places, is shown as it is written
        row = _row(scenario, path, node, numbers.get(path) if node.items is None else None)
        rows += _pairs(row, node) if path == "correlations" else [row]
        if path.endswith(".bill.cv"):
            rows += _by_bill(scenario, path.split(".")[1])
    for place, deal in enumerate(scenario.further, start=1):
        rows += _further(scenario, deal, place)
    return rows


def _further(scenario: Scenario, deal: Scenario, place: int) -> list[Row]:
    """What is otherwise in a further deal of `campaigns` than in the first."""
    first = {row.path: row for row in explain(scenario.alone())}
    return [
        replace(row, path=f"campaigns.{place}.{row.path}")
        for row in explain(deal)
        if row.path not in ("name", "horizon", "campaigns")
        and _said(row) != _said(first.get(row.path))
    ]


def _said(row: Row | None) -> object:
    return row and (row.written, row.mean, row.p5, row.p95, row.meaning)


def _pairs(row: Row, node: Node) -> list[Row]:
    """The correlations, a row each."""
    rows = []
    for place, (pair, part) in enumerate(zip(_correlated(node), node.items or (), strict=True)):
        text, source = pair, source_of(part)
        judged = source is not None and source.startswith("judgement")
        path = f"correlations.{place}"
        rows.append(replace(row, path=path, written=text, source=source, judgement=judged))
    return rows


def _correlated(node: Node) -> list[str]:
    items = [(part.get("value") or part).items or () for part in node.items or ()]
    return [f"{first.value} with {second.value}: {rho.text}" for first, second, rho in items]


def _by_bill(scenario: Scenario, name: str) -> list[Row]:
    """What a segment's bill comes to beyond the face value, in time and with every input at its
    mean: how many spend more, and by how much, where the owner does not say it."""
    segment = scenario.customers[name]
    bill, stated = segment.bill, segment.overspend
    if bill is None:
        return []
    ticket = bill.ticket_ratio.mean() * scenario.business.usual_ticket.mean()
    face, cv = scenario.deal.face_value.mean() / scenario.deal.uses, bill.cv.mean()
    found = excess(np.array(ticket), np.array(cv), np.array(face))
    values = [("chance", float(found.chance), "share"), ("amount", float(found.mean), "")]
    return [
        _derived(scenario, f"customers.{name}.overspend.{key}", mean, unit or scenario.currency)
        for key, mean, unit in values
        if stated is None or getattr(stated, key) is None
    ]


def _derived(scenario: Scenario, path: str, mean: float, unit: str) -> Row:
    return Row(path, "by bill", None, mean, None, None, unit, None, "derived", True, None, False)


def _row(scenario: Scenario, path: str, node: Node, number: Uncertain | None) -> Row:
    provenance = scenario.provenance[path]
    reader = scenario_shape().at(split_path(path)).reader
    unit = ""
    if isinstance(reader, Quantity):
        kind = reader.field.kind
        unit = {"share": "share", "money": scenario.currency}.get(kind, reader.unit)
    return Row(
        path=path,
        written=written(node),
        family=number.family if number is not None else None,
        mean=number.mean() if number is not None else _rest(scenario, path),
        p5=number.quantile(0.05) if number is not None else None,
        p95=number.quantile(0.95) if number is not None else None,
        unit=unit,
        meaning=_meaning(scenario, path),
        origin=_origin(scenario, provenance),
        is_default=provenance.is_default,
        source=provenance.source,
        judgement=provenance.judgement,
    )


def written(node: Node) -> str:
    """A value as it was typed, in one line and without its source."""
    inner = node.get("value")
    if inner is not None and set(node.entries) <= {"value", "source"}:
        return written(inner)
    if node.mapping is not None:
        parts = (f"{key}: {written(part)}" for key, part in node.entries.items() if key != "source")
        return _short("{" + ", ".join(parts) + "}")
    if node.items is not None:
        return _short("[" + ", ".join(written(part) for part in node.items) + "]")
    return _short(node.text if node.text is not None else "")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_WRITTEN else text[: LONGEST_WRITTEN - 3] + "..."


def _rest(scenario: Scenario, path: str) -> float | None:
    """The mean of a share that is the rest, with the other shares at their means."""
    parts = path.split(".")
    if parts[0] != "customers" or parts[-1] != "share" or len(parts) != 3:
        return None
    shares = [segment.share for segment in scenario.customers.values()]
    return max(0.0, 1 - sum(share.mean() for share in shares if isinstance(share, Uncertain)))


def _meaning(scenario: Scenario, path: str) -> str | None:
    """The day that a length of time comes to."""
    days: dict[str, date | None] = {
        "horizon": scenario.horizon_end,
        "deal.sale_window": scenario.sale_close,
        "deal.promo_expires": scenario.promo_expiry,
        "deal.paid_value_expires": scenario.paid_value_lapse,
    }
    day = days.get(path)
    return day.isoformat() if day is not None else None


def _origin(scenario: Scenario, provenance: Provenance) -> str:
    if provenance.origin == "set":
        return "--set"
    if provenance.origin == "kind" and provenance.file == CROWD_PRESET:
        return "default"  # the same for all kinds
    if provenance.origin == "kind":
        return f"kind {scenario.kind}"
    if provenance.origin == "jurisdiction":
        return f"jurisdiction {scenario.jurisdiction}"
    if provenance.origin == "default":
        return "default"
    return f"{provenance.file}:{provenance.line}"

"""The files of a decision: its document as JSON, its table as CSV, its plots, and the manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dealsim.decisions import (
    Breakeven,
    Comparison,
    CounterOffer,
    Frontier,
    Optimum,
    Sensitivity,
    Sweep,
)
from dealsim.decisions.counter_offer import Crossing
from dealsim.output.decisions import (
    breakeven_plot,
    compare_plot,
    counter_offer_plot,
    frontier_plot,
    joint_plot,
    tornado_plot,
)
from dealsim.output.decisions.optimum_text import shown
from dealsim.output.decisions.sweep_files import sweep_files
from dealsim.output.drawing import style
from dealsim.output.files.csv_text import csv_text
from dealsim.output.files.folder import Before, Content, write_folder
from dealsim.output.files.json_text import json_file, json_text, plain
from dealsim.output.files.maker import Maker
from dealsim.output.files.manifest import program
from dealsim.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

Decision = CounterOffer | Breakeven | Frontier | Comparison | Sensitivity | Optimum | Sweep
Rows = Iterable[Mapping[str, Any]]

MOST_RESOLVED = 100
"""Scenarios whose resolved text the manifest holds; of more it holds the hashes alone."""


def write_decision(
    found: Decision,
    folder: Path,
    *,
    maker: Maker,
    before: Before | None = None,
    overrides: Sequence[str] | Mapping[str, object] = (),
    wall_seconds: float | None = None,
    force: bool = False,
) -> tuple[str, ...]:
    """Write what a decision command found to `folder`, whole or not at all; returns the names.

    `maker` is who writes it, `before` what `folder.check_folder` found. Raises DealsimError where
    the folder holds what is not dealsim's or of another making, or cannot be written.
    """
    made = {"overrides": plain(overrides), "seed": found.seed, "trials": found.trials}
    made = {"mode": found.mode} | made
    if (precision := found.document().get("precision")) is not None:
        made["precision"] = precision
    wall = {"wall_seconds": None if wall_seconds is None else round(wall_seconds, 3)}
    manifest = program() | _scenarios(found) | _searched(found) | made | wall
    files = decision_files(found)
    return write_folder(folder, files, manifest, force=force, maker=maker, before=before)


def _scenarios(found: Decision) -> dict[str, object]:
    """The scenario as resolved; of several, all of them by name."""
    if not isinstance(found, Comparison | Sweep):
        return _scenario(found.scenario, whole=True)
    whole = len(found.scenarios) <= MOST_RESOLVED
    return {"scenarios": {name: _scenario(one, whole) for name, one in found.scenarios.items()}}


def _scenario(scenario: Scenario, whole: bool) -> dict[str, object]:
    text = {"scenario": plain(scenario.canonical())} if whole else {}
    return {**text, "scenario_sha256": scenario.sha256}


def _searched(found: Decision) -> dict[str, object]:
    """What of a command's question is not in its scenario."""
    if isinstance(found, Sweep):
        axes = [{"path": one.path, "values": list(map(str, one.values))} for one in found.axes]
        return {"axes": axes}
    if isinstance(found, Optimum):
        over = [[one.path, one.low, one.high, one.step] for one in found.over]
        return {"over": over, "limit": found.limit}
    return {}


def decision_files(found: Decision) -> Iterator[tuple[str, Content]]:
    """Names and contents of the files but for the manifest, one at a time."""
    if isinstance(found, Sweep):
        yield from sweep_files(found)
        return
    document = found.document()
    name, tables, plots = _parts(found, document)
    yield f"{name}.json", json_file(document)
    for table, rows in tables.items():
        yield f"{table}.csv", _csv(rows)
    if found.mode == "expected" and not isinstance(found, Breakeven | Frontier):
        return  # the pictures are of chances and spreads, and one future has none
    yield from style.pictures(lambda plot: plots[plot](found), tuple(plots))


def _parts(
    found: CounterOffer | Breakeven | Frontier | Comparison | Sensitivity | Optimum,
    document: Mapping[str, Any],
) -> tuple[str, Mapping[str, Rows], Mapping[str, Callable[[Any], Figure]]]:
    """The name of its document, its tables and its plots, by name."""
    if isinstance(found, CounterOffer):
        return (
            "counter-offer",
            {"counter-offer": _terms(found)},
            {"counter-offer": counter_offer_plot.draw},
        )
    if isinstance(found, Breakeven):
        plots = {"breakeven": breakeven_plot.draw} if found.points else {}
        return "breakeven", {"breakeven": document["points"]}, plots
    if isinstance(found, Frontier):
        return "frontier", {"frontier": document["points"]}, {"frontier": joint_plot.draw}
    if isinstance(found, Optimum):
        return "optimum", {"frontier": _candidates(found)}, {"frontier": frontier_plot.draw}
    if isinstance(found, Sensitivity):
        return "sensitivity", {"sensitivity": _inputs(document)}, {"tornado": tornado_plot.draw}
    tables = {"options": _options(document), "differences": document["differences"]}
    return "compare", tables, {
        "profits": compare_plot.draw_profits, "differences": compare_plot.draw_differences
    }  # fmt: skip


def _terms(found: CounterOffer) -> Iterator[Mapping[str, Any]]:
    for kind, terms in (("term", found.terms), ("own_lever", found.own_levers)):
        for term in terms:
            yield {
                "kind": kind,
                "label": term.step.label,
                "path": term.step.path,
                "now": term.step.now,
                "step": term.step.step,
                "worth": term.worth,
                "worth_se": term.worth_se,
                "worth_npv": term.worth_npv,
                **_crossing("breakeven", term.breakeven),
                **_crossing("for_limit", term.for_limit),
                "status": term.status,
            }


def _crossing(name: str, found: Crossing | None) -> dict[str, Any]:
    return {
        name: None if found is None else found.value,
        f"{name}_holds": None if found is None else found.holds,
    }


def _candidates(found: Optimum) -> Iterator[Mapping[str, Any]]:
    """The frontier, then the terms as they stand."""
    paths = [one.path for one in found.over]
    for one in shown(found):
        is_best = found.best is not None and one.values == found.best.values
        yield {path: one.values.get(path) for path in paths} | {
            "incremental_profit_mean": one.mean,
            "incremental_profit_se": one.mean_se,
            "probability_of_loss": one.probability_of_loss,
            "probability_of_loss_se": one.probability_of_loss_se,
            "meets_limit": "yes" if one.meets else "no",
            "point": "now" if one is found.now else "best" if is_best else "frontier",
        }


def _inputs(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for one in document["inputs"]:
        yield {name: value for name, value in one.items() if name not in ("values", "means")}


def _options(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for one in document["scenarios"]:
        row = {name: value for name, value in one.items() if name != "metrics"}
        for metric, statistics in one["metrics"].items():
            row |= {f"{metric}_{name}": value for name, value in statistics.items()}
        yield row


def _csv(rows: Rows) -> bytes:
    """The rows, headed by the keys of the first; undefined values are blank."""
    kept = list(rows)
    head = list(kept[0]) if kept else []
    cells = [[_cell(row[name]) for name in head] for row in kept]
    return csv_text([head, *cells]).encode("utf-8")


def _cell(value: object) -> str:
    return value if isinstance(value, str) else json_text(value).replace("null", "")

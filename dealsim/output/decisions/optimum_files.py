"""The files of an optimum: `optimum.json`, `frontier.csv`, the picture `frontier`, manifest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from dealsim.decisions import Optimum
from dealsim.output.decisions.frontier_plot import draw
from dealsim.output.decisions.optimum_text import shown
from dealsim.output.drawing import style
from dealsim.output.files.csv_text import csv_text
from dealsim.output.files.folder import Content, write_folder
from dealsim.output.files.json_text import json_file, plain
from dealsim.output.files.manifest import program
from dealsim.scenario import Scenario


def write_optimum(
    found: Optimum,
    scenario: Scenario,
    folder: Path,
    *,
    overrides: Sequence[str] = (),
    wall_seconds: float | None = None,
    force: bool = False,
) -> tuple[str, ...]:
    """Write an optimum to `folder`, whole or not at all; returns the file names.

    Raises DealsimError where the folder holds what is not dealsim's, or cannot be written.
    """
    manifest = program() | {
        "scenario": plain(scenario.canonical()),
        "scenario_sha256": scenario.sha256,
        "overrides": plain(overrides),
        "over": [[one.path, one.low, one.high, one.step] for one in found.over],
        "limit": found.limit,
        "seed": found.seed,
        "trials": found.trials,
        "wall_seconds": None if wall_seconds is None else round(wall_seconds, 3),
    }
    return write_folder(folder, optimum_files(found, scenario), manifest, force=force)


def optimum_files(found: Optimum, scenario: Scenario) -> Iterator[tuple[str, Content]]:
    """Names and contents of the files but for the manifest, one at a time."""
    yield "optimum.json", json_file(found.document())
    yield "frontier.csv", frontier_csv(found)
    yield from style.pictures(lambda _: draw(found, scenario), ("frontier",))


def frontier_csv(found: Optimum) -> bytes:
    """`frontier.csv`: a row for each point of the frontier, then the terms as they stand."""
    paths = [one.path for one in found.over]
    rows = [[*paths, "incremental_profit_mean", "incremental_profit_se", "probability_of_loss",
             "probability_of_loss_se", "meets_limit", "point"]]  # fmt: skip
    for one in shown(found):
        is_best = found.best is not None and one.values == found.best.values
        point = "now" if one is found.now else "best" if is_best else "frontier"
        rows.append(
            [
                *(repr(one.values[path]) if path in one.values else "" for path in paths),
                repr(one.mean),
                repr(one.mean_se),
                repr(one.probability_of_loss),
                repr(one.probability_of_loss_se),
                "yes" if one.meets else "no",
                point,
            ]
        )
    return csv_text(rows).encode("utf-8")

"""The files of a run: `summary.json`, `trials.csv`, `timeline.csv`, plots and `manifest.json`.

All text is UTF-8 with LF line ends on every system, and all but the manifest (which tells how
long the run took) are the same bytes for the same result.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealsim.output.files.csv_text import csv_text
from dealsim.output.files.folder import Before, Content, write_folder
from dealsim.output.files.json_text import json_file, json_text
from dealsim.output.files.maker import maker_of
from dealsim.output.files.manifest import run_manifest
from dealsim.output.labels import unit_of
from dealsim.results import Result
from dealsim.text import plain_text
from dealsim.units import minor_digits

ROWS = 10_000
"""Rows of `trials.csv` made at a time, which bounds the memory it takes."""


def write_run(
    result: Result,
    folder: Path,
    *,
    overrides: Sequence[str] | Mapping[str, object] = (),
    wall_seconds: float | None = None,
    trials: bool = True,
    force: bool = False,
    before: Before | None = None,
    more: Iterable[tuple[str, Content]] = (),
) -> tuple[str, ...]:
    """Write everything a run produces to `folder`, whole or not at all; returns the file names.

    Without `trials` there is no `trials.csv`; `more` are further files; `before` is what
    `folder.check_folder` found. Raises DealsimError where the folder holds what is not dealsim's,
    another scenario's results, or what came in the meantime, and where it cannot be written.
    """
    manifest = run_manifest(result, overrides=overrides, wall_seconds=wall_seconds)
    maker = maker_of("run", [result.scenario])
    files = itertools.chain(run_files(result, trials=trials), more)
    return write_folder(folder, files, manifest, force=force, maker=maker, before=before)


def run_files(result: Result, *, trials: bool = True) -> Iterator[tuple[str, Content]]:
    """Names and contents of a run's files but for the manifest, one at a time."""
    from dealsim.output.run.plots import draw_all

    summary = result.summary()
    yield "summary.json", json_file(summary)
    yield "timeline.csv", timeline_csv(summary["timeline"])
    if trials:
        yield "trials.csv", trials_csv(result)
    yield from draw_all(result)


def timeline_csv(timeline: Mapping[str, Any]) -> bytes:
    """`timeline.csv`: `month_end`, then `SERIES_mean`, `_p5`, `_p50`, `_p95` of each series.

    `timeline` as in the summary. Numbers are written as `summary.json` writes them; undefined
    ones are blank.
    """
    columns: dict[str, Sequence[object]] = {"month_end": timeline["month_end"]}
    for series, bands in timeline.items():
        if series != "month_end":
            columns |= {f"{series}_{band}": values for band, values in bands.items()}
    rows = ([_cell(value) for value in row] for row in zip(*columns.values(), strict=True))
    return csv_text([list(columns), *rows]).encode("utf-8")


def _cell(value: object) -> str:
    return value if isinstance(value, str) else json_text(value).replace("null", "")


def trials_csv(result: Result) -> Iterator[bytes]:
    """`trials.csv`: a row a trial, its index (from 0), the uncertain inputs and the metrics, of
    several campaigns also what each adds to those before it.

    Money has its currency's minor digits, counts none; inputs are written so that they read back
    the same float. Undefined values are blank. Yields some thousand rows at a time.
    """
    own = {
        f"campaigns.{k}.{name}": values
        for k, metrics in enumerate(result.by_campaign)
        for name, values in metrics.items()
    }
    columns = {**result.inputs, **result.metrics, **own}
    forms = ["%r"] * len(result.inputs)
    forms += _metric_forms(
        result, (*result.metrics, *(m for one in result.by_campaign for m in one))
    )
    yield csv_text([["trial", *map(plain_text, columns)]]).encode("utf-8")
    for first in range(0, result.trials, ROWS):
        blocks = [values[first : first + ROWS] for values in columns.values()]
        rows = len(blocks[0])
        formatted = [_cells(block, form) for block, form in zip(blocks, forms, strict=True)]
        row = ",".join(["%d", *(form for form, _ in formatted)]) + "\n"
        varying = (column for _, column in formatted if column is not None)
        cells = zip(range(first, first + rows), *varying, strict=True)
        # One format for the whole block: the interpreter then runs once, not once a number.
        yield ((row * rows) % tuple(itertools.chain.from_iterable(cells))).encode("ascii")


def _metric_forms(result: Result, metrics: Sequence[str]) -> list[str]:
    """How each metric is written: money to its minor digits, counts whole where they are.

    Counts of the expected mode are real numbers.
    """
    money = f"%.{minor_digits(result.scenario.currency)}f"
    count = "%r" if result.mode == "expected" else "%d"
    forms = {"money": money, "stars": "%r"}
    return [forms.get(unit_of(name), count) for name in metrics]


def _cells(values: NDArray[np.float64], form: str) -> tuple[str, Sequence[object] | None]:
    """A format and the values to fill in, None where the format is the one value itself.

    Undefined values make it text, with blanks.
    """
    if form.endswith("f"):
        values = np.round(values, int(form[2:-1])) + 0.0  # takes the sign off a negative zero
    if np.all(values == values[0]):
        return form % values[0].item(), None
    numbers = values.tolist()
    undefined = np.isnan(values)
    if not undefined.any():
        return form, numbers
    texts = zip(undefined, numbers, strict=True)
    return "%s", ["" if blank else form % number for blank, number in texts]

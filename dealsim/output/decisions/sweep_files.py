"""The files of a sweep: `sweep.csv`, `sweep.parquet` where pyarrow is there, pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dealsim.decisions import Sweep
from dealsim.decisions.grid import plain_value
from dealsim.output.decisions.sweep_plots import draw_sweep
from dealsim.output.files.csv_text import csv_text
from dealsim.output.files.folder import Content

Columns = dict[str, list[Any]]


def journal_of(folder: Path) -> Path:
    """Where finished cells of a sweep into a folder are kept until it is written: beside it."""
    whole = folder.absolute()
    return (
        whole.with_name(f"{whole.name}.unfinished.jsonl")
        if whole.name
        else Path("sweep.unfinished.jsonl")
    )


def sweep_files(found: Sweep) -> Iterator[tuple[str, Content]]:
    """Names and contents of a sweep's files but for the manifest, one at a time."""
    columns = columns_of(found)
    yield "sweep.csv", sweep_csv(columns)
    if find_spec("pyarrow") is not None:
        yield "sweep.parquet", _parquet(columns)
    yield from draw_sweep(found)


def columns_of(found: Sweep) -> Columns:
    """One list a column: the scenario where there are several, each path, means, standard errors,
    the chance of a loss, and quantiles of profit; None where undefined."""
    columns: Columns = {}
    if len(found.scenarios) > 1:
        columns["scenario"] = [cell.scenario for cell in found.cells]
    for place, axis in enumerate(found.axes):
        columns[axis.path] = [plain_value(cell.values[place]) for cell in found.cells]
    ends = ("_mean", "_se")
    named = [[name for name in found.columns if name.endswith(end)] for end in ends]
    means, errors = ([n for n in names if not n.startswith("probability")] for names in named)
    rest = [name for name in found.columns if name not in {*means, *errors}]
    for name in (*means, *errors, *rest):
        columns[name] = [row.get(name) for row in found.rows]
    return columns


def sweep_csv(columns: Mapping[str, Sequence[object]]) -> bytes:
    """`sweep.csv`: one row a cell, blank where undefined."""
    rows = zip(*columns.values(), strict=True)
    texts = (["" if one is None else str(one) for one in row] for row in rows)
    return csv_text([list(columns), *texts]).encode("utf-8")


def _parquet(columns: Columns) -> bytes:
    import pyarrow
    import pyarrow.parquet

    def alike(values: list[Any]) -> list[Any]:
        """A column has one type: text where a word is among numbers."""
        if any(isinstance(one, str) for one in values):
            return [None if one is None else str(one) for one in values]
        if any(isinstance(one, float) for one in values):
            return [None if one is None else float(one) for one in values]
        return values

    buffer = io.BytesIO()
    table = pyarrow.table({name: alike(values) for name, values in columns.items()})
    pyarrow.parquet.write_table(table, buffer)
    return buffer.getvalue()

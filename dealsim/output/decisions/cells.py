"""Cells of a sweep in words, and the best of them: what table and pictures share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dealsim.decisions import Sweep
from dealsim.decisions.grid import plain_value
from dealsim.engine import Array

MEAN = "incremental_profit_mean"
LOSS = "probability_of_loss"


def column(found: Sweep, name: str) -> Array:
    """A result of every cell, in their order; NaN where it has none."""
    values = [row.get(name) for row in found.rows]
    return np.array([np.nan if one is None else float(one) for one in values])


def ranked(found: Sweep) -> list[int]:
    """Places of the cells that were simulated, from the greatest mean profit down."""
    means = column(found, MEAN)
    return [int(k) for k in np.argsort(-means, kind="stable") if not np.isnan(means[k])]


def best_of(found: Sweep) -> str:
    """What the best cell is called: that it still costs is no recommendation."""
    earns = float(column(found, MEAN)[ranked(found)[0]]) >= 0
    return "Best on average" if earns else "None earns on average; least bad"


def called(found: Sweep, place: int) -> str:
    """A cell in words: its scenario where there are several, then each path and value."""
    cell = found.cells[place]
    parts = [cell.scenario] if len(found.scenarios) > 1 else []
    parts += [f"{axis.path} {value}" for axis, value in zip(found.axes, cell.values, strict=True)]
    return ", ".join(parts)


def at_an_end(found: Sweep, place: int) -> list[str]:
    """Paths at the least or greatest of whose values a cell lies, of those that take numbers."""
    cell, ends = found.cells[place], []
    for axis, value in zip(found.axes, cell.values, strict=True):
        numbers = numbers_of(axis.values)
        if numbers is None or len(numbers) < 2:
            continue
        if plain_value(value) in (min(numbers), max(numbers)):
            ends.append(axis.path)
    return ends


def numbers_of(values: Sequence[object]) -> list[float] | None:
    """The values as numbers (shares of 1); None where some are none."""
    plain = [plain_value(value) for value in values]
    if not all(isinstance(one, int | float) for one in plain):
        return None
    return [float(one) for one in plain if isinstance(one, int | float)]

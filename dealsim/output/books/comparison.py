"""A register beside its forecast, as data: `actuals` of `liability.json`, and two tables.

Amounts are in currency units, shares of 1, counts of vouchers; inputs in the scenario's units.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from dealsim.accounting.export import decimal, plain_text
from dealsim.accounting.register import FloatArray
from dealsim.liabilities.comparison import Beside, Comparison, Course, Ladder, Spread
from dealsim.units import minor_digits, to_minor

ACTUALS_HEADER = ("figure", "actual", "forecast_mean", "p5", "p50", "p95", "rank")
INPUTS_HEADER = (
    "path",
    "before_mean",
    "before_p5",
    "before_p95",
    "after_mean",
    "after_p5",
    "after_p95",
    "shift_sd",
    "doubt_left",
)


def register_name(found: Comparison) -> str:
    """The register's file without its folders, which are nobody else's business."""
    return re.split(r"[/\\]", found.file)[-1]


def register_facts(found: Comparison) -> dict[str, object]:
    """What the register was: file, rows, hash and the day it ends."""
    return {
        "file": register_name(found),
        "rows": found.rows,
        "sha256": found.sha256,
        "as_of": found.as_of.isoformat(),
        "booked_share": found.taken_before if found.taken_stated else None,
    }


def actuals_document(found: Comparison, currency: str) -> dict[str, Any]:
    """All of the comparison, for `liability.json`."""
    digits = minor_digits(currency)
    return {
        **register_facts(found),
        "vouchers": [_beside(one) for one in found.vouchers],
        "owed": [_beside(one, digits) for one in found.owed],
        "inputs": [
            {
                "path": one.path,
                "before": asdict(one.before),
                "after": asdict(one.after),
                "shift": one.shift,
                "doubt_left": one.doubt_left,
            }
            for one in found.inputs
        ],
        "used_before": asdict(found.used_before),
        "used_after": asdict(found.used_after),
        "taken_before": found.taken_before,
        "taken_stated": found.taken_stated,
        "taken_after": found.taken_after,
        "catch_up": _units(found.catch_up, digits),
        "fit": asdict(found.fit),
        "chain_ladder": None if found.ladder is None else _ladder(found.ladder, digits),
        "course": _course(found.course),
    }


def _beside(one: Beside, digits: int | None = None) -> dict[str, Any]:
    """A figure; with `digits` its amounts are minor units of that many, rounded to whole ones."""
    forecast: dict[str, float] = asdict(one.forecast)
    actual = one.actual
    if digits is not None:
        actual = _units(actual, digits)
        forecast = {name: _units(value, digits) for name, value in forecast.items()}
    return {"name": one.name, "actual": actual, "forecast": forecast, "rank": one.rank}


def _ladder(one: Ladder, digits: int) -> dict[str, Any]:
    amounts = {
        "ultimate": _units(one.ultimate, digits),
        "standard_error": _units(one.standard_error, digits),
    }
    return {**asdict(one), **amounts}


def _course(course: Course) -> dict[str, Any]:
    return {
        "day": [day.isoformat() for day in course.days],
        "earlier": _bands(course.earlier),
        "now": _bands(course.now),
        "actual": [None if np.isnan(value) else float(value) for value in course.actual],
    }


def _bands(bands: FloatArray) -> dict[str, list[float]]:
    return {
        name: [float(value) for value in values]
        for name, values in zip(("p5", "p50", "p95"), bands, strict=True)
    }


def _units(minor: float, digits: int) -> float:
    """Minor units in currency units; what is not defined stays so, and is written null."""
    return round(round(minor) / 10.0**digits, digits) if np.isfinite(minor) else float("nan")


def actuals_csv(found: Comparison, currency: str) -> str:
    """`actuals.csv`: every figure at the register's end beside the forecast made without it."""
    digits = minor_digits(currency)
    rows: list[Sequence[str]] = [ACTUALS_HEADER]
    for one in found.vouchers:
        rows.append((one.name, *map(_number, (one.actual, *_four(one.forecast), one.rank))))
    for one in found.owed:
        amounts = (one.actual, *_four(one.forecast))
        rows.append((one.name, *(_money(a, digits) for a in amounts), _number(one.rank)))
    return _csv(rows)


def inputs_csv(found: Comparison) -> str:
    """`inputs.csv`: the inputs that the register updates, those that moved furthest first."""
    rows: list[Sequence[str]] = [INPUTS_HEADER]
    for one in found.inputs:
        values = [(part.mean, part.p5, part.p95) for part in (one.before, one.after)]
        numbers = (*values[0], *values[1], one.shift, one.doubt_left)
        rows.append((plain_text(one.path), *map(_number, numbers)))
    return _csv(rows)


def _four(spread: Spread) -> tuple[float, float, float, float]:
    return spread.mean, spread.p5, spread.p50, spread.p95


def _number(value: float) -> str:
    """Up to seven digits: a count whole, a blank where there is no value."""
    return f"{value:.7g}" if np.isfinite(value) else ""


def _money(minor: float, digits: int) -> str:
    return decimal(int(to_minor(minor, 0)), digits) if np.isfinite(minor) else ""


def _csv(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()

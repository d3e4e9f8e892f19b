"""The CSV tables of `dealsim liability`: a head, then rows, all of text.

Amounts are in currency units with its minor digits, counts and inputs have up to seven digits;
what is not defined is blank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import numpy as np

from dealsim.books import BANDS, BUCKETS, LINES, STATES, Liability
from dealsim.books.actual_versus_forecast import ActualVersusForecast
from dealsim.books.exports import decimal
from dealsim.books.issue_months import by_issue_month
from dealsim.output.files.csv_text import csv_text
from dealsim.text import plain_text
from dealsim.units import minor_digits, to_minor

Rows = Iterator[tuple[str, ...]]


def _rollforward(found: Liability) -> Rows:
    """A row for each period and line, mean and percentiles."""
    columns = [found.table.mean, *(found.table.bands[band] for band in BANDS)]
    yield ("period_end", "line", "mean", *(f"p{band}" for band in BANDS))
    for k, day in enumerate(found.period_ends):
        for name in LINES:
            yield (day.isoformat(), name, *(_money(found, lines[name][k]) for lines in columns))


def _cohorts(found: Liability) -> Rows:
    """The mean roll-forward by month of issue, month by month.

    Its rows of a line and month add up to the mean of the roll-forward by month.
    """
    yield "issued_month", "period_end", "line", "mean"
    for month, lines in by_issue_month(found.monthly.mean).items():
        issued = f"{found.month_ends[month]:%Y-%m}"
        for k, day in enumerate(found.month_ends[month:], month):
            for name in LINES:
                yield issued, day.isoformat(), name, _money(found, lines[name][k])


def _campaigns(found: Liability) -> Rows:
    """The mean roll-forward by campaign; its rows add up to the mean of that of all."""
    yield "campaign", "period_end", "line", "mean"
    for one in found.campaigns:
        for k, day in enumerate(found.period_ends):
            for name in LINES:
                row = plain_text(one.name), day.isoformat(), name, _money(found, one.lines[name][k])
                yield row


def _ageing(found: Liability) -> Rows:
    """Mean outstanding paid value by age in months (rows) and state (columns)."""
    yield ("period_end", "age_months", *STATES)
    for day, cells in found.ageing.items():
        for bucket, row in zip(BUCKETS, cells, strict=True):
            yield (day.isoformat(), bucket, *(_money(found, amount) for amount in row))


def _triangle(found: Liability) -> Rows:
    """Paid value redeemed to date by month of issue and age; then the factors."""
    yield ("issued_month", "issued", *(f"age_{k}" for k in range(found.triangle.shape[1])))
    for day, issued, row in zip(found.triangle_months, found.issued, found.triangle, strict=True):
        cells = (_money(found, np.trunc(cell)) for cell in row)
        yield (f"{day:%Y-%m}", _money(found, issued), *cells)
    yield ("factor", "", "", *(f"{factor:.6f}" for factor in found.triangle_factors))


def _actuals(found: Liability) -> Rows:
    """Every figure at the register's end beside the forecast made without it."""
    assert found.actuals is not None
    yield "figure", "actual", "forecast_mean", "p5", "p50", "p95", "rank"
    for one in found.actuals.vouchers:
        yield (one.name, *map(_number, _marks(one)), _number(one.rank))
    for one in found.actuals.owed:
        yield (one.name, *(_money(found, mark) for mark in _marks(one)), _number(one.rank))


def _inputs(found: Liability) -> Rows:
    """The inputs that the register updates, those that moved furthest first."""
    assert found.actuals is not None
    marks = [f"{when}_{mark}" for when in ("before", "after") for mark in ("mean", "p5", "p95")]
    yield ("path", *marks, "shift_sd", "doubt_left")
    for one in found.actuals.inputs:
        before, after = ((part.mean, part.p5, part.p95) for part in (one.before, one.after))
        numbers = (*before, *after, one.shift, one.doubt_left)
        yield (plain_text(one.place), *map(_number, numbers))


def _marks(one: ActualVersusForecast) -> tuple[float, ...]:
    forecast = one.forecast
    return one.actual, forecast.mean, forecast.p5, forecast.p50, forecast.p95


def _number(value: float) -> str:
    return f"{value:.7g}" if np.isfinite(value) else ""


def _money(found: Liability, minor: float) -> str:
    """Minor units, rounded to whole ones."""
    digits = minor_digits(found.scenario.currency)
    return decimal(int(to_minor(minor, 0)), digits) if np.isfinite(minor) else ""


TABLES: Mapping[str, Callable[[Liability], Rows]] = MappingProxyType(
    {
        "rollforward.csv": _rollforward,
        "cohorts.csv": _cohorts,
        "campaigns.csv": _campaigns,
        "ageing.csv": _ageing,
        "triangle.csv": _triangle,
        "actuals.csv": _actuals,
        "inputs.csv": _inputs,
    }
)
REGISTER_TABLES = ("actuals.csv", "inputs.csv")
"""Those that there are only with a register."""


def tables(found: Liability) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the tables that a forecast has."""
    for name, rows in TABLES.items():
        wanted = found.actuals is not None or name not in REGISTER_TABLES
        if wanted and (len(found.campaigns) > 1 or name != "campaigns.csv"):
            yield name, csv_text(rows(found)).encode("utf-8")

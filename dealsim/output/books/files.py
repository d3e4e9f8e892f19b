"""The files of `dealsim liability`: tables, journals, workbook, plots and `liability.json`.

Amounts are in the scenario's currency with its minor digits. All text is UTF-8 with LF, and all
but the manifest are the same bytes for the same result.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from dealsim.accounting import (
    BANDS,
    BUCKETS,
    LINES,
    STATES,
    Table,
)
from dealsim.accounting.cohorts import by_issue_month
from dealsim.accounting.export import decimal
from dealsim.accounting.register import IntArray
from dealsim.liabilities import DISCLAIMER, Liability
from dealsim.output.books.comparison import (
    actuals_csv,
    actuals_document,
    inputs_csv,
    register_facts,
)
from dealsim.output.books.journals import journals
from dealsim.output.books.summary_table import finding
from dealsim.output.files.folder import Content, write_folder
from dealsim.output.files.json_text import json_text
from dealsim.output.files.manifest import run_manifest
from dealsim.units import minor_digits, to_minor


def write_books(
    found: Liability,
    folder: Path,
    *,
    overrides: Sequence[str] | Mapping[str, object] = (),
    wall_seconds: float | None = None,
    force: bool = False,
) -> tuple[str, ...]:
    """Write all files of a forecast to `folder`, whole or not at all; returns their names.

    Raises DealsimError as `dealsim.output.files.folder.write_folder` does.
    """
    manifest = run_manifest(found, overrides=overrides, wall_seconds=wall_seconds)
    manifest |= {"period": found.period, "fiscal_year_end": found.fiscal_year_end}
    manifest |= {"actuals": None if found.actuals is None else register_facts(found.actuals)}
    return write_folder(folder, books_files(found), manifest, force=force)


def books_files(found: Liability) -> Iterator[tuple[str, Content]]:
    """Names and contents of the files but for the manifest, one at a time."""
    from dealsim.output.books.plots import draw_all_books
    from dealsim.output.books.workbook import workbook_bytes

    currency = found.scenario.currency
    yield "liability.json", (json_text(document(found), indent=True) + "\n").encode("utf-8")
    yield "rollforward.csv", rollforward_csv(found).encode("utf-8")
    yield "cohorts.csv", cohorts_csv(found).encode("utf-8")
    yield "ageing.csv", ageing_csv(found).encode("utf-8")
    yield "triangle.csv", triangle_csv(found).encode("utf-8")
    if found.actuals is not None:
        yield "actuals.csv", actuals_csv(found.actuals, currency).encode("utf-8")
        yield "inputs.csv", inputs_csv(found.actuals).encode("utf-8")
    yield from journals(found)
    yield "liability.xlsx", workbook_bytes(found)
    yield from draw_all_books(found)


def rollforward_csv(found: Liability) -> str:
    """`rollforward.csv`: a row for each period and line, mean and percentiles."""
    digits = minor_digits(found.scenario.currency)
    rows: list[Sequence[str]] = [("period_end", "line", "mean", *(f"p{b}" for b in BANDS))]
    for k, day in enumerate(found.period_ends):
        for name in LINES:
            amounts = [found.table.mean[name], *(found.table.bands[b][name] for b in BANDS)]
            cells = (decimal(int(amount[k]), digits) for amount in amounts)
            rows.append((day.isoformat(), name, *cells))
    return _csv(rows)


def cohorts_csv(found: Liability) -> str:
    """`cohorts.csv`: the mean roll-forward by month of issue, month by month.

    Its rows of a line and month add up to the mean of the roll-forward by month.
    """
    digits = minor_digits(found.scenario.currency)
    rows: list[Sequence[str]] = [("issued_month", "period_end", "line", "mean")]
    for month, lines in by_issue_month(found.monthly.mean).items():
        issued = f"{found.month_ends[month]:%Y-%m}"
        for k, day in enumerate(found.month_ends[month:], month):
            amounts = ((name, decimal(int(lines[name][k]), digits)) for name in LINES)
            rows += [(issued, day.isoformat(), name, amount) for name, amount in amounts]
    return _csv(rows)


def ageing_csv(found: Liability) -> str:
    """`ageing.csv`: mean outstanding paid value by age in months (rows) and state (columns)."""
    digits = minor_digits(found.scenario.currency)
    rows: list[Sequence[str]] = [("period_end", "age_months", *STATES)]
    for day, cells in found.ageing.items():
        for bucket, row in zip(BUCKETS, cells, strict=True):
            amounts = (decimal(int(amount), digits) for amount in row)
            rows.append((day.isoformat(), bucket, *amounts))
    return _csv(rows)


def triangle_csv(found: Liability) -> str:
    """`triangle.csv`: paid value redeemed to date by month of issue and age; then the factors."""
    digits, ages = minor_digits(found.scenario.currency), found.triangle.shape[1]
    rows: list[Sequence[str]] = [("issued_month", "issued", *(f"age_{k}" for k in range(ages)))]
    for day, issued, row in zip(found.triangle_months, found.issued, found.triangle, strict=True):
        cells = ("" if np.isnan(cell) else decimal(int(cell), digits) for cell in row)
        rows.append((f"{day:%Y-%m}", decimal(int(issued), digits), *cells))
    rows.append(("factor", "", "", *(f"{factor:.6f}" for factor in found.triangle_factors)))
    return _csv(rows)


def document(found: Liability) -> dict[str, Any]:
    """What `liability.json` holds: amounts in currency units, undefined ones null."""
    return {
        "format": 1,
        "finding": finding(found),
        "disclaimer": DISCLAIMER,
        "scenario": {"name": found.scenario.name, "sha256": found.scenario.sha256},
        "currency": found.scenario.currency,
        "trials": found.trials,
        "seed": found.seed,
        "period": found.period,
        "fiscal_year_end": found.fiscal_year_end,
        "contract_liability": not found.on_redemption,
        "breakage": found.policy,
        "ultimate_share": _estimates(found),
        "at_expiry": _at_expiry(found),
        "rollforward": _table(found, found.period_ends, found.table),
        "fiscal_years": _table(found, year_ends(found), found.yearly),
        "outstanding": _money(found, to_minor(found.outstanding.mean(axis=1), 0)),
        "vouchers_held": [float(count) for count in found.memo_held],
        "policies": _policies(found),
        "ageing": _ageing(found),
        "triangle": _triangle(found),
        "actuals": _actuals(found),
        "assumptions": [
            {"name": one.name, "value": one.value, "source": one.source}
            for one in found.assumptions
        ],
        "warnings": [problem.text("warning") for problem in found.warnings],
    }


def _actuals(found: Liability) -> dict[str, Any] | None:
    if found.actuals is None:
        return None
    return actuals_document(found.actuals, found.scenario.currency)


def _estimates(found: Liability) -> dict[str, float]:
    return {
        "best_estimate": found.best_estimate,
        "constrained": found.constrained,
        "constraint": found.constraint,
        "used": found.ultimate_share,
    }


def _policies(found: Liability) -> dict[str, dict[str, list[float]]]:
    """The breakage policies side by side: mean revenue to date and liability by period."""
    closings = found.policy_closings
    return {
        name: {
            "breakage_to_date": _money(found, revenue),
            "liability": _money(found, closings[name]),
        }
        for name, revenue in found.policies.items()
    }


def _ageing(found: Liability) -> list[dict[str, Any]]:
    return [
        {
            "period_end": day.isoformat(),
            "age_months": list(BUCKETS),
            **{state: _money(found, cells[:, k]) for k, state in enumerate(STATES)},
        }
        for day, cells in found.ageing.items()
    ]


def year_ends(found: Liability) -> tuple[date, ...]:
    """Last days of the fiscal years; the last may be the horizon's."""
    return tuple(found.month_ends[group.stop - 1] for group in found.years)


def _table(found: Liability, ends: Sequence[date], table: Table) -> dict[str, Any]:
    out: dict[str, Any] = {"period_end": [day.isoformat() for day in ends]}
    for name in LINES:
        bands = {f"p{band}": _money(found, table.bands[band][name]) for band in BANDS}
        out[name] = {"mean": _money(found, table.mean[name]), **bands}
    return out


def _at_expiry(found: Liability) -> dict[str, Any] | None:
    """What customers hold when the promotion ends."""
    if found.owed_at_expiry is None:
        return None
    owed = found.owed_at_expiry
    marks = to_minor(np.array([owed.mean(), *np.percentile(owed, BANDS)]), 0)
    names = ("mean", *(f"p{band}" for band in BANDS))
    return {"date": found.expiry.isoformat(), **dict(zip(names, _money(found, marks), strict=True))}


def _triangle(found: Liability) -> dict[str, Any]:
    unit = 10.0 ** minor_digits(found.scenario.currency)
    return {
        "issued_month": [f"{day:%Y-%m}" for day in found.triangle_months],
        "issued": _money(found, found.issued),
        "redeemed_to_date": [
            [None if np.isnan(cell) else cell / unit for cell in row] for row in found.triangle
        ],
        "factors": [float(factor) for factor in found.triangle_factors],
    }


def _money(found: Liability, amounts: IntArray) -> list[float]:
    """Whole minor units in currency units."""
    digits = minor_digits(found.scenario.currency)
    return [round(int(amount) / 10.0**digits, digits) for amount in amounts]


def _csv(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()

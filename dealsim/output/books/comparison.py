"""A register beside its forecast, as `actuals` of `liability.json` has it.

Amounts are in currency units, shares of 1, counts of vouchers; inputs in the scenario's units.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from dealsim.books.actual_versus_forecast import (
    ActualVersusForecast,
    ChainLadderCheck,
    PresentedToDate,
    RegisterComparison,
)
from dealsim.books.subledger import FloatArray
from dealsim.output.books.amounts import rounded


def register_name(known: RegisterComparison) -> str:
    """The register's file without its folders, which are nobody else's business."""
    return re.split(r"[/\\]", known.file)[-1]


def register_facts(known: RegisterComparison) -> dict[str, object]:
    """What the register was: file, rows, hash and the day it ends."""
    return {
        "file": register_name(known),
        "rows": known.rows,
        "sha256": known.sha256,
        "as_of": known.as_of.isoformat(),
        "booked_share": known.taken_before if known.taken_stated else None,
    }


def comparison_document(known: RegisterComparison, digits: int) -> dict[str, Any]:
    """All of the comparison; amounts have `digits` decimals."""
    return {
        **register_facts(known),
        "vouchers": [asdict(one) for one in known.vouchers],
        "owed": [_amounts(one, digits) for one in known.owed],
        "inputs": [
            {**asdict(one), "shift": one.shift, "doubt_left": one.doubt_left}
            for one in known.inputs
        ],
        "used_before": asdict(known.used_before),
        "used_after": asdict(known.used_after),
        "taken_before": known.taken_before,
        "taken_stated": known.taken_stated,
        "taken_after": known.taken_after,
        "shares": [
            {"campaign": name, "taken_after": after, "taken_before": before}
            for name, after, before in known.shares
        ],
        "catch_up": rounded(known.catch_up, digits),
        "fit": asdict(known.fit),
        "chain_ladder": None if known.ladder is None else _ladder(known.ladder, digits),
        "course": _course(known.course),
    }


def _amounts(one: ActualVersusForecast, digits: int) -> dict[str, Any]:
    forecast = {name: rounded(value, digits) for name, value in asdict(one.forecast).items()}
    return asdict(one) | {"actual": rounded(one.actual, digits), "forecast": forecast}


def _ladder(one: ChainLadderCheck, digits: int) -> dict[str, Any]:
    amounts = ("ultimate", "standard_error")
    return asdict(one) | {name: rounded(getattr(one, name), digits) for name in amounts}


def _course(course: PresentedToDate) -> dict[str, Any]:
    return {
        "day": [day.isoformat() for day in course.days],
        "earlier": _bands(course.earlier),
        "now": _bands(course.now),
        "actual": course.actual,
    }


def _bands(bands: FloatArray) -> dict[str, FloatArray]:
    return dict(zip(("p5", "p50", "p95"), bands, strict=True))

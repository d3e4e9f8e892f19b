"""`liability.json`: the whole forecast of the voucher liability as one document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from dealsim.books import (
    BANDS,
    BUCKETS,
    DISCLAIMER,
    LINES,
    STATES,
    CampaignBooks,
    Liability,
    Statement,
)
from dealsim.books.subledger import IntArray
from dealsim.output.books.amounts import rounded, units
from dealsim.output.books.comparison import comparison_document
from dealsim.output.books.finding import finding, year_ends
from dealsim.output.files.json_text import plain
from dealsim.units import minor_digits, to_minor


def document(found: Liability) -> dict[str, Any]:
    """What `liability.json` holds: amounts in currency units, undefined ones None."""
    return {name: plain(part) for name, part in _parts(found).items()}


def _parts(found: Liability) -> dict[str, Any]:
    known, digits = found.actuals, minor_digits(found.scenario.currency)
    return {
        "format": 1,
        "finding": finding(found),
        "disclaimer": DISCLAIMER,
        "scenario": {"name": found.name, "sha256": found.sha256},
        "currency": found.scenario.currency,
        "trials": found.trials,
        "seed": found.seed,
        "period": found.period,
        "fiscal_year_end": found.fiscal_year_end,
        "contract_liability": not found.on_redemption,
        "breakage": found.policy,
        "ultimate_share": {
            "best_estimate": found.best_estimate,
            "constrained": found.constrained,
            "constraint": found.constraint,
            "used": found.ultimate_share,
        },
        "at_expiry": _at_expiry(found, found.expiry, found.owed_at_expiry),
        "position": _position(found, digits),
        "rollforward": _table(found, found.period_ends, found.table),
        "fiscal_years": _table(found, year_ends(found), found.yearly),
        "outstanding": _money(found, to_minor(found.outstanding.mean(axis=1), 0)),
        "vouchers_held": found.memo_held,
        "policies": _policies(found),
        "campaigns": [_campaign(found, one) for one in found.campaigns],
        "ageing": _ageing(found),
        "triangle": _triangle(found),
        "actuals": None if known is None else comparison_document(known, digits),
        "assumptions": [
            {"name": one.name, "value": one.value, "source": one.source}
            for one in found.assumptions
        ],
        "warnings": [problem.text("warning") for problem in found.warnings],
    }


def _policies(found: Liability) -> dict[str, dict[str, list[float]]]:
    """The breakage policies side by side: mean revenue to date and liability by period."""
    return {
        name: {
            "breakage_to_date": _money(found, revenue),
            "liability": _money(found, found.policy_closings[name]),
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


def _table(found: Liability, ends: Sequence[date], table: Statement) -> dict[str, Any]:
    out: dict[str, Any] = {"period_end": [day.isoformat() for day in ends]}
    for name in LINES:
        bands = {f"p{band}": _money(found, table.bands[band][name]) for band in BANDS}
        out[name] = {"mean": _money(found, table.mean[name]), **bands}
    return out


def _campaign(found: Liability, one: CampaignBooks) -> dict[str, Any]:
    """One campaign: its terms, estimates and mean roll-forward by period."""
    return {
        "name": one.name,
        "scenario": {"name": one.scenario.name, "sha256": one.scenario.sha256},
        "contract_liability": not one.on_redemption,
        "breakage": one.policy,
        "ultimate_share": {
            "best_estimate": one.best_estimate,
            "constrained": one.constrained,
            "constraint": one.constraint,
            "used": one.ultimate_share,
        },
        "at_expiry": _at_expiry(found, one.expiry, one.owed_at_expiry),
        "rollforward": {name: _money(found, one.lines[name]) for name in LINES},
        "outstanding": _money(found, one.outstanding),
    }


def _position(found: Liability, digits: int) -> dict[str, Any]:
    """The books on the register's day, or at the end of the first fiscal year."""
    told = found.position
    bands = {f"p{band}": amount for band, amount in zip(BANDS, told.owed_bands, strict=True)}
    owed = {name: rounded(v, digits) for name, v in ({"mean": told.owed} | bands).items()}
    parts = ("held", "likely", "recognised")
    rest = {name: rounded(getattr(told, name), digits) for name in parts}
    return {"date": told.day.isoformat(), "owed": owed, **rest}


def _at_expiry(found: Liability, expiry: date, owed: IntArray | None) -> dict[str, Any] | None:
    """What customers hold when the promotion ends; of several, each at its own end."""
    if owed is None:
        return None
    marks = to_minor(np.array([owed.mean(), *np.percentile(owed, BANDS)]), 0)
    names = ("mean", *(f"p{band}" for band in BANDS))
    return {"date": expiry.isoformat(), **dict(zip(names, _money(found, marks), strict=True))}


def _triangle(found: Liability) -> dict[str, Any]:
    return {
        "issued_month": [f"{day:%Y-%m}" for day in found.triangle_months],
        "issued": _money(found, found.issued),
        "redeemed_to_date": units(found, found.triangle),
        "factors": found.triangle_factors,
    }


def _money(found: Liability, amounts: IntArray) -> list[float]:
    digits = minor_digits(found.scenario.currency)
    return [rounded(amount, digits) for amount in amounts.tolist()]

"""What a sound register says that the simulation takes differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dealsim.errors import Problem
from dealsim.scenario import Scenario
from dealsim.units import format_count, minor_digits

LIKELY = 0.999
"""Chance with which an uncertain cap is at most what is compared with."""


def consistency_warnings(
    days: Sequence[date],
    counts: Mapping[str, NDArray[np.int64]],
    price: int | None,
    scenario: Scenario,
    file: str,
) -> tuple[Problem, ...]:
    """Warnings about counts by event, each (day,); `price` in minor units, None where unknown."""
    found = [
        _after_close(days, counts["sold"], scenario),
        _beyond_cap(int(counts["sold"].sum()), scenario),
        _cashed_out(int(counts["cashed_out"].sum()), price, scenario),
    ]
    return tuple(Problem(*words, file=file) for words in found if words is not None)


def _after_close(
    days: Sequence[date], sold: NDArray[np.int64], scenario: Scenario
) -> tuple[str, str] | None:
    close = scenario.sale_close
    late = int(sold[np.array([day > close for day in days])].sum())
    if late == 0:
        return None
    message = f"{_vouchers(late)} sold after the sale closed on {close}: taken as sold,"
    message += " though the model times redemptions from the close"
    return message, "give a longer deal.sale_window"


def _beyond_cap(sold: int, scenario: Scenario) -> tuple[str, str] | None:
    cap = scenario.deal.cap
    if cap is None or sold <= (most := cap.quantile(LIKELY)):
        return None
    message = f"{_vouchers(sold)} sold, more than deal.cap allows, {format_count(most)}"
    return message, "correct deal.cap: no more than that are ever simulated"


def _cashed_out(cashed_out: int, price: int | None, scenario: Scenario) -> tuple[str, str] | None:
    if cashed_out == 0:
        return None
    stated = scenario.accounting.cash_out if scenario.accounting is not None else None
    share = stated.share.mean() if stated is not None and stated.share is not None else 0.0
    paid = scenario.deal.price.mean()
    if price is not None:
        paid = price / 10 ** minor_digits(scenario.currency)
    small = stated is not None and any(limit.allows(paid) for limit in stated.limits)
    if share > 0 and small:
        return None
    message = f"{_vouchers(cashed_out)} cashed out, but the model expects no cash-outs"
    why = "state a share in accounting.cash_out"
    if not small:
        why += ", and a below that is more than the price"
    return message, why


def _vouchers(count: int) -> str:
    return f"{count:,} voucher was" if count == 1 else f"{count:,} vouchers were"

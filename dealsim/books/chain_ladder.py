"""The chain-ladder estimate from a register alone, beside the forecast."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from dealsim.books.actual_versus_forecast import ChainLadderCheck
from dealsim.books.subledger import FloatArray
from dealsim.books.triangle import chain_ladder
from dealsim.records import Actuals, DailyCounts

USED = ("redeemed_in_time", "presented_late", "cashed_out")


def chain_ladder_check(
    actuals: Actuals, by_day: DailyCounts, starts: date, price: int
) -> ChainLadderCheck | None:
    """Ultimate use from the development of earlier months of issue, at a price in minor units.

    None where the register has fewer than two months of issue, which have nothing to tell each
    other, or fewer than three months, which leave the error unknown. Only whole months count: a
    month begun says nothing of its age.
    """
    months = [starts + timedelta(days=int(day)) for day in by_day.days]
    first = _number(months[0])
    count = _number(actuals.as_of + timedelta(days=1)) - first
    if count < 3:
        return None
    index = np.array([_number(day) - first for day in months])
    whole = index < count

    def monthly(names: tuple[str, ...]) -> FloatArray:
        counts = sum(getattr(by_day, name) for name in names)
        found = np.bincount(index[whole], np.asarray(counts)[whole], minlength=count)
        return found.astype(np.float64)

    issued = monthly(("vouchers_sold",))
    if np.count_nonzero(issued) < 2:
        return None
    triangle, net = _shared_out(issued, monthly(("vouchers_refunded",)), monthly(USED))
    found = chain_ladder(triangle, net)
    total = float(found.ultimates.sum())
    return ChainLadderCheck(
        months=int(np.count_nonzero(issued)),
        ultimate=price * total,
        standard_error=price * found.total_standard_error,
        share=total / float(net.sum()) if net.sum() > 0 else 1.0,
    )


def _shared_out(
    issued: FloatArray, refunded: FloatArray, used: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Vouchers used to date by month of issue and age, (months, months), and net issues.

    The register does not say when a voucher used was issued: the months of issue share in
    proportion to what is still held of each.
    """
    months = len(issued)
    held, net = np.zeros(months), np.zeros(months)
    flows = np.full((months, months), np.nan)
    for t in range(months):
        held[t] += issued[t]
        net[t] += issued[t]
        for count, is_use in ((refunded[t], False), (used[t], True)):
            part = held * (min(count, held.sum()) / held.sum()) if held.sum() > 0 else 0.0 * held
            held = held - part
            if not is_use:
                net = net - part
                continue
            for k in range(t + 1):
                flows[k, t - k] = part[k]
    return np.cumsum(flows, axis=1), net


def _number(day: date) -> int:
    return 12 * day.year + day.month

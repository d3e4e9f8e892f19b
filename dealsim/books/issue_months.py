"""By month of issue: the roll-forward, and shares of anything else.

Vouchers are alike whenever they were sold, so what is used, refunded or recognised in a period
falls on the months of issue in proportion to what is owed on each. The parts add up to the whole,
line by line, in whole minor units, and each part ties by itself.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dealsim.books.rollforward import LINES, SUBTRACTED
from dealsim.books.subledger import FloatArray, IntArray, VoucherSubledger
from dealsim.units import to_minor


def by_issue_month(lines: Mapping[str, IntArray]) -> dict[int, dict[str, IntArray]]:
    """Lines of each month of issue, by the index of its period.

    `lines` are (period,) whole minor units that tie, as printed or of one trial. Each part has
    all of them; periods before its issue are 0.
    """
    issued = np.asarray(lines["issued"])
    months = [int(k) for k in np.flatnonzero(issued)]
    parts = {k: {name: np.zeros(len(issued), dtype=np.int64) for name in LINES} for k in months}
    closing = np.zeros(len(months), dtype=np.int64)
    for t in range(len(issued)):
        sold = np.array([issued[t] if k == t else 0 for k in months], dtype=np.int64)
        held = closing + sold
        weights = _weights(held, np.array([issued[k] if k <= t else 0 for k in months]))
        flows = {name: _divided(int(lines[name][t]), weights) for name in SUBTRACTED}
        after = _divided(int(lines["closing"][t]), weights)
        # what rounding leaves is taken by the largest line, so that no month is owed less than 0
        largest = max(SUBTRACTED, key=lambda name: abs(int(lines[name][t])))
        flows[largest] = flows[largest] + held - after - sum(flows.values(), np.zeros_like(held))
        part = {"opening": closing, "issued": sold, "closing": after, **flows}
        for place, k in enumerate(months):
            for name in LINES:
                parts[k][name][t] = part[name][place]
        closing = after
    return parts


def _weights(held: IntArray, issued: IntArray) -> FloatArray:
    """Shares of the months: by what is owed on them, or by what was issued where nothing is."""
    for amounts in (np.maximum(held, 0), issued):
        if amounts.sum() > 0:
            return np.asarray(amounts / amounts.sum(), dtype=np.float64)
    return np.zeros(len(held))


def _divided(amount: int, weights: FloatArray) -> IntArray:
    """A whole amount by weights that sum to 1, by largest remainder; nil where it is 0."""
    exact = amount * weights
    whole = np.floor(exact).astype(np.int64)
    rest = amount - int(whole.sum()) if weights.any() else 0
    order = np.argsort(whole - exact, kind="stable")
    whole[order[:rest]] += 1
    return whole


def issue_shares(subledger: VoucherSubledger) -> FloatArray:
    """Share of what was issued to date that was issued in each month, (period, month).

    Vouchers are alike whenever sold: refunds and redemptions fall on the months of issue in
    these proportions.
    """
    months = subledger.issued.mean(axis=1)
    by_month = np.tril(np.broadcast_to(months, (len(months), len(months))))
    total = by_month.sum(axis=1, keepdims=True)
    return np.divide(by_month, total, out=np.zeros_like(by_month), where=total > 0)


def share_out(amount: int, shares: FloatArray) -> IntArray:
    """A whole amount by shares that sum to 1, adding up exactly."""
    to_date = to_minor(amount * np.cumsum(shares), 0)
    if len(to_date):
        to_date[-1] = amount
    return np.diff(to_date, prepend=0).astype(np.int64)

"""The register and the cash book that the followed vouchers write in, and their month ends.

Days count from day 0; what happens on a cut day belongs to the step that ends there (2.2).
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from tests.reference.case import REFUND_DAYS, Case, Segment

GONE = ("refunded", "redeemed_in_time", "presented_late", "lapsed", "cashed_out")
FLOWS = ("sold", *GONE, "turned_away")
OWN = ("own_turned_away", "own_turned_away_without_deal")
"""Visits of ordinary trade that find no place (6.8)."""
CROWD = (
    "failures",
    "failures_without_deal",
    "complaints",
    "complaints_seen",
    "customers_kept",
    "customers_lost",
    "visits_won",
    "visits_lost",
    "reviews",
)
"""What a crowd does (12)."""
COUNTS = (*FLOWS, "new_regulars", *OWN, *CROWD)
REPUTATION = {
    "service_cost": -1,
    "kept_margin": 1,
    "won_margin": 1,
    "lost_margin": -1,
    "viral_loss": -1,
    "rating_margin": 1,
}
"""Signs of its money (12.19)."""
MONEY = (
    "till_receipts",
    "voucher_visit_cost",
    "cannibalised_margin",
    "displaced_margin",
    "returning_revenue",
    "returning_margin",
    "cash_outs",
    "escheat_paid",
    "sales_tax",
    *REPUTATION,
)
CASH_SIGN = {
    "till_receipts": 1,
    "voucher_visit_cost": -1,
    "cannibalised_margin": -1,
    "displaced_margin": -1,
    "returning_margin": 1,
    "cash_outs": -1,
    "escheat_paid": -1,
    "sales_tax": -1,
    **REPUTATION,
}


@dataclass
class Books:
    """Counts and unrounded amounts up to the horizon, with their days; later ones are ignored."""

    case: Case
    counts: dict[str, list[tuple[float, str]]] = field(
        default_factory=lambda: {name: [] for name in COUNTS}
    )
    amounts: dict[str, list[tuple[float, float]]] = field(
        default_factory=lambda: {name: [] for name in MONEY}
    )

    def count(self, name: str, day: float, segment: Segment) -> None:
        """One voucher of the segment, or one of its holders, on this day."""
        if day <= self.case.horizon_days:
            self.counts[name].append((day, segment.name))

    def visits(self, name: str, day: float, number: int) -> None:
        """So many visits of ordinary trade, which belong to no segment."""
        if day <= self.case.horizon_days:
            self.counts[name] += [(day, "")] * number

    def money(self, line: str, day: float, amount: float) -> None:
        """An amount of a money line on this day (costs positive)."""
        if day <= self.case.horizon_days:
            self.amounts[line].append((day, amount))

    def number(self, name: str, day: float = float("inf")) -> int:
        """How many were counted by the end of `day`."""
        return sum(1 for when, _ in self.counts[name] if when <= day)

    def total(self, line: str) -> float:
        """Sum of a money line."""
        return sum(amount for _, amount in self.amounts[line])

    def held(self, day: float) -> int:
        """Vouchers sold and still held at the end of `day` (14.1)."""
        return self.number("sold", day) - sum(self.number(name, day) for name in GONE)


@lru_cache(maxsize=64)
def month_end_dates(case: Case) -> tuple[date, ...]:
    """Every first of a month within the horizon (the end of the month before), then the horizon."""
    last = case.starts + timedelta(days=case.horizon_days)
    dates: list[date] = []
    year, month = case.starts.year, case.starts.month
    while True:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        if date(year, month, 1) >= last:
            return (*dates, last)
        dates.append(date(year, month, 1))


def month_end_days(case: Case) -> list[float]:
    """The same in days from day 0."""
    firsts = [float((end - case.starts).days) for end in month_end_dates(case)[:-1]]
    return [*firsts, case.horizon_days]


@lru_cache(maxsize=64)
def cut_days(case: Case) -> tuple[float, ...]:
    """The days between which time runs in steps, 0 and the horizon included (2.2)."""
    close, horizon = case.sale_window_days, case.horizon_days
    cuts = {0.0, horizon, close, close + REFUND_DAYS, close + case.expiry_days}
    cuts.update(month_end_days(case))
    if case.paid_lapse_days is not None and case.after_expiry != "nothing":
        cuts.add(close + case.paid_lapse_days)
    week = 7.0
    while week < horizon:
        if case.capacity_per_week is not None or week < close + case.expiry_days + 60.0:
            cuts.add(week)
        week += 7.0
    return tuple(sorted(cut for cut in cuts if 0.0 <= cut <= horizon))


def step_end(cuts: tuple[float, ...], day: float) -> float:
    """The cut at which the step that holds `day` ends."""
    return cuts[min(bisect_left(cuts, day), len(cuts) - 1)]


def flows_by_month(case: Case, books: Books) -> dict[str, list[int]]:
    """Counts of each month: FLOWS, and the stock `held` at its end."""
    ends = month_end_days(case)
    months = {name: [0] * len(ends) for name in FLOWS}
    for name in FLOWS:
        for day, _ in books.counts[name]:
            months[name][bisect_left(ends, day)] += 1
    held, stock = 0, []
    for place in range(len(ends)):
        held += months["sold"][place] - sum(months[name][place] for name in GONE)
        stock.append(held)
    return months | {"held": stock}

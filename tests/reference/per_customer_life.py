"""One voucher at a time: how it is bought, when it is presented, what the visit brings.

Only `random.Random`, no arrays, no formulas for totals. Days count from day 0. Equation numbers
are those of docs/model.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, log2, sqrt
from random import Random

from tests.reference.case import (
    REFUND_DAYS,
    Bill,
    Case,
    CountReturns,
    RateReturns,
    Returns,
    Segment,
    WorthReturns,
)
from tests.reference.per_customer_books import Books


@dataclass
class Voucher:
    """One voucher and what became of it; a day that is None has not come (or never will)."""

    segment: Segment
    sold_day: float
    refund_day: float | None = None
    attempt_day: float | None = None
    attempt_is_late: bool = False
    attempted_before: bool = False
    waiting: bool = False
    served: bool = False
    lapsed: bool = False
    cash_day: float | None = None

    @property
    def held(self) -> bool:
        """Neither asked back, served, taken in cash nor lapsed."""
        gone = self.served or self.lapsed or self.cash_day is not None
        return self.refund_day is None and not gone


def buy(case: Case, rng: Random) -> Voucher:
    """A voucher sold, with its refund or its first attempt in time decided (4.2-4.4, 5.3)."""
    sold_day = rng.random() * case.sale_window_days
    voucher = Voucher(_choose_segment(case, rng), sold_day)
    if rng.random() < case.refund_share:
        voucher.refund_day = case.sale_window_days + rng.random() * REFUND_DAYS
    elif rng.random() < voucher.segment.redeem:
        voucher.attempt_day = case.sale_window_days + _time_in_time(case, voucher.segment, rng)
    return voucher


def _choose_segment(case: Case, rng: Random) -> Segment:
    u = rng.random()
    for segment in case.segments[:-1]:
        if u < segment.share:
            return segment
        u -= segment.share
    return case.segments[-1]


def _time_in_time(case: Case, segment: Segment, rng: Random) -> float:
    """Days from sale close to a presentation in time: the rush or the opening wave (5.2)."""
    rush = min(segment.rush_last, case.expiry_days)
    if rush > 0 and rng.random() < segment.rush_share:
        return case.expiry_days - rush + rush * sqrt(rng.random())
    while True:  # an exponential time, given that it falls before expiry
        time = -segment.half_life * log2(1.0 - rng.random())
        if time < case.expiry_days:
            return time


def keep_after_expiry(case: Case, voucher: Voucher, rng: Random, books: Books) -> float | None:
    """What a holder does with a voucher not used by expiry; the day it lapses, or None (5.4-5.8).

    One who ever presents it gets `attempt_day` and `attempt_is_late`. One who never would may
    take the price in cash, but for those who were turned away before.
    """
    segment = voucher.segment
    expiry = case.sale_window_days + case.expiry_days
    voucher.attempt_day = None
    if case.after_expiry == "nothing":
        return expiry
    lapse = None if case.paid_lapse_days is None else case.sale_window_days + case.paid_lapse_days
    if lapse is not None and lapse <= expiry:
        return expiry
    if rng.random() < segment.late_share:
        day = expiry + rng.expovariate(log(2.0) / segment.late_half_life)
        if lapse is None or day < lapse:
            voucher.attempt_day, voucher.attempt_is_late = day, True
            return None
    elif not voucher.attempted_before and _takes_cash(case, rng):
        day = expiry + rng.expovariate(log(2.0) / segment.late_half_life)
        refused = case.cash_out_chance(day) == 0.0
        if not refused and day <= case.horizon_days and (lapse is None or day < lapse):
            voucher.cash_day = day
            books.count("cashed_out", day, segment)
            books.money("cash_outs", day, case.price)
            books.money("sales_tax", day, -case.issue_tax)
            return None
    return lapse


def _takes_cash(case: Case, rng: Random) -> bool:
    """Whether one who would never come asks for the cash; no draw where nobody can (5.8)."""
    chance = case.cash_out_ever
    return chance > 0.0 and rng.random() < chance


def attempt_first(case: Case, voucher: Voucher, day: float, rng: Random, books: Books) -> bool:
    """A first attempt: whether it replaces a full-price visit, whose margin is lost (6.1)."""
    if rng.random() >= voucher.segment.would_have_come:
        return False
    books.money("cannibalised_margin", day, case.margin(case.usual_ticket))
    return True


def visit(case: Case, voucher: Voucher, day: float, rng: Random, books: Books) -> None:
    """The voucher visit itself (7.1-7.3), with the tax due then (9.15)."""
    segment, late = voucher.segment, voucher.attempt_is_late
    worth = case.face_value
    if late:
        worth = case.price if case.after_expiry == "paid_value" else case.face_value
    base = case.face_value if late and segment.late_bill == "face_value" else worth
    bill = segment.use * base
    if isinstance(segment.overspend, Bill):
        wanted = gamma(segment.overspend.mean, segment.overspend.cv, rng)
        bill = wanted if wanted > base else bill
    elif segment.overspend is not None and rng.random() < segment.overspend.chance:
        bill = base + gamma(segment.overspend.amount, segment.overspend.cv, rng)
    till = max(0.0, bill - worth)
    books.money("till_receipts", day, till)
    books.money("sales_tax", day, case.visit_tax(till, bill, late))
    books.money("voucher_visit_cost", day, case.variable_cost * bill + case.cost_per_visit)
    voucher.served = True
    books.count("presented_late" if late else "redeemed_in_time", day, segment)


def gamma(mean: float, cv: float, rng: Random) -> float:
    """A gamma amount with this mean and coefficient of variation; 0 is the fixed amount."""
    if cv == 0.0 or mean == 0.0:
        return mean
    return rng.gammavariate(1.0 / cv**2, mean * cv**2)


def come_back(
    case: Case, segment: Segment, joined: float, rng: Random, books: Books
) -> list[float]:
    """The days on which one served at `joined` comes back, beyond the horizon too (8.1, 8.5, 8.6).

    The worth form books its margin here and comes back on no day.
    """
    returns = segment.returns
    if returns is None:
        return []
    if isinstance(returns, RateReturns):
        days = _visits_of_regular(returns, joined, rng)
        won = len(days) > 0
    else:
        won = rng.random() < returns.chance
        days = _visits_of_returner(returns, joined, rng) if won else []
    if won:
        books.count("new_regulars", joined, segment)
    if isinstance(returns, WorthReturns):
        for day in days:
            books.money("returning_margin", day, returns.worth)
        return []
    return days


def _visits_of_regular(returns: RateReturns, joined: float, rng: Random) -> list[float]:
    rate, stay = returns.visits_per_day, returns.stay
    if rng.random() >= returns.chance * (1.0 + rate * stay) / (rate * stay):
        return []
    days: list[float] = []
    leaves = joined + rng.expovariate(1.0 / stay)
    day = joined + rng.expovariate(rate)
    while day < leaves:
        days.append(day)
        day += rng.expovariate(rate)
    return days


def _visits_of_returner(
    returns: CountReturns | WorthReturns, joined: float, rng: Random
) -> list[float]:
    visits = 1
    if isinstance(returns, CountReturns):
        visits += arrivals(returns.visits - 1.0, rng)
    if returns.after == 0.0:
        return [joined] * visits
    return [joined + rng.expovariate(1.0 / returns.after) for _ in range(visits)]


def arrivals(mean: float, rng: Random) -> int:
    """A Poisson count: how many exponential gaps of mean 1 fit into a time `mean`."""
    number, clock = 0, rng.expovariate(1.0)
    while clock < mean:
        number += 1
        clock += rng.expovariate(1.0)
    return number


def return_visit(case: Case, returns: Returns, day: float, rng: Random, books: Books) -> None:
    """One full-price visit of a returning customer (8.7)."""
    assert not isinstance(returns, WorthReturns)
    spend = gamma(returns.spend, returns.cv, rng)
    books.money("returning_revenue", day, spend)
    books.money("returning_margin", day, case.margin(spend))

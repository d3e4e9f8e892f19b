"""Packs, followed holder by holder: in continuous time without a capacity, in steps with one (5.11
to 5.14).

A holder's further uses are decided one by one beforehand, each with its gap; no counts by number
of uses made, and no steps.
"""

from __future__ import annotations

from math import log
from random import Random

from tests.reference.case import Case, OnRedemption
from tests.reference.per_customer import rounded
from tests.reference.per_customer_books import MONEY, Books
from tests.reference.per_customer_life import (
    Voucher,
    attempt_first,
    buy,
    come_back,
    return_visit,
    visit,
)
from tests.reference.per_customer_tail import reserve_of_voucher
from tests.reference.per_customer_weeks import follow_steps


def follow_pack(case: Case, rng: Random) -> dict[str, float]:
    """One campaign of packs whose horizon is not before expiry: its counts, in uses but for what is
    sold and refunded, and its money lines but for what the platform pays."""
    books, reserve = Books(case), 0.0
    close = case.sale_window_days
    for voucher in (buy(case, rng) for _ in range(case.sold)):
        books.count("sold", voucher.sold_day, voucher.segment)
        if voucher.refund_day is not None:
            books.count("refunded", voucher.refund_day, voucher.segment)
            continue
        left = _in_time(case, voucher, close + case.expiry_days, rng, books)
        reserve += _later(case, voucher, left, rng, books)
    counts: dict[str, float] = {name: books.number(name) for name in books.counts}
    kept = counts["sold"] - counts["refunded"]
    ended = ("redeemed_in_time", "presented_late", "lapsed", "cashed_out")
    held = case.uses * kept - sum(counts[name] for name in ended)
    money = {line: rounded(case, books.total(line)) for line in MONEY}
    money["tail_reserve"] = rounded(case, reserve)
    money["outstanding_value"] = rounded(case, held * case.price / case.uses)
    return counts | money | {"still_held": held}


def follow_crowded(case: Case, rng: Random) -> dict[str, float]:
    """One campaign of packs with too few places (6.3 to 6.6): each use waits by itself, the next
    is timed from the attempt. Nobody is refunded or returns, the paid value never lapses, and those
    turned away are honoured."""
    books, one = Books(case), case.of_one_use
    tickets: list[Voucher] = []
    expiry = case.sale_window_days + case.expiry_days
    for voucher in (buy(case, rng) for _ in range(case.sold)):
        days = _days_in_time(case, voucher, expiry, rng)
        tickets += [Voucher(voucher.segment, voucher.sold_day, attempt_day=day) for day in days]
        if rng.random() < voucher.segment.late_share:
            day = expiry + rng.expovariate(log(2.0) / voucher.segment.late_half_life)
            for _ in range(case.uses - len(days)):
                tickets.append(Voucher(voucher.segment, voucher.sold_day, attempt_day=day))
                tickets[-1].attempt_is_late = True
    follow_steps(one, tickets, rng, books, planned_late=True)
    counts: dict[str, float] = {name: books.number(name) for name in books.counts}
    return counts | {line: rounded(case, books.total(line)) for line in MONEY}


def _days_in_time(case: Case, voucher: Voucher, expiry: float, rng: Random) -> list[float]:
    """The days of the uses tried before expiry (5.11, 5.12)."""
    day = voucher.attempt_day
    if day is None:
        return []
    days = [day]
    for _ in range(sum(rng.random() < case.use_rest for _ in range(case.uses - 1))):
        day += rng.expovariate(1.0 / case.between) if case.between > 0.0 else 0.0
        if day >= expiry:
            break
        days.append(day)
    return days


def _in_time(case: Case, voucher: Voucher, expiry: float, rng: Random, books: Books) -> int:
    """The uses before expiry (5.11, 5.12); how many are left at expiry."""
    days = _days_in_time(case, voucher, expiry, rng)
    for day in days:
        _use(case, voucher, day, False, rng, books)
    if days:
        _returns(case, voucher, days[0], rng, books)
    return case.uses - len(days)


def _later(case: Case, voucher: Voucher, left: int, rng: Random, books: Books) -> float:
    """Who comes late, or takes cash, does so for all that is left (5.13, 5.14); else its reserve
    at the horizon."""
    segment, one = voucher.segment, case.of_one_use
    expiry, lapse = (
        case.sale_window_days + case.expiry_days,
        case.sale_window_days + case.lapse_days,
    )
    if left == 0:
        return 0.0
    chance = segment.late_share if case.after_expiry != "nothing" else 0.0
    late = rng.random() < chance
    cash = not late and rng.random() < _cash_chance(case, left)
    day = expiry + rng.expovariate(log(2.0) / segment.late_half_life)
    if (late or cash) and day < min(lapse, case.horizon_days):
        for _ in range(left):
            if late:
                _use(case, voucher, day, True, rng, books)
            else:
                books.count("cashed_out", day, segment)
                books.money("cash_outs", day, one.price)
        if late and left == case.uses:
            _returns(case, voucher, day, rng, books)
        return 0.0
    if lapse <= case.horizon_days:
        for _ in range(left):
            books.count("lapsed", lapse, segment)
        return 0.0
    # the chance of cash is by what is left; a limit between 0 and the price switches it
    below = case.price if _cash_chance(case, left) > 0.0 else -1.0
    kept = Case(**{**vars(one), "cash_out_below": below})
    return left * reserve_of_voucher(kept, segment, False, False, False)


def _cash_chance(case: Case, left: int) -> float:
    """c of (5.8), of a balance that is what is left of the price."""
    if isinstance(case.payout, OnRedemption) or case.after_expiry == "nothing":
        return 0.0
    balance = left * case.price / case.uses
    return case.cash_out_share if balance < case.cash_out_below else 0.0


def _use(case: Case, voucher: Voucher, day: float, late: bool, rng: Random, books: Books) -> None:
    """One use is a visit of its own, and may replace another."""
    voucher.attempt_is_late = late
    if day <= case.horizon_days:
        attempt_first(case, voucher, day, rng, books)
        visit(case.of_one_use, voucher, day, rng, books)


def _returns(case: Case, voucher: Voucher, day: float, rng: Random, books: Books) -> None:
    """A customer may be won once, by the first use."""
    for when in come_back(case, voucher.segment, day, rng, books):
        assert voucher.segment.returns is not None
        if when <= case.horizon_days:
            return_visit(case, voucher.segment.returns, when, rng, books)

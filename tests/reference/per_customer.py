"""Follow every voucher of a campaign on its own, with `random.Random` and no cleverness.

Without a capacity each customer lives in continuous time, with no steps at all. With one, time
runs in the steps of (2.2), as section 6 of docs/model.md has it.

The visits of a regular are a Poisson process during an exponential stay. (8.3) has the same mean,
and slightly less variance in the step in which a regular leaves. New regulars are those who do
come back at least once, ever: (8.8) has the same distribution, drawn apart from the visits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from math import floor
from random import Random

from tests.reference.case import REFUND_DAYS, Case, OnRedemption, Segment
from tests.reference.per_customer_books import (
    CASH_SIGN,
    CROWD,
    GONE,
    OWN,
    REPUTATION,
    Books,
    cut_days,
    flows_by_month,
    month_end_dates,
    step_end,
)
from tests.reference.per_customer_life import (
    Voucher,
    attempt_first,
    buy,
    come_back,
    keep_after_expiry,
    return_visit,
    visit,
)
from tests.reference.per_customer_tail import reserve_of_voucher, still_due, to_come
from tests.reference.per_customer_weeks import follow_steps


@dataclass(frozen=True)
class Run:
    """One run: `metrics` by their names in summary.json (NaN is undefined), and counts in detail.

    `by_segment[name][count]`; `by_month[count]` has one entry for each of `month_ends`;
    `payments` are (day, rounded amount); `cash` is cumulative, unrounded, at each of `cash_days`.
    """

    metrics: dict[str, float]
    by_segment: dict[str, dict[str, int]]
    month_ends: tuple[date, ...]
    by_month: dict[str, list[int]]
    payments: list[tuple[float, float]]
    cash_days: tuple[float, ...]
    cash: list[float]


def follow(case: Case, rng: Random) -> Run:
    """Follow one campaign to its horizon."""
    books = Books(case)
    vouchers = [buy(case, rng) for _ in range(case.sold)]
    for voucher in vouchers:
        books.count("sold", voucher.sold_day, voucher.segment)
        books.money("sales_tax", voucher.sold_day, case.sale_tax)
        if voucher.refund_day is not None:
            books.count("refunded", voucher.refund_day, voucher.segment)
            books.money("sales_tax", voucher.refund_day, -case.sale_tax)
    if case.capacity_per_week is not None:
        follow_steps(case, vouchers, rng, books)
    else:
        for voucher in vouchers:
            if voucher.refund_day is None:
                live(case, voucher, rng, books)
    _hand_over(case, books)
    return _measure(case, vouchers, books)


def follow_many(case: Case, runs: int, seed: int) -> list[Run]:
    """Several runs, one after the other, from one generator."""
    rng = Random(seed)
    return [follow(case, rng) for _ in range(runs)]


def live(case: Case, voucher: Voucher, rng: Random, books: Books) -> None:
    """One voucher without a capacity: nobody is turned away, and all times are exact."""
    expiry = case.sale_window_days + case.expiry_days
    if voucher.attempt_day is None and expiry <= case.horizon_days:
        lapse = keep_after_expiry(case, voucher, rng, books)
        if lapse is not None and lapse <= case.horizon_days:
            voucher.lapsed = True
            books.count("lapsed", lapse, voucher.segment)
            books.money("sales_tax", lapse, case.lapse_tax)
    day = voucher.attempt_day
    if day is None or day > case.horizon_days:
        return
    attempt_first(case, voucher, day, rng, books)
    visit(case, voucher, day, rng, books)
    for when in come_back(case, voucher.segment, day, rng, books):
        assert voucher.segment.returns is not None
        if when <= case.horizon_days:
            return_visit(case, voucher.segment.returns, when, rng, books)


def _hand_over(case: Case, books: Books) -> None:
    """What the state gets on the day of dormancy, and gives back until the lapse (9.11).

    On the day of a lapse the state comes first.
    """
    if case.dormancy_days is None:
        return
    close = case.sale_window_days
    day, lapse = close + case.dormancy_days, close + case.lapse_days
    ended = [when for name in GONE if name != "lapsed" for when, _ in books.counts[name]]
    held = books.number("sold") - sum(1 for when in ended if when <= day)
    books.money("escheat_paid", day, held * case.escheat_each)
    for when in ended:
        if day < when <= lapse:
            books.money("escheat_paid", when, -case.escheat_each)


def rounded(case: Case, amount: float) -> float:
    """An amount in whole minor units, halves up; 1e-9 forgives binary fractions."""
    scale = 10.0**case.minor_digits
    return floor(amount * scale + 0.5 + 1e-9) / scale


def _payments(case: Case, vouchers: list[Voucher], books: Books) -> list[tuple[float, float]]:
    """What the platform pays and when, to the minor unit for instalments (9.2-9.4)."""
    if isinstance(case.payout, OnRedemption):
        names = ["redeemed_in_time"] + (["presented_late"] if case.payout.late else [])
        cuts = cut_days(case)
        served = sorted(day for name in names for day, _ in books.counts[name])
        return [
            (min(step_end(cuts, day) + case.payout.lag, case.horizon_days), _per_voucher(case))
            for day in served
        ]

    def kept_by(day: float) -> int:
        gone = [v for v in vouchers if v.refund_day is not None and v.refund_day <= day]
        return len(vouchers) - len(gone)

    return _instalments(case, case.sale_window_days, kept_by)


def _per_voucher(case: Case) -> float:
    return case.remittance_per_voucher


def _instalments(
    case: Case, close: float, kept_by: Callable[[float], int]
) -> list[tuple[float, float]]:
    assert not isinstance(case.payout, OnRedemption)
    dues = {close + REFUND_DAYS: 0.0}
    for instalment in case.payout:
        day = close + instalment.day_after_close
        dues[day] = dues.get(day, 0.0) + instalment.share
    share, due_before, paid = 0.0, 0.0, 0.0
    payments = []
    last = max(dues)
    for day in sorted(dues):
        share += dues[day]
        due = share * _per_voucher(case) * kept_by(day)
        amount = rounded(case, due - due_before)
        if day == last:
            amount = rounded(case, due) - paid
        paid += amount
        due_before = due
        payments.append((min(day, case.horizon_days), amount))
    return payments


def _tail(case: Case, vouchers: list[Voucher]) -> float:
    """What is still to be presented after the horizon will cost, on average (9.7, 9.8)."""
    kinds: Counter[tuple[Segment, bool, bool, bool]] = Counter()
    for voucher in vouchers:
        if voucher.held:
            kind = (
                voucher.segment,
                voucher.waiting,
                voucher.attempt_is_late,
                voucher.attempted_before,
            )
            kinds[kind] += 1
    total = sum(number * reserve_of_voucher(case, *kind) for kind, number in kinds.items())
    horizon = case.horizon_days
    pending = [v for v in vouchers if v.refund_day is not None and v.refund_day > horizon]
    # a refund still to come is claimed back like any other voucher that comes after all, and with
    # it the tax on the sale (9.18)
    return total + len(pending) * (still_due(case, 1.0) - case.sale_tax)


def _likely_claims(case: Case, vouchers: list[Voucher], books: Books) -> float:
    """Of what is owed after expiry, what is asked for, in the end (14.8)."""
    if isinstance(case.payout, OnRedemption):
        return 0.0
    expiry = case.sale_window_days + case.expiry_days
    names = ("redeemed_in_time", "presented_late", "cashed_out")
    asked = float(sum(when > expiry for name in names for when, _ in books.counts[name]))
    for voucher in vouchers:
        if voucher.held:
            chances = to_come(case, voucher.segment, voucher.attempted_before)
            asked += 1.0 if voucher.waiting else sum(chances)
    return (case.price - case.issue_tax) * asked


def _measure(case: Case, vouchers: list[Voucher], books: Books) -> Run:
    payments = _payments(case, vouchers, books)
    cuts = cut_days(case)
    fee = case.fixed_fee_paid
    days = tuple(sorted({*cuts, *(day for day, _ in payments)}))
    cash = _cumulative_cash(days, cuts, fee, payments, books)
    metrics = _counts(case, books)
    metrics |= {line: rounded(case, books.total(line)) for line in books.amounts}
    metrics |= {
        "remittance": rounded(case, sum(amount for _, amount in payments)),
        "fixed_fee": rounded(case, fee),
        "tail_reserve": rounded(case, _tail(case, vouchers)),
        "likely_claims": rounded(case, _likely_claims(case, vouchers, books)),
    }
    metrics |= _profit(metrics)
    metrics |= _cash_metrics(case, days, cash, metrics["tail_reserve"])
    names = [segment.name for segment in case.segments]
    by_segment = {
        name: {count: [who for _, who in days].count(name) for count, days in books.counts.items()}
        for name in names
    }
    ends = month_end_dates(case)
    return Run(metrics, by_segment, ends, flows_by_month(case, books), payments, days, cash)


def _counts(case: Case, books: Books) -> dict[str, float]:
    """Counts at the horizon, and the obligation with breakage `none` (10.1, 14.1)."""
    expiry = case.sale_window_days + case.expiry_days
    held = books.held(case.horizon_days)
    at_expiry = float("nan")
    if expiry <= case.horizon_days:
        at_expiry = _owed(case, expiry) * books.held(expiry)
    return {
        "vouchers_sold": books.number("sold"),
        "vouchers_refunded": books.number("refunded"),
        "redeemed_in_time": books.number("redeemed_in_time"),
        "presented_late": books.number("presented_late"),
        "lapsed": books.number("lapsed"),
        "cashed_out": books.number("cashed_out"),
        "still_held": held,
        "turned_away": books.number("turned_away"),
        **{name: books.number(name) for name in (*OWN, *CROWD)},
        "new_regulars": books.number("new_regulars"),
        "outstanding_value": case.price * held,
        "liability_at_expiry": at_expiry,
        "liability_at_horizon": _owed(case, case.horizon_days) * held,
    }


def _owed(case: Case, day: float) -> float:
    """The obligation for one voucher held: the price without a tax due at issue, less what went to
    the state (10.1, 10.3)."""
    if isinstance(case.payout, OnRedemption):
        return 0.0
    dormancy = case.dormancy_days
    if dormancy is None or day < case.sale_window_days + dormancy:
        return case.price - case.issue_tax
    left = 1.0 - min(case.price, case.escheat_each) / case.price
    return left * (case.price - case.issue_tax)


def _profit(m: dict[str, float]) -> dict[str, float]:
    """Totals of the rounded lines (9.5, 9.6)."""
    campaign = m["remittance"] - m["fixed_fee"] + m["till_receipts"] - m["voucher_visit_cost"]
    campaign -= m["sales_tax"]
    lost = m["cannibalised_margin"] + m["displaced_margin"]
    later = m["cash_outs"] + m["escheat_paid"] + m["tail_reserve"]
    crowd = sum(sign * m[line] for line, sign in REPUTATION.items())
    profit = campaign - lost + m["returning_margin"] + crowd - later
    return {
        "campaign_profit": campaign,
        "reputation_margin": crowd,
        "incremental_profit": profit,
    }


def _cumulative_cash(
    days: tuple[float, ...],
    cuts: tuple[float, ...],
    fee: float,
    payments: list[tuple[float, float]],
    books: Books,
) -> list[float]:
    """Incremental cash to date at each cut and on each payday, the fixed fee at the first (9.9).

    What customers do is told at the end of its step, a payment on its own day.
    """
    at = dict.fromkeys(days, 0.0)
    at[days[0]] -= fee
    for day, amount in payments:
        at[day] += amount
    for line, sign in CASH_SIGN.items():
        for day, amount in books.amounts[line]:
            at[step_end(cuts, day)] += sign * amount
    total, cumulative = 0.0, []
    for day in days:
        total += at[day]
        cumulative.append(total)
    return cumulative


def _cash_metrics(
    case: Case, days: tuple[float, ...], cash: list[float], tail: float
) -> dict[str, float]:
    """npv, lowest_cash and payback_days (14.4, 14.5)."""
    growth = 1.0 + case.discount_rate
    npv = -tail * growth ** (-case.horizon_days / 365.0)
    before = 0.0
    for day, total in zip(days, cash, strict=True):
        npv += (total - before) * growth ** (-day / 365.0)
        before = total
    payback = 0.0
    for place, total in enumerate(cash):
        if total < -1e-6:  # what binary fractions leave of nothing is not a debt
            payback = days[place + 1] if place + 1 < len(days) else float("nan")
    return {
        "npv": rounded(case, npv),
        "lowest_cash": rounded(case, min(0.0, *cash)),
        "payback_days": payback,
    }

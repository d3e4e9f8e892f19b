"""Moments of one voucher visit and of coming back, with fixed inputs and no capacity.

Equation numbers are those of docs/model.md. A `Moments` holds E[x] and E[x^2] of one voucher's (or
one visit's) amount; `campaign` turns those of one voucher into mean and variance of the campaign.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import exp, exp2, lgamma, log
from typing import NamedTuple

from scipy.integrate import quad
from scipy.special import gammainc

from tests.reference.case import (
    Bill,
    Case,
    CountReturns,
    RateReturns,
    Returns,
    Segment,
    WorthReturns,
)
from tests.reference.closed_form import fate_probabilities, in_time_density


class Moments(NamedTuple):
    """E[x] and E[x^2]."""

    mean: float
    second: float


ZERO = Moments(0.0, 0.0)


def constant(value: float) -> Moments:
    """Moments of a fixed amount."""
    return Moments(value, value * value)


def mixture(parts: Sequence[tuple[float, Moments]]) -> Moments:
    """Moments of an amount that is one of several with given chances (the rest of them: 0)."""
    return Moments(sum(p * m.mean for p, m in parts), sum(p * m.second for p, m in parts))


def plus(a: Moments, b: Moments) -> Moments:
    """Moments of the sum of two independent amounts."""
    return Moments(a.mean + b.mean, a.second + 2.0 * a.mean * b.mean + b.second)


def campaign(case: Case, voucher: Moments) -> tuple[float, float]:
    """Mean and variance of the sum over the N vouchers sold, independent and alike."""
    return case.sold * voucher.mean, case.sold * (voucher.second - voucher.mean**2)


def _of_visit(
    case: Case, segment: Segment, late: bool, amount: Callable[[float], float]
) -> Moments:
    """Moments of an amount that is linear in the bill within each branch of (7.1)."""
    from_face = not late or segment.late_bill == "face_value"
    base = case.face_value if from_face else case.surviving_value
    if isinstance(segment.overspend, Bill):
        return _of_bill(segment.overspend, base, amount, amount(segment.use * base))
    q = segment.overspend.chance if segment.overspend else 0.0
    over = ZERO
    if segment.overspend:
        mean = amount(base + segment.overspend.amount)
        slope = amount(base + 1.0) - amount(base)
        spread = slope * segment.overspend.amount * segment.overspend.cv
        over = Moments(mean, mean**2 + spread**2)
    return mixture([(q, over), (1.0 - q, constant(amount(segment.use * base)))])


def _of_bill(bill: Bill, base: float, amount: Callable[[float], float], below: float) -> Moments:
    """Moments of an amount of the bill of (7.6) and (7.7), by integrating over the bill."""
    shape = 1.0 / bill.cv**2
    scale = bill.mean / shape

    def density(x: float) -> float:
        return exp((shape - 1.0) * log(x / scale) - x / scale - lgamma(shape)) / scale

    def above(power: int) -> float:
        return float(quad(lambda x: density(x) * amount(x) ** power, base, float("inf"))[0])

    stays = float(gammainc(shape, base / scale))
    return Moments(stays * below + above(1), stays * below**2 + above(2))


def till_of_visit(case: Case, segment: Segment, late: bool) -> Moments:
    """Till receipt of one visit (7.2, 7.5)."""
    worth = case.surviving_value if late else case.face_value
    return _of_visit(case, segment, late, lambda bill: max(0.0, bill - worth))


def cost_of_visit(case: Case, segment: Segment, late: bool) -> Moments:
    """Cost of one visit (7.3, 7.5)."""
    return _of_visit(
        case, segment, late, lambda bill: case.variable_cost * bill + case.cost_per_visit
    )


def net_of_visit(case: Case, segment: Segment, late: bool) -> Moments:
    """Till receipt less cost and tax of one visit (7.2, 7.3, 9.15)."""
    worth = case.surviving_value if late else case.face_value

    def net(bill: float) -> float:
        till = max(0.0, bill - worth)
        cost = case.variable_cost * bill + case.cost_per_visit
        return till - cost - case.visit_tax(till, bill, late)

    return _of_visit(case, segment, late, net)


def tax_of_visit(case: Case, segment: Segment, late: bool) -> Moments:
    """Tax due with one visit, less the credit on a fee charged with it (9.15, 9.17)."""
    worth = case.surviving_value if late else case.face_value
    return _of_visit(
        case,
        segment,
        late,
        lambda bill: case.visit_tax(max(0.0, bill - worth), bill, late),
    )


def sales_tax(case: Case) -> float:
    """Mean of the sales_tax line up to the horizon (9.14 to 9.17)."""
    total = 0.0
    for segment in case.segments:
        fates = fate_probabilities(case, segment, case.horizon_days)
        each = (1.0 - fates["refunded"]) * case.sale_tax + fates["lapsed"] * case.lapse_tax
        each += fates["redeemed_in_time"] * tax_of_visit(case, segment, False).mean
        each += fates["presented_late"] * tax_of_visit(case, segment, True).mean
        total += case.sold * segment.share * each
    return total


def _total(case: Case, of_visit: Callable[[Case, Segment, bool], Moments]) -> tuple[float, float]:
    parts = []
    for segment in case.segments:
        fates = fate_probabilities(case, segment, case.horizon_days)
        in_time = segment.share * fates["redeemed_in_time"]
        parts.append((in_time, of_visit(case, segment, False)))
        parts.append((segment.share * fates["presented_late"], of_visit(case, segment, True)))
    return campaign(case, mixture(parts))


def till_receipts(case: Case) -> tuple[float, float]:
    """Mean and variance of till_receipts up to the horizon: compound binomial-gamma (5.7, 7.5)."""
    return _total(case, till_of_visit)


def voucher_visit_cost(case: Case) -> tuple[float, float]:
    """Mean and variance of voucher_visit_cost up to the horizon (5.7, 7.5)."""
    return _total(case, cost_of_visit)


def cannibalised_margin(case: Case) -> tuple[float, float]:
    """Mean and variance of cannibalised_margin up to the horizon (6.1)."""
    parts = []
    for segment in case.segments:
        fates = fate_probabilities(case, segment, case.horizon_days)
        presented = fates["redeemed_in_time"] + fates["presented_late"]
        lost = constant(case.margin(case.usual_ticket))
        parts.append((segment.share * presented * segment.would_have_come, lost))
    return campaign(case, mixture(parts))


def regular_chance(returns: RateReturns) -> float:
    """pi of (8.1): the chance that one served becomes a regular."""
    visits = returns.visits_per_day * returns.stay
    return min(1.0, returns.chance * (1.0 + visits) / visits)


def returner_chance(returns: Returns | None) -> float:
    """Chance that one served counts as a new regular (8.8)."""
    if returns is None:
        return 0.0
    if isinstance(returns, RateReturns):
        visits = returns.visits_per_day * returns.stay
        return regular_chance(returns) * visits / (1.0 + visits)
    return returns.chance


def visits_by(returns: Returns | None, remaining: float) -> Moments:
    """Visits (or bookings of a worth) of one served, within `remaining` days (8.1, 8.4-8.6)."""
    if returns is None:
        return ZERO
    if isinstance(returns, RateReturns):
        stay, v = returns.stay, returns.visits_per_day
        gone = exp(-remaining / stay)
        time = stay * (1.0 - gone)
        time_second = 2.0 * stay**2 * (1.0 - gone * (1.0 + remaining / stay))
        regular = Moments(v * time, v * time + v**2 * time_second)
        return mixture([(regular_chance(returns), regular)])
    done = 1.0 if returns.after == 0.0 else 1.0 - exp(-remaining / returns.after)
    n = returns.visits if isinstance(returns, CountReturns) else 1.0
    variance = done * (1.0 - done) + (n - 1.0) * done
    return mixture([(returns.chance, Moments(n * done, variance + (n * done) ** 2))])


def _money(case: Case, returns: Returns | None, line: str) -> tuple[float, float]:
    """Mean and variance of one visit's `revenue` or `margin`; of `visits`: (1, 0) (8.6, 8.7)."""
    if line == "visits" or returns is None:
        return (0.0 if isinstance(returns, WorthReturns) else 1.0), 0.0
    if isinstance(returns, WorthReturns):
        return (returns.worth if line == "margin" else 0.0), 0.0
    spread = returns.spend * returns.cv
    if line == "revenue":
        return returns.spend, spread**2
    kept = 1.0 - case.tax.part - case.variable_cost
    return case.margin(returns.spend), (kept * spread) ** 2


def returning_of_voucher(case: Case, segment: Segment, line: str, late: bool) -> Moments:
    """What one voucher of the segment brings by coming back after a visit in time, or late.

    `line`: visits, revenue or margin. The exact integral over the day of the visit (5.2, 5.5) of
    what (8.4)-(8.7) give in the days that remain to the horizon; not given that it is presented.
    """
    unit, spread = _money(case, segment.returns, line)

    def brought(remaining: float) -> Moments:
        visits = visits_by(segment.returns, remaining)
        return Moments(visits.mean * unit, visits.mean * spread + visits.second * unit**2)

    return Moments(
        _over_visits(case, segment, late, lambda left: brought(left).mean),
        _over_visits(case, segment, late, lambda left: brought(left).second),
    )


def _over_visits(
    case: Case, segment: Segment, late: bool, value: Callable[[float], float]
) -> float:
    """Integral of value(days left to the horizon) over the day of the visit, in time or late."""
    t, expiry = case.horizon_days - case.sale_window_days, case.expiry_days
    kept = 1.0 - case.refund_share
    if late:
        h, weight = segment.late_half_life, kept * (1.0 - segment.redeem) * segment.late_share
        end = min(t, case.lapse_days)
        return _integral(
            lambda x: weight * log(2.0) / h * exp2(-(x - expiry) / h) * value(t - x),
            [expiry, min(end, expiry + h), min(end, expiry + 5.0 * h), end],
        )
    end, rush = min(t, expiry), expiry - min(segment.rush_last, expiry)
    corners = sorted([0.0, min(end, segment.half_life), min(end, rush), end])
    return _integral(
        lambda x: kept * segment.redeem * in_time_density(case, segment, x) * value(t - x), corners
    )


def _integral(function: Callable[[float], float], corners: Sequence[float]) -> float:
    pieces = [(a, b) for a, b in pairwise(corners) if b > a]
    return sum(float(quad(function, a, b, epsabs=1e-12)[0]) for a, b in pieces)


def returning(case: Case, line: str, segment: Segment | None = None) -> tuple[float, float]:
    """Mean and variance by the horizon of returning `visits`, `revenue` or `margin` (8.4-8.7)."""
    chosen = case.segments if segment is None else (segment,)
    parts = [
        (s.share, returning_of_voucher(case, s, line, late))
        for s in chosen
        for late in (False, True)
    ]
    return campaign(case, mixture(parts))


def new_regulars(case: Case) -> tuple[float, float]:
    """Mean and variance of new_regulars: counted where won, whatever the horizon (8.8)."""
    parts = []
    for segment in case.segments:
        fates = fate_probabilities(case, segment, case.horizon_days)
        served = fates["redeemed_in_time"] + fates["presented_late"]
        parts.append((segment.share * served * returner_chance(segment.returns), constant(1.0)))
    return campaign(case, mixture(parts))

"""The expected cost of one voucher that is unserved at the horizon (9.7, 9.8, 9.12)."""

from __future__ import annotations

from math import exp2

from scipy.special import gammaincc

from tests.reference.case import Bill, Case, OnRedemption, Segment


def reserve_of_voucher(
    case: Case, segment: Segment, waiting: bool, late: bool, attempted: bool
) -> float:
    """The reserve for one voucher held, by what its holder did so far.

    `waiting` after being turned away, for face value or (`late`) for what survives;
    `attempted`: the holder has been there before, so that coming again is not a first attempt.
    """
    if waiting:
        return presentation(case, segment, late, first=False) + still_due(case, 1.0)
    on_time_cost = presentation(case, segment, False, first=not attempted)
    late_cost = presentation(case, segment, True, first=not attempted)
    in_time, comes, takes = to_come(case, segment, attempted)
    unclaimed = still_due(case, in_time + comes + takes)
    lapses = case.after_expiry == "nothing" or case.paid_lapse_days is not None
    if lapses and case.horizon_days - case.sale_window_days < case.lapse_days:
        unclaimed += (1.0 - in_time - comes - takes) * case.lapse_tax
    cash = takes * (case.price - case.issue_tax)
    return in_time * on_time_cost + comes * late_cost + cash + unclaimed


def to_come(case: Case, segment: Segment, attempted: bool) -> tuple[float, float, float]:
    """Chances that one held at the horizon, whose holder does not wait for a place, is presented
    in time, presented late, or taken in cash (9.7)."""
    t = case.horizon_days - case.sale_window_days
    in_time = 0.0
    if t < case.expiry_days:
        done = segment.redeem * presented_by(case, segment, t)
        in_time = (segment.redeem - done) / (1.0 - done) if done < 1.0 else 0.0
    comes, takes = ever_later(case, segment, max(t, case.expiry_days), asks=not attempted)
    return in_time, (1.0 - in_time) * comes, (1.0 - in_time) * takes


def still_due(case: Case, exercised: float) -> float:
    """What the state still gets for one voucher that comes with chance `exercised` (9.12)."""
    days, t = case.dormancy_days, case.horizon_days - case.sale_window_days
    if days is None or t >= case.lapse_days:
        return 0.0
    return case.escheat_each * (-exercised if days <= t else 1.0 - exercised)


def presented_by(case: Case, segment: Segment, t: float) -> float:
    """Of the in-time redemptions, the share made by `t` < expiry days after close (5.2)."""
    expiry = case.expiry_days
    opening = 1.0 - exp2(-t / segment.half_life)
    opening /= 1.0 - exp2(-expiry / segment.half_life)
    rush = min(segment.rush_last, expiry)
    if rush == 0.0:
        return opening
    into_rush = max(0.0, t - expiry + rush) / rush
    return segment.rush_share * into_rush**2 + (1.0 - segment.rush_share) * opening


def ever_later(case: Case, segment: Segment, t: float, *, asks: bool) -> tuple[float, float]:
    """Chances that one held `t` >= expiry days after close still comes, or takes cash (5.5-5.9).

    `asks`: whether those who would never come may ask for the cash.
    """
    if case.after_expiry == "nothing":
        return 0.0, 0.0
    lapse = float("inf")
    if case.paid_lapse_days is not None:
        if t >= case.paid_lapse_days:
            return 0.0, 0.0
        lapse = max(case.paid_lapse_days, case.expiry_days)
    gone = delayed(case, segment, 0.0, t) + (taken(case, segment, 0.0, t) if asks else 0.0)
    if gone >= 1.0:
        return 0.0, 0.0
    comes = delayed(case, segment, t, lapse)
    takes = taken(case, segment, t, lapse) if asks else 0.0
    return comes / (1.0 - gone), takes / (1.0 - gone)


def delayed(case: Case, segment: Segment, first: float, last: float) -> float:
    """Of those held at expiry, the share who come late between two days after close (5.5)."""
    return segment.late_share * by_delay(case, segment, first, last)


def by_delay(case: Case, segment: Segment, first: float, last: float) -> float:
    """Chance that the delay after expiry ends between two days after close (5.5)."""
    since, until = (max(day, case.expiry_days) - case.expiry_days for day in (first, last))
    return exp2(-since / segment.late_half_life) - exp2(-until / segment.late_half_life)


def taken(case: Case, segment: Segment, first: float, last: float) -> float:
    """Of those held at expiry, the share who take cash between two days after close (5.8)."""
    change = float("inf")
    if case.cash_out_changes is not None:
        change = case.cash_out_changes[0] - case.sale_window_days
    parts = ((first, min(last, max(first, change))), (max(first, min(last, change)), last))
    total = 0.0
    for (a, b), day in zip(parts, (-1.0, change + case.sale_window_days), strict=True):
        if a < b:
            total += case.cash_out_chance(day) * by_delay(case, segment, a, b)
    return (1.0 - segment.late_share) * total


def presentation(case: Case, segment: Segment, late: bool, *, first: bool) -> float:
    """Expected cost of one presentation, with remittance, tax and a visit replaced (9.8)."""
    worth = case.face_value
    if late:
        worth = {"paid_value": case.price, "face_value": case.face_value, "nothing": 0.0}[
            case.after_expiry
        ]
    base = case.face_value if late and segment.late_bill == "face_value" else worth
    bills = [(1.0, segment.use * base)]
    if isinstance(segment.overspend, Bill):
        # (7.8), with E[B; B > base] = b P(a bill of shape k + 1 and the same scale > base)
        mean, k = segment.overspend.mean, 1.0 / segment.overspend.cv**2
        chance = float(gammaincc(k, k * base / mean))
        above = mean * float(gammaincc(k + 1.0, k * base / mean))
        bills = [(1.0 - chance, segment.use * base), (chance, above / chance)]
    elif segment.overspend is not None:
        chance = segment.overspend.chance
        bills = [(1.0 - chance, segment.use * base), (chance, base + segment.overspend.amount)]
    expected = 0.0
    for chance, bill in bills:
        cost = case.variable_cost * bill + case.cost_per_visit
        till = max(0.0, bill - worth)
        expected += chance * (cost - till + case.visit_tax(till, bill, late))
    if isinstance(case.payout, OnRedemption) and (case.payout.late or not late):
        expected -= case.remittance_per_voucher
    if first:
        expected += segment.would_have_come * case.margin(case.usual_ticket)
    return expected

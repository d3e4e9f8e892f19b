"""The expected cost of one voucher that is unserved at the horizon (9.7, 9.8)."""

from __future__ import annotations

from math import exp2

from tests.reference.case import Case, OnRedemption, Segment


def reserve_of_voucher(
    case: Case, segment: Segment, waiting: bool, late: bool, attempted: bool
) -> float:
    """The reserve for one voucher held, by what its holder did so far.

    `waiting` after being turned away, for face value or (`late`) for what survives;
    `attempted`: the holder has been there before, so that coming again is not a first attempt.
    """
    if waiting:
        return presentation(case, segment, late, first=False)
    t = case.horizon_days - case.sale_window_days
    late_cost = presentation(case, segment, True, first=not attempted)
    if t >= case.expiry_days:
        return ever_later(case, segment, t) * late_cost
    done = segment.redeem * presented_by(case, segment, t)
    in_time = (segment.redeem - done) / (1.0 - done) if done < 1.0 else 0.0
    on_time_cost = presentation(case, segment, False, first=not attempted)
    missed = (1.0 - in_time) * ever_later(case, segment, case.expiry_days)
    return in_time * on_time_cost + missed * late_cost


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


def ever_later(case: Case, segment: Segment, t: float) -> float:
    """Chance that one held `t` >= expiry days after close is still presented (5.5, 5.6)."""
    if case.after_expiry == "nothing":
        return 0.0
    to_come = exp2((case.expiry_days - t) / segment.late_half_life)
    if case.paid_lapse_days is not None:
        if t >= case.paid_lapse_days:
            return 0.0
        lapse = max(case.paid_lapse_days, case.expiry_days)
        to_come -= exp2((case.expiry_days - lapse) / segment.late_half_life)
    gone = segment.late_share * (1.0 - exp2((case.expiry_days - t) / segment.late_half_life))
    return segment.late_share * to_come / (1.0 - gone) if gone < 1.0 else 0.0


def presentation(case: Case, segment: Segment, late: bool, *, first: bool) -> float:
    """Expected cost of one presentation: cost - till - remittance due + a visit replaced (9.8)."""
    worth = case.face_value
    if late:
        worth = {"paid_value": case.price, "face_value": case.face_value, "nothing": 0.0}[
            case.after_expiry
        ]
    base = case.face_value if late and segment.late_bill == "face_value" else worth
    bills = [(1.0, segment.use * base)]
    if segment.overspend is not None:
        chance = segment.overspend.chance
        bills = [(1.0 - chance, segment.use * base), (chance, base + segment.overspend.amount)]
    expected = 0.0
    for chance, bill in bills:
        cost = case.variable_cost * bill + case.cost_per_visit
        expected += chance * (cost - max(0.0, bill - worth))
    if isinstance(case.payout, OnRedemption) and (case.payout.late or not late):
        expected -= case.price * (1.0 - case.commission - case.card_fee)
    if first:
        expected += segment.would_have_come * case.margin(case.usual_ticket)
    return expected

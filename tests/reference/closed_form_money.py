"""Remittance, instalments, the tail reserve and profit, with fixed inputs and no capacity.

Equation numbers are those of docs/model.md. Means and variances are of unrounded amounts, except
`payments_to_the_cent`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import floor

from tests.reference.case import REFUND_DAYS, Case, OnRedemption, Segment
from tests.reference.closed_form import (
    attempt_chance,
    ever_late,
    fate_probabilities,
    late_distribution,
)
from tests.reference.closed_form_visits import (
    Moments,
    campaign,
    cannibalised_margin,
    constant,
    mixture,
    net_of_visit,
    new_regulars,
    plus,
    returning,
    returning_of_voucher,
    sales_tax,
    till_receipts,
    voucher_visit_cost,
)


def remittance_of_voucher(case: Case, segment: Segment) -> float:
    """Mean remittance of one voucher of the segment (9.1, 9.2, 9.4)."""
    if not isinstance(case.payout, OnRedemption):
        return case.remittance_per_voucher * (1.0 - case.refund_share)
    fates = fate_probabilities(case, segment, case.horizon_days)
    paid = fates["redeemed_in_time"] + case.payout.late * fates["presented_late"]
    return case.remittance_per_voucher * paid


def remittance(case: Case) -> float:
    """Mean of the remittance line (9.1, 9.2, 9.4)."""
    return case.sold * sum(s.share * remittance_of_voucher(case, s) for s in case.segments)


def payment_days(case: Case) -> list[tuple[float, float]]:
    """Days of the instalments and of the true-up, each with the share due by then (9.2, 9.3)."""
    if isinstance(case.payout, OnRedemption):
        raise ValueError("payment on redemption has no instalments")
    instalments = sorted(case.payout, key=lambda instalment: instalment.day_after_close)
    days, due = [], 0.0
    for instalment in instalments:
        due += instalment.share
        days.append((instalment.day_after_close, due))
    if all(day != REFUND_DAYS for day, _ in days):
        paid = max((share for day, share in days if day < REFUND_DAYS), default=0.0)
        days.append((REFUND_DAYS, paid))
    return [(case.sale_window_days + day, share) for day, share in sorted(days)]


def payments(case: Case) -> list[tuple[float, float, float]]:
    """Day, mean and variance of each instalment and of the true-up, unrounded (9.2, 9.3).

    Days are those of the contract: what is due after the horizon is paid at the horizon.
    """
    result, before, share_before = [], 0.0, 0.0
    for day, share in payment_days(case):
        refunded = _refunded_by(case, day)
        value = case.remittance_per_voucher
        voucher = mixture(
            [
                (1.0 - refunded, constant(value * (share - share_before))),
                (refunded - before, constant(-value * share_before)),
            ]
        )
        mean, variance = campaign(case, voucher)
        result.append((day, mean, variance))
        before, share_before = refunded, share
    return result


def _refunded_by(case: Case, day: float) -> float:
    """Chance that a voucher has been refunded by `day` (4.4)."""
    days = (day - case.sale_window_days) / REFUND_DAYS
    return case.refund_share * min(1.0, max(0.0, days))


def payments_to_the_cent(
    case: Case, refunded_by: Callable[[float], int]
) -> list[tuple[float, float]]:
    """Day and rounded amount of each instalment and the true-up, for known refunds (9.2, 9.3)."""
    scale = 10**case.minor_digits
    days = payment_days(case)
    result: list[tuple[float, float]] = []
    before, paid = 0.0, 0
    for place, (day, share) in enumerate(days):
        due = scale * share * case.remittance_per_voucher * (case.sold - refunded_by(day))
        cents = half_up(due) - paid if place == len(days) - 1 else half_up(due - before)
        before, paid = due, paid + cents
        result.append((day, cents / scale))
    return result


def half_up(amount: float) -> int:
    """The whole number nearest to `amount`, halves up; 1e-9 forgives binary fractions."""
    return floor(amount + 0.5 + 1e-9)


def tail_of_presentation(case: Case, segment: Segment, late: bool) -> float:
    """Expected cost of one first presentation after the horizon (9.8)."""
    still_due = 0.0
    if isinstance(case.payout, OnRedemption) and (case.payout.late or not late):
        still_due = case.remittance_per_voucher
    visit = -net_of_visit(case, segment, late).mean
    anyway = segment.would_have_come * case.margin(case.usual_ticket)
    return visit - still_due + anyway


def tail_of_held(case: Case, segment: Segment) -> float:
    """Reserve for one voucher that can still be presented at the horizon (9.7, 9.8, 9.18)."""
    t, expiry = case.horizon_days - case.sale_window_days, case.expiry_days
    late = tail_of_presentation(case, segment, True)
    lapse = case.lapse_tax if case.lapse_days < float("inf") else 0.0
    if t < expiry:
        in_time = attempt_chance(case, segment, t, expiry)
        on_time = in_time * tail_of_presentation(case, segment, False)
        ever = ever_late(case, segment)
        return on_time + (1.0 - in_time) * (ever * late + (1.0 - ever) * lapse)
    if t >= case.lapse_days:
        return 0.0
    by_now = segment.late_share * late_distribution(case, segment, t)
    left = ever_late(case, segment) - by_now
    comes = left / (1.0 - by_now) if by_now < 1.0 else 0.0
    return comes * late + (1.0 - comes) * lapse


def tail_reserve(case: Case) -> tuple[float, float]:
    """Mean and variance of the tail reserve over what is still held at the horizon (9.7, 9.18)."""
    parts = [
        (s.share * _presentable(case, s), constant(tail_of_held(case, s))) for s in case.segments
    ]
    pending = case.refund_share - _refunded_by(case, case.horizon_days)
    return campaign(case, mixture([*parts, (pending, constant(-case.sale_tax))]))


def tail_reserve_by_dates(case: Case) -> float:
    """The same mean without conditioning: what will be presented after the horizon (5.7, 9.8)."""
    total = 0.0
    for segment in case.segments:
        now = fate_probabilities(case, segment, case.horizon_days)
        far = case.sale_window_days + case.expiry_days + 1e4 * segment.late_half_life
        ever = fate_probabilities(case, segment, far)
        for fate, late in (("redeemed_in_time", False), ("presented_late", True)):
            cost = tail_of_presentation(case, segment, late)
            total += case.sold * segment.share * (ever[fate] - now[fate]) * cost
        lapses, refunds = (ever[fate] - now[fate] for fate in ("lapsed", "refunded"))
        due = lapses * case.lapse_tax - refunds * case.sale_tax
        total += case.sold * segment.share * due
    return total


def _presentable(case: Case, segment: Segment) -> float:
    """Chance that a voucher is held at the horizon and not a pending refund (4.4, 5.7)."""
    held = fate_probabilities(case, segment, case.horizon_days)["still_held"]
    return held - (case.refund_share - _refunded_by(case, case.horizon_days))


def profit_of_voucher(case: Case, segment: Segment) -> Moments:
    """Moments of what one voucher of the segment adds to incremental_profit (9.6)."""
    fates = fate_probabilities(case, segment, case.horizon_days)
    on_redemption = isinstance(case.payout, OnRedemption)
    late_paid = not isinstance(case.payout, OnRedemption) or case.payout.late
    rem = case.remittance_per_voucher
    unused = 0.0 if on_redemption else rem
    # the tax on the sale; a refund gives it back, in the reserve where it is still to come (9.18)
    sale, presentable = case.sale_tax, _presentable(case, segment)
    parts = [
        (fates["lapsed"], constant(unused - sale - case.lapse_tax)),
        (presentable, constant(unused - sale - tail_of_held(case, segment))),
    ]
    for fate, late in (("redeemed_in_time", False), ("presented_late", True)):
        if fates[fate] > 0.0:
            visit = _visit_profit(case, segment, late, rem if late_paid or not late else 0.0)
            back = returning_of_voucher(case, segment, "margin", late)
            given = Moments(back.mean / fates[fate], back.second / fates[fate])
            parts.append((fates[fate], plus(visit, given)))
    return mixture(parts)


def _visit_profit(case: Case, segment: Segment, late: bool, paid: float) -> Moments:
    """Remittance, till less cost and the visit replaced, of one voucher presented (6.1, 7.5)."""
    lost = constant(-case.margin(case.usual_ticket))
    replaced = mixture([(segment.would_have_come, lost)])
    return plus(plus(constant(paid - case.sale_tax), net_of_visit(case, segment, late)), replaced)


def incremental_profit(case: Case) -> tuple[float, float]:
    """Mean and variance of incremental_profit, unrounded (9.6)."""
    parts = [(s.share, profit_of_voucher(case, s)) for s in case.segments]
    mean, variance = campaign(case, mixture(parts))
    return mean - case.fixed_fee_paid, variance


def lines(case: Case) -> dict[str, float]:
    """Mean of each money line and of new_regulars, by metric name (9.5, 9.6)."""
    means = {
        "remittance": remittance(case),
        "fixed_fee": case.fixed_fee_paid,
        "till_receipts": till_receipts(case)[0],
        "voucher_visit_cost": voucher_visit_cost(case)[0],
        "sales_tax": sales_tax(case),
        "cannibalised_margin": cannibalised_margin(case)[0],
        "returning_revenue": returning(case, "revenue")[0],
        "returning_margin": returning(case, "margin")[0],
        "tail_reserve": tail_reserve(case)[0],
        "new_regulars": new_regulars(case)[0],
    }
    campaign_profit = (
        means["remittance"]
        - means["fixed_fee"]
        + means["till_receipts"]
        - means["voucher_visit_cost"]
        - means["sales_tax"]
    )
    profit = campaign_profit - means["cannibalised_margin"] + means["returning_margin"]
    return means | {
        "campaign_profit": campaign_profit,
        "incremental_profit": profit - means["tail_reserve"],
    }

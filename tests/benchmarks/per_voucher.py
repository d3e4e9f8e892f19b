"""The straightforward way: every voucher of a trial as an element of numpy arrays.

What someone would write first, for comparing speed only: each voucher gets a segment, a fate, a
day, a bill and its visits, and what happens is added up by step of the same time clock.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dealsim.engine import Clock, Streams, build_clock, draw
from dealsim.engine.parameters import Values
from dealsim.scenario import Scenario

Array = NDArray[np.float64]


def simulate_vouchers(scenario: Scenario, trials: int) -> Array:
    """Incremental profit of each trial, (trials,)."""
    clock, inputs = build_clock((scenario,)), Values([scenario], [draw(scenario, Streams(1), 0)])
    rng = np.random.default_rng(1)
    return np.array([_trial(inputs, clock.cuts, clock, t, rng) for t in range(trials)])


def _trial(inputs: Values, cuts: NDArray[np.int64], clock: Clock, t: int, rng) -> float:  # type: ignore[no-untyped-def]
    def of(path: str) -> float:
        values = inputs.number(path)[0, 0]
        return float(values[t if values.size > 1 else 0])

    def per_segment(field: str, default: float | str = 0.0) -> Array:
        values = inputs.by_segment(field, default)[0]
        return values[:, t if values.shape[1] > 1 else 0]

    n = int(of("deal.demand") + 0.5)
    shares = per_segment("share")
    shares[[s.share == "rest" for s in inputs.models(inputs.first)]] = max(0.0, 1.0 - shares.sum())
    segment = rng.choice(len(shares), size=n, p=shares / shares.sum())
    refunded = rng.random(n) < of("deal.refunds")
    redeems = ~refunded & (rng.random(n) < per_segment("redeem")[segment])
    campaign = clock.campaigns[0]
    window = campaign.expiry - campaign.close
    half_life = of("redemption.half_life")
    rush = rng.random(n) < of("redemption.rush.share")
    u = rng.random(n)
    wave = -np.log2(1 - u * (1 - 2 ** (-window / half_life))) * half_life
    last = min(of("redemption.rush.last"), window)
    day = campaign.close + np.where(rush, window - last + last * np.sqrt(u), wave)
    late = ~refunded & ~redeems & (rng.random(n) < of("redemption.late.share"))
    late_day = campaign.expiry + rng.exponential(of("redemption.late.half_life") / np.log(2), n)
    day = np.where(redeems, day, late_day)
    served = (redeems | late) & (day < cuts[-1])
    over = rng.random(n) < per_segment("overspend.chance")[segment]
    cv = per_segment("overspend.cv", 1.0)[segment]
    amount = rng.gamma(1 / cv**2, per_segment("overspend.amount")[segment] * cv**2)
    worth = np.where(redeems, of("deal.face_value"), of("deal.price"))
    bill = np.where(over, worth + amount, worth * per_segment("use", 1.0)[segment])
    wanted = of("business.usual_ticket") * per_segment("bill.ticket_ratio")[segment]
    spread = np.maximum(per_segment("bill.cv")[segment], 1e-3)
    wanted = rng.gamma(1 / spread**2, wanted * spread**2)
    bill = np.where(~over & (wanted > worth), wanted, bill)
    till = np.maximum(0.0, bill - worth)
    anyway = rng.random(n) < per_segment("would_have_come")[segment]
    usual = of("business.usual_ticket") * (1 - of("business.variable_cost"))
    profit = served * (till - bill * of("business.variable_cost") - anyway * usual)
    step = np.searchsorted(cuts, day)
    flows: Array = np.bincount(step, weights=profit, minlength=len(cuts) + 1).astype(float)
    flows += _returns(inputs, per_segment, segment, served, day, cuts, of, rng)
    each = of("deal.price") * (1 - of("platform.commission") - of("platform.card_fee"))
    return float(flows.sum() + each * (n - refunded.sum()))


def _returns(inputs, per_segment, segment, served, day, cuts, of, rng) -> Array:  # type: ignore[no-untyped-def]
    """Margin of returning visits by step: each regular's stay, visits and bills one by one."""
    rate = per_segment("returns.visits_per_month")[segment] / 30.4375
    stay = np.maximum(per_segment("returns.stay")[segment], 1e-9)
    visits = rate * stay
    chance = per_segment("returns.chance")[segment]
    joins = np.divide(chance * (1 + visits), visits, out=np.zeros_like(visits), where=visits > 0)
    regular = served & (rng.random(len(segment)) < joins)
    remain = rng.exponential(stay[regular])
    count = rng.poisson(rate[regular] * remain)
    when = np.repeat(day[regular], count) + rng.random(count.sum()) * np.repeat(remain, count)
    cv = np.repeat(per_segment("returns.cv", 1.0)[segment[regular]], count)
    mean = np.repeat(per_segment("returns.spend", "business.usual_ticket")[segment[regular]], count)
    spent = rng.gamma(1 / cv**2, mean * cv**2) * (1 - of("business.variable_cost"))
    inside = when < cuts[-1]
    step = np.searchsorted(cuts, when[inside])
    return np.bincount(step, weights=spent[inside], minlength=len(cuts) + 1).astype(float)

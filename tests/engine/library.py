"""Scenarios in the scenario language, and runs of the engine, shared by the tests of the engine.

`MIXED` uses every rule of sections 4 to 9 of docs/model.md without a capacity, nothing uncertain;
`VARIANTS` are overrides that make other rules act.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealsim.engine import (
    Clock,
    Context,
    Draws,
    History,
    MeanDraws,
    SampledDraws,
    build_clock,
    run_chunk,
)
from dealsim.results import Measured, measure
from dealsim.scenario import Scenario
from dealsim.simulation import make_context
from tests.invariants import Paths, check_invariants

PLAIN = """
dealsim: 1
name: one segment, no effect that is not stated
currency: USD
kind: none
starts: 2025-01-01
horizon: 250 days
deal: {price: 10, face_value: 20, demand: 50, sale_window: 3 days, promo_expires: 120 days}
platform: {commission: 50%}
business: {usual_ticket: 60, variable_cost: 45%}
customers:
  all: {share: 100%}
"""

MIXED = """
dealsim: 1
name: three segments, three forms of coming back
currency: USD
kind: none
starts: 2025-01-01
horizon: 250 days
discount_rate: 8%
deal: {price: 10, face_value: 20, demand: 39.5, cap: 1000, minimum: 40, refunds: 8%,
       sale_window: 3 days, promo_expires: 120 days}
platform:
  commission: 50%
  card_fee: 2.5%
  fixed_fee: 50
  payout: [{after: 5 days, share: 1/3}, {after: 42 days, share: 1/3}, {after: 84 days, share: 1/3}]
business: {usual_ticket: 60, variable_cost: 45%, cost_per_visit: 1.5}
redemption:
  half_life: 50 days
  rush: {share: 30%, last: 2 weeks}
  late: {share: 40%, half_life: 90 days}
customers:
  hunters:
    share: 55%
    redeem: 75%
    use: 90%
    overspend: {chance: 15%, amount: 8, cv: 0.8}
    returns: {chance: 10%, visits_per_month: 0.5, stay: 180 days, spend: 30, cv: 0.6}
  newcomers:
    share: 25%
    redeem: 85%
    overspend: {chance: 36%, amount: 18}
    returns: {chance: 25%, visits: 3, after: 90 days, spend: 55}
    redemption:
      half_life: 90 days
      rush: {share: 50%, last: 500 days}
      late: {share: 50%, half_life: 60 days, bill: face_value}
  existing:
    share: rest
    redeem: 70%
    use: 80%
    would_have_come: 60%
    overspend: {chance: 65%, amount: 40, cv: 0}
    returns: {chance: 10%, worth: 120, after: 60 days}
    redemption: {half_life: 30 days, rush: {share: 0%}, late: {share: 60%, half_life: 120 days}}
"""

VARIANTS: dict[str, dict[str, Any]] = {
    "paid value for ever": {},
    "horizon before expiry": {
        "horizon": "80 days",
        "platform.payout": "[{after: 1 days, share: 1/2}, {after: 90 days, share: 1/2}]",
    },
    "face value, lapses after the horizon": {
        "deal.after_expiry": "face_value",
        "deal.paid_value_expires": "300 days",
        "platform.payout": "[{after: 2 days, share: 100%}]",
    },
    "lapsed, paid on redemption": {
        "deal.paid_value_expires": "180 days",
        "platform.payout": "{on_redemption: {lag: 14 days}}",
    },
    "nothing survives": {
        "deal.after_expiry": "nothing",
        "platform.payout": "{on_redemption: {lag: 14 days}}",
    },
    "open, paid on redemption": {
        "horizon": "80 days",
        "platform.payout": "{on_redemption: {lag: 30 days, late: paid}}",
    },
}
"""Overrides of MIXED. The first lets 39.5 wanted make 40 sold, just the minimum."""

CASH: dict[str, Any] = {"accounting.cash_out": "{below: 10.01, share: 60%}"}
UNCLAIMED: dict[str, dict[str, Any]] = {
    "cash": CASH,
    "state": {"accounting.escheat": "{after: 170 days, share: 60%, basis: face}"},
    "both, lapse later": {
        **CASH,
        "deal.paid_value_expires": "215 days",
        "accounting.escheat": "{after: 150 days, share: 40%}",
    },
    "both, state and lapse on one day": {
        **CASH,
        "deal.paid_value_expires": "180 days",
        "accounting.escheat": "{after: 180 days, share: 100%}",
    },
    "both, after the horizon": {
        **CASH,
        "deal.after_expiry": "face_value",
        "deal.paid_value_expires": "400 days",
        "accounting.escheat": "{after: 300 days, share: 100%, basis: face}",
    },
    "a limit that rises": {
        "accounting.cash_out": "{below: 10, share: 60%, changes: {day: 2025-06-20, below: 15}}",
        "deal.paid_value_expires": "300 days",
    },
    "a limit that falls after the horizon": {
        "accounting.cash_out": "{up_to: 10, share: 60%, changes: {day: 2025-10-20, below: 10}}",
        "accounting.escheat": "{after: 250 days, share: 40%}",
    },
    "both, before expiry": {
        **CASH,
        "horizon": "80 days",
        "accounting.escheat": "{after: 4 days, share: 50%}",
    },
}
"""Overrides of MIXED: cash-outs and unclaimed property within, across and after the horizon."""

TAXED: dict[str, dict[str, Any]] = {
    "at issue": {
        **CASH,
        "accounting.sales_tax": "{rate: 20%, point: issue, on_fee: 20%, input_credit: 60%}",
    },
    "at issue, refunds still to come": {
        "horizon": "7 days",
        "accounting.sales_tax": "{rate: 20%, point: issue, on_fee: 20%}",
    },
    "on the price, at redemption": {
        **CASH,
        "horizon": "80 days",
        "deal.price": 9.99,
        "accounting.sales_tax": "{rate: 19%, included: yes}",
    },
    "on the face value, lapsed too": {
        "deal.after_expiry": "nothing",
        "accounting.sales_tax": "{rate: 10%, included: yes, base: face_plus_cash, on_lapse: yes}",
    },
    "on receipts, lapse later": {
        "deal.after_expiry": "face_value",
        "deal.paid_value_expires": "300 days",
        "accounting.sales_tax": "{rate: 7%, included: yes, base: merchant_receipts, on_lapse: yes}",
    },
    "as paid for": {
        "horizon": "150 days",
        "platform.payout": "{on_redemption: {lag: 14 days}}",
        "accounting.sales_tax": "{rate: 20%, point: issue, on_fee: 10%, input_credit: 50%}",
    },
    "on the fee only": {"accounting.sales_tax": "{rate: 13%, on_fee: 13%, input_credit: 25%}"},
}
"""Overrides of MIXED: tax in prices, due at every point and on every base, and on the fee."""

AS_ALWAYS = """
dealsim: 1
name: those who would have come spend as always
currency: CAD
kind: restaurant
starts: 2024-01-31
horizon: 300 days
discount_rate: 5%
deal: {price: 15, face_value: 30, demand: 900, cap: 400, minimum: 10, refunds: 4%,
       sale_window: 10 days, promo_expires: 90 days, after_expiry: paid_value}
platform: {commission: 40%, card_fee: 3%, fixed_fee: 99.99, payout: [{after: 6 days, share: 100%}]}
business: {usual_ticket: 42, variable_cost: 35%, cost_per_visit: 0.75}
redemption:
  half_life: 40 days
  rush: {share: 25%, last: 20 days}
  late: {share: 30%, half_life: 45 days, bill: face_value}
customers:
  usual guests: {share: 70%, redeem: 80%, would_have_come: 50%, use: 85%,
                 bill: {ticket_ratio: 110%, cv: 0.6}}
  strangers: {share: 30%, redeem: 90%, use: 95%, bill: {ticket_ratio: 80%, cv: 1},
              returns: {chance: 30%, visits_per_month: 1.5, stay: 200 days}}
"""
"""400 vouchers; what is spent beyond them by a bill (7.6), the spend of returns by the ticket."""

Samples = Mapping[str, NDArray[Any]]


def context_of(
    scenario: Scenario, draws: Draws, clock: Clock, values: Samples | None = None
) -> Context:
    """The surroundings of a chunk at the inputs' means; `values` replace inputs by path."""
    numbers = {path: np.array([number.mean()]) for path, number in scenario.numbers().items()}
    given = [numbers | dict(values or {})]
    return make_context((scenario,), clock, given, draws.trials, whole=draws.whole)


def counts_to_date(
    scenario: Scenario,
    seed: int,
    chunk: int,
    clock: Clock,
    values: Samples,
    history: History | None = None,
) -> dict[str, NDArray[Any]]:
    """Counts to date on every recorded day, (day, trial), of a chunk whose inputs are `values`."""
    draws = sampled(scenario, seed, chunk)
    context = context_of(scenario, draws, clock, values)
    days = tuple(int(day) for day in clock.record_days)
    records = run_chunk(context, draws, days, history)
    return {name: values[0] for name, values in check_invariants(records, context).counts.items()}


def run(
    scenario: Scenario, draws: Draws, *, clock: Clock | None = None, values: Samples | None = None
) -> tuple[Paths, Measured]:
    """One chunk through the engine, recorded on every day that anything is, identities checked."""
    clock = clock or build_clock((scenario,))
    context = context_of(scenario, draws, clock, values)
    records = run_chunk(context, draws, tuple(int(day) for day in clock.record_days))
    paths = check_invariants(records, context)
    return paths, measure(records, context, ("timeline", "paths", "cohorts"))


def sampled(scenario: Scenario, seed: int, chunk: int = 0) -> SampledDraws:
    """The draws of a chunk of trials, as `simulate` makes them."""
    return SampledDraws(seed, chunk, ["deal"], sorted(scenario.customers))


def expected(scenario: Scenario, *, clock: Clock | None = None) -> dict[str, float]:
    """Metrics of expected mode at the inputs' means, identities checked."""
    _, found = run(scenario, MeanDraws(), clock=clock)
    return {name: float(values[0]) for name, values in found.metrics.items()}


def with_cuts(clock: Clock, days: NDArray[np.int64]) -> Clock:
    """The clock with other cuts in addition."""
    return clock.with_cuts(np.asarray(days, dtype=np.int64))

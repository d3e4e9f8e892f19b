"""Bands that say 90 % hold the truth 90 times in 100.

Truths are drawn from the scenario's own inputs and chance; each is shown up to a day, forecast
from there, and its later days are looked up in the bands. Bands that have learned nothing hold the
truth as often, being wide: so where much is shown, what is missed must be small as well.
"""

from __future__ import annotations

import numpy as np
import pytest

from dealsim.books.runs import past_of
from dealsim.engine import Inputs, Paths, Sampled, Streams, build_grid, draw, run_chunk
from dealsim.inference import observe, update_inputs
from dealsim.records import daily_counts
from dealsim.scenario import Scenario
from dealsim.simulation import Known
from tests.conftest import MakeScenario
from tests.records.registers import from_steps
from tests.statistical import assert_chi_square, assert_proportion

REGISTERS = 240
PARTICLES = 500
DAYS = (24, 60, 150)
"""Days up to which registers are shown: early, half-way, after the promotion."""

SCENARIO = """
dealsim: 1
name: two kinds of customers, and little known of either
currency: USD
kind: none
starts: 2025-01-01
horizon: 250 days
deal: {price: 10, face_value: 20, demand: 20, refunds: 0% to 8%, sale_window: 3 days,
       promo_expires: 120 days}
platform: {commission: 50%}
business: {usual_ticket: 60, variable_cost: 45%}
redemption:
  half_life: 15 to 90 days
  rush: {share: 0% to 40%, last: 2 weeks}
  late: {share: 0% to 40%, half_life: 30 to 120 days}
customers:
  hunters: {share: 30% to 80%, redeem: 40% to 80%}
  newcomers: {share: rest, redeem: {low: 0.5, likely: 0.8, high: 0.95}}
"""


@pytest.mark.parametrize("vouchers", [20, 20_000])
def test_bands_hold_the_truth(vouchers: int, scenario: MakeScenario, seed: int) -> None:
    made = scenario(SCENARIO, {"deal.demand": vouchers})
    rng = np.random.default_rng([seed, vouchers])
    places: dict[str, list[float]] = {}
    missed, to_come = [], []
    for chunk, as_of in enumerate(DAYS):
        grid = build_grid(made, as_of + 1)
        inputs = Inputs(made, draw(made, Streams(seed), chunk))
        truths = run_chunk(inputs, grid, Sampled(seed, chunk, ["deal"], inputs.names), 2)
        for truth in range(REGISTERS // len(DAYS)):
            later = forecast(made, truths, truth, as_of, seed + 1 + truth)
            held = {name: values[0, -1, truth] for name, values in truths.counts.items()}
            for name, futures in {
                "redeemed": later["redeemed_in_time"] + later["presented_late"],
                "presented_late": later["presented_late"],
            }.items():
                so = sum(held[n] for n in FATES[name])
                below, equal = np.mean(futures < so), np.mean(futures == so)
                places.setdefault(name, []).append(float(below + rng.random() * equal))
                if name == "presented_late" and as_of == DAYS[-1]:
                    shown = truths.counts[name][0, grid.step_of(as_of + 1), truth]
                    missed.append(so - float(futures.mean()))
                    to_come.append(so - float(shown))
    for name, found in places.items():
        inside = sum(0.05 <= place <= 0.95 for place in found)
        assert_proportion(inside, len(found), 0.90, what=f"{name} of {vouchers}")
        fifths = np.bincount((np.array(found) * 5).astype(int).clip(0, 4), minlength=5)
        even = dict.fromkeys(range(5), 0.2)
        assert_chi_square({k: int(n) for k, n in enumerate(fifths)}, even, what=f"{name}, place")
    if vouchers > 1_000:
        assert np.std(missed) < 0.5 * np.std(to_come)


FATES = {"redeemed": ("redeemed_in_time", "presented_late"), "presented_late": ("presented_late",)}


def forecast(
    made: Scenario, truths: Paths, truth: int, as_of: int, seed: int
) -> dict[str, np.ndarray]:
    """Counts at the horizon of futures that go on from one truth, seen up to a day."""
    grid = build_grid(made, as_of + 1)
    cut = grid.step_of(as_of + 1)
    shown = {name: np.diff(values[0, : cut + 1, truth]) for name, values in truths.counts.items()}
    actuals = from_steps(made, [int(c) for c in grid.cuts], shown)
    by_day = daily_counts(actuals, made)
    assert by_day.end == as_of + 1
    past = past_of(by_day, made, grid)
    after = update_inputs(made, observe(by_day, made), seed, PARTICLES).posterior
    known = Known(as_of + 1, past, after)
    inputs = Inputs(made, draw(made, Streams(seed), 0) | known.values(0))
    paths = run_chunk(inputs, grid, Sampled(seed, 0, ["deal"], inputs.names), 2, past)
    return {name: values[0, -1] for name, values in paths.counts.items()}

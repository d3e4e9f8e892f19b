"""Bands that say 90 % hold the truth 90 times in 100.

Truths are drawn from the scenario's own inputs and chance; each is shown up to a day, forecast
from there, and its later days are looked up in the bands. Bands that have learned nothing hold the
truth as often, being wide: so where much is shown, what is missed must be small as well. The
place of the truth among the futures is even on [0, 1]: its mean tells a bias, its variance bands
that are too narrow or too wide, both with fewer registers than the bands alone need.
"""

from __future__ import annotations

import numpy as np
import pytest

import dealsim
from dealsim.books.runs import history_of
from dealsim.engine import Clock, Streams, build_clock, draw
from dealsim.inference import observe, update_inputs
from dealsim.records import daily_counts
from dealsim.scenario import Scenario
from dealsim.simulation import Conditioning
from dealsim.streams import CHUNK
from tests.conftest import MakeScenario
from tests.engine.library import counts_to_date, with_cuts
from tests.records.registers import from_steps
from tests.statistical import assert_chi_square, assert_mean, assert_proportion, assert_variance

REGISTERS = 150
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
        clock = with_cuts(build_clock((made,)), np.array([as_of + 1]))
        values = draw(made, Streams(seed), chunk)
        truths = counts_to_date(made, seed, chunk, clock, values)
        for truth in range(REGISTERS // len(DAYS)):
            shown = {name: v[: clock.row_of(as_of + 1) + 1, truth] for name, v in truths.items()}
            later = forecast(made, clock, shown, as_of, seed + 1 + truth)
            held = {name: values[-1, truth] for name, values in truths.items()}
            for name, futures in {
                "redeemed": later["redeemed_in_time"] + later["presented_late"],
                "presented_late": later["presented_late"],
            }.items():
                so = sum(held[n] for n in FATES[name])
                below, equal = np.mean(futures < so), np.mean(futures == so)
                places.setdefault(name, []).append(float(below + rng.random() * equal))
                if name == "presented_late" and as_of == DAYS[-1]:
                    missed.append(so - float(futures.mean()))
                    to_come.append(so - float(shown[name][-1]))
    for name, found in places.items():
        inside = sum(0.05 <= place <= 0.95 for place in found)
        assert_proportion(inside, len(found), 0.90, notice=0.2, what=f"{name} of {vouchers}")
        assert_mean(found, 0.5, np.sqrt(1 / 12), notice=0.2, what=f"{name}, place")
        assert_variance(found, 1 / 12, notice=0.7, what=f"{name}, spread of places")
        fifths = np.bincount((np.array(found) * 5).astype(int).clip(0, 4), minlength=5)
        even = dict.fromkeys(range(5), 0.2)
        assert_chi_square({k: int(n) for k, n in enumerate(fifths)}, even, what=f"{name}, place")
    if vouchers > 1_000:
        assert np.std(missed) < 0.5 * np.std(to_come)


FATES = {"redeemed": ("redeemed_in_time", "presented_late"), "presented_late": ("presented_late",)}


def forecast(
    made: Scenario, clock: Clock, shown: dict[str, np.ndarray], as_of: int, seed: int
) -> dict[str, np.ndarray]:
    """Counts at the horizon of futures that go on from one truth, shown to date up to a day."""
    flows = {name: np.diff(values) for name, values in shown.items()}
    by_day = daily_counts(from_steps(made, [int(c) for c in clock.record_days], flows), made)
    assert by_day.end == as_of + 1
    after = update_inputs(made, observe(by_day, made), seed, PARTICLES).posterior
    given = Conditioning(as_of + 1, history_of(by_day, made), after)
    found = dealsim.simulate(made, trials=CHUNK, seed=seed, workers=1, given=given, keep=())
    return dict(found.metrics)

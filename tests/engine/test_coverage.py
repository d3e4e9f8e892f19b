"""The stated uncertainty is right: 95 % intervals cover the truth in 95 % of the runs.

One long run is cut into disjoint blocks, each summarised as a run of its own would be; the trials
of different blocks are independent, like those of different seeds. Every test has a chance of 1e-6
to fail a correct program.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy.special import bdtr, stdtr

import dealsim
from dealsim import Result
from dealsim.engine import Array
from dealsim.results.summary import mean_of, probability, statistics_of
from tests.engine.bridge import case_of
from tests.engine.library import PLAIN
from tests.reference import closed_form, closed_form_money
from tests.statistical import assert_mean, assert_proportion

BLOCKS, SIZE = 1_000, 80
SMALL: dict[str, object] = {
    "deal.demand": 40,
    "deal.promo_expires": "20 days",
    "horizon": "24 days",
    "deal.refunds": "10%",
    "customers.all.redeem": "70%",
    "customers.all.overspend": "{chance: 60%, amount: 30, cv: 1}",
    "customers.all.returns": "{chance: 20%, worth: 80}",
}


@pytest.fixture(scope="module")
def long_run(tmp_path_factory: pytest.TempPathFactory, seed: int) -> Result:
    """BLOCKS times SIZE trials of a small scenario."""
    file = tmp_path_factory.mktemp("coverage") / "scenario.yaml"
    file.write_text(PLAIN, encoding="utf-8")
    made = dealsim.load(file, SMALL)
    return dealsim.simulate(made, trials=BLOCKS * SIZE, seed=seed, workers=1)


def blocks(values: Array) -> Array:
    """One row for each block."""
    return values.reshape(BLOCKS, SIZE)


@pytest.mark.parametrize("metric", ["incremental_profit", "redeemed_in_time", "till_receipts"])
def test_interval_of_the_mean(metric: str, long_run: Result) -> None:
    """mean +- 1.96 se covers the closed form as often as Student's t with 79 degrees says."""
    case = case_of(long_run.scenario)
    truth = closed_form_money.lines(case).get(metric)
    if truth is None:
        truth = closed_form.count(case, metric, case.horizon_days)[0]
    covered = 0
    for block in blocks(long_run.metrics[metric]):
        found = statistics_of(block)
        mean, error = found["mean"], found["se"]
        assert mean is not None and error is not None
        covered += abs(mean - truth) <= 1.96 * error
    stated = 1.0 - 2.0 * float(stdtr(SIZE - 1, -1.96))
    assert 0.94 < stated < 0.95
    assert_proportion(covered, BLOCKS, stated, notice=0.06, what=metric)


def test_interval_of_a_probability(long_run: Result) -> None:
    """Its coverage is that of p +- 1.96 se, se that of Wilson, summed over the binomial counts."""
    goal = closed_form_money.lines(case_of(long_run.scenario))["incremental_profit"]
    losses = long_run.metrics["incremental_profit"].reshape(BLOCKS, SIZE) < goal
    truth = float(losses.mean())  # of 80,000 trials: 30 times as precise as a block
    covered = 0
    for block in losses:
        share, error = probability(block)
        covered += abs(share - truth) <= 1.96 * error
    counts = np.arange(SIZE + 1)
    chances = np.diff(bdtr(counts, SIZE, truth), prepend=0.0)
    shares = counts / SIZE
    z2 = 1.959964**2
    error_of = np.sqrt(shares * (1 - shares) / SIZE + z2 / (4 * SIZE**2)) / (1 + z2 / SIZE)
    inside = np.abs(shares - truth) <= 1.96 * error_of
    stated = float(chances[inside].sum())
    assert_proportion(covered, BLOCKS, stated, notice=0.08)


def test_spread_of_quantiles_and_extremes(long_run: Result) -> None:
    """p5 to p95 hold 90 % of the trials, min and max all of them."""
    values = long_run.metrics["incremental_profit"]
    found = statistics_of(values)
    low, high = found["p5"], found["p95"]
    assert low is not None and high is not None
    inside = float(((values >= low) & (values <= high)).mean())
    assert inside == pytest.approx(0.9, abs=2.0 / sqrt(len(values)))
    assert found["min"] == values.min() and found["max"] == values.max()
    assert found["n"] == BLOCKS * SIZE


def test_cost_per_new_regular(long_run: Result) -> None:
    """A ratio of means: its stated error is that of its scatter over the blocks (14.6)."""
    case = case_of(long_run.scenario)
    lines = closed_form_money.lines(case)
    truth = (lines["returning_margin"] - lines["incremental_profit"]) / lines["new_regulars"]
    stated = long_run.summary()["metrics"]["cost_per_new_regular"]
    assert mean_of(long_run, "cost_per_new_regular") == stated["mean"]
    assert abs(stated["mean"] - truth) <= 5.0 * stated["se"]
    cost = blocks(long_run.metrics["returning_margin"] - long_run.metrics["incremental_profit"])
    won = blocks(long_run.metrics["new_regulars"])
    # linearised, so that the scatter of the blocks is not biased by their size
    scatter = (cost - truth * won).mean(axis=1) / won.mean()
    assert_mean(scatter.tolist(), 0.0, stated["se"] * sqrt(BLOCKS), what="scatter")
    ratio = scatter.std(ddof=1) / (stated["se"] * sqrt(BLOCKS))
    # a standard deviation from 1,000 nearly normal values has a relative error of 1/sqrt(2,000)
    assert abs(ratio - 1.0) <= 5.0 / sqrt(2.0 * BLOCKS)

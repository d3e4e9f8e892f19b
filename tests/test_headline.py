"""What an owner reads first, from futures made by hand: risk, means, ratios, clipping.

Every expected value is worked out in the test or its docstring, from the definitions of
docs/model.md (14) and never from the program. All is exact but the bootstrap, which says its error.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from dealsim.registry import LINES
from dealsim.results import clipping_warnings
from dealsim.results.intervals import Z95, wilson_error
from dealsim.results.summary import mean_of, probability, statistics_of, waterfall
from dealsim.scenario import Scenario
from tests.conftest import MakeResult, MakeScenario
from tests.engine.library import PLAIN

NAN = math.nan


# --- risk ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trials", "worst"), [(1, 1), (19, 1), (20, 1), (21, 2), (39, 2), (40, 2), (41, 3), (140, 7)]
)
def test_expected_shortfall(trials: int, worst: int, futures: MakeResult) -> None:
    """The mean of the lowest ceil(5 % of the trials), of -100, -99, ... (14.3)."""
    profits = -100.0 + np.random.default_rng(trials).permutation(trials)
    found = futures(incremental_profit=profits).summary()["risk"]
    assert found["expected_shortfall_5"] == -100.0 + (worst - 1) / 2


def test_expected_shortfall_among_ties(futures: MakeResult) -> None:
    """Two of 40 trials: both of the ties, or one of them beside the worst."""
    ties = [3.0] * 37
    found = [
        futures(incremental_profit=[*ties, *lowest]).summary()["risk"]["expected_shortfall_5"]
        for lowest in ([-8.0, -8.0, -8.0], [-8.0, -8.0, -20.0], [3.0, 3.0, 3.0])
    ]
    assert found == [-8.0, -14.0, 3.0]


@pytest.mark.parametrize(
    ("days", "never"),
    [([0, 20, NAN, 400, NAN, 3, 7, NAN], 3 / 8), ([0, 5], 0.0), ([NAN] * 3, 1.0)],
)
def test_no_payback(days: list[float], never: float, futures: MakeResult) -> None:
    """A trial that never pays back has no day of doing so; day 0 is a day."""
    risk = futures(payback_days=days, incremental_profit=[1.0] * len(days)).summary()["risk"]
    assert risk["probability_no_payback"] == never


def test_losses_are_below_nothing(futures: MakeResult) -> None:
    """Of eight trials: to earn exactly nothing is no loss, a cent less is; each profit its own."""
    profit = [-0.01, 0.0, 0.0, 0.01, -5.0, 7.0, -2.0, 1.0]
    campaign = [0.0, -0.01, 0.0, 3.0, 3.0, 3.0, 3.0, 3.0]
    risk = futures(incremental_profit=profit, campaign_profit=campaign).summary()["risk"]
    assert risk["probability_of_loss"] == 3 / 8
    assert risk["probability_of_campaign_loss"] == 1 / 8
    assert risk["probability_of_loss_se"] == wilson_error(3 / 8, 8)
    assert risk["probability_of_campaign_loss_se"] == wilson_error(1 / 8, 8)


@pytest.mark.parametrize("trials", [1, 2, 30, 10_000])
@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.9, 1.0])
def test_wilson_s_interval(share: float, trials: int) -> None:
    """Its ends are the chances p from which the share is just 95 % points away: the roots of
    n (share - p)^2 = z^2 p (1 - p). The error is half of what is between them, over z."""
    z2 = Z95 * Z95
    low, high = np.sort(np.roots([trials + z2, -(2 * trials * share + z2), trials * share**2]))
    assert wilson_error(share, trials) == pytest.approx((high - low) / 2 / Z95, rel=1e-6)


@pytest.mark.parametrize("happened", [False, True])
def test_a_chance_never_seen_has_an_error(happened: bool, futures: MakeResult) -> None:
    """Interval [0, z^2 / (n + z^2)], or its mirror at 1: the error is z / 2 / (n + z^2)."""
    share, error = probability(np.full(100, happened))
    assert share == float(happened)
    assert error == pytest.approx(Z95 / 2 / (100 + Z95**2))
    profit = [-1.0 if happened else 1.0] * 100
    risk = futures(incremental_profit=profit, campaign_profit=profit).summary()["risk"]
    assert risk["probability_of_loss_se"] == risk["probability_of_campaign_loss_se"] == error


def test_expected_mode_says_nothing_of_risk(futures: MakeResult) -> None:
    found = replace(futures(incremental_profit=[-3.0], payback_days=[NAN]), mode="expected")
    assert found.summary()["risk"] is None
    assert found.summary()["metrics"]["payback_days"] == {"mean": None}
    assert "loses $3.00" in found.summary()["verdict"]


# --- statistics ----------------------------------------------------------------------------


def test_quantiles() -> None:
    """Of 0, 1, ... 100 the quantiles are the per cents; variance (n + 1) n / 12 with n = 101."""
    found = statistics_of(np.random.default_rng(1).permutation(101).astype(float))
    for name in ("p5", "p10", "p25", "p50", "p75", "p90", "p95"):
        assert found[name] == pytest.approx(float(name[1:]))
    sd = math.sqrt(102 * 101 / 12)
    assert (found["n"], found["min"], found["max"], found["mean"]) == (101, 0, 100, 50)
    assert found["sd"] == pytest.approx(sd) and found["se"] == pytest.approx(sd / math.sqrt(101))


def test_quantiles_lie_between_trials() -> None:
    """p5 of four trials lies 0.15 of the way from the first to the second: 3 x 5 %."""
    found = statistics_of(np.array([40.0, 10.0, 20.0, 30.0]))
    assert found["p5"] == pytest.approx(11.5) and found["p95"] == pytest.approx(38.5)


def test_undefined_trials_are_left_out() -> None:
    found = statistics_of(np.array([NAN, 4.0, NAN, 8.0]))
    assert (found["n"], found["mean"], found["p50"]) == (2, 6.0, 6.0)
    assert found["sd"] == pytest.approx(math.sqrt(8)) and found["se"] == pytest.approx(2.0)
    one = statistics_of(np.array([NAN, 4.0]))
    assert (one["n"], one["mean"], one["sd"], one["se"]) == (1, 4.0, None, None)
    none = statistics_of(np.array([NAN, NAN]))
    assert none.pop("n") == 0 and none and set(none.values()) == {None}


def test_the_waterfall_has_the_signs_of_the_lines(futures: MakeResult) -> None:
    """Costs go down, what is shown only is no bar, and lines that cannot move are left out."""
    shown = ("remittance", "fixed_fee", "returning_revenue")
    lines = tuple(line for line in LINES if line.name in shown)
    amounts = {"remittance": [1.0, 3.0], "fixed_fee": [5.0, 5.0], "returning_revenue": [9.0, 9.0]}
    bars = waterfall(replace(futures(**amounts), lines=lines))
    assert bars == [{"name": "remittance", "mean": 2.0}, {"name": "fixed_fee", "mean": -5.0}]


# --- the cost of a customer won ------------------------------------------------------------


def test_cost_of_a_customer_is_a_ratio_of_means(futures: MakeResult) -> None:
    """10 spent in either trial, 1 and 3 won: 20 / 4 = 5, not the mean 6.67 of 10 and 3.33.

    Residuals 10 - 5 x 1 and 10 - 5 x 3 are +5 and -5: sd 7.07, error 7.07 / sqrt(2) / 2 = 2.5.
    """
    found = futures(
        new_regulars=[1.0, 3.0],
        returning_margin=[4.0, 12.0],
        incremental_profit=[-6.0, 2.0],
        cost_per_new_regular=[10.0, 10 / 3],
    )
    metric = found.summary()["metrics"]["cost_per_new_regular"]
    assert metric["mean"] == mean_of(found, "cost_per_new_regular") == 5.0
    assert metric["se"] == pytest.approx(2.5)
    assert metric["min"] == pytest.approx(10 / 3) and metric["max"] == 10.0


def test_cost_of_a_customer_where_few_are_won(futures: MakeResult) -> None:
    """Trials that win nobody cost money too; one trial has no error; nobody won, no cost."""
    undefined = {"incremental_profit": [-6.0, -2.0], "cost_per_new_regular": [NAN, 2.0]}
    assert mean_of(futures(new_regulars=[0.0, 1.0], **undefined), "cost_per_new_regular") == 8.0
    nobody = futures(new_regulars=[0.0, 0.0], **undefined).summary()
    metric = nobody["metrics"]["cost_per_new_regular"]
    assert (metric["mean"], metric["se"]) == (None, None)
    assert "Nobody comes back." in nobody["verdict"]
    one = futures(new_regulars=[2.0], incremental_profit=[-6.0]).summary()
    metric = one["metrics"]["cost_per_new_regular"]
    assert (metric["mean"], metric["se"]) == (3.0, None)


def test_the_error_of_a_ratio_is_that_of_a_bootstrap(seed: int, futures: MakeResult) -> None:
    """2,000 trials whose cost and customers vary together, resampled 3,000 times.

    A standard deviation of 3,000 draws has a relative error of 1/sqrt(6,000); the delta method is
    off by 1 in 2,000 or so. 5 errors and 1 %: a correct program fails with chance 6e-7 or less.
    """
    rng = np.random.default_rng(seed)
    won = rng.poisson(4.0, 2_000).astype(float)
    cost = 30.0 + 12.0 * won + rng.normal(0.0, 40.0, 2_000)
    found = futures(new_regulars=won, incremental_profit=-cost).summary()
    stated = found["metrics"]["cost_per_new_regular"]["se"]
    picked = rng.multinomial(2_000, np.full(2_000, 1 / 2_000), 3_000)
    ratios = (picked @ cost) / (picked @ won)
    assert ratios.std() == pytest.approx(stated, rel=5.0 / math.sqrt(6_000) + 0.01)


# --- clipping ------------------------------------------------------------------------------

RATE = "{chance: 50%, visits_per_month: 1, stay: 1 month}"
COUNT = "{chance: 50%, visits: 2, after: 30 days}"
RETURNS = "customers.all.returns"


def clipped(made: Scenario, **drawn: Sequence[float]) -> list[str]:
    values = {f"{RETURNS}.{name}": np.array(found) for name, found in drawn.items()}
    found = clipping_warnings(made, values)
    assert all(problem.path == RETURNS for problem in found)
    return [problem.message for problem in found]


def test_a_chance_too_high_for_so_few_visits(scenario: MakeScenario) -> None:
    """One visit a month for a month is v = 1: chance (1 + v) / v is 1 at 50 %, its very border.

    One of four trials above it is 25 %.
    """
    made = scenario(PLAIN, {RETURNS: RATE})
    assert clipped(made) == []
    assert clipped(made, chance=[0.5, 0.5, 0.5, 0.4]) == []
    (told,) = clipped(made, chance=[0.5, math.nextafter(0.5, 1), 0.5, 0.4])
    assert told.startswith(f"{RETURNS}: in 25 % of trials") and "was lowered" in told
    (told,) = clipped(made, visits_per_month=[0.99, 1.0])
    assert "in 50 % of trials" in told
    (told,) = clipped(made, visits_per_month=[0.0, 1.0, 1.0])  # nobody who never comes joins
    assert "in 33 % of trials" in told


def test_visits_below_one(scenario: MakeScenario) -> None:
    made = scenario(PLAIN, {RETURNS: COUNT})
    assert clipped(made) == []
    assert clipped(made, visits=[1.0, 1.0, 3.0]) == []
    (told,) = clipped(made, visits=[1.0, 1.0, 3.0, 0.5, 2.0])
    assert "in 20 % of trials" in told and "taken as 1" in told
    assert clipped(scenario(PLAIN)) == []
    worth = scenario(PLAIN, {RETURNS: "{chance: 50%, worth: 5, after: 30 days}"})
    assert clipped(worth, visits=[0.5]) == []

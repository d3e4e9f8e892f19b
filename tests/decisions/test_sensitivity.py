"""Sensitivity against variances known in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest

import dealsim
from dealsim import UsageError
from dealsim.decisions import sensitivity
from dealsim.decisions.sensitivity import explained_share
from dealsim.simulation import conditional_means
from tests.conftest import MakeScenario
from tests.decisions.test_breakeven import VOUCHER
from tests.documents import ROOT

FEES = {
    "platform.fixed_fee": {"dist": "uniform", "low": 0, "high": 600},
    "deal.demand": {"dist": "uniform", "low": 100, "high": 300},
    "customers.all.returns.chance": 0,
    "customers.all.redeem": 1,
    "business.variable_cost": 0.5,
}
"""Profit = -5 n - fee, n rounded: sum of two uniforms, no luck."""


def test_a_sum_of_two_uniforms(scenario: MakeScenario, seed: int) -> None:
    found = sensitivity(scenario(VOUCHER, FEES), trials=4_000, seed=seed)
    by_path = {one.path: one for one in found.inputs}
    fee, demand = 600**2 / 12, (5 * 200) ** 2 / 12
    whole = fee + demand
    # a share of 4,000 futures is known to about 1 / sqrt(4,000)
    assert by_path["platform.fixed_fee"].variance_share == pytest.approx(fee / whole, abs=0.08)
    assert by_path["deal.demand"].variance_share == pytest.approx(demand / whole, abs=0.08)
    assert found.inputs[0].path == "deal.demand"
    assert found.chance_share == pytest.approx(0, abs=1e-6)
    # over the middle 90 % the mean moves by 0.9 of each input's range, to a voucher and a cent
    assert by_path["platform.fixed_fee"].swing == pytest.approx(0.9 * 600, abs=0.01)
    assert by_path["deal.demand"].swing == pytest.approx(0.9 * 1000, abs=5.01)


def test_luck_alone(scenario: MakeScenario, seed: int) -> None:
    """Where the one input hardly varies, all is luck and nothing is worth knowing."""
    changes = {"customers.all.redeem": 0.5, "platform.fixed_fee": "1 to 1.01"}
    found = sensitivity(scenario(VOUCHER, changes), trials=4_000, seed=seed)
    assert found.chance_share == pytest.approx(1, abs=5 * math.sqrt(2 / 4_000))
    assert found.evpi is not None and found.evpi.told == 0
    assert [one.variance_share for one in found.inputs] == pytest.approx([0], abs=1e-3)


def test_sobol_indices_of_a_product(scenario: MakeScenario, seed: int) -> None:
    """Profit = -n (1 - c) 10 + ...: a product of independent uniforms a b, of means 2 and
    variances 1/3 each: V = 1/9 + 2 x 4/3; first order 4/3 / V, total (4/3 + 1/9) / V."""
    changes = {
        "deal.demand": {"dist": "uniform", "low": 10_000, "high": 30_000},
        "business.variable_cost": {"dist": "uniform", "low": 0.75, "high": 1.25 - 0.25},
        "customers.all.returns.chance": 0,
    }
    # a voucher costs 20 v - 5, uniform on [10, 15]: mean 12.5, variance 25 / 12
    found = sensitivity(scenario(VOUCHER, changes), sobol=True, trials=2_000, seed=seed)
    n, n_var, c, c_var = 20_000.0, 2e4**2 / 12, 12.5, 25 / 12
    whole = n_var * c_var + n**2 * c_var + c**2 * n_var
    total = {
        "deal.demand": (c**2 * n_var + n_var * c_var) / whole,
        "business.variable_cost": (n**2 * c_var + n_var * c_var) / whole,
    }
    for one in found.inputs:
        # the 1,024 points leave an error of a few per cent
        assert one.total_share == pytest.approx(total[one.path], abs=0.05)
        assert one.total_share is not None and one.total_share > one.variance_share - 0.05


def test_noise_explains_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shares = [explained_share(rng.normal(size=4_000), rng.normal(size=4_000)) for _ in range(50)]
    assert max(shares) < 0.01


def test_what_is_refused(scenario: MakeScenario) -> None:
    made = scenario(VOUCHER, {"customers.all.returns.chance": 0})
    with pytest.raises(UsageError, match='there is no metric "profit"'):
        sensitivity(made, metric="profit", trials=10)
    with pytest.raises(UsageError, match="undefined in some futures"):
        sensitivity(made, metric="payback_days", trials=10)
    correlated = {
        "deal.demand": "10 to 20",
        "customers.all.redeem": "60% to 80%",
        "correlations": [["deal.demand", "customers.all.redeem", 0.5]],
    }
    with pytest.raises(UsageError, match="of independent inputs"):
        sensitivity(scenario(VOUCHER, correlated), sobol=True, trials=10)


@pytest.mark.parametrize("name", ["blend-creations", "back-alley-waffles", "yoga-shelter"])
def test_the_verdict_names_what_explains_most(name: str) -> None:
    """(14.9), from groups of sampled profits, and (18.3), from a curve of conditional means,
    estimate the same share of the first input named."""
    scenario = dealsim.load(ROOT / "scenarios" / f"{name}.yaml")
    result = dealsim.simulate(scenario)
    named = result.summary()["inputs"]["influential"]
    _, means = conditional_means(scenario, trials=result.trials, seed=result.seed)
    mean, profit = means["incremental_profit"], result.metrics["incremental_profit"]
    shares = {
        path: explained_share(drawn, mean) * mean.var() / profit.var()
        for path, drawn in result.inputs.items()
    }
    first = max(shares, key=lambda path: shares[path])
    assert named[0]["path"] == first
    # each from 10,000 futures: the error of a share s is about sqrt(4 s (1 - s)^2 / n) < 0.8 %; a
    # group leaves out what the input explains within it, which is most where it has a long tail
    assert named[0]["variance_share"] == pytest.approx(shares[first], abs=0.05)


def test_the_tornado_holds_the_number_alone(scenario: MakeScenario) -> None:
    """What a preset derives from the ticket stays as drawn: held at its quantiles, it moves the
    mean only as far as it explains something."""
    made = scenario(TICKET)
    found = sensitivity(made, trials=2_000)
    by_path = {one.path: one for one in found.inputs}
    assert by_path["business.usual_ticket"].variance_share < 0.001
    assert by_path["business.usual_ticket"].swing == pytest.approx(0, abs=1e-6)


TICKET = """
dealsim: 1
currency: USD
kind: restaurant
deal: {price: 20, face_value: 40, demand: 300}
platform: {commission: 50%}
business: {usual_ticket: 40 to 60, variable_cost: 40%}
customers:
  newcomers:
    share: 100%
    overspend: {chance: 30%, amount: 10}
    returns: {chance: 10%, visits: 2, after: 1 month, spend: 30}
"""


def test_inputs_of_a_further_deal_count_too(scenario: MakeScenario) -> None:
    """Demand of the second deal alone is in doubt: it explains all that is not luck."""
    made = scenario(
        VOUCHER
        + "campaigns: [{starts: 2025-01-01}, {starts: 2025-03-01, deal: {demand: 60 to 140}}]"
    )
    found = sensitivity(made, trials=1_000)
    assert [one.path for one in found.inputs] == ["campaigns.1.deal.demand"]
    assert found.inputs[0].values[0] == pytest.approx(60)
    means = found.inputs[0].means  # 5 lost on each voucher, 100 of the first deal
    assert means[0] == pytest.approx(-5 * 160)
    assert means[-1] == pytest.approx(-5 * 240)
    assert len(sensitivity(made, trials=200, most=0).inputs[0].means) == 0

"""Uncertain inputs: rank correlations (3.2), and uniforms from somewhere else (section 3)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import dealsim
from dealsim import UsageError
from dealsim.engine import Array, Matrix, Streams, draw, draw_campaigns, inputs_of, ranks_of
from dealsim.results.influence import rank_correlation
from dealsim.streams import CHUNK
from tests.conftest import MakeScenario
from tests.engine.library import PLAIN

DOUBT: dict[str, object] = {
    "deal.demand": "40 to 160",
    "deal.refunds": "1% to 9%",
    "business.variable_cost": "30% to 60%",
}
CHUNKS = 4


def drawn(made: dealsim.Scenario, seed: int) -> dict[str, Array]:
    """Inputs of several chunks, one after the other."""
    parts = [draw(made, Streams(seed), chunk) for chunk in range(CHUNKS)]
    return {path: np.concatenate([part[path] for part in parts]) for path in parts[0]}


def correlated(*pairs: tuple[str, str, float]) -> dict[str, object]:
    return DOUBT | {"correlations": [list(pair) for pair in pairs]}


@pytest.mark.parametrize("rho", [-0.9, -0.4, 0.0, 0.4, 0.9])
def test_rank_correlation_is_the_stated_one(rho: float, scenario: MakeScenario, seed: int) -> None:
    """Spearman's rho of a Gaussian copula with 2 sin(pi rho / 6) is rho, whatever the families.

    Its sampling error is at most 1.1 / sqrt(n) (the largest, near 0, is 1 / sqrt(n - 1)).
    """
    made = scenario(PLAIN, correlated(("deal.demand", "business.variable_cost", rho)))
    found = drawn(made, seed)
    n = CHUNKS * CHUNK
    off = rank_correlation(found["deal.demand"], found["business.variable_cost"]) - rho
    assert abs(off) < 5 * 1.1 / math.sqrt(n)
    assert abs(rank_correlation(found["deal.demand"], found["deal.refunds"])) < 5.5 / math.sqrt(n)


def test_correlated_inputs_keep_their_distributions(scenario: MakeScenario, seed: int) -> None:
    """A copula moves ranks only: each input still falls below its quantiles as often."""
    pairs = (("deal.demand", "deal.refunds", 0.7), ("deal.refunds", "business.variable_cost", -0.5))
    made = scenario(PLAIN, correlated(*pairs))
    found, numbers = drawn(made, seed), made.numbers()
    for path in DOUBT:
        for p in (0.05, 0.5, 0.95):
            below = float(np.mean(found[path] < numbers[path].quantile(p)))
            assert abs(below - p) < 5 * math.sqrt(p * (1 - p) / (CHUNKS * CHUNK)), (path, p)


def test_the_order_of_correlations_is_idle(scenario: MakeScenario, seed: int) -> None:
    """Scenarios that mean the same, and so have one hash, draw the same."""
    pairs = [("deal.demand", "deal.refunds", 0.7), ("deal.refunds", "business.variable_cost", 0.3)]
    one = scenario(PLAIN, correlated(*pairs))
    turned = scenario(PLAIN, correlated(*[(b, a, rho) for a, b, rho in reversed(pairs)]))
    a, b = drawn(one, seed), drawn(turned, seed)
    assert all((a[path] == b[path]).all() for path in a)


DEALS = """
campaigns:
  - {starts: 2025-01-01}
  - {starts: 2025-02-01, deal: {demand: 20 to 300}}
  - {starts: 2025-03-01, deal: {demand: 20 to 300, refunds: 0% to 20%}}
"""


def test_deals_that_state_a_number_alike_share_it(scenario: MakeScenario, seed: int) -> None:
    """Doubt about an average is one doubt, whichever deals state it; and what one deal states for
    itself is tied as the correlations say to what it shares with the others (3.2)."""
    rho = 0.8
    made = scenario(PLAIN + DEALS, correlated(("deal.demand", "deal.refunds", rho)))
    deals = (made, *made.further)
    parts = [draw_campaigns(deals, Streams(seed), chunk) for chunk in range(CHUNKS)]
    first, second, third = (
        {path: np.concatenate([part[k][path] for part in parts]) for path in DOUBT}
        for k in range(3)
    )
    own = {"campaigns.1.deal.demand", "campaigns.2.deal.refunds"}
    assert set(inputs_of(deals)) == {*DOUBT, *own} == set(ranks_of(deals, Streams(seed), 0))
    np.testing.assert_array_equal(third["deal.demand"], second["deal.demand"])
    np.testing.assert_array_equal(second["deal.refunds"], first["deal.refunds"])
    assert not np.array_equal(first["deal.demand"], second["deal.demand"])
    for deal in (first, second, third):
        off = rank_correlation(deal["deal.demand"], deal["deal.refunds"]) - rho
        assert abs(off) < 5 * 1.1 / math.sqrt(CHUNKS * CHUNK)
    for path, value in made.further[1].numbers().items():
        if path in DOUBT:
            below = float(np.mean(third[path] < value.quantile(0.3)))
            assert abs(below - 0.3) < 5 * math.sqrt(0.21 / (CHUNKS * CHUNK)), path


def test_uniforms_from_a_matrix(scenario: MakeScenario) -> None:
    """Inputs are the inverse distribution functions of the given uniforms, trial by trial (3.1)."""
    made = scenario(PLAIN, DOUBT)
    trials = CHUNK + 7
    points = (np.arange(trials) + 0.5) / trials
    result = dealsim.simulate(
        made, trials=trials, provider=Matrix(dict.fromkeys(DOUBT, points)), workers=2
    )
    for path in DOUBT:
        assert (result.inputs[path] == made.numbers()[path].ppf(points)).all()


@pytest.mark.parametrize("wrong", [{"trials": 0}, {"seed": -1}, {"workers": 0}, {"workers": -2}])
def test_arguments_out_of_range_are_refused(wrong: dict[str, Any], scenario: MakeScenario) -> None:
    with pytest.raises(UsageError, match=next(iter(wrong))):
        dealsim.simulate(scenario(PLAIN), **wrong)

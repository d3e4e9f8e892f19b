"""Two worlds on the same luck: each is exact by itself, and they differ by their terms alone
(docs/model.md, 16)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import exp, hypot, sqrt
from typing import Any

import numpy as np
import pytest
from scipy.special import bdtr, gammainc, gammaln, pdtr

import dealsim
from dealsim import Result
from dealsim.engine import Array
from dealsim.engine.pairing import (
    paired_binomial,
    paired_gamma,
    paired_hypergeometric,
    paired_poisson,
)
from dealsim.scenario import Scenario
from dealsim.simulation import simulate_paired
from tests.conftest import MakeScenario
from tests.engine.library import AS_ALWAYS, MIXED, VARIANTS
from tests.statistical import assert_chi_square, assert_same_distribution

DRAWS = 40_000
Pair = Callable[..., Array]


def full(*values: float) -> tuple[Array, ...]:
    return tuple(np.full(DRAWS, float(value)) for value in values)


def law(cdf: Sequence[float]) -> dict[int, float]:
    """Probabilities of 0, 1, ... from a distribution function that ends at 1."""
    chances = np.diff([0.0, *cdf[:-1], 1.0])
    return {k: float(chance) for k, chance in enumerate(chances)}


def binomial_law(n: int, p: float) -> dict[int, float]:
    return law([float(bdtr(k, n, p)) if k < n else 1.0 for k in range(n + 1)])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((12, 0.3), (12, 0.5)),
        ((12, 0.5), (12, 0.3)),
        ((12, 0.3), (20, 0.3)),
        ((20, 0.3), (12, 0.3)),
        ((20, 0.3), (12, 0.6)),
        ((12, 0.6), (20, 0.3)),
        ((12, 1.0), (15, 0.4)),
        ((0, 0.4), (9, 0.4)),
        ((9, 0.0), (9, 0.4)),
    ],
)
def test_binomial_is_exact_and_kept(
    before: tuple[int, float], after: tuple[int, float], seed: int
) -> None:
    """The variant's count has its own law, and follows the base as far as it can (16.1)."""
    rng = np.random.default_rng(seed)
    x1 = rng.binomial(int(before[0]), before[1], DRAWS).astype(float)
    x2 = paired_binomial(rng, full(*before), x1, full(*after))
    assert_chi_square(Counter(x2.astype(int).tolist()), binomial_law(*after))
    if before[0] == after[0]:
        steps = x2 - x1
        assert (steps >= 0).all() if after[1] >= before[1] else (steps <= 0).all()
    # common individuals: min(n) of them, those who do so in both worlds min(p)
    both, p = min(before[0], after[0]), (before[1], after[1])
    covariance = both * (min(p) - p[0] * p[1])
    found = np.mean((x1 - before[0] * p[0]) * (x2 - after[0] * p[1]))
    spread = np.std((x1 - x1.mean()) * (x2 - x2.mean())) / sqrt(DRAWS)
    assert abs(found - covariance) <= 5.0 * spread + 1e-12


@pytest.mark.parametrize(("before", "after"), [(3.0, 4.5), (4.5, 3.0), (0.0, 2.0), (2.0, 0.0)])
def test_poisson_is_exact_and_kept(before: float, after: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x1 = rng.poisson(before, DRAWS).astype(float)
    x2 = paired_poisson(rng, full(before), x1, full(after))
    assert (x2 >= x1).all() if after >= before else (x2 <= x1).all()
    cdf = [float(pdtr(k, after)) if after else 1.0 for k in range(40)]
    assert_chi_square(Counter(x2.astype(int).tolist()), law([*cdf, 1.0]))


@pytest.mark.parametrize(("before", "after"), [(1.5, 4.0), (4.0, 1.5), (0.0, 2.0), (2.0, 0.0)])
def test_gamma_is_exact_and_kept(before: float, after: float, seed: int) -> None:
    """Amounts by the cells of their own distribution function (16.3)."""
    rng = np.random.default_rng(seed)
    g1 = rng.standard_gamma(np.full(DRAWS, before))
    g2 = paired_gamma(rng, full(before), g1, full(after))
    assert (g2 >= g1).all() if after >= before else (g2 <= g1).all()
    if after == 0.0:
        assert not g2.any()
        return
    cells = Counter(np.minimum(gammainc(after, g2) * 50, 49).astype(int).tolist())
    assert_chi_square(cells, dict.fromkeys(range(50), 0.02))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((7, 9, 6), (7, 9, 6)),
        ((7, 9, 6), (7, 9, 10)),
        ((7, 9, 10), (7, 9, 4)),
        ((7, 9, 6), (10, 9, 6)),
        ((7, 9, 6), (4, 12, 8)),
        ((9, 4, 12), (5, 6, 3)),
        ((0, 9, 4), (6, 2, 5)),
        ((7, 9, 1), (4, 12, 8)),
    ],
)
def test_hypergeometric_is_exact_and_kept(
    before: tuple[int, int, int], after: tuple[int, int, int], seed: int
) -> None:
    """One permutation of the common individuals: its own law, and as near the base as that makes it
    (16.4).

    Of n common ones in one order, the r-th is among the first in a world where r or more are, each
    world by itself; so the counts covary as goods fall at random on these n chances.
    """
    rng = np.random.default_rng(seed)
    x1 = rng.hypergeometric(*before, DRAWS).astype(float)
    x2 = paired_hypergeometric(rng, full(*before), x1, full(*after))
    good, bad, taken = after

    def ways(n: int, k: int) -> float:
        return float(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))

    chances = {
        k: float(np.exp(ways(good, k) + ways(bad, taken - k) - ways(good + bad, taken)))
        for k in range(max(0, taken - bad), min(good, taken) + 1)
    }
    assert_chi_square(Counter(x2.astype(int).tolist()), chances)
    if before == after:
        np.testing.assert_array_equal(x1, x2)
        return
    common = min(before[0], good), min(before[1], bad)
    n = sum(common)

    def among_first(world: tuple[int, int, int]) -> Array:
        own, every = world[0] + world[1] - n, ways(world[0] + world[1], world[2])
        met = [
            exp(ways(n, k) + ways(own, world[2] - k) - every)
            if 0 <= world[2] - k <= own and k <= n
            else 0.0
            for k in range(n + 1)
        ]
        return np.cumsum(met[::-1])[::-1][1:]

    one, other = among_first(before), among_first(after)
    goods = common[0] / n
    spread = np.sum((one - one.mean()) * (other - other.mean()))
    covariance = goods * (1.0 - goods) * n / (n - 1) * spread
    products = (x1 - x1.mean()) * (x2 - x2.mean())
    assert abs(products.mean() - covariance) <= 5.0 * products.std() / sqrt(DRAWS) + 1e-12


PACK = {"deal.uses": 5, "deal.use_rest": "60%", "deal.between": "12 days"}
WORLDS: dict[str, tuple[str, Mapping[str, object], Mapping[str, object]]] = {
    "redeem": (MIXED, {}, {"customers.newcomers.redeem": "60%"}),
    "cap": (MIXED, {"deal.minimum": 0}, {"deal.cap": 33}),
    "shares": (MIXED, {}, {"customers.hunters.share": "40%"}),
    "expiry": (MIXED, {}, {"deal.promo_expires": "75 days"}),
    "amounts": (MIXED, {}, {"customers.hunters.overspend.cv": 0.4}),
    "returns": (MIXED, {}, {"customers.hunters.returns.stay": "90 days"}),
    "packs": (MIXED, PACK, {"deal.uses": 3, "deal.use_rest": "75%"}),
    "lapses": (MIXED, {}, VARIANTS["nothing survives"]),
}
COUNTS = ("vouchers_sold", "redeemed_in_time", "presented_late", "lapsed", "new_regulars")


def pair(base: Scenario, variant: Scenario, seed: int, trials: int = 10_000) -> tuple[Result, ...]:
    return simulate_paired([base, variant], trials=trials, seed=seed, workers=2)


@pytest.mark.parametrize("name", sorted(WORLDS))
def test_each_world_is_that_of_its_own_run(
    name: str, scenario: MakeScenario, tmp_path: Any, seed: int
) -> None:
    """Joint counts, means, variances and quantiles of the variant, against a run by itself."""
    text, terms, change = WORLDS[name]
    base, variant = scenario(text, terms), scenario(text, {**terms, **change})
    first, second = pair(base, variant, seed)
    alone = dealsim.simulate(variant, trials=10_000, seed=seed + 1, workers=2)
    alike = dealsim.simulate(base, trials=10_000, seed=seed, workers=2)
    if name != "expiry":  # whose days are steps of the base as well
        np.testing.assert_array_equal(first.metrics["npv"], alike.metrics["npv"])

    def joint(result: Result) -> list[tuple[int, ...]]:
        rows = (result.metrics[count].astype(int).tolist() for count in COUNTS[1:3])
        return list(zip(*rows, strict=True))

    assert_same_distribution(joint(second), joint(alone), what="joint counts")
    for metric in (*COUNTS, "till_receipts", "returning_margin", "incremental_profit"):
        a, b = second.metrics[metric], alone.metrics[metric]
        error = hypot(a.std(), b.std()) / sqrt(len(a))
        assert abs(a.mean() - b.mean()) <= 5.0 * error, metric
        if metric.endswith(("margin", "profit", "receipts")):
            assert_same_distribution(a.tolist(), b.tolist(), what=metric)


def test_nothing_changed_is_no_difference(scenario: MakeScenario, seed: int) -> None:
    """Every metric of every trial, with and without a capacity, and what moves no customer."""
    places = {"business.capacity_per_week": 12, "business.visits_per_week": "8 to 12"}
    for text, terms in ((MIXED, {}), (AS_ALWAYS, {"deal.demand": "200 to 900"}), (MIXED, places)):
        base = scenario(text, terms)
        first, second = pair(base, base, seed, 3_000)
        for metric, values in first.metrics.items():
            np.testing.assert_array_equal(second.metrics[metric], values, err_msg=metric)
        cheaper = scenario(text, {**terms, "platform.commission": "30%"})
        first, second = pair(base, cheaper, seed, 3_000)
        for count in (*COUNTS, "till_receipts", "cannibalised_margin"):
            np.testing.assert_array_equal(second.metrics[count], first.metrics[count])
        assert (second.metrics["remittance"] >= first.metrics["remittance"]).all()


def test_more_redeem_and_nobody_less(scenario: MakeScenario, seed: int) -> None:
    """With a higher chance to redeem, every trial has as many redemptions or more."""
    base, variant = (
        scenario(MIXED, {"customers.newcomers.redeem": redeem}) for redeem in ("80%", "84%")
    )
    first, second = pair(base, variant, seed, 5_000)
    more = second.metrics["redeemed_in_time"] - first.metrics["redeemed_in_time"]
    assert (more >= 0).all() and 0 < more.mean() < 1


def test_pairing_is_worth_many_trials(scenario: MakeScenario, seed: int) -> None:
    """The difference of paired worlds has a fifth of the error of independent ones, or less."""
    base, variant = (
        scenario(MIXED, {"customers.newcomers.redeem": redeem, "deal.demand": 400})
        for redeem in ("80%", "82%")
    )
    first, second = (r.metrics["incremental_profit"] for r in pair(base, variant, seed, 5_000))
    assert (second - first).std() * 5 < hypot(first.std(), second.std())


def test_workers_and_trials_change_nothing(scenario: MakeScenario, seed: int) -> None:
    base, variant = scenario(MIXED), scenario(MIXED, {"customers.newcomers.redeem": "60%"})
    few = simulate_paired([base, variant], trials=700, seed=seed, workers=1)
    many = simulate_paired([base, variant], trials=11_000, seed=seed, workers=3)
    for a, b in zip(few, many, strict=True):
        for metric, values in a.metrics.items():
            np.testing.assert_array_equal(values, b.metrics[metric][:700])

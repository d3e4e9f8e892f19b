"""The update of the inputs against exact posteriors (docs/model.md, 15)."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from dealsim.engine import EARLY, Array
from dealsim.inference import InputUpdate, observe, update_inputs
from dealsim.inference.posterior import PARTICLES
from dealsim.records import Actuals, daily_counts
from dealsim.scenario import Scenario
from tests.conftest import MakeScenario
from tests.engine.library import PLAIN
from tests.records.registers import register

DRAWS = 300
"""Independent draws that the particles are worth at the least, after their moves."""


def updated(scenario: Scenario, actuals: Actuals, seed: int) -> InputUpdate:
    return update_inputs(scenario, observe(daily_counts(actuals, scenario), scenario), seed)


def assert_posterior(found: Array, values: Array, log_density: Array, what: str) -> None:
    """Particles have the mean and spread of a density known on a grid, and fall below its
    quantiles as often as they should."""
    weights = np.exp(log_density - log_density.max())
    weights = weights / weights.sum()
    mean = float(weights @ values)
    sd = float(np.sqrt(weights @ (values - mean) ** 2))
    assert len(found) == PARTICLES
    assert abs(found.mean() - mean) < 5 * sd / np.sqrt(DRAWS), what
    assert abs(found.std() / sd - 1) < 5 * np.sqrt(1 / DRAWS), what
    below = np.cumsum(weights)
    for p in (0.05, 0.5, 0.95):
        mark = float(np.interp(p, below, values))
        share = float(np.mean(found < mark))
        assert abs(share - p) < 5 * np.sqrt(p * (1 - p) / DRAWS), (what, p)


@pytest.mark.parametrize("sold", [20, 400, 20_000])
def test_redeem_is_beta_after_expiry(sold: int, scenario: MakeScenario, seed: int) -> None:
    """With a beta before and everything decided, the posterior is Beta(a + R, b + N - R)."""
    own: dict[str, object] = {"customers.all.redeem": BETA, "redemption.half_life": "40 days"}
    made = scenario(PLAIN, {"deal.demand": sold} | own)
    used = round(0.62 * sold)
    events = {"sold": {0: sold}, "redeemed": curve(used, 40.0, 120)}
    found = updated(made, register(made, 200, events), seed).posterior["customers.all.redeem"]
    r = np.linspace(0, 1, 200_001)[1:-1]
    density = (8 + used - 1) * np.log(r) + (2 + sold - used - 1) * np.log1p(-r)
    assert_posterior(found, r, density, f"{sold} sold")


def curve(count: int, half_life: float, end: int, close: int = 3) -> dict[int, int]:
    """So many redemptions by day, over `end` days from sale close, along the opening wave."""
    t = np.arange(end + 1)
    reached = np.rint(count * (1 - 2.0 ** (-t / half_life)) / (1 - 2.0 ** (-end / half_life)))
    return {close + int(k): int(n) for k, n in enumerate(np.diff(reached)) if n}


BETA: dict[str, object] = {"dist": "beta", "a": 8, "b": 2}


@pytest.mark.parametrize("sold", [20, 20_000])
def test_redeem_before_expiry(sold: int, scenario: MakeScenario, seed: int) -> None:
    """Half-way, those who will come are not all seen: r^R (1 - r G)^(N - R) times the prior."""
    made = scenario(
        PLAIN,
        {
            "deal.demand": sold,
            "customers.all.redeem": "40% to 90%",
            "redemption.half_life": "40 days",
        },
    )
    used = round(0.3 * sold)
    found = updated(
        made, register(made, 42, {"sold": {0: sold}, "redeemed": curve(used, 40.0, 40)}), seed
    ).posterior["customers.all.redeem"]
    z = np.linspace(-8, 8, 40_001)
    value = made.numbers()["customers.all.redeem"]
    from scipy.special import ndtr

    r = value.ppf(np.clip(ndtr(z), 1e-15, 1 - 1e-15))
    seen_share = (1 - 2.0 ** (-(43 - 3) / 40)) / (1 - 2.0 ** (-120 / 40))
    density = used * np.log(r) + (sold - used) * np.log1p(-r * seen_share) - z**2 / 2
    assert_posterior(np.sort(found), r, density, f"{sold} sold")


def test_half_life_from_bins(scenario: MakeScenario, seed: int) -> None:
    """When vouchers come tells the half-life: a posterior by hand over weekly bins."""
    made = scenario(
        PLAIN,
        {
            "deal.demand": 300,
            "customers.all.redeem": "80%",
            "redemption.half_life": {"dist": "uniform", "low": "10 days", "high": "200 days"},
        },
    )
    weekly = [60, 40, 30, 25, 10, 12]
    redeemed = {
        3 + 7 * k + day: n // 5 + (day < n % 5) for k, n in enumerate(weekly) for day in range(5)
    }
    events = {"sold": {0: 300}, "redeemed": redeemed}
    found = updated(made, register(made, 44, events), seed).posterior["redemption.half_life"]
    h = np.linspace(10, 200, 20_001)[1:-1]
    edges = 7.0 * np.arange(7)
    reached = (1 - 2 ** (-edges[:, None] / h)) / (1 - 2 ** (-120 / h))
    steps = np.diff(0.8 * reached, axis=0)
    density = np.array(weekly) @ np.log(steps) + (300 - sum(weekly)) * np.log1p(-steps.sum(axis=0))
    assert_posterior(found, h, density, "half-life")


def test_two_segments_share_what_is_seen(scenario: MakeScenario, seed: int) -> None:
    """Only the mixture is seen: share and both rates, by hand on a grid of all three."""
    made = scenario(
        TWO,
        {
            "customers.a.share": {"dist": "uniform", "low": 0, "high": 1},
            "customers.a.redeem": {"dist": "uniform", "low": 0.1, "high": 0.5},
            "customers.b.redeem": {"dist": "uniform", "low": 0.4, "high": 1},
            "redemption.half_life": "40 days",
        },
    )
    events = {"sold": {0: 60}, "redeemed": curve(30, 40.0, 120)}
    found = updated(made, register(made, 200, events), seed).posterior
    grid = [np.linspace(low, high, 201) for low, high in ((0, 1), (0.1, 0.5), (0.4, 1))]
    share, a, b = np.meshgrid(*grid, indexing="ij")
    p = share * a + (1 - share) * b
    density = 30 * np.log(p) + 30 * np.log1p(-np.minimum(p, 1 - 1e-12))
    weights = np.exp(density - density.max())
    paths = ("customers.a.share", "customers.a.redeem", "customers.b.redeem")
    for axis, path in enumerate(paths):
        others = tuple(k for k in range(3) if k != axis)
        marginal = np.log(weights.sum(axis=others))
        assert_posterior(found[path], grid[axis], marginal, path)


TWO = PLAIN.replace("  all: {share: 100%}", "  a: {share: 50%}\n  b: {share: rest}")


def test_correlated_inputs_follow(scenario: MakeScenario, seed: int) -> None:
    """An input that the register never shows moves with one that it does, through the copula."""
    made = scenario(
        PLAIN,
        {
            "deal.demand": 20_000,
            "customers.all.redeem": "30% to 90%",
            "business.variable_cost": "20% to 70%",
            "redemption.half_life": "40 days",
            "correlations": [["customers.all.redeem", "business.variable_cost", 0.8]],
        },
    )
    numbers = made.numbers()
    high = numbers["customers.all.redeem"].quantile(0.95)
    used = round(high * 20_000)
    events = {"sold": {0: 20_000}, "redeemed": curve(used, 40.0, 120)}
    found = updated(made, register(made, 200, events), seed)
    from scipy.special import ndtri

    rho = 2 * np.sin(np.pi * 0.8 / 6)
    cost = found.posterior["business.variable_cost"]
    # given the one at its 95 % point, the other's normal has mean rho z and variance 1 - rho^2
    middle = numbers["business.variable_cost"].ppf(
        _ndtr(rho * ndtri(0.95) + np.array([0.0, 1.0]) * np.sqrt(1 - rho**2))
    )
    assert abs(np.mean(cost < middle[0]) - 0.5) < 5 * 0.5 / np.sqrt(DRAWS) + 0.03
    assert abs(np.mean(cost < middle[1]) - _ndtr(1.0)) < 5 * 0.37 / np.sqrt(DRAWS) + 0.03


def _ndtr(z: object) -> Array:
    from scipy.special import ndtr

    return np.asarray(ndtr(z))


def test_certain_inputs_stay(scenario: MakeScenario, seed: int) -> None:
    """What the scenario is certain of is not updated, however the register looks."""
    made = scenario(PLAIN, {"deal.demand": 100, "customers.all.redeem": "80%"})
    found = updated(made, register(made, 200, {"sold": {0: 100}, "redeemed": {50: 10}}), seed)
    assert found.posterior == {}
    assert found.fit.factor > 5
    assert found.fit.worst.startswith("0 vouchers redeemed in time or presented late from ")
    assert found.fit.worst.endswith(", where 21.4 fit")


@pytest.mark.parametrize(
    ("late", "events"),
    list(
        product(
            ("0%", "0% to 20%"),
            (
                {"sold": {0: 20}},
                {"sold": {0: 20}, "redeemed": {0: 20}},
                {"sold": {0: 20}, "refunded": {90: 20}},
                {"sold": {0: 20}, "redeemed": {150: 20}},
                {"sold": {0: 20, 60: 5}, "redeemed": {150: 3}, "cashed_out": {151: 2}},
                {"sold": {0: 1_000_000}, "redeemed": {150: 999_999}},
            ),
        )
    ),
)
def test_no_register_is_impossible(
    late: str, events: dict[str, dict[int, int]], scenario: MakeScenario, seed: int
) -> None:
    """What the inputs call impossible is answered with finite inputs within their ranges."""
    made = scenario(
        PLAIN,
        {
            "customers.all.redeem": "60% to 80%",
            "redemption.half_life": "20 to 60 days",
            "redemption.late.share": late,
            "deal.refunds": "0% to 4%",
        },
    )
    found = updated(made, register(made, 199, events), seed)
    for path, values in found.posterior.items():
        low, high = (0, 1) if path == EARLY else made.numbers()[path].distribution.support()
        assert np.isfinite(values).all()
        assert ((low <= values) & (values <= high)).all(), path


def test_a_misfit_counts_for_less(scenario: MakeScenario, seed: int) -> None:
    """Redemptions that come in lumps tell less than as many that come alone."""
    made = scenario(
        PLAIN,
        {"customers.all.redeem": "10% to 90%", "redemption.half_life": "20 to 60 days"},
    )
    smooth = {"sold": {0: 2_000}, "redeemed": curve(1_200, 35.0, 120)}
    lumps = {"sold": {0: 2_000}, "redeemed": {3 + day: 300 for day in (5, 30, 60, 90)}}
    path = "customers.all.redeem"
    plain, lumped = (updated(made, register(made, 200, e), seed) for e in (smooth, lumps))
    assert lumped.fit.factor > 10 * plain.fit.factor
    assert lumped.posterior[path].std() > 2 * plain.posterior[path].std()


def test_same_seed_same_inputs(scenario: MakeScenario) -> None:
    made = scenario(PLAIN, {"customers.all.redeem": "10% to 90%"})
    actuals = register(made, 60, {"sold": {0: 50}, "redeemed": {20: 9}})
    first, again, other = (updated(made, actuals, seed).posterior for seed in (0, 0, 1))
    path = "customers.all.redeem"
    assert (first[path] == again[path]).all()
    assert (first[path] != other[path]).any()


def test_redeemed_before_sale_close_tells_the_share_only(scenario: MakeScenario, seed: int) -> None:
    """Once all is decided, r^used (1 - r)^held: when the early ones came makes no difference."""
    made = scenario(
        PLAIN,
        {
            "deal.sale_window": "30 days",
            "customers.all.redeem": "20% to 90%",
            "redemption.half_life": "40 days",
        },
    )
    events = {"sold": {0: 200, 20: 200}, "redeemed": {10: 80} | curve(100, 40.0, 120, 30)}
    found = updated(made, register(made, 200, events), seed)
    assert found.fit.factor == 1.0
    r = made.numbers()["customers.all.redeem"].ppf(_ndtr(Z))
    density = 180 * np.log(r) + 220 * np.log1p(-r) - Z**2 / 2
    assert_posterior(found.posterior["customers.all.redeem"], r, density, "early and later")


Z = np.linspace(-7, 7, 20_001)


def test_haste_before_sale_close_is_not_read_into_the_half_life(
    scenario: MakeScenario, seed: int
) -> None:
    """Early redemptions and refunds move the inputs no more on the day of sale close than days
    later, when their own curves have hardly begun."""
    made = scenario(
        PLAIN,
        {
            "deal.sale_window": "30 days",
            "deal.refunds": "0% to 20%",
            "customers.all.redeem": "20% to 90%",
            "redemption.half_life": "10 to 90 days",
        },
    )
    used = {10: 80, 30: 4, 31: 4}
    found = []
    for day in (28, 29, 30, 31):
        shown = {when: count for when, count in used.items() if when <= day}
        events = {"sold": {0: 200, 20: 200}, "redeemed": shown, "refunded": {22: 12}}
        found.append(updated(made, register(made, day, events), seed))
    for path in ("redemption.half_life", "customers.all.redeem", "deal.refunds"):
        means = [one.posterior[path].mean() for one in found]
        assert max(means) - min(means) < 0.6 * found[0].prior[path].std(), (path, means)
    assert all(one.fit.factor == 1.0 for one in found)

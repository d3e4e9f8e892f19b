"""Properties of any scenario: order, scale, refinement, reproducibility, independent streams."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from math import hypot, sqrt
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

import dealsim
from dealsim import Result
from dealsim.engine import Array, Clock, build_clock
from dealsim.scenario import Scenario
from tests.conftest import MakeScenario
from tests.engine.library import AS_ALWAYS, MIXED, PLAIN, VARIANTS, expected, run, sampled
from tests.statistical import assert_same_distribution

MONEY = (
    *("remittance", "fixed_fee", "till_receipts", "voucher_visit_cost", "campaign_profit"),
    *("cannibalised_margin", "displaced_margin", "returning_revenue", "returning_margin"),
    *("tail_reserve", "incremental_profit", "npv", "lowest_cash", "outstanding_value"),
    *("liability_at_expiry", "liability_at_horizon", "likely_claims", "cost_per_new_regular"),
)
AMOUNTS = ("price", "face_value", "fixed_fee", "usual_ticket", "cost_per_visit")
INNER = ("amount", "spend", "worth")

few = settings(
    max_examples=15,
    deadline=None,
    # the file is written anew for each example
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
shares = st.floats(0.0, 1.0).map(lambda x: round(x, 3))
amounts = st.floats(0.5, 500.0).map(lambda x: round(x, 2))


def tree(text: str) -> dict[str, Any]:
    """A scenario as plain mappings."""
    return YAML(typ="safe", pure=True).load(text)


def loaded(mapping: Mapping[str, Any], folder: Path) -> Scenario:
    """A scenario from plain mappings; JSON is YAML."""
    file = folder / "scenario.yaml"
    file.write_text(json.dumps(mapping, default=str), encoding="utf-8")
    return dealsim.load(file)


def simulate(scenario: Scenario, seed: int, trials: int = 300, workers: int = 1) -> Result:
    """A short run."""
    return dealsim.simulate(scenario, trials=trials, seed=seed, workers=workers)


def assert_identical(a: Result, b: Result, first: int | None = None) -> None:
    """Inputs, metrics and timelines are the same to the last bit, of the first trials or all."""
    for ours, theirs in ((a.inputs, b.inputs), (a.metrics, b.metrics), (a.timeline, b.timeline)):
        assert list(ours) == list(theirs)
        for name, values in ours.items():
            assert values[..., :first].tobytes() == theirs[name][..., :first].tobytes(), name


def shuffled(node: Any, rng: Random) -> Any:
    """The same mapping with the keys of every level in another order."""
    if not isinstance(node, dict):
        return [shuffled(inner, rng) for inner in node] if isinstance(node, list) else node
    keys = list(node)
    rng.shuffle(keys)
    return {key: shuffled(node[key], rng) for key in keys}


DOUBT = {"deal": {"demand": "20 to 90", "refunds": "1% to 9%"}}


@settings(few, max_examples=4)
@given(order=st.integers(0, 2**32))
def test_order_of_keys_is_idle(order: int, tmp_path: Path, seed: int) -> None:
    """Segments and keys in any order: the same scenario, byte for byte the same results."""
    mapping = tree(MIXED)
    mapping["deal"] |= DOUBT["deal"]
    mapping["correlations"] = [["deal.demand", "deal.refunds", 0.5]]
    a = loaded(mapping, tmp_path)
    b = loaded(shuffled(mapping, Random(order)), tmp_path)
    assert a.sha256 == b.sha256
    assert_identical(simulate(a, seed, 50), simulate(b, seed, 50))


def scaled(node: Any, factor: float) -> Any:
    """Every amount of money times a factor."""
    if not isinstance(node, dict):
        return node
    return {
        key: float(value) * factor if key in (*AMOUNTS, *INNER) else scaled(value, factor)
        for key, value in node.items()
    }


@few
@given(
    factor=st.sampled_from([1e-3, 0.07, 1 / 3, 2.0, 1234.5]), name=st.sampled_from(sorted(VARIANTS))
)
def test_money_scales(factor: float, name: str, tmp_path: Path) -> None:
    """All money times c: every unrounded amount times c, every count as before."""
    file = tmp_path / "variant.yaml"
    file.write_text(MIXED, encoding="utf-8")
    before = expected(dealsim.load(file, VARIANTS[name]))
    file.write_text(json.dumps(scaled(tree(MIXED), factor), default=str), encoding="utf-8")
    after = expected(dealsim.load(file, VARIANTS[name]))
    for metric, value in before.items():
        wanted = value * factor if metric in MONEY else value
        assert after[metric] == pytest.approx(wanted, rel=1e-9, abs=1e-9 * factor, nan_ok=True), (
            metric
        )


@few
@given(
    price=amounts,
    variable=shares,
    per_visit=st.floats(0.0, 0.4).map(lambda x: round(x, 2)),
    refunds=shares,
    horizon=st.integers(20, 300),
    after=st.sampled_from(["paid_value", "face_value", "nothing"]),
    on_redemption=st.booleans(),
)
def test_no_deal_at_all_earns_nothing(
    price: float,
    variable: float,
    per_visit: float,
    refunds: float,
    horizon: int,
    after: str,
    on_redemption: bool,
    tmp_path: Path,
) -> None:
    """Price = face value = usual ticket, no fees, everybody would have come (11.3)."""
    mapping = tree(PLAIN)
    mapping["horizon"] = f"{horizon} days"
    mapping["deal"] |= {"price": price, "face_value": price, "demand": 321}
    mapping["deal"] |= {"refunds": refunds, "after_expiry": after}
    mapping["platform"]["commission"] = 0
    if on_redemption:
        mapping["platform"]["payout"] = {"on_redemption": {"lag": "9 days"}}
    mapping["business"] = {
        "usual_ticket": price,
        "variable_cost": variable,
        "cost_per_visit": round(price * per_visit, 4),
    }
    mapping["customers"]["all"] |= {"redeem": 1, "would_have_come": 1}
    found = expected(loaded(mapping, tmp_path))
    assert found["incremental_profit"] == pytest.approx(0.0, abs=1e-9 * 321 * price)


@few
@given(lower=shares, higher=shares, name=st.sampled_from(sorted(VARIANTS)))
def test_a_higher_commission_never_pays(
    lower: float, higher: float, name: str, tmp_path: Path
) -> None:
    """In expected mode, whoever pays and when."""
    lower, higher = sorted((lower * 0.97, higher * 0.97))  # with 2.5 % card fee at most all of it
    file = tmp_path / "scenario.yaml"
    file.write_text(MIXED, encoding="utf-8")
    low, high = (
        expected(dealsim.load(file, {**VARIANTS[name], "platform.commission": commission}))
        for commission in (lower, higher)
    )
    assert high["incremental_profit"] <= low["incremental_profit"] + 1e-9
    assert high["remittance"] <= low["remittance"] + 1e-9


def cut_more(clock: Clock, rng: Random) -> Clock:
    """The clock with about as many cuts again, at random days."""
    days = [rng.randrange(1, clock.horizon) for _ in range(len(clock.cuts))]
    return clock.with_cuts(np.array(days, dtype=np.int64))


COUNTS = ("redeemed_in_time", "presented_late", "lapsed", "vouchers_refunded", "still_held")


@few
@given(order=st.integers(0, 2**32), name=st.sampled_from(sorted(VARIANTS)))
def test_refined_grid_keeps_every_mean(order: int, name: str, tmp_path: Path) -> None:
    """Counts and money of the vouchers do not depend on the steps; returning customers do, to the
    second order of the step: (30 days / 60 days)^2 / 24 of the mean at the very most (8.4)."""
    file = tmp_path / "scenario.yaml"
    file.write_text(MIXED, encoding="utf-8")
    made = dealsim.load(file, VARIANTS[name])
    clock = build_clock((made,))
    coarse, fine = expected(made), expected(made, clock=cut_more(clock, Random(order)))
    exact = (*COUNTS, "remittance", "till_receipts", "voucher_visit_cost", "cannibalised_margin")
    for metric in (*exact, "tail_reserve", "campaign_profit", "new_regulars", "outstanding_value"):
        assert fine[metric] == pytest.approx(coarse[metric], rel=1e-9, abs=1e-9), metric
    for metric in ("returning_revenue", "returning_margin"):
        assert fine[metric] == pytest.approx(coarse[metric], rel=0.25 / 24), metric


@pytest.mark.parametrize("name", ["paid value for ever", "lapsed, paid on redemption"])
def test_refined_grid_keeps_the_distribution(name: str, scenario: MakeScenario, seed: int) -> None:
    """Joint voucher counts and till receipts by two-sample chi-square; means of returning money."""
    made = scenario(MIXED, {**VARIANTS[name], "deal.demand": 12, "deal.minimum": 0})
    clock = build_clock((made,))
    a = [run(made, sampled(made, seed, chunk))[1].metrics for chunk in (0, 1)]
    fine = cut_more(clock, Random(seed))
    b = [run(made, sampled(made, seed, chunk), clock=fine)[1].metrics for chunk in (2, 3)]
    coarse, refined = (
        {metric: np.concatenate([part[metric] for part in parts]) for metric in parts[0]}
        for parts in (a, b)
    )
    for names in (COUNTS[:3], COUNTS[3:], ("till_receipts",), ("voucher_visit_cost",)):
        rows = [
            list(zip(*(found[metric].round(2).tolist() for metric in names), strict=True))
            for found in (coarse, refined)
        ]
        assert_same_distribution(rows[0], rows[1], what=" ".join(names))
    for metric in ("returning_revenue", "returning_margin", "incremental_profit"):
        x, y = coarse[metric], refined[metric]
        error = hypot(x.std(ddof=1), y.std(ddof=1)) / sqrt(len(x))
        assert abs(x.mean() - y.mean()) <= 5.0 * error, metric


def test_trial_i_is_the_same_however_many(scenario: MakeScenario, seed: int) -> None:
    """7, 5,003 and 12,000 trials on 1, 2 and 3 workers: the common trials are the same."""
    made = scenario(AS_ALWAYS, {"deal.demand": "200 to 900", "deal.refunds": "1% to 9%"})
    long = simulate(made, seed, 12_000, workers=3)
    for trials, workers in ((7, 2), (5_003, 1), (12_000, 2), (12_000, 1)):
        assert_identical(simulate(made, seed, trials, workers), long, first=trials)
    # chunks have streams of their own
    assert (long.inputs["deal.demand"][:5000] != long.inputs["deal.demand"][5000:10_000]).any()


def test_seed(scenario: MakeScenario) -> None:
    """0 is a seed like any other; `run.seed` is the default."""
    made = scenario(MIXED, {"deal.demand": "40 to 90", "run.seed": 0, "run.trials": 60})
    zero, one = simulate(made, 0, 60), simulate(made, 1, 60)
    assert_identical(dealsim.simulate(made), zero)
    assert (zero.inputs["deal.demand"] != one.inputs["deal.demand"]).all()
    assert (zero.metrics["till_receipts"] != one.metrics["till_receipts"]).any()
    assert zero.seed == 0 and dealsim.simulate(made).trials == 60


BASE: dict[str, Any] = {**tree(MIXED), "horizon": "180 days"}
SOLD = ("vouchers_sold", "vouchers_refunded", "redeemed_in_time", "presented_late", "new_regulars")
ADDED: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "an uncertain input": ({"business": {"variable_cost": "30% to 60%"}}, SOLD),
    "a correlation": (
        {
            "business": {"variable_cost": "30% to 60%", "cost_per_visit": "1 to 2"},
            "correlations": [["business.variable_cost", "business.cost_per_visit", 0.7]],
        },
        SOLD,
    ),
    "cannibalisation": ({"customers": {"hunters": {"would_have_come": "50%"}}}, SOLD),
    "other bills": (
        {"customers": {"hunters": {"overspend": {"chance": "90%", "amount": 3}}}},
        (*SOLD, "returning_revenue"),
    ),
    "no coming back": (
        {"customers": {"hunters": {"returns": "none"}}},
        (*SOLD[:-1], "till_receipts", "cannibalised_margin"),
    ),
    "ample places": (
        {"business": {"capacity_per_week": 100_000, "visits_per_week": 10}},
        (*SOLD[:-1], "till_receipts", "cannibalised_margin"),
    ),
    "a segment without a share": (
        {"customers": {"a first one": {"share": 0, "redeem": "50%"}}},
        (*SOLD, "till_receipts", "returning_revenue", "incremental_profit"),
    ),
    "a segment without a share that comes back": (
        {
            "customers": {
                "a first one": {
                    "share": 0,
                    "returns": {"chance": "5%", "visits_per_month": 1, "stay": "90 days"},
                }
            }
        },
        (*SOLD, "till_receipts", "returning_revenue", "incremental_profit"),
    ),
}
"""What is added to BASE, and the metrics that must stay the same to the last bit."""


def merged(base: dict[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """`more` laid over a copy of `base`."""
    out = deepcopy(base)
    for key, value in more.items():
        inner = out.get(key)
        out[key] = merged(inner, value) if isinstance(inner, dict) and value != "none" else value
        if isinstance(inner, dict) and not isinstance(value, dict):
            out[key] = value
    return out


@pytest.mark.parametrize("name", sorted(ADDED))
def test_nobody_elses_draws_move(name: str, tmp_path: Path, seed: int) -> None:
    """Streams are found by name: what is added draws from its own."""
    more, metrics = ADDED[name]
    before = simulate(loaded(BASE, tmp_path), seed)
    after = simulate(loaded(merged(BASE, more), tmp_path), seed)
    for metric in metrics:
        assert same(before.metrics[metric], after.metrics[metric]), metric
    assert same(before.timeline["held"], after.timeline["held"])


def test_a_second_segment_moves_nothing(scenario: MakeScenario, seed: int) -> None:
    """From one segment to two: the sale days, shared by both, are those of the one."""
    terms = {"deal.sale_window": "40 days", "horizon": "60 days", "deal.refunds": "30%"}
    one = simulate(scenario(PLAIN, terms), seed)
    text = PLAIN.replace("all: {share: 100%}", "all: {share: 100%}\n  none: {share: rest}")
    two = simulate(scenario(text, terms), seed)
    assert same(one.metrics["vouchers_refunded"], two.metrics["vouchers_refunded"])
    assert same(one.timeline["held"], two.timeline["held"])


def same(a: Array, b: Array) -> bool:
    """Equal to the last bit."""
    return a.tobytes() == b.tobytes()


def test_more_doubt_moves_no_other_input(scenario: MakeScenario, seed: int) -> None:
    """Each input has a stream of its own (3.1)."""
    one = simulate(scenario(PLAIN, {"deal.demand": "40 to 90"}), seed)
    both = {"deal.demand": "40 to 90", "deal.refunds": "1% to 9%", "deal.price": "8 to 12"}
    more = simulate(scenario(PLAIN, both), seed)
    assert same(one.inputs["deal.demand"], more.inputs["deal.demand"])
    assert set(more.inputs) == set(both)
    gap = np.corrcoef([more.inputs[path] for path in both]) - np.eye(3)
    assert np.abs(gap).max() < 5.5 / sqrt(300), "inputs are drawn independently"

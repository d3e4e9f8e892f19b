"""A precision asked for: intervals cover, futures are those of a plain run, and few are enough."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dealsim
from dealsim import UsageError
from dealsim.results import Gathered, Measured
from dealsim.results.precise import PreciseMean
from dealsim.simulation import read_precision
from dealsim.simulation.control import FEWEST_POINTS, SCRAMBLINGS, MeanOfMeans
from dealsim.simulation.precision import Precisely
from dealsim.streams import CHUNK
from tests.conftest import MakeScenario
from tests.documents import ROOT
from tests.statistical import assert_proportion
from tests.test_cli import dealsim as run_dealsim

VOUCHER = """
dealsim: 1
name: one kind of customer
currency: USD
kind: none
starts: 2025-01-01
horizon: 12 months
deal: {price: 10, face_value: 20, demand: {dist: uniform, low: 50, high: 150}, cap: 100,
       promo_expires: 6 months, after_expiry: nothing}
platform: {commission: 50%}
business: {usual_ticket: 20, variable_cost: {values: [0.60, 0.70, 0.85]}}
customers:
  all:
    share: 100%
    redeem: {dist: uniform, low: 50%, high: 90%}
    returns: {chance: {dist: uniform, low: 20%, high: 60%}, visits: 1, after: 0 days, spend: 20,
              cv: 0.5}
"""
CORRELATED = {"correlations": [["customers.all.redeem", "customers.all.returns.chance", 0.6]]}
ANYTHING = 1e9
"""A precision that one block always has."""


def _true_mean(correlation: float) -> float:
    """Each of min(N, 100) vouchers leaves 5, costs 20 v where it is redeemed, and brings a visit
    of 20 (1 - v) where its customer comes back; the numbers of uniform shares p and r have their
    rank correlation as their own."""
    sold = 0.5 * 75 + 0.5 * 100
    cost, redeemed = (0.60 + 0.70 + 0.85) / 3, 0.7
    both = redeemed * 0.4 + correlation * (0.4 * 0.4) / 12
    return sold * (5 - 20 * cost * redeemed + 20 * (1 - cost) * both)


def test_intervals_cover(scenario: MakeScenario, seed: int) -> None:
    """With a kink (the cap), data in place of a distribution, and correlated inputs, 95 of 100
    intervals hold the mean, whatever the seed."""
    made, truth = scenario(VOUCHER, CORRELATED), _true_mean(0.6)
    hits, seeds, errors = 0, 300, []
    for number in range(seeds):
        found = _precise(made, ANYTHING, trials=CHUNK, seed=seed + number)
        assert found.method == "control variate" and found.points == SCRAMBLINGS * FEWEST_POINTS
        hits += abs(found.mean - truth) <= found.half_width
        errors.append((found.mean - truth) / found.se)
    assert_proportion(hits, seeds, 0.95, notice=0.11, what="coverage")
    # the error told is the error there is
    assert np.std(errors) == pytest.approx(1.0, abs=0.25)


def test_intervals_cover_where_futures_are_added(seed: int) -> None:
    """1,000 times: skewed conditional means, luck about them, an error asked for that takes several
    blocks. Stopping when it is reached does not make intervals too narrow."""
    rng, truth = np.random.default_rng(seed), float(np.exp(0.5))
    hits, sizes, runs = 0, [], 1_000
    for _ in range(runs):
        inputs = np.exp(rng.normal(size=60_000))
        values = inputs + rng.normal(size=len(inputs)) * inputs

        def means(points: int) -> MeanOfMeans:
            sets = np.exp(rng.normal(size=(SCRAMBLINGS, points))).mean(axis=1)
            return MeanOfMeans(
                float(sets.mean()), float(sets.var(ddof=1)) / SCRAMBLINGS, SCRAMBLINGS * points
            )

        more = Precisely(read_precision("1.8%"), 60_000, means)
        done, wanted = 0, more.first
        while done < wanted:
            done = wanted
            wanted = more(_worlds(values[:done], inputs[:done]), done)
        assert more.found is not None and more.found.trials == done
        hits += abs(more.found.mean - truth) <= more.found.half_width
        sizes.append(done)
    assert len(set(sizes)) > 2, "the number of futures is what chance made it"
    assert_proportion(hits, runs, 0.95, notice=0.06, what="coverage")


def _worlds(values: Any, means: Any) -> list[Gathered]:
    worlds = []
    for one in (values, means):
        world = Gathered(len(one))
        world.place({}, Measured({"incremental_profit": one}), 0, len(one))
        worlds.append(world)
    return worlds


def _precise(made: dealsim.Scenario, asked: str | float, **how: Any) -> PreciseMean:
    found = dealsim.simulate(made, precision=asked, keep=(), **how).precise
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["minimal", "back-alley-waffles", "need-a-cake"])
def test_ten_times_fewer_futures(name: str) -> None:
    """A plain mean would need ten times as many futures for the same error."""
    made = dealsim.load(ROOT / "scenarios" / f"{name}.yaml")
    result = dealsim.simulate(made, precision="1%", trials=10_000)
    found, profit = result.precise, result.metrics["incremental_profit"]
    assert found is not None and found.is_reached and found.trials == 10_000
    plain = float(profit.std(ddof=1)) / 100
    assert found.plain_se == pytest.approx(plain)
    assert (plain / found.se) ** 2 == pytest.approx(found.variance_reduction)
    assert found.variance_reduction >= 10
    # both means are of one number
    assert abs(found.mean - profit.mean()) <= 5 * (plain**2 + found.se**2) ** 0.5


@pytest.mark.parametrize("keep", [(), ("timeline", "paths", "campaigns")])
def test_the_run_is_that_of_as_many_trials(keep: tuple[str, ...], scenario: MakeScenario) -> None:
    """Whatever the workers; series too."""
    made = scenario(VOUCHER, CORRELATED)
    one, three = (
        dealsim.simulate(made, precision="0.3%", seed=4, workers=n, keep=keep) for n in (1, 3)
    )
    assert one.precise == three.precise
    assert one.precise is not None and one.precise.is_reached
    assert one.trials > 10_000 and one.trials % CHUNK == 0
    plain = dealsim.simulate(made, trials=one.trials, seed=4, keep=keep)
    for result in (one, three):
        for tables in ("metrics", "inputs", "timeline", "paths", "turns"):
            mine, theirs = getattr(result, tables), getattr(plain, tables)
            assert mine.keys() == theirs.keys()
            for name in theirs:
                np.testing.assert_array_equal(mine[name], theirs[name])
    if keep:
        told = one.summary()
        assert told.pop("precision")["reached"] is True
        assert told == plain.summary()


def test_several_deals_are_controlled_too() -> None:
    """Deals beside the first have inputs of their own, and share what they state alike."""
    made = dealsim.load(ROOT / "scenarios" / "blend-creations.yaml")
    result = dealsim.simulate(made, precision=ANYTHING, trials=10_000, seed=2)
    plain = dealsim.simulate(made, trials=10_000, seed=2)
    assert result.precise is not None and result.precise.variance_reduction > 2
    assert len(result.by_campaign) == len(plain.by_campaign) == 3
    error = (result.precise.se**2 + result.precise.plain_se**2) ** 0.5
    assert abs(result.precise.mean - plain.metrics["incremental_profit"].mean()) < 5 * error


def test_without_uncertain_inputs_it_is_the_plain_mean(scenario: MakeScenario) -> None:
    certain = {
        "deal.demand": 100,
        "business.variable_cost": 0.7,
        "customers.all.redeem": 0.7,
        "customers.all.returns.chance": 0.4,
    }
    result = dealsim.simulate(scenario(VOUCHER, certain), precision="0.1%")
    found, profit = result.precise, result.metrics["incremental_profit"]
    assert found is not None and found.method == "plain mean" and found.points == 0
    assert found.mean == pytest.approx(float(profit.mean()))
    assert found.half_width == pytest.approx(1.96 * float(profit.std()) / len(profit) ** 0.5, 1e-3)


def test_what_is_not_reached_is_said(scenario: MakeScenario) -> None:
    found = _precise(scenario(VOUCHER), "0.01%", trials=12_000)
    assert not found.is_reached and found.trials == found.most == 12_000
    assert found.document()["reached"] is False


@pytest.mark.parametrize(
    ("asked", "size", "is_share"),
    [("1%", 0.01, True), ("50", 50.0, False), ("$50", 50.0, False), (0.5, 0.5, False),
     ("USD 1,000", 1000.0, False), (" 2.5 % ", 0.025, True)],
)  # fmt: skip
def test_what_can_be_asked(asked: str | float, size: float, is_share: bool) -> None:
    found = read_precision(asked, "USD")
    assert found.size == pytest.approx(size) and found.is_share is is_share
    assert found.allowed(-200.0) == pytest.approx(200 * size if is_share else size)


@pytest.mark.parametrize(
    "asked", ["0", "-5", "much", "", "100%", "£50", "1e999", "nan", "$", "5%%", "$5%", 0.0, -1.0]
)
def test_what_cannot_be_asked(asked: str | float) -> None:
    with pytest.raises(UsageError, match="precision"):
        read_precision(asked, "USD")


def test_what_it_does_not_go_with(scenario: MakeScenario) -> None:
    made = scenario(VOUCHER)
    with pytest.raises(UsageError, match="an expected run has no error of simulation"):
        dealsim.simulate(made, precision="1%", expected=True)
    with pytest.raises(UsageError, match="one future has no error"):
        dealsim.simulate(made, precision="1%", trials=1)


def test_the_command(tmp_path: Path) -> None:
    """The terminal says what was reached, and the manifest keeps it."""
    (tmp_path / "voucher.yaml").write_text(VOUCHER, encoding="utf-8")
    done = run_dealsim("run", "voucher.yaml", "--precision", "$20", "-o", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    text = " ".join(done.stdout.split())
    assert "95 % sure, within $20 as asked: --trials 10000 gives the same 10,000 futures" in text
    for name in ("summary", "manifest"):
        kept = json.loads((tmp_path / "out" / f"{name}.json").read_text(encoding="utf-8"))
        assert kept["trials"] == 10_000
        assert kept["precision"]["asked"] == "$20" and kept["precision"]["reached"] is True
    few = ("--precision", "0.01%", "--trials", "5000", "-o", "out")
    text = " ".join(run_dealsim("run", "voucher.yaml", *few, cwd=tmp_path).stdout.split())
    assert "After 5,000 futures, as many as were allowed, the mean profit is" in text
    assert "Allow more futures with --trials" in text
    bad = run_dealsim("run", "voucher.yaml", "--precision", "much", cwd=tmp_path)
    assert bad.returncode == 2 and bad.stderr.count("error") == 1

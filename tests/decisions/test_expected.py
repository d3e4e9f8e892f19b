"""Decisions on expected values alone: exact, without chances, and refused where there is nothing to
say."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

import dealsim
from dealsim import UsageError
from dealsim.decisions import (
    Axis,
    breakeven,
    compare,
    counter_offer,
    frontier,
    optimize,
    parse_over,
    sensitivity,
    sweep,
)
from tests.conftest import MakeScenario
from tests.decisions.test_breakeven import DOUBTFUL, VOUCHER
from tests.test_cli import SCENARIOS
from tests.test_cli import dealsim as run_dealsim

COMMISSION = "platform.commission"


@pytest.mark.parametrize(("cost", "spend"), [(0.75, 40.0), (0.50, 10.0), (0.65, 8 / 0.35)])
def test_stivings_full_price_sales_exactly(
    cost: float, spend: float, scenario: MakeScenario
) -> None:
    """What each customer must spend at full price, with doubt about how many there are."""
    made = scenario(VOUCHER, {"business.variable_cost": cost, "deal.demand": "60 to 140"})
    found = breakeven(made, "customers.all.returns.spend", expected=True, curve=True)
    (solution,) = found.solutions
    assert solution.value == pytest.approx(spend, rel=1e-6) and solution.se == 0.0
    assert found.mode == "expected" and found.trials == 1 and found.points


def test_a_curved_breakeven_is_as_exact(scenario: MakeScenario) -> None:
    """At the value found an expected run comes to nothing."""
    made = scenario(VOUCHER, DOUBTFUL)
    (solution,) = breakeven(made, "customers.all.redeem", expected=True).solutions
    there = dealsim.simulate(made.with_({"customers.all.redeem": solution.value}), expected=True)
    assert there.metrics["incremental_profit"][0] == pytest.approx(0.0, abs=0.01)


def test_the_frontier_is_that_of_breakevens(scenario: MakeScenario) -> None:
    made = scenario(VOUCHER, DOUBTFUL)
    found = frontier(made, (COMMISSION, "deal.face_value"), expected=True)
    known = [one for one in found.points if one.second is not None]
    assert len(known) > 3 and found.mode == "expected"
    for point in known:
        there = made.with_({COMMISSION: point.first, "deal.face_value": point.second})
        profit = dealsim.simulate(there, expected=True).metrics["incremental_profit"][0]
        assert profit == pytest.approx(0.0, abs=0.5)


def test_cells_and_options_are_expected_runs(scenario: MakeScenario) -> None:
    made = scenario(VOUCHER, DOUBTFUL)
    cheap = made.with_({COMMISSION: 0.4})
    profits = [
        float(dealsim.simulate(one, expected=True).metrics["incremental_profit"][0])
        for one in (made, cheap)
    ]
    swept = sweep({"a": made}, [Axis(COMMISSION, ("50%", "40%"))], expected=True)
    assert [row["incremental_profit_mean"] for row in swept.rows] == profits
    assert not any(name.endswith(("_se", "_p5")) for row in swept.rows for name in row)
    compared = compare({"a": made, "b": cheap}, expected=True)
    assert [one.metrics["incremental_profit"][0] for one in compared.options] == [*profits, 0.0]
    document = compared.document()
    assert document["mode"] == "expected" and document["trials"] == 1
    assert document["differences"][0]["mean"] == pytest.approx(profits[0] - profits[1])
    assert document["differences"][0]["probability_a_better"] is None
    assert document["scenarios"][0]["probability_of_loss"] is None


def test_the_counter_offer_and_the_best_terms(scenario: MakeScenario) -> None:
    """A commission point is 10 cents for each of 100 vouchers."""
    made = scenario(VOUCHER, {"customers.all.returns.spend": 50})
    offer = counter_offer(made, expected=True).document()
    assert offer["mode"] == "expected" and offer["probability_of_loss"] is None
    (commission,) = (one for one in offer["terms"] if one["path"] == COMMISSION)
    assert commission["worth"] == pytest.approx(10.0) and commission["for_limit"] is None
    # a voucher leaves 10 (1 - c) - 15 + 12.50: nil at 75 %
    assert commission["breakeven"]["value"] == pytest.approx(0.75, abs=1e-3)
    assert commission["status"] == "within reach"
    best = optimize(made, [parse_over(f"{COMMISSION}=30%:50%")], expected=True)
    assert best.best is not None and best.best.values[COMMISSION] == pytest.approx(0.3)
    assert best.best.mean == pytest.approx(450.0) and best.at_ends == (COMMISSION,)
    assert best.frontier == () and best.document()["probability_of_loss"] is None


def test_what_it_cannot_say_is_refused(scenario: MakeScenario) -> None:
    made, over = scenario(VOUCHER), [parse_over(f"{COMMISSION}=30%:50%")]
    with pytest.raises(UsageError, match="has no chances, and P"):
        breakeven(made, COMMISSION, target="P(loss) <= 10%", expected=True)
    with pytest.raises(UsageError, match="has no chances"):
        optimize(made, over, limit="P(loss) <= 10%", expected=True)
    with pytest.raises(UsageError, match="has no chances"):
        frontier(made, (COMMISSION, "deal.price"), target="P(loss) <= 10%", expected=True)
    with pytest.raises(UsageError, match="an expected run has neither"):
        sensitivity(made, expected=True)
    for refused in (
        lambda: breakeven(made, COMMISSION, precision="1%", expected=True),
        lambda: counter_offer(made, precision="1%", expected=True),
        lambda: compare({"a": made}, precision="1%", expected=True),
        lambda: sweep({"a": made}, [Axis(COMMISSION, (0.4,))], precision="1%", expected=True),
        lambda: optimize(made, over, precision="1%", expected=True),
    ):
        with pytest.raises(UsageError, match="no error of simulation"):
            refused()


@pytest.mark.parametrize(
    ("args", "names"),
    [
        (("breakeven", "minimal.yaml"), {"counter-offer.json", "counter-offer.csv"}),
        (
            ("breakeven", "minimal.yaml", "--vary", COMMISSION),
            {"breakeven.json", "breakeven.csv", "breakeven.png", "breakeven.svg"},
        ),
        (
            ("breakeven", "minimal.yaml", "--vary", COMMISSION, "--vary", "deal.price"),
            {"frontier.json", "frontier.csv", "frontier.png", "frontier.svg"},
        ),
        (
            ("compare", "minimal.yaml", "--set", "mine: platform.commission=30%"),
            {"compare.json", "options.csv", "differences.csv"},
        ),
        (
            ("sweep", "minimal.yaml", "--vary", "deal.price=20:24:2"),
            {"sweep.csv", "sweep.parquet", "profit.png", "profit.svg"},
        ),
        (
            ("optimize", "minimal.yaml", "--over", "deal.price=20:24"),
            {"optimum.json", "frontier.csv"},
        ),
    ],
    ids=("counter-offer", "breakeven", "frontier", "compare", "sweep", "optimize"),
)
def test_the_commands(args: tuple[str, ...], names: set[str], tmp_path: Path) -> None:
    """What is written, and what is said: nothing of futures."""
    shutil.copy(SCENARIOS / "minimal.yaml", tmp_path)
    done = run_dealsim(*args, "--expected", "-o", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} == names | {"manifest.json"}
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["mode"] == "expected" and manifest["trials"] == 1
    assert "of futures" not in done.stdout and "nan" not in done.stdout.lower()
    for name in names:
        if name.endswith(".csv"):
            text = (tmp_path / "out" / name).read_text(encoding="utf-8")
            rows = list(csv.reader(text.splitlines()))
            assert len(rows) > 1 and "nan" not in text
    printed = run_dealsim(*args, "--expected", "--json", cwd=tmp_path)
    assert json.loads(printed.stdout)["mode"] == "expected"

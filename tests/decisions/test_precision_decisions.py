"""Decisions to a precision: known as well as asked, and the same as with as many trials."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

import pytest

import dealsim
from dealsim import DealsimError, UsageError
from dealsim.decisions import Axis, breakeven, compare, counter_offer, frontier, optimize, sweep
from dealsim.decisions.grid import parse_over
from dealsim.decisions.precise import Reached, ToldFigure, until_precise
from dealsim.decisions.sensitivity import sensitivity
from dealsim.simulation import TooMuchMemory
from dealsim.streams import CHUNK
from tests.conftest import MakeScenario
from tests.decisions.test_breakeven import DOUBTFUL, VOUCHER
from tests.test_cli import dealsim as run_dealsim

COMMISSION = "platform.commission"
WORTH = {**DOUBTFUL, "customers.all.returns.spend": 60}
"""What makes the deal of these tests neither sure nor hopeless."""


@dataclass(frozen=True)
class Guess:
    """Something found from a number of futures, with an error of 100 over their root."""

    trials: int
    precision: Reached | None = None

    def with_precision(self, reached: Reached) -> Guess:
        return replace(self, precision=reached)

    @property
    def figures(self) -> list[ToldFigure]:
        return [ToldFigure(50.0, 100 / math.sqrt(self.trials)), ToldFigure(2.0, 1e-9)]


def _asked(precision: str, most: int | None = None, memory: float = math.inf) -> Guess:
    def solve(trials: int) -> Guess:
        if trials > memory:
            raise TooMuchMemory("too many")
        return Guess(trials)

    return until_precise(precision, "a guess", solve, lambda one: one.figures, most=most)


def test_as_many_as_it_takes() -> None:
    """1.96 x 100 / sqrt(n) <= 1 % of 50 takes 153,658 futures; blocks leave a little room."""
    found = _asked("1%").precision
    assert found is not None and found.is_reached
    assert 153_658 <= found.trials <= 1.25 * 153_658 and found.trials % CHUNK == 0
    assert found.half_width == pytest.approx(195.9964 / math.sqrt(found.trials))
    assert found.allowed == pytest.approx(0.5)
    amount = _asked("0.5").precision
    assert amount is not None and amount.trials == found.trials


def test_what_is_not_reached_is_said() -> None:
    for found in (_asked("1%", most=70_000), _asked("1%", memory=70_000)):
        told = found.precision
        assert told is not None and not told.is_reached
        assert found.trials == told.trials == told.most <= 70_000
    with pytest.raises(TooMuchMemory):
        _asked("1%", memory=10)
    with pytest.raises(UsageError, match="one future has no error"):
        _asked("1%", most=1)


def test_nothing_told_is_known_well() -> None:
    found = until_precise("1%", "values", Guess, lambda one: [], most=None)
    assert found.precision is not None and found.precision.is_reached and found.trials == 10_000


def test_found_values_are_those_of_as_many_trials(scenario: MakeScenario) -> None:
    """Every command: errors within what was asked, the rest as without a precision."""
    made = scenario(VOUCHER, WORTH)
    over = [parse_over(f"{COMMISSION}=30%:70%")]
    cheap = made.with_({COMMISSION: 0.4})

    one = breakeven(made, COMMISSION, precision="0.4%")
    told = one.precision
    assert told is not None and told.is_reached and told.trials > 10_000
    for solution in one.solutions:
        assert solution.se is not None and 1.96 * solution.se <= 0.004 * solution.value
    assert replace(one, precision=None) == breakeven(made, COMMISSION, trials=told.trials)

    both = compare({"a": made, "b": cheap}, precision="3", workers=2)
    assert both.precision is not None and both.precision.is_reached and both.trials > 10_000
    for difference in both.differences():
        told_error = difference.document()["se"]
        assert told_error is not None and 1.96 * told_error <= 3
    same = compare({"a": made, "b": cheap}, trials=both.trials).document()
    assert both.document() == same | {"precision": both.precision.document()}

    best = optimize(made, over, precision="5")
    assert best.best is not None and best.precision is not None and best.precision.is_reached
    assert 1.96 * max(best.best.mean_se, best.now.mean_se) <= 5
    assert best.trials == best.precision.trials > 10_000

    table = counter_offer(made, precision="5")
    assert table.precision is not None and table.precision.is_reached and table.trials > 10_000
    assert 1.96 * max(one.worth_se for one in (*table.terms, *table.own_levers)) <= 5
    assert 1.96 * table.mean_profit_se <= 5

    line = frontier(made, (COMMISSION, "deal.price"), precision="2%")
    assert line.precision is not None and line.precision.is_reached
    for point in line.points:
        if point.second is not None:
            assert 1.96 * (point.se or 0.0) <= 0.02 * point.second


def test_sensitivity_of_another_metric(scenario: MakeScenario) -> None:
    """What is asked for is of the metric that is explained."""
    made = scenario(VOUCHER, WORTH)
    found = sensitivity(made, metric="vouchers_sold", precision="0.05")
    assert found.precise is not None and found.precise.metric == "vouchers_sold"
    assert found.precise.is_reached and found.precise.half_width <= 0.05
    assert found.trials == found.precise.trials
    with pytest.raises(UsageError, match='there is no metric "profit" here'):
        sensitivity(made, metric="profit", precision="1%")
    with pytest.raises(UsageError, match="undefined in some futures"):
        never = {**DOUBTFUL, "customers.all.returns.chance": 0}
        sensitivity(scenario(VOUCHER, never), metric="payback_days", precision="1%")


def test_each_cell_has_its_own_number(
    scenario: MakeScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cell is `simulate` with the same precision, whoever computes it."""
    monkeypatch.setattr(import_module("dealsim.decisions.sweep"), "WORTH_PROCESSES", 0)
    made = scenario(VOUCHER, WORTH)
    axis = Axis("deal.demand", ("60 to 140", "600 to 1400"))
    found = sweep({"a": made}, [axis], precision="4", workers=2)
    assert found.rows == sweep({"a": made}, [axis], precision="4").rows
    for value, row in zip(axis.values, found.rows, strict=True):
        alone = dealsim.simulate(made.with_({"deal.demand": value}), precision="4")
        assert alone.precise is not None
        assert row["trials"] == alone.trials and row["precision_reached"] == 1
        assert row["incremental_profit_mean"] == alone.precise.mean
        assert row["incremental_profit_se"] == alone.precise.se
        assert (
            row["incremental_profit_p5"] == alone.summary()["metrics"]["incremental_profit"]["p5"]
        )
    assert found.rows[0]["trials"] != found.rows[1]["trials"]
    assert found.document()["precision"] == "4"


def test_a_journal_of_another_precision_is_noticed(scenario: MakeScenario, tmp_path: Path) -> None:
    made, journal = {"a": scenario(VOUCHER)}, tmp_path / "journal.jsonl"
    axes = [Axis(COMMISSION, ("40%",))]
    sweep(made, axes, precision="$5", journal=journal)
    assert sweep(made, axes, precision="$5", journal=journal).rows
    for other in ({"precision": "$6"}, {"trials": 300}, {"expected": True}):
        with pytest.raises(DealsimError, match="of another sweep"):
            sweep(made, axes, journal=journal, **other)


def test_what_cannot_be_asked(scenario: MakeScenario, tmp_path: Path) -> None:
    """One clear message, of every command."""
    (tmp_path / "a.yaml").write_text(VOUCHER, encoding="utf-8")
    commands: Mapping[str, tuple[str, ...]] = {
        "breakeven": (),
        "compare": ("--set", f"{COMMISSION}=40%"),
        "sensitivity": (),
        "sweep": ("--vary", f"{COMMISSION}=30%,40%"),
        "optimize": ("--over", f"{COMMISSION}=30%:50%"),
    }
    for command, more in commands.items():
        done = run_dealsim(command, "a.yaml", *more, "--precision", "much", cwd=tmp_path)
        assert done.returncode == 2 and done.stderr.count("error") == 1
        assert "a precision is a share of the result, as 1%" in done.stderr


def test_what_was_reached_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(VOUCHER, encoding="utf-8")
    vary = ("breakeven", "a.yaml", "--vary", COMMISSION)
    done = run_dealsim(*vary, "--precision", "1%", "-o", "out", cwd=tmp_path)
    text = " ".join(done.stdout.split())
    assert "Simulated until the value found was known within 1%, 95 % sure" in text
    for name in ("breakeven", "manifest"):
        kept = json.loads((tmp_path / "out" / f"{name}.json").read_text(encoding="utf-8"))
        assert kept["precision"]["reached"] is True and kept["precision"]["asked"] == "1%"
    swept = ("sweep", "a.yaml", "--vary", "deal.price=8,10", "--precision", "1")
    text = " ".join(run_dealsim(*swept, cwd=tmp_path).stdout.split())
    assert "as many futures as it took to know its mean profit within 1, 95 % sure" in text

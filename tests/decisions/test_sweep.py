"""Sweeps: each cell is its own run, whoever computes it and however often it was cut off."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

import pytest

import dealsim
from dealsim import DealsimError, UsageError
from dealsim.decisions import Axis, parse_axis, sweep
from tests.conftest import MakeScenario
from tests.decisions.test_breakeven import DOUBTFUL, VOUCHER

PRICES = Axis("deal.price", (8, 10))
COMMISSIONS = Axis("platform.commission", ("40%", 0.5))


def test_a_cell_is_its_own_run(scenario: MakeScenario) -> None:
    """The numbers of each cell are those of `simulate` on the changed scenario."""
    made = scenario(VOUCHER, DOUBTFUL)
    found = sweep({"a": made}, [PRICES, COMMISSIONS], trials=300, seed=3, workers=1)
    assert [cell.values for cell in found.cells] == [(8, "40%"), (8, 0.5), (10, "40%"), (10, 0.5)]
    for cell, row in zip(found.cells, found.rows, strict=True):
        price, commission = cell.values
        changed = made.with_({"deal.price": price, "platform.commission": commission})
        told = dealsim.simulate(changed, trials=300, seed=3).summary()
        profit = told["metrics"]["incremental_profit"]
        for end in ("mean", "se", "p5", "p50", "p95"):
            assert row[f"incremental_profit_{end}"] == profit[end]
        assert row["probability_of_loss"] == told["risk"]["probability_of_loss"]
        assert row["vouchers_sold_mean"] == told["metrics"]["vouchers_sold"]["mean"]


def test_closed_form_over_a_grid(scenario: MakeScenario) -> None:
    """Each of 100 vouchers leaves price (1 - c) - 15 + 5 of the next visit."""
    found = sweep({"a": scenario(VOUCHER)}, [PRICES, COMMISSIONS], trials=10, workers=1)
    for cell, row in zip(found.cells, found.rows, strict=True):
        price, commission = cell.values
        share = 0.4 if commission == "40%" else 0.5
        exact = 100 * (float(str(price)) * (1 - share) - 15 + 5)
        assert row["incremental_profit_mean"] == pytest.approx(exact)


def test_workers_change_nothing(scenario: MakeScenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """One process, processes of this machine, an executor of one's own: the same rows."""
    monkeypatch.setattr(import_module("dealsim.decisions.sweep"), "WORTH_PROCESSES", 0)
    made = {"a": scenario(VOUCHER, DOUBTFUL)}
    alone = sweep(made, [PRICES, COMMISSIONS], trials=200, workers=1)
    assert sweep(made, [PRICES, COMMISSIONS], trials=200, workers=2).rows == alone.rows
    with ThreadPoolExecutor(2) as pool:
        threads = sweep(made, [PRICES, COMMISSIONS], trials=200, executor=pool)
    assert threads.rows == alone.rows


def test_several_scenarios_and_no_axis(scenario: MakeScenario) -> None:
    both = {"a": scenario(VOUCHER), "b": scenario(VOUCHER, {"deal.price": 8})}
    found = sweep(both, [], trials=10, workers=1)
    assert [cell.scenario for cell in found.cells] == ["a", "b"]
    profits = [row["incremental_profit_mean"] for row in found.rows]
    assert profits == [pytest.approx(-500), pytest.approx(-600)]


class CutOff(Exception):
    """What ends a sweep in these tests."""


def _cut_off_after(
    made: Mapping[str, dealsim.Scenario], journal: Path, cells: int, trials: int = 100
) -> None:
    def stop(done: int) -> None:
        if done >= cells:
            raise CutOff

    with pytest.raises(CutOff):
        sweep(made, [PRICES, COMMISSIONS], trials=trials, workers=1, journal=journal, progress=stop)


def test_finished_cells_are_never_computed_again(
    scenario: MakeScenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, journal = {"a": scenario(VOUCHER, DOUBTFUL)}, tmp_path / "cells.jsonl"
    whole = sweep(made, [PRICES, COMMISSIONS], trials=100, workers=1)
    _cut_off_after(made, journal, 2)
    with journal.open("a") as file:
        file.write('{"cell": 2, "row": {"vouchers_so')  # what a kill in the middle leaves
    counted: list[int] = []
    told: list[int] = []
    real = dealsim.simulate

    def simulate(*args: object, **kwargs: object) -> object:
        counted.append(1)
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(import_module("dealsim.decisions.sweep"), "simulate", simulate)
    again = sweep(
        made, [PRICES, COMMISSIONS], trials=100, workers=1, journal=journal, progress=told.append
    )
    assert len(counted) == 2
    assert told == [2, 3, 4]
    assert again.rows == whole.rows


@pytest.mark.parametrize("what", ["scenario", "grid", "trials", "version"])
def test_a_journal_of_something_else_is_noticed(
    what: str, scenario: MakeScenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, journal = {"a": scenario(VOUCHER, DOUBTFUL)}, tmp_path / "cells.jsonl"
    _cut_off_after(made, journal, 2)
    axes, trials = [PRICES, COMMISSIONS], 100
    if what == "scenario":
        made = {"a": scenario(VOUCHER, DOUBTFUL | {"deal.face_value": 21})}
    elif what == "grid":
        axes = [PRICES]
    elif what == "trials":
        trials = 101
    else:
        monkeypatch.setattr(dealsim, "__version__", "0.0.9")
    kept = journal.read_bytes()
    with pytest.raises(DealsimError, match="another sweep"):
        sweep(made, axes, trials=trials, workers=1, journal=journal)
    assert journal.read_bytes() == kept
    found = sweep(made, axes, trials=trials, workers=1, journal=journal, force=True)
    assert all(found.rows)


def test_values_that_only_fit_together(scenario: MakeScenario) -> None:
    """A minimum of 90 is above today's cap of 80, but not of 200; what does not fit is blank."""
    found = sweep(
        {"a": scenario(VOUCHER, {"deal.cap": 80})},
        [Axis("deal.minimum", (10, 90)), Axis("deal.cap", (80, 200))],
        trials=10,
        workers=1,
    )
    assert [bool(row) for row in found.rows] == [True, True, False, True]
    assert list(found.refused) == [2] and "above the cap" in found.refused[2]
    assert found.document()["cells"][2]["results"] is None


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        ([Axis("deal.prise", (8, 9))], "deal.prise=8.*did you mean"),
        ([Axis("deal.price", ("many",))], "deal.price=many"),
        ([Axis("deal.price", (-1,))], "deal.price=-1"),
        ([Axis("deal.price", ())], "no values"),
        ([PRICES, PRICES], "varied once"),
        (
            [parse_axis("deal.cap=1:1000000000:1")],
            r"1,000,000,000 cells would take about .* (days|years)",
        ),
    ],
)
def test_what_is_refused(axes: list[Axis], words: str, scenario: MakeScenario) -> None:
    with pytest.raises(UsageError, match=words):
        sweep({"a": scenario(VOUCHER)}, axes, trials=10, workers=1)


def test_different_currencies_are_refused(scenario: MakeScenario) -> None:
    both = {"a": scenario(VOUCHER), "b": scenario(VOUCHER, {"currency": "EUR"})}
    with pytest.raises(UsageError, match="EUR, USD"):
        sweep(both, [PRICES], trials=10)
    with pytest.raises(UsageError, match="nothing to sweep"):
        sweep({}, [PRICES], trials=10)

"""The files of a run: their formats, to the letter."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import dealsim
from dealsim.output.files.json_text import json_file, json_text
from dealsim.output.files.manifest import run_manifest
from dealsim.output.run.files import (
    run_files,
    timeline_csv,
    trials_csv,
    write_run,
)

SCENARIO = Path(__file__).parent.parent / "scenarios" / "one-coupon.yaml"


def result_of(**parts: Any) -> Any:
    """A result with just the parts a test is about."""
    base = {"mode": "sampled", "inputs": {}, "metrics": {}}
    base |= {"scenario": SimpleNamespace(currency="CAD"), "by_campaign": ()}
    return SimpleNamespace(**base | parts)


def rows_of(result: Any) -> list[list[str]]:
    text = b"".join(trials_csv(result)).decode("utf-8")
    return list(csv.reader(io.StringIO(text)))


# --- trials.csv ----------------------------------------------------------------------------


def test_a_trial_a_row_with_inputs_that_read_back_the_same() -> None:
    values = np.array([0.1, 1 / 3, 200.0, 1e-9, 5e22])
    profit = np.array([-0.004, 1234.5, -1200, 0.125, 1e9])
    sold = np.array([0.0, 1, 2, 3, 12345678])
    metrics = {"vouchers_sold": sold, "incremental_profit": profit}
    result = result_of(trials=5, inputs={"deal.demand": values}, metrics=metrics)
    header, *rows = rows_of(result)
    assert header == ["trial", "deal.demand", "vouchers_sold", "incremental_profit"]
    assert [row[0] for row in rows] == ["0", "1", "2", "3", "4"]
    assert [float(row[1]) for row in rows] == values.tolist()
    assert [row[2] for row in rows] == ["0", "1", "2", "3", "12345678"]
    assert [row[3] for row in rows] == ["0.00", "1234.50", "-1200.00", "0.12", "1000000000.00"]


@pytest.mark.parametrize(
    ("currency", "written"), [("JPY", "1235"), ("CAD", "1234.57"), ("KWD", "1234.568")]
)
def test_money_has_the_minor_digits_of_its_currency(currency: str, written: str) -> None:
    scenario = SimpleNamespace(currency=currency)
    metrics = {"npv": np.array([1234.5678])}
    assert rows_of(result_of(trials=1, metrics=metrics, scenario=scenario))[1] == ["0", written]


def test_undefined_values_are_blank() -> None:
    metrics = {
        "payback_days": np.array([7.0, np.nan]),
        "liability_at_expiry": np.array([np.nan, 1.5]),
    }
    assert rows_of(result_of(trials=2, metrics=metrics))[1:] == [["0", "7", ""], ["1", "", "1.50"]]


def test_counts_of_the_expected_mode_are_real_numbers() -> None:
    metrics = {"redeemed_in_time": np.array([311.41])}
    assert rows_of(result_of(trials=1, metrics=metrics, mode="expected"))[1] == ["0", "311.41"]


def test_a_row_is_the_same_however_many_there_are() -> None:
    random = np.random.default_rng(7)
    inputs = {"choice": random.choice([1.0, 2.5], 25_000)}
    metrics = {"npv": random.normal(size=25_000)}
    whole = list(trials_csv(result_of(trials=25_000, inputs=inputs, metrics=metrics)))
    assert len(whole) == 4, "a header and three blocks"
    few = {name: values[:12_345] for name, values in (inputs | metrics).items()}
    part = trials_csv(
        result_of(trials=12_345, inputs={"choice": few["choice"]}, metrics={"npv": few["npv"]})
    )
    assert b"".join(whole).startswith(b"".join(part))
    assert b"".join(whole).count(b"\n") == 25_001


def test_a_comma_in_a_segments_name_is_quoted() -> None:
    inputs = {'customers.a,"b".share': np.array([0.5])}
    assert rows_of(result_of(trials=1, inputs=inputs)) == [
        ["trial", 'customers.a,"b".share'],
        ["0", "0.5"],
    ]


# --- timeline.csv and summary.json ---------------------------------------------------------


def test_timeline_has_a_column_a_series_and_band() -> None:
    timeline = {
        "month_end": ["2011-03-31", "2011-04-30"],
        "cash": {"mean": [1.25, -2.0], "p5": [0.0, None], "p50": [1.0, 2.0], "p95": [3.0, 4.5]},
    }
    assert timeline_csv(timeline).decode("utf-8") == (
        "month_end,cash_mean,cash_p5,cash_p50,cash_p95\n"
        "2011-03-31,1.25,0.0,1.0,3.0\n"
        "2011-04-30,-2.0,,2.0,4.5\n"
    )


def test_json_keeps_order_and_has_no_nan() -> None:
    document = {
        "b": float("nan"),
        "a": [1, 2.5, np.float64("inf"), None],
        "é€": {"n": np.int64(3), "list": [{"x": np.array([1.5])}, {}], "empty": {}},
    }
    text = json_text(document, indent=True)
    assert json.loads(text) == {
        "b": None,
        "a": [1, 2.5, None, None],
        "é€": {"n": 3, "list": [{"x": [1.5]}, {}], "empty": {}},
    }
    assert list(json.loads(text)) == ["b", "a", "é€"]
    assert '  "a": [1, 2.5, null, null],\n' in text
    assert "é€" in text
    assert json.loads(json_text(document)) == json.loads(text)


def test_summary_json_is_the_summary() -> None:
    result = dealsim.simulate(dealsim.load(SCENARIO), trials=40)
    data = json_file(result.summary())
    assert json.loads(data) == result.summary()
    assert data.endswith(b"}\n")
    assert b"\r" not in data
    assert b"NaN" not in data


# --- a whole run ---------------------------------------------------------------------------


@pytest.mark.parametrize("expected", [False, True])
def test_a_run_writes_what_it_promises_and_the_same_again(tmp_path: Path, expected: bool) -> None:
    scenario = dealsim.load(SCENARIO, ["deal.price=11"])
    result = dealsim.simulate(scenario, trials=60, expected=expected)
    again = dealsim.simulate(scenario, trials=60, expected=expected, workers=1)
    names = write_run(result, tmp_path / "a", overrides=["deal.price=11"], wall_seconds=1.23456)
    write_run(again, tmp_path / "b")
    data = {"summary.json", "timeline.csv", "trials.csv", "manifest.json"}
    drawn = {
        f"{plot}.{kind}"
        for plot in ("profit", "cash", "waterfall", "liability", "redemption")
        for kind in ("png", "svg")
    }
    assert set(names) == data | drawn == {path.name for path in (tmp_path / "a").iterdir()}
    for name in set(names) - {"manifest.json"}:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["dealsim"] == dealsim.__version__
    assert manifest["scenario"] == scenario.canonical()
    assert manifest["scenario_sha256"] == scenario.sha256
    assert manifest["overrides"] == ["deal.price=11"]
    assert manifest["wall_seconds"] == 1.235
    assert manifest["trials"] == (1 if expected else 60)
    assert set(manifest["files"]) == set(names) - {"manifest.json"}
    assert set(manifest["libraries"]) > {"python", "numpy", "scipy", "matplotlib"}


def test_trials_can_be_left_out() -> None:
    result = dealsim.simulate(dealsim.load(SCENARIO), trials=10)
    assert "trials.csv" not in [name for name, _ in run_files(result, trials=False)]


def test_trials_csv_gives_the_means_of_the_summary() -> None:
    """To half a cent, which is as exactly as npv is written; the others to rounding."""
    result = dealsim.simulate(dealsim.load(SCENARIO), trials=200)
    header, *rows = rows_of(result)
    summary = result.summary()["metrics"]
    assert len(rows) == 200
    assert [name for name in header if name in summary] == list(summary)
    for name in set(summary) - {"cost_per_new_regular"}:  # that one is a ratio of means
        cells = [row[header.index(name)] for row in rows]
        values = [float(cell) for cell in cells if cell]
        assert len(values) == summary[name]["n"], name
        if values:
            assert np.mean(values) == pytest.approx(summary[name]["mean"], abs=0.005), name


def test_manifest_of_overrides_given_by_name() -> None:
    result = dealsim.simulate(dealsim.load(SCENARIO), trials=10)
    manifest = run_manifest(result, overrides={"deal.price": 12})
    assert manifest["overrides"] == {"deal.price": 12}
    assert manifest["wall_seconds"] is None

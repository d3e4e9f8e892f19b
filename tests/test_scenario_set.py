"""`--set` and overrides from Python."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from dealsim.errors import ScenarioError, UsageError
from dealsim.scenario import Scenario, load
from dealsim.units import Span
from tests.scenario_texts import SHORT


@pytest.fixture(autouse=True)
def short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "short.yaml").write_text(SHORT, encoding="utf-8")


def means(scenario: Scenario, *paths: str) -> list[float]:
    return [scenario.numbers()[path].mean() for path in paths]


@pytest.mark.parametrize(
    ("override", "path", "mean"),
    [
        ("deal.price=12", "deal.price", 12),
        ("deal.price=$12.50", "deal.price", 12.5),
        ("platform.commission=1/4", "platform.commission", 0.25),
        ("deal.demand={dist: uniform, low: 0, high: 100}", "deal.demand", 50),
        ("deal.demand=0 to 100", "deal.demand", 50),
        (" redemption.half_life = 10 days", "redemption.half_life", 10),
        ("customers.newcomers.redeem=64%", "customers.newcomers.redeem", 0.64),
        (
            "customers.newcomers.overspend={chance: 8%}",
            "customers.newcomers.overspend.chance",
            0.08,
        ),
    ],
)
def test_set_is_read_as_yaml(override: str, path: str, mean: float) -> None:
    scenario = load("short.yaml", [override])
    assert means(scenario, path) == [pytest.approx(mean)]
    assert scenario.provenance[path].origin == "set"
    assert scenario.provenance[path].file is None


@pytest.mark.parametrize(
    ("value", "mean"),
    [
        (0.25, 0.25),
        (np.float64(0.25), 0.25),
        (np.int64(1), 1),
        (Fraction(1, 4), 0.25),
        ("25%", 0.25),
        ({"low": 0.2, "likely": 0.25, "high": 0.3}, 0.25),
    ],
)
def test_overrides_of_python_values(value: object, mean: float) -> None:
    scenario = load("short.yaml", {"deal.refunds": value})
    assert means(scenario, "deal.refunds") == [pytest.approx(mean)]


def test_overrides_of_other_kinds() -> None:
    overrides: Mapping[str, object] = {
        "name": "A: b # c",
        "starts": date(2012, 2, 29),
        "horizon": Span(2, "years"),
        "kind": "none",
        "correlations": [],
        "run": {"seed": 3},
        "expect.P(npv >= 1.5).at_least": "40%",
        "deal.price": load("short.yaml").deal.price,
    }
    scenario = load("short.yaml", overrides)
    assert scenario.name == "A: b # c"
    assert (scenario.starts, scenario.horizon) == (date(2012, 2, 29), Span(2, "years"))
    assert (scenario.kind, scenario.run.seed, scenario.run.trials) == ("none", 3, 10_000)
    assert scenario.expect["P(npv >= 1.5)"].at_least == 0.4
    with pytest.raises(ScenarioError, match="a complex is not a value of a scenario"):
        load("short.yaml", {"deal.price": 1j})


def test_set_with_an_equals_sign_inside() -> None:
    scenario = load("short.yaml", ["expect.P(npv >= 0).at_most=95%", "name=a=b"])
    assert scenario.expect["P(npv >= 0)"].at_most == 0.95
    assert scenario.name == "a=b"


@pytest.mark.parametrize("override", ["deal.price", "=3", ""])
def test_set_without_a_value_is_wrong_usage(override: str) -> None:
    with pytest.raises(UsageError, match="--set takes PATH=VALUE"):
        load("short.yaml", [override])


def test_later_overrides_win() -> None:
    scenario = load("short.yaml", ["deal.price=3", "deal={price: 4}", "deal.price=5"])
    assert means(scenario, "deal.price") == [5]

"""`explain`, the template of `new`, the library, and how quick it all is."""

from __future__ import annotations

import json
import subprocess
import sys
from math import exp
from pathlib import Path

import pytest

from dealsim.errors import ScenarioError, UsageError
from dealsim.scenario import (
    KINDS,
    check,
    explain,
    library,
    library_text,
    load,
    new_scenario,
)
from dealsim.scenario.model.expectations import Statistic, parse_measured
from tests.scenario_texts import SHORT, WHOLE


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "short.yaml").write_text(SHORT, encoding="utf-8")
    (tmp_path / "whole.yaml").write_text(WHOLE, encoding="utf-8")
    return tmp_path


# --- explain -----------------------------------------------------------------------------------


def test_explain_shows_every_number_once_and_in_order(folder: Path) -> None:
    scenario = load("whole.yaml")
    paths = [row.path for row in explain(scenario)]
    assert len(paths) == len(set(paths))
    assert [path for path in paths if path in scenario.numbers()] == list(scenario.numbers())
    assert paths[:5] == ["dealsim", "name", "currency", "jurisdiction", "kind"]


def test_explain_tells_what_was_understood(folder: Path) -> None:
    rows = {row.path: row for row in explain(load("short.yaml", ["kind=retail"]))}
    demand = rows["deal.demand"]
    assert (demand.written, demand.family, demand.unit) == ("200 to 500", "lognormal", "vouchers")
    assert [demand.p5, demand.p95] == pytest.approx([200, 500])
    assert (demand.origin, demand.is_default) == ("short.yaml:4", False)
    assert rows["deal.price"].unit == "USD"
    assert rows["platform.commission"].unit == "share"
    assert rows["redemption.half_life"].unit == "days"
    assert rows["kind"].origin == "--set"
    assert rows["run.seed"].origin == "default"
    refunds = rows["deal.refunds"]
    assert (refunds.written, refunds.origin) == ("{mean: 3%, sd: 2.5%}", "kind retail")
    assert refunds.is_default and refunds.judgement and refunds.source is not None
    assert rows["deal.promo_expires"].meaning == "2025-07-04"
    assert rows["horizon"].meaning == "2028-01-01"
    assert rows["deal.paid_value_expires"].meaning is None
    assert rows["customers.newcomers.returns.spend"].written.endswith(" of business.usual_ticket)")
    rest = rows["customers.existing.share"]
    given = [rows[f"customers.{name}.share"].mean for name in ("bargain_hunters", "newcomers")]
    assert rest.written == "rest" and rest.mean == pytest.approx(1 - sum(map(float, given)))  # type: ignore[arg-type]
    assert rows["platform.payout"].written.startswith("[{after: 5 business days, share: 1/3}")


def test_explain_shows_what_the_bill_leaves_beyond_the_voucher(folder: Path) -> None:
    """An exponential bill of 50 exceeds 40 with chance e^(-40/50), by 50 on average."""
    fixed = {"kind": "retail", "customers.newcomers.bill": {"ticket_ratio": 1, "cv": 1}}
    rows = {row.path: row for row in explain(load("short.yaml", fixed))}
    chance, amount = (rows[f"customers.newcomers.overspend.{key}"] for key in ("chance", "amount"))
    assert (chance.mean, amount.mean) == pytest.approx((exp(-0.8), 50))
    assert (chance.written, chance.origin, amount.unit) == ("by bill", "derived", "USD")
    fixed["customers.newcomers.overspend"] = {"chance": "30%"}
    rows = {row.path: row for row in explain(load("short.yaml", fixed))}
    assert rows["customers.newcomers.overspend.chance"].origin == "--set"
    assert rows["customers.newcomers.overspend.amount"].origin == "derived"


def test_explain_gives_each_correlation_a_row(folder: Path) -> None:
    rows = [row for row in explain(load("short.yaml")) if row.path.startswith("correlations.")]
    first, second = "customers.newcomers.bill.ticket_ratio", "customers.newcomers.returns.chance"
    assert rows[0].written == f"{first} with {second}: 0.6"
    assert all(row.judgement and row.origin == "kind services" for row in rows)


def test_explain_names_the_law(folder: Path) -> None:
    rows = {row.path: row for row in explain(load("short.yaml", ["jurisdiction=US-NY"]))}
    assert rows["deal.paid_value_expires"].origin == "jurisdiction US-NY"
    assert rows["deal.paid_value_expires"].meaning == "2034-01-04"


def test_rows_are_json(folder: Path) -> None:
    rows = [row.as_dict() for row in explain(load("whole.yaml"))]
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows


# --- new ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_template_can_be_run_as_it_is(folder: Path, kind: str) -> None:
    text = new_scenario(kind)
    assert text.startswith("# yaml-language-server: $schema=dealsim.schema.json\ndealsim: 1\n")
    assert len(text.splitlines()) < 30
    (folder / "new.yaml").write_text(text, encoding="utf-8")
    scenario, errors, warnings = check("new.yaml")
    assert scenario is not None and errors == ()
    assert not warnings
    assert scenario.kind == kind


def test_commented_lines_of_the_template_can_be_used(folder: Path) -> None:
    lines = new_scenario("salon").splitlines()
    text = "\n".join(
        line.replace("# ", "", 1) if line.strip().startswith("# ") and index else line
        for index, line in enumerate(lines)
    )
    (folder / "new.yaml").write_text(text, encoding="utf-8")
    scenario = load("new.yaml", ["jurisdiction=US-CA"])
    assert scenario.business.capacity_per_week is not None
    assert scenario.deal.cap is not None and scenario.deal.cap.mean() == 500


def test_answers_stand_as_given(folder: Path) -> None:
    answers = {
        "name": "Pizza: half price # really",
        "deal.price": "$10",
        "deal.demand": {"low": 100, "likely": 200, "high": 900},
        "deal.cap": "400",
        "jurisdiction": "US-CA",
        "platform.payout": [{"after": "3 days", "share": "100%"}],
        "redemption.half_life": "9 weeks",
        "run.seed": 5,
    }
    text = new_scenario("restaurant", answers)
    assert "\n  price: $10 " in text and "# cap: 500" not in text
    (folder / "new.yaml").write_text(text, encoding="utf-8")
    scenario = load("new.yaml")
    assert scenario.name == "Pizza: half price # really"
    assert scenario.deal.demand.family == "pert"
    assert scenario.deal.cap is not None and scenario.deal.cap.mean() == 400
    assert scenario.redemption.half_life.mean() == 63
    assert (scenario.currency, scenario.run.seed) == ("USD", 5)


def test_new_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ScenarioError) as error:
        new_scenario("resturant", {"deal.prise": "3", "deal": "4", "customers.a": 3})
    problems = error.value.problems
    assert [problem.path for problem in problems] == ["kind", "deal.prise", "deal", "customers.a"]
    assert problems[0].message == 'unknown kind "resturant"'
    assert problems[0].hint == 'did you mean "restaurant"?'


# --- the library -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", library())
def test_library_scenarios_have_no_mistakes(name: str) -> None:
    _, errors, warnings = check(library()[name])
    assert errors == ()
    assert [warning for warning in warnings if warning.path != "currency"] == []
    assert library_text(name).splitlines()[0].startswith("#")


def test_an_unknown_library_scenario_lists_them() -> None:
    with pytest.raises(UsageError, match=r"did you mean .*it has: .*blend-creations"):
        library_text("blend-creation")


# --- expectations ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "measured"),
    [
        ("npv", Statistic("npv")),
        (" P(loss) ", Statistic("incremental_profit", "<", 0.0)),
        ("P(npv >= 1,000)", Statistic("npv", ">=", 1000.0)),
        ("P( lowest_cash<-2.5 )", Statistic("lowest_cash", "<", -2.5)),
    ],
)
def test_what_an_expectation_measures(text: str, measured: Statistic) -> None:
    assert parse_measured(text) == measured
    assert measured.is_probability == text.strip().startswith("P(")


@pytest.mark.parametrize("text", ["", "P()", "P(gain)", "P(joy > 1)", "P(npv > much)", "npv > 3"])
def test_what_is_no_expectation(text: str) -> None:
    with pytest.raises(ValueError):
        parse_measured(text)


# --- speed -------------------------------------------------------------------------------------


def test_reading_scenarios_needs_neither_scipy_stats_nor_matplotlib(folder: Path) -> None:
    code = (
        "import sys, dealsim.scenario as s; s.load('short.yaml'); s.json_schema();"
        "print([m for m in ('scipy.stats', 'matplotlib', 'dealsim.engine') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=folder
    )
    assert done.stdout.strip() == "[]"

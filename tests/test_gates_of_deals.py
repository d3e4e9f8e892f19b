"""Gates about one of several deals: what it adds to those before it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import dealsim
from dealsim import UsageError
from dealsim.cli.app import main
from dealsim.decisions import parse_target
from dealsim.results import parse_statement, unmet
from dealsim.results.gates import value_of
from dealsim.scenario import check
from tests.conftest import MakeScenario
from tests.engine.library import MIXED
from tests.test_campaigns import TEXT


def test_its_mean_and_its_chance_of_a_loss(scenario: MakeScenario) -> None:
    found = dealsim.simulate(scenario(TEXT), trials=300, seed=3)
    own = found.by_campaign[2]["incremental_profit"]
    for written, value in (
        ("campaigns.2.incremental_profit < 0", own.mean()),
        ("P(campaigns.2.loss) > 50%", np.mean(own < 0)),
        ("P(campaigns.2.incremental_profit >= 100) < 0.5", np.mean(own >= 100)),
        ("campaigns.1.vouchers_sold > 20", found.by_campaign[1]["vouchers_sold"].mean()),
    ):
        assert value_of(parse_statement(written).measured, found) == pytest.approx(value)
    one = dealsim.simulate(scenario(MIXED), trials=300, seed=3)
    statement = parse_statement("campaigns.0.incremental_profit < 0").measured
    assert value_of(statement, one) == one.metrics["incremental_profit"].mean()
    expected = dealsim.simulate(scenario(TEXT), expected=True)
    assert value_of(statement, expected) == expected.by_campaign[0]["incremental_profit"][0]
    assert value_of(parse_statement("P(campaigns.2.loss) > 1%").measured, expected) is None


def test_expected_of_a_deal(scenario: MakeScenario) -> None:
    limits = (
        "\nexpect: {campaigns.2.incremental_profit: {at_least: 1e6}, P(loss): {at_least: 0%}}\n"
    )
    found = dealsim.simulate(scenario(TEXT + limits), trials=100, seed=3)
    assert [one.split(":")[0] for one in unmet(found)] == [
        "expect campaigns.2.incremental_profit is not met"
    ]
    assert unmet(found, ("P(campaigns.1.loss) <= 100%",))[1].startswith("--fail-if")


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        ("{campaigns.3.incremental_profit: {at_least: 0}}", "there is no deal 3"),
        ("{campaigns.1.npv: {at_least: 0}}", '"npv" is not told of each deal'),
        ("{P(campaigns.7.loss): {at_most: 5%}}", "there is no deal 7"),
    ],
)
def test_no_such_deal_is_told_once_at_its_line(expect: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "several.yaml"
    file.write_text(f"{TEXT}\nexpect: {expect}\n", encoding="utf-8")
    _, errors, _ = check(file)
    assert len(errors) == 1 and message in errors[0].message and errors[0].hint
    assert errors[0].line == len(file.read_text().splitlines())


def test_a_target_is_of_all_deals() -> None:
    with pytest.raises(UsageError, match="one deal's own"):
        parse_target("campaigns.1.incremental_profit >= 0")


def test_the_command_ends_with_4(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "several.yaml"
    file.write_text(TEXT, encoding="utf-8")
    args = ["run", str(file), "--trials", "60", "--quiet"]
    with pytest.raises(SystemExit) as ended:
        main([*args, "--fail-if", "campaigns.2.vouchers_sold >= 0"])
    assert ended.value.code == 4 and "campaigns.2.vouchers_sold" in capsys.readouterr().err

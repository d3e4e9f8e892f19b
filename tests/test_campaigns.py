"""`campaigns:`: several deals of one business in one file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

import dealsim
from dealsim import liability, simulate
from dealsim.output.run.plots import draw_all
from dealsim.registry import OWN_METRICS
from dealsim.scenario import Scenario, check, dump, explain, load
from tests.conftest import MakeScenario
from tests.engine.library import MIXED

LIST = """
campaigns:
  - {starts: 2025-01-01, name: winter}
  - {starts: 2025-03-04, deal: {price: 12, face_value: 30, demand: 20 to 40, minimum: 0}}
  - starts: 2025-05-01
    platform: {commission: 40%}
    customers:
      hunters: {redeem: 90%}
"""
TEXT = MIXED + LIST
PLACES: Mapping[str, object] = {
    "business.capacity_per_week": 9,
    "business.visits_per_week": 6,
}


@pytest.fixture
def several(scenario: MakeScenario) -> Scenario:
    return scenario(TEXT)


def test_each_deal_has_its_own_terms_over_the_shared_ones(several: Scenario) -> None:
    first, second, third = several, *several.further
    assert several.deal_names == ("winter", "deal 2", "deal 3")
    assert second.deal.price.mean() == 12 and third.deal.price == first.deal.price
    assert second.platform == first.platform and third.platform.commission.mean() == 0.4
    assert third.customers["hunters"].redeem.mean() == 0.9
    assert third.customers["newcomers"] == first.customers["newcomers"]
    assert {one.horizon_end for one in (first, second, third)} == {first.horizon_end}


def test_set_reaches_one_deal_or_all_that_do_not_state_it(scenario: MakeScenario) -> None:
    found = scenario(TEXT, {"deal.price": 11, "campaigns.2.deal.face_value": 33})
    prices = [one.deal.price.mean() for one in (found, *found.further)]
    assert prices == [11, 12, 11]
    changed = found.with_({"campaigns.1.deal.price": 13})
    assert changed.further[0].deal.price.mean() == 13
    assert changed.further[1].deal.face_value.mean() == 33


def test_the_list_is_in_the_fingerprint_and_reads_back(several: Scenario, tmp_path: Path) -> None:
    again = tmp_path / "again.yaml"
    again.write_text(dump(several), encoding="utf-8")
    assert load(again) == several
    assert several.with_({"campaigns.1.deal.price": 13}).sha256 != several.sha256
    assert several.alone().sha256 != several.sha256


def test_a_list_of_one_is_no_list(scenario: MakeScenario) -> None:
    one, none = scenario(MIXED + "campaigns: [{starts: 2025-01-01}]\n"), scenario(MIXED)
    assert one == none and one.sha256 == none.sha256
    assert simulate(one, trials=50).summary() == simulate(none, trials=50).summary()


def test_explain_tells_what_a_deal_states_otherwise(several: Scenario) -> None:
    rows = {row.path: row for row in explain(several)}
    assert rows["campaigns.1.deal.price"].mean == 12
    assert rows["campaigns.2.customers.hunters.redeem"].mean == 0.9
    assert "campaigns.2.deal.price" not in rows
    assert rows["campaigns.1.deal.promo_expires"].meaning is not None


def test_a_file_runs_as_campaigns_from_python_do(several: Scenario, seed: int) -> None:
    """The same numbers, trial by trial."""
    listed = simulate(several, trials=300, seed=seed)
    given = simulate(several.alone(), campaigns=several.further, trials=300, seed=seed)
    for name, values in listed.metrics.items():
        np.testing.assert_array_equal(values, given.metrics[name], err_msg=name)
    whole = simulate(several, trials=300, seed=seed, keep=())  # the one world, not its parts
    for name, values in listed.metrics.items():
        np.testing.assert_array_equal(values, whole.metrics[name], err_msg=name)


@pytest.mark.parametrize("terms", [{}, PLACES], ids=["no limit", "places"])
@pytest.mark.parametrize("expected", [False, True])
def test_own_profits_add_up_to_the_whole(
    terms: Mapping[str, object], expected: bool, scenario: MakeScenario, seed: int
) -> None:
    several = scenario(TEXT, terms)
    found = simulate(several, expected=expected, trials=400, seed=seed)
    assert len(found.by_campaign) == 3
    assert set(found.by_campaign[0]) <= set(OWN_METRICS)
    for metric in found.by_campaign[0]:
        total = sum(own[metric] for own in found.by_campaign)
        np.testing.assert_allclose(total, found.metrics[metric], atol=1e-6)


def test_without_places_a_deal_adds_what_it_is_worth_alone(several: Scenario) -> None:
    """Nothing is shared, so that each own result is that of the deal by itself."""
    found = simulate(several, expected=True)
    for own, deal in zip(found.by_campaign, (several.alone(), *several.further), strict=True):
        alone = simulate(deal, expected=True).metrics
        for metric in ("campaign_profit", "vouchers_sold"):
            assert own[metric][0] == pytest.approx(alone[metric][0], abs=0.02), metric
        # returning visits depend on the steps to second order
        wanted = alone["incremental_profit"][0]
        assert own["incremental_profit"][0] == pytest.approx(wanted, rel=2e-3)


def test_a_deal_is_worth_less_where_another_takes_the_places(scenario: MakeScenario) -> None:
    text = TEXT.replace("starts: 2025-03-04", "starts: 2025-01-02")
    several = scenario(text, PLACES)
    found = simulate(several, trials=2_000)
    own = found.by_campaign[1]["incremental_profit"].mean()
    alone = simulate(several.further[0], trials=2_000).metrics["incremental_profit"].mean()
    assert own < alone


def test_summary_and_verdict_tell_each_deal(several: Scenario, seed: int) -> None:
    found = simulate(several, trials=500, seed=seed)
    told = found.summary()["campaigns"]
    json.dumps(told, allow_nan=False)
    assert [deal["starts"] for deal in told["deals"]] == ["2025-01-01", "2025-03-04", "2025-05-01"]
    for deal, own in zip(told["deals"], found.by_campaign, strict=True):
        profit = own["incremental_profit"]
        assert deal["incremental_profit"]["mean"] == profit.mean()
        assert deal["probability_of_loss"] == np.mean(profit < 0)
    totals = np.cumsum([0.0, *(own["incremental_profit"].mean() for own in found.by_campaign)])
    assert told["best_number"] == np.argmax(totals)
    np.testing.assert_allclose(told["mean_with"], totals)
    assert sum(told["best_in"]) == pytest.approx(1)
    said = next(s for s in found.summary()["verdict_sentences"] if "first deal" in s)
    assert "the second in" in said and "the third in" in said and "you do best with" in said


def test_the_plot_is_drawn_of_several_only(several: Scenario) -> None:
    found = simulate(several, trials=60)
    assert "campaigns.svg" in dict(draw_all(found, formats=("svg",)))
    alone = simulate(several.alone(), trials=60)
    assert "campaigns.svg" not in dict(draw_all(alone, formats=("svg",)))
    dict(draw_all(simulate(several, expected=True), names=("campaigns",), formats=("svg",)))


def test_the_books_have_a_cohort_of_each_deal(several: Scenario, seed: int) -> None:
    found = liability(several, trials=300, seed=seed)
    given = liability(several.alone(), campaigns=several.further, trials=300, seed=seed)
    assert len(found.campaigns) == 3
    for one, other in zip(found.campaigns, given.campaigns, strict=True):
        for name, values in one.lines.items():
            np.testing.assert_array_equal(values, other.lines[name])


def test_paired_worlds_take_their_deals_along(several: Scenario, seed: int) -> None:
    cheaper = several.with_({"campaigns.1.platform.commission": "30%"})
    one, other = dealsim.simulation.simulate_paired([several, cheaper], trials=200, seed=seed)
    np.testing.assert_array_equal(one.metrics["vouchers_sold"], other.metrics["vouchers_sold"])
    assert (one.metrics["remittance"] <= other.metrics["remittance"]).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("campaigns: []", "there is no deal here"),
        ("campaigns: {a: 1}", "is not a list of deals"),
        ("campaigns: [{}, {}]", "starts is missing"),
        ("campaigns: [{}, {strats: 2025-02-01}]", 'unknown key "strats"'),
        ("campaigns: [{deal: {price: 3}}]", "the first deal has the scenario's own terms"),
        ("campaigns: [{}, {starts: 2025-02-30}]", "there is no day 2025-02-30"),
        ("campaigns: [{}, {starts: 2031-01-01}]", "when the horizon ends"),
        (
            "campaigns: [{}, {starts: 2025-04-01}, {starts: 2025-03-01}]",
            "deal 3 starts on 2025-03-01, before deal 2 on 2025-04-01",
        ),
        ("campaigns: [{}, {starts: 2025-02-01, deal: {price: -4}}]", "deal 2: deal.price"),
        ("campaigns: [{}, {starts: 2025-02-01, customers: {x: {redeem: 3%}}}]", 'no segment "x"'),
        ("campaigns: [{starts: 2025-01-02}]", "the first deal starts on 2025-01-02 here"),
    ],
)
def test_mistakes_are_told_with_their_line(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "several.yaml"
    stated = "" if "2025-01-02" not in text else "starts: 2025-01-01\n"
    base = "\n".join(line for line in MIXED.splitlines() if not line.startswith("starts"))
    file.write_text(f"{base}\n{stated}{text}\n", encoding="utf-8")
    _, errors, _ = check(file)
    assert len(errors) == 1, [one.text("error") for one in errors]
    assert message in errors[0].message and errors[0].line == len(file.read_text().splitlines())


def test_two_crowds_at_once_are_warned_of(scenario: MakeScenario) -> None:
    assert not [one for one in scenario(TEXT).warnings if "both crowds" in one.message]
    found = scenario(TEXT, PLACES).warnings
    told = [one for one in found if "both crowds want the same places" in one.message]
    assert told and all((one.path or "").startswith("campaigns.") for one in told)

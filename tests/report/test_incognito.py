"""A page without amounts: the same for a shop and for one a thousand times as dear."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import dealsim
from dealsim.decisions.briefing import briefing
from dealsim.decisions.incognito import BILL, FACE_VALUE, TURNOVER, incognito, whole_of
from dealsim.output.decisions.values import shower
from dealsim.output.report.page import page
from dealsim.parts import PARTS, WHOLE
from dealsim.scenario import Scenario
from dealsim.units import CURRENCIES, format_money
from tests.report.pages import PLAIN

FACTOR = 7.0
MONEY = {
    "price": 25,
    "face": 50,
    "fee": 137,
    "ticket": 61,
    "visit": 1.75,
    "amount": 12,
    "advert": 1450,
}
"""Amounts that stand nowhere else in the scenario below."""
SECRET = """
dealsim: 1
name: "{currency} {price} for {face}"
currency: {currency}
starts: 2024-03-01
horizon: 8 months
deal: {{price: {price}, face_value: "{low} to {face}", demand: 100 to 400}}
platform: {{name: "Site for {price}", commission: 50%, fixed_fee: {fee}}}
business:
  usual_ticket: {{value: "{ticket}", source: "judgement: bills of {ticket}"}}
  variable_cost: 30% to 50%
  cost_per_visit: {{low: 0, likely: {visit}, high: {face}}}
  visits_per_week: 130
  capacity_per_week: [150, {{from: 2024-04-01, visits: 160, cost_per_week: {amount}}}]
customers:
  guests of {fee}: {{share: 40%, overspend: {{chance: 40%, amount: {amount}}}}}
  the rest: {{share: rest, would_have_come: 50% to 80%}}
alternatives:
  an advert for {advert}: {{spend: {advert}, new_customers: 40 to 90}}
campaigns:
  - {{starts: 2024-03-01, name: "First, for {price}"}}
  - {{starts: 2024-07-01, name: "Second, for {price}", deal: {{price: {price}}}}}
correlations: [[deal.demand, deal.face_value, 0.3]]
expect: {{incremental_profit: {{at_least: -{advert}}}}}
"""


def secret(folder: Path, currency: str = "USD", factor: float = 1.0) -> Scenario:
    """The scenario in a currency, all its amounts times a factor."""
    told = {name: f"{value * factor:.10g}" for name, value in MONEY.items()}
    told |= {"currency": currency, "low": f"{45 * factor:.10g}"}
    file = folder / f"of-{told['price']}.yaml"
    file.write_text(SECRET.format(**told), encoding="utf-8")
    return dealsim.load(file)


def told_of(scenario: Scenario) -> str:
    """The page of a scenario, without amounts."""
    hidden = incognito(scenario)
    found = briefing(hidden, trials=20, workers=1, show=shower(hidden.currency))
    return page(found, command="dealsim report of-25.yaml --set deal.price=25")


def test_no_amount_can_be_told(tmp_path: Path) -> None:
    """Not a letter of the page depends on how much money it is."""
    html = told_of(secret(tmp_path))
    other = secret(tmp_path, "EUR", FACTOR)
    assert html == told_of(other)
    assert incognito(other).sha256 == incognito(secret(tmp_path)).sha256
    text = re.sub(r"<style>.*?</style>|<svg.*?</svg>", "", html, flags=re.S)
    said = re.sub(r"https?://\S+|<[^>]+>", " ", text)
    assert not set(said) & {one.sign for one in CURRENCIES.values() if not one.sign.isalpha()}
    assert not re.search(rf"\b({'|'.join(CURRENCIES)})\b", said)
    for amount in ("1,450", "1450", "of-25", "for 25", "of 137", "of 61"):
        assert amount not in said
    assert TURNOVER.replace("'", "&#39;") in html


def test_is_the_same_deal(tmp_path: Path) -> None:
    """Every amount of every future, in per cent of the whole; every count as it was, but for groups
    of customers whose name is hidden: theirs is other luck."""
    secret(tmp_path)
    text = (tmp_path / "of-25.yaml").read_text(encoding="utf-8").replace("guests of 137", "guests")
    (tmp_path / "plain.yaml").write_text(text, encoding="utf-8")
    scenario = dealsim.load(tmp_path / "plain.yaml")
    currency, whole = whole_of(scenario)
    open_, hidden = (
        dealsim.simulate(one, trials=50, seed=3) for one in (scenario, incognito(scenario))
    )
    assert hidden.scenario.currency == currency == TURNOVER
    assert hidden.metrics["vouchers_sold"].tolist() == open_.metrics["vouchers_sold"].tolist()
    ours = hidden.metrics["incremental_profit"] / WHOLE
    theirs = open_.metrics["incremental_profit"] / whole
    assert np.allclose(ours, theirs, atol=2e-6)  # the open one is in whole cents a flow
    assert whole == pytest.approx(130 * 365.25 / 7 * 61)


@pytest.mark.parametrize(
    ("changes", "currency"), [({}, FACE_VALUE), ({"deal.demand": 0}, BILL)], ids=["sold", "unsold"]
)
def test_what_it_is_a_part_of(changes: dict[str, object], currency: str, tmp_path: Path) -> None:
    file = tmp_path / "plain.yaml"
    file.write_text(f"dealsim: 1\n{PLAIN}", encoding="utf-8")
    assert incognito(dealsim.load(file, changes)).currency == currency


def test_a_part_is_no_currency(tmp_path: Path) -> None:
    file = tmp_path / "plain.yaml"
    file.write_text(f"dealsim: 1\n{PLAIN}", encoding="utf-8")
    for unit in PARTS:
        with pytest.raises(dealsim.ScenarioError, match="unknown currency"):
            dealsim.load(file, {"currency": unit})


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0 %"),
        (123_456, "12.3 %"),
        (-1_000, "-0.1 %"),
        (0.1, "0.00001 %"),
        (1e-4, "0 %"),
        (12_340_000, "1,234 %"),
    ],
)
def test_how_a_part_is_written(amount: float, text: str) -> None:
    assert format_money(amount, TURNOVER) == text
    assert format_money(amount, TURNOVER, cents=True) == text

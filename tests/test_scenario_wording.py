"""Inputs in an owner's words: every number has some, and its values carry their units."""

from __future__ import annotations

from pathlib import Path

import pytest

import dealsim
from dealsim.scenario import KINDS, in_words, range_in_words, value_in_words
from tests.scenario_texts import SHORT

SCENARIOS = sorted((Path(__file__).parent.parent / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_number_has_words_of_its_own(path: Path) -> None:
    """A field without words would be called by its path."""
    numbers = dealsim.load(path).numbers()
    words = [in_words(one) for one in numbers]
    assert [one for one in words if "." in one or "_" in one] == []
    assert len(set(words)) == len(words), "no two inputs are called the same"


@pytest.mark.parametrize("kind", KINDS)
def test_so_have_those_of_every_kind(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "deal.yaml"
    file.write_text(f"{SHORT}kind: {kind}\n", encoding="utf-8")
    for path, value in dealsim.load(file).numbers().items():
        assert in_words(path) != path
        assert range_in_words(path, value.quantile(0.05), value.quantile(0.95), "USD")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("business.variable_cost", "what one more visit costs you"),
        ("customers.deal_buyers.redeem", "how many deal buyers use their voucher in time"),
        ("customers.existing.share", "how many of the buyers are existing customers"),
        ("redemption.late.share", "how many voucher holders still come after expiry"),
        ("campaigns.1.deal.demand", "how great the demand is (deal 2)"),
        ("accounting.constraint", "accounting.constraint"),
    ],
)
def test_what_an_input_is_called(path: str, words: str) -> None:
    assert in_words(path) == words


@pytest.mark.parametrize(
    ("path", "low", "high", "words"),
    [
        ("business.variable_cost", 0.4, 0.6, "40 % to 60 % of the bill"),
        ("business.variable_cost", 0.4, 0.4, "40 % of the bill"),
        ("deal.demand", 300.0, 1234.0, "300 to 1,234 vouchers"),
        ("deal.price", 2.5, 9.75, "$2.50 to $9.75"),
        ("business.usual_ticket", 48.0001, 63.4, "$48 to $63"),
        ("redemption.half_life", 28.0, 45.0, "28 to 45 days"),
        ("redemption.half_life", 30.4375, 243.5, "1 to 8 months"),
        ("customers.a.returns.visits", 1.375, 3.77, "1.4 to 3.8 visits"),
        ("campaigns.1.deal.refunds", 0.01, 0.08, "1 % to 8 % of those sold"),
    ],
)
def test_a_range_in_words(path: str, low: float, high: float, words: str) -> None:
    assert range_in_words(path, low, high, "USD") == words


def test_a_value_in_words() -> None:
    assert value_in_words("redemption.half_life", 27.4, "USD") == "27 days"
    assert value_in_words("deal.refunds", 0.031, "USD") == "3.1 %"
    assert value_in_words("deal.demand", 1234.5, "USD") == "1,235 vouchers"
    assert value_in_words("deal.refunds", float("nan"), "USD") == "n/a"

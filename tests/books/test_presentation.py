"""The face value shown beside the price: what it changes in the books, and what it never does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import numpy as np
import pytest

from dealsim import Liability, liability
from dealsim.books import Entry, balances
from dealsim.books.chart import ACCOUNTS
from dealsim.books.policies import accounting_policies
from tests.conftest import MakeScenario

DEAL = """\
dealsim: 1
currency: CAD
kind: none
starts: 2025-01-20
horizon: 30 months
deal: {price: 10, face_value: 25, demand: 1000, sale_window: 21 days, promo_expires: 4 months, refunds: 3%}
platform: {commission: 50%, card_fee: 2%}
business: {usual_ticket: 60, variable_cost: 40%}
redemption: {half_life: 30 days, late: {share: 40%, half_life: 3 months}}
customers: {all: {share: 100%, redeem: 60% to 90%, overspend: {chance: 50%, amount: 15}}}
"""  # noqa: E501
EXPIRY = date(2025, 6, 10)
PROMOTION = 1.5
"""Promotional value per unit of the price."""

Both = Callable[..., tuple[Liability, Liability]]

WAYS = (
    "breakage: none",
    "breakage: proportional, constraint: 80%",
    "breakage: remote, remote_after: 9 months",
    "breakage: proportional, revenue: net",
    "escheat: {after: 12 months, share: 60%}",
    "sales_tax: {rate: 20%, point: issue}",
)


@pytest.fixture
def both(scenario: MakeScenario) -> Both:
    """The books under an `accounting:`, with the price and with the face value presented."""

    def make(accounting: str, **overrides: object) -> tuple[Liability, Liability]:
        changed = {name.replace("__", "."): value for name, value in overrides.items()}
        price, face = (
            liability(
                scenario(f"{DEAL}accounting: {{presentation: {how}, {accounting}}}\n", changed),
                trials=200,
            )
            for how in ("price", "face_value")
        )
        return price, face

    return make


def running(entries: tuple[Entry, ...]) -> Iterator[tuple[date, dict[str, int]]]:
    """Balances after each day of entry."""
    days = sorted({one.day for one in entries})
    yield from ((day, balances(e for e in entries if e.day <= day)) for day in days)


def owed(found: dict[str, int]) -> int:
    """The net liability to customers: the promotional part less the discount deferred for it."""
    keys = ("voucher_liability", "recognised_breakage", "voucher_promotion", "deferred_promotion")
    return -sum(found.get(key, 0) for key in keys)


def sales(found: dict[str, int]) -> int:
    """Sales less the promotional discount."""
    return -found.get("voucher_sales", 0) - found.get("promotional_discount", 0)


@pytest.mark.parametrize("way", WAYS)
def test_nothing_more_is_owed_earned_or_paid(both: Both, way: str) -> None:
    price, face = both(way)
    np.testing.assert_array_equal(price.closing, face.closing)
    for name, line in price.monthly.mean.items():
        np.testing.assert_array_equal(line, face.monthly.mean[name])
    ours, theirs = dict(running(price.journal)), dict(running(face.journal))
    assert list(ours) == list(theirs)
    promotional = {"voucher_promotion", "deferred_promotion", "promotional_discount"}
    for day, before in ours.items():
        after = theirs[day]
        assert not promotional & set(before)
        assert owed(after) == owed(before)
        assert sum(after.values()) == 0
        assert sales(after) == sales(before)
        same = set(ACCOUNTS) - promotional - {"voucher_sales"}
        assert {key: after.get(key, 0) for key in same} == {key: before.get(key, 0) for key in same}


@pytest.mark.parametrize("way", WAYS)
def test_the_promotional_value_goes_with_the_vouchers_and_ends_at_expiry(
    both: Both, way: str
) -> None:
    _, face = both(way)
    for day, found in running(face.journal):
        shown = -found.get("voucher_promotion", 0)
        assert found.get("deferred_promotion", 0) == shown
        if day < EXPIRY:
            assert shown == pytest.approx(-PROMOTION * found["voucher_liability"], abs=1)
            assert shown > 0
        else:
            assert shown == 0
    used = sum(face.monthly.mean["redeemed_in_time"])
    assert balances(face.journal)["promotional_discount"] == pytest.approx(PROMOTION * used, abs=2)
    (expired,) = (one for one in face.journal if one.event == "promotion_expired")
    assert expired.day == EXPIRY


def test_a_face_value_that_survives_stays_until_it_lapses(both: Both) -> None:
    terms = {"deal__after_expiry": "face_value", "deal__paid_value_expires": "18 months"}
    price, face = both("breakage: proportional", **terms)
    for day, found in running(face.journal):
        lapsed = day >= date(2026, 8, 10)
        expected = 0 if lapsed else -PROMOTION * found["voucher_liability"]
        assert -found.get("voucher_promotion", 0) == pytest.approx(expected, abs=1)
        assert found.get("deferred_promotion", 0) == -found.get("voucher_promotion", 0)
    late = [one for one in face.journal if one.event == "presented_late"]
    assert late and all("promotional_discount" in balances([one]) for one in late)
    assert balances(price.journal)["cash"] == balances(face.journal)["cash"]


def test_a_face_value_that_survives_leaves_with_what_is_remote(both: Both) -> None:
    way = "breakage: remote, remote_after: 9 months"
    _, face = both(way, deal__after_expiry="face_value")
    found = balances(face.journal)
    assert found["voucher_promotion"] == found["deferred_promotion"] == 0


def test_paid_on_redemption_there_is_a_discount_but_no_liability(both: Both) -> None:
    price, face = both("breakage: none", platform__payout="{on_redemption: {lag: 14 days}}")
    found, plain = balances(face.journal), balances(price.journal)
    assert "voucher_promotion" not in found and "deferred_promotion" not in found
    assert found["promotional_discount"] == plain["voucher_sales"] - found["voucher_sales"] > 0
    assert found["cash"] == plain["cash"] and sum(found.values()) == 0


@pytest.mark.parametrize("stated", ["accounting: {presentation: price}\n", "", None])
def test_the_price_is_presented_unless_stated(scenario: MakeScenario, stated: str | None) -> None:
    text = DEAL + (stated if stated is not None else "jurisdiction: CA-AB\n")
    found = accounting_policies(scenario(text))
    assert not found.presentation.face_value
    (row,) = (one for one in found.assumptions if "presentation" in one.name)
    assert row.value == "price" and ("606-10-55-330" in row.source or "scenario" in row.source)


def test_whose_practice_it_is_stands_among_the_assumptions(both: Both) -> None:
    _, face = both("breakage: none")
    stated, why = (one for one in face.assumptions if "presentation" in one.name)
    assert stated.value == "face_value" and "scenario.yaml" in stated.source
    assert "no more is owed" in why.value and "canadianrestaurateur.ca" in why.source

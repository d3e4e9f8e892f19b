"""Edges of the journal: where cost comes from, no fee where there is none, days that count."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dealsim.books import balances, liability
from dealsim.scenario import KINDS
from tests.conftest import MakeScenario
from tests.records.registers import register
from tests.test_liability_actuals import EXPIRY, TEXT, cut


@pytest.mark.parametrize("kind", KINDS)
def test_cost_comes_out_of_a_stock_only_where_goods_are_sold(
    kind: str, scenario: MakeScenario
) -> None:
    made = scenario(TEXT, {"kind": kind})
    found = balances(liability(made, trials=50).journal)
    goods = kind in ("retail", "restaurant")
    credited, other = ("inventory", "accrued_costs")[:: 1 if goods else -1]
    assert other not in found
    assert found[credited] == -found["cost_of_goods"] < 0


def test_the_credited_account_can_be_mapped(scenario: MakeScenario) -> None:
    made = scenario(TEXT, {"accounting.accounts": {"accrued_costs": "2200 Wages payable"}})
    chart = liability(made, trials=50).chart
    assert (chart["accrued_costs"].code, chart["accrued_costs"].name) == ("2200", "Wages payable")


@pytest.mark.parametrize(
    ("payout", "tax"), [("instalments", 0), ("instalments", 0.2), ("on_redemption", 0)]
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_card_fee_no_cent_of_it(
    payout: str, tax: float, seed: int, scenario: MakeScenario
) -> None:
    """What the platform does not pay out is its commission, and the receivable is cleared."""
    changes: dict[str, object] = {
        "platform.card_fee": "0%",
        "platform.commission": "47.3%",
        "deal.price": 9.99,
        "accounting.sales_tax": {"rate": tax, "point": "issue" if tax else "redemption"},
        "deal.sale_window": "3 days",
    }
    if payout == "on_redemption":
        changes["platform.payout"] = {"on_redemption": {"lag": "7 days", "late": "paid"}}
    found = balances(liability(scenario(TEXT, changes), trials=101, seed=seed).journal)
    assert "card_fees" not in found
    assert abs(found["platform_receivable"]) <= (1 if tax else 0)
    if payout == "instalments":
        owed = -found["voucher_liability"] - found.get("recognised_breakage", 0)
        gross = 999 / 832 if tax else 1.0  # of 9.99, 1.67 are tax
        assert found["deferred_commission"] == pytest.approx(0.473 * gross * owed, abs=2)


def test_the_promotion_ends_on_its_day_with_a_register(scenario: MakeScenario) -> None:
    made = scenario(TEXT, {"accounting.presentation": "face_value"})
    for day in (EXPIRY - 3, EXPIRY, EXPIRY + 3, EXPIRY + 60):
        found = liability(made, trials=60, actuals=register(made, day, cut(day)))
        (ended,) = (one for one in found.journal if one.event == "promotion_expired")
        assert ended.day == made.starts + timedelta(days=EXPIRY) == made.promo_expiry
        before = [one for one in found.journal if one.day < ended.day]
        assert balances(before)["voucher_promotion"] < 0
        after = balances([one for one in found.journal if one.day <= ended.day])
        assert after["voucher_promotion"] == after["deferred_promotion"] == 0

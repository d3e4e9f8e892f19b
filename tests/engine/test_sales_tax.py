"""Sales tax in prices, and on the platform's fee: closed forms and cases to the cent.

Equations 9.13 to 9.18 of docs/model.md.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

import dealsim
from tests.conftest import MakeScenario
from tests.engine.bridge import case_of
from tests.engine.library import MIXED, PLAIN, TAXED, VARIANTS, expected
from tests.reference import closed_form_money

STEPPED = ("returning_revenue", "returning_margin", "incremental_profit", "new_regulars")
"""Lines whose means depend on the step (8.4), but for the count of those won."""


def without_cash(terms: Mapping[str, object]) -> dict[str, object]:
    """Without cash-outs, which the closed forms leave out."""
    return {path: value for path, value in terms.items() if path != "accounting.cash_out"}


@pytest.mark.parametrize("name", sorted(TAXED))
def test_expected_mode_is_the_closed_form(name: str, scenario: MakeScenario) -> None:
    made = scenario(MIXED, without_cash(TAXED[name]))
    found, lines = expected(made), closed_form_money.lines(case_of(made))
    for line, mean in lines.items():
        if line not in STEPPED:
            assert found[line] == pytest.approx(mean, rel=1e-9, abs=1e-9), line


@pytest.mark.parametrize("name", sorted(VARIANTS))
@pytest.mark.parametrize(
    "terms", ["{rate: 13%}", "{rate: 0%, included: yes, on_fee: 0%}", "{rate: 13%, included: no}"]
)
def test_tax_added_at_the_till_changes_nothing(
    name: str, terms: str, scenario: MakeScenario, seed: int
) -> None:
    """Trial by trial, to the last cent; and there is no such line."""
    runs = [
        dealsim.simulate(scenario(MIXED, {**VARIANTS[name], **more}), trials=200, seed=seed)
        for more in ({}, {"accounting.sales_tax": terms})
    ]
    assert runs[0].metrics.keys() == runs[1].metrics.keys()
    assert "sales_tax" not in runs[1].metrics
    assert "sales_tax" not in [line.name for line in runs[1].lines]
    for metric, values in runs[0].metrics.items():
        np.testing.assert_array_equal(runs[1].metrics[metric], values, err_msg=metric)


def test_a_voucher_taxed_at_issue_bears_it_unused(scenario: MakeScenario) -> None:
    """50 vouchers of 10.00 that nobody uses: 10/6 is 1.67 in each, 83.50 in all."""
    terms = {"customers.all.redeem": 0, "deal.after_expiry": "nothing"}
    taxed = {**terms, "accounting.sales_tax": "{rate: 20%, point: issue}"}
    found = expected(scenario(PLAIN, taxed))
    assert found["sales_tax"] == pytest.approx(83.50)
    assert found["campaign_profit"] == pytest.approx(250 - 83.50)
    later = expected(
        scenario(
            PLAIN,
            {
                **taxed,
                "accounting.sales_tax.point": "redemption",
                "accounting.sales_tax.included": "yes",
            },
        )
    )
    assert later["sales_tax"] == 0


def test_refunds_give_the_tax_back(scenario: MakeScenario) -> None:
    taxed = {"accounting.sales_tax": "{rate: 20%, point: issue}", "customers.all.redeem": 0}
    found = expected(scenario(PLAIN, {**taxed, "deal.refunds": "100%"}))
    assert found["sales_tax"] == pytest.approx(0, abs=1e-9)
    assert found["campaign_profit"] == pytest.approx(0, abs=1e-9)


def test_australias_stated_value(scenario: MakeScenario) -> None:
    """$50 for $100 at 10 %: 9.09 of tax, 40.91 left, and the customer pays nothing more."""
    deal = {
        "jurisdiction": "AU",
        "currency": "AUD",
        "deal.price": 50,
        "deal.face_value": 100,
        "deal.demand": 1,
        "customers.all.redeem": "100%",
        "platform.commission": "0%",
        "business.variable_cost": "0%",
        "accounting.sales_tax.rate": "10%",
    }
    found = expected(scenario(PLAIN, deal))
    assert found["sales_tax"] == pytest.approx(100 / 11)
    assert found["campaign_profit"] == pytest.approx(50 - 100 / 11)
    assert found["till_receipts"] == 0
    unused = expected(scenario(PLAIN, {**deal, "customers.all.redeem": 0}))
    assert unused["lapsed"] == 1
    assert unused["sales_tax"] == pytest.approx(100 / 11)


def test_a_margin_is_without_its_tax(scenario: MakeScenario) -> None:
    """60 with 20 % in it leaves 50, less 45 % of 60: 23 for each visit replaced."""
    taxed = {
        "accounting.sales_tax": "{rate: 20%, included: yes}",
        "customers.all.redeem": "100%",
        "customers.all.would_have_come": "100%",
    }
    found = expected(scenario(PLAIN, taxed))
    assert found["cannibalised_margin"] == pytest.approx(50 * 23.0)


def test_no_deal_at_all_earns_nothing(scenario: MakeScenario) -> None:
    """(11.3) with tax in the price: what the visit would have borne, the voucher bears."""
    same = {
        "deal.price": 60,
        "deal.face_value": 60,
        "platform.commission": "0%",
        "customers.all.redeem": "100%",
        "customers.all.would_have_come": "100%",
        "accounting.sales_tax": "{rate: 20%, point: issue}",
    }
    assert expected(scenario(PLAIN, same))["incremental_profit"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    "payout", ["[{after: 60 days, share: 1}]", "{on_redemption: {lag: 60 days}}"]
)
def test_tax_on_the_fee_is_neutral_where_it_is_given_back(
    payout: str, scenario: MakeScenario
) -> None:
    """Of 5.00 of commission 1.00 is withheld and given back: the same profit, told in two lines."""

    def found(terms: str) -> dict[str, float]:
        made = {"platform.payout": payout, "platform.fixed_fee": 100, "customers.all.redeem": "80%"}
        return expected(scenario(PLAIN, {**made, "accounting.sales_tax": terms}))

    plain, credited = found("{rate: 0%}"), found("{on_fee: 20%}")
    cost = found("{on_fee: 20%, input_credit: 0%}")
    paid_for = plain["remittance"] / 5.0
    assert credited["remittance"] == pytest.approx(plain["remittance"] - paid_for)
    assert credited["sales_tax"] == pytest.approx(-paid_for)
    assert credited["fixed_fee"] == plain["fixed_fee"] == 100
    for profit in ("campaign_profit", "incremental_profit"):
        assert credited[profit] == pytest.approx(plain[profit])
    assert cost["fixed_fee"] == pytest.approx(120)
    assert cost["sales_tax"] == 0
    assert cost["campaign_profit"] == pytest.approx(plain["campaign_profit"] - paid_for - 20)

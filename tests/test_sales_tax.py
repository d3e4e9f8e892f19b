"""Prices with tax in them: `run` and `liability` say the same of one file, wherever it is sold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dealsim import Liability, Result, ScenarioError, liability, simulate
from dealsim.books import balances
from dealsim.books.chart import ACCOUNTS
from dealsim.books.runs import ForecastRun, forecast_from
from dealsim.records import Actuals
from dealsim.results.gates import unmet
from dealsim.scenario import Scenario
from dealsim.scenario.presets.jurisdictions import jurisdictions
from tests.conftest import MakeScenario
from tests.records.registers import register

FEW = 300
TEXT = """\
dealsim: 1
name: sold somewhere
kind: none
starts: 2026-01-05
horizon: 40 months
deal: {price: 25, face_value: 60, demand: 90 to 110, refunds: 5%, sale_window: 7 days,
       promo_expires: 6 months}
platform:
  commission: 40% to 60%
  card_fee: 2%
  fixed_fee: 10
  payout: [{after: 30 days, share: 1/2}, {after: 60 days, share: 1/2}]
business: {usual_ticket: 60, variable_cost: 20%, cost_per_visit: 1}
redemption: {late: {share: 20%, half_life: 3 months}}
customers:
  deal: {share: 70%, redeem: 80% to 90%, use: 90%, overspend: {chance: 30%, amount: 12}}
  existing: {share: rest, redeem: 90%, would_have_come: 50%}
accounting: {breakage: remote, sales_tax: {rate: 17%}}
"""
LINES_OF_A_RESULT = 6
"""Remittance, fixed fee, till, cost and tax in time and late: each is booked in whole cents."""
PLACES = [code for code, law in jurisdictions().items() if law.row.get("currency")]
INCLUSIVE = [code for code in PLACES if code.split("-")[0] not in ("US", "CA")]
TERMS: dict[str, dict[str, Any]] = {
    "at redemption": {"accounting.sales_tax.point": "redemption"},
    "on receipts": {
        "accounting.sales_tax.point": "redemption",
        "accounting.sales_tax.base": "merchant_receipts",
    },
    "on cash": {
        "accounting.sales_tax.point": "redemption",
        "accounting.sales_tax.base": "cash_only",
    },
    "on the face value": {
        "accounting.sales_tax.point": "redemption",
        "accounting.sales_tax.base": "face_plus_cash",
        "deal.after_expiry": "paid_value",
    },
    "lapsed too": {
        "accounting.sales_tax.point": "redemption",
        "accounting.sales_tax.on_lapse": "yes",
    },
    "paid on redemption": {"platform.payout": "{on_redemption: {lag: 14 days}}"},
    "paid on redemption, late too": {
        "platform.payout": "{on_redemption: {lag: 14 days, late: paid}}",
        "deal.after_expiry": "paid_value",
    },
    "on the fee": {"accounting.sales_tax.on_fee": "20%"},
    "on the fee, not given back": {
        "accounting.sales_tax.on_fee": "20%",
        "accounting.sales_tax.input_credit": "30%",
    },
    "on the fee, paid on redemption": {
        "platform.payout": "{on_redemption: {lag: 14 days}}",
        "accounting.sales_tax.on_fee": "20%",
        "accounting.sales_tax.input_credit": "30%",
    },
    "an uncertain price and rate": {
        "deal.price": "20 to 30",
        "accounting.sales_tax.rate": "10% to 20%",
    },
    "cash-outs": {
        "deal.after_expiry": "paid_value",
        "accounting.cash_out": "{below: 30, share: 50%}",
    },
}


def both(made: Scenario, seed: int) -> tuple[Result, Liability]:
    run = simulate(made, trials=FEW, seed=seed, workers=1)
    return run, liability(made, trials=FEW, seed=seed, workers=1)


def result_of(ledger: dict[str, int]) -> int:
    """Revenue less expense of a trial balance, in cents."""
    earned = ("revenue", "expense")
    return -sum(amount for key, amount in ledger.items() if ACCOUNTS[key].kind in earned)


def mean(run: Result, metric: str) -> float:
    """Mean of a metric in cents, exact to a millionth; 0 where there is no such line."""
    found = 100 * float(run.metrics[metric].mean()) if metric in run.metrics else 0.0
    return round(found, 6)


def check_agreement(run: Result, found: Liability) -> None:
    """The result of the books is the campaign's profit, but for what is still owed at the end and
    what was handed out of it; the tax on it is the run's."""
    ledger = balances(found.journal)
    owed = -ledger.get("voucher_liability", 0) - ledger.get("recognised_breakage", 0)
    handed_out = mean(run, "cash_outs") + mean(run, "escheat_paid")
    still_to_earn = owed - ledger.get("deferred_commission", 0)
    wanted = mean(run, "campaign_profit") - handed_out - still_to_earn
    assert result_of(ledger) == pytest.approx(wanted, abs=LINES_OF_A_RESULT / 2)
    assert ledger.get("platform_receivable", 0) == 0
    at_expiry = mean(run, "liability_at_expiry")
    assert found.owed_at_expiry is not None
    assert found.owed_at_expiry.mean() == pytest.approx(at_expiry, abs=1e-6)


def tax_booked(found: Liability) -> int:
    """What the state gets, less what it gives back of the tax on the platform's commission; that
    on the fixed fee a run pays and gets back on one day."""
    ledger = balances(found.journal)
    on_fixed_fee = sum(
        posting.amount
        for one in found.journal
        if one.event == "fixed_fee"
        for posting in one.postings
        if posting.account == "tax_recoverable"
    )
    return -ledger.get("sales_tax", 0) - ledger.get("tax_recoverable", 0) + on_fixed_fee


@pytest.mark.parametrize("code", PLACES)
def test_run_and_books_agree_in_each_jurisdiction(
    code: str, scenario: MakeScenario, seed: int
) -> None:
    run, found = both(scenario(TEXT, {"jurisdiction": code}), seed)
    check_agreement(run, found)
    if code in INCLUSIVE:
        assert mean(run, "sales_tax") > 0
        assert tax_booked(found) == pytest.approx(mean(run, "sales_tax"), abs=2)
    else:
        assert "sales_tax" not in run.metrics


@pytest.mark.parametrize("terms", sorted(TERMS))
@pytest.mark.parametrize("code", ["UK", "AU"])
def test_run_and_books_agree_on_every_term(
    code: str, terms: str, scenario: MakeScenario, seed: int
) -> None:
    run, found = both(scenario(TEXT, {"jurisdiction": code, **TERMS[terms]}), seed)
    check_agreement(run, found)
    assert tax_booked(found) == pytest.approx(mean(run, "sales_tax"), abs=3)


@pytest.mark.parametrize("code", PLACES)
def test_prices_include_tax_where_the_law_has_them_so(code: str, scenario: MakeScenario) -> None:
    """And a rate left out is asked for once, with the key; none stated is an answer."""
    tax_free = TEXT.replace(", sales_tax: {rate: 17%}", "")
    found = scenario(tax_free, {"jurisdiction": code})
    asked = [one for one in found.warnings if "sales tax" in one.message]
    assert [one.path for one in asked] == (
        ["accounting.sales_tax.rate"] if code in INCLUSIVE else []
    )
    assert all("accounting.sales_tax.rate" in str(one.hint) for one in asked)
    answered = scenario(tax_free, {"jurisdiction": code, "accounting.sales_tax.rate": "0%"})
    assert not [one for one in answered.warnings if "sales tax" in one.message]
    assert answered.sales_tax is None


def test_vouchers_taxed_at_issue_bear_nothing_more(scenario: MakeScenario, seed: int) -> None:
    """Every liability that is used becomes revenue to the last penny."""
    _, found = both(scenario(TEXT, {"jurisdiction": "IE"}), seed)
    used = [balances([one]) for one in found.journal if "redeemed" in one.event]
    assert len(used) > 5
    assert all(one["voucher_sales"] == -one["voucher_liability"] for one in used)


def test_a_voucher_of_25_pounds(scenario: MakeScenario, seed: int) -> None:
    """20 % in £25 is £4.17: one voucher, used to the last penny, in both commands."""
    one = {
        "jurisdiction": "UK",
        "deal.demand": 1,
        "deal.refunds": 0,
        "platform.commission": "50%",
        "platform.card_fee": 0,
        "platform.fixed_fee": 0,
        "accounting.sales_tax.rate": "20%",
        "customers": "{all: {share: 100%, redeem: 100%}}",
    }
    run, found = both(scenario(TEXT, one), seed)
    assert mean(run, "sales_tax") == 417
    assert mean(run, "campaign_profit") == 2_500 - 1_250 - 417 - 1_200 - 100
    ledger = balances(found.journal)
    assert ledger["sales_tax"] == -417
    assert ledger["voucher_sales"] == -2_083
    assert result_of(ledger) == 2_500 - 1_250 - 417 - 1_200 - 100


def test_australias_stated_value(scenario: MakeScenario, seed: int) -> None:
    """$50 for $100: tax 9.09, revenue 40.91, nothing more from the holder."""
    one = {
        "jurisdiction": "AU",
        "deal.price": 50,
        "deal.face_value": 100,
        "deal.demand": 1,
        "deal.refunds": 0,
        "accounting.sales_tax.rate": "10%",
        "customers": "{all: {share: 100%, redeem: 100%}}",
    }
    run, found = both(scenario(TEXT, one), seed)
    assert mean(run, "sales_tax") == 909
    assert mean(run, "till_receipts") == 0
    ledger = balances(found.journal)
    assert ledger["sales_tax"] == -909
    assert ledger["voucher_sales"] == -4_091
    assert "overspend_sales" not in ledger
    used = [entry for entry in found.journal if entry.event == "redeemed_in_time"]
    assert not [p for entry in used for p in entry.postings if p.account == "cash"]


def test_the_tax_on_the_fee_is_recoverable(scenario: MakeScenario, seed: int) -> None:
    """1320 holds what the state gives back, on the commission and on the fixed fee."""
    terms = {"jurisdiction": "CA-ON", "platform.commission": "50%"}
    plain, ours = (
        scenario(TEXT, {**terms, "accounting.sales_tax.on_fee": rate}) for rate in ("0%", "13%")
    )
    (run, books), (taxed, found) = both(plain, seed), both(ours, seed)
    back = 0.13 * mean(run, "remittance") * 50 / 48
    ledger = balances(found.journal)
    assert ledger["tax_recoverable"] == pytest.approx(back + 130, abs=2)
    assert mean(taxed, "sales_tax") == pytest.approx(-back, abs=1)
    assert mean(run, "remittance") - mean(taxed, "remittance") == pytest.approx(back, abs=1)
    profit = mean(run, "campaign_profit")
    assert mean(taxed, "campaign_profit") == pytest.approx(profit, abs=1)
    assert result_of(ledger) == pytest.approx(result_of(balances(books.journal)), abs=2)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"accounting.sales_tax.included": "no"}, "no more"),
        ({"accounting.sales_tax.included": "perhaps"}, "neither yes nor no"),
        (
            {"accounting.sales_tax.on_fee": "20%", "platform.commission": "90%"},
            "more than there is",
        ),
    ],
)
def test_terms_that_cannot_be(terms: dict[str, object], words: str, scenario: MakeScenario) -> None:
    with pytest.raises(ScenarioError, match=words):
        scenario(TEXT, {"jurisdiction": "UK", **terms})


def test_where_there_is_no_tax_a_limit_on_it_is_undefined(scenario: MakeScenario) -> None:
    made = scenario(TEXT, {"jurisdiction": "US-CA", "expect": "{sales_tax: {at_most: 5}}"})
    run = simulate(made, trials=FEW, workers=1)
    found = unmet(run, ("P(sales_tax > 1) > 0",))
    assert len(found) == 2
    assert all("undefined here" in one for one in found)


SOLD: Any = {
    "sold": {0: 50, 3: 50},
    "refunded": {9: 4},
    "redeemed": {10: 6} | {20 + 7 * k: 3 for k in range(20)},
}


def events_until(day: int) -> dict[str, dict[int, int]]:
    return {name: {d: n for d, n in days.items() if d <= day} for name, days in SOLD.items()}


@pytest.mark.parametrize("day", [5, 60, 230])
@pytest.mark.parametrize("code", ["UK", "AU", "IE"])
def test_a_register_bears_its_tax(code: str, day: int, scenario: MakeScenario, seed: int) -> None:
    """What a register tells of vouchers tells the tax in them too, in the books and in the run
    that goes on from it."""
    made = scenario(TEXT, {"jurisdiction": code, "deal.demand": 100})
    actuals: Actuals = register(made, day, events_until(day))
    found = liability(made, trials=FEW, seed=seed, workers=1, actuals=actuals)
    run = forecast_from(actuals, ForecastRun(made, FEW, seed, 1, None)).posterior
    assert tax_booked(found) == pytest.approx(mean(run, "sales_tax"), abs=3)
    if code != "AU":  # taxed when sold
        until = made.starts + timedelta(days=day)
        taxed = -balances(one for one in found.journal if one.day <= until)["sales_tax"]
        gone = sum(n for d, n in SOLD["refunded"].items() if d <= day)
        sold = sum(n for d, n in SOLD["sold"].items() if d <= day)
        assert taxed == 363 * (sold - gone)

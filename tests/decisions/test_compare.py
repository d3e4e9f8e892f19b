"""Comparisons: nothing changed is no difference, an advert in closed form, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

import dealsim
from dealsim import UsageError, simulate
from dealsim.decisions import Comparison, Option, compare
from dealsim.decisions.alternatives import alternative_scenario
from dealsim.decisions.compare import METRICS, NOTHING
from dealsim.output.decisions.compare_table import caution
from tests.conftest import MakeScenario
from tests.decisions.test_breakeven import DOUBTFUL, VOUCHER

ADVERTS = """
alternatives:
  adverts: {spend: 300, new_customers: 40, returns: {chance: 50%, visits: 3, after: 1 month,
            spend: 30}}
  own_week: {spend: 50, new_customers: 60, discount: 50%, ordinary_visits: 30}
"""

CROWDED = """
deal: {price: 10, face_value: 20, uses: 3, use_rest: 50%, between: 1 week, promo_expires: 6 months}
business:
  usual_ticket: 20
  variable_cost: 75%
  visits_per_week: 40
  capacity_per_week: [60, {from: 2025-02-01, visits: 90, cost_per_week: 50}]
customers: {bargain_hunters: {redeem: 90%}, newcomers: {redeem: 90%}, existing: {redeem: 90%}}
service: {handling: {wage: 22}}
audience:
  markets: {Ottawa: {subscribers: 4000, hunters: 30%, fit: 3%}}
  buy: {hunters: 2%, newcomers: 10%, existing: 30%}
campaigns: [{starts: 2025-01-01}, {starts: 2025-06-02}]
"""


def test_the_same_terms_differ_in_nothing(scenario: MakeScenario) -> None:
    made = scenario(VOUCHER, DOUBTFUL)
    found = compare({"one": made, "two": made}, trials=500)
    (difference, *_) = found.differences()
    assert not np.any(difference.values)
    assert difference.probability_a_better == 0.5


def test_a_point_of_commission_is_sure_to_be_better(scenario: MakeScenario) -> None:
    """10 x 1 % of every voucher sold and not refunded, to the cent, in every future."""
    made = scenario(VOUCHER, DOUBTFUL)
    cheaper = made.with_({"platform.commission": 0.49})
    found = compare({"49%": cheaper, "50%": made}, trials=500)
    difference = found.differences()[0]
    sold = found.options[0].metrics["vouchers_sold"]
    np.testing.assert_allclose(difference.values, 0.10 * sold, atol=0.006)
    assert difference.probability_a_better == 1.0


def test_doing_nothing_is_always_there(scenario: MakeScenario) -> None:
    found = compare({"offer": scenario(VOUCHER)}, trials=50)
    assert [option.name for option in found.options] == ["offer", NOTHING]
    assert not np.any(found.options[-1].metrics["incremental_profit"])


def test_an_advert_in_closed_form(scenario: MakeScenario, seed: int) -> None:
    """40 first visits of 20 and 40 x 50 % x 3 of 30, a quarter of it margin, for 300."""
    found = compare({"offer": scenario(VOUCHER + ADVERTS)}, trials=4_000, seed=seed)
    advert = next(option for option in found.options if option.name == "adverts")
    profit = advert.metrics["incremental_profit"]
    error = profit.std(ddof=1) / math.sqrt(profit.size)
    assert profit.mean() == pytest.approx(-300 + 40 * 5 + 60 * 7.5, abs=5 * error)
    won = advert.metrics["new_regulars"]
    assert won.mean() == pytest.approx(20, abs=5 * math.sqrt(10 / 4_000))
    # per trial: returners binomial, visits 1 + Poisson(2) each, an exponential amount each
    margin = 7.5
    variance = 40 * 0.5 * (3 * margin**2 + 2 * margin**2) + (3 * margin) ** 2 * 40 * 0.25
    assert profit.var(ddof=1) == pytest.approx(variance, rel=5 * math.sqrt(3 / 4_000))


def test_a_discount_is_given_away_too(scenario: MakeScenario) -> None:
    """60 new ones pay 10 for what costs 15; 30 who would have paid 20 pay 10; 50 to tell them."""
    found = compare({"offer": scenario(VOUCHER + ADVERTS)}, trials=20_000)
    own = next(option for option in found.options if option.name == "own_week")
    profit = own.metrics["incremental_profit"]
    error = profit.std(ddof=1) / math.sqrt(profit.size)
    assert profit.mean() == pytest.approx(-50 + 60 * -5 + 30 * -10, abs=5 * error)


def test_an_alternatives_doubt_is_its_own(scenario: MakeScenario, seed: int) -> None:
    """How many an advert brings says nothing about how many vouchers sell."""
    doubtful = ADVERTS.replace("new_customers: 40", "new_customers: 20 to 60")
    found = compare({"offer": scenario(VOUCHER + doubtful, DOUBTFUL)}, trials=4_000, seed=seed)
    deal, advert = found.options[0].metrics, found.options[1].metrics
    correlation = np.corrcoef(deal["vouchers_sold"], advert["vouchers_sold"])[0, 1]
    assert abs(correlation) < 5 / math.sqrt(4_000)


def test_an_alternative_is_of_the_business_not_of_the_deal(scenario: MakeScenario) -> None:
    """No extra hours, packs, crowd or further deals: the same advert comes to the same."""
    places = {"business.visits_per_week": 40, "business.capacity_per_week": 60}
    plain = scenario(VOUCHER + ADVERTS, places)
    start = VOUCHER[: VOUCHER.index("deal:")] + "platform: {commission: 50%}"
    crowded = scenario(start + CROWDED + ADVERTS)
    for name in ("adverts", "own_week"):
        alone = alternative_scenario(crowded, name)
        assert not alone.further
        assert alone.service is None
        assert alone.audience is None
        expected = simulate(alone, expected=True).metrics["incremental_profit"]
        plainly = simulate(alternative_scenario(plain, name), expected=True)
        assert expected == pytest.approx(plainly.metrics["incremental_profit"])
    names = [option.name for option in compare({"deals": crowded}, trials=200).options]
    assert names == ["deals", "adverts", "own_week", NOTHING]


def test_differences_between_worlds_are_paired(scenario: MakeScenario) -> None:
    """Two per cent more who redeem: at least five times less error than two separate runs."""
    made = scenario(VOUCHER, DOUBTFUL | {"customers.all.redeem": 0.80})
    more = made.with_({"customers.all.redeem": 0.82})
    difference = compare({"82": more, "80": made}, trials=4_000).differences()[0].values
    apart = [dealsim.simulate(s, trials=4_000, seed=k) for k, s in enumerate((made, more))]
    independent = math.sqrt(sum(r.metrics["incremental_profit"].var() for r in apart))
    assert independent > 5 * difference.std()


def test_what_cannot_be_compared(scenario: MakeScenario) -> None:
    made = scenario(VOUCHER)
    with pytest.raises(UsageError, match="different currencies cannot be compared: USD, EUR"):
        compare({"one": made, "two": made.with_({"currency": "EUR"})}, trials=5)
    with pytest.raises(UsageError, match="nothing to compare"):
        compare({})
    with pytest.raises(UsageError, match="more than 20"):
        compare({str(k): made for k in range(21)}, trials=5)


@pytest.mark.parametrize(("lost", "warned"), [(20, False), (21, True)])
def test_the_best_may_still_lose(lost: int, warned: bool, scenario: MakeScenario) -> None:
    """Best on average, but in more than a fifth of the futures a loss, which is told."""
    profit = np.array([-1.0] * lost + [100.0] * (100 - lost))
    nil = dict.fromkeys((*METRICS, "returning_margin"), np.zeros(100))
    options = (
        Option("deal", "deal", nil | {"incremental_profit": profit}),
        Option("do nothing", "nothing", nil),
    )
    found = Comparison(options, {"deal": scenario(VOUCHER)}, 100, 1)
    assert caution(found) == (" But it loses money in 21 % of futures." if warned else "")

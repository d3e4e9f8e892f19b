"""An audience of markets: who buys, person by person and in the limits (docs/model.md, 13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import pytest

from dealsim import simulate
from dealsim.engine import crowd
from dealsim.engine.inputs import at_means_of
from dealsim.engine.parameters import parameters as parameters_of
from dealsim.results import Result
from dealsim.scenario import ON_CREDIT, SEGMENT_OF, Scenario, feedback, load
from tests.conftest import MakeScenario
from tests.engine.bridge import case_of
from tests.reference.audience import Audience, Followed, Market, follow_series
from tests.reference.case import Case
from tests.statistical import assert_mean, assert_same_distribution, assert_variance

TEXT = """
dealsim: 1
name: two towns, three deals
currency: USD
kind: none
starts: 2025-01-01
horizon: 500 days
deal: {price: 10, face_value: 20, sale_window: 3 days, promo_expires: 90 days, refunds: 5%, cap: 60}
platform: {commission: 50%}
business: {usual_ticket: 60, variable_cost: 45%}
redemption:
  half_life: 30 days
  rush: {share: 30%, last: 2 weeks}
  late: {share: 30%, half_life: 60 days}
customers:
  bargain_hunters: {redeem: 75%, overspend: {chance: 20%, amount: 8}}
  newcomers: {redeem: 90%, returns: {chance: 60%, visits: 3, after: 40 days, spend: 50}}
  existing: {redeem: 80%, would_have_come: 60%}
audience:
  markets:
    Ottawa: {subscribers: 400, hunters: 30%, fit: 10%, existing: 20}
    Toronto: {subscribers: 300, hunters: 20%, fit: 12%}
  buy: {hunters: 15%, newcomers: 50%, existing: 40%}
  novelty: 80%
  competing_deals: {count: 4, effect: 0.05}
  discount_elasticity: 0.5
  hunters_elasticity: 1.5
  referral_credit: 25%
campaigns:
  - {starts: 2025-01-01}
  - {starts: 2025-06-02, deal: {price: 12, cap: 40}}
  - {starts: 2025-11-03, deal: {cap: none, minimum: 14}, audience: {offered_in: [Toronto]}}
"""
SOLD = tuple(f"sold_to_{name}" for name in (*SEGMENT_OF.values(), ON_CREDIT))
MARKET = ("subscribers", "hunters", "fit", "existing")
TRIALS, RUNS = 10_000, 1_500


def reference_of(scenario: Scenario) -> tuple[Audience, list[Case], list[float]]:
    """The same series for the reference: its own reading of the file's numbers."""
    deals = (scenario, *scenario.further)
    given = {"deal.demand": 0.0} | {f"customers.{name}.share": 0.25 for name in scenario.customers}
    cases = [replace(case_of(one, given)) for one in deals]
    numbers, audience = scenario.numbers(), scenario.audience
    assert audience is not None

    def value(path: str) -> float:
        return numbers[f"audience.{path}"].mean()

    markets = {
        name: Market(
            *(
                value(f"markets.{name}.{key}")
                for key in ("subscribers", "hunters", "fit", "existing")
            )
        )
        for name in audience.markets
    }
    offered = tuple(
        frozenset(one.audience.offered_in or markets) for one in deals if one.audience is not None
    )
    found = Audience(
        markets,
        {kind: value(f"buy.{kind}") for kind in SEGMENT_OF},
        offered,
        value("novelty"),
        value("competing_deals.count"),
        value("competing_deals.effect"),
        value("discount_elasticity"),
        value("hunters_elasticity"),
        value("reference_discount"),
        value("referral_credit"),
    )
    return found, cases, [float((one.starts - scenario.starts).days) for one in deals]


@cache
def _followed(text: str, seed: int, scenario: Scenario) -> list[list[Followed]]:
    series, rng = reference_of(scenario), Random(seed)
    return [follow_series(*series, rng) for _ in range(RUNS)]


@pytest.fixture
def both(scenario: MakeScenario, seed: int) -> tuple[Result, list[list[Followed]]]:
    """The series by the engine, and by the reference."""
    made = scenario(TEXT)
    keep = ("cohorts", "campaigns")
    found = simulate(made, trials=TRIALS, seed=seed, keep=keep)
    return found, _followed(TEXT, seed, made)


def test_joint_sales_agree_with_people_asked_one_by_one(
    both: tuple[Result, list[list[Followed]]],
) -> None:
    """By segment and campaign, pool and cap and minimum included: whole joint distributions."""
    found, followed = both
    names = (*SEGMENT_OF.values(), ON_CREDIT)
    for c, own in enumerate(found.by_campaign):
        for name, metric in zip(names, SOLD, strict=True):
            other = [run[c].sold[name] for run in followed]
            assert_same_distribution(own[metric].tolist(), other, what=f"deal {c + 1} {metric}")
    for (a, first), (b, second) in (
        ((0, "newcomers"), (1, "newcomers")),
        ((0, "newcomers"), (2, "newcomers")),
        ((0, "newcomers"), (1, "existing")),
        ((1, "bargain_hunters"), (1, "newcomers")),
        ((0, "bargain_hunters"), (0, "referral_credit")),
    ):
        engine = zip(
            found.by_campaign[a][f"sold_to_{first}"].tolist(),
            found.by_campaign[b][f"sold_to_{second}"].tolist(),
            strict=True,
        )
        people = [(float(run[a].sold[first]), float(run[b].sold[second])) for run in followed]
        assert_same_distribution(list(engine), people, what=f"{first} {a}, {second} {b}")


def test_what_becomes_of_them_agrees(both: tuple[Result, list[list[Followed]]]) -> None:
    """Redemptions of each cohort beside its sales, and who comes back."""
    found, followed = both
    for c, cohort in enumerate(found.cohorts):
        for name in ("redeemed_in_time", "new_regulars"):
            engine = zip(
                cohort["vouchers_sold"].sum(axis=0).tolist(),
                cohort[name].sum(axis=0).tolist(),
                strict=True,
            )
            people = [
                (float(run[c].books.number("sold")), float(run[c].books.number(name)))
                for run in followed
            ]
            assert_same_distribution(list(engine), people, what=f"deal {c + 1} {name}")


def test_without_a_cap_the_expectation_is_that_of_the_page(scenario: MakeScenario) -> None:
    """Equation 13.2 to 13.8 by hand, for the first deal and the mix of the second."""
    made = scenario(TEXT, {"deal.cap": "none", "campaigns.1.deal.cap": "none"})
    first, second, _ = simulate(made, expected=True).by_campaign
    pull = 1.0 / 1.2  # four rivals at 0.05
    hunters, newcomers = 0.15 * pull * (120 + 60), 0.5 * pull * (40 + 36)
    assert first["sold_to_bargain_hunters"][0] == pytest.approx(0.75 * hunters)
    assert first["sold_to_referral_credit"][0] == pytest.approx(0.25 * hunters)
    assert first["sold_to_newcomers"][0] == pytest.approx(newcomers)
    assert first["sold_to_existing"][0] == pytest.approx(0.4 * pull * 20)
    depth = (1 - 12 / 20) / 0.5
    left = 76 - newcomers
    wanted = left * 0.5 * pull * 0.8 * depth**0.5
    assert second["sold_to_newcomers"][0] == pytest.approx(wanted)
    again = 180 * 0.15 * pull * 0.8 * depth**1.5
    assert second["sold_to_bargain_hunters"][0] == pytest.approx(0.75 * again)
    assert made.deal.demand.mean() == pytest.approx(first["vouchers_sold"][0], abs=0.05)


def test_one_market_and_one_deal_sell_as_section_4_does(scenario: MakeScenario, seed: int) -> None:
    """In the mean to the cent; sampled, as a demand that is a sum of binomials."""
    plain: Mapping[str, object] = {
        "deal.cap": "none",
        "audience.markets": {"Ottawa": {"subscribers": 4000, "hunters": "30%", "fit": "10%"}},
        "audience.referral_credit": 0,
    }
    text = TEXT[: TEXT.index("campaigns:")].replace("  referral_credit: 25%\n", "")
    made = scenario(text, plain)
    bought = simulate(made, expected=True).metrics
    total = bought["vouchers_sold"][0]
    shares = {name: bought[f"sold_to_{name}"][0] / total for name in SEGMENT_OF.values()}
    stated = text[: text.index("audience:")].replace("refunds", f"demand: {total}, refunds")
    for name, share in shares.items():
        stated = stated.replace(f"{name}: {{", f"{name}: {{share: {share}, ")
    fixed = scenario(stated, {"deal.cap": "none", "deal.demand": round(total)})
    scale = round(total) / total
    for name, value in simulate(fixed, expected=True).metrics.items():
        if name not in ("payback_days", "cost_per_new_regular"):
            assert value[0] == pytest.approx(scale * bought[name][0], abs=0.02), name
    sampled = simulate(made, trials=TRIALS, seed=seed).metrics
    parts = ((1200, 0.15 / 1.2), (400, 0.5 / 1.2))
    variance = sum(n * p * (1 - p) for n, p in parts)
    assert_mean(sampled["vouchers_sold"].tolist(), total, variance**0.5, notice=1.5)
    assert_variance(sampled["vouchers_sold"].tolist(), variance, notice=0.2)


def test_a_pool_runs_dry(scenario: MakeScenario, seed: int) -> None:
    """Newcomers who all buy are gone: a second deal meets none of them, sampled and expected."""
    all_buy = {
        "audience.buy.newcomers": "100%",
        "audience.competing_deals.count": 0,
        "audience.novelty": "100%",
        "deal.cap": "none",
        "campaigns.1.deal": {"cap": "none"},
    }
    made = scenario(TEXT, all_buy)
    for expected in (False, True):
        first, second, _ = simulate(made, trials=200, seed=seed, expected=expected).by_campaign
        np.testing.assert_allclose(first["sold_to_newcomers"], 76)
        np.testing.assert_allclose(second["sold_to_newcomers"], 0, atol=1e-9)


def test_regulars_of_the_day_count_as_existing(scenario: MakeScenario) -> None:
    """Rate form: those present when the next deal opens; nobody is counted who left by then."""
    stay = "{chance: 60%, visits_per_month: 4, stay: 10 years, spend: 50}"
    left = "{chance: 60%, visits_per_month: 60, stay: 1 day, spend: 50}"
    sold = []
    for returns in (stay, left, "none"):
        terms = {"customers.newcomers.returns": returns, "audience.markets.Ottawa.existing": 0}
        second = simulate(scenario(TEXT, terms), expected=True).by_campaign[1]
        sold.append(second["sold_to_existing"][0])
    assert sold[0] > 3 and sold[1] < 0.1 * sold[0] and sold[2] == 0


def test_worlds_with_fewer_deals_share_their_luck(scenario: MakeScenario, seed: int) -> None:
    """What a deal adds never changes what was sold before it."""
    found = simulate(scenario(TEXT), trials=500, seed=seed, keep=("cohorts", "campaigns"))
    for own, cohort in zip(found.by_campaign, found.cohorts, strict=True):
        np.testing.assert_array_equal(own["vouchers_sold"], cohort["vouchers_sold"].sum(axis=0))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"audience.markets.Ottawa.existing": 500}, "more existing customers .500. than subscr"),
        ({"audience.markets.Ottawa.fit": "90%"}, "come to 125 %"),
        ({"deal.demand": 300}, "both say how many buy"),
        ({"audience.offered_in": "[Otawa]"}, 'no market "Otawa"'),
        ({"audience.reference_discount": 0}, "above 0 %"),
        ({"audience.buy.hunters": "120%"}, "outside the limits"),
        ({"customers": {"all": {"redeem": "50%"}}}, "an audience buys as"),
    ],
)
def test_mistakes(change: Mapping[str, object], message: str, scenario: MakeScenario) -> None:
    with pytest.raises(Exception, match=message):
        scenario(TEXT, change)


def test_an_audience_without_markets(scenario: MakeScenario) -> None:
    text = TEXT[: TEXT.index("audience:")]
    with pytest.raises(Exception, match="there are no markets"):
        scenario(
            text + "audience: {markets: {}, buy: {hunters: 1%, newcomers: 1%, existing: 1%}}\n"
        )


def test_an_audience_goes_over_the_demand_of_an_extended_file(tmp_path: Path) -> None:
    plain = TEXT[: TEXT.index("audience:")].replace("refunds", "demand: 300, refunds")
    plain = plain.replace("hunters: {redeem", "hunters: {share: 60%, redeem")
    plain = plain.replace("newcomers: {redeem", "newcomers: {share: rest, redeem")
    plain = plain.replace("existing: {redeem", "existing: {share: 20%, redeem")
    (tmp_path / "base.yaml").write_text(plain, encoding="utf-8")
    more = f"dealsim: 1\nextends: base.yaml\n{TEXT[TEXT.index('audience:') :]}"
    (tmp_path / "more.yaml").write_text(more, encoding="utf-8")
    (tmp_path / "whole.yaml").write_text(TEXT, encoding="utf-8")
    found, whole = (load(tmp_path / f"{name}.yaml") for name in ("more", "whole"))
    assert found == whole and not found.warnings


def test_a_share_stated_beside_an_audience_is_idle(scenario: MakeScenario) -> None:
    made = scenario(TEXT.replace("newcomers: {redeem", "newcomers: {share: 3%, redeem"))
    assert [one.path for one in made.warnings] == ["customers.newcomers.share"]
    assert simulate(made, trials=50).metrics["incremental_profit"].tolist() == (
        simulate(scenario(TEXT), trials=50).metrics["incremental_profit"].tolist()
    )


def test_feedback_of_a_crowd_takes_the_mix_an_audience_makes(scenario: MakeScenario) -> None:
    """phi of eq. 12.11, as a file is checked and as a run has it; and such a file runs."""
    service = "service: {handling: {wage: 20}}\n"
    terms = {"deal.price": 8, "service.posts.positive": 0.1, "business.visits_per_week": 30}
    made = scenario(TEXT + service, terms)
    numbers = made.numbers()
    checked = feedback(made, lambda path: numbers[path].mean())
    deals = (made, *made.further)
    parameters = parameters_of(deals, at_means_of(deals))
    found = parameters.section("service", crowd.ServiceParameters)
    assert found is not None
    assert float(crowd.feedback(parameters, found).squeeze()) == pytest.approx(checked)
    assert np.isfinite(simulate(made, trials=50).metrics["incremental_profit"]).all()


def test_a_cap_is_of_whole_vouchers(scenario: MakeScenario, seed: int) -> None:
    """Of a cap of 20.9 (a range may come out so) 20 are sold, as of a stated demand; a minimum that
    is just reached is reached (13.6)."""
    made = scenario(TEXT, {"deal.cap": 20.9, "deal.minimum": 20})
    first = simulate(made.alone(), trials=400, seed=seed).metrics["vouchers_sold"]
    assert set(first) <= {0.0, 20.0} and first.mean() > 15


def test_novelty_is_counted_market_by_market(scenario: MakeScenario) -> None:
    """A deal in a city that had none is new there, one after two is less so twice (13.2)."""
    text = (
        TEXT[: TEXT.index("campaigns:")].replace("cap: 60", "minimum: 0")
        + """campaigns:
  - {starts: 2025-01-01}
  - {starts: 2025-06-02, audience: {offered_in: [Toronto]}}
  - {starts: 2025-11-03, audience: {offered_in: [Ottawa, Toronto]}}
"""
    )
    made = scenario(text, {"audience.offered_in": "[Ottawa]"})
    found = simulate(made, expected=True)
    sold = [own["sold_to_bargain_hunters"][0] for own in found.by_campaign]
    new = {"Ottawa": 400 * 0.3, "Toronto": 300 * 0.2}
    pull = 0.15 / 1.2 * (1 - 0.25)  # those on credit are told apart
    assert sold[0] == pytest.approx(new["Ottawa"] * pull)
    assert sold[1] == pytest.approx(new["Toronto"] * pull)
    assert sold[2] == pytest.approx(sum(new.values()) * pull * 0.8)

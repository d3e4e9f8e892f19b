"""What a crowd does (docs/model.md, section 12): against customers followed one by one, and in
limits where the answer is plain."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import dealsim
from dealsim.engine.crowd import displayed
from dealsim.results import Futures
from dealsim.simulation import simulate_paired
from tests.conftest import MakeScenario
from tests.engine.bridge import case_of
from tests.engine.library import MIXED
from tests.engine.test_against_per_customer import (
    SHORT,
    assert_same_mean,
    rows,
    same_where_possible,
    simulate,
)
from tests.reference.per_customer import follow_many
from tests.reference.per_customer_books import CROWD, REPUTATION

SERVICE: dict[str, Any] = {
    "business.capacity_per_week": 9,
    "service.failures": "{base: 10%, per_overload: 0.8, from_load: 70%}",
    "service.complain": "60%",
    "service.listen": "70%",
    "service.answer": "{within: 12 hours, fast: 88%, slow: 62%, half_time: 24 hours}",
    "service.compensation": 5,
    "service.handling": "{minutes: 30, wage: 20}",
    "service.own_visits": 2,
    "service.delay": "3 weeks",
    "service.posts": "{negative: 60%, positive: 30%, review_share: 50%}",
    "service.reach": 2,
    "service.convert": "25%",
    "service.bad_to_good": 2,
    "service.referred": 1.2,
    "service.viral": "{chance: 5%, loss: 30%, weeks: 4}",
}
"""Much goes wrong and much is said, so that few runs tell."""

RATING: dict[str, Any] = {
    "rating.reviews": 8,
    "rating.displayed": 4.0,
    "rating.average": 3.9,
    "rating.reviews_per_week": 0.5,
    "rating.deal_factor": "90%",
    "rating.revenue_per_star": "30%",
}

JOINT = (
    ("failures", "failures_without_deal"),
    ("failures", "customers_kept"),
    ("failures", "new_regulars"),
    ("complaints", "complaints_seen"),
    ("visits_lost", "visits_won"),
    ("visits_lost", "own_turned_away"),
    ("own_turned_away", "own_turned_away_without_deal"),
)


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"business.serve_first": "ordinary_trade", "business.turned_away": "late"},
        {"service.posts": "{negative: 100%, positive: 5%, review_share: 10%}"},
    ],
    ids=["first come", "trade first", "much told"],
)
@pytest.mark.parametrize("rated", [False, True], ids=["unrated", "rated"])
def test_customers_followed_one_by_one(
    terms: dict[str, Any], rated: bool, scenario: MakeScenario, seed: int
) -> None:
    made = scenario(MIXED, {**SHORT, **SERVICE, **(RATING if rated else {}), **terms})
    case = case_of(made)
    found, runs = simulate(made, case, seed), follow_many(case, 800, seed)
    for names in JOINT:
        followed = [tuple(int(run.metrics[name]) for name in names) for run in runs]
        same_where_possible(rows(found.metrics, names), followed, " and ".join(names))
    for name in (*CROWD, *REPUTATION, "displaced_margin", "returning_margin"):
        if name in found.metrics:
            ours, theirs = found.metrics[name].tolist(), [run.metrics[name] for run in runs]
            assert_same_mean(ours, theirs, name)
            same_where_possible([round(x) for x in ours], [round(x) for x in theirs], name)
    for name in ("reputation_margin", "incremental_profit"):
        ours, theirs = found.metrics[name].tolist(), [run.metrics[name] for run in runs]
        assert_same_mean(ours, theirs, name)
        same_where_possible([round(x / 50) for x in ours], [round(x / 50) for x in theirs], name)


def run(scenario: MakeScenario, terms: dict[str, Any], **how: Any) -> Futures:
    made = scenario(MIXED, {**SHORT, **SERVICE, **RATING, **terms})
    return dealsim.simulate(made, trials=1000, seed=7, **how)


NOTHING = ("kept_margin", "won_margin", "lost_margin", "viral_loss", "rating_margin")


@pytest.mark.parametrize("expected", [False, True])
def test_no_failures_no_social_money(expected: bool, scenario: MakeScenario) -> None:
    """A place that never fails, whose customers say nothing, is as one without the sections."""
    quiet = {
        "service.failures": "{base: 0%, per_overload: 0, from_load: 70%}",
        "service.posts": "{negative: 60%, positive: 0%, review_share: 50%}",
        "business.serve_first": "vouchers",
        "business.capacity_per_week": 1000,
    }
    found = run(scenario, quiet, expected=expected)
    for name in (*NOTHING, "service_cost", "reputation_margin", "failures", "complaints"):
        assert not found.metrics[name].any(), name
    plain = scenario(MIXED, {**SHORT, "business.capacity_per_week": 1000})
    without = dealsim.simulate(plain, trials=1000, seed=7, expected=expected)
    for name in ("ordinary_visits",):
        np.testing.assert_allclose(found.timeline[name], without.timeline[name])
    for name in ("redeemed_in_time", "till_receipts", "new_regulars"):
        np.testing.assert_allclose(found.metrics[name], without.metrics[name])


def test_only_the_unresolvable_are_lost(scenario: MakeScenario) -> None:
    """Whoever complains, is heard and answered at once: only those whom no answer keeps are lost,
    and none where an answer always keeps."""
    heard = {"service.complain": "100%", "service.listen": "100%"}
    answer = "service.answer"
    found = run(
        scenario, {**heard, answer: "{within: 0 days, fast: 88%, slow: 0%, half_time: 1 days}"}
    )
    lost, failed = found.metrics["customers_lost"].sum(), found.metrics["failures"].sum()
    assert lost / failed == pytest.approx(0.12, abs=5 * np.sqrt(0.12 * 0.88 / failed))
    found = run(
        scenario, {**heard, answer: "{within: 0 days, fast: 100%, slow: 0%, half_time: 1 days}"}
    )
    assert not found.metrics["customers_lost"].any()
    assert not found.metrics["visits_lost"].any()
    assert not found.metrics["viral_loss"].any()


def test_an_answer_in_two_hours(scenario: MakeScenario) -> None:
    """Kept of those answered: 62 % + 26 % x 2^(-hours/24) (12.4)."""
    for hours, kept in ((2, 0.62 + 0.26 * 2 ** (-1 / 12)), (48, 0.62 + 0.26 / 4)):
        answer = f"{{within: {hours} hours, fast: 88%, slow: 62%, half_time: 24 hours}}"
        found = run(scenario, {"service.answer": answer}, expected=True).metrics
        share = found["customers_kept"] / (0.6 * 0.7 * found["failures"])
        assert share == pytest.approx(kept, rel=1e-9)


def test_the_deal_shares_its_luck_with_the_world_without_it(scenario: MakeScenario) -> None:
    """Without buyers both worlds are one, in every trial."""
    found = run(scenario, {"deal.demand": 0}).metrics
    assert found["failures"].any()
    np.testing.assert_array_equal(found["failures"], found["failures_without_deal"])
    for name in (*NOTHING, "service_cost", "displaced_margin", "incremental_profit"):
        if name != "incremental_profit":
            assert not found[name].any(), name


def test_the_published_arithmetic_of_the_stars() -> None:
    """Deal reviews 10 % lower on 44 % more: 4.00 becomes 3.88, still displayed as 4."""
    reviews, stars = 100.0, 400.0
    after, total = reviews + 44.0, stars + 44.0 * 3.6
    assert total / after == pytest.approx(3.878, abs=5e-4)
    for average, shown in (
        (total / after, 4.0),
        (3.24, 3.0),
        (3.25, 3.5),
        (3.74, 3.5),
        (3.75, 4.0),
    ):
        one = np.full((1, 1, 1), average)
        assert displayed(one * 10, np.full((1, 1, 1), 10.0), one).item() == shown


@pytest.mark.parametrize("anyway", [0.0, 0.25])
def test_deal_reviews_in_the_engine(anyway: float, scenario: MakeScenario) -> None:
    """As many deal reviews at 0.9 of the average as 44 % of those there are: the same 3.88. Who
    would have come anyway praises by the ordinary visit already (12.9)."""
    terms = {
        "service.failures": "{base: 0%, per_overload: 0, from_load: 70%}",
        "service.posts": "{negative: 0%, positive: 100%, review_share: 100%}",
        "business.capacity_per_week": 1000,
        "rating.average": 4.0,
        "rating.reviews_per_week": 0,
        "customers": f"{{all: {{share: 100%, redeem: 100%, would_have_come: {anyway}}}}}",
        "deal.refunds": "0%",
        "deal.demand": 44,
        "rating.reviews": 99.6,  # of a range; whole reviews
    }
    found = run(scenario, terms, expected=True).metrics
    new = 44 * (1 - anyway)
    assert found["rating_at_horizon"] == pytest.approx((400 + new * 3.6) / (100 + new))
    assert found["rating_without_deal_at_horizon"] == pytest.approx(4.0)
    assert not found["rating_margin"].any()


def test_few_reviews_and_many(scenario: MakeScenario) -> None:
    """The same bad reviews move the average of a small shop, and hardly that of a known one."""
    fall = {}
    for reviews in (8, 400):
        found = run(scenario, {"rating.reviews": reviews}).metrics
        stars = found["rating_at_horizon"] - found["rating_without_deal_at_horizon"]
        fall[reviews] = -stars.mean()
    assert fall[8] > 5 * fall[400] > 0


def test_two_deals_share_their_luck(scenario: MakeScenario) -> None:
    """Paired worlds: the same deal twice is the same, and an answer that keeps more loses fewer."""
    made = [
        scenario(MIXED, {**SHORT, **SERVICE, "service.listen": share})
        for share in ("40%", "40%", "90%")
    ]
    base, same, heard = simulate_paired(made, trials=600, seed=5)
    for name, values in base.metrics.items():
        np.testing.assert_array_equal(values, same.metrics[name], err_msg=name)
    assert (heard.metrics["complaints_seen"] - base.metrics["complaints_seen"]).mean() > 1
    apart = heard.metrics["customers_kept"] - base.metrics["customers_kept"]
    assert (
        apart.std() < heard.metrics["customers_kept"].std() + base.metrics["customers_kept"].std()
    )
    # by itself the variant is as good as any run
    alone = dealsim.simulate(made[2], trials=1000, seed=6).metrics
    for name in ("failures", "customers_kept", "lost_margin"):
        assert_same_mean(heard.metrics[name].tolist(), alone[name].tolist(), name)


def test_any_number_of_workers(scenario: MakeScenario) -> None:
    made = scenario(MIXED, {**SHORT, **SERVICE, **RATING})
    one, two = (dealsim.simulate(made, trials=6000, seed=1, workers=n) for n in (1, 2))
    assert one.summary() == two.summary()


def test_engagement_takes_its_hours(scenario: MakeScenario) -> None:
    """Four posts a week for ten weeks, 15 minutes each, and 0.3 comments a day of 2 minutes."""
    terms = {
        "engagement": "{posts_per_week: 4, weeks: 10, minutes_per_post: 15, minutes_per_reply: 2,"
        " wage: 20, followers: 20%, spend_uplift: 50%}"
    }
    found = run(scenario, terms, expected=True).metrics
    hours = (40 * 15 + 70 * 0.3 * 2) / 60
    assert found["engagement_cost"] == pytest.approx(20 * hours)
    assert 0 < found["engagement_margin"] < 0.1 * found["returning_revenue"]
    always = {"engagement": terms["engagement"].replace("weeks: 10", "weeks: 500")}
    found = run(scenario, always, expected=True).metrics
    followers = 0.2 * 0.5 * found["returning_revenue"]
    assert found["engagement_margin"] == pytest.approx(followers * (1 - 0.45))
    often = {"engagement": always["engagement"].replace("posts_per_week: 4", "posts_per_week: 8")}
    hours = 130 / 7 * (8 * 15 + 7 * 10 * 2) / 60  # ten comments a day from 8 posts a week on
    assert run(scenario, often, expected=True).metrics["engagement_cost"] == pytest.approx(
        20 * hours
    )


@pytest.mark.parametrize("expected", [False, True])
@pytest.mark.parametrize("uses", [1, 4])
def test_a_pack_is_put_off_by_its_first_use_alone(
    uses: int, expected: bool, scenario: MakeScenario
) -> None:
    """Four visits in ten go wrong, nobody complains: six in ten of those who begin may come back,
    however many uses they make the same day (12.5)."""
    pack = {"deal.uses": uses, "deal.use_rest": "100%", "deal.between": "0 days"}
    terms = {
        **(pack if uses > 1 else {}),
        "service.failures": "{base: 60%, per_overload: 1e6, from_load: 0%}",
        "service.complain": "0%",
        "service.posts": "{negative: 0%, positive: 0%, review_share: 50%}",
        "business.capacity_per_week": 1000,
        "deal.after_expiry": "nothing",
        "customers": "{all: {share: 100%, redeem: 100%, returns: {chance: 50%, visits: 2,"
        " after: 30 days, spend: 50}}}",
    }
    found = run(scenario, terms, expected=expected).metrics
    won = found["redeemed_in_time"] / uses * 0.6 * 0.5
    error = 0 if expected else 5 * np.sqrt(won.mean() / len(won))
    assert abs((found["new_regulars"] - won).mean()) <= error + 1e-9


def test_the_world_without_the_deal_knows_nothing_of_it(scenario: MakeScenario) -> None:
    """Whatever the deal sells, the other world has the same visits, failures and stars on average,
    step by step (12.1)."""
    crowded = {"business.visits_per_week": 9, "business.usual_ticket": 60}
    sold, none = (run(scenario, {**crowded, "deal.demand": n}, expected=True) for n in (25, 0))
    assert none.metrics["failures_without_deal"].min() > 1
    assert none.metrics["rating_without_deal_at_horizon"] < 3.85
    for name in ("failures_without_deal", "own_turned_away_without_deal"):
        assert sold.metrics[name] == pytest.approx(none.metrics[name], rel=1e-9), name
    for name in ("rating_without_deal", "ordinary_visits_without_deal"):
        np.testing.assert_allclose(sold.timeline[name], none.timeline[name], err_msg=name)


@pytest.mark.parametrize("expected", [False, True])
def test_what_trade_changes_by_is_what_its_lines_say(
    expected: bool, scenario: MakeScenario
) -> None:
    """Visits that ordinary trade wants more or fewer, at the usual margin, are the five lines
    (12.15, 12.17), each rounded to the cent."""
    found = run(scenario, {}, expected=expected)
    margin = 25 * (1 - 0.45) - 1.5
    lines = found.metrics
    told = lines["won_margin"] + lines["rating_margin"] + lines["kept_margin"]
    told = told - lines["lost_margin"] - lines["viral_loss"]
    moved = found.timeline["trade_change"].sum(axis=0) * margin
    assert np.abs(lines["viral_loss"]).max() > 0
    np.testing.assert_allclose(told, moved, atol=1e-6 if expected else 0.03)

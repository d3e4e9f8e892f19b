"""What the counter-offer says first, and which terms it takes anybody to be able to bargain for."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace

import pytest

from dealsim.decisions import CounterOffer, Term
from dealsim.decisions.counter_offer import ALWAYS, Crossing, Status
from dealsim.decisions.terms import NEW_ONLY, TermStep, bargained, own_levers
from dealsim.output.decisions.counter_offer_table import (
    advice,
    note,
    print_counter_offer,
    row,
    two_together,
)
from dealsim.output.decisions.values import shower
from dealsim.scenario import Scenario
from tests.conftest import MakeScenario
from tests.decisions.test_breakeven import VOUCHER
from tests.decisions.test_counter_offer import SEGMENTS

TERMS = ("deal.price", "deal.face_value", "platform.commission", "customers.newcomers.share")


def offered(
    scenario: Scenario,
    chance: float,
    mean: float,
    limits: Mapping[str, Crossing] | None = None,
    alone: float = 0.9,
) -> CounterOffer:
    """A counter-offer by hand: what each term, by the last word of its path, would have to be; the
    chance of a loss `alone` where nobody buys who would have come anyway."""
    show = shower(scenario.currency)
    terms = [
        Term(step, 100.0 - k, 1.0, 90.0, chance, None, (limits or {}).get(step.path.split(".")[-1]))
        for k, step in enumerate(bargained(scenario, show))
        if step.path in TERMS
    ]
    terms = [replace(one, status=_status(one)) for one in terms]
    lever = next(one for one in own_levers(scenario, show) if one.label == NEW_ONLY)
    own = (Term(lever, 500.0, 1.0, 480.0, alone),)
    return CounterOffer(tuple(terms), own, 0.2, mean, 1.0, chance, 0.01, scenario, 1_000, 1)


def _status(term: Term) -> Status:
    found = term.for_limit
    if found is None or found.value is None:
        return "out of reach"
    is_near = term.step.is_within_reach(found.value, found.holds == "from")
    return "within reach" if is_near else "out of reach"


@pytest.fixture
def made(scenario: MakeScenario) -> Scenario:
    known = {"customers.known.would_have_come": 0.5, "customers.newcomers.share": "10% to 30%"}
    return scenario(SEGMENTS, known)


def test_the_first_words_are_what_to_do(made: Scenario) -> None:
    asked = {"face_value": Crossing(17.006, "up to"), "share": Crossing(0.3301, "from")}
    text = advice(offered(made, 0.4, 500.0, asked), made)
    assert text == (
        "Sign only if the face value is at most $17 or the share of newcomers is sure to be at "
        "least 34 %: then it loses money in 20 % of futures. As it stands it loses money in 40 % "
        "of futures and earns $500 on average."
    )


def test_a_deal_that_does_is_to_be_signed(made: Scenario) -> None:
    text = advice(offered(made, 0.1, 500.0, {"commission": Crossing(0.62, "up to")}), made)
    assert text.startswith("Sign. As it stands the deal loses money in 10 % of futures and earns")
    assert text.endswith("one term alone goes no further: the commission is at most 62 %.")
    assert "no further" not in advice(offered(made, 0.1, 500.0, {"commission": ALWAYS}), made)


def test_what_seldom_loses_but_costs_is_not(made: Scenario) -> None:
    text = advice(offered(made, 0.1, -500.0, {"commission": Crossing(0.62, "up to")}), made)
    assert text.startswith("Do not sign this as it is: it loses money in 10 % of futures and costs")


def test_what_nobody_could_bargain_for_is_not_asked(made: Scenario) -> None:
    """Half of the commission of 50 %, half of the discount: a point more is in brackets."""
    far = {"commission": Crossing(0.249, "up to"), "price": Crossing(15.01, "from")}
    offer = offered(made, 0.4, 500.0, far)
    text = advice(offer, made)
    assert text.startswith("Do not sign without changing several terms, or at all: none by itself,")
    cells = {term.step.path: row(term, "USD")[-1] for term in offer.terms}
    assert cells["platform.commission"] == "(up to 24 %)"
    assert cells["deal.price"] == "(from $15.01)"
    assert "in brackets" in note(offer)
    near = {"commission": Crossing(0.25, "up to"), "price": Crossing(15.0, "from")}
    text = advice(offered(made, 0.4, 500.0, near), made)
    assert "the commission is at most 25 % or the price is at least $15: then" in text
    assert "in brackets" not in note(offered(made, 0.4, 500.0, near))


def test_what_is_held_against_the_step_is_no_matter_of_reach() -> None:
    """A cap that may be as low as that is nothing to bargain for."""
    step = TermStep("cap on vouchers", "no limit", "at most 300", {}, "deal.cap", farthest=200.0)
    assert step.is_within_reach(60.0, rises=True)
    assert not step.is_within_reach(60.0, rises=False)
    assert step.is_within_reach(200.0, rises=False)


@pytest.mark.parametrize(("alone", "told"), [(0.2, True), (0.21, False)])
def test_what_the_owner_alone_can_do(alone: float, told: bool, made: Scenario) -> None:
    text = advice(offered(made, 0.4, -100.0, alone=alone), made)
    assert ("Sold to none of the customers you have, it would lose in 20 %." in text) == told


def test_two_terms_at_once(made: Scenario) -> None:
    """Price and face value are the discount both; what customers do is no term of the contract."""
    asked = two_together(offered(made, 0.4, 500.0))
    assert "--vary platform.commission" in asked and asked.count("--vary") == 2
    assert ("--vary deal.price" in asked) != ("--vary deal.face_value" in asked)
    assert asked.endswith('--target "P(loss) <= 20%"')
    assert two_together(offered(made, 0.1, 500.0)) == ""


def test_today_s_value_of_what_is_uncertain_is_its_range(scenario: MakeScenario) -> None:
    made = scenario(VOUCHER, {"platform.commission": "40% to 60%", "deal.price": 10})
    now = {step.path: step.now for step in bargained(made, shower("USD"))}
    assert (now["platform.commission"], now["deal.price"]) == ("40 % to 60 %", "$10")


def test_no_word_of_the_table_is_broken(made: Scenario) -> None:
    limits = {"commission": Crossing(0.249, "up to"), "share": Crossing(0.3301, "from")}
    stream = io.StringIO()
    print_counter_offer(offered(made, 0.4, 500.0, limits), made, stream)
    lines = stream.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    words = {word for line in lines for word in line.split()}
    assert {"commission", "newcomers", "customers", "24", "(up", "%)"} <= words


def test_a_step_of_an_uncertain_number_moves_all_of_it(scenario: MakeScenario) -> None:
    """A point less of a commission of 40 to 60 %, and a week earlier of payouts of 3 and 40 days;
    what is due within a week is due at once."""
    payout = "[{after: 3 days, share: 1/2}, {after: 40 days, share: 1/2}]"
    made = scenario(VOUCHER, {"platform.commission": "40% to 60%", "platform.payout": payout})
    steps = {step.label: step for step in bargained(made, shower("USD"))}
    less = made.with_(steps["commission"].changes).platform.commission
    assert less.mean() == pytest.approx(made.platform.commission.mean() - 0.01, abs=2e-4)
    assert less.quantile(0.95) == pytest.approx(0.59, abs=2e-3)
    parts = steps["payout"].changes["platform.payout"]
    assert parts == [{"after": "0 days", "share": "1/2"}, {"after": "33 days", "share": "1/2"}]

"""The verdict's sentences, on figures made by hand, and what stands below the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import dealsim
from dealsim.output.run.summary_table import survey_line
from dealsim.results.verdict import sentences
from dealsim.scenario import Scenario
from tests.conftest import MakeResult, MakeScenario
from tests.engine.library import PLAIN
from tests.scenario_texts import SHORT

COST = {
    "path": "business.variable_cost",
    "label": "what one more visit costs you",
    "range": "40 % to 60 % of the bill",
    "default": False,
}
STAY = {"path": "a.b", "label": "how long they stay", "range": "4 to 9 months", "default": True}
INPUTS = {"total": 30, "defaults": 20, "influential": [COST, STAY]}


def said(made: Scenario, *, loss: float = 0.5, trials: int = 100, **changed: Any) -> str:
    """The verdict on figures made by hand: of the money, of people, places, debts, and inputs."""
    metrics = {
        "vouchers_sold": {"max": changed.pop("sold", 300.0)},
        "incremental_profit": {
            "p50": changed.pop("median", 1200.0),
            "mean": changed.pop("mean", 1500.0),
        },
        "new_regulars": {"mean": changed.pop("people", 20.0)},
        "returning_margin": {"mean": changed.pop("returning", 1000.0)},
        "cost_per_new_regular": {"mean": changed.pop("cost", 8.0)},
        "own_turned_away": {"mean": changed.pop("away", 0.0)},
        "own_turned_away_without_deal": {"mean": changed.pop("before", 0.0)},
        "displaced_margin": {"mean": changed.pop("displaced", 900.0)},
        "still_held": {"mean": changed.pop("held", 7.0)},
        "liability_at_expiry": {"mean": changed.pop("owed", 0.0)},
        "liability_at_horizon": {"mean": changed.pop("owed_at_horizon", 0.0)},
        "likely_claims": {"mean": changed.pop("claims", 15.0)},
    }
    document = {
        "mode": "sampled",
        "trials": trials,
        "advice": {"text": "Sign."},
        "risk": {"probability_of_loss": loss},
        "metrics": metrics,
        "inputs": {**INPUTS, **changed},
    }
    return " | ".join(sentences(made, document))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "Sign. | This deal loses"),
        # half the trials of 100: z / 2 / sqrt(n + z^2) is 0.0962
        ({}, "| This deal loses money in 50 % of 100 simulated futures (± 9.6 %). Typically"),
        ({"trials": 10_000}, "This deal loses money in 50 % of 10,000 simulated futures (± 1 %)."),
        ({"loss": 0.0}, "This deal loses money in none of 100 simulated futures. Typically"),
        ({"loss": 1.0}, "This deal loses money in all of 100 simulated futures. Typically"),
        ({"loss": 1e-5}, "This deal loses money in <0.1 % of"),
        ({"loss": 0.99999}, "This deal loses money in >99.9 % of"),
        # one future has no chances
        ({"loss": 1.0, "trials": 1, "mean": -9.0}, "| In the one simulated future this deal costs"),
        (
            {},
            "Typically (the median future) it earns you $1,200, and on average it earns you "
            "$1,500.",
        ),
        (
            {"median": -1200.0, "mean": 3.0},
            "it costs you $1,200, and on average it earns you $3.",
        ),
        (
            {"median": 0.2, "mean": -0.3},
            "Typically (the median future) it neither earns nor costs you anything. |",
        ),
    ],
)
def test_on_the_money(changed: Mapping[str, Any], words: str, scenario: MakeScenario) -> None:
    assert words in said(scenario(PLAIN), **changed)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {},
            "On average 20 people come back at full price; each leaves you $50 in all and costs "
            "you $8 to win.",
        ),
        ({"people": 1.2, "returning": 60.0}, "On average 1 person comes back at full price; each"),
        ({"people": 0.4}, "| Hardly anyone comes back at full price. |"),
        ({"people": 0.0, "cost": None}, "| Nobody comes back. |"),
        ({"cost": -14.0}, "and costs you nothing: the deal pays for itself without them. |"),
        ({"cost": 0.0}, "and costs you nothing: the deal pays for itself without them. |"),
    ],
)
def test_on_people(changed: Mapping[str, Any], words: str, scenario: MakeScenario) -> None:
    text = said(scenario(PLAIN), **changed)
    assert words in text
    assert "$-" not in text and "-$" not in text, "nothing costs less than nothing"


def test_on_places(scenario: MakeScenario) -> None:
    """How many of one's own customers find none, with the deal and without, and at what cost."""
    made = scenario(PLAIN)
    text = said(made, away=38.0, before=4.0)
    assert (
        "On average 38 visits of your own customers find no place, 4 without the deal; the "
        "difference costs you $900, which is the most that serving your own customers first could "
        "save."
    ) in text
    assert "find no place, none without the deal;" in said(made, away=38.0)
    assert "find no place" not in said(made, away=4.2, before=4.0)
    first = scenario(PLAIN, {"business.serve_first": "ordinary_trade"})
    assert "costs you $900. |" in said(first, away=38.0)


def test_on_what_is_owed(scenario: MakeScenario) -> None:
    made = scenario(PLAIN)
    assert (
        "When the deal has expired, $2,280 is still owed on unused vouchers (on average); about "
        "$15 of it is likely to be asked for."
    ) in said(made, owed=2280.0)
    law = scenario(PLAIN, {"jurisdiction": "US-CA"})
    text = said(law, owed=2280.0, claims=0.4)
    assert "$2,280 is still owed by law on unused vouchers" in text
    assert "next to none of it is likely to be asked for." in text
    assert "owed" not in said(made, owed=0.0, owed_at_horizon=9.0)
    text = said(made, owed=None, owed_at_horizon=9.0)
    assert "At the end, before the deal expires, $9 is still owed" in text


def test_where_nothing_is_owed(scenario: MakeScenario) -> None:
    """Paid on redemption there is no liability, but vouchers that may still come."""
    made = scenario(PLAIN, {"platform.payout": "{on_redemption: {lag: 14 days}}"})
    text = said(made, owed=300.0)
    assert "| 7 vouchers can still be presented at the end, on average. |" in text
    assert "owed" not in text
    assert "presented" not in said(made, held=0.0)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {},
            "What the result hangs on most: what one more visit costs you, 40 % to 60 % of the "
            "bill (your own); how long they stay, 4 to 9 months (a default). 20 of 30 inputs are "
            "defaults, not yours.",
        ),
        ({"influential": []}, "| 20 of 30 inputs are defaults, not yours."),
        ({"influential": [], "defaults": 0}, "| All 30 inputs are your own."),
    ],
)
def test_on_the_inputs(changed: Mapping[str, Any], words: str, scenario: MakeScenario) -> None:
    assert said(scenario(PLAIN), **changed).endswith(words)


# --- whole runs ----------------------------------------------------------------------------


def test_a_cap_of_nothing_says_one_thing(scenario: MakeScenario, seed: int) -> None:
    made = scenario(SHORT, {"deal.cap": 0})
    summary = dealsim.simulate(made, trials=200, seed=seed, workers=1).summary()
    assert summary["verdict"] == (
        "There is nothing to sign: not a voucher is sold in any of these futures."
    )
    assert summary["inputs"]["influential"] == []
    assert survey_line(summary) is None, "no deal is no campaign that made money"


def test_one_future_knows_nothing_of_risk(scenario: MakeScenario, seed: int) -> None:
    verdict = dealsim.simulate(scenario(SHORT), trials=1, seed=seed).summary()["verdict"]
    assert verdict.startswith(
        "No advice on fewer than 100 simulated futures (--trials). In the one"
    )
    for word in ("always", "Typically", "average", "loses"):
        assert word not in verdict


def test_the_verdict_is_its_sentences(scenario: MakeScenario, seed: int) -> None:
    summary = dealsim.simulate(scenario(SHORT), trials=200, seed=seed, workers=1).summary()
    assert summary["verdict"] == " ".join(summary["verdict_sentences"])
    assert summary["verdict_sentences"][0] == summary["advice"]["text"]


# --- the surveys ---------------------------------------------------------------------------


def test_the_survey_s_sentence(scenario: MakeScenario, futures: MakeResult) -> None:
    """The campaign alone makes money in what is left of its losses: 1 of 8 lost is 88 %."""
    made = scenario(SHORT)
    assert made.survey is not None
    found = futures(made, campaign_profit=[-1.0, *[0.0] * 7], incremental_profit=[-9.0] * 8)
    document = found.summary()
    assert document["survey"]["profitable"] == made.survey.profitable
    assert document["survey"]["source"] == made.survey.source
    line = survey_line({**document, "survey": {"profitable": 0.78, "source": "Smith 2010"}})
    assert line is not None
    assert "The campaign alone makes money in 88 % of these futures; in surveys, 78 % of" in line
    assert line.endswith("said that theirs had."), "near enough to be left alone"
    assert survey_line({**document, "risk": None}) is None
    plain = futures(scenario(PLAIN), incremental_profit=[1.0]).summary()
    assert "survey" not in plain and survey_line(plain) is None


def test_what_would_close_the_gap_to_the_surveys(
    scenario: MakeScenario, futures: MakeResult
) -> None:
    """100 campaigns earn 1, 2, ... 100 on ten visits each: with the cost of a visit raised by what
    is earned on it in the middle, half of them would."""
    made = scenario(SHORT)
    earned = [float(k) for k in range(1, 101)]
    visits = {"redeemed_in_time": [8.0] * 100, "presented_late": [2.0] * 100}
    found = futures(made, campaign_profit=earned, incremental_profit=earned, **visits).summary()
    assert made.survey is not None
    share = made.survey.profitable
    apart = found["survey"]["cost_apart"]
    assert sum(one >= 10 * apart for one in earned) == pytest.approx(100 * share, abs=1)
    document = {**found, "survey": {"profitable": 0.5, "source": "", "cost_apart": 5.05}}
    line = survey_line(document)
    assert line is not None
    assert "It would be as often if each voucher visit cost you $5.05 more." in line
    assert "What is usually missing is labour" in line
    lost = {**document["risk"], "probability_of_campaign_loss": 0.9}
    less = {**document, "risk": lost, "survey": {**document["survey"], "cost_apart": -12.0}}
    assert "cost you $12 less: is there rent" in str(survey_line(less))
    seldom = {**less, "survey": {**document["survey"], "cost_apart": 12.0}}
    assert str(survey_line(seldom)).endswith("said that theirs had.")

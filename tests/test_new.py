"""`dealsim new`: what it asks, in whose words, and that `check` takes all that it writes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dealsim.cli import asking
from dealsim.errors import ScenarioError, UsageError
from dealsim.scenario import KINDS, Question, check, load, questions
from dealsim.scenario.model.scenario import REQUIRED
from dealsim.scenario.model.trades import TRADES, kind_hint, kind_of
from dealsim.scenario.presets.jurisdictions import jurisdictions
from dealsim.scenario.presets.places import currency_of, locality, locality_hint
from dealsim.scenario.questions import PATHS, Answers, understood
from dealsim.units import CURRENCIES

STARTS = date(2027, 2, 1)

ODD = {
    "trade": ["hairdresser", "Café", "gym", "day spa", "Pizza place", "none", "dentist"],
    "country": ["", "UK", "gb", "US-IL", "Ontario", "Spain", "Bavaria", "de"],
    "currency": ["", "£", "euros", "USD", "kwd", "pesos"],
    "sales_tax": ["", "20%", "20", "0", "19 per cent", "VAT", "-5%", "120%"],
    "starts": ["", "2027-03-01", "1927-03-01", "soon", "2027-02-30"],
    "price": ["£25", "25", "GBP 25", "8-12", "$1,000", "25 quid", "0", "1.500", "{low: 1, 000}"],
    "face_value": ["GBP 60", "60", "£60", "{low: 50, likely: 60, high: 90}", "60: 3", "# 60"],
    "demand": ["400\N{EN DASH}1500", "400-1500", "1.500", "300 to 900", "many", "1500-400"],
    "commission": ["50", "50%", "50 percent", "40-60", "0.5", "0.5%", "100%", "1", "'50%'", "120"],
    "usual_ticket": ["60", "4", "$45", "\N{EURO SIGN}60", "1e15", "60 ", "-5"],
    "variable_cost": ["45%", "20 to 40%", "0.32%", "£20", "\t", "1/3", "99"],
    "visits_per_week": ["", "40-60", "1e12", "none", "forty"],
    "capacity_per_week": ["", "30", "90-100", "no limit"],
}
"""Answers that people give, good and bad, by question."""

GOOD = {
    "trade": "hairdresser",
    "country": "UK",
    "sales_tax": "20",
    "price": "£25",
    "face_value": "GBP 60",
    "demand": "400\N{EN DASH}1500",
    "commission": "50",
    "usual_ticket": "60",
    "variable_cost": "45 per cent",
    "visits_per_week": "25-30",
    "capacity_per_week": "30",
}


def pairs(answers: dict[str, str]) -> tuple[str, ...]:
    return tuple(f"{key}={text}" for key, text in answers.items())


def written(answers: dict[str, str], file: Path) -> str:
    """The scenario of answers given beforehand."""
    taken = asking.complete(asking.given(pairs(answers)), STARTS, example=False)
    text = asking.text_of(taken, file, told=False)
    file.write_text(text, encoding="utf-8")
    return text


# --- whatever is answered ----------------------------------------------------------------------


@given(answers=st.fixed_dictionaries({key: st.sampled_from(odd) for key, odd in ODD.items()}))
@example(answers=GOOD)
@example(answers={**GOOD, "country": "", "currency": ""})
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_written_is_accepted(answers: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "deal.yaml"
    try:
        written(answers, file)
    except (UsageError, ScenarioError):
        return
    _, errors, _ = check(file)
    assert errors == ()


@given(answers=st.lists(st.sampled_from([text for odd in ODD.values() for text in odd])))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_asked_is_accepted(answers: list[str], tmp_path: Path) -> None:
    """Any answers to any questions; who gives none that can be read is asked again."""
    file = tmp_path / "asked.yaml"
    typed = iter(answers)
    with pytest.MonkeyPatch.context() as patch:
        asked = patch_answers(patch, typed)
        text = asking.text_of(asking.ask({}, STARTS), file, told=True)
    assert {"trade", "country", "price", "variable_cost"} <= set(asked)
    file.write_text(text, encoding="utf-8")
    scenario, errors, _ = check(file)
    assert errors == ()
    assert scenario is not None and scenario.provenance["starts"].origin == "file"


def patch_answers(patch: pytest.MonkeyPatch, typed: Iterator[str]) -> list[str]:
    """Answer with what is typed; where that is at an end, with a good answer to the question."""
    asked: list[str] = []
    ask_one = asking._ask_one

    def noted(question: Question, answers: Answers) -> dict[str, object]:
        asked.append(question.key)
        return ask_one(question, answers)

    def line() -> str:
        fallback = {**GOOD, "starts": "", "currency": "GBP", "price": "25", "face_value": "60"}
        return next(typed, fallback[asked[-1]])

    patch.setattr(asking, "_ask_one", noted)
    patch.setattr(asking, "_line", line)
    return asked


# --- one deal ----------------------------------------------------------------------------------


def test_a_hairdresser_in_the_uk(tmp_path: Path) -> None:
    text = written(GOOD, tmp_path / "joes.yaml")
    assert "kind: salon" in text and "starts: 2027-02-01\n" in text
    scenario = load(tmp_path / "joes.yaml")
    assert (scenario.currency, scenario.jurisdiction) == ("GBP", "UK")
    assert scenario.deal.price.mean() == 25 and scenario.deal.face_value.mean() == 60
    assert scenario.deal.demand.quantile(0.05) == pytest.approx(400)
    assert scenario.platform.commission.mean() == 0.5
    assert scenario.business.variable_cost.mean() == 0.45
    assert scenario.business.capacity_per_week is not None
    assert scenario.warnings == ()


def test_the_sign_of_the_amounts_tells_the_currency(tmp_path: Path) -> None:
    answers = {key: text for key, text in GOOD.items() if key != "country"}
    written(answers, tmp_path / "a.yaml")
    assert load(tmp_path / "a.yaml").currency == "GBP"
    with pytest.raises(UsageError, match="country=UK"):
        written({**answers, "price": "25", "face_value": "$60"}, tmp_path / "b.yaml")


def test_all_that_is_missing_is_said_at_once() -> None:
    with pytest.raises(UsageError) as told:
        asking.complete(asking.given(()), STARTS, example=False)
    may_be_left_out = {"visits_per_week", "capacity_per_week", "sales_tax"}
    for key in (*GOOD, "country"):
        assert (f"--answers {key}=" in str(told.value)) is (key not in may_be_left_out)
    with pytest.raises(UsageError, match="an answer is missing"):
        answers = {key: text for key, text in GOOD.items() if key != "demand"}
        asking.complete(asking.given(pairs(answers)), STARTS, example=False)


def test_answers_that_cannot_be_read_are_told_at_once() -> None:
    with pytest.raises(ScenarioError) as told:
        asking.given(("trade=astronaut", "country=Canada", "price=25", "currency=shells"))
    found = {problem.path: problem.text() for problem in told.value.problems}
    assert list(found) == ["kind", "jurisdiction", "currency"]
    assert "services for any other" in found["kind"]
    assert "which part of Canada? CA-QC, CA-ON" in found["jurisdiction"]


def test_an_answer_that_does_not_suit_is_told_of_the_answer(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as told:
        written({**GOOD, "price": "$25"}, tmp_path / "a.yaml")
    (problem,) = told.value.problems
    assert problem.text().startswith('error: --answers price: "$25" is not in the scenario\'s')
    with pytest.raises(ScenarioError) as told:
        written({**GOOD, "demand": "{values: no.csv}"}, tmp_path / "a.yaml")
    assert told.value.problems[0].text().startswith("error: --answers demand: there is no file")


@pytest.mark.parametrize("pair", ["price", "=3", "prise=3"])
def test_answers_without_a_key(pair: str) -> None:
    with pytest.raises(UsageError, match=r"KEY=VALUE|did you mean price"):
        asking.given((pair,))


@pytest.mark.parametrize("path", ["deal.prise", "deal.price.low", "customers.a"])
def test_answers_at_no_value(path: str) -> None:
    with pytest.raises(ScenarioError, match=f"error: --answers {path}: a scenario has no such"):
        asking.given(("price=3", f"{path}=3"))


def test_any_path_can_be_answered(tmp_path: Path) -> None:
    payout = "[{after: 3 days, share: 100%}]"
    more = {
        "platform.payout": payout,
        "deal.cap": "500",
        "redemption.half_life": "9 weeks",
        "name": "Joe's: #1",
    }
    written({**GOOD, **more}, tmp_path / "a.yaml")
    scenario = load(tmp_path / "a.yaml")
    assert scenario.deal.cap is not None and scenario.deal.cap.mean() == 500
    assert scenario.name == "Joe's: #1"


@pytest.mark.parametrize("kind", KINDS)
def test_what_every_scenario_needs_is_asked(kind: str) -> None:
    asked = [question.path for question in questions({"kind": kind}, STARTS)]
    assert [path for path in asked if path in REQUIRED] == list(REQUIRED)
    assert ("business.visits_per_week" in asked) is bool(TRADES[kind].full)
    cost = next(q for q in questions({"kind": kind}, STARTS) if q.key == "variable_cost")
    assert "labour" in cost.text and TRADES[kind].cost in cost.text


def test_help_names_every_answer() -> None:
    from dealsim.cli.new import new

    option = next(o for o in new.params if o.name == "answers")
    assert isinstance(option, click.Option) and option.help is not None
    assert all(f" {key}," in option.help for key in PATHS)


# --- words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("hairdresser", "salon"),
        ("Hair-dressers", "salon"),
        ("a cafe", "restaurant"),
        ("CAF\N{LATIN CAPITAL LETTER E WITH ACUTE}", "restaurant"),
        ("gym", "fitness"),
        ("spas", "salon"),
        ("jewelry web shop", "retail"),
        ("Italian restaurant", "restaurant"),
        ("coffee shop", "restaurant"),
        ("escape rooms", "activity"),
        ("shoe repair", "services"),
        ("men\N{RIGHT SINGLE QUOTATION MARK}s barber", "salon"),
        ("none", "none"),
        ("astronaut", None),
    ],
)
def test_trades(text: str, kind: str | None) -> None:
    assert kind_of(text) == kind


def test_a_word_names_one_trade() -> None:
    words = [word for trade in TRADES.values() for word in trade.words]
    assert len(words) == len(set(words))
    assert all(kind_of(word) == kind for kind, trade in TRADES.items() for word in trade.words)
    assert kind_hint("hairdreser") == 'did you mean "salon"? (hairdresser)'


@pytest.mark.parametrize(
    ("text", "code", "currency"),
    [
        ("UK", "UK", "GBP"),
        ("gb", "UK", "GBP"),
        ("England", "UK", "GBP"),
        ("US-IL", "US-federal", "USD"),
        ("Chicago, Illinois", "US-federal", "USD"),
        ("Sacramento, California, United States", "US-CA", "USD"),
        ("the USA", "US-federal", "USD"),
        ("california", "US-CA", "USD"),
        ("Qu\N{LATIN SMALL LETTER E WITH ACUTE}bec", "CA-QC", "CAD"),
        ("Toronto, Ontario", "CA-ON", "CAD"),
        ("DE", "DE", "EUR"),
        ("Spain", None, "EUR"),
        ("the Netherlands", None, "EUR"),
    ],
)
def test_places(text: str, code: str | None, currency: str) -> None:
    found = locality(text)
    assert found is not None and (found.code, found.currency) == (code, currency)


def test_every_jurisdiction_has_its_code_and_its_name() -> None:
    for code, row in jurisdictions().items():
        for word in (code, code.lower(), row.name):
            found = locality(word)
            assert found is not None and found.code == code, word
    assert locality("Canada") is None and "CA-ON" in str(locality_hint("Canada"))
    assert locality("Atlantis") is None and locality_hint("Atlantis") is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("\N{POUND SIGN}", "GBP"), ("gbp", "GBP"), ("Euros", "EUR"), ("C$", "CAD"), ("$", "USD"),
     ("Canadian dollars", "CAD"), ("pounds", "GBP"), ("shells", None)],
)  # fmt: skip
def test_currencies(text: str, code: str | None) -> None:
    assert currency_of(text) == code
    assert code is None or code in CURRENCIES


@pytest.mark.parametrize(
    ("key", "text", "taken"),
    [
        ("commission", "50", "50%"),
        ("commission", "40-60", "40% to 60%"),
        ("commission", "45 percent", "45%"),
        ("commission", "0.5", "0.5"),
        ("commission", "1", "1"),
        ("variable_cost", "30 to 40 per cent", "30% to 40%"),
        ("demand", " 400-1500 ", "400-1500"),
        ("price", "{low: 1, likely: 2, high: 4}", {"low": 1, "likely": 2, "high": 4}),
    ],
)
def test_answers_in_somebodys_own_words(key: str, text: str, taken: object) -> None:
    assert understood(key, text, {}) == {PATHS[key]: taken}


def test_a_cost_in_money_is_told_as_a_share() -> None:
    with pytest.raises(ValueError, match=r"of a bill of 60 it is 33%"):
        understood("variable_cost", "£20", {"business.usual_ticket": "60", "currency": "GBP"})

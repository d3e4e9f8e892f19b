"""What `dealsim new` asks, and what an answer in somebody's own words comes to.

An answer is read as a scenario file would be: the scenario so far is checked with it, so that
whatever is taken here is taken by `check`, warnings included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dealsim.errors import Problem, ScenarioError
from dealsim.scenario.language.node import Source
from dealsim.scenario.language.overrides import split_path
from dealsim.scenario.language.yamlfile import FORMAT, parse_yaml
from dealsim.scenario.loading import check_text
from dealsim.scenario.model.fields import Quantity
from dealsim.scenario.model.shape import scenario_shape
from dealsim.scenario.model.trades import KINDS, TRADES, kind_of, near_trade
from dealsim.scenario.presets.jurisdictions import tax_is_in_prices
from dealsim.scenario.presets.places import currency_of, locality, locality_hint
from dealsim.scenario.template import nested
from dealsim.scenario.writer import yaml_text
from dealsim.uncertain import MONEY, ValueProblems, parse
from dealsim.uncertain.quantity import PERCENT_WORDS, range_ends
from dealsim.units import CURRENCIES, currencies_of, quoted

Answers = Mapping[str, object]
"""Values by dotted path, as a scenario file has them."""


@dataclass(frozen=True)
class Question:
    """Something to ask.

    `key` names the answer for `--answers`, `path` is the value it becomes; `default` is what no
    answer means, None where there must be one and empty where it may be left out.
    """

    key: str
    path: str
    text: str
    example: str
    default: str | None = None


def questions(answers: Answers, starts: date) -> list[Question]:
    """What is to be asked, in order, as far as `answers` tell; `starts` is the start proposed."""
    trade = TRADES[str(answers.get("kind", "none"))]
    places = _of_places(answers, trade.full) if trade.full else []
    return [*_of_you(answers), *_of_deal(starts), *_of_visits(trade.cost), *places]


def _of_you(answers: Answers) -> list[Question]:
    asked = [
        Question("trade", "kind", "What is your trade?", "hairdresser"),
        Question(
            "country", "jurisdiction",
            "Which country are you in, and which state or province?",
            "UK", "",
        ),
    ]  # fmt: skip
    if "jurisdiction" not in answers or "currency" not in answers:
        asked.append(Question("currency", "currency", "Which currency are your prices in?", "GBP"))
    if tax_is_in_prices(answers.get("jurisdiction")):
        asked.append(
            Question(
                "sales_tax", "accounting.sales_tax.rate",
                "Which rate of sales tax (VAT, GST) is in your prices? 0% if you charge none.",
                "20%", "",
            )
        )  # fmt: skip
    return asked


def _of_deal(starts: date) -> list[Question]:
    return [
        Question(
            "starts", "starts", "On which day does the sale start (year-month-day)?",
            starts.isoformat(), starts.isoformat(),
        ),
        Question("price", "deal.price", "What does the customer pay for one voucher?", "25"),
        Question(
            "face_value", "deal.face_value", "What is one voucher worth in your shop?", "60"
        ),
        Question(
            "demand", "deal.demand", "How many vouchers may be wanted? A range is fine.", "400-1500"
        ),
        Question(
            "commission", "platform.commission",
            "What share of that price does the deal site keep?", "50%",
        ),
    ]  # fmt: skip


def _of_visits(cost: str) -> list[Question]:
    return [
        Question(
            "usual_ticket", "business.usual_ticket",
            "What does an ordinary visit bring, the whole bill?", "60",
        ),
        Question(
            "variable_cost", "business.variable_cost",
            "What share of the bill does one more visit cost you, with the labour it takes? Count "
            f"{cost}; not the rent you pay anyway.",
            "40%",
        ),
    ]  # fmt: skip


def _of_places(answers: Answers, full: str) -> list[Question]:
    """What is asked where a visit takes a seat, a chair or an hour."""
    asked = [
        Question(
            "visits_per_week", "business.visits_per_week",
            "How many visits a week do you have without the deal? One bill is one visit.",
            "40-60", "",
        ),
    ]  # fmt: skip
    if "business.visits_per_week" in answers:
        asked.append(
            Question(
                "capacity_per_week", "business.capacity_per_week",
                f"How many visits a week can you serve at most, when {full}?",
                "90", "",
            )
        )  # fmt: skip
    return asked


def missing(answers: Answers, starts: date) -> list[Question]:
    """The questions that must be answered, and are not."""
    asked = questions(answers, starts)
    return [q for q in asked if q.default is None and q.path not in answers]


def understood(key: str, text: str, answers: Answers) -> dict[str, object]:
    """The values that an answer to the question `key` comes to, beside the `answers` so far.

    Empty where the answer says nothing. Raises ValueError with a sentence for the user where it
    cannot be read; whether a value suits the scenario, `doubts` tells.
    """
    text = text.strip()
    if not text:
        return {}
    if key == "trade":
        return {"kind": _kind(text)}
    if key == "country":
        return _place(text)
    if key == "currency":
        return {"currency": _currency(text)}
    if text.startswith(("{", "[")):
        return {_path_of(key): _form(text)}
    path = _path_of(key)
    reader = scenario_shape().at(split_path(path)).reader
    if isinstance(reader, Quantity) and reader.field.kind == "share":
        text = _per_cent(text)
        if path == "business.variable_cost":
            _refuse_amount(text, answers)
    return {path: text}


def _path_of(key: str) -> str:
    return PATHS.get(key, key)


def _kind(text: str) -> str:
    kind = kind_of(text)
    if kind is not None:
        return kind
    near = near_trade(text)
    asked = f"did you mean {near}? " if near is not None else ""
    kinds = ", ".join(kind for kind in KINDS if kind not in ("services", "none"))
    raise ValueError(
        f"{quoted(text)} is no trade that dealsim knows: {asked}Say the nearest of {kinds}, "
        "services for any other, or none to start from no defaults"
    )


def _place(text: str) -> dict[str, object]:
    found = locality(text)
    if found is None:
        hint = locality_hint(text)
        hint = hint or (
            "say it otherwise, such as UK, Ontario or US-CA, or leave it out and say the currency"
        )
        raise ValueError(f"{quoted(text)} is no place that dealsim knows: {hint}")
    said = {"jurisdiction": found.code, "currency": found.currency}
    return {path: value for path, value in said.items() if value is not None}


def _currency(text: str) -> str:
    code = currency_of(text)
    if code is None:
        raise ValueError(f"{quoted(text)} is no currency: write a code such as USD, CAD, GBP, EUR")
    return code


def _form(text: str) -> object:
    """`{low: 1, likely: 2, high: 4}`, as a scenario file has it."""
    try:
        return parse_yaml(Source("set", text=text)).plain()
    except ScenarioError as error:
        raise ValueError(error.problems[0].message) from None


_BARE = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_IN_WORDS = re.compile(rf"\s*\b({'|'.join(map(re.escape, PERCENT_WORDS))})(?!\w)", re.IGNORECASE)


def _per_cent(text: str) -> str:
    """A share as people say it: of `50` and of `50 percent`, `50%`."""
    text = _IN_WORDS.sub("%", text)
    ends = range_ends(text) or [text]
    shares = [f"{end}%" if _BARE.fullmatch(end) and 1 < float(end) <= 100 else end for end in ends]
    return " to ".join(shares) if shares != ends else text


def _refuse_amount(text: str, answers: Answers) -> None:
    """Raise where a cost is given as an amount: say which share of the usual ticket it is."""
    try:
        cost = parse(text, MONEY).mean()
        ticket = parse(answers.get("business.usual_ticket"), MONEY).mean()
    except ValueProblems:
        return
    if currencies_of(re.sub(r"[0-9.,\s]", "", text)) and 0 < cost < ticket:
        raise ValueError(
            f"{quoted(text)} is an amount: of a bill of {ticket:g} it is {100 * cost / ticket:.2g}%"
        )


def currency_of_amounts(answers: Answers) -> str | None:
    """The currency that the signs in the amounts tell, where none is given: GBP of `£25`.

    None where none has a sign, where they contradict each other, and for a `$`, which many have.
    """
    said: set[str] = set()
    for path in ("deal.price", "deal.face_value", "business.usual_ticket"):
        text = answers.get(path)
        for end in (range_ends(text) or [text]) if isinstance(text, str) else ():
            mark = re.sub(r"[0-9.,\s]", "", str(end))
            said |= {currency_of(mark) or ""} if mark and mark != "$" else set()
    return said.pop() if len(said) == 1 and said <= CURRENCIES.keys() else None


def doubts(answers: Answers) -> tuple[list[Problem], list[Problem]]:
    """Errors and warnings of the scenario that `answers` make so far, without what is lacking."""
    currency = currency_of_amounts(answers) or "USD"
    tree = {"dealsim": FORMAT, "currency": currency, **nested(answers)}
    _, errors, warnings = check_text(yaml_text(tree), Path("answers"))
    lacking = {q.path for q in _ALL if q.path not in answers}
    return (
        [problem for problem in errors if problem.path not in lacking],
        [problem for problem in warnings if problem.path not in lacking],
    )


_ALL = questions(
    {"kind": "salon", "jurisdiction": "UK", "business.visits_per_week": 1}, date(2025, 1, 1)
)

PATHS: Mapping[str, str] = {question.key: question.path for question in _ALL}
"""The value that each answer becomes, by the name it has for `--answers`."""


def trades() -> Iterator[str]:
    """Some words for each kind of business, for somebody who wonders what to say."""
    for kind, trade in TRADES.items():
        if trade.words:
            yield f"{kind}: {', '.join(trade.words[:6])} ..."

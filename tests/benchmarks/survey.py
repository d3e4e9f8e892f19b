"""The defaults beside the surveys: `python -m tests.benchmarks.survey [TRIALS]`.

For each kind the businesses of a trade: a trial is one of them, whose ticket and variable cost are
drawn too. Says how many make money by the campaign's own profit (what an owner sees, and was asked)
and by the incremental one, and what their customers do. The terms of the deals are a judgement;
with them the shares can be held against the surveys, not proved by them. docs/surveys.md is made of
the same tables.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import dealsim
from dealsim import Result, Scenario
from dealsim.engine import parameters

Array = NDArray[np.float64]
EVEN = 0.07
"""Within this share of what the customers paid, a campaign has broken even. Judgement: with it
about as many have as said so, 17.9 % (Dholakia 2011)."""

DEALS: Mapping[str, tuple[float, float, str, str]] = {
    "restaurant": (20, 40, "24 to 68", "30% to 62%"),
    "salon": (40, 80, "48 to 136", "25% to 58%"),
    "retail": (20, 40, "24 to 68", "30% to 55%"),
    "fitness": (30, 75, "45 to 128", "15% to 60%"),
    "activity": (40, 80, "50 to 132", "10% to 65%"),
    "services": (25, 50, "30 to 85", "25% to 58%"),
}
"""Price, face value, and the usual tickets and variable costs of the businesses of a trade. The
ticket lies around the face value, from two fifths less to two thirds more: a voucher is cut to a
visit."""

COST_TIE = -0.5
"""Rank correlation of the variable cost with what customers spend and whether they return, from
business to business. Judgement: a place that is run well has lower costs and happier customers;
nobody has measured it. It is no default: an owner's doubt about a cost says nothing of the
customers."""

MADE = {"restaurant": "44 %", "salon": "54 %", "fitness": "69 %", "activity": "68 %"}
"""Made money in the surveys, by trade (Dholakia 2011 and 2012)."""

ALL = "all trades"
TRIALS = 4_000

TEXT = """
dealsim: 1
currency: USD
kind: {kind}
deal: {{price: {price}, face_value: {face}, demand: 200 to 1000}}
platform: {{commission: 45% to 50%}}
business: {{usual_ticket: {ticket}, variable_cost: {cost}}}
"""


@dataclass(frozen=True)
class Businesses:
    """Businesses of a trade, one a trial: profits as shares of what the customers paid, and shares
    of the users."""

    campaign: Array
    incremental: Array
    beyond: Array
    bill: Array
    """Mean bill as a multiple of the face value."""
    returning: Array
    """Of the new customers."""


def businesses(kind: str, trials: int) -> Businesses:
    price, face, ticket, cost = DEALS[kind]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{kind}.yaml"
        text = TEXT.format(kind=kind, price=price, face=face, ticket=ticket, cost=cost)
        file.write_text(text, encoding="utf-8")
        scenario = _tied(dealsim.load(file))
    result = dealsim.simulate(scenario, trials=trials, seed=1, keep=())
    paid = price * np.maximum(result.metrics["vouchers_sold"], 1)
    return Businesses(
        result.metrics["campaign_profit"] / paid,
        result.metrics["incremental_profit"] / paid,
        *_users(result),
    )


def _tied(scenario: Scenario) -> Scenario:
    """The trade's businesses, with the preset's correlations and `COST_TIE`."""
    pairs = [(pair.a, pair.b, pair.rho) for pair in scenario.correlations]
    named = {path for pair in scenario.correlations for path in (pair.a, pair.b)}
    named = {path for path in named if not path.endswith((".stay", ".visits"))}
    ties = [("business.variable_cost", path, COST_TIE) for path in sorted(named)]
    return scenario.with_({"correlations": pairs + ties})


def _users(result: Result) -> tuple[Array, Array, Array]:
    """Share who spend beyond the face value, mean bill, and share of the new who return."""
    numbers = result.scenario.numbers()
    drawn = {path: np.array([number.mean()]) for path, number in numbers.items()}
    given = parameters([result.scenario], [drawn | dict(result.inputs)])
    customers = given.customers
    users = customers.share * customers.redeem
    users = users / users.sum(axis=1, keepdims=True)
    over = customers.overspend
    excess = over.chance * over.amount / given.deal.face_value
    new = np.where(given.returns.chance.max(axis=2, keepdims=True) > 0, users, 0.0)
    new = new / new.sum(axis=1, keepdims=True)
    return (
        (users * over.chance).sum(axis=1)[0],
        1.0 + (users * excess).sum(axis=1)[0],
        (new * given.returns.chance).sum(axis=1)[0],
    )


def together(parts: Sequence[Businesses]) -> Businesses:
    """The same number of businesses of each trade."""
    names = Businesses.__annotations__
    return Businesses(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def shares(profit: Array) -> tuple[float, float, float]:
    """Per cent that made money, broke even and lost."""
    made, lost = 100 * np.mean(profit > EVEN), 100 * np.mean(profit < -EVEN)
    return float(made), float(100 - made - lost), float(lost)


def population(trials: int) -> dict[str, Businesses]:
    """The businesses of each trade, and as many of each together as `all trades`."""
    found = {kind: businesses(kind, trials) for kind in DEALS}
    return found | {ALL: together(list(found.values()))}


def chances_table(found: Mapping[str, Businesses]) -> str:
    """How many make money, and what owners said."""
    rows = [
        "| kind | campaign profit > 0 | incremental profit > 0 | campaign: made, even, lost "
        "| surveys: made |",
        "| --- | --- | --- | --- | --- |",
    ]
    for kind, ours in found.items():
        chances = (100 * np.mean(p > 0) for p in (ours.campaign, ours.incremental))
        campaign, incremental = (f"{chance:.0f} %" for chance in chances)
        split = ", ".join(f"{share:.0f}" for share in shares(ours.campaign))
        theirs = MADE.get(kind, "56 % of all trades" if kind != ALL else "56, 18, 27 %")
        rows.append(f"| {kind} | {campaign} | {incremental} | {split} % | {theirs} |")
    return "\n".join(rows) + "\n"


def users_table(found: Mapping[str, Businesses]) -> str:
    """What customers do: by trade, and where the deal made money and where it did not."""
    rows = [
        "| businesses | spend beyond the face value | mean bill / face value "
        "| new customers who return |",
        "| --- | --- | --- | --- |",
    ]
    rows += [_users_row(kind, ours, slice(None)) for kind, ours in found.items()]
    rows.append("| *surveys* (2011) | *35.9 %* | *1.28* | *19.9 %* |")
    everyone = found[ALL]
    for name, profit in (("campaign", everyone.campaign), ("incremental", everyone.incremental)):
        rows.append(_users_row(f"{name} profit > 0", everyone, profit > 0))
    rows.append("| *surveys: profitable* (2010) | *50 %* | | *31 %* |")
    for name, profit in (("campaign", everyone.campaign), ("incremental", everyone.incremental)):
        rows.append(_users_row(f"{name} profit < 0", everyone, profit < 0))
    rows.append("| *surveys: unprofitable* (2010) | *25 %* | | *13 %* |")
    return "\n".join(rows) + "\n"


def _users_row(name: str, ours: Businesses, which: NDArray[np.bool_] | slice) -> str:
    beyond, bill, returning = (
        float(values[which].mean()) for values in (ours.beyond, ours.bill, ours.returning)
    )
    return f"| {name} | {100 * beyond:.1f} % | {bill:.2f} | {100 * returning:.1f} % |"


if __name__ == "__main__":
    everybody = population(int(sys.argv[1]) if len(sys.argv) > 1 else TRIALS)
    print(chances_table(everybody))
    print(users_table(everybody))

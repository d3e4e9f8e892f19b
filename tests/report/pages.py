"""Pages of scenarios at the edge of what people have, each built once."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import dealsim
from dealsim.decisions.briefing import Briefing, briefing
from dealsim.output.decisions.values import shower
from dealsim.output.report.page import page
from dealsim.scenario import Scenario

FEW, FULL = 60, 120
"""Futures of a page under test: too few for advice, which takes longest, and as few as it takes."""
PATIENCE = 240.0
"""Seconds that a worker waits for another to build a page."""
ROOT = Path(__file__).parents[2]

PLAIN = """
name: The plain case
currency: USD
starts: 2024-03-01
horizon: 12 months
deal: {price: 25, face_value: 50, demand: 100 to 400}
platform: {commission: 50%}
business: {usual_ticket: 60, variable_cost: 30% to 50%}
"""

RICH = """
name: "A restaurant, with everything"
currency: USD
jurisdiction: US-federal
kind: restaurant
starts: 2024-02-01
horizon: 12 months
deal: {price: 25, face_value: 50, demand: 300 to 600, promo_expires: 4 months}
platform: {name: Groupon, commission: 50%}
business:
  usual_ticket: {value: 50 to 70, source: "judgement: my till"}
  variable_cost: 35% to 45%
  visits_per_week: 130
  capacity_per_week: 160
service: {handling: {wage: 20}}
rating: {reviews: 40, displayed: 4}
alternatives:
  an advert in the paper: {spend: 1500, new_customers: 40 to 90}
"""

DEALS = """
name: Three deals to subscribers
currency: CAD
jurisdiction: CA-ON
kind: retail
starts: 2024-02-01
horizon: 18 months
deal: {price: 10, face_value: 20, promo_expires: 4 months}
platform: {commission: 50%}
business: {usual_ticket: 60, variable_cost: 25% to 40%}
audience:
  markets:
    Toronto: {subscribers: 120000 to 250000, hunters: 10% to 20%, fit: 0.1% to 0.4%, existing: 40}
    Calgary: {subscribers: 40000 to 90000, hunters: 10% to 20%, fit: 0.1% to 0.4%, existing: 10}
  buy: {hunters: 0.3% to 1%, newcomers: 4% to 12%, existing: 20% to 50%}
  referral_credit: 10% to 40%
campaigns:
  - {starts: 2024-02-01}
  - {starts: 2024-07-01, name: Summer deal}
  - {starts: 2025-02-01}
"""

HALF_PRICE = "deal: {price: 25, face_value: 50, demand: 100 to 400}"
SEGMENTS = "customers:\n" + "".join(
    f"  {'kind'} {k}: {{share: {'rest' if k == 40 else '2.4%'}, would_have_come: {k}%}}\n"
    for k in range(1, 41)
)


@dataclass(frozen=True)
class Case:
    """A scenario as text, what is set in it, and what is asked of it."""

    text: str
    changes: Mapping[str, object] = field(default_factory=dict)
    trials: int = FEW


CASES: Mapping[str, Case] = {
    "plain": Case(PLAIN, trials=FULL),
    "rich": Case(RICH, trials=FULL),
    "deals": Case(DEALS),
    "long name": Case(PLAIN, {"name": "A daily deal of a very long name " * 6}),
    "right to left": Case(PLAIN, {"name": "مطعم السعادة, عرض اليوم"}),
    "forty segments": Case(PLAIN + SEGMENTS),
    "loss everywhere": Case(PLAIN, {"platform.fixed_fee": 90_000}, FULL),
    "no sale": Case(PLAIN, {"deal.demand": 0}),
    "yen": Case(
        PLAIN,
        {
            "currency": "JPY",
            "deal.price": 2500,
            "deal.face_value": 5000,
            "business.usual_ticket": 6000,
        },
    ),
    "one trial": Case(PLAIN, trials=1),
    "certain": Case(
        PLAIN,
        {
            "deal.demand": 250,
            "business.variable_cost": "40%",
            "business.usual_ticket": 60,
        },
    ),
    "pack": Case(PLAIN, {"deal.uses": 5, "deal.use_rest": "40% to 70%", "deal.between": "1 week"}),
    "cut short": Case(PLAIN, {"horizon": "3 months"}),
    "lapses": Case(PLAIN, {"deal.after_expiry": "nothing"}),
    "taxed": Case(
        PLAIN,
        {
            "currency": "GBP",
            "jurisdiction": "UK",
            "accounting": {"sales_tax": {"rate": 0.2}},
        },
    ),
}


def scenario_of(name: str, folder: Path) -> Scenario:
    """The scenario of a case, its file in a folder."""
    case = CASES[name]
    file = folder / f"{name.replace(' ', '-')}.yaml"
    file.write_text(f"dealsim: 1\n{case.text}", encoding="utf-8")
    return dealsim.load(file, case.changes)


def briefing_of(name: str, folder: Path) -> Briefing:
    """All that the page of a case tells."""
    scenario = scenario_of(name, folder)
    return briefing(scenario, trials=CASES[name].trials, workers=1, show=shower(scenario.currency))


@cache
def built(name: str, folder: Path) -> Path:
    """The file of the page of a case, made unless another worker has made it or is about to."""
    target, lock = folder / f"{name}.html", folder / f"{name}.lock"
    try:
        lock.touch(exist_ok=False)
    except FileExistsError:
        return _awaited(target)
    half = folder / f"{name}.part"
    found = briefing_of(name, folder)
    half.write_text(page(found, command=f"dealsim report {name}.yaml"), encoding="utf-8")
    return half.replace(target)


def _awaited(target: Path) -> Path:
    until = time.monotonic() + PATIENCE
    while not target.exists():
        assert time.monotonic() < until, f"{target.name} was not built by the worker that began it"
        time.sleep(0.1)
    return target

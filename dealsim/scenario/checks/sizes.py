"""Whether the numbers of a scenario, multiplied as the simulation does, can still be counted.

Each is within the limits of its own key. Together they may come to more money than is counted to
the cent, and then nothing that comes out is right.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from dealsim.scenario.checks.checking import Checking
from dealsim.scenario.model.fields import Quantity
from dealsim.scenario.model.scenario import Scenario
from dealsim.scenario.model.shape import scenario_shape
from dealsim.uncertain import Uncertain
from dealsim.units import DAYS_PER_MONTH, format_money, minor_digits

MOST_MINOR_UNITS = 2.0**53 / 4
"""Most money of a future, in minor units: a quarter of what floats count exactly."""

LIKELY = 0.9999
"""Share of the futures for which an uncertain number counts here; the rest is found out on the
way."""

USUAL: Mapping[str, float] = MappingProxyType(
    {"money": 1e4, "vouchers": 1e5, "visits_per_week": 1e4, "visits": 1e2}
)
"""What is large of each, which tells the number that is out of proportion."""


def check_sizes(c: Checking) -> None:
    """Note an error at the number out of proportion, where their products are too large."""
    if c.invalid:
        return
    scenario, digits = c.scenario, minor_digits(c.scenario.currency)
    vouchers = _vouchers(scenario)
    visits = max((most for _, most in _visits_each(scenario)), default=0.0)
    weeks = scenario.horizon.days() / 7
    weekly = scenario.business.visits_per_week
    trade = weeks * _most(weekly) if weekly is not None else 0.0
    money = dict(_money(scenario))
    most = (vouchers * (1 + visits) + trade + 1) * max(money.values())
    limit = MOST_MINOR_UNITS / 10**digits
    if most <= limit:
        return
    # yen and cents alike: what is large is large in hundreds of the smallest coin
    found = {path: most * 10 ** (digits - 2) / USUAL["money"] for path, most in money.items()}
    found["deal.demand"] = vouchers / USUAL["vouchers"]
    found["business.visits_per_week"] = trade / weeks / USUAL["visits_per_week"]
    found |= {path: most / USUAL["visits"] for path, most in _visits_each(scenario)}
    shown = (
        format_money(float(f"{most:.2g}"), scenario.currency) if most < 1e18 else "an absurd amount"
    )
    stated = [path for path in found if _is_stated(c, path)]
    path = max(stated or ["deal.demand"], key=lambda path: found[path])
    c.error(
        path,
        f"this number is too large beside the others: together they may come to {shown}, more "
        "than is counted exactly",
        f"up to {format_money(limit, scenario.currency)} is; correct the number, or its range",
    )


def _is_stated(c: Checking, path: str) -> bool:
    """Whether a number is the owner's, not derived from another nor a default."""
    node = c.completed.tree.get(*path.split("."))
    return node is not None and node.origin in ("file", "extends", "set")


def _most(value: Uncertain) -> float:
    most = value.quantile(LIKELY)
    return most if math.isfinite(most) else math.inf


def _vouchers(scenario: Scenario) -> float:
    most = _most(scenario.deal.demand)
    return most if scenario.deal.cap is None else min(most, _most(scenario.deal.cap))


def _money(scenario: Scenario) -> Iterator[tuple[str, float]]:
    """The amounts of money in the scenario, by path."""
    for path, value in scenario.numbers().items():
        reader = scenario_shape().at(tuple(path.split("."))).reader
        if isinstance(reader, Quantity) and reader.field.kind == "money":
            yield path, abs(_most(value))


def _visits_each(scenario: Scenario) -> Iterator[tuple[str, float]]:
    """The visits that one customer may come back for, by the path of what says so."""
    horizon = scenario.horizon.days()
    for name, segment in scenario.customers.items():
        if segment.returns is None:
            continue
        path, visits = f"customers.{name}.returns", segment.returns.visits
        rate = segment.returns.visits_per_month
        if visits is not None:
            yield f"{path}.visits", _most(visits)
        if rate is not None:
            yield f"{path}.visits_per_month", _most(rate) * horizon / DAYS_PER_MONTH

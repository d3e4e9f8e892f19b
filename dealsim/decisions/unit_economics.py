"""One voucher by kind of customer: what it brings and costs, on average.

Each kind is simulated alone, at the means and without what lies between kinds: places, the crowd,
further deals. So the parts add up to the kind's own profit for a voucher, and the mix of kinds to
that of the deal where places and the crowd change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dealsim.decisions.terms import shares_of
from dealsim.errors import ScenarioError
from dealsim.registry import LINES
from dealsim.results.active import active_lines
from dealsim.scenario import ON_CREDIT, Scenario
from dealsim.simulation import simulate

VOUCHERS = 1_000
"""Vouchers of a kind that are followed: so many that rounding their number matters to nobody."""
BETWEEN = ("campaigns", "audience", "service", "rating", "engagement", "correlations", "expect")
"""Sections on what lies between kinds of customers, or between deals."""
SPREAD = "fixed_fee"
"""A line that is the deal's, not a voucher's."""


@dataclass(frozen=True)
class VoucherEconomics:
    """A voucher of one kind of customer: its `share` of those sold, and money lines by name, costs
    negative, which add up to `profit`; in the scenario's currency, each for a voucher sold."""

    segment: str
    share: float
    lines: Mapping[str, float]
    profit: float


def unit_economics(scenario: Scenario) -> tuple[VoucherEconomics, ...]:
    """A voucher sold to each kind of customer, in the order of the scenario's segments, but for
    kinds that make no valid scenario by themselves (those who pay with referral credit)."""
    whole = _mix(scenario)
    found = []
    for name in scenario.customers:
        if name == ON_CREDIT:
            continue
        try:
            by_itself = alone(scenario, name)
        except ScenarioError:
            continue
        means = simulate(by_itself, expected=True, keep=()).metrics
        sold = float(means["vouchers_sold"][0])
        if sold <= 0:
            continue
        lines = {
            line.name: line.sign * float(means[line.name][0]) / sold
            for line in active_lines(by_itself)
            if line.sign and line.name != SPREAD
        }
        lines = {name: value for name, value in lines.items() if abs(value) >= 0.005}
        found.append(VoucherEconomics(name, whole[name], lines, sum(lines.values())))
    return tuple(found)


def lines_of(found: tuple[VoucherEconomics, ...]) -> list[str]:
    """The lines that some kind has, in the order of the waterfall."""
    return [line.name for line in LINES if any(line.name in one.lines for one in found)]


def _mix(scenario: Scenario) -> dict[str, float]:
    """Each kind's share of the vouchers sold, at the means."""
    sold = simulate(scenario, expected=True, keep=()).metrics
    if scenario.audience is not None:
        counts = {name: float(sold[f"sold_to_{name}"][0]) for name in scenario.customers}
        total = sum(counts.values()) or 1.0
        return {name: count / total for name, count in counts.items()}
    return shares_of(scenario)


def alone(scenario: Scenario, name: str, more: Mapping[str, object] | None = None) -> Scenario:
    """The deal as sold to one kind of customer only, with `more` of it changed, by dotted path.

    Raises ScenarioError where that is no valid scenario.
    """
    changes = dict(more or {}) | {
        f"customers.{one}.share": 1.0 if one == name else 0.0
        for one in scenario.customers
        if one != ON_CREDIT
    }
    changes |= {"deal.demand": VOUCHERS, "deal.cap": "none", "deal.minimum": 0}
    if scenario.business.capacity_per_week is not None:
        changes["business.capacity_per_week"] = "none"
    return scenario.with_(changes, without=BETWEEN)

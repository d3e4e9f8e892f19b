"""A scenario told without amounts of money: as parts of a year's turnover.

What is simulated is the same deal in another unit of money, so that everything found of it can be
shown as it is. Two scenarios that differ in their unit of money only, dollars or thousands of them,
become the same one. Who knows one of the amounts from elsewhere, such as the price on the site's
page, can work out the others: ratios are not hidden.
"""

from __future__ import annotations

from dealsim.parts import PARTS, WHOLE
from dealsim.scenario import Scenario, in_parts
from dealsim.simulation import simulate

WEEKS = 365.25 / 7
"""In a year."""
TURNOVER, FACE_VALUE, BILL = PARTS


def incognito(scenario: Scenario) -> Scenario:
    """The scenario in per cents of a year's turnover (visits a week times the ordinary bill); where
    visits are not given, of the face value of the vouchers sold on average; where none is sold, of
    an ordinary bill."""
    currency, whole = whole_of(scenario)
    return in_parts(scenario, currency, WHOLE / whole)


def whole_of(scenario: Scenario) -> tuple[str, float]:
    """What amounts are told as a part of: its name, and how much it is in the scenario's
    currency."""
    business, ticket = scenario.business, scenario.business.usual_ticket.mean()
    if business.visits_per_week is not None and business.visits_per_week.mean() > 0:
        return TURNOVER, business.visits_per_week.mean() * WEEKS * ticket
    sold = float(simulate(scenario, expected=True, keep=()).metrics["vouchers_sold"][0])
    if sold > 0:
        return FACE_VALUE, sold * scenario.deal.face_value.mean()
    return BILL, ticket

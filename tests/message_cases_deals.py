"""Mistakes in the list of deals and in an audience, for `message_cases.py`: what is added to its
base, or stands in the place of its demand."""

from __future__ import annotations

from collections.abc import Mapping

PLACES = (
    "business: {usual_ticket: 50, variable_cost: 40%, visits_per_week: 20, capacity_per_week: 40}"
)

DEALS: Mapping[str, str] = {
    "no deals": "campaigns: []",
    "deals that are no list": "campaigns: {a: 1}",
    "too many deals": f"campaigns: [{', '.join(['{starts: 2025-01-01}'] * 25)}]",
    "a deal that is a number": "campaigns: [{}, 5]",
    "a deal without a date": "campaigns: [{}, {deal: {price: 12}}]",
    "a misspelt key of a deal": "campaigns: [{}, {strats: 2025-02-01}]",
    "terms of the first deal in the list": "campaigns: [{deal: {price: 3}}]",
    "a date of a deal that is none": "campaigns: [{}, {starts: 2025-02-30}]",
    "a deal after the horizon": "campaigns: [{}, {starts: 2031-01-01}]",
    "deals out of order": "campaigns: [{}, {starts: 2025-04-01}, {starts: 2025-03-01}]",
    "a wrong price of a further deal": "campaigns: [{}, {starts: 2025-02-01, deal: {price: -4}}]",
    "a segment that only a further deal has": (
        "campaigns: [{}, {starts: 2025-02-01, customers: {vip: {redeem: 3%}}}]"
    ),
    "two dates of the first deal": "starts: 2025-01-01\ncampaigns: [{starts: 2025-01-02}]",
}
"""What is added to the base, by the name of the case."""

AUDIENCE = """\
audience:
  markets: {Ottawa: {subscribers: 9000, hunters: 20%, fit: 2%, existing: 90}}
  buy: {hunters: 1%, newcomers: 10%, existing: 30%}
"""

MIX = "customers: {bargain_hunters: {}, newcomers: {}, existing: {}}\n"

AUDIENCES: Mapping[str, str] = {
    "more existing customers than subscribers": MIX + AUDIENCE.replace("90}", "9500}"),
    "kinds that come to more than all": MIX + AUDIENCE.replace("fit: 2%", "fit: 85%"),
    "no markets": MIX + "audience: {markets: {}, buy: {hunters: 1%, newcomers: 9%, existing: 9%}}",
    "a market with a dot": MIX + AUDIENCE.replace("Ottawa", '"St. Johns"'),
    "offered where there is no market": MIX + AUDIENCE + "  offered_in: [Otawa]\n",
    "offered in a number": MIX + AUDIENCE + "  offered_in: 3\n",
    "offered in a list with a number": MIX + AUDIENCE + "  offered_in: [Ottawa, 3]\n",
    "a reference discount of nothing": MIX + AUDIENCE + "  reference_discount: 0\n",
    "segments that are no audience's": "customers: {all: {}}\n" + AUDIENCE,
    "a share beside an audience": MIX.replace("newcomers: {}", "newcomers: {share: 9%}") + AUDIENCE,
}
"""What is added to the base without its demand, by the name of the case."""

"""One business with any of the optional sections, and few but telling choices among them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from itertools import combinations, product

EXCLUSIVE = frozenset({"places", "dated"})
"""Two forms of one key."""

SECTIONS = (
    "service",
    "rating",
    "engagement",
    "audience",
    "campaigns",
    "packs",
    "places",
    "dated",
    "unclaimed",
    "on_redemption",
    "anyway",
    "tax",
)

_HEAD = """\
dealsim: 1
name: any of the sections
currency: USD
kind: none
starts: 2025-01-01
horizon: 330 days
discount_rate: 8%
deal:
  price: 10
  face_value: 24
  sale_window: 3 days
  promo_expires: 120 days
  refunds: 4%
  cap: 90
  minimum: 5
"""
_TIMING = """\
redemption:
  half_life: 50 days
  rush: {share: 30%, last: 2 weeks}
  late: {share: 40%, half_life: 90 days}
"""
_CUSTOMERS = """\
customers:
  bargain_hunters:
    share: 50%
    redeem: 75%
    overspend: {chance: 15%, amount: 8, cv: 0.8}
    returns: {chance: 10%, visits_per_month: 0.5, stay: 180 days, spend: 30, cv: 0.6}
  newcomers:
    share: 30%
    redeem: 85%
    overspend: {chance: 36%, amount: 18}
    returns: {chance: 25%, visits: 3, after: 90 days, spend: 55}
  existing:
    share: rest
    redeem: 70%
    returns: {chance: 10%, worth: 120, after: 60 days}
"""
_OF_THE_SECTION = {
    "service": """\
service:
  failures: {base: 3%, per_overload: 0.5, from_load: 80%}
  handling: {minutes: 20, wage: 22}
  posts: {negative: 40%, positive: 20%, review_share: 50%}
  viral: {chance: 3%, loss: 5% to 40%, weeks: 8}
  own_visits: 3
""",
    "rating": """\
rating: {reviews: 12, displayed: 4, reviews_per_week: 0.5, revenue_per_star: 5% to 9%}
""",
    "engagement": """\
engagement: {posts_per_week: 5, minutes_per_post: 20, followers: 30%, spend_uplift: 20%, wage: 20}
""",
    "audience": """\
audience:
  novelty: 85%
  competing_deals: {count: 4 to 14, effect: 0.05}
  discount_elasticity: -0.15
  markets:
    Ottawa: {subscribers: 800, hunters: 20%, fit: 5% to 12%, existing: 30}
    Gatineau: {subscribers: 300, hunters: 20%, fit: 8%, existing: 4}
  buy: {hunters: 10% to 20%, newcomers: 20% to 40%, existing: 20% to 50%}
  referral_credit: 10% to 40%
""",
    "campaigns": """\
campaigns:
  - {starts: 2025-01-01}
  - {starts: 2025-03-15, deal: {price: 12}}
  - {starts: 2025-08-01, deal: {cap: 50}, platform: {commission: 35% to 45%}}
""",
}
_PACK = "  uses: 4\n  use_rest: 40% to 70%\n  between: 2 weeks\n"
_DATED = """\
  capacity_per_week: [14, {from: 2025-02-10, visits: 20, cost_per_week: 100},
                      {from: 2025-04-10, visits: 14}]
"""


def text_with(sections: Collection[str]) -> str:
    """The business with these of `SECTIONS`."""
    have = set(sections)
    deal = "" if "audience" in have else "  demand: 40 to 80\n"
    deal += _PACK if "packs" in have else ""
    platform = "platform:\n  commission: 40% to 50%\n"
    if "on_redemption" in have:
        platform += "  payout: {on_redemption: {lag: 14 days, late: paid}}\n"
    business = "business:\n  usual_ticket: 60\n  variable_cost: 45%\n  visits_per_week: 8 to 12\n"
    business += _DATED if "dated" in have else ""
    business += "  capacity_per_week: 12 to 16\n" if "places" in have else ""
    customers = _CUSTOMERS
    if "audience" in have:
        customers = "\n".join(x for x in _CUSTOMERS.splitlines() if "share:" not in x) + "\n"
    spending = (
        "would_have_come: 40% to 90%" if "anyway" in have else "overspend: {chance: 0, amount: 0}"
    )
    customers = customers.replace("redeem: 70%", f"redeem: 70%\n    {spending}")
    own = "".join(text for name, text in _OF_THE_SECTION.items() if name in have)
    return _HEAD + deal + platform + business + _TIMING + customers + own + _books(have)


def _books(have: Collection[str]) -> str:
    lines = ""
    if "unclaimed" in have:
        lines += "  cash_out: {below: 12, share: 30%}\n"
        lines += "  escheat: {after: 200 days, share: 60%, basis: paid}\n"
    if "tax" in have:
        lines += "  sales_tax: {rate: 13%, included: yes}\n"
    return f"accounting:\n{lines}" if lines else ""


@cache
def covering(strength: int) -> tuple[tuple[str, ...], ...]:
    """Choices of sections in which every `strength` of them stand together with and without each
    other in every way there is, and one choice of them all.

    Rows are added greedily, each to fill what is open, so that they are few.
    """
    rows = [_chosen(SECTIONS, [name != "places" for name in SECTIONS])]
    open_ = {
        cell
        for names in combinations(SECTIONS, strength)
        for values in product((False, True), repeat=strength)
        if _possible(cell := frozenset(zip(names, values, strict=True)))
    }
    open_ -= _covered(rows[0], strength)
    while open_:
        fixed = dict(min(open_, key=sorted))
        for name in SECTIONS:
            if name not in fixed:
                tries = [fixed | {name: value} for value in (True, False)]
                tries = [one for one in tries if _possible(frozenset(one.items()))]
                fixed = max(tries, key=lambda one: sum(cell <= one.items() for cell in open_))
        rows.append(_chosen(SECTIONS, [fixed[name] for name in SECTIONS]))
        open_ -= _covered(rows[-1], strength)
    return tuple(rows)


def _chosen(names: Sequence[str], values: Sequence[bool]) -> tuple[str, ...]:
    return tuple(name for name, value in zip(names, values, strict=True) if value)


def _possible(cell: frozenset[tuple[str, bool]]) -> bool:
    """Whether these can stand in one file."""
    return not ({(name, True) for name in EXCLUSIVE} <= cell) and not (
        {("rating", True), ("service", False)} <= cell
    )


def _covered(row: Collection[str], strength: int) -> set[frozenset[tuple[str, bool]]]:
    said = [(name, name in row) for name in SECTIONS]
    return {frozenset(cell) for cell in combinations(said, strength)}

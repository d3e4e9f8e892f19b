"""The registry: every mechanism of the model and everything it reports, each told once.

Money lines, counts, series and metrics have one name, in the scenario's `expect:`, in code, files,
tables and plots alike. All lists are made from here: what is recorded, what cash and the
waterfall add up, what the summary holds, and in which order and under which label it is shown.
A new mechanism adds its name to `MECHANISMS` and what it reports to the tables below
(docs/architecture.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["money", "vouchers", "customers", "visits", "days", "stars"]

MECHANISMS = (
    "sell",
    "redeem",
    "packs",
    "regulars",
    "word_of_mouth",
    "serve",
    "service",
    "rating",
    "visit",
    "returns",
    "engagement",
    "pay",
    "unclaimed",
    "hold",
    "sales_tax",
)
"""Modules of `dealsim.engine.mechanisms`, in the order in which they act within a step."""


@dataclass(frozen=True)
class Line:
    """A money line: a flow of the campaign's or the business's money; costs are positive.

    `sign` is +1 or -1 in incremental_profit, 0 for an amount shown but not part of it. `campaign`
    lines make up campaign_profit. `cash` lines move cash when they are recorded; a reserve does
    not. `needs` are terms without which nothing moves the line, and the waterfall leaves it out;
    `section` an optional section of the scenario without which there is no such line at all.
    """

    name: str
    sign: Literal[-1, 0, 1]
    label: str
    campaign: bool = False
    cash: bool = True
    needs: str | None = None
    section: str | None = None


@dataclass(frozen=True)
class Count:
    """A number of vouchers, customers or visits that is counted as it happens.

    A `fate` ends a voucher's life (refunded, redeemed ...) and is taken off those held; `in_uses`
    counts each use of a pack. A `metric` is the total by the horizon.
    """

    name: str
    label: str
    unit: Unit = "vouchers"
    fate: bool = False
    in_uses: bool = False
    metric: bool = True
    section: str | None = None


@dataclass(frozen=True)
class Memo:
    """An amount that is no money of the run, not rounded: in currency units what only the books
    tell apart."""

    name: str
    label: str
    section: str | None = None


@dataclass(frozen=True)
class Metric:
    """A result of one trial; `label` is it in everyday words."""

    name: str
    label: str
    unit: Unit
    section: str | None = None


@dataclass(frozen=True)
class Series:
    """A month-end series: a `flow` of the month or a `stock` at its end."""

    name: str
    label: str
    unit: Unit
    kind: Literal["flow", "stock"]
    section: str | None = None


LINES: tuple[Line, ...] = (
    Line("remittance", +1, "the site pays you", campaign=True),
    Line("fixed_fee", -1, "the site's fixed fee", campaign=True),
    Line("till_receipts", +1, "voucher customers pay on top", campaign=True),
    Line("voucher_visit_cost", -1, "serving voucher customers costs you", campaign=True),
    Line(
        "sales_tax",
        -1,
        "tax in what customers pay",
        campaign=True,
        section="accounting.sales_tax",
    ),
    Line("cannibalised_margin", -1, "visits you would have had anyway"),
    Line("displaced_margin", -1, "your own customers who find no place"),
    Line(
        "extra_capacity",
        -1,
        "extra hours for the deal",
        section="business.capacity_per_week.changes",
    ),
    Line("returning_revenue", 0, "people who come back spend", cash=False),
    Line("returning_margin", +1, "people who come back leave you"),
    Line("service_cost", -1, "complaints cost you", section="service"),
    Line("kept_margin", +1, "disappointed customers you keep", section="service"),
    Line("won_margin", +1, "customers won by word of mouth", section="service"),
    Line("lost_margin", -1, "visits lost for bad service", section="service"),
    Line("viral_loss", -1, "visits lost for a viral post", section="service"),
    Line("rating_margin", +1, "visits for more or fewer stars", section="rating"),
    Line("engagement_cost", -1, "posting costs you", section="engagement"),
    Line("engagement_margin", +1, "followers leave you on top", section="engagement"),
    Line("cash_outs", -1, "vouchers paid back in cash", needs="accounting.cash_out"),
    Line("escheat_paid", -1, "unclaimed money handed to the state", needs="accounting.escheat"),
    Line("tail_reserve", -1, "set aside for vouchers still to come", cash=False),
)
"""Money lines in the order of the waterfall."""

COUNTS: tuple[Count, ...] = (
    Count("vouchers_sold", "vouchers sold"),
    Count("sold_to_bargain_hunters", "sold to bargain hunters", section="audience"),
    Count("sold_to_newcomers", "sold to whom the offer suits", section="audience"),
    Count("sold_to_existing", "sold to your own customers", section="audience"),
    Count("sold_to_referral_credit", "sold for referral credit", section="audience"),
    Count("vouchers_refunded", "vouchers given back", fate=True),
    Count("redeemed_in_time", "vouchers used in time", fate=True, in_uses=True),
    Count("presented_late", "vouchers used after expiry", fate=True, in_uses=True),
    Count("lapsed", "vouchers that ended unused", fate=True, in_uses=True),
    Count("cashed_out", "holders who took cash instead", fate=True, in_uses=True),
    Count("turned_away", "voucher visits without a place", "visits"),
    Count(
        "own_turned_away",
        "your own visits without a place",
        "visits",
        section="business.capacity_per_week",
    ),
    Count(
        "own_turned_away_without_deal",
        "the same without the deal",
        "visits",
        section="business.capacity_per_week",
    ),
    Count("new_regulars", "people who come back", "customers"),
    Count("failures", "visits the crowd spoilt", "visits", section="service"),
    Count("failures_without_deal", "the same without the deal", "visits", section="service"),
    Count("complaints", "complaints", "customers", section="service"),
    Count("complaints_seen", "complaints you see", "customers", section="service"),
    Count(
        "complaints_answered",
        "complaints answered",
        "customers",
        metric=False,
        section="service",
    ),
    Count("customers_kept", "disappointed customers kept", "customers", section="service"),
    Count("customers_lost", "disappointed customers not kept", "customers", section="service"),
    Count("visits_won", "visits won by word of mouth", "visits", section="service"),
    Count("visits_lost", "visits lost for bad service", "visits", section="service"),
    Count("reviews", "reviews written", "customers", section="rating"),
    Count(
        "ordinary_visits",
        "visits of your own trade",
        "visits",
        metric=False,
        section="business.visits_per_week",
    ),
    Count(
        "ordinary_visits_without_deal",
        "the same without the deal",
        "visits",
        metric=False,
        section="business.visits_per_week",
    ),
)

MEMOS: tuple[Memo, ...] = (
    Memo("till_late", "spent beyond vouchers presented late"),
    Memo("cost_late", "cost of visits with a voucher presented late"),
    Memo("covered_in_time", "worth deducted at the till in time"),
    Memo("covered_late", "worth deducted at the till late"),
    Memo("tax_in_time", "sales tax due with visits in time"),
    Memo("tax_late", "sales tax due with visits after expiry"),
    Memo("tax_lapsed", "sales tax due with vouchers that lapsed"),
    Memo("trade_change", "visits that your own trade wants, less those without", "service"),
    Memo("rating", "average stars, as it changes", "rating"),
    Memo("rating_without_deal", "the same without the deal", "rating"),
    Memo("to_come", "vouchers expected to be exercised after the horizon"),
)

_LINE_METRICS = {line.name: Metric(line.name, line.label, "money", line.section) for line in LINES}
_COUNT_METRICS = {
    count.name: Metric(count.name, count.label, count.unit, count.section)
    for count in COUNTS
    if count.metric
}
_DERIVED = {
    metric.name: metric
    for metric in (
        Metric("still_held", "vouchers not used so far", "vouchers"),
        Metric("campaign_profit", "the campaign by itself", "money"),
        Metric("reputation_margin", "what the crowd does in all", "money", "service"),
        Metric("rating_at_horizon", "your stars at the end", "stars", "rating"),
        Metric("rating_without_deal_at_horizon", "the same without the deal", "stars", "rating"),
        Metric("incremental_profit", "what the deal changes in all", "money"),
        Metric("npv", "the same, with later money worth less", "money"),
        Metric("cost_per_new_regular", "cost of each who comes back", "money"),
        Metric("lowest_cash", "deepest out of pocket", "money"),
        Metric("payback_days", "until your money is back", "days"),
        Metric("outstanding_value", "paid for, not used so far", "money"),
        Metric("liability_at_expiry", "owed to holders when the deal expires", "money"),
        Metric("liability_at_horizon", "owed to holders at the end", "money"),
        Metric("likely_claims", "of what is owed, likely to be asked for", "money"),
    )
}
_KNOWN = _LINE_METRICS | _COUNT_METRICS | _DERIVED
_FIRST = (
    "vouchers_sold",
    "sold_to_bargain_hunters",
    "sold_to_newcomers",
    "sold_to_existing",
    "sold_to_referral_credit",
    "vouchers_refunded",
    "redeemed_in_time",
    "presented_late",
    "lapsed",
    "cashed_out",
    "still_held",
    "turned_away",
    "own_turned_away",
    "own_turned_away_without_deal",
    "remittance",
    "fixed_fee",
    "till_receipts",
    "voucher_visit_cost",
    "sales_tax",
    "campaign_profit",
)
_LAST = (
    "incremental_profit",
    "npv",
    "new_regulars",
    "cost_per_new_regular",
    "lowest_cash",
    "payback_days",
    "outstanding_value",
    "liability_at_expiry",
    "liability_at_horizon",
    "likely_claims",
)
_MIDDLE = tuple(name for name in _KNOWN if name not in (*_FIRST, *_LAST))

METRICS: tuple[Metric, ...] = tuple(_KNOWN[name] for name in (*_FIRST, *_MIDDLE, *_LAST))
"""The results of a simulation, one number a trial each, in the order they are shown."""

METRIC_NAMES = tuple(metric.name for metric in METRICS)

OWN_METRICS = (
    "incremental_profit",
    "campaign_profit",
    "vouchers_sold",
    "sold_to_bargain_hunters",
    "sold_to_newcomers",
    "sold_to_existing",
    "sold_to_referral_credit",
    "new_regulars",
)
"""Metrics that are told of each of several campaigns."""

SERIES: tuple[Series, ...] = (
    Series("cash", "cash in or out in the month", "money", "flow"),
    Series("cumulative_cash", "cash in or out so far", "money", "stock"),
    Series("redeemed_in_time", "vouchers used in time", "vouchers", "flow"),
    Series("presented_late", "vouchers used after expiry", "vouchers", "flow"),
    Series("turned_away", "voucher visits without a place", "visits", "flow"),
    Series("held", "vouchers not used so far", "vouchers", "stock"),
    Series("outstanding_value", "paid for, not used so far", "money", "stock"),
    Series("liability", "owed to voucher holders", "money", "stock"),
    Series("failures", "visits the crowd spoilt", "visits", "flow", section="service"),
    Series("complaints", "complaints", "customers", "flow", section="service"),
    Series("complaints_open", "complaints seen, not answered", "customers", "stock", "service"),
    Series("visits_won", "visits won by word of mouth", "visits", "flow", section="service"),
    Series("visits_lost", "visits lost for bad service", "visits", "flow", section="service"),
    Series("trade_change", "your own visits for what is said", "visits", "flow", "service"),
    Series("rating", "average stars", "stars", "stock", section="rating"),
    Series("rating_without_deal", "the same without the deal", "stars", "stock", "rating"),
    Series(
        "ordinary_visits",
        "visits of your own trade",
        "visits",
        "flow",
        section="business.visits_per_week",
    ),
    Series(
        "ordinary_visits_without_deal",
        "the same without the deal",
        "visits",
        "flow",
        section="business.visits_per_week",
    ),
)
"""Month-end series of the timeline, in the order of the files."""

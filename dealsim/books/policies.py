"""The `accounting:` section as understood: what is stated, and what fills the gaps.

A value stated wins over the jurisdiction's, that over the framework's, that over the default.
Each comes with its source. Not legal, tax or accounting advice: everything can be overridden.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from dealsim.books.breakage import BreakageMethod, escheatable_share
from dealsim.books.entries import PresentationPolicy
from dealsim.books.tax import Base, Point, TaxRule
from dealsim.scenario import Accounting, Instalments, Scenario, jurisdiction_terms
from dealsim.uncertain import Uncertain
from dealsim.units import Span


@dataclass(frozen=True)
class Assumption:
    """One choice behind the books: its `name` (`accounting.breakage`), its value in words, and
    where it comes from (the user's file, the framework, the jurisdiction, a default)."""

    name: str
    value: str
    source: str


FRAMEWORKS: Mapping[str, Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "ASC606": {
            "breakage": ("proportional", "ASC 606-10-55-46 to -48"),
            "remote_after": ("24 months", "judgement: two years were usual before ASC 606"),
            "constraint": ("90%", "policy choice; ASC 606-10-32-11 to -13 names no per cent"),
            "revenue": ("gross", "ASC 606-10-55-330 to -333, Example 48: the merchant's side"),
            "commission": ("defer", "ASC 340-40-25: a cost of obtaining the contract"),
        },
        "IFRS15": {
            "breakage": ("proportional", "IFRS 15.B44 to B46"),
            "remote_after": ("24 months", "judgement: two years without use"),
            "constraint": ("90%", "policy choice; IFRS 15.56 to 58 names no per cent"),
            "revenue": ("gross", "IFRS 15.B34 to B38: the platform is an agent"),
            "commission": ("defer", "IFRS 15.91: a cost of obtaining the contract"),
        },
        "ASPE": {
            "breakage": ("remote", "judgement: ASPE 3400 does not speak of breakage in proportion"),
            "remote_after": ("24 months", "judgement: two years without use"),
            "constraint": ("90%", "policy choice"),
            "revenue": ("gross", "ASPE 3400 as amended for 2022: the primary obligor"),
            "commission": ("defer", "judgement: matched with the revenue it brought"),
        },
        "IFRS-SME": {
            "breakage": ("remote", "judgement: IFRS for SMEs (2015) 23 is silent on breakage"),
            "remote_after": ("24 months", "judgement: two years without use"),
            "constraint": ("90%", "policy choice"),
            "revenue": ("gross", "IFRS for SMEs 23: the merchant serves, the platform is an agent"),
            "commission": ("defer", "judgement: as under the 2025 edition, aligned with IFRS 15"),
        },
    }
)
"""What a framework says where the scenario is silent, and the paragraph (or a judgement)."""

UNSTATED = {"breakage": ("none", "default: nothing is expected without a history; none is safest")}
"""What holds in place of `IFRS15`'s where no framework is stated."""

SELLS_GOODS = frozenset({"retail", "restaurant"})
"""Kinds whose cost of service comes out of a stock; the others owe it to people and suppliers."""

SAME = {"IFRS_SME": "IFRS-SME", "expense": "expense_at_sale"}
"""Other spellings of a word."""


@dataclass(frozen=True)
class AccountingPolicies:
    """How one scenario is booked: policies in force, and `assumptions` saying why.

    `constraint` is a quantile from 0 to 1; `remote_on`, `dormant_on` and `legal_minimum` are days
    (None: never), `escheatable` the share of what is unclaimed that is due to the state, at most
    the price paid; `escheat_exceeds` tells that the state gets more than that.
    """

    breakage: BreakageMethod
    constraint: float
    remote_on: date
    presentation: PresentationPolicy
    tax: TaxRule
    escheatable: float
    dormant_on: date | None
    legal_minimum: date | None
    escheat_exceeds: bool
    accounts: Mapping[str, str]
    assumptions: tuple[Assumption, ...]


def accounting_policies(scenario: Scenario) -> AccountingPolicies:
    """The scenario's `accounting:` with its gaps filled."""
    stated = _Stated(scenario)
    framework = stated.word("framework", "IFRS15", "default")
    rules = dict(FRAMEWORKS[framework])
    if not stated.has("framework"):
        rules |= UNSTATED
    breakage: BreakageMethod = stated.word("breakage", *rules["breakage"])
    remote_after = stated.span("remote_after", *rules["remote_after"])
    constraint = stated.share("constraint", *rules["constraint"])
    revenue: Literal["gross", "net"] = stated.word("revenue", *rules["revenue"])
    commission: Literal["defer", "expense_at_sale"] = stated.word(
        "commission", *rules["commission"]
    )
    face_value = _shows_face_value(stated)
    tax, (escheatable, dormant) = _tax(stated, scenario), _escheat(stated, scenario)
    _cash_out(stated, scenario)
    on_redemption = not isinstance(scenario.platform.payout, Instalments)
    stated.note("deal", "liability at sale", *_OBLIGATION[on_redemption])
    return AccountingPolicies(
        breakage,
        constraint,
        remote_after.after(scenario.sale_close),
        PresentationPolicy(
            revenue, commission, face_value, on_redemption, _cost_from(stated, scenario)
        ),
        tax,
        0.0 if dormant is None else escheatable,
        dormant,
        _legal_minimum(stated, scenario),
        dormant is not None and _face_exceeds(scenario),
        (scenario.accounting.accounts if scenario.accounting else None) or {},
        tuple(stated.found),
    )


_OBLIGATION = {
    False: (
        "the price paid, never the face value; the platform is an agent",
        "ASC 606-10-55-330 to -333, IFRS 15.B34 to B38",
    ),
    True: (
        "none: the merchant is paid on redemption only; vouchers held are a memorandum",
        "ASC 606-10-45-2, IFRS 15.106: nothing was received",
    ),
}


def _cost_from(stated: _Stated, scenario: Scenario) -> Literal["inventory", "accrued_costs"]:
    """The account that the cost of what is served comes from, by the kind of business."""
    goods = scenario.kind in SELLS_GOODS
    account = "inventory" if goods else "accrued wages and supplies"
    why = "by the kind of business; accounting.accounts puts another account in its place"
    stated.note("kind", "cost of service is credited to", account, why)
    return "inventory" if goods else "accrued_costs"


def _shows_face_value(stated: _Stated) -> bool:
    """Whether the promotional value is shown beside the price paid, and on whose practice."""
    source = "default: no more than the price paid was received; ASC 606-10-55-330 to -333"
    shown = stated.word("presentation", "price", source) == "face_value"
    if shown:
        what = "a liability, and a discount deferred against it, of one amount: no more is owed"
        practice = "Canadian bookkeeping practice, not a standard: canadianrestaurateur.ca, 2012"
        stated.note("accounting.presentation", "promotional value", what, practice)
    return shown


def _tax(stated: _Stated, scenario: Scenario) -> TaxRule:
    """The tax on what is sold, and notes on that on the platform's fee."""
    terms = stated.value("sales_tax")
    rate = stated.share("sales_tax.rate", "0%", "default: no rate is given")
    point: Point = stated.word("sales_tax.point", "redemption", "default")
    base: Base = stated.word("sales_tax.base", "paid_plus_cash", "default")
    included = terms is not None and terms.in_prices
    default = "default: the buyer of what is taxed at issue pays no more"
    stated.add(
        "sales_tax.included", "yes" if included else "no", default if included else "default"
    )
    if point == "issue" and not scenario.taxed_at_issue:
        point, base = "redemption", "paid_plus_cash"
        what = "on the price, at redemption: the merchant has been paid nothing before"
        stated.note("accounting.sales_tax.point", "tax on vouchers", what, "dealsim")
    if terms is not None and terms.on_fee is not None:
        stated.share("sales_tax.on_fee", "0%", "default")
        stated.share("sales_tax.input_credit", "100%", "default: a business that is registered")
    return TaxRule(rate, point, base, included)


def _escheat(stated: _Stated, scenario: Scenario) -> tuple[float, date | None]:
    """The share due to the state, of the price paid, and the day it falls due."""
    after = stated.value("escheat.after")
    if not isinstance(after, Span):
        stated.add("escheat.after", "never", "default")
        return 0.0, None
    stated.add("escheat.after", str(after), "")
    share = stated.share("escheat.share", "0%", "default")
    basis = stated.word("escheat.basis", "paid", "default")
    price, face = scenario.deal.price.mean(), scenario.deal.face_value.mean()
    if basis == "face" and face > price:
        capped = "a liability up to the price paid; what exceeds it is a cost when it is paid"
        stated.note("accounting.escheat.basis", "face value", capped, "dealsim")
    if share > 0 and scenario.dormancy is None:
        never = "nothing is owed to a holder any more, or never was"
        stated.note("accounting.escheat", "never due", never, "dealsim")
    due = escheatable_share(share, face if basis == "face" else price, price)
    return due, scenario.dormancy


def _face_exceeds(scenario: Scenario) -> bool:
    """Whether the share of the face value due to the state is more than the price paid."""
    terms, deal = scenario.escheat, scenario.deal
    if terms is None or terms.share is None or terms.basis != "face":
        return False
    return terms.share.mean() * deal.face_value.mean() > deal.price.mean()


def _cash_out(stated: _Stated, scenario: Scenario) -> None:
    """Write down on what terms holders take cash, where any do."""
    terms = scenario.cash_out
    if terms is None:
        return
    for limit in terms.limits:
        at = "cash_out" if limit.since is None else "cash_out.changes"
        since = f", asked for from {limit.since} on" if limit.since is not None else ""
        for name, amount in (("below", limit.below), ("up_to", limit.up_to)):
            if amount is not None:
                stated.add(f"{at}.{name}", f"{amount.mean():g}{since}", "")
    stated.share("cash_out.share", "0%", "default")


def _legal_minimum(stated: _Stated, scenario: Scenario) -> date | None:
    """The first day the law of the jurisdiction lets the paid value lapse, as far as stated."""
    terms = jurisdiction_terms(scenario.jurisdiction, scenario.kind, scenario.starts)
    if terms is None:
        return None
    if terms.after_expiry == "nothing":
        day: date | None = scenario.promo_expiry
    else:
        span = terms.paid_value_expires
        day = None if span is None else span.after(scenario.sale_close)
    stated.note(
        "jurisdiction", "paid value may lapse from", str(day or "never"), terms.source or ""
    )
    return day


class _Stated:
    """Reads the section and writes down what was found, with its source."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._section = scenario.accounting or Accounting()
        self.found: list[Assumption] = []

    def value(self, name: str) -> Any:
        """The value at a dotted path of the section, None where it is not stated."""
        at: Any = self._section
        for part in name.split("."):
            at = None if at is None else getattr(at, part)
        return at

    def has(self, name: str) -> bool:
        return self.value(name) is not None

    def word(self, name: str, default: str, source: str) -> Any:
        stated = self.value(name)
        word = default if stated is None else SAME.get(stated, stated)
        self.add(name, word, source)
        return word

    def share(self, name: str, default: str, source: str) -> float:
        stated = self.value(name)
        share = float(default.rstrip("%")) / 100 if stated is None else stated.mean()
        self.add(name, _percent(share), source)
        if isinstance(stated, Uncertain) and not stated.is_constant:
            self.note(f"accounting.{name}", "uncertain", "its mean is used", "dealsim")
        return float(share)

    def span(self, name: str, default: str, source: str) -> Span:
        stated = self.value(name)
        count, _, unit = default.partition(" ")
        span = Span(float(count), unit) if stated is None else stated  # type: ignore[arg-type]
        assert isinstance(span, Span)
        self.add(name, str(span), source)
        return span

    def add(self, name: str, value: str, source: str) -> None:
        """Write down a value: the scenario's own source where it states one."""
        self.found.append(
            Assumption(f"accounting.{name}", value, self._source(f"accounting.{name}") or source)
        )

    def note(self, name: str, what: str, value: str, source: str) -> None:
        """Write down what follows from something else than a value of the section."""
        self.found.append(Assumption(f"{name}: {what}", value, source))

    def _source(self, path: str) -> str:
        stated = self._scenario.provenance.get(path)
        if stated is None or stated.origin == "default":
            return ""
        if stated.origin == "jurisdiction":
            made = self._scenario
            terms = jurisdiction_terms(made.jurisdiction, made.kind, made.starts)
            where = f"jurisdiction {self._scenario.jurisdiction}"
            return f"{where}: {terms.source}" if terms and terms.source else where
        if stated.source:
            return stated.source
        if stated.origin == "set":
            return "--set"
        place = f"{stated.file}:{stated.line}" if stated.line else stated.file
        return f"the scenario, {place}" if place else "the scenario"


def _percent(share: float) -> str:
    return f"{100 * share:.6g} %"

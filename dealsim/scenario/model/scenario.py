"""The scenario as the rest of the program sees it: every value resolved, checked and typed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, PrivateAttr, ValidationError

from dealsim.errors import Problem
from dealsim.scenario.language.node import Node
from dealsim.scenario.language.provenance import Provenance
from dealsim.scenario.model.audience import Audience
from dealsim.scenario.model.base import Length, Section, Share
from dealsim.scenario.model.books import (
    Accounting,
    Alternative,
    CashOut,
    Correlations,
    Escheat,
    Expectation,
    Run,
    SalesTax,
)
from dealsim.scenario.model.campaigns import OWN_TERMS, CampaignList
from dealsim.scenario.model.canonical import canonical_data, numbers_of
from dealsim.scenario.model.crowd import Engagement, Rating, Service
from dealsim.scenario.model.customers import Segment
from dealsim.scenario.model.fields import CalendarDate, InWords, Reading, Text, Whole, Word
from dealsim.scenario.model.issues import ISSUE_KINDS, ModelIssue
from dealsim.scenario.model.terms import Business, Deal, Instalments, Platform, Redemption
from dealsim.scenario.model.trades import KINDS, kind_hint
from dealsim.uncertain import Uncertain

REQUIRED: Mapping[str, tuple[str, str]] = {
    "deal.price": ("what the customer pays for one voucher", "price: 10"),
    "deal.face_value": ("what one voucher buys", "face_value: 20"),
    "deal.demand": ("how many vouchers customers want", "demand: 300 to 900"),
    "platform.commission": ("the platform's share of the price", "commission: 50%"),
    "business.usual_ticket": ("what an ordinary visitor spends", "usual_ticket: 35"),
    "business.variable_cost": ("its cost, as a share of the list price", "variable_cost: 40%"),
}
"""The values no preset can know: what each is, and how it is written."""

CROWD = ("service", "rating", "engagement")
"""Optional sections on what a crowd does."""

NOT_DRAWN = ("accounting", "alternatives", "campaigns", "correlations", "expect", "run")
"""Sections whose numbers the simulation does not draw, but for some of `accounting`."""


@dataclass(frozen=True)
class Survey:
    """The share of owners of a trade who answered that their deal made money, and who asked."""

    profitable: float
    source: str


@dataclass(frozen=True)
class Loaded:
    """What loading knows of a scenario besides its values.

    `tree` is the complete tree that the values were read from, `change` makes the scenario with
    other values at some paths, `hide` that in parts of a whole, `further` are the later deals of
    `campaigns`. Loading hands them over, so that no section knows how a scenario is read.
    """

    file: Path | None = None
    tree: Node | None = None
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()
    survey: Survey | None = None
    change: Callable[[Mapping[str, object], Collection[str]], Scenario] | None = None
    hide: Callable[[str, float], Scenario] | None = None
    further: tuple[Scenario, ...] = ()


class Scenario(Section):
    """One deal, completely described. Made by `load`; equal where everything simulated is."""

    dealsim: Annotated[int, Whole(1, None, "write  dealsim: 1")]
    """Version of the scenario format: 1."""

    name: Annotated[str, Text()]
    """Title, for reports. Default: the file's name."""

    currency: Annotated[str, Text()]
    """Currency of all amounts, an ISO 4217 code such as CAD. Default: from the jurisdiction;
    USD, with a warning, without one."""

    jurisdiction: Annotated[str | None, Text()] = None
    """Preset of the law: what may expire, cash-outs, unclaimed property, tax base. Default:
    none (the paid value never expires)."""

    kind: Annotated[str, Word(KINDS, kind_hint)]
    """Preset of sourced defaults for a kind of business. `none` sets every optional effect to
    zero. Default: services."""

    starts: Annotated[date, CalendarDate()]
    """First day of the sale. Default: 2025-01-01."""

    horizon: Length
    """How long is simulated, from `starts`. Default: 36 months."""

    discount_rate: Annotated[Share, InWords("how much less later money is worth", "a year")]
    """Yearly rate at which later cash is discounted in npv. Default: from the kind."""

    deal: Deal
    """The offer."""

    platform: Platform
    """The platform and its charges."""

    business: Business
    """Trade without the deal, and what a visit costs."""

    redemption: Redemption
    """When vouchers come back."""

    customers: dict[str, Segment]
    """Segments of buyers by name, any number; their shares sum to 100 %. Default: from the kind."""

    service: Service | None = None
    """What a crowd does to service, complaints and what people say. Default: nothing."""

    rating: Rating | None = None
    """The stars that people see, and what they do to trade. Default: nothing."""

    engagement: Engagement | None = None
    """Posting for followers because of the deal. Default: none."""

    audience: Audience | None = None
    """Whom the deal reaches, in place of deal.demand and the segments' shares. Default: none."""

    accounting: Accounting | None = None
    """How the vouchers are booked, what is taken in cash and what goes to the state."""

    alternatives: dict[str, Alternative] | None = None
    """Other uses of the money, by name."""

    correlations: Correlations = ()
    """Rank correlations between uncertain inputs: [path, path, number]. Default: from the kind,
    where both inputs are."""

    expect: dict[str, Expectation] = Field(default_factory=dict)
    """Limits on results, by metric or probability: {incremental_profit: {at_least: 0}}."""

    run: Run
    """Trials and seed."""

    campaigns: Annotated[tuple[Mapping[str, object], ...], CampaignList()] = ()
    """Several deals of the business, a list in the order of their dates: the first is the deal
    described by the other sections, each further one states what it changes of them. Default: the
    one deal."""

    _loaded: Loaded = PrivateAttr(default_factory=Loaded)

    @property
    def provenance(self) -> Mapping[str, Provenance]:
        """Where each value came from, by dotted path."""
        return self._loaded.provenance

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is doubtful about the scenario."""
        return self._loaded.warnings

    @property
    def file(self) -> Path | None:
        """The file it was loaded from."""
        return self._loaded.file

    @property
    def further(self) -> tuple[Scenario, ...]:
        """The deals of `campaigns` after the first, each a scenario with its own start and
        terms."""
        return self._loaded.further

    @property
    def deal_names(self) -> tuple[str, ...]:
        """What each deal of `campaigns` is called: its own name, or its number."""
        own = self.campaigns[0].get("name") if self.campaigns else None
        return (str(own or "deal 1").strip(), *(one.name for one in self.further))

    def alone(self) -> Scenario:
        """The first deal as if it were the only one."""
        first = self.model_copy(update={"campaigns": ()})
        first._loaded = replace(self._loaded, further=())
        return first

    @property
    def tree(self) -> Node | None:
        """The complete tree it was read from, presets included; None where it was not loaded."""
        return self._loaded.tree

    @property
    def survey(self) -> Survey | None:
        """What owners of this kind of business answered in a survey; None where none was asked."""
        return self._loaded.survey

    def with_(self, changes: Mapping[str, object], without: Collection[str] = ()) -> Scenario:
        """The scenario with other values: {dotted path: value}, in memory; `without` what was
        stated of some sections.

        The same as loading its file with these overrides after those it was loaded with: what
        derives from a changed value is derived anew, and everything is checked again. A value is
        a number (in the scenario's currency, shares of 1), a mapping, or a text as a scenario file
        has it ("300 to 900"); a length of time has its unit ("90 days"). Raises `ScenarioError`
        with every problem found, and ValueError for a scenario that was not loaded.
        """
        if self._loaded.change is None:
            raise ValueError("only a scenario that was loaded can be changed")
        return self._loaded.change(changes, without)

    def numbers(self) -> dict[str, Uncertain]:
        """Every number the simulation reads, by dotted path, in the order of the sections."""
        found: dict[str, Uncertain] = {}
        for section in type(self).model_fields:
            if section not in NOT_DRAWN:
                found.update(numbers_of(getattr(self, section), section))
        # what is only booked is not drawn, so that stating it moves no other result
        if self.escheat is not None and self.escheat.share is not None:
            found["accounting.escheat.share"] = self.escheat.share
        found.update(numbers_of(self.cash_out, "accounting.cash_out"))
        found.update(numbers_of(self.sales_tax, "accounting.sales_tax"))
        if self.audience is not None:  # sales and their mix follow from it
            for path in ("deal.demand", *(f"customers.{name}.share" for name in self.customers)):
                found.pop(path, None)
        return found

    def defaults(self) -> tuple[str, ...]:
        """The paths of `numbers` whose value is dealsim's and not the owner's."""
        return tuple(
            path
            for path in self.numbers()
            if path in self.provenance and self.provenance[path].is_default
        )

    @property
    def sale_close(self) -> date:
        """Day the sale closes."""
        return self.deal.sale_window.after(self.starts)

    @property
    def promo_expiry(self) -> date:
        """Day the promotional value ends."""
        expires = self.deal.promo_expires
        return expires if isinstance(expires, date) else expires.after(self.sale_close)

    @property
    def paid_value_lapse(self) -> date | None:
        """Day on which what survives expiry lapses; None for never."""
        lapses = self.deal.paid_value_expires
        if lapses is None or isinstance(lapses, date):
            return lapses
        return lapses.after(self.sale_close)

    @property
    def cash_out(self) -> CashOut | None:
        """Terms on which holders take the price paid in cash; None where nobody ever can.

        The price is the balance of a voucher that is used once or not at all; of a pack begun it
        is what is left. It can be asked for once the promotion is over, of a merchant who was paid
        for it.
        """
        stated = self.accounting.cash_out if self.accounting is not None else None
        if stated is None or not self._owed_after_expiry:
            return None
        if _is_nil(stated.share):
            return None
        price = self.deal.price
        certain = price.is_constant and all(one.is_constant for one in stated.limits)
        never = certain and not any(
            one.allows(price.mean() / self.deal.uses) for one in stated.limits
        )
        return None if never else stated

    @property
    def escheat(self) -> Escheat | None:
        """Terms of unclaimed property; None where none ever falls due.

        What the platform keeps, what expired and what lapsed before is not due to the state.
        """
        stated = self.accounting.escheat if self.accounting is not None else None
        if stated is None or stated.after is None or _is_nil(stated.share):
            return None
        due, lapse = stated.after.after(self.sale_close), self.paid_value_lapse
        before_lapse = lapse is None or due <= lapse
        return stated if self._owed_after_expiry and before_lapse else None

    @property
    def dormancy(self) -> date | None:
        """Day on which unclaimed property falls due to the state; None where none ever does."""
        terms = self.escheat
        if terms is None or terms.after is None:
            return None
        return terms.after.after(self.sale_close)

    @property
    def is_paid_before(self) -> bool:
        """Whether the platform pays for every voucher sold, so that unused ones are owed."""
        return isinstance(self.platform.payout, Instalments)

    @property
    def sales_tax(self) -> SalesTax | None:
        """Sales tax that changes the money of a run; None where there is none.

        Tax added at the till is the customers'; that in prices, and that on the platform's fee, is
        not.
        """
        stated = self.accounting.sales_tax if self.accounting is not None else None
        if stated is None:
            return None
        in_prices = stated.in_prices and not _is_nil(stated.rate)
        return stated if in_prices or not _is_nil(stated.on_fee) else None

    @property
    def taxed_at_issue(self) -> bool:
        """Whether the tax on a voucher falls due when it is sold.

        A merchant who is paid on redemption has received nothing before, and owes it then.
        """
        stated = self.accounting.sales_tax if self.accounting is not None else None
        on_issue = stated is not None and stated.point == "issue"
        return on_issue and self.is_paid_before

    @property
    def _owed_after_expiry(self) -> bool:
        """Whether the merchant owes something on a voucher that was not used in time."""
        return self.deal.after_expiry != "nothing" and self.is_paid_before

    @property
    def horizon_end(self) -> date:
        """Day the simulation ends."""
        return self.horizon.after(self.starts)

    @property
    def has_title(self) -> bool:
        """Whether it has a name of its own, and not only that of its file."""
        name = self.provenance.get("name")
        return name is None or not name.is_default

    def canonical(self) -> dict[str, object]:
        """The resolved scenario for JSON, with data files' contents: the same for scenarios that
        mean the same, however they are written."""
        data = canonical_data(self)
        assert isinstance(data, dict)
        for name in (*CROWD, "audience"):  # so that those without them are as they were
            if data[name] is None:
                del data[name]
        if not self.has_title:
            data["name"] = None  # the file's name says nothing about the deal
        data["correlations"] = sorted(
            [*sorted((pair.a, pair.b)), pair.rho] for pair in self.correlations
        )
        data.pop("campaigns")  # a scenario of one deal is the same with the list and without
        further = [one.canonical() for one in self.further]
        own = [{key: one[key] for key in OWN_TERMS if key in one} for one in further]
        return data | ({"campaigns": own} if own else {})

    @property
    def sha256(self) -> str:
        """SHA-256, in hexadecimal, of the canonical scenario as JSON with sorted keys."""
        text = json.dumps(self.canonical(), sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.canonical() == other.canonical()

    def __hash__(self) -> int:
        return hash(self.sha256)


def _is_nil(share: Uncertain | None) -> bool:
    """Whether a share is left out, or 0 for sure."""
    return share is None or (share.is_constant and share.mean() == 0)


def read_scenario(plain: object, reading: Reading) -> tuple[Scenario | None, list[ModelIssue]]:
    """The scenario of complete plain values, or what is wrong with them."""
    try:
        return Scenario.model_validate(plain, context=reading), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
    return None, [
        ModelIssue(
            # the tags of the two forms of payout are no steps
            tuple(step for step in found["loc"] if not str(step).startswith("#")),
            ISSUE_KINDS.get(found["type"], "form"),
            found.get("ctx", {}).get("findings", ()),
            found["msg"],
        )
        for found in errors
    ]

"""The sections on the books, on other uses of the money, on limits and on the run itself.

Of these only cash-outs, unclaimed property, sales tax in prices or on the platform's fee, and
correlations change the simulated money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal, TypeAlias, get_args

from dealsim.scenario.language.node import Forms
from dealsim.scenario.model.base import (
    Customers,
    Length,
    LengthOrNever,
    Money,
    Section,
    Share,
)
from dealsim.scenario.model.customers import Returns
from dealsim.scenario.model.fields import (
    Bound,
    CalendarDate,
    InWords,
    Reader,
    Reading,
    Text,
    Whole,
    Word,
    YesNo,
    describe,
    unwrap,
)
from dealsim.uncertain import NUMBER, Uncertain, ValueProblems, parse
from dealsim.uncertain.problems import problem

Framework = Literal["IFRS15", "ASC606", "ASPE", "IFRS-SME", "IFRS_SME"]
Breakage = Literal["none", "proportional", "remote"]
Revenue = Literal["gross", "net"]
Presentation = Literal["price", "face_value"]
CommissionBooking = Literal["defer", "expense_at_sale", "expense"]
EscheatBasis = Literal["paid", "face"]
TaxPoint = Literal["redemption", "issue"]
TaxBase = Literal["paid_plus_cash", "face_plus_cash", "merchant_receipts", "cash_only"]


class Escheat(Section):
    """Unclaimed property: what must be handed to the state after a dormancy. A run pays it and
    claims it back for those who come after all, unless the platform pays on redemption or
    nothing survives until then."""

    after: LengthOrNever = None
    """Dormancy after sale close, or never. Default: from the jurisdiction; never without one."""

    share: Annotated[Share | None, InWords("how much unclaimed money goes to the state")] = None
    """Share of the basis that must be handed over for each voucher still held. Default: from the
    jurisdiction; 0 without one."""

    basis: Annotated[EscheatBasis, Word(get_args(EscheatBasis))] | None = None
    """Whether it is a share of the price paid or of the face value. Default: from the
    jurisdiction; paid without one."""


@dataclass(frozen=True)
class CashOutLimit:
    """A limit of cash-outs, which holds from a day on (None: from the beginning)."""

    since: date | None
    below: Uncertain | None
    up_to: Uncertain | None

    def allows(self, price: float) -> bool:
        """Whether a balance is small enough, at the means of the limits."""
        below, up_to = self.below, self.up_to
        small = below is not None and price < below.mean()
        return small or (up_to is not None and price <= up_to.mean())

    @property
    def is_constant(self) -> bool:
        """Whether the limit is certain."""
        return all(one is None or one.is_constant for one in (self.below, self.up_to))


class LimitChange(Section):
    """Another limit from a day on, by which requests of that day and later are judged."""

    day: Annotated[date, CalendarDate()]
    """First day on which the new limit holds."""

    below: Money | None = None
    """Balance below which cash may be asked for from then on."""

    up_to: Money | None = None
    """Balance up to which, that amount included, cash may be asked for from then on."""


class CashOut(Section):
    """Small balances that the law lets customers take in cash. A voucher is used once, so its
    balance is the price paid; a run pays it after promo_expires, unless nothing survives or the
    platform pays on redemption. A limit is a strict one (below) or not (up_to)."""

    below: Annotated[Money | None, InWords("up to which price holders may take cash")] = None
    """Balance below which cash may be asked for, in the scenario's currency. Default: from the
    jurisdiction; 0 without one."""

    up_to: Annotated[
        Money | None, InWords("up to which price, that included, holders may take cash")
    ] = None
    """In place of below: balance up to which cash may be asked for, that amount included.
    Default: from the jurisdiction."""

    changes: LimitChange | None = None
    """A limit that takes the place of below or up_to from a day on: the day of the request
    decides. Default: from the jurisdiction, where the limit stated is its own."""

    share: Annotated[
        Share | None,
        InWords("how many holders ask for cash instead", "of those who would not come"),
    ] = None
    """Of the holders who would never present the voucher late, the share who ask for the cash.
    Who is refused since the price is not small that day does not ask again. Default: 0."""

    FORMS: ClassVar[Forms] = Forms(
        {
            "below": frozenset({"below"}),
            "up_to": frozenset({"up_to"}),
            "changes": frozenset({"law"}),
        },
        frozenset({"below", "up_to"}),
    )
    """A limit of the owner's replaces all that a jurisdiction says of limits."""

    @property
    def limits(self) -> tuple[CashOutLimit, ...]:
        """The limits one after the other."""
        first, then = CashOutLimit(None, self.below, self.up_to), self.changes
        if then is None:
            return (first,)
        return first, CashOutLimit(then.day, then.below, then.up_to)


class SalesTax(Section):
    """Sales tax, VAT or GST on vouchers and what is sold with them. Where prices include it, a run
    gives the state its part; where it is added at the till, customers pay it and only the books
    show it."""

    rate: Share | None = None
    """Rate of the tax on what you sell. Default: 0; a warning where prices include it."""

    point: Annotated[TaxPoint, Word(get_args(TaxPoint))] | None = None
    """When the tax on the voucher falls due: at redemption, or at issue (single-purpose vouchers;
    also on those never used). Where the platform pays on redemption, it is redemption. Default:
    from the jurisdiction; redemption without one."""

    base: Annotated[TaxBase, Word(get_args(TaxBase))] | None = None
    """What is taxed at redemption: the price paid plus cash, the face value plus cash, what the
    merchant receives, or cash only. Default: from the jurisdiction; paid_plus_cash without one."""

    included: Annotated[bool, YesNo()] | None = None
    """Whether price, face value, tickets and spends are what customers pay, tax in them; costs are
    then those net of tax you get back. Default: from the jurisdiction (yes in the UK, the EU and
    Australia, no in the US and Canada); without one, yes where the point is issue."""

    on_lapse: Annotated[bool, YesNo()] | None = None
    """Whether a voucher taxed at redemption bears the tax unused too: when it lapses, and on what a
    bill leaves of its face value. Default: from the jurisdiction (yes in Australia); no without
    one."""

    on_fee: Share | None = None
    """Rate of the tax that the platform adds to its commission and its fixed fee, and withholds.
    Default: 0."""

    input_credit: Share | None = None
    """Share of the tax on the fee that the state gives back; the rest is a cost. 0 for a business
    that is not registered. Default: 100 %."""

    @property
    def in_prices(self) -> bool:
        """Whether prices include the tax: the buyer of what is taxed at issue pays no more."""
        return self.point == "issue" if self.included is None else self.included


class Accounting(Section):
    """How the vouchers are booked. Cash-outs, unclaimed property, and sales tax that prices include
    or that the platform charges, change a run as well; the rest only the books."""

    framework: Annotated[Framework, Word(get_args(Framework))] | None = None
    """Accounting framework: IFRS15, ASC606, ASPE or IFRS-SME (or IFRS_SME). It fills in what
    the others leave out. Default: IFRS15, with breakage none."""

    breakage: Annotated[Breakage, Word(get_args(Breakage))] | None = None
    """When vouchers never redeemed become revenue: never, in proportion to redemptions, or once
    redemption is remote. Default: by the framework stated (ASC606 and IFRS15 proportional, the
    others remote); none where none is stated."""

    remote_after: Length | None = None
    """Time after sale close from which redemption counts as remote. Default: 24 months."""

    constraint: Share | None = None
    """Quantile of ultimate redemptions that limits the breakage estimate. Default: 90 %."""

    revenue: Annotated[Revenue, Word(get_args(Revenue))] | None = None
    """Revenue gross of the platform's share, or net of it. Default: gross."""

    presentation: Annotated[Presentation, Word(get_args(Presentation))] | None = None
    """What is shown as owed: the price paid, or the face value, with the promotional part
    deferred against it, so that no more is owed either way. Default: price."""

    commission: Annotated[CommissionBooking, Word(get_args(CommissionBooking))] | None = None
    """The platform's share is deferred until redemption, or expensed at sale (expense_at_sale, or
    expense for short). Default: defer."""

    escheat: Escheat | None = None
    """Unclaimed property. Default: from the jurisdiction."""

    cash_out: CashOut | None = None
    """Balances taken in cash. Default: from the jurisdiction."""

    sales_tax: SalesTax | None = None
    """Sales tax. Default: from the jurisdiction, rate 0."""

    accounts: dict[str, Annotated[str, Text()]] | None = None
    """Names or numbers of your own accounts, by dealsim's account names."""


class Alternative(Section):
    """Another use of the money, to compare the deal with."""

    spend: Money
    """What it costs."""

    new_customers: Customers
    """New customers it brings."""

    returns: Returns | None = None
    """How they come back, as for a segment of `customers`."""


class Expectation(Section):
    """A gate on a result: the run reports whether it is met."""

    at_least: Annotated[float | None, Bound()] = None
    """The result must be this much or more."""

    at_most: Annotated[float | None, Bound()] = None
    """The result must be this much or less."""


class Correlation(Section):
    """A rank correlation between two uncertain inputs: `[path, path, rho]`."""

    a: str
    """Dotted path of the first input."""

    b: str
    """Dotted path of the second input."""

    rho: float
    """Spearman rank correlation, above -1 and below 1."""


@dataclass(frozen=True)
class Correlate(Reader):
    """Reads `[path, path, rho]`, a preset's with its source."""

    def read(self, raw: object, reading: Reading) -> Correlation:
        raw = unwrap(raw)
        if not isinstance(raw, list) or len(raw) != 3:
            raise problem(
                f"{describe(raw)} is not a correlation",
                "write [path, path, number], such as [deal.demand, deal.refunds, 0.4]",
            )
        first, second, rho = raw
        if not isinstance(first, str) or not isinstance(second, str):
            raise problem(
                "a correlation begins with two paths", "such as [deal.demand, deal.refunds, 0.4]"
            )
        try:
            value = parse(rho, NUMBER, currency=None, read_values=reading.read_values)
        except ValueProblems:
            value = None
        if value is None or not value.is_constant or not -1 < value.mean() < 1:
            raise problem(f"the correlation {describe(rho)} must be a number above -1 and below 1")
        return Correlation(a=first.strip(), b=second.strip(), rho=value.mean())


class Run(Section):
    """How long to simulate."""

    trials: Annotated[int, Whole(1)]
    """Number of trials. Default: 10,000."""

    seed: Annotated[int, Whole(0, 2**64 - 1)]
    """Seed of the random numbers. Default: 1."""


Correlations: TypeAlias = tuple[Annotated[Correlation, Correlate()], ...]

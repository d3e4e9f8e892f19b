"""The sections on the deal, the platform, the business and when vouchers come back."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, ClassVar, Literal, TypeAlias, get_args

from pydantic import ConfigDict, Discriminator, RootModel, Tag

from dealsim.scenario.model.base import (
    Delay,
    Duration,
    Length,
    LengthDateOrNever,
    LengthOrDate,
    Money,
    PerWeekOrNone,
    PlacesOrNone,
    PositiveMoney,
    Section,
    Share,
    Vouchers,
    VouchersOrNone,
)
from dealsim.scenario.model.fields import InWords, Portion, Text, Whole, Word
from dealsim.units import Span

AfterExpiry = Literal["paid_value", "face_value", "nothing"]
LatePay = Literal["unpaid", "paid"]
ServeFirst = Literal["first_come", "ordinary_trade", "vouchers"]
TurnedAway = Literal["honoured", "late"]
Bill = Literal["worth", "face_value"]

MOST_USES = 60
"""Uses of one voucher at most: holders are kept by the number of uses made."""


class Deal(Section):
    """The offer: what the customer pays, what the voucher is worth, and until when."""

    price: Annotated[PositiveMoney, InWords("what the customer pays for a voucher")]
    """Amount the customer pays for one voucher, in the scenario's currency. Required."""

    face_value: Annotated[PositiveMoney, InWords("what a voucher buys")]
    """Full offer value: what one voucher buys before it expires, at list prices. The promotional
    value is face_value - price. Required."""

    demand: Annotated[Vouchers, InWords("how great the demand is")]
    """Vouchers that customers want to buy, before the cap and the minimum apply. Required."""

    cap: Annotated[VouchersOrNone, InWords("how many vouchers are sold at most")] = None
    """Most vouchers that will be sold; `none` for no limit. Default: none."""

    minimum: Annotated[Vouchers, InWords("how many vouchers must be wanted for the deal to happen")]
    """Vouchers that must be wanted for the deal to happen at all (to tip); below it nothing is
    sold and no fee is due. Default: 0."""

    sale_window: Length
    """How long the deal is on sale; sales spread evenly over it. Default: from the kind."""

    promo_expires: LengthOrDate
    """When the promotional value ends: a time after the sale closes, or a date. Default: from
    the kind."""

    after_expiry: Annotated[AfterExpiry, Word(get_args(AfterExpiry))]
    """What a voucher is still worth after promo_expires: the price paid, the full face value, or
    nothing. Default: from the jurisdiction; paid_value without one."""

    paid_value_expires: LengthDateOrNever
    """When what survives expiry lapses too: a time after the sale closes, a date, or never.
    Default: from the jurisdiction; never without one."""

    refunds: Annotated[Share, InWords("how many vouchers are given back", "of those sold")]
    """Share of the vouchers sold that are refunded in the days after the sale. Default: from the
    kind."""

    uses: Annotated[
        int, Whole(1, MOST_USES, "a voucher used once has  uses: 1, a pack of 24 classes  uses: 24")
    ] = 1
    """Uses of one voucher: a pack of 24 classes has 24. Price and face value are those of the
    whole pack. Default: 1."""

    use_rest: Annotated[
        Share | None, InWords("how many of the other uses of a pack are made", "of those begun")
    ] = None
    """Of those who begin their pack, the chance that each of its further uses is ever made, were
    there no expiry. Needed with uses above 1, and idle without."""

    between: Annotated[Delay | None, InWords("how long from one use of a pack to the next")] = None
    """Mean time from one use of a pack to the next, memoryless; 0 for at once. Needed with uses
    above 1, and idle without."""

    LATER: ClassVar[tuple[str, ...]] = ("uses", "use_rest", "between")


class Instalment(Section):
    """One payment by the platform."""

    after: Length
    """Time from sale close to the payment, often in business days."""

    share: Annotated[Fraction, Portion()]
    """Share of the remittance paid with it, exactly (1/3 is a third); the shares sum to 1."""


class Instalments(RootModel[tuple[Instalment, ...]]):
    """The platform pays for every voucher sold, in one or more instalments."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    @property
    def parts(self) -> tuple[Instalment, ...]:
        """The payments, in the order written."""
        return self.root


class RedemptionTerms(Section):
    """Terms under which only redeemed vouchers are paid for."""

    lag: Length
    """Time from a voucher's redemption to its payment."""

    late: Annotated[LatePay, Word(get_args(LatePay))] = "unpaid"
    """Whether vouchers presented after expiry are paid for as well. Default: unpaid."""


class OnRedemption(Section):
    """The platform pays only for vouchers redeemed, and keeps the money of the rest."""

    on_redemption: RedemptionTerms
    """The lag and what happens to late vouchers."""

    @property
    def lag(self) -> Span:
        """Time from redemption to payment."""
        return self.on_redemption.lag

    @property
    def late(self) -> LatePay:
        """Whether late vouchers are paid for: `unpaid` or `paid`."""
        return self.on_redemption.late


Payout: TypeAlias = Instalments | OnRedemption


class Platform(Section):
    """The platform that sells the vouchers, and what it charges."""

    name: Annotated[str, Text()]
    """The platform's name, for reports. Default: "the platform"."""

    commission: Annotated[Share, InWords("the site's share of the price")]
    """The platform's share of the price. Required."""

    card_fee: Annotated[Share, InWords("the card fee", "of the price")]
    """Card processing fee, as a share of the price. Default: from the kind."""

    fixed_fee: Annotated[Money, InWords("the site's fixed fee")]
    """Fee for running the deal at all, due on the first day if it tips. Default: 0."""

    payout: Annotated[
        Annotated[Instalments, Tag("#instalments")] | Annotated[OnRedemption, Tag("#redemption")],
        Discriminator(lambda raw: "#redemption" if isinstance(raw, dict) else "#instalments"),
    ]
    """When the platform pays: a list of instalments {after, share}, or
    {on_redemption: {lag, late}}. Default: from the kind."""


class Business(Section):
    """Trade as it is without the deal, and what a visit costs."""

    usual_ticket: Annotated[PositiveMoney, InWords("what an ordinary visitor spends")]
    """What an ordinary visitor spends at list prices, with sales tax where prices include it.
    Required."""

    variable_cost: Annotated[Share, InWords("what one more visit costs you", "of the bill")]
    """Cost of what is served, as a share of its list price: goods, materials, extra labour.
    Required."""

    cost_per_visit: Annotated[Money, InWords("what a visit costs you whatever is bought")]
    """Cost of one visit whatever is bought. Default: from the kind."""

    visits_per_week: Annotated[PerWeekOrNone, InWords("how busy you are without the deal")] = None
    """Ordinary visits a week without the deal; needed with capacity_per_week. Default: none."""

    capacity_per_week: Annotated[PlacesOrNone, InWords("how many you can serve")] = None
    """Most visits a week that can be served; `none` for no limit. Extra hours for the deal are a
    list: the number there is without it, then dated ones, {from, visits, cost_per_week}. What one
    above the first costs is charged to the deal. Default: none."""

    serve_first: Annotated[ServeFirst, Word(get_args(ServeFirst))]
    """Who is served when there is not room for all. Default: from the kind, ordinary_trade where
    the trade works by appointment, else first_come."""

    turned_away: Annotated[TurnedAway, Word(get_args(TurnedAway))]
    """Voucher holders turned away and still waiting at expiry: honoured at face value, or under
    the late rule. Default: honoured."""


class Rush(Section):
    """Those who come in the last days before the voucher expires."""

    share: Annotated[
        Share, InWords("how many {0} wait for the last days", "of those who come in time")
    ]
    """Share of in-time redemptions that come in the rush. Default: from the kind."""

    last: Annotated[Delay, InWords("how long before expiry the last rush begins")]
    """Length of the rush before expiry. Default: from the kind."""


class Late(Section):
    """Those who present their voucher after it expired."""

    share: Annotated[Share, InWords("how many {0} still come after expiry", "of those left")]
    """Share of those still holding at expiry who ever present it later. Default: from the
    kind."""

    half_life: Annotated[Duration, InWords("how long after expiry {0} still come")]
    """Time after expiry by which half of them have come. Default: from the kind."""

    bill: Annotated[Bill, Word(get_args(Bill))]
    """What their bill starts from: what the voucher is still worth, or the face value, of which
    they pay the difference. Default: worth."""


class Redemption(Section):
    """When vouchers come back; a segment of `customers` may override any of it."""

    half_life: Annotated[Duration, InWords("how long {0} take to come")]
    """Time after sale close by which half of the opening wave has come. Default: from the
    kind."""

    rush: Rush
    """The last days before expiry."""

    late: Late
    """After expiry."""

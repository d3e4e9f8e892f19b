"""The section on customers: who buys, whether they come, and whether they come back."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, get_args

from dealsim.scenario.language.node import Forms
from dealsim.scenario.model.base import (
    Delay,
    Duration,
    Money,
    PerMonth,
    Section,
    Share,
    TicketRatio,
    Variation,
    Visits,
)
from dealsim.scenario.model.fields import InWords, Quantity, Word
from dealsim.scenario.model.terms import Bill
from dealsim.uncertain import SHARE, Uncertain

ReturnsForm = Literal["rate", "count", "worth"]

_RATE, _COUNT, _WORTH = (frozenset({form}) for form in ("rate", "count", "worth"))


class VoucherBill(Section):
    """What these customers would spend on their voucher visit, at list prices, were the voucher
    worth nothing: a bill around the usual ticket.

    Who would stay below the voucher's worth uses it up (`use`), who would go beyond it pays the
    difference.
    """

    ticket_ratio: Annotated[TicketRatio, InWords("how big the bills of {0} are", "the usual one")]
    """Mean bill as a multiple of business.usual_ticket: 100% is a visit like any other. Default:
    from the kind."""

    cv: Annotated[Variation, InWords("how unlike each other the bills of {0} are")]
    """Coefficient of variation of the bill between visits; 0 is a fixed bill. Default: from the
    kind."""


class Overspend(Section):
    """What some customers spend beyond the voucher's worth, at list prices, where you know it
    better than the bill around the usual ticket (`bill`) would give it."""

    chance: Annotated[
        Share | None, InWords("how many {0} spend more than the voucher", "of them")
    ] = None
    """Chance that a voucher visit spends more than the voucher is worth. Default: by `bill`."""

    amount: Annotated[Money | None, InWords("how much {0} spend beyond the voucher")] = None
    """Mean amount beyond the voucher's worth, of those who do. Default: by `bill`."""

    cv: Annotated[Variation | None, InWords("how unlike what {0} spend on top is")] = None
    """Coefficient of variation of the amount between visits; 0 is a fixed amount. Default: 1 beside
    an amount of yours, else by `bill`."""


class Returns(Section):
    """Coming back at full price, in one of three forms.

    rate: {chance, visits_per_month, stay, spend}; count: {chance, visits, after, spend};
    worth: {chance, worth, after}.
    """

    FORMS: ClassVar[Forms] = Forms(
        {
            "visits_per_month": _RATE,
            "stay": _RATE,
            "visits": _COUNT,
            "after": _COUNT | _WORTH,
            "worth": _WORTH,
            "spend": _RATE | _COUNT,
            "cv": _RATE | _COUNT,
        },
        telling=frozenset({"visits_per_month", "stay", "visits", "after", "worth"}),
    )

    chance: Annotated[Share, InWords("how many {0} come back at full price", "of them")]
    """Chance that a served voucher customer comes back at full price at least once."""

    spend: Annotated[Money | None, InWords("what {0} spend when they come back")] = None
    """Mean spent on a returning visit, at list prices. Default: business.usual_ticket."""

    cv: Annotated[Variation, InWords("how unlike each other the later bills of {0} are")]
    """Coefficient of variation of what a returning visit spends; 0 is fixed. Default: 1."""

    visits_per_month: Annotated[PerMonth | None, InWords("how often {0} who come back do so")] = (
        None
    )
    """Rate form: visits a month of a regular while he or she stays."""

    stay: Annotated[Duration | None, InWords("how long {0} who come back keep coming")] = None
    """Rate form: mean time a regular stays."""

    visits: Annotated[Visits | None, InWords("how many times {0} who come back do so")] = None
    """Count form: mean number of full-price visits of one who comes back, at least 1."""

    after: Annotated[Delay | None, InWords("how soon {0} come back")] = None
    """Count and worth forms: mean time from the voucher visit to each return. Default: 0."""

    worth: Annotated[Money | None, InWords("what each of {0} who comes back is worth")] = None
    """Worth form: lifetime margin of a customer who comes back, as the owner reckons it."""

    @property
    def form(self) -> ReturnsForm:
        """Which of the three forms this is: `rate`, `count` or `worth`."""
        if self.worth is not None:
            return "worth"
        return "rate" if self.visits_per_month is not None else "count"


class SegmentRush(Section):
    """A segment's own rush; what is left out is as in `redemption.rush`."""

    share: Annotated[
        Share | None, InWords("how many {0} wait for the last days", "of those who come in time")
    ] = None
    """Share of in-time redemptions that come in the rush."""

    last: Annotated[Delay | None, InWords("how long before expiry the last rush of {0} begins")] = (
        None
    )
    """Length of the rush before expiry."""


class SegmentLate(Section):
    """A segment's own late presentation; what is left out is as in `redemption.late`."""

    share: Annotated[
        Share | None, InWords("how many {0} still come after expiry", "of those left")
    ] = None
    """Share of those still holding at expiry who ever present it later."""

    half_life: Annotated[Duration | None, InWords("how long after expiry {0} still come")] = None
    """Time after expiry by which half of them have come."""

    bill: Annotated[Bill, Word(get_args(Bill))] | None = None
    """What their bill starts from: worth or face_value."""


class SegmentRedemption(Section):
    """A segment's own timing; what is left out is as in `redemption`."""

    half_life: Annotated[Duration | None, InWords("how long {0} take to come")] = None
    """Time after sale close by which half of the opening wave has come."""

    rush: SegmentRush | None = None
    """The last days before expiry."""

    late: SegmentLate | None = None
    """After expiry."""


class Segment(Section):
    """A kind of customer. What is left out comes from the preset's segment of the same name."""

    share: Annotated[
        Uncertain | Literal["rest"],
        Quantity(SHARE, words=("rest",)),
        InWords("how many of the buyers are {0}"),
    ]
    """Share of the buyers; `rest` for what the other segments leave. Required."""

    redeem: Annotated[Share, InWords("how many {0} use their voucher in time", "of them")]
    """Chance that a voucher is redeemed in time. Default: from the kind, the lower the shorter
    the time until deal.promo_expires."""

    use: Annotated[Share, InWords("how much of the voucher {0} use up")]
    """Share of the voucher's worth used, by those who do not spend beyond it. Default: 100 %."""

    would_have_come: Annotated[Share, InWords("how many {0} would have come anyway", "of them")]
    """Chance that the visit replaces one at full price. Default: 0."""

    bill: VoucherBill | None = None
    """The bill that spending beyond the voucher's worth comes from. Default: from the kind; nobody
    spends beyond it under kind none."""

    overspend: Overspend | None = None
    """Spending beyond the voucher's worth, in place of what `bill` gives. Default: by `bill`."""

    returns: Returns | None = None
    """Coming back at full price. Default: none."""

    redemption: SegmentRedemption | None = None
    """This segment's own timing. Default: as in `redemption`."""

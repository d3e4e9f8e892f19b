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
    Variation,
    Visits,
)
from dealsim.scenario.model.fields import Quantity, Word
from dealsim.scenario.model.terms import Bill
from dealsim.uncertain import SHARE, Uncertain

ReturnsForm = Literal["rate", "count", "worth"]

_RATE, _COUNT, _WORTH = (frozenset({form}) for form in ("rate", "count", "worth"))


class Overspend(Section):
    """What some customers spend beyond the voucher's worth, at list prices."""

    chance: Share
    """Chance that a voucher visit spends more than the voucher is worth. Default: 100 %."""

    amount: Money
    """Mean amount beyond the voucher's worth, of those who do."""

    cv: Variation
    """Coefficient of variation of the amount between visits; 0 is a fixed amount. Default: 1."""


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

    chance: Share
    """Chance that a served voucher customer comes back at full price at least once."""

    spend: Money | None = None
    """Mean spent on a returning visit, at list prices. Default: business.usual_ticket."""

    cv: Variation
    """Coefficient of variation of what a returning visit spends; 0 is fixed. Default: 1."""

    visits_per_month: PerMonth | None = None
    """Rate form: visits a month of a regular while he or she stays."""

    stay: Duration | None = None
    """Rate form: mean time a regular stays."""

    visits: Visits | None = None
    """Count form: mean number of full-price visits of one who comes back, at least 1."""

    after: Delay | None = None
    """Count and worth forms: mean time from the voucher visit to each return. Default: 0."""

    worth: Money | None = None
    """Worth form: lifetime margin of a customer who comes back, as the owner reckons it."""

    @property
    def form(self) -> ReturnsForm:
        """Which of the three forms this is: `rate`, `count` or `worth`."""
        if self.worth is not None:
            return "worth"
        return "rate" if self.visits_per_month is not None else "count"


class SegmentRush(Section):
    """A segment's own rush; what is left out is as in `redemption.rush`."""

    share: Share | None = None
    """Share of in-time redemptions that come in the rush."""

    last: Delay | None = None
    """Length of the rush before expiry."""


class SegmentLate(Section):
    """A segment's own late presentation; what is left out is as in `redemption.late`."""

    share: Share | None = None
    """Share of those still holding at expiry who ever present it later."""

    half_life: Duration | None = None
    """Time after expiry by which half of them have come."""

    bill: Annotated[Bill, Word(get_args(Bill))] | None = None
    """What their bill starts from: worth or face_value."""


class SegmentRedemption(Section):
    """A segment's own timing; what is left out is as in `redemption`."""

    half_life: Duration | None = None
    """Time after sale close by which half of the opening wave has come."""

    rush: SegmentRush | None = None
    """The last days before expiry."""

    late: SegmentLate | None = None
    """After expiry."""


class Segment(Section):
    """A kind of customer. What is left out comes from the preset's segment of the same name."""

    share: Annotated[Uncertain | Literal["rest"], Quantity(SHARE, words=("rest",))]
    """Share of the buyers; `rest` for what the other segments leave. Required."""

    redeem: Share
    """Chance that a voucher is redeemed in time. Default: from the kind."""

    use: Share
    """Share of the voucher's worth used, by those who do not spend beyond it. Default: 100 %."""

    would_have_come: Share
    """Chance that the visit replaces one at full price. Default: 0."""

    overspend: Overspend | None = None
    """Spending beyond the voucher's worth. Default: none; who would have come anyway spends as
    always: {chance: would_have_come, amount: usual_ticket - face_value} (nil under kind none)."""

    returns: Returns | None = None
    """Coming back at full price. Default: none."""

    redemption: SegmentRedemption | None = None
    """This segment's own timing. Default: as in `redemption`."""

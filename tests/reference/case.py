"""The fixed inputs that both references read: one campaign, nothing uncertain.

Times are in days, money in currency units without sales tax, shares between 0 and 1. Equation
numbers in this folder are those of docs/model.md. Nothing here, or in the references, imports
dealsim: they are a second reading of that page, against which the program is tested.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from tests.reference.crowd_case import Crowd

DAYS_PER_MONTH = 30.4375  # (2.1)
REFUND_DAYS = 7.0  # (4.4)


@dataclass(frozen=True)
class Overspend:
    """With `chance` the bill exceeds its base by Gamma(mean `amount`, cv `cv`) (7.1)."""

    chance: float
    amount: float
    cv: float = 1.0


@dataclass(frozen=True)
class Bill:
    """What would be spent were the voucher worth nothing: Gamma(mean, cv) (7.6)."""

    mean: float
    cv: float


@dataclass(frozen=True)
class RateReturns:
    """Regulars who visit at a rate during an exponential stay of mean `stay` days (8.1)."""

    chance: float
    visits_per_month: float
    stay: float
    spend: float
    cv: float = 1.0

    @property
    def visits_per_day(self) -> float:
        """v of (8.1)."""
        return self.visits_per_month / DAYS_PER_MONTH


@dataclass(frozen=True)
class CountReturns:
    """Returners make 1 + Poisson(visits - 1) visits, each after a mean of `after` days (8.5)."""

    chance: float
    visits: float
    after: float
    spend: float
    cv: float = 1.0


@dataclass(frozen=True)
class WorthReturns:
    """Returners bring a lifetime margin `worth` after a mean of `after` days (8.6)."""

    chance: float
    worth: float
    after: float


Returns = RateReturns | CountReturns | WorthReturns


@dataclass(frozen=True)
class Segment:
    """One kind of customer. With neither `bill` nor `overspend` nobody spends beyond the base."""

    name: str
    share: float
    redeem: float
    use: float = 1.0
    would_have_come: float = 0.0
    overspend: Overspend | Bill | None = None
    returns: Returns | None = None
    half_life: float = 84.0
    rush_share: float = 0.0
    rush_last: float = 0.0
    late_share: float = 0.0
    late_half_life: float = 270.0
    late_bill: Literal["worth", "face_value"] = "worth"


@dataclass(frozen=True)
class Instalment:
    """`share` of the remittance, `day_after_close` days after the sale closes."""

    day_after_close: float
    share: float


@dataclass(frozen=True)
class OnRedemption:
    """Paid `lag` days after the step of the redemption; for late ones only if `late` (9.4)."""

    lag: float
    late: bool = False


@dataclass(frozen=True)
class SalesTax:
    """Tax in prices at `rate` (9.13 to 9.16), and on the platform's fee (9.17)."""

    rate: float = 0.0
    at_issue: bool = False
    base: Literal["paid_plus_cash", "face_plus_cash", "merchant_receipts", "cash_only"] = (
        "paid_plus_cash"
    )
    on_lapse: bool = False
    on_fee: float = 0.0
    input_credit: float = 1.0

    @property
    def part(self) -> float:
        """The part of what customers pay that is tax (9.13)."""
        return self.rate / (1.0 + self.rate)


@dataclass(frozen=True)
class Case:
    """One campaign with fixed inputs.

    `expiry_days` and `paid_lapse_days` count from sale close (None: what survives never lapses);
    `capacity_per_week=None` means no capacity, and then `visits_per_week` is not read.
    `escheat_days` is the dormancy, from sale close (None: nothing ever goes to the state).
    """

    segments: tuple[Segment, ...]
    price: float
    face_value: float
    demand: float
    horizon_days: float
    starts: date = date(2025, 1, 1)
    cap: float | None = None
    minimum: float = 0.0
    sale_window_days: float = 3.0
    expiry_days: float = 180.0
    after_expiry: Literal["paid_value", "face_value", "nothing"] = "paid_value"
    paid_lapse_days: float | None = None
    refund_share: float = 0.0
    commission: float = 0.5
    card_fee: float = 0.0
    fixed_fee: float = 0.0
    payout: tuple[Instalment, ...] | OnRedemption = (Instalment(7.0, 1.0),)
    usual_ticket: float = 0.0
    variable_cost: float = 0.0
    cost_per_visit: float = 0.0
    visits_per_week: float = 0.0
    capacity_per_week: float | None = None
    serve_first: Literal["first_come", "ordinary_trade", "vouchers"] = "first_come"
    turned_away: Literal["honoured", "late"] = "honoured"
    discount_rate: float = 0.0
    cash_out_below: float = 0.0
    cash_out_up_to: float = 0.0
    cash_out_changes: tuple[float, float, float] | None = None
    """Day D from the start, and the limits `below` and `up_to` (0: none) from then on."""
    cash_out_share: float = 0.0
    escheat_days: float | None = None
    escheat_share: float = 0.0
    escheat_basis: Literal["paid", "face"] = "paid"
    minor_digits: int = 2
    tax: SalesTax = SalesTax()
    crowd: Crowd | None = None
    uses: int = 1
    use_rest: float = 0.0
    between: float = 0.0

    @property
    def of_one_use(self) -> Case:
        """The case of a single use of a pack: its part of price and face value (5.11)."""
        price, face_value = self.price / self.uses, self.face_value / self.uses
        return replace(self, uses=1, price=price, face_value=face_value)

    def __post_init__(self) -> None:
        """Refuse what docs/model.md excludes."""
        if self.horizon_days < self.sale_window_days or self.expiry_days <= 0:
            raise ValueError("the horizon must not come before sale close, and expiry after it")
        if abs(sum(segment.share for segment in self.segments) - 1.0) > 1e-12:
            raise ValueError("the segments' shares must sum to 1")

    @property
    def sold(self) -> int:
        """N of (4.1)."""
        wanted = int(self.demand + 0.5)
        sold = wanted if self.cap is None else min(wanted, int(self.cap))
        return sold if sold >= self.minimum else 0

    @property
    def tipped(self) -> bool:
        """Whether the platform's minimum was reached (4.1), on which the fixed fee depends."""
        wanted = int(self.demand + 0.5)
        return (wanted if self.cap is None else min(wanted, int(self.cap))) >= self.minimum

    @property
    def remittance_per_voucher(self) -> float:
        """rem of (9.1), and with a tax on the fee of (9.17)."""
        charges = self.commission * (1.0 + self.tax.on_fee) + self.card_fee
        return self.price * (1.0 - charges)

    @property
    def fixed_fee_paid(self) -> float:
        """The fixed fee with the tax on it that nobody gives back (9.17); nil without a deal."""
        cost = 1.0 + self.tax.on_fee * (1.0 - self.tax.input_credit)
        return self.fixed_fee * cost if self.tipped else 0.0

    @property
    def prepaid(self) -> bool:
        """Whether the platform pays in instalments."""
        return not isinstance(self.payout, OnRedemption)

    def pays_for(self, late: bool) -> bool:
        """Whether the platform pays for a voucher that is redeemed."""
        return not late or not isinstance(self.payout, OnRedemption) or self.payout.late

    @property
    def issue_tax(self) -> float:
        """v of (9.14): nil unless the tax on a voucher falls due at issue."""
        if not self.tax.at_issue or not self.prepaid:
            return 0.0
        unit = 10**self.minor_digits
        charged = int(self.price * unit + 0.5 + 1e-9)
        return int(charged * self.tax.part + 0.5 + 1e-9) / unit

    @property
    def fee_credit(self) -> float:
        """What the state gives back of the tax on one voucher's commission (9.17)."""
        return self.tax.input_credit * self.tax.on_fee * self.commission * self.price

    @property
    def _taxed_value(self) -> float:
        """b of (9.15) but for the face value: nil where the tax fell due at issue."""
        if self.tax.at_issue:
            return 0.0 if self.prepaid else self.price
        received = self.price * (1.0 - self.commission - self.card_fee)
        by_base = {"paid_plus_cash": self.price, "merchant_receipts": received}
        return by_base.get(self.tax.base, 0.0)

    @property
    def _taxes_face(self) -> bool:
        return self.tax.base == "face_plus_cash" and not self.tax.at_issue

    def visit_tax(self, till: float, bill: float, late: bool) -> float:
        """Tax due with one visit, less the credit on a fee that is charged with it (9.15, 9.17)."""
        paid = self.pays_for(late)
        base = self._taxed_value if paid else 0.0
        if self._taxes_face:
            worth = self.surviving_value if late else self.face_value
            base = worth if self.tax.on_lapse else bill - till
        credit = self.fee_credit if paid and not self.prepaid else 0.0
        return self.tax.part * (till + base) - credit

    @property
    def lapse_tax(self) -> float:
        """Tax on a voucher that lapses (9.16)."""
        if not self.tax.on_lapse or not self.prepaid:
            return 0.0
        return self.tax.part * (self.face_value if self._taxes_face else self._taxed_value)

    @property
    def sale_tax(self) -> float:
        """Tax on a voucher sold, less the credit on its fee: back when it is refunded."""
        return self.issue_tax - (self.fee_credit if self.prepaid else 0.0)

    @property
    def surviving_value(self) -> float:
        """What a voucher is worth after promo expiry (5.4); 0 where nothing survives."""
        return {"paid_value": self.price, "face_value": self.face_value, "nothing": 0.0}[
            self.after_expiry
        ]

    @property
    def lapse_days(self) -> float:
        """Days from sale close on which everything still held lapses; infinite for never."""
        if self.after_expiry == "nothing":
            return self.expiry_days
        if self.paid_lapse_days is None:
            return float("inf")
        return max(self.paid_lapse_days, self.expiry_days)

    def cash_out_chance(self, day: float) -> float:
        """c0 or c1 of (5.8) on a day from the start: nil unless the price paid is small then."""
        prepaid = not isinstance(self.payout, OnRedemption)
        below, up_to = self.cash_out_below, self.cash_out_up_to
        if self.cash_out_changes is not None and day >= self.cash_out_changes[0]:
            _, below, up_to = self.cash_out_changes
        small = self.price < below or (up_to > 0.0 and self.price <= up_to)
        survives = self.after_expiry != "nothing"
        return self.cash_out_share if prepaid and small and survives else 0.0

    @property
    def cash_out_ever(self) -> float:
        """The greater of c0 and c1."""
        change = 0.0 if self.cash_out_changes is None else self.cash_out_changes[0]
        return max(self.cash_out_chance(-1.0), self.cash_out_chance(change))

    @property
    def dormancy_days(self) -> float | None:
        """Days from sale close until unclaimed property is due; None where it never is (9.11)."""
        prepaid = not isinstance(self.payout, OnRedemption)
        days, survives = self.escheat_days, self.after_expiry != "nothing"
        if days is None or not prepaid or not survives or self.escheat_share == 0.0:
            return None
        lapse = self.paid_lapse_days
        return days if lapse is None or days <= lapse else None

    @property
    def escheat_each(self) -> float:
        """What the state gets for each voucher (9.11)."""
        basis = self.face_value if self.escheat_basis == "face" else self.price
        return self.escheat_share * basis

    def margin(self, ticket: float) -> float:
        """m(x) of (7.4)."""
        return ticket * (1.0 - self.tax.part - self.variable_cost) - self.cost_per_visit

"""Parameters: a scenario's numbers as typed arrays, for the mechanisms to reckon with.

Made once for each chunk of trials, from the scenario of each campaign and the values drawn for
its uncertain numbers; below this file nothing knows of dotted paths. Fields are called as in the
scenario. Arrays have the axes (campaign, segment, trial), length 1 where nothing varies on an axis.
The business, its customers' returns and the discount rate are those of the first campaign; deal,
platform and timing are each campaign's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import TypeVar

import numpy as np

from dealsim.engine.audience import AudienceParameters, audience_parameters
from dealsim.engine.buyers import demand_of, shares_of
from dealsim.engine.deal import DealParameters, Flags
from dealsim.engine.draws import Array
from dealsim.engine.sales_tax import SalesTaxParameters, sales_tax_parameters
from dealsim.engine.spending import OverspendParameters, stated_or
from dealsim.engine.staffing import Staffing
from dealsim.scenario import Scenario, Segment
from dealsim.uncertain import excess

EARLY = "register.early"
"""Of those who redeem in time, the share who came before sale close, by a register (eq. 15.5)."""

Section = TypeVar("Section")


@dataclass(frozen=True)
class PlatformParameters:
    """The platform's charges with their tax, and what it pays for each voucher (eq. 9.16)."""

    fixed_fee: Array
    remittance: Array


@dataclass(frozen=True)
class BusinessParameters:
    """Ordinary trade, what a visit costs, and the part of a bill that is tax; trade and places None
    where not given."""

    usual_ticket: Array
    variable_cost: Array
    cost_per_visit: Array
    visits_per_week: Array | None
    capacity_per_week: Array | None
    """Places there are without the deal."""
    staffing: Staffing
    serve_first: str
    turned_away: str
    sales_tax: Array

    def margin(self, bill: Array) -> Array:
        """Margin of an ordinary visit with this bill at list prices (eq. 7.4)."""
        return bill * (1.0 - self.sales_tax - self.variable_cost) - self.cost_per_visit

    @property
    def usual_margin(self) -> Array:
        return self.margin(self.usual_ticket)


@dataclass(frozen=True)
class RedemptionParameters:
    """When vouchers come back; times in days. One row where no segment times anything itself."""

    half_life: Array
    rush_share: Array
    rush_last: Array
    late_share: Array
    late_half_life: Array
    late_base: Array
    """The bill that late customers start from: what survives, or the face value."""
    cash_out: Array
    cash_out_later: Array
    """Of those who would never come late, the shares who take cash (c0 and c1 of eq. 5.8)."""
    cash_out_rest: Array
    cash_out_rest_later: Array
    """The same of holders of packs by the number of uses made, (campaign, 1 to m - 1, trial)."""
    early: Array | None
    """Share epsilon of eq. 15.5, where a register has uses before sale close."""


@dataclass(frozen=True)
class BuyerParameters:
    """Who buys, and who redeems in time: `share` sums to 1 over segments in every trial."""

    share: Array
    redeem: Array


@dataclass(frozen=True)
class CustomerParameters(BuyerParameters):
    """What buyers do at the till."""

    use: Array
    would_have_come: Array
    overspend: OverspendParameters
    """Beyond the face value, in time."""
    overspend_late: OverspendParameters
    """Beyond `RedemptionParameters.late_base`, after expiry."""


@dataclass(frozen=True)
class ReturnParameters:
    """Coming back; `forms` by segment: rate, count, worth, or None for never. `stay` and `after`
    in days."""

    forms: tuple[str | None, ...]
    chance: Array
    visits_per_month: Array
    stay: Array
    visits: Array
    after: Array
    worth: Array
    spend: Array
    cv: Array


@dataclass(frozen=True)
class VoucherParameters:
    """What becomes of vouchers, whatever they are worth; `segments` are the names of the segment
    axis, sorted."""

    segments: tuple[str, ...]
    deal: DealParameters
    redemption: RedemptionParameters
    customers: BuyerParameters
    audience: AudienceParameters | None
    """Who buys, where that is not the deal's demand and the segments' shares."""


@dataclass(frozen=True)
class Parameters(VoucherParameters):
    """All numbers of a chunk."""

    customers: CustomerParameters
    platform: PlatformParameters
    sales_tax: SalesTaxParameters
    business: BusinessParameters
    returns: ReturnParameters
    escheat: Array
    """Due to the state for each voucher held: share x basis; nil where nothing is."""
    discount_rate: Array
    values: Values

    def section(self, name: str, form: type[Section]) -> Section | None:
        """A section of single numbers as a dataclass of arrays, field by field of its name, or at
        the `path` of its metadata; of the first campaign. None where the scenario has no such
        section."""
        if getattr(self.values.first, name, None) is None:
            return None
        named = {
            f.name: self.values.number(f"{name}.{f.metadata.get('path', f.name)}")[:1]
            for f in fields(form)  # type: ignore[arg-type]
        }
        return form(**named)


class Values:
    """The numbers of every campaign by dotted path, (trials or 1,) each, as arrays with axes."""

    def __init__(self, scenarios: Sequence[Scenario], drawn: Sequence[Mapping[str, Array]]) -> None:
        self.scenarios, self._drawn = scenarios, drawn
        self.first = scenarios[0]
        self.segments = tuple(sorted(self.first.customers))

    def has(self, path: str) -> bool:
        return path in self._drawn[0]

    def number(self, path: str, default: float = np.nan) -> Array:
        """The number at a path, (campaign, 1, trial); `default` where a campaign has none."""
        missing = np.array([default])
        return _stack([[values.get(path, missing)] for values in self._drawn])

    def by_segment(self, field: str, default: str | float = 0.0) -> Array:
        """`customers.<segment>.<field>`, (campaign, segment, trial).

        A segment without it takes `default`: a number, or the path of a shared number.
        """
        return _stack([self._rows(values, field, default) for values in self._drawn])

    def timing(self, field: str) -> Array:
        """A field of `redemption`: a row for each segment where any has its own, else one row."""
        path = f"redemption.{field}"
        own = any(f"customers.{name}.{path}" in v for name in self.segments for v in self._drawn)
        return self.by_segment(path, path) if own else self.number(path)

    def models(self, scenario: Scenario) -> list[Segment]:
        return [scenario.customers[name] for name in self.segments]

    def _rows(self, values: Mapping[str, Array], field: str, default: str | float) -> list[Array]:
        other = values[default] if isinstance(default, str) else np.array([float(default)])
        return [values.get(f"customers.{name}.{field}", other) for name in self.segments]


def _stack(rows: Sequence[Sequence[Array]]) -> Array:
    """Arrays (trials or 1,) by campaign and segment with all three axes; one campaign only where
    all are alike."""
    if all(a is b for row in rows[1:] for a, b in zip(row, rows[0], strict=True)):
        rows = rows[:1]
    flat = np.broadcast_arrays(*(array for row in rows for array in row))
    return np.stack(flat).reshape(len(rows), len(rows[0]), -1)


def parameters(scenarios: Sequence[Scenario], drawn: Sequence[Mapping[str, Array]]) -> Parameters:
    """The parameters of campaigns, each with its scenario and the values drawn for it."""
    values = Values(scenarios, drawn)
    deal = _deal(values)
    audience = audience_parameters(scenarios, values.number, deal.price, deal.face_value)
    worths = deal.price, deal.face_value, deal.late_worth
    tax = sales_tax_parameters(scenarios, values.number, deal.uses, *worths)
    business = _business(values, tax)
    redemption = _redemption(values, deal)
    return Parameters(
        segments=values.segments,
        deal=replace(deal, demand=demand_of(deal.demand, audience)),
        audience=audience,
        platform=_platform(values, deal.price, tax),
        sales_tax=tax,
        business=business,
        redemption=redemption,
        customers=CustomerParameters(
            share=shares_of(values, audience),
            redeem=values.by_segment("redeem"),
            use=values.by_segment("use", 1.0),
            would_have_come=values.by_segment("would_have_come"),
            overspend=_overspend(values, business.usual_ticket, deal.face_value),
            overspend_late=_overspend(values, business.usual_ticket, redemption.late_base),
        ),
        returns=_returns(values),
        escheat=_escheat(values, deal),
        discount_rate=values.number("discount_rate"),
        values=values,
    )


def voucher_parameters(
    scenarios: Sequence[Scenario], drawn: Sequence[Mapping[str, Array]]
) -> VoucherParameters:
    """Those of them that say what becomes of vouchers: quicker made, for a likelihood."""
    values = Values(scenarios, drawn)
    deal = _deal(values)
    audience = audience_parameters(scenarios, values.number, deal.price, deal.face_value)
    deal = replace(deal, demand=demand_of(deal.demand, audience))
    buyers = BuyerParameters(shares_of(values, audience), values.by_segment("redeem"))
    return VoucherParameters(values.segments, deal, _redemption(values, deal), buyers, audience)


def _deal(values: Values) -> DealParameters:
    uses = _stack([[_uses(scenario.deal.uses)] for scenario in values.scenarios])
    price, face_value = (values.number(f"deal.{name}") / uses for name in ("price", "face_value"))
    after = [scenario.deal.after_expiry for scenario in values.scenarios]
    return DealParameters(
        uses=uses,
        use_rest=values.number("deal.use_rest", 0.0),
        between=values.number("deal.between", 0.0),
        price=price,
        face_value=face_value,
        demand=values.number("deal.demand"),
        cap=values.number("deal.cap", np.inf),
        minimum=values.number("deal.minimum"),
        refunds=values.number("deal.refunds"),
        survives=_flags([word != "nothing" for word in after]),
        late_worth=np.where(
            _flags([word == "face_value" for word in after]),
            face_value,
            np.where(_flags([word == "paid_value" for word in after]), price, 0.0),
        ),
    )


@lru_cache(maxsize=64)
def _uses(number: int) -> Array:
    """One array for each number, so that campaigns with alike packs share it (`_stack`)."""
    return np.array([float(number)])


def _flags(flags: Sequence[bool]) -> Flags:
    return np.array(flags).reshape(-1, 1, 1)


def _platform(values: Values, price: Array, tax: SalesTaxParameters) -> PlatformParameters:
    kept = 1.0 - values.number("platform.commission") - values.number("platform.card_fee")
    fixed_fee = values.number("platform.fixed_fee") * (1.0 + tax.fee_cost)
    return PlatformParameters(fixed_fee, price * kept - tax.fee)


def _business(values: Values, tax: SalesTaxParameters) -> BusinessParameters:
    def optional(path: str) -> Array | None:
        return values.number(path)[:1] if values.has(path) else None

    return BusinessParameters(
        values.number("business.usual_ticket")[:1],
        values.number("business.variable_cost")[:1],
        values.number("business.cost_per_visit")[:1],
        optional("business.visits_per_week"),
        optional("business.capacity_per_week"),
        Staffing.of(values.first),
        values.first.business.serve_first,
        values.first.business.turned_away,
        tax.share[:1],
    )


def _redemption(values: Values, deal: DealParameters) -> RedemptionParameters:
    bills = [
        [_late_bill(scenario, segment) == "face_value" for segment in values.models(scenario)]
        for scenario in values.scenarios
    ]
    return RedemptionParameters(
        values.timing("half_life"),
        values.timing("rush.share"),
        values.timing("rush.last"),
        values.timing("late.share"),
        values.timing("late.half_life"),
        _late_base(deal, np.array(bills)[:, :, np.newaxis]),
        *_cash_outs(values, deal.price * deal.uses),
        *_cash_outs(values, deal.price * (deal.uses - np.arange(1.0, deal.uses.max())[:, None])),
        values.number(EARLY) if values.has(EARLY) else None,
    )


def _late_base(deal: DealParameters, whole: Flags) -> Array:
    """What survives, or the face value where the owner says that late bills come to it."""
    return np.where(whole, np.maximum(deal.face_value, deal.late_worth), deal.late_worth)


def _late_bill(scenario: Scenario, segment: Segment) -> str:
    """`worth` or `face_value`: a segment's own word, else the shared one."""
    own = segment.redemption.late if segment.redemption is not None else None
    return (own.bill if own is not None else None) or scenario.redemption.late.bill


def _cash_outs(values: Values, balance: Array) -> tuple[Array, Array]:
    """c0 and c1: nil in trials whose balance is over the limit, and where cash is never had."""
    terms = [scenario.cash_out for scenario in values.scenarios]
    if not any(terms):
        nil = np.zeros((1, balance.shape[1], 1))
        return nil, nil
    changes = _flags([one is not None and one.changes is not None for one in terms])
    share = values.number("accounting.cash_out.share", 0.0) * _flags([bool(one) for one in terms])

    def within(limit: str) -> Flags:
        below, up_to = values.number(f"{limit}.below", 0.0), values.number(f"{limit}.up_to", -1.0)
        return np.asarray((balance < below) | (balance <= up_to))

    first, later = within("accounting.cash_out"), within("accounting.cash_out.changes")
    return share * first, share * np.where(changes, later, first)


def _escheat(values: Values, deal: DealParameters) -> Array:
    terms = [scenario.escheat for scenario in values.scenarios]
    if not any(terms):
        return np.zeros((1, 1, 1))
    of_face = _flags([one is not None and one.basis == "face" for one in terms])
    share = values.number("accounting.escheat.share", 0.0)
    return share * np.where(of_face, deal.face_value, deal.price) * _flags([bool(t) for t in terms])


def _overspend(values: Values, usual_ticket: Array, base: Array) -> OverspendParameters:
    """Spending beyond a base: what a segment states, and what it does not from its bill; nobody
    goes beyond where there is neither."""
    bill = usual_ticket * values.by_segment("bill.ticket_ratio")
    return stated_or(
        excess(bill, values.by_segment("bill.cv"), base),
        values.by_segment("overspend.chance", np.nan),
        values.by_segment("overspend.amount", np.nan),
        values.by_segment("overspend.cv", 1.0),
    )


def _returns(values: Values) -> ReturnParameters:
    models = values.models(values.first)
    of = values.by_segment
    return ReturnParameters(
        forms=tuple(s.returns.form if s.returns is not None else None for s in models),
        chance=of("returns.chance"),
        visits_per_month=of("returns.visits_per_month"),
        stay=of("returns.stay", 1.0),
        visits=of("returns.visits", 1.0),
        after=of("returns.after"),
        worth=of("returns.worth"),
        spend=of("returns.spend", "business.usual_ticket"),
        cv=of("returns.cv", 1.0),
    )

"""From a scenario as loaded to the `Case` of the references: one text feeds program and theory.

Only the loading is shared with the program. Days are counted here from the scenario's dates, and
the default of docs/model.md (`rest`, section 4) is applied here again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from dealsim.scenario import Instalments, OnRedemption, Scenario, Segment
from tests.reference import case as reference
from tests.reference.crowd_case import Crowd, Stars

Value = Callable[[str], float]


def case_of(scenario: Scenario, values: Mapping[str, float] | None = None) -> reference.Case:
    """The case of a scenario; `values` gives one number for each uncertain input, by path.

    Raises ValueError where an uncertain input has no value.
    """
    given, numbers = values or {}, scenario.numbers()

    def value(path: str) -> float:
        if path in given:
            return float(given[path])
        if not numbers[path].is_constant:
            raise ValueError(f"{path} is uncertain: {numbers[path].written}")
        return numbers[path].mean()

    def optional(path: str) -> float | None:
        return value(path) if path in numbers else None

    deal, business, close = scenario.deal, scenario.business, scenario.sale_close
    shares = _shares(scenario, value)
    lapse = scenario.paid_value_lapse
    state = scenario.accounting.escheat if scenario.accounting else None
    after = state.after if state is not None else None
    return reference.Case(
        segments=tuple(
            _segment(scenario, name, shares[name], value, set(numbers)) for name in shares
        ),
        price=value("deal.price"),
        face_value=value("deal.face_value"),
        demand=value("deal.demand"),
        horizon_days=_days(scenario.starts, scenario.horizon_end),
        starts=scenario.starts,
        uses=deal.uses,
        use_rest=optional("deal.use_rest") or 0.0,
        between=optional("deal.between") or 0.0,
        cap=optional("deal.cap"),
        minimum=value("deal.minimum"),
        sale_window_days=_days(scenario.starts, close),
        expiry_days=_days(close, scenario.promo_expiry),
        after_expiry=deal.after_expiry,
        paid_lapse_days=None if lapse is None else _days(close, lapse),
        refund_share=value("deal.refunds"),
        commission=value("platform.commission"),
        card_fee=value("platform.card_fee"),
        fixed_fee=value("platform.fixed_fee"),
        payout=_payout(scenario),
        usual_ticket=value("business.usual_ticket"),
        variable_cost=value("business.variable_cost"),
        cost_per_visit=value("business.cost_per_visit"),
        visits_per_week=optional("business.visits_per_week") or 0.0,
        capacity_per_week=optional("business.capacity_per_week"),
        serve_first=business.serve_first,
        turned_away=business.turned_away,
        discount_rate=value("discount_rate"),
        cash_out_below=optional("accounting.cash_out.below") or 0.0,
        cash_out_up_to=optional("accounting.cash_out.up_to") or 0.0,
        cash_out_changes=_limit_change(scenario, optional),
        cash_out_share=optional("accounting.cash_out.share") or 0.0,
        escheat_days=None if after is None else _days(close, after.after(close)),
        escheat_share=optional("accounting.escheat.share") or 0.0,
        tax=_tax(scenario, optional),
        crowd=_crowd(scenario, optional),
        escheat_basis=(state.basis if state is not None else None) or "paid",
    )


def _limit_change(
    scenario: Scenario, optional: Callable[[str], float | None]
) -> tuple[float, float, float] | None:
    terms = scenario.accounting.cash_out if scenario.accounting is not None else None
    if terms is None or terms.changes is None:
        return None
    path = "accounting.cash_out.changes"
    below, up_to = (optional(f"{path}.{name}") or 0.0 for name in ("below", "up_to"))
    return _days(scenario.starts, terms.changes.day), below, up_to


def _tax(scenario: Scenario, optional: Callable[[str], float | None]) -> reference.SalesTax:
    """Tax in prices, and on the platform's fee; what is added at the till is not in a run."""
    terms = scenario.accounting.sales_tax if scenario.accounting else None
    if terms is None:
        return reference.SalesTax()
    at, credit = "accounting.sales_tax.", optional("accounting.sales_tax.input_credit")
    included = terms.included if terms.included is not None else terms.point == "issue"
    return reference.SalesTax(
        rate=(optional(at + "rate") or 0.0) if included else 0.0,
        at_issue=terms.point == "issue",
        base=terms.base or "paid_plus_cash",
        on_lapse=bool(terms.on_lapse),
        on_fee=optional(at + "on_fee") or 0.0,
        input_credit=1.0 if credit is None else credit,
    )


_NESTED = {
    "base": "failures.base",
    "per_overload": "failures.per_overload",
    "from_load": "failures.from_load",
    "within": "answer.within",
    "fast": "answer.fast",
    "slow": "answer.slow",
    "half_time": "answer.half_time",
    "minutes": "handling.minutes",
    "wage": "handling.wage",
    "negative": "posts.negative",
    "positive": "posts.positive",
    "review_share": "posts.review_share",
    "viral_chance": "viral.chance",
    "viral_loss": "viral.loss",
    "viral_weeks": "viral.weeks",
}


def _crowd(scenario: Scenario, value: Callable[[str], float | None]) -> Crowd | None:
    """The sections `service` and `rating`."""
    if scenario.service is None:
        return None
    names = [f.name for f in fields(Crowd) if f.name != "stars"]
    found: dict[str, Any] = {
        name: value(f"service.{_NESTED.get(name, name)}") or 0.0 for name in names
    }
    if scenario.rating is None:
        return Crowd(**found)
    rated = {f.name: value(f"rating.{f.name}") or 0.0 for f in fields(Stars)}
    return Crowd(**found, stars=Stars(**rated))


def _days(first: date, last: date) -> float:
    return float((last - first).days)


def _shares(scenario: Scenario, value: Value) -> dict[str, float]:
    """Shares that sum to 1: `rest` takes what is left, an excess is scaled away (section 4)."""
    shares = {
        name: 0.0 if segment.share == "rest" else value(f"customers.{name}.share")
        for name, segment in scenario.customers.items()
    }
    total = sum(shares.values())
    for name, segment in scenario.customers.items():
        if segment.share == "rest":
            shares[name] = max(0.0, 1.0 - total)
    total = sum(shares.values())
    return {name: share / total for name, share in shares.items()}


def _payout(scenario: Scenario) -> tuple[reference.Instalment, ...] | reference.OnRedemption:
    payout, close = scenario.platform.payout, scenario.sale_close
    if isinstance(payout, Instalments):
        return tuple(
            reference.Instalment(_days(close, part.after.after(close)), float(part.share))
            for part in payout.parts
        )
    assert isinstance(payout, OnRedemption)
    if payout.lag.unit not in ("days", "weeks"):
        raise ValueError("the references know lags of days and weeks only")
    return reference.OnRedemption(payout.lag.days(), payout.late == "paid")


def _segment(
    scenario: Scenario, name: str, share: float, value: Value, known: set[str]
) -> reference.Segment:
    own = f"customers.{name}."

    def timing(field: str) -> float:
        path = f"{own}redemption.{field}"
        return value(path if path in known else f"redemption.{field}")

    model = scenario.customers[name]
    late = model.redemption.late if model.redemption is not None else None
    return reference.Segment(
        name=name,
        share=share,
        redeem=value(own + "redeem"),
        use=value(own + "use"),
        would_have_come=value(own + "would_have_come"),
        overspend=_overspend(model, own, value),
        returns=_returns(model, own, value, known),
        half_life=timing("half_life"),
        rush_share=timing("rush.share"),
        rush_last=timing("rush.last"),
        late_share=timing("late.share"),
        late_half_life=timing("late.half_life"),
        late_bill=(late.bill if late is not None else None) or scenario.redemption.late.bill,
    )


def _overspend(
    model: Segment, own: str, value: Value
) -> reference.Overspend | reference.Bill | None:
    if model.overspend is not None:
        own += "overspend."
        return reference.Overspend(value(own + "chance"), value(own + "amount"), value(own + "cv"))
    if model.bill is None:
        return None
    mean = value(own + "bill.ticket_ratio") * value("business.usual_ticket")
    return reference.Bill(mean, value(own + "bill.cv"))


def _returns(model: Segment, own: str, value: Value, known: set[str]) -> reference.Returns | None:
    if model.returns is None:
        return None
    own += "returns."
    spend = value(own + "spend" if own + "spend" in known else "business.usual_ticket")
    chance = value(own + "chance")
    if model.returns.form == "rate":
        per_month, stay = value(own + "visits_per_month"), value(own + "stay")
        return reference.RateReturns(chance, per_month, stay, spend, value(own + "cv"))
    after = value(own + "after")
    if model.returns.form == "count":
        return reference.CountReturns(
            chance, value(own + "visits"), after, spend, value(own + "cv")
        )
    return reference.WorthReturns(chance, value(own + "worth"), after)

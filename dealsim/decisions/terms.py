"""Terms: what an owner can bargain for, what an owner alone can do, and a natural step of each.

A step is what people would ask for next: a commission point, 50 vouchers of the cap, a dollar of
the price, a week of payout. Uncertain numbers are moved as a whole, doubt and all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from dealsim.scenario import Instalments, Scenario, Staffed, jurisdiction_terms, number_field
from dealsim.uncertain import Uncertain

POINT = 0.01
"""A point of a share."""
VOUCHERS = 50
"""A step of the cap."""
RANKS = (np.arange(400) + 0.5) / 400
"""Quantiles that stand for a number moved as a whole."""
PAYOUT_STEP = 5
"""Business days by which every payout comes earlier."""
CAPACITY_STEP = 0.05
"""Share by which the places a week grow."""
HALF_WAY = 0.5
"""How far a good bargainer gets at most, of the way to where the other side has nothing left: half
of the commission or the discount, half of the vouchers, half of the other buyers."""
SERVE_FIRST, NEW_ONLY = "who is served first", "sold to customers you have"
"""Labels of the levers that are done or not."""

Changes = Mapping[str, object]
Show = Callable[[str, float], str]


@dataclass(frozen=True, eq=False)
class TermStep:
    """A step of a term: its label, today's value and the step in words, and the scenario's
    changes. `path` is the number that can be solved for, None where there is no one number;
    `direction` is +1 where the step raises it, else -1; `farthest` is as far as it can be moved in
    bargaining, None where nothing is known of that."""

    label: str
    now: str
    step: str
    changes: Changes
    path: str | None = None
    direction: int = -1
    farthest: float | None = None

    def is_within_reach(self, value: float, rises: bool) -> bool:
        """Whether a value from which (`rises`) or up to which a target holds can be bargained for;
        one that holds from there on against the step need not be."""
        if self.farthest is None or rises != (self.direction > 0):
            return True
        return self.direction * (value - self.farthest) <= 1e-9


def moved(value: Uncertain, by: float, path: str) -> object:
    """A number moved by an amount, within its field's limits; doubt about it is moved with it."""
    field = number_field(path)
    low = field.low if field is not None else None
    high = field.high if field is not None else None
    if value.is_constant:
        return float(np.clip(value.mean() + by, low, high))
    return {"values": np.clip(value.ppf(RANKS) + by, low, high).tolist()}


def round_step(size: float) -> float:
    """1, 2 or 5 times a power of ten, about a tenth of a size: $1 of $10, $2 of $25."""
    power = 10.0 ** math.floor(math.log10(size / 10))
    return max(power * times for times in (1, 2, 5) if power * times <= size / 10 * (1 + 1e-9))


def bargained(scenario: Scenario, show: Show) -> list[TermStep]:
    """Terms that the platform may be asked for, as far as the scenario has them; `show` writes a
    value of a path in words."""
    makers = (
        *(_commission, _price, _face_value, _newcomers, _cap, _minimum),
        *(_expiry, _after_expiry, _fixed_fee, _payout),
    )
    return [step for make in makers for step in make(scenario, show)]


def own_levers(scenario: Scenario, show: Show) -> list[TermStep]:
    """What the owner alone can do, as far as it applies."""
    makers = (_serve_first, _capacity, _variable_cost, _returns, _new_only)
    return [step for make in makers for step in make(scenario, show)]


def _numeric(
    scenario: Scenario,
    show: Show,
    path: str,
    label: str,
    by: float,
    words: str,
    nothing_left: float | None = None,
) -> list[TermStep]:
    """A step of a number; `nothing_left` is its value where the other side has nothing left."""
    value = scenario.numbers().get(path)
    if value is None:
        return []
    change, direction = {path: moved(value, by, path)}, 1 if by > 0 else -1
    farthest = None
    if nothing_left is not None:
        farthest = value.mean() + HALF_WAY * (nothing_left - value.mean())
    return [TermStep(label, today(value, path, show), words, change, path, direction, farthest)]


def today(value: Uncertain, path: str, show: Show) -> str:
    """A number in words: where it is uncertain its middle 90 %."""
    first, last = (show(path, value.quantile(q)) for q in (0.05, 0.95))
    return show(path, value.mean()) if value.is_constant or first == last else f"{first} to {last}"


def _commission(scenario: Scenario, show: Show) -> list[TermStep]:
    path = "platform.commission"
    if scenario.platform.commission.mean() < POINT:
        return []
    return _numeric(scenario, show, path, "commission", -POINT, "1 point less", 0.0)


def _price(scenario: Scenario, show: Show) -> list[TermStep]:
    price, face = scenario.deal.price.mean(), scenario.deal.face_value.mean()
    step = round_step(price)
    if price + step > face:
        return []
    words = f"{show('deal.price', step)} more"
    return _numeric(scenario, show, "deal.price", "price", step, words, face)


def _face_value(scenario: Scenario, show: Show) -> list[TermStep]:
    price, face = scenario.deal.price.mean(), scenario.deal.face_value.mean()
    step = round_step(face)
    if face - step < price:
        return []
    words = f"{show('deal.face_value', step)} less"
    return _numeric(scenario, show, "deal.face_value", "face value", -step, words, price)


def _cap(scenario: Scenario, show: Show) -> list[TermStep]:
    """50 vouchers fewer than the cap, or than usually sold where there is none that binds."""
    deal, label = scenario.deal, "cap on vouchers"
    usual = deal.demand.quantile(0.5)
    cap = None if deal.cap is None else deal.cap.mean()
    now = "no limit" if deal.cap is None else today(deal.cap, "deal.cap", show)
    lower = min(usual, cap if cap is not None else math.inf)
    step = VOUCHERS if lower >= 2 * VOUCHERS else max(1, round(round_step(max(lower, 10))))
    to = math.ceil(lower / step) * step - step
    if to < 1:
        return []
    words, changes = f"at most {show('deal.cap', to)}", {"deal.cap": to}
    return [TermStep(label, now, words, changes, "deal.cap", farthest=HALF_WAY * lower)]


def _newcomers(scenario: Scenario, show: Show) -> list[TermStep]:
    """One more of a hundred buyers is of the new ones who come back most, in place of the rest."""
    segments, shares = scenario.customers, shares_of(scenario)
    new = {
        name: segment.returns.chance.mean()
        for name, segment in segments.items()
        if segment.would_have_come.mean() == 0
        and segment.returns is not None
        and isinstance(segment.share, Uncertain)
    }
    name = max(new, key=lambda one: new[one], default=None)
    if name is None or all(isinstance(one.share, Uncertain) for one in segments.values()):
        return []
    rest = next(k for k, one in segments.items() if not isinstance(one.share, Uncertain))
    if new[name] == 0 or shares[rest] < POINT:
        return []
    path = f"customers.{name}.share"
    label = f"share of {name.replace('_', ' ')}"
    return _numeric(scenario, show, path, label, POINT, "1 point more", 1.0)


def _minimum(scenario: Scenario, show: Show) -> list[TermStep]:
    """A deal with a fixed fee only happens where more vouchers are wanted."""
    path, deal = "deal.minimum", scenario.deal
    if scenario.platform.fixed_fee.mean() <= 0:
        return []
    now, usual = deal.minimum.mean(), deal.demand.quantile(0.5)
    step = VOUCHERS if usual >= 4 * VOUCHERS else max(1.0, round_step(max(usual, 10)))
    if now + step > usual:
        return []
    words = f"{show(path, step)} more"
    return _numeric(scenario, show, path, "number wanted", step, words)


_AFTER = {"paid_value": "the price paid", "face_value": "the full value", "nothing": "nothing"}


def _after_expiry(scenario: Scenario, show: Show) -> list[TermStep]:
    """What survives expiry, one step down; what was paid only where the law lets it lapse."""
    now, law = (
        scenario.deal.after_expiry,
        jurisdiction_terms(scenario.jurisdiction, scenario.kind, scenario.starts),
    )
    lapses = law is not None and law.after_expiry == "nothing"
    lower = {"face_value": "paid_value", "paid_value": "nothing"}.get(now)
    if lower is None or (lower == "nothing" and not lapses):
        return []
    changes = {"deal.after_expiry": lower}
    return [TermStep("worth once expired", _AFTER[now], _AFTER[lower], changes)]


def _expiry(scenario: Scenario, show: Show) -> list[TermStep]:
    days = (scenario.promo_expiry - scenario.sale_close).days
    if days <= 60:
        return []
    path, changes = "deal.promo_expires", {"deal.promo_expires": f"{days - 30} days"}
    now, half = f"{days} days", HALF_WAY * days
    return [TermStep("expires after", now, "30 days less", changes, path, farthest=half)]


def _fixed_fee(scenario: Scenario, show: Show) -> list[TermStep]:
    path, fee = "platform.fixed_fee", scenario.platform.fixed_fee.mean()
    if fee <= 0:
        return []
    step = round_step(fee)
    return _numeric(scenario, show, path, "fixed fee", -step, f"{show(path, step)} less", 0.0)


def _payout(scenario: Scenario, show: Show) -> list[TermStep]:
    """Every payout a week earlier; it moves cash, not profit."""
    payout = scenario.platform.payout
    if not isinstance(payout, Instalments):
        return []
    earlier: list[dict[str, object]] = []
    for part in payout.parts:
        days = (part.after.after(scenario.sale_close) - scenario.sale_close).days
        earlier.append({"after": f"{max(0, days - 7)} days", "share": str(part.share)})
    last = max(
        (part.after.after(scenario.sale_close) - scenario.sale_close).days for part in payout.parts
    )
    if last < 7:
        return []
    changes = {"platform.payout": earlier}
    return [TermStep("payout", f"{last} days", "a week earlier", changes)]


def _serve_first(scenario: Scenario, show: Show) -> list[TermStep]:
    business = scenario.business
    if business.capacity_per_week is None or business.serve_first == "ordinary_trade":
        return []
    changes = {"business.serve_first": "ordinary_trade"}
    now = business.serve_first.replace("_", " ")
    return [TermStep(SERVE_FIRST, now, "your own customers", changes)]


def _capacity(scenario: Scenario, show: Show) -> list[TermStep]:
    path, places = "business.capacity_per_week", scenario.business.capacity_per_week
    if places is None or isinstance(places, Staffed):  # a plan is more than one number
        return []
    more = max(1.0, round(CAPACITY_STEP * places.mean()))
    words = f"{show(path, more)} more, unpaid"
    return _numeric(scenario, show, path, "places a week", more, words)


def _variable_cost(scenario: Scenario, show: Show) -> list[TermStep]:
    path = "business.variable_cost"
    if scenario.business.variable_cost.mean() < POINT:
        return []
    return _numeric(scenario, show, path, "what a visit costs you", -POINT, "1 point less")


def _returns(scenario: Scenario, show: Show) -> list[TermStep]:
    """One more of a hundred customers served comes back: contact data, a reason to return."""
    changes: dict[str, object] = {}
    means: list[float] = []
    for name, segment in scenario.customers.items():
        if segment.returns is not None and segment.returns.chance.mean() > 0:
            path = f"customers.{name}.returns.chance"
            changes[path] = moved(segment.returns.chance, POINT, path)
            means.append(segment.returns.chance.mean())
    if not changes:
        return []
    low, high = min(means), max(means)
    path = next(iter(changes))
    now = show(path, low) if low == high else f"{show(path, low)} to {show(path, high)}"
    return [TermStep("who comes back", now, "1 point more", changes)]


def _new_only(scenario: Scenario, show: Show) -> list[TermStep]:
    """The offer kept to people who never came: those who would have come anyway cannot buy."""
    known = [name for name, s in scenario.customers.items() if s.would_have_come.mean() > 0]
    others = [name for name in scenario.customers if name not in known]
    if not known or not others or scenario.audience is not None:  # it says who buys
        return []
    shares = shares_of(scenario)
    kept = sum(shares[name] for name in others)
    if kept <= 0:
        return []
    changes: dict[str, object] = {f"customers.{name}.share": 0.0 for name in known}
    for name in others:
        changes[f"customers.{name}.share"] = shares[name] / kept
    now = show("customers.x.share", 1 - kept)
    return [TermStep(NEW_ONLY, now, "to none of them", changes)]


def shares_of(scenario: Scenario) -> dict[str, float]:
    """Each segment's mean share of the buyers; `rest` is what the others leave."""
    stated = {
        name: segment.share.mean() if isinstance(segment.share, Uncertain) else None
        for name, segment in scenario.customers.items()
    }
    rest = max(0.0, 1.0 - sum(share for share in stated.values() if share is not None))
    return {name: rest if share is None else share for name, share in stated.items()}

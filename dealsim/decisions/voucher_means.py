"""What the arithmetic of one voucher starts from: a deal's numbers at their means, by kind of
customer.

What only time decides is reckoned beforehand: who comes after expiry before what survives lapses,
and how many visits of those who come back fall before the horizon. The latter is read off the deal
sold to one kind of customer alone, at the means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from dealsim.decisions.unit_economics import alone
from dealsim.engine import (
    Array,
    Parameters,
    RedemptionCurves,
    Taxed,
    at_means_of,
    build_clock,
    parameters,
)
from dealsim.errors import ScenarioError
from dealsim.results import Result
from dealsim.scenario import Scenario
from dealsim.simulation import simulate


@dataclass(frozen=True)
class KindMeans:
    """A kind of customer at the means.

    Shares are of 1, money in the currency. `late` and `cash` are of the uses not made in time:
    those that are presented before the right to them ends, and those taken in cash. `uses_made` is
    how many uses of a voucher begun are made in time (1, but of a pack). `chance` and `amount` of
    spending beyond a voucher are None where its bill decides: around `ticket_ratio` times the usual
    ticket, spread by `bill_cv`. `late_whole` tells that a late bill starts from the face value.
    `visits` (at full price, each of `spend`) and `worth` are of each who comes back, up to the
    horizon; one visit where nobody does.
    """

    name: str
    share: float
    redeem: float
    uses_made: float
    late: float
    cash: float
    use: float
    would_have_come: float
    chance: float | None
    amount: float | None
    ticket_ratio: float
    bill_cv: float
    late_whole: bool
    comes_back: float
    visits: float
    spend: float
    worth: float


@dataclass(frozen=True)
class DealMeans:
    """A deal at the means: its numbers by dotted path, its kinds of customers in the scenario's
    order, how its vouchers are taxed, and whether those never used have ended by themselves."""

    scenario: Scenario
    numbers: Mapping[str, float]
    kinds: tuple[KindMeans, ...]
    taxed: Taxed
    ends: bool

    def number(self, path: str, default: float = 0.0) -> float:
        """A number at its mean; `default` where the scenario has none."""
        return self.numbers.get(path, default)


def voucher_means(result: Result, place: int = 0) -> DealMeans:
    """The means of a deal of a result: of the first, or of the one at `place` in a series."""
    deal = result.campaigns[place] if result.campaigns else result.scenario
    means = at_means_of([deal])
    found = parameters([deal], means)
    curves = RedemptionCurves(found, build_clock([deal]))
    sold = _sold(result, deal, place)
    kinds = {kind.name: kind for kind in _kinds(result, place, found, curves, sold)}
    survives = deal.deal.after_expiry != "nothing"
    numbers = {path: float(values[0]) for path, values in means[0].items()}
    return DealMeans(
        deal,
        numbers,
        tuple(kinds[name] for name in deal.customers),
        Taxed.of(deal),
        deal.paid_value_lapse is not None or not survives,
    )


def _sold(result: Result, deal: Scenario, place: int) -> Mapping[str, float]:
    """Mean vouchers by kind, where an audience decides who buys; none where shares are stated."""
    metrics = result.by_campaign[place] if result.by_campaign else result.metrics
    names = {name: f"sold_to_{name}" for name in deal.customers}
    if deal.audience is None or not all(one in metrics for one in names.values()):
        return {}
    return {name: float(metrics[one].mean()) for name, one in names.items()}


def _kinds(
    result: Result,
    place: int,
    found: Parameters,
    curves: RedemptionCurves,
    sold: Mapping[str, float],
) -> Iterator[KindMeans]:
    deal = result.campaigns[place] if result.campaigns else result.scenario
    customers, returns = found.customers, found.returns
    reached = curves.late_by(curves.lapse)
    rows = len(found.segments)
    columns = {
        "share": customers.share,
        "redeem": customers.redeem,
        "late": curves.late * reached,
        "cash": curves.cash_at(reached),
        "use": customers.use,
        "would_have_come": customers.would_have_come,
        "ticket_ratio": found.values.by_segment("bill.ticket_ratio"),
        "bill_cv": found.values.by_segment("bill.cv"),
        "comes_back": returns.chance,
        "spend": returns.spend,
    }
    plain = {name: np.broadcast_to(a, (1, rows, 1))[0, :, 0] for name, a in columns.items()}
    bought = sum(sold.values())
    for row, name in enumerate(found.segments):
        own = {key: float(values[row]) for key, values in plain.items()}
        if bought > 0:
            own["share"] = sold[name] / bought
        segment = deal.customers[name]
        stated = segment.overspend
        chance = stated.chance if stated is not None else None
        amount = stated.amount if stated is not None else None
        nobody = segment.bill is None and chance is None
        visits, worth, made = _later(result, place, name, own)
        late_base = np.broadcast_to(found.redemption.late_base, (1, rows, 1))[0, row, 0]
        yield KindMeans(
            name=name,
            chance=0.0 if nobody else None if chance is None else chance.mean(),
            amount=None if amount is None else amount.mean(),
            late_whole=bool(late_base > float(found.deal.late_worth[0, 0, 0])),
            visits=visits,
            worth=worth,
            uses_made=made,
            **own,
        )


def _later(
    result: Result, place: int, name: str, own: Mapping[str, float]
) -> tuple[float, float, float]:
    """Visits and worth of each who comes back, up to the horizon, and uses made in time of a
    voucher begun: of the deal sold to this kind alone."""
    deal = result.campaigns[place] if result.campaigns else result.scenario
    returns = deal.customers[name].returns
    packs = deal.deal.uses > 1
    if (returns is None or own["comes_back"] == 0) and not packs:
        return 1.0, 0.0, 1.0  # nobody comes back
    try:
        means = simulate(_by_itself(result, place, name), expected=True, keep=()).metrics
    except ScenarioError:  # who pays with referral credit makes no deal by himself
        return 1.0, 0.0, 1.0
    kept = _first(means["vouchers_sold"]) - _first(means["vouchers_refunded"])
    begun = kept * own["redeem"]
    made = _first(means["redeemed_in_time"]) / begun if packs and begun > 0 else 1.0
    first = kept * (own["redeem"] + (1.0 - own["redeem"]) * own["late"])
    back = first * own["comes_back"]
    if returns is None or back <= 0:
        return 1.0, 0.0, made
    if returns.form == "worth":
        return 0.0, _first(means["returning_margin"]) / back, made
    spent = back * own["spend"]
    return (_first(means["returning_revenue"]) / spent if spent > 0 else 0.0), 0.0, made


def _by_itself(result: Result, place: int, name: str) -> Scenario:
    """A deal sold to one kind of customer; one of a series at its own date, with its own terms."""
    first = result.scenario
    if place == 0 or place > len(first.further):
        return alone(result.campaigns[place] if place else first, name)
    deal = result.campaigns[place]
    days = (first.horizon_end - deal.starts).days
    changes: dict[str, object] = {"starts": deal.starts.isoformat(), "horizon": f"{days} days"}
    for path, value in _leaves(first.campaigns[place]):
        if path.split(".")[0] not in ("name", "starts", "audience"):
            changes[path] = value
    return alone(first, name, changes)


def _leaves(tree: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """What a mapping says, by dotted path."""
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _first(values: Array) -> float:
    return float(values[0])

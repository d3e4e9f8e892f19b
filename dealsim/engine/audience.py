"""Whom a deal reaches: subscribers of each market by kind, and their chance to buy (docs/model.md,
13), as typed arrays.

What is reached is the business's, that of the first campaign; where each campaign is offered, its
terms and its chances are its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dealsim.engine.draws import Array
from dealsim.scenario import LEAST_DISCOUNT, ON_CREDIT, SEGMENT_OF, Scenario


@dataclass(frozen=True)
class AudienceParameters:
    """Markets on the second axis, in the order of `markets`; (campaign, market, trial).

    `reached` are subscribers of each kind (of the first axis, one), `chance` the chance of each
    that he or she buys, 0 where a campaign is not offered; `chance_won` that of customers whom
    earlier campaigns won, who are of no market. `credit` is the part of the bargain hunters who
    pay with referral credit.
    """

    markets: tuple[str, ...]
    reached: Mapping[str, Array]
    chance: Mapping[str, Array]
    chance_won: Array
    credit: Array

    def expected(self) -> dict[str, Array]:
        """Buyers by segment on average, before the cap and with nobody gone (eq. 13.8),
        (campaign, 1, trial)."""
        found = {
            SEGMENT_OF[kind]: (people * self.chance[kind]).sum(axis=1, keepdims=True)
            for kind, people in self.reached.items()
        }
        hunters = found[SEGMENT_OF["hunters"]]
        found[SEGMENT_OF["hunters"]] = hunters * (1.0 - self.credit)
        found[ON_CREDIT] = hunters * self.credit
        return found


def audience_parameters(
    scenarios: Sequence[Scenario], number: Callable[..., Array], price: Array, face_value: Array
) -> AudienceParameters | None:
    """The audience of campaigns (`number` gives a value by path, (campaign, 1, trial)); None where
    the first has none."""
    audience = scenarios[0].audience
    if audience is None:
        return None
    markets = tuple(sorted(audience.markets))

    def by_market(field: str) -> Array:
        found = [number(f"audience.markets.{name}.{field}")[:1] for name in markets]
        return np.concatenate(np.broadcast_arrays(*found), axis=1)

    subscribers = by_market("subscribers")
    reached = {
        "hunters": subscribers * by_market("hunters"),
        "newcomers": subscribers * by_market("fit"),
        "existing": by_market("existing"),
    }
    offered = np.array([[name in _offered_in(one) for name in markets] for one in scenarios])
    before = np.cumsum(offered, axis=0) - offered
    earlier = np.arange(len(scenarios))[:, np.newaxis, np.newaxis]
    pull = _pull(tuple(reached), number, price, face_value)
    novelty, here = number("audience.novelty"), offered[:, :, np.newaxis]
    chance = {
        kind: np.minimum(1.0, own * novelty ** before[:, :, np.newaxis]) * here
        for kind, own in pull.items()
    }
    won = np.minimum(1.0, pull["existing"] * novelty**earlier)
    return AudienceParameters(markets, reached, chance, won, number("audience.referral_credit"))


def _pull(
    kinds: Sequence[str], number: Callable[..., Array], price: Array, face_value: Array
) -> dict[str, Array]:
    """The chance of each kind to buy a first deal on its terms (eq. 13.2), (campaign, 1,
    trial)."""
    count, effect = (number(f"audience.competing_deals.{key}") for key in ("count", "effect"))
    depth = np.maximum(1.0 - price / face_value, LEAST_DISCOUNT)
    depth = depth / number("audience.reference_discount")
    power, own = (number(f"audience.{key}_elasticity") for key in ("discount", "hunters"))
    powers = {"hunters": np.where(np.isnan(own), power, own)}
    return {
        kind: number(f"audience.buy.{kind}")
        * depth ** powers.get(kind, power)
        / (1.0 + count * effect)
        for kind in kinds
    }


def _offered_in(scenario: Scenario) -> Sequence[str]:
    audience = scenario.audience
    assert audience is not None, "deals of one business have one audience"
    return audience.offered_in or tuple(audience.markets)

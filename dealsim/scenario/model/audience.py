"""The section on whom the deal reaches: markets, kinds of subscribers, and how readily they buy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from dealsim.scenario.model.base import Customers, Section, Share
from dealsim.scenario.model.fields import InWords, Quantity, Reader, Reading, describe
from dealsim.uncertain import COUNT, NONNEGATIVE, NUMBER, Uncertain
from dealsim.uncertain.problems import problem

SEGMENT_OF = {"hunters": "bargain_hunters", "newcomers": "newcomers", "existing": "existing"}
"""The segment of `customers` that each kind of subscriber becomes by buying."""

ON_CREDIT = "referral_credit"
"""The segment of the bargain hunters who pay with the platform's referral credit."""

LEAST_DISCOUNT = 1e-3
"""Discount that counts where there is next to none: demand answers to no less."""


@dataclass(frozen=True)
class Names(Reader):
    """A list of names."""

    def read(self, raw: object, reading: Reading) -> tuple[str, ...]:
        listed = [raw] if isinstance(raw, str) else raw
        if not isinstance(listed, list) or not listed:
            raise problem(f"{describe(raw)} is not a list of names", "write [Toronto, Calgary]")
        for place, name in enumerate(listed):
            if not isinstance(name, str):
                raise problem(f"{describe(name)} is not a name", None, place)
        return tuple(name.strip() for name in listed)


class Market(Section):
    """A city, or another group of subscribers that a deal is sent to."""

    subscribers: Annotated[Customers, InWords("how many subscribers the site has in {0}")]
    """Subscribers of the platform in this market. Required."""

    hunters: Annotated[Share, InWords("how many subscribers in {0} hunt for bargains", "of them")]
    """Share of the subscribers who hunt for bargains of any kind. Required."""

    fit: Annotated[Share, InWords("how many subscribers in {0} the offer suits", "of them")]
    """Share of the subscribers whom what is sold suits, and who do not know the business yet: small
    for a niche product. Required."""

    existing: Annotated[Customers, InWords("how many of your customers in {0} subscribe")]
    """Customers of the business among the subscribers. Default: 0."""


class BuyChances(Section):
    """Chance that a subscriber of each kind buys a first deal, at the reference discount and with
    no other deal beside it."""

    hunters: Annotated[Share, InWords("how many bargain hunters buy", "of those reached")]
    """Of bargain hunters. Required."""

    newcomers: Annotated[Share, InWords("how many whom the offer suits buy", "of those reached")]
    """Of those whom what is sold suits. Required."""

    existing: Annotated[Share, InWords("how many of your customers buy", "of those reached")]
    """Of customers of the business. Required."""


class CompetingDeals(Section):
    """Other deals that run beside this one."""

    count: Annotated[Uncertain, Quantity(COUNT, "deals"), InWords("how many other deals there are")]
    """Deals of the same kind on all sites at the time. Default: 0."""

    effect: Annotated[
        Uncertain, Quantity(NONNEGATIVE, "a deal"), InWords("how much each other deal takes")
    ]
    """What each adds to the divisor of the chance to buy: chance / (1 + effect x count).
    Default: 0."""


class Audience(Section):
    """Whom the deal reaches; sales and the mix of buyers follow, in place of deal.demand and of
    the segments' shares. The segments are then bargain_hunters, newcomers and existing, and
    referral_credit where some pay with the platform's credit."""

    markets: dict[str, Market]
    """Cities, or other groups of subscribers, by name."""

    buy: BuyChances
    """Who buys, such as {hunters: 1%, newcomers: 10%, existing: 30%}."""

    offered_in: Annotated[tuple[str, ...], Names()] = ()
    """Names of the markets that the deal is sent to; a deal of `campaigns` may state its own.
    Default: all."""

    novelty: Annotated[Share, InWords("how much of its pull the next deal keeps")]
    """What is left of the chance to buy with each earlier deal in the same market; 100% is no
    fatigue. Default: 100 %."""

    competing_deals: CompetingDeals
    """Deals beside this one."""

    discount_elasticity: Annotated[
        Uncertain, Quantity(NUMBER), InWords("how demand answers to the discount")
    ]
    """Per cent more buyers for each per cent more discount, of all kinds. Default: 0."""

    hunters_elasticity: Annotated[
        Uncertain | None, Quantity(NUMBER), InWords("how bargain hunters answer to the discount")
    ] = None
    """The same of bargain hunters, where it differs: the mix then moves with the price. Default: as
    discount_elasticity."""

    reference_discount: Annotated[Share, InWords("the discount the chances to buy are told at")]
    """Discount, 1 - price / face_value, at which the chances of `buy` are told. Default: 50 %."""

    referral_credit: Annotated[
        Share, InWords("how many bargain hunters pay with referral credit", "of them")
    ]
    """Share of the bargain hunters who buy that pay with the credit the platform gives for
    referrals: they spend no more than the voucher and do not come back. Default: 0."""

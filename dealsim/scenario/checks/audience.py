"""Whether an audience holds together: its people, its markets, and who says what is sold."""

from __future__ import annotations

import re

from dealsim.scenario.checks.checking import Checking
from dealsim.scenario.language.suggest import did_you_mean
from dealsim.scenario.model.audience import ON_CREDIT, SEGMENT_OF, Audience
from dealsim.units import format_count, format_share, quoted

_MARKET_NAME = re.compile(r"[^\s.=,]([^.=,]{0,58}[^\s.=,])?")
"""Names that can stand in a dotted path and in a CSV heading."""


def check_audience(c: Checking) -> None:
    """Note what an audience cannot be."""
    audience = c.scenario.audience
    if audience is None or not c.sound("audience"):
        return
    _sold_by_one(c)
    _segments(c)
    _markets(c, audience)
    for name in audience.offered_in:
        if name not in audience.markets:
            hint = did_you_mean(name, audience.markets) or f"known: {', '.join(audience.markets)}"
            c.error("audience.offered_in", f"there is no market {quoted(name)}", hint)
    if audience.reference_discount.quantile(0.0) <= 0:
        c.error("audience.reference_discount", "it must be above 0 %", "write the usual 50%")
    if c.sound("deal.price", "deal.face_value"):
        deal = c.scenario.deal
        if audience.discount_elasticity.mean() and deal.price.mean() >= deal.face_value.mean():
            message = "there is no discount for demand to answer to: the price is the face value"
            c.error("audience.discount_elasticity", message, "leave it out, or lower deal.price")


def _markets(c: Checking, audience: Audience) -> None:
    """The people of each market."""
    if not audience.markets:
        hint = "write  Ottawa: {subscribers: 60000, hunters: 20%, fit: 1%}"
        c.error("audience.markets", "there are no markets", hint)
    for name, market in audience.markets.items():
        path = ("audience", "markets", name)
        if not _MARKET_NAME.fullmatch(name):
            hint = "use up to 60 letters, digits, spaces, hyphens and underscores"
            c.error(path, f"{quoted(name)} is not a name for a market", hint)
        most, existing = market.subscribers.mean(), market.existing.mean()
        if existing > most:
            c.error(
                (*path, "existing"),
                f"more existing customers ({format_count(existing)}) than subscribers "
                f"({format_count(most)}) in {name}",
                "existing counts those of your customers who subscribe to the platform",
            )
            continue
        shares = market.hunters.mean() + market.fit.mean() + (existing / most if most else 0.0)
        if shares > 1 + 1e-9:
            c.error(
                path,
                f"hunters, fit and existing come to {format_share(shares)} of the subscribers of "
                f"{name}: each is of one kind only",
                "lower hunters or fit",
            )


def _sold_by_one(c: Checking) -> None:
    """Demand and shares are said by the audience alone."""
    demand = c.completed.tree.get("deal", "demand")
    if demand is not None and demand.origin in ("file", "extends", "set"):
        c.error(
            "deal.demand",
            "deal.demand and audience both say how many buy",
            "keep one of them; deal.cap still limits the sales of an audience",
        )
    customers, audience = c.stated.tree.get("customers"), c.completed.tree.get("audience")
    if customers is not None and audience is not None and customers.origin != audience.origin:
        return  # an audience takes the place of the shares of a file that is extended
    for name, segment in (customers.entries if customers is not None else {}).items():
        if (share := segment.get("share")) is not None:
            message = "with an audience this share is not used: who buys follows from it"
            path = f"customers.{name}.share"
            c.warnings.append(share.place.problem(message, "leave it out", path))


def _segments(c: Checking) -> None:
    if not c.sound("customers"):
        return
    audience, wanted = c.scenario.audience, set(SEGMENT_OF.values())
    assert audience is not None
    credit = audience.referral_credit
    if credit.quantile(1.0) > 0 or ON_CREDIT in c.scenario.customers:
        wanted.add(ON_CREDIT)
    have = set(c.scenario.customers)
    if have != wanted:
        missing, extra = sorted(wanted - have), sorted(have - wanted)
        parts = [f"{', '.join(missing)} missing"] if missing else []
        parts += [f"{', '.join(extra)} not among them"] if extra else []
        c.error(
            "customers",
            f"an audience buys as {', '.join(sorted(wanted))}: {'; '.join(parts)}",
            "name the segments so, and leave out their shares",
        )

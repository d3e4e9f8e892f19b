"""Person by person: whom a series of deals reaches, who buys, and what becomes of them
(docs/model.md, 13).

Only `random.Random`. Every subscriber of every market is asked, in every campaign.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from random import Random

from tests.reference.case import Case, RateReturns, Segment
from tests.reference.per_customer import live
from tests.reference.per_customer_books import Books
from tests.reference.per_customer_life import buy

SEGMENTS = {"hunters": "bargain_hunters", "newcomers": "newcomers", "existing": "existing"}


@dataclass(frozen=True)
class Market:
    """Subscribers, the shares of them who hunt and whom the offer suits, and customers."""

    subscribers: float
    hunters: float
    fit: float
    existing: float

    def people(self) -> list[str]:
        """The kind of each person worth asking (13.1)."""
        numbers = {
            "hunters": self.subscribers * self.hunters,
            "newcomers": self.subscribers * self.fit,
            "existing": self.existing,
        }
        return [kind for kind, number in numbers.items() for _ in range(int(number + 0.5))]


@dataclass(frozen=True)
class Audience:
    """The numbers of (13.2), (13.7), and the markets in which each campaign is offered."""

    markets: dict[str, Market]
    buy: dict[str, float]
    offered: tuple[frozenset[str], ...]
    novelty: float = 1.0
    rivals: float = 0.0
    effect: float = 0.0
    elasticity: float = 0.0
    hunters_elasticity: float | None = None
    reference: float = 0.5
    credit: float = 0.0

    def chance(self, kind: str, case: Case, earlier: int) -> float:
        """b of (13.2), after so many earlier deals."""
        power = self.elasticity
        if kind == "hunters" and self.hunters_elasticity is not None:
            power = self.hunters_elasticity
        depth = max(1.0 - case.price / case.face_value, 1e-3) / self.reference
        pull = self.buy[kind] * self.novelty**earlier * depth**power
        return min(1.0, pull / (1.0 + self.effect * self.rivals))


@dataclass
class Person:
    """Somebody in a market (None: won by an earlier deal), of a kind."""

    kind: str
    market: str | None


@dataclass(frozen=True)
class Followed:
    """What became of one campaign: vouchers by segment, and its books."""

    sold: Counter[str]
    books: Books


def follow_series(
    audience: Audience, cases: list[Case], opens: list[float], rng: Random
) -> list[Followed]:
    """All campaigns of a series, without places; the horizons of `cases` end on one day."""
    crowd = [
        Person(kind, name) for name, market in audience.markets.items() for kind in market.people()
    ]
    found: list[Followed] = []
    for number, case in enumerate(cases):
        won = sum(
            _won(one.books, opens[number] - opened)
            for one, opened in zip(found, opens, strict=False)
        )
        there = crowd + [Person("existing", None) for _ in range(won)]
        buyers = [p for p in there if _wants(audience, case, p, number, rng)]
        if case.cap is not None and len(buyers) > int(case.cap):
            buyers = rng.sample(buyers, int(case.cap))
        if len(buyers) < case.minimum:
            buyers = []
        gone = {id(p) for p in buyers if p.kind == "newcomers"}
        crowd = [p for p in crowd if id(p) not in gone]
        found.append(_follow(audience, case, buyers, rng))
    return found


def _wants(audience: Audience, case: Case, person: Person, number: int, rng: Random) -> bool:
    """Whether a person buys in a campaign (13.2, 13.3, 13.5)."""
    earlier = number
    if person.market is not None:
        if person.market not in audience.offered[number]:
            return False
        earlier = sum(person.market in names for names in audience.offered[:number])
    return rng.random() < audience.chance(person.kind, case, earlier)


def _won(books: Books, day: float) -> int:
    """Newcomers of a campaign who came back for good by a day (forms but the rate form)."""
    return sum(when <= day and name == "newcomers" for when, name in books.counts["new_regulars"])


def _follow(audience: Audience, case: Case, buyers: list[Person], rng: Random) -> Followed:
    named = {segment.name: segment for segment in case.segments}
    assert not isinstance(named["newcomers"].returns, RateReturns), "who stays is not told"
    books, sold = Books(case), Counter[str]()
    for person in buyers:
        name = SEGMENTS[person.kind]
        if person.kind == "hunters" and rng.random() < audience.credit:
            name = "referral_credit"
        sold[name] += 1
        voucher = buy(_only(case, named[name]), rng)
        books.count("sold", voucher.sold_day, voucher.segment)
        if voucher.refund_day is not None:
            books.count("refunded", voucher.refund_day, voucher.segment)
        else:
            live(case, voucher, rng, books)
    return Followed(sold, books)


def _only(case: Case, segment: Segment) -> Case:
    """The case with one kind of buyer."""
    return replace(case, segments=(replace(segment, share=1.0),))

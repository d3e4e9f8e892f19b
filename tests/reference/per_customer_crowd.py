"""What a crowd does, customer by customer, in the world with the deal and in the one without
(docs/model.md, section 12). Pairs are (with the deal, without).

Both worlds ask the same random numbers as far as both have someone to ask them for (12.1).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, floor
from random import Random
from typing import Any

from tests.reference.case import Case, CountReturns, RateReturns, Segment
from tests.reference.crowd_case import Crowd
from tests.reference.per_customer_books import Books
from tests.reference.per_customer_life import Voucher, arrivals

Pair = tuple[float, float]
Counts = tuple[int, int]


def who_does(rng: Random, numbers: Counts, chances: Pair) -> Counts:
    """Of so many customers in each world, how many do what they do with these chances (12.1)."""
    luck = [rng.random() for _ in range(max(numbers))]
    first, second = (
        sum(1 for u in luck[:n] if u < p) for n, p in zip(numbers, chances, strict=True)
    )
    return first, second


def arrive(rng: Random, means: Pair) -> Counts:
    """Poisson counts, those of the smaller mean among those of the greater (12.1)."""
    alike = arrivals(min(means), rng)
    first, second = (alike + arrivals(mean - min(means), rng) for mean in means)
    return first, second


def alike(rng: Random, numbers: Counts, chance: float) -> Counts:
    """The same chance in both worlds."""
    return who_does(rng, numbers, (chance, chance))


@dataclass
class Spoilt:
    """Who does not come back: voucher holders just served, and regulars, by identity."""

    holders: set[int] = field(default_factory=set)
    regulars: list[int] = field(default_factory=list)


@dataclass
class Word:
    """What is on its way in both worlds: what waits to happen, posts remembered, the stars."""

    unmade: Counts = (0, 0)
    kept: Counts = (0, 0)
    viral: Counts = (0, 0)
    newcomers: int = 0
    later: int = 0
    reviews: list[float] = field(default_factory=lambda: [0.0, 0.0])
    stars: list[float] = field(default_factory=lambda: [0.0, 0.0])
    arrived: int = 0


class CrowdLife:
    """The crowd of one run."""

    def __init__(self, case: Case, crowd: Crowd, rng: Random, books: Books) -> None:
        self.case, self.crowd, self.rng, self.books = case, crowd, rng, books
        self.word = Word()
        self.margin = case.margin(case.usual_ticket)
        if crowd.stars is not None:
            self.word.reviews = [crowd.stars.reviews] * 2
            self.word.stars = [crowd.stars.reviews * crowd.stars.average] * 2

    def trade(self, start: float, end: float, plain: int) -> Counts:
        """Ordinary trade of both worlds, from the visits there would be (12.12 to 12.15)."""
        crowd, rng, word, day = self.crowd, self.rng, self.word, (start + end) / 2.0
        shares = [min(1.0, posts * crowd.viral_loss) for posts in word.viral]
        viral = who_does(rng, (plain, plain), (shares[0], shares[1]))
        left = (plain - viral[0], plain - viral[1])
        mean = self.case.visits_per_week * (end - start) / 7.0
        change = self._change()
        fewer = who_does(rng, left, (max(0.0, -change[0]), max(0.0, -change[1])))
        more = arrive(rng, (mean * max(0.0, change[0]), mean * max(0.0, change[1])))
        moved = (more[0] - fewer[0], more[1] - fewer[1])
        trade = (left[0] + moved[0], left[1] + moved[1])
        due = 1.0 - exp(-(end - start) / crowd.delay)
        unmade, kept = alike(rng, word.unmade, due), alike(rng, word.kept, due)
        word.unmade = (word.unmade[0] - unmade[0], word.unmade[1] - unmade[1])
        word.kept = (word.kept[0] - kept[0], word.kept[1] - kept[1])
        lost = (min(unmade[0], trade[0]), min(unmade[1], trade[1]))
        first = sum(1 for _ in range(word.newcomers) if rng.random() < due)
        again = sum(1 for _ in range(word.later) if rng.random() < due)
        word.newcomers -= first
        word.later += arrivals(first * self._later_visits(), rng) - again
        word.arrived = first + again
        for line, pair in (
            ("viral_loss", viral),
            ("rating_margin", moved),
            ("lost_margin", (lost[0] + kept[0], lost[1] + kept[1])),
            ("kept_margin", kept),
            ("won_margin", (word.arrived, 0)),
        ):
            self.books.money(line, day, self.margin * (pair[0] - pair[1]))
        self.books.visits("visits_lost", day, lost[0])
        self.books.visits("visits_won", day, word.arrived)
        return trade[0] - lost[0] + word.arrived, trade[1] - lost[1]

    def _later_visits(self) -> float:
        """rho of (12.10)."""
        return self.crowd.referred * sum(s.share * _visits(s) for s in self.case.segments)

    def _change(self) -> Pair:
        """Change of trade by the stars displayed (12.14)."""
        stars = self.crowd.stars
        if stars is None:
            return 0.0, 0.0
        first = _displayed(stars.average)
        changes = []
        for total, number in zip(self.word.stars, self.word.reviews, strict=True):
            now = first if number == 0 else _displayed(total / number)
            changes.append(max(-1.0, stars.revenue_per_star * (now - first)))
        return changes[0], changes[1]

    def visits(
        self,
        span: Pair,
        wanted: Pair,
        places: int,
        own: Counts,
        holders: tuple[list[Voucher], list[Voucher]],
        regulars: list[int],
    ) -> Spoilt:
        """How the visits of a step went (12.2 to 12.9). `wanted` is demand in both worlds, `own`
        ordinary visits served, `holders` those served and those turned away; `regulars` are the
        identities of regulars served, one a visit (negative: of no regular who could leave)."""
        crowd, rng, day = self.crowd, self.rng, (span[0] + span[1]) / 2.0
        loads = [demand / max(1, places) for demand in wanted]
        over = [
            min(1.0 - crowd.base, crowd.per_overload * max(0.0, load - crowd.from_load))
            for load in loads
        ]
        served, away = holders
        failed_own = who_does(rng, own, (over[0], over[1]))
        failed_holders = [v for v in served if rng.random() < over[0]]
        failed_regulars = [k for k in range(len(regulars)) if rng.random() < over[0]]
        visited = failed_own[0] + len(failed_holders) + len(failed_regulars)
        rest = (own[0] + len(served) + len(regulars) - visited, own[1] - failed_own[1])
        usual = who_does(rng, rest, (crowd.base / (1 - over[0]), crowd.base / (1 - over[1])))
        failures = (visited + len(away), failed_own[1])
        told = [self._complain(failures, day), self._complain(usual, day)]
        kept = told[0]
        everybody: list[Any] = ["own"] * failed_own[0] + ["away"] * len(away)
        everybody += failed_holders + failed_regulars
        chosen = rng.sample(range(len(everybody)), kept[0])
        lucky = [everybody[k] for k in chosen]
        own_kept = (sum(1 for who in lucky if who == "own"), kept[1])
        left = [who for k, who in enumerate(everybody) if k not in set(chosen)]
        for name, number in (
            ("failures", failures[0]),
            ("failures_without_deal", failures[1]),
            ("customers_kept", kept[0]),
            ("customers_lost", failures[0] - kept[0]),
        ):
            self.books.visits(name, day, number)
        lost_own = (failed_own[0] - own_kept[0], failed_own[1] - own_kept[1])
        bad = self._tell((failures[0] - kept[0], failures[1] - kept[1]), lost_own, own_kept, span)
        good = [v for v in served if all(v is not f for f in failed_holders)]
        self._praise(good, len(regulars) - len(failed_regulars) + self.word.arrived, bad, span)
        return Spoilt(
            {id(who) for who in left if isinstance(who, Voucher)},
            [regulars[who] for who in left if isinstance(who, int) and regulars[who] >= 0],
        )

    def _complain(self, failures: Counts, day: float) -> Counts:
        """Complaints, what they cost (12.16), and who is kept (12.4)."""
        crowd, rng = self.crowd, self.rng
        complaints = alike(rng, failures, crowd.complain)
        seen = alike(rng, complaints, crowd.listen)
        kept = alike(rng, seen, crowd.keep)
        each = crowd.minutes / 60.0 * crowd.wage
        cost = (seen[0] - seen[1]) * each + (kept[0] - kept[1]) * crowd.compensation
        self.books.money("service_cost", day, cost)
        self.books.visits("complaints", day, complaints[0])
        self.books.visits("complaints_seen", day, seen[0])
        return kept

    def _tell(self, unkept: Counts, lost: Counts, kept: Counts, span: Pair) -> Counts:
        """Bad posts, and the visits that will not be made (12.6 to 12.8); bad reviews."""
        crowd, rng, word = self.crowd, self.rng, self.word
        posts = alike(rng, unkept, crowd.negative)
        reviews = alike(rng, posts, crowd.review_share)
        own = arrive(rng, (lost[0] * crowd.own_visits, lost[1] * crowd.own_visits))
        each = crowd.visitors * crowd.bad_to_good
        deterred = arrive(rng, ((posts[0] - reviews[0]) * each, (posts[1] - reviews[1]) * each))
        word.unmade = (
            word.unmade[0] + own[0] + deterred[0],
            word.unmade[1] + own[1] + deterred[1],
        )
        more = arrive(rng, (kept[0] * crowd.own_visits, kept[1] * crowd.own_visits))
        word.kept = (word.kept[0] + more[0], word.kept[1] + more[1])
        lasting = exp(-(span[1] - span[0]) / 7.0 / crowd.viral_weeks)
        still = alike(rng, word.viral, lasting)
        new = alike(rng, posts, crowd.viral_chance)
        word.viral = (still[0] + new[0], still[1] + new[1])
        return reviews

    def _praise(self, good: list[Voucher], others: int, bad: Counts, span: Pair) -> None:
        """Posts of the content, whom they bring (12.9), and the reviews of the step (12.13)."""
        crowd, rng, word = self.crowd, self.rng, self.word
        praise = [
            sum(
                1 for v in good if rng.random() < crowd.positive * (1.0 - v.segment.would_have_come)
            ),
            sum(1 for _ in range(others) if rng.random() < crowd.positive),
        ]
        reviews = [sum(1 for _ in range(n) if rng.random() < crowd.review_share) for n in praise]
        word.newcomers += arrivals((sum(praise) - sum(reviews)) * crowd.visitors, rng)
        stars = crowd.stars
        if stars is None:
            return
        usual = arrivals(stars.reviews_per_week * (span[1] - span[0]) / 7.0, rng)
        deal = max(1.0, stars.deal_factor * stars.average)
        for world, (plain, vouchers) in enumerate(((usual + reviews[1], reviews[0]), (usual, 0))):
            word.reviews[world] += plain + vouchers + bad[world]
            word.stars[world] += plain * stars.average + vouchers * deal + bad[world]
        self.books.visits("reviews", (span[0] + span[1]) / 2.0, usual + sum(reviews) + bad[0])

    def averages(self) -> Pair:
        """The averages at the end, of both worlds."""
        assert self.crowd.stars is not None
        found = [
            self.crowd.stars.average if number == 0 else total / number
            for total, number in zip(self.word.stars, self.word.reviews, strict=True)
        ]
        return found[0], found[1]


def _displayed(average: float) -> float:
    return floor(2.0 * average + 0.5 + 1e-9) / 2.0


def _visits(segment: Segment) -> float:
    """Later visits of a buyer (12.10)."""
    returns = segment.returns
    if isinstance(returns, RateReturns):
        return returns.chance * (1.0 + returns.visits_per_day * returns.stay)
    return returns.chance * returns.visits if isinstance(returns, CountReturns) else 0.0

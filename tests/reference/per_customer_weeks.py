"""A campaign with a capacity, step by step: who comes, who is served, who waits (section 6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from math import floor
from random import Random

from tests.reference.case import Case, RateReturns, Returns
from tests.reference.per_customer_books import Books, cut_days
from tests.reference.per_customer_crowd import CrowdLife, Spoilt
from tests.reference.per_customer_life import (
    Voucher,
    arrivals,
    attempt_first,
    come_back,
    keep_after_expiry,
    return_visit,
    visit,
)


@dataclass
class Step:
    """What wants a place in one step, and who of it is turned away."""

    start: float
    end: float
    holders: list[Voucher]
    regulars: list[tuple[Returns, int]]
    baseline: int
    without: int
    places: int
    holders_away: list[Voucher] = field(default_factory=list)
    regulars_away: int = 0
    baseline_away: int = 0

    @property
    def middle(self) -> float:
        """The day on which everything of the step is written down."""
        return (self.start + self.end) / 2.0


@dataclass
class Planned:
    """Visits of returning customers still to come, with their days and whose they are."""

    visits: list[tuple[float, Returns, int]] = field(default_factory=list)

    def take(self, start: float, end: float) -> list[tuple[Returns, int]]:
        """Remove and return the visits of [start, end)."""
        due = [(returns, who) for day, returns, who in self.visits if start <= day < end]
        self.visits = [visit for visit in self.visits if visit[0] >= end]
        return due

    def leave(self, who: int) -> None:
        """A regular who does not come again (12.5)."""
        self.visits = [visit for visit in self.visits if visit[2] != who]


def follow_steps(
    case: Case, vouchers: list[Voucher], rng: Random, books: Books, *, planned_late: bool = False
) -> None:
    """Let all vouchers live through the steps between cut days; `planned_late` where it is known
    already which of them come late."""
    planned = Planned()
    crowd = None if case.crowd is None else CrowdLife(case, case.crowd, rng, books)
    expiry = case.sale_window_days + case.expiry_days
    lapses: dict[int, float] = {}
    for start, end in pairwise(cut_days(case)):
        step = _who_comes(case, vouchers, planned, (start, end), rng, books, crowd)
        _turn_away(case, step, rng)
        _settle(case, step, planned, rng, books, crowd)
        if end == expiry and not planned_late:
            lapses = _expire(case, vouchers, rng, books)
        for number, day in list(lapses.items()):
            if day <= end:
                vouchers[number].lapsed = True
                books.count("lapsed", day, vouchers[number].segment)
                books.money("sales_tax", day, case.lapse_tax)
                del lapses[number]


def _who_comes(
    case: Case,
    vouchers: list[Voucher],
    planned: Planned,
    span: tuple[float, float],
    rng: Random,
    books: Books,
    crowd: CrowdLife | None = None,
) -> Step:
    """First attempts, retries, regulars present at the start, and ordinary trade (6.1-6.4)."""
    start, end = span
    holders, replaced = [], 0
    for voucher in vouchers:
        if voucher.waiting:
            if rng.random() < min(1.0, (end - start) / 7.0):
                holders.append(voucher)
        elif voucher.held and _comes_within(voucher, start, end):
            holders.append(voucher)
            middle = (start + end) / 2.0
            if not voucher.attempted_before:
                replaced += attempt_first(case, voucher, middle, rng, books)
            voucher.attempted_before = True
    plain = arrivals(case.visits_per_week * (end - start) / 7.0, rng)
    visits, without = (plain, plain) if crowd is None else crowd.trade(start, end, plain)
    assert case.capacity_per_week is not None
    places = floor(case.capacity_per_week * end / 7.0) - floor(case.capacity_per_week * start / 7.0)
    without_deal = max(0, without - places)
    own = max(0, visits - replaced)
    step = Step(start, end, holders, planned.take(start, end), own, without, places)
    books.visits("own_turned_away_without_deal", step.middle, without_deal)
    books.money("displaced_margin", step.middle, -without_deal * case.margin(case.usual_ticket))
    return step


def _comes_within(voucher: Voucher, start: float, end: float) -> bool:
    return voucher.attempt_day is not None and start <= voucher.attempt_day < end


def _turn_away(case: Case, step: Step, rng: Random) -> None:
    """Too many for the places: who has to go (6.5, 6.6)."""
    ordinary: list[Voucher | str] = ["baseline" for _ in range(step.baseline)]
    ordinary += ["regular" for _ in step.regulars]
    holders: list[Voucher | str] = list(step.holders)
    away = max(0, len(ordinary) + len(holders) - step.places)
    if case.serve_first == "first_come":
        turned = rng.sample(ordinary + holders, away)
    else:
        first, last = (ordinary, holders)
        if case.serve_first == "vouchers":
            first, last = (holders, ordinary)
        turned = rng.sample(last, min(away, len(last)))
        turned += rng.sample(first, away - len(turned))
    step.holders_away = [who for who in turned if isinstance(who, Voucher)]
    step.regulars_away = sum(1 for who in turned if who == "regular")
    step.baseline_away = sum(1 for who in turned if who == "baseline")


def _settle(
    case: Case,
    step: Step,
    planned: Planned,
    rng: Random,
    books: Books,
    crowd: CrowdLife | None = None,
) -> None:
    """Serve the others, and write down what was lost (6.7, 7, 8)."""
    books.visits("own_turned_away", step.middle, step.baseline_away)
    lost = step.baseline_away * case.margin(case.usual_ticket)
    books.money("displaced_margin", step.middle, lost)
    rng.shuffle(step.regulars)
    spoilt = Spoilt() if crowd is None else _spoil(step, crowd)
    for who in spoilt.regulars:
        planned.leave(who)
    for returns, _ in step.regulars[step.regulars_away :]:
        return_visit(case, returns, step.middle, rng, books)
    away = {id(voucher) for voucher in step.holders_away}
    for voucher in step.holders:
        voucher.waiting = id(voucher) in away
        if voucher.waiting:
            books.count("turned_away", step.middle, voucher.segment)
        else:
            visit(case, voucher, step.middle, rng, books)
            if id(voucher) not in spoilt.holders:
                _plan_returns(case, voucher, step, planned, rng, books)


def _spoil(step: Step, crowd: CrowdLife) -> Spoilt:
    """How the visits of the step went."""
    away = {id(voucher) for voucher in step.holders_away}
    served = [voucher for voucher in step.holders if id(voucher) not in away]
    demand = step.baseline + len(step.regulars) + len(step.holders)
    own = (step.baseline - step.baseline_away, min(step.without, step.places))
    there = [
        who if isinstance(returns, RateReturns) else -1
        for returns, who in step.regulars[step.regulars_away :]
    ]
    return crowd.visits(
        (step.start, step.end),
        (demand, step.without),
        step.places,
        own,
        (served, step.holders_away),
        there,
    )


def _plan_returns(
    case: Case, voucher: Voucher, step: Step, planned: Planned, rng: Random, books: Books
) -> None:
    """Joining at the middle of the step; what falls within it is outside the check."""
    returns = voucher.segment.returns
    for day in come_back(case, voucher.segment, step.middle, rng, books):
        assert returns is not None
        if day < step.end:
            return_visit(case, returns, day, rng, books)
        elif day < case.horizon_days:
            planned.visits.append((day, returns, id(voucher)))


def _expire(case: Case, vouchers: list[Voucher], rng: Random, books: Books) -> dict[int, float]:
    """Promo expiry: the late rule for all who hold a voucher; the day each one lapses, by number.

    Those turned away and waiting are honoured, unless `turned_away` is `late`.
    """
    lapses: dict[int, float] = {}
    for number, voucher in enumerate(vouchers):
        if voucher.held and (not voucher.waiting or case.turned_away == "late"):
            voucher.waiting = False
            day = keep_after_expiry(case, voucher, rng, books)
            if day is not None:
                lapses[number] = day
    return lapses

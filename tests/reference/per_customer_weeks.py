"""A campaign with a capacity, step by step: who comes, who is served, who waits (section 6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from math import floor
from random import Random

from tests.reference.case import Case, Returns
from tests.reference.per_customer_books import Books, cut_days
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
    regulars: list[Returns]
    baseline: int
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
    """Visits of returning customers still to come, with their days."""

    visits: list[tuple[float, Returns]] = field(default_factory=list)

    def take(self, start: float, end: float) -> list[Returns]:
        """Remove and return the visits of [start, end)."""
        due = [returns for day, returns in self.visits if start <= day < end]
        self.visits = [(day, returns) for day, returns in self.visits if day >= end]
        return due


def follow_steps(
    case: Case, vouchers: list[Voucher], rng: Random, books: Books, *, planned_late: bool = False
) -> None:
    """Let all vouchers live through the steps between cut days; `planned_late` where it is known
    already which of them come late."""
    planned = Planned()
    expiry = case.sale_window_days + case.expiry_days
    lapses: dict[int, float] = {}
    for start, end in pairwise(cut_days(case)):
        step = _who_comes(case, vouchers, planned, (start, end), rng, books)
        _turn_away(case, step, rng)
        _settle(case, step, planned, rng, books)
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
    visits = arrivals(case.visits_per_week * (end - start) / 7.0, rng)
    assert case.capacity_per_week is not None
    places = floor(case.capacity_per_week * end / 7.0) - floor(case.capacity_per_week * start / 7.0)
    without_deal = max(0, visits - places)
    step = Step(start, end, holders, planned.take(start, end), max(0, visits - replaced), places)
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


def _settle(case: Case, step: Step, planned: Planned, rng: Random, books: Books) -> None:
    """Serve the others, and write down what was lost (6.7, 7, 8)."""
    books.visits("own_turned_away", step.middle, step.baseline_away)
    lost = step.baseline_away * case.margin(case.usual_ticket)
    books.money("displaced_margin", step.middle, lost)
    rng.shuffle(step.regulars)
    for returns in step.regulars[step.regulars_away :]:
        return_visit(case, returns, step.middle, rng, books)
    away = {id(voucher) for voucher in step.holders_away}
    for voucher in step.holders:
        voucher.waiting = id(voucher) in away
        if voucher.waiting:
            books.count("turned_away", step.middle, voucher.segment)
        else:
            visit(case, voucher, step.middle, rng, books)
            _plan_returns(case, voucher, step, planned, rng, books)


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
            planned.visits.append((day, returns))


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

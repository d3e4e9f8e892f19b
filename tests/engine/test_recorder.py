"""What the recorder makes of what it is told: rounding, periods, and the as-of day in a step."""

from __future__ import annotations

import numpy as np
import pytest

from dealsim.engine import Clock, Records, build_clock
from dealsim.engine.clock import Step
from dealsim.engine.recorder import LARGEST, Recorder
from tests.conftest import MakeScenario
from tests.engine.library import PLAIN, context_of, sampled
from tests.statistical import assert_proportion

AS_OF = 12
"""A day inside the step from day 10 to day 14."""
MARKS = (3, 12, 14, 21)
"""Ends of periods of PLAIN, whose steps end on days 3, 7, 10, 14 and 21, paid on days 4 and 9."""


class Told:
    """A recorder that is told amounts by hand, the same in every trial."""

    def __init__(self, scenario: MakeScenario, seed: int, marks: tuple[int, ...] = MARKS) -> None:
        payout = "[{after: 1 day, share: 1/2}, {after: 6 days, share: 1/2}]"
        made = scenario(PLAIN, {"horizon": "21 days", "platform.payout": payout})
        self.draws = sampled(made, seed)
        self.clock: Clock = build_clock((made,), AS_OF)
        self.context = context_of(made, self.draws, self.clock)
        self.recorder = Recorder(self.context, marks)

    def step(self, t0: int, name: str, *amounts: tuple[float, int | None, float | None]) -> None:
        """Amounts of the step that begins on `t0`: how much, for which day, which part before."""
        (step,) = (one for one in self.clock.steps if one.t0 == t0)
        self.recorder.begin(step, self.draws.on(t0))
        for amount, day, before in amounts:
            part = None if before is None else np.full((1, 1, 1), before)
            told = np.full((1, 1, self.context.trials), float(amount))
            self.recorder.add(name, told, day=day, before=part)
        self.recorder.close()

    @property
    def records(self) -> Records:
        return self.recorder.records()

    def line(self, name: str) -> list[int]:
        """A line's flows by period, in cents, which are the same in every trial."""
        found = self.records.lines[name][0]
        assert (found == found[:, :1]).all()
        return [int(amount) for amount in found[:, 0]]


@pytest.fixture
def told(scenario: MakeScenario, seed: int) -> Told:
    return Told(scenario, seed)


def test_totals_are_rounded_and_flows_are_what_they_grow_by(told: Told) -> None:
    """0.4, 0.8, 1.2 cents to date are 0, 1, 1; the cash of a cost is its negative."""
    for t0 in (0, 3, 14):
        told.step(t0, "fixed_fee", (0.004, None, None))
    assert told.line("fixed_fee") == [0, 1, 0, 0]
    rows = {int(day): k for k, day in enumerate(told.clock.record_days)}
    cash = told.records.cash[:, 0]
    assert cash[rows[7]] == -1 and abs(cash).sum() == 1


@pytest.mark.parametrize(
    ("amount", "cents"),
    [(0.005, 1), (1.005, 101), (0.0049, 0), (-0.005, 0), (-0.0051, -1), (-0.015, -1), (2.675, 268)],
)
def test_halves_are_rounded_up(amount: float, cents: int, told: Told) -> None:
    """Those too that binary fractions hold a hair below a half, as 1.005 and 2.675."""
    told.step(0, "remittance", (amount, None, None))
    assert told.line("remittance") == [cents, 0, 0, 0]


def test_money_falls_in_the_period_of_its_day(told: Told) -> None:
    """What is paid on day 4 or 9 of the second period is of that; what is told for the day on which
    a step begins is the step's, though that day ended a period."""
    told.step(3, "remittance", (1, 4, None), (2, 3, None))
    told.step(7, "remittance", (4, 9, None))
    told.step(14, "remittance", (8, 14, None), (16, None, None))
    assert told.line("remittance") == [0, 700, 0, 2400]
    days = told.clock.record_days.tolist()
    cash = dict(zip(days, told.records.cash[:, 0].tolist(), strict=True))
    assert {day: cents for day, cents in cash.items() if cents} == {
        3: 200,
        4: 100,
        9: 400,
        14: 800,
        21: 1600,
    }


@pytest.mark.parametrize(("cents", "before"), [(4, 2), (3, 2), (-3, -1), (1, 1), (0, 0)])
def test_the_as_of_day_divides_money_by_time(cents: int, before: int, told: Told) -> None:
    """Day 12 lies amid 10 to 14: half of what is told for the step, halves rounded up."""
    told.step(10, "till_receipts", (cents / 100, None, None))
    assert told.line("till_receipts") == [0, before, cents - before, 0]


def test_a_later_as_of_day(scenario: MakeScenario, seed: int) -> None:
    """Three quarters of a step are before its last day."""
    told = Told(scenario, seed, (3, 13, 14, 21))
    draws = told.draws.on(10)
    told.recorder.begin(Step(10, 14, (14,), 13), draws)
    told.recorder.add("till_receipts", np.full((1, 1, told.context.trials), 0.08))
    told.recorder.add("to_come", np.full((1, 1, told.context.trials), 8.0))
    told.recorder.close()
    assert told.line("till_receipts") == [0, 6, 2, 0]
    assert told.records.memos["to_come"][0, :, 0].tolist() == [0, 6, 2, 0]


@pytest.mark.parametrize(("share", "split"), [(0.0, [0, 0, 7, 0]), (1.0, [0, 7, 0, 0])])
def test_the_as_of_day_divides_counts_as_told(share: float, split: list[int], told: Told) -> None:
    """All of seven after it, or all before; they pass the door on the same side of it."""
    told.step(10, "redeemed_in_time", (7, None, share))
    assert np.unique(told.records.counts["redeemed_in_time"][0], axis=1).T.tolist() == [split]
    rows = {int(day): k for k, day in enumerate(told.clock.record_days)}
    served = told.records.served
    assert (served[rows[12]] == split[1]).all() and (served[rows[14]] == split[2]).all()
    assert (served.sum(axis=0) == 7).all()


def test_the_as_of_day_divides_counts_by_time_else(told: Told) -> None:
    """Half of 20 in each trial, each by itself: binomial, and nobody is lost."""
    told.step(10, "turned_away", (20, None, None))
    found = told.records.counts["turned_away"][0]
    assert (found[1] + found[2] == 20).all()
    assert_proportion(int(found[1].sum()), 20 * told.context.trials, 0.5, notice=0.02)
    assert found[1].std() > 1.5, "all of a step on one side would be no draw"


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_what_floats_cannot_count_is_refused(sign: float, told: Told) -> None:
    """From 2^53 cents on, not every cent is a number; two amounts that cancel out are fine."""
    told.step(0, "remittance", (sign * (LARGEST - 1024.0) / 100.0, None, None))
    assert told.records.whole
    told.step(3, "remittance", (sign * 1024.0 / 100.0, None, None))
    with pytest.raises(ValueError, match="too large to count exactly"):
        _ = told.records

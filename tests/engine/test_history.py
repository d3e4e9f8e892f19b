"""The state that a register leaves, by hand and in expected mode (docs/model.md, 15)."""

from __future__ import annotations

import numpy as np
import pytest

from dealsim.engine import History, MeanDraws, build_clock
from dealsim.engine.history import ENDED, REFUNDED, SOLD, state_after
from dealsim.engine.recorder import Recorder, Records
from dealsim.engine.state import State
from tests.conftest import MakeScenario
from tests.engine.library import PLAIN, context_of

TERMS: dict[str, object] = {
    "deal.demand": 50,
    "deal.refunds": "30%",
    "customers.all.redeem": 0,
    "platform.fixed_fee": 40,
}
"""The sale is open from day 0 to 3, refunds fall in the week to day 10; nobody comes in time."""


def told(day: int, **events: dict[int, int]) -> History:
    """A register of what happened before `day`: vouchers by day, for each kind of event."""
    days = sorted({when for by_day in events.values() for when in by_day})
    counts = {
        name: np.array([float(events.get(name, {}).get(when, 0)) for when in days])
        for name in (SOLD, *ENDED)
    }
    return History(day, np.array(days, dtype=np.int64), counts)


def left_by(history: History, scenario: MakeScenario, **overrides: object) -> tuple[State, Records]:
    """The state on the register's day, and the records up to it."""
    made = scenario(PLAIN, TERMS | {k.replace("__", "."): v for k, v in overrides.items()})
    clock, draws = build_clock((made,), history.day, goes_on=True), MeanDraws()
    context = context_of(made, draws, clock)
    recorder = Recorder(context, tuple(int(day) for day in clock.record_days))
    state = state_after(history, context, draws, recorder)
    return state, recorder.records()


def test_days_of_a_register() -> None:
    """From t0 to the day before t1; what is held are vouchers sold whose fate is open."""
    fates = dict(zip(ENDED, ({4: 1}, {5: 2}, {6: 4}, {7: 8}, {8: 16}), strict=True))
    history = told(9, vouchers_sold={0: 30, 3: 10}, **fates)
    assert [history.between(SOLD, *days) for days in ((0, 3), (0, 4), (3, 4), (1, 3), (4, 9))] == [
        *(30, 40, 10, 0, 0),
    ]
    assert history.total(SOLD) == 40
    assert history.held == 40 - 31


@pytest.mark.parametrize(
    ("day", "refunded", "still"),
    [
        # those who want their money back are all still waiting as long as the sale is open
        (2, {}, 1.0),
        # refunds before sale close: the days of refunds are those of sale and week, 0 to 10
        (2, {1: 5}, 1.0 - 2 / 10),
        (6, {2: 5}, 1.0 - 6 / 10),
        # from sale close on: 3 to 10
        (6, {3: 5}, 1.0 - 3 / 7),
        (6, {}, 1.0 - 3 / 7),
        (10, {4: 5}, 0.0),
    ],
)
def test_who_waits_for_a_refund(
    day: int, refunded: dict[int, int], still: float, scenario: MakeScenario
) -> None:
    """Of a voucher held, 0.7 are kept for good and 0.3 x `still` wait (15.1); with those who have
    had their money they are all refunders."""
    history = told(day, vouchers_sold={0: 20, 1: 10}, vouchers_refunded=refunded)
    state, records = left_by(history, scenario)
    gone = float(sum(refunded.values()))
    waits = 0.3 * still / (0.7 + 0.3 * still)
    assert state.holding == pytest.approx((30.0 - gone) * (1.0 - waits))
    assert state.refunders == pytest.approx((30.0 - gone) * waits + gone)
    assert (state.refunded == gone).all()
    assert records.counts[REFUNDED].sum() == gone and records.counts[SOLD].sum() == 30
    assert records.lines["fixed_fee"].sum() == 4000, "the fee is due once"


@pytest.mark.parametrize(
    ("day", "before", "minimum", "sold"),
    [
        (2, 30, 0, 50),  # 20 more are wanted
        (2, 60, 0, 60),  # more than wanted: they are sold all the same
        (2, 30, 100, 50),  # vouchers in customers' hands show that the deal tipped
        (3, 30, 0, 30),  # on the day of the close nothing more is sold
        (8, 30, 0, 30),
    ],
)
def test_what_is_yet_to_sell(
    day: int, before: int, minimum: int, sold: int, scenario: MakeScenario
) -> None:
    history = told(day, vouchers_sold={0: before})
    state, _ = left_by(history, scenario, deal__minimum=minimum)
    assert (state.sold == sold).all() and (state.placed == before).all()
    assert (state.to_issue == sold - before).all()
    assert (state.held(np.ones((1, 1, 1))) == before).all()


def test_all_fates_of_the_past(scenario: MakeScenario) -> None:
    """Of 40 sold 31 have ended, each as the register says; cash-outs cost their price."""
    days = dict(zip(ENDED, ({4: 1}, {5: 2}, {130: 4}, {131: 8}, {135: 16}), strict=True))
    history = told(140, vouchers_sold={0: 40}, **days)
    state, records = left_by(history, scenario)
    assert (state.held(np.ones((1, 1, 1))) == 9).all() and (state.ended == 31).all()
    assert state.holding == pytest.approx(9.0)
    for number, name in zip((1, 2, 4, 8, 16), ENDED, strict=True):
        flows = dict(zip(records.marks, records.counts[name][0, :, 0].tolist(), strict=True))
        (when,) = (day for day, flow in flows.items() if flow)
        assert flows[when] == number and when > next(iter(days[name]))
    assert records.lines["cash_outs"].sum() == 8 * 1000


def test_vouchers_that_nobody_should_hold(scenario: MakeScenario) -> None:
    """All come before expiry and none wants a refund: those held after it are held by anybody."""
    history = told(130, vouchers_sold={0: 40}, redeemed_in_time={100: 30})
    state, _ = left_by(history, scenario, customers__all__redeem=1, deal__refunds=0)
    assert state.holding == pytest.approx(10.0) and not state.refunders.any()

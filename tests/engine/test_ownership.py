"""Each stock has one owner: no mechanism writes another's, and flows are written once a step."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from dealsim.engine import State, build_clock
from dealsim.engine.loop import World
from dealsim.registry import COUNTS, LINES, MECHANISMS, MEMOS, METRICS, SERIES
from tests.conftest import MakeScenario
from tests.engine.library import CASH, MIXED, context_of, sampled
from tests.engine.test_crowd import RATING, SERVICE

OWNERS = {
    "sell": {"sold", "to_issue", "placed", "refunders", "refunded", "bought", "newcomers_left"},
    "packs": {"going_on", "left_off"},
    "serve": {"waiting_in_time", "waiting_late"},
    "service": {"unmade", "kept_visits", "viral", "brought", "brought_again", "unanswered"},
    "rating": {"reviews", "stars"},
    "returns": {"regulars", "won", "visits_due", "worth_due"},
    "pay": {"due", "paid", "payable"},
    "unclaimed": {"handed_over"},
    "hold": {"holding", "holding_again", "ended"},
}


@pytest.mark.parametrize(
    "payout", ["[{after: 5 days, share: 100%}]", "{on_redemption: {lag: 9 days}}"]
)
def test_each_stock_has_one_owner(payout: str, scenario: MakeScenario, seed: int) -> None:
    """Every stock is moved, by its owner alone, and never changed in place."""
    places = {"business.capacity_per_week": 7, "business.visits_per_week": 4}
    late = {"business.turned_away": "late", "accounting.escheat": "{after: 150 days, share: 40%}"}
    pack = {"deal.uses": 3, "deal.use_rest": "50%", "deal.between": "10 days"}
    made = scenario(
        MIXED,
        {
            **SERVICE,
            **RATING,
            **places,
            **late,
            **pack,
            **CASH,
            "platform.payout": payout,
            "deal.sale_window": "10 days",
        },
    )
    draws, clock = sampled(made, seed), build_clock((made,))
    world = World(context_of(made, draws, clock), draws, clock.month_ends)
    written: dict[str, set[str]] = {name: set() for name in MECHANISMS}
    for name, mechanism in world.mechanisms.items():
        world.mechanisms[name] = _Watched(mechanism, written[name])
    for step in clock.steps:
        world.advance(step)
    for name, stocks in written.items():
        assert stocks <= OWNERS.get(name, set()), name
    idle = {"handed_over"} if "lag" in payout else {"payable"}
    idle |= {"due", "paid"} if "lag" in payout else set()
    idle |= {"bought", "newcomers_left"}  # of an audience
    owned = set().union(*OWNERS.values())
    assert owned == {field.name for field in fields(State)}
    assert set().union(*written.values()) == owned - idle


class _Watched:
    """A mechanism whose writing to the state is seen."""

    def __init__(self, mechanism: object, written: set[str]) -> None:
        self._mechanism, self._written = mechanism, written

    def step(self, state: State, *others: object) -> None:
        before = {name: _copy(value) for name, value in vars(state).items()}
        kept = dict(vars(state))
        self._mechanism.step(state, *others)  # type: ignore[attr-defined]
        for name, value in vars(state).items():
            if name != "payable":
                np.testing.assert_array_equal(kept[name], before[name], err_msg="changed in place")
            if not _equal(value, before[name]):
                self._written.add(name)


def _copy(value: object) -> object:
    return dict(value) if isinstance(value, dict) else np.array(value)


def _equal(a: object, b: object) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys()
    return bool(np.array_equal(a, b))  # type: ignore[arg-type]


def test_names_of_the_registry() -> None:
    """One name has one meaning: what stands in two tables is the same thing told twice over."""
    recorded = [entry.name for table in (LINES, COUNTS, MEMOS) for entry in table]
    metrics, series = [one.name for one in METRICS], [one.name for one in SERIES]
    for names in (recorded, metrics, series, list(MECHANISMS)):
        assert len(set(names)) == len(names)
    units = {metric.name: metric.unit for metric in METRICS}
    for count in COUNTS:
        assert units.get(count.name, count.unit) == count.unit
    for one in SERIES:
        assert units.get(one.name, one.unit) == one.unit

"""Going on from a register is the same as keeping, of all futures, those that agree with it.

The futures kept are the unconditioned engine's; the conditioned ones come from the update and from
`engine.history`. Nothing is shared but the model's steps (docs/model.md, 15).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from dealsim.books.runs import history_of
from dealsim.engine import Clock, Streams, build_clock, draw
from dealsim.inference import observe, update_inputs
from dealsim.records import Actuals, daily_counts
from dealsim.scenario import Scenario
from dealsim.simulation import Conditioning
from tests.conftest import MakeScenario
from tests.engine.library import MIXED, counts_to_date, with_cuts
from tests.records.registers import from_steps
from tests.statistical import assert_same_distribution

COUNTS = (
    "vouchers_sold",
    "vouchers_refunded",
    "redeemed_in_time",
    "presented_late",
    "cashed_out",
    "lapsed",
)

UNSURE: dict[str, object] = {
    "deal.demand": 4,
    "deal.minimum": 0,
    "deal.refunds": "5% to 50%",
    "customers.hunters.share": "20% to 70%",
    "customers.hunters.redeem": "20% to 90%",
    "customers.newcomers.redeem": "40% to 95%",
    "redemption.half_life": "15 to 90 days",
    "redemption.late.share": "10% to 70%",
}


def clock_of(made: Scenario, day: int) -> Clock:
    """The scenario's clock with a cut at the day up to which a register is shown."""
    return with_cuts(build_clock((made,)), np.array([day]))


def futures(made: Scenario, clock: Clock, seed: int, chunks: int) -> dict[str, np.ndarray]:
    """Counts to date on every recorded day, (day, trial), of many unconditioned futures."""
    found: dict[str, list[np.ndarray]] = {name: [] for name in COUNTS}
    for chunk in range(chunks):
        values = draw(made, Streams(seed), chunk)
        counts = counts_to_date(made, seed, chunk, clock, values)
        for name in found:
            found[name].append(counts[name])
    return {name: np.concatenate(parts, axis=1) for name, parts in found.items()}


def binned(
    counts: dict[str, np.ndarray], clock: Clock, day: int, made: Scenario
) -> list[tuple[int, ...]]:
    """What the update looks at, of each future at the register's end, as one outcome."""
    cut = clock.row_of(day)
    flows = {name: np.diff(values[: cut + 1], axis=0) for name, values in counts.items()}
    trials = next(iter(counts.values())).shape[1]
    keys: dict[bytes, tuple[int, ...]] = {}
    out = []
    table = np.concatenate([flow for name, flow in flows.items() if name != "lapsed"]).T
    for t in range(trials):
        raw = table[t].tobytes()
        if raw not in keys:
            one = {name: flow[:, t] for name, flow in flows.items()}
            by_day = daily_counts(from_steps(made, [int(c) for c in clock.record_days], one), made)
            told = observe(by_day, made)
            keys[raw] = (
                told.sold,
                told.refunded,
                *(int(n) for n in (*told.in_time, *told.late, *told.cashed)),
            )
        out.append(keys[raw])
    return out


def ends(counts: dict[str, np.ndarray], cuts: Sequence[int]) -> list[tuple[int, ...]]:
    """Totals at later cuts, as one outcome a future."""
    rows = [counts[name][cut] for name in counts for cut in cuts]
    return [tuple(int(n) for n in column) for column in np.array(rows).T]


@pytest.mark.parametrize(
    ("as_of", "changes"),
    [
        pytest.param(30, {}, id="before expiry"),
        pytest.param(150, {}, id="after expiry"),
        pytest.param(7, {}, id="refunds pending"),
        pytest.param(1, {"deal.demand": "2 to 8", "deal.sale_window": "3 days"}, id="sale on"),
        pytest.param(1, {"deal.demand": "2 to 8", "deal.minimum": 5}, id="sale on, minimum"),
        pytest.param(
            10,
            {
                "deal.demand": "2 to 8",
                "correlations": [["deal.demand", "customers.hunters.redeem", 0.9]],
            },
            id="demand tells of redeem",
        ),
        pytest.param(60, {"deal.after_expiry": "nothing"}, id="nothing survives"),
        pytest.param(
            150,
            {"accounting": {"cash_out": {"below": 12, "share": "10% to 80%"}}},
            id="some took cash",
        ),
    ],
)
def test_conditioning_is_keeping_what_agrees(
    as_of: int, changes: dict[str, object], scenario: MakeScenario, seed: int
) -> None:
    made = scenario(MIXED, UNSURE | changes)
    clock = clock_of(made, as_of + 1)
    all_of = futures(made, clock, seed, chunks=24)
    outcomes = binned(all_of, clock, as_of + 1, made)
    kinds, where = np.unique(np.array(outcomes), axis=0, return_inverse=True)
    for common in np.argsort(-np.bincount(where.ravel()))[1:3]:  # none used is the commonest
        agree = np.flatnonzero(where.ravel() == common)
        assert len(agree) > 500, kinds[common]
        cut = clock.row_of(as_of + 1)
        one = {name: np.diff(v[: cut + 1, agree[0]]) for name, v in all_of.items()}
        actuals = from_steps(made, [int(c) for c in clock.record_days], one)
        last = len(clock.record_days) - 1
        later = [k for k in range(cut, last + 1) if k in (cut + 4, last)]
        kept = ends({name: v[:, agree] for name, v in all_of.items()}, later)
        assert_same_distribution(kept, ends(conditioned(made, actuals, seed), later))


def conditioned(made: Scenario, actuals: Actuals, seed: int) -> dict[str, np.ndarray]:
    """Counts to date on every recorded day of futures that go on from a register."""
    by_day = daily_counts(actuals, made)
    clock = build_clock((made,), by_day.end, goes_on=True)
    assert clock.record_days.tolist() == clock_of(made, by_day.end).record_days.tolist()
    found = update_inputs(made, observe(by_day, made), seed)
    given = Conditioning(by_day.end, history_of(by_day, made), found.posterior)
    counts: dict[str, list[np.ndarray]] = {name: [] for name in COUNTS}
    for chunk in range(2):
        values = draw(made, Streams(seed + 1), chunk) | given.values(chunk)
        after = counts_to_date(made, seed + 1, chunk, clock, values, given.history)
        for name, parts in counts.items():
            parts.append(after[name])
    return {name: np.concatenate(parts, axis=1) for name, parts in counts.items()}
